-- order: 4
-- due: term extension_notice
-- listed: soon, late
-- en: The term was extended on {start_on}; the person must be told of it by {due_on}.
-- ru: Срок продлён {start_on}; человеку нужно сообщить об этом не позднее {due_on}.
-- kk: Мерзім {start_on} күні ұзартылды; бұл туралы адамға {due_on} күніне дейін хабарлау керек.
-- next: ayala appeal notify {code} --of extension
SELECT a.code, g.code AS graduate, coalesce(a.region, g.region) AS region, a.assignee,
       coalesce(g.surname || ' ' || g.given_name, a.caller) AS name,
       a.kind, x.start_on
FROM appeal AS a
JOIN (
    SELECT e.appeal_id, min(e.happened_on) AS start_on
    FROM appeal_event AS e
    WHERE e.event = 'extended' AND e.happened_on <= :as_of
      AND NOT EXISTS (
          SELECT 1 FROM appeal_event AS n
          WHERE n.appeal_id = e.appeal_id AND n.event = 'notified' AND n.to_whom = 'extension'
            AND n.happened_on <= :as_of
            AND (n.happened_on > e.happened_on OR (n.happened_on = e.happened_on AND n.id > e.id)))
    GROUP BY e.appeal_id
) AS x ON x.appeal_id = a.id
LEFT JOIN graduate AS g ON g.id = a.graduate_id
WHERE {appeal_is_open}
  AND (g.id IS NULL OR {person_is_known})
