-- name: said_before
-- What scheduled runs have said.
SELECT DISTINCT rule, code, due_on, level FROM said;

-- name: sessions_ahead
-- Sessions from a day to another, both counted.
SELECT e.code, e.held_on, e.kind, e.mode, e.title, e.provider, e.region,
       (SELECT count(*) FROM attendance AS t WHERE t.session_id = e.id) AS attended
FROM session AS e
WHERE e.held_on BETWEEN :held_from AND :held_to AND e.cancelled_on IS NULL
  AND (:provider IS NULL OR e.provider = :provider)
ORDER BY e.held_on, length(e.code), e.code;

-- name: services_ahead
-- Services planned from a day to another, both counted, and not given yet on the first of them.
SELECT v.code, v.planned_on, g.code AS graduate, g.surname || ' ' || g.given_name AS name, v.kind, v.mode, v.provider
FROM service AS v
JOIN graduate AS g ON g.id = v.graduate_id
WHERE v.planned_on BETWEEN :planned_from AND :planned_to
  AND v.provided_on IS NULL
  AND v.cancelled_on IS NULL
  AND (:provider IS NULL OR v.provider = :provider)
ORDER BY v.planned_on, length(v.code), v.code;

-- name: leaving
-- Stays that end from a day to another, both counted: by an agreed day of leaving.
SELECT b.place AS bed, g.code AS graduate, g.surname || ' ' || g.given_name AS name, s.until AS due_on, s.contract
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.until BETWEEN :until_from AND :until_to
ORDER BY s.until, length(b.place), b.place;
