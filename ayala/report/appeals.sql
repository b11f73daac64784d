-- name: by_region_topic_month
-- Counted by day in the order of ix_appeal_counted first, so that few rows are left to sort; a day that is cast
-- keeps SQLite from looking the region up, appeal by appeal, behind an index of days.
SELECT region, topic, substr(CAST(day AS TEXT), 1, 7) AS month, CAST(sum(appeals) AS INTEGER) AS appeals
FROM (
    SELECT region, topic, received_on AS day, count(*) AS appeals
    FROM appeal
    WHERE CAST(received_on AS TEXT) BETWEEN :start AND :end AND (:region IS NULL OR region = :region)
    GROUP BY region, topic, received_on
) AS daily
GROUP BY 1, 2, 3;

-- name: total
SELECT count(*) AS appeals
FROM appeal
WHERE received_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region);

-- name: by_channel
SELECT channel, count(*) AS appeals
FROM appeal
WHERE received_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region)
GROUP BY channel;

-- name: behind
-- Appeals received in the span, by what names a cell: * is any, empty text is none.
SELECT code
FROM appeal
WHERE received_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region)
  AND (:of_topic = '*' OR topic = :of_topic)
  AND (:of_region = '*' OR coalesce(region, '') = :of_region)
  AND (:of_channel = '*' OR coalesce(channel, '') = :of_channel)
ORDER BY substr(code, 1, 6), length(code), code;

-- name: answered_total
SELECT count(*) AS answered
FROM appeal
WHERE status = 'answered' AND answered_on <= :as_of
  AND received_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region);

-- name: answered_alike
-- Answered appeals whose clock was neither stopped nor moved by a step, a row for each day and topic in the order
-- of the index: what the clock has to know of each and the day of its answer, in one text. Grouping by all of it
-- would sort every appeal.
SELECT received_on, topic,
       group_concat(kind || '|' || registered_on || '|' || coalesce(extended_until, '') || '|' || answered_on, ';')
       AS answers
FROM appeal
WHERE status = 'answered' AND answered_on <= :as_of
  AND received_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region)
  AND id NOT IN (SELECT appeal_id FROM appeal_event WHERE event IN ('paused', 'extended'))
GROUP BY received_on, topic
ORDER BY received_on, topic;

-- name: answered_alike_postgresql
SELECT received_on, topic,
       string_agg(kind || '|' || registered_on || '|' || coalesce(CAST(extended_until AS TEXT), '') || '|'
                  || answered_on, ';') AS answers
FROM appeal
WHERE status = 'answered' AND answered_on <= :as_of
  AND received_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region)
  AND id NOT IN (SELECT appeal_id FROM appeal_event WHERE event IN ('paused', 'extended'))
GROUP BY received_on, topic
ORDER BY received_on, topic;

-- name: answered_stepped
-- The other ones, a step a row.
SELECT a.code, a.received_on, a.registered_on, a.kind, a.extended_until, a.topic, a.answered_on,
       e.event, e.happened_on, e.until
FROM appeal AS a
JOIN appeal_event AS e ON e.appeal_id = a.id
WHERE a.id IN (SELECT appeal_id FROM appeal_event WHERE event IN ('paused', 'extended'))
  AND a.status = 'answered' AND a.answered_on <= :as_of
  AND a.received_on BETWEEN :start AND :end AND (:region IS NULL OR a.region = :region)
  AND e.event IN ('paused', 'resumed', 'extended', 'redirected', 'answered', 'terminated', 'withdrawn', 'reopened')
ORDER BY a.code, e.happened_on, e.id;

-- name: behind_answered
SELECT a.code, a.received_on, a.registered_on, a.kind, a.extended_until, a.answered_on,
       CASE WHEN EXISTS (SELECT 1 FROM appeal_event AS e
                         WHERE e.appeal_id = a.id AND e.event IN ('paused', 'extended')) THEN 1 ELSE 0 END AS stepped
FROM appeal AS a
WHERE a.status = 'answered' AND a.answered_on <= :as_of
  AND a.received_on BETWEEN :start AND :end AND (:region IS NULL OR a.region = :region)
  AND (:of_topic = '*' OR a.topic = :of_topic)
ORDER BY substr(a.code, 1, 6), length(a.code), a.code;

-- name: open_total
SELECT count(*) AS appeals
FROM appeal
WHERE status IN ('registered', 'in_progress', 'paused')
  AND received_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region);

-- name: open_alike
-- Open appeals whose clock was neither stopped nor moved by a step: those it gives the same last day together.
SELECT a.received_on, a.registered_on, a.kind, a.extended_until, a.status, a.assignee, a.region,
       count(*) AS appeals
FROM appeal AS a
WHERE a.status IN ('registered', 'in_progress', 'paused')
  AND a.received_on BETWEEN :start AND :end AND (:region IS NULL OR a.region = :region)
  AND NOT EXISTS (SELECT 1 FROM appeal_event AS e
                  WHERE e.appeal_id = a.id AND e.event IN ('paused', 'extended'))
GROUP BY a.received_on, a.registered_on, a.kind, a.extended_until, a.status, a.assignee, a.region
ORDER BY a.received_on, a.registered_on, a.kind, a.extended_until, a.status, a.assignee, a.region;

-- name: open_stepped
-- The other ones, a step a row.
SELECT a.code, a.received_on, a.registered_on, a.kind, a.extended_until, a.status, a.assignee, a.region,
       e.event, e.happened_on, e.until
FROM appeal AS a
JOIN appeal_event AS e ON e.appeal_id = a.id
WHERE a.status IN ('registered', 'in_progress', 'paused')
  AND a.received_on BETWEEN :start AND :end AND (:region IS NULL OR a.region = :region)
  AND EXISTS (SELECT 1 FROM appeal_event AS s
              WHERE s.appeal_id = a.id AND s.event IN ('paused', 'extended'))
  AND e.event IN ('paused', 'resumed', 'extended', 'redirected', 'answered', 'terminated', 'withdrawn', 'reopened')
ORDER BY a.code, e.happened_on, e.id;

-- name: behind_open
SELECT a.code, a.received_on, a.registered_on, a.kind, a.extended_until, a.status, a.region,
       CASE WHEN EXISTS (SELECT 1 FROM appeal_event AS e
                         WHERE e.appeal_id = a.id AND e.event IN ('paused', 'extended')) THEN 1 ELSE 0 END AS stepped
FROM appeal AS a
WHERE a.status IN ('registered', 'in_progress', 'paused')
  AND a.received_on BETWEEN :start AND :end AND (:region IS NULL OR a.region = :region)
  AND (:of_assignee = '*' OR coalesce(a.assignee, '') = :of_assignee)
ORDER BY substr(a.code, 1, 6), length(a.code), a.code;

-- name: refused_by_ground
SELECT ground, count(*) AS refusals
FROM appeal
WHERE decision = 'refused' AND received_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region)
GROUP BY ground;

-- name: refused_total
SELECT count(*) AS refusals
FROM appeal
WHERE decision = 'refused' AND received_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region);

-- name: behind_refused
SELECT code
FROM appeal
WHERE decision = 'refused' AND received_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region)
  AND (:of_ground = '*' OR coalesce(ground, '') = :of_ground)
ORDER BY substr(code, 1, 6), length(code), code;
