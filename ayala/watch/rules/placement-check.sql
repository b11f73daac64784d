-- order: 20
-- due: checks placement_checks
-- listed: checks
-- en: In the job since {start_on}; ask on {due_on} or later how it goes.
-- ru: Работает с {start_on}; {due_on} или позже нужно спросить, как дела.
-- kk: {start_on} күнінен жұмыс істейді; {due_on} күні не кейін хал-жағдайын сұрау керек.
-- next: ayala graduate contact {graduate} --reached
SELECT p.code, g.code AS graduate, g.region, NULL AS assignee, g.surname || ' ' || g.given_name AS name,
       p.from_date AS start_on,
       (SELECT max(c.made_on) FROM contact AS c
        WHERE c.graduate_id = g.id AND c.outcome = 'reached' AND c.made_on <= :as_of) AS done_on
FROM placement AS p
JOIN graduate AS g ON g.id = p.graduate_id
WHERE p.from_date <= :as_of AND (p.until IS NULL OR p.until > :as_of)
  AND {person_counts}
