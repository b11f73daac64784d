-- order: 1
-- due: answer
-- listed: soon appeal_due_soon
-- en: The answer to an appeal on {topic:topic} is due on {due_on}.
-- ru: Ответ на обращение ({topic:topic}) нужно дать не позднее {due_on}.
-- kk: Өтінішке ({topic:topic}) жауап {due_on} күнінен кешіктірілмей берілуі тиіс.
-- next: ayala appeal answer {code}
SELECT a.code, g.code AS graduate, coalesce(a.region, g.region) AS region, a.assignee,
       coalesce(g.surname || ' ' || g.given_name, a.caller) AS name,
       a.id, a.kind, a.topic, a.status, a.received_on, a.registered_on, a.extended_until
FROM appeal AS a
LEFT JOIN graduate AS g ON g.id = a.graduate_id
WHERE {appeal_is_open}
  AND (g.id IS NULL OR {person_is_known})
