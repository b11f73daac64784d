-- order: 5
-- due: term complaint
-- listed: ladder complaint_closing_ladder
-- bind: answered_from = as_of - complaint - 14
-- en: Refused on {start_on}; a complaint can be filed until {due_on}.
-- ru: В обращении отказано {start_on}; жалобу можно подать до {due_on} включительно.
-- kk: {start_on} күні бас тартылды; шағымды {due_on} күніне дейін (сол күнді қоса) беруге болады.
-- next: ayala appeal add {graduate} --kind complaint --topic {topic}
-- nobody: ayala appeal show {code}
SELECT a.code, g.code AS graduate, coalesce(a.region, g.region) AS region, a.assignee,
       coalesce(g.surname || ' ' || g.given_name, a.caller) AS name,
       a.kind, a.topic, a.answered_on AS start_on
FROM appeal AS a
LEFT JOIN graduate AS g ON g.id = a.graduate_id
WHERE a.status = 'answered' AND a.decision = 'refused'
  AND a.answered_on >= :answered_from AND a.answered_on <= :as_of
  AND NOT EXISTS (SELECT 1 FROM appeal AS c
                  WHERE c.graduate_id = a.graduate_id AND c.kind = 'complaint'
                    AND c.received_on >= a.answered_on AND c.received_on <= :as_of)
  AND (g.id IS NULL OR {person_is_known})
