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
