-- order: 18
-- due: given
-- listed: late
-- en: Planned for {due_on} and not provided: {kind:kind}.
-- ru: Запланировано на {due_on} и не оказано: {kind:kind}.
-- kk: {due_on} күніне жоспарланған, көрсетілмеді: {kind:kind}.
-- next: ayala service done {code}
SELECT v.code, g.code AS graduate, g.region, v.provider AS assignee, g.surname || ' ' || g.given_name AS name,
       v.kind, v.planned_on AS due_on
FROM service AS v
JOIN graduate AS g ON g.id = v.graduate_id
WHERE v.planned_on < :as_of
  AND (v.provided_on IS NULL OR v.provided_on > :as_of)
  AND (v.cancelled_on IS NULL OR v.cancelled_on > :as_of)
  AND {person_counts}
