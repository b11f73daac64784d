-- order: 2
-- due: answer
-- listed: late
-- far: appeal_far_overdue
-- en: The answer to an appeal on {topic:topic} was due on {due_on} and is late.
-- ru: Срок ответа на обращение ({topic:topic}) истёк {due_on}; ответа нет.
-- kk: Өтінішке ({topic:topic}) жауап беру мерзімі {due_on} күні бітті, жауап жоқ.
-- next: ayala appeal answer {code}
SELECT a.code, g.code AS graduate, coalesce(a.region, g.region) AS region, a.assignee,
       coalesce(g.surname || ' ' || g.given_name, a.caller) AS name,
       a.id, a.kind, a.topic, a.status, a.received_on, a.registered_on, a.extended_until
FROM appeal AS a
LEFT JOIN graduate AS g ON g.id = a.graduate_id
WHERE {appeal_is_open}
  AND (g.id IS NULL OR {person_is_known})
