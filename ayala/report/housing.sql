-- name: queue_on
-- Who waits in the outside queue on the day, by the person's region and the year of registration. The status on a
-- day is that of the last event until then; an entry without events has the status it came with.
SELECT waiting.region, waiting.year, count(*) AS entries
FROM (
    SELECT g.region, substr(CAST(q.registered_on AS TEXT), 1, 4) AS year,
           coalesce(
               (SELECT e.status FROM queue_event AS e
                WHERE e.entry_id = q.id AND e.happened_on <= :as_of
                ORDER BY e.happened_on DESC, e.id DESC
                LIMIT 1),
               CASE WHEN q.closed_on > :as_of
                         OR EXISTS (SELECT 1 FROM queue_event AS e WHERE e.entry_id = q.id)
                    THEN 'waiting' ELSE q.status END
           ) AS status
    FROM queue_entry AS q
    JOIN graduate AS g ON g.id = q.graduate_id
    WHERE q.registered_on <= :as_of AND (:region IS NULL OR g.region = :region)
) AS waiting
WHERE waiting.status = 'waiting'
GROUP BY waiting.region, waiting.year
ORDER BY waiting.region, waiting.year;

-- name: queue_behind
-- The entries that queue_on counts.
SELECT waiting.code, waiting.graduate, waiting.region, waiting.year, waiting.day
FROM (
    SELECT q.code, g.code AS graduate, g.region, q.registered_on AS day,
           substr(CAST(q.registered_on AS TEXT), 1, 4) AS year,
           coalesce(
               (SELECT e.status FROM queue_event AS e
                WHERE e.entry_id = q.id AND e.happened_on <= :as_of
                ORDER BY e.happened_on DESC, e.id DESC
                LIMIT 1),
               CASE WHEN q.closed_on > :as_of
                         OR EXISTS (SELECT 1 FROM queue_event AS e WHERE e.entry_id = q.id)
                    THEN 'waiting' ELSE q.status END
           ) AS status
    FROM queue_entry AS q
    JOIN graduate AS g ON g.id = q.graduate_id
    WHERE q.registered_on <= :as_of AND (:region IS NULL OR g.region = :region)
) AS waiting
WHERE waiting.status = 'waiting'
ORDER BY length(waiting.code), waiting.code;

-- name: granted_by_region
SELECT region, count(*) AS apartments
FROM apartment
WHERE granted_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region)
GROUP BY region
ORDER BY region;

-- name: granted_total
SELECT count(*) AS apartments
FROM apartment
WHERE granted_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region);

-- name: waited
-- From the person's first registration in a queue to the apartment, of those granted in the span.
SELECT a.granted_on, first.registered_on, count(*) AS people
FROM apartment AS a
JOIN (
    SELECT graduate_id, min(registered_on) AS registered_on FROM queue_entry GROUP BY graduate_id
) AS first ON first.graduate_id = a.graduate_id
WHERE a.granted_on BETWEEN :start AND :end AND first.registered_on <= a.granted_on
  AND (:region IS NULL OR a.region = :region)
GROUP BY a.granted_on, first.registered_on;

-- name: waited_behind
SELECT g.code, a.granted_on AS day, first.registered_on
FROM apartment AS a
JOIN graduate AS g ON g.id = a.graduate_id
JOIN (
    SELECT graduate_id, min(registered_on) AS registered_on FROM queue_entry GROUP BY graduate_id
) AS first ON first.graduate_id = a.graduate_id
WHERE a.granted_on BETWEEN :start AND :end AND first.registered_on <= a.granted_on
  AND (:region IS NULL OR a.region = :region)
ORDER BY length(g.code), g.code, a.granted_on;

-- name: reported
-- How often each position was reported in a month: of an entry the last one of the month.
SELECT last.month, p.position, count(*) AS entries
FROM (
    SELECT p.entry_id, substr(CAST(p.position_on AS TEXT), 1, 7) AS month, max(p.position_on) AS position_on
    FROM position AS p
    JOIN queue_entry AS q ON q.id = p.entry_id
    JOIN graduate AS g ON g.id = q.graduate_id
    WHERE p.position_on BETWEEN :start AND :end AND (:region IS NULL OR g.region = :region)
    GROUP BY p.entry_id, substr(CAST(p.position_on AS TEXT), 1, 7)
) AS last
JOIN position AS p ON p.entry_id = last.entry_id AND p.position_on = last.position_on
GROUP BY last.month, p.position
ORDER BY last.month, p.position;

-- name: reported_behind
-- The entries with a position reported in the days.
SELECT q.code, g.code AS graduate, max(p.position_on) AS day
FROM position AS p
JOIN queue_entry AS q ON q.id = p.entry_id
JOIN graduate AS g ON g.id = q.graduate_id
WHERE p.position_on BETWEEN :start AND :end AND (:region IS NULL OR g.region = :region)
GROUP BY q.code, g.code
ORDER BY length(q.code), q.code;

-- name: moved
-- From the first to the last position reported in the span, of entries with two or more: how many came nearer to
-- the front, went back, stayed.
SELECT moves.registrar, count(*) AS entries,
       sum(CASE WHEN moves.change < 0 THEN 1 ELSE 0 END) AS moved_forward,
       sum(CASE WHEN moves.change > 0 THEN 1 ELSE 0 END) AS moved_back,
       sum(CASE WHEN moves.change = 0 THEN 1 ELSE 0 END) AS unchanged
FROM (
    SELECT q.registrar, l.position - f.position AS change
    FROM (
        SELECT entry_id, min(position_on) AS first_on, max(position_on) AS last_on
        FROM position
        WHERE position_on BETWEEN :start AND :end
        GROUP BY entry_id
        HAVING count(*) > 1
    ) AS days
    JOIN position AS f ON f.entry_id = days.entry_id AND f.position_on = days.first_on
    JOIN position AS l ON l.entry_id = days.entry_id AND l.position_on = days.last_on
    JOIN queue_entry AS q ON q.id = days.entry_id
    JOIN graduate AS g ON g.id = q.graduate_id
    WHERE :region IS NULL OR g.region = :region
) AS moves
GROUP BY moves.registrar
ORDER BY moves.registrar;

-- name: moved_behind
SELECT q.code, g.code AS graduate, q.registrar, f.position AS was, l.position AS now
FROM (
    SELECT entry_id, min(position_on) AS first_on, max(position_on) AS last_on
    FROM position
    WHERE position_on BETWEEN :start AND :end
    GROUP BY entry_id
    HAVING count(*) > 1
) AS days
JOIN position AS f ON f.entry_id = days.entry_id AND f.position_on = days.first_on
JOIN position AS l ON l.entry_id = days.entry_id AND l.position_on = days.last_on
JOIN queue_entry AS q ON q.id = days.entry_id
JOIN graduate AS g ON g.id = q.graduate_id
WHERE :region IS NULL OR g.region = :region
ORDER BY length(q.code), q.code;
