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

-- name: run_of_period
-- A scheduled command in one period, if it was ever begun there.
SELECT CAST(id AS text) AS id, started_at, ended_at, result
FROM run
WHERE command = :command AND period_kind = :kind AND period = :period;

-- name: run_before
-- The newest period before this one in which it came to its end, and the first one in which it was tried.
SELECT max(CASE WHEN result = 'done' OR result = 'retired' THEN period END) AS done, min(period) AS tried
FROM run
WHERE command = :command AND period_kind = :kind AND period < :period;

-- name: jobs
-- Every scheduled command with its newest run and the newest period that it was done in.
SELECT r.command, r.period_kind, r.period, r.started_at, r.ended_at, r.result, r.rows, r.caught_up_from,
       (SELECT max(d.period) FROM run AS d
        WHERE d.command = r.command AND d.period_kind = r.period_kind AND d.result = 'done') AS done
FROM run AS r
WHERE r.period = (SELECT max(n.period) FROM run AS n
                  WHERE n.command = r.command AND n.period_kind = r.period_kind)
  AND (r.result IS NULL OR r.result <> 'retired')
ORDER BY r.command, r.period_kind;

-- name: backups
-- The newest period in which a scheduled backup came to its end, by how often it is taken.
SELECT period_kind, max(period) AS period
FROM run
WHERE (command = 'backup' OR command LIKE 'backup %') AND (result = 'done' OR result = 'retired')
GROUP BY period_kind;

-- name: people
-- Whether there is anybody on record.
SELECT count(*) AS people
FROM (SELECT 1 FROM graduate LIMIT 1) AS one;
