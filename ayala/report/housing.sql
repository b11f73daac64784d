-- name: queue
-- Entries that wait on the day, by the person's region and the year of registration.
SELECT g.region, CAST(substr(CAST(q.registered_on AS TEXT), 1, 4) AS INTEGER) AS year, count(*) AS entries,
       min(q.registered_on) AS oldest
FROM queue_entry AS q
JOIN graduate AS g ON g.id = q.graduate_id
WHERE q.registered_on <= :as_of AND (q.closed_on > :as_of OR (q.closed_on IS NULL AND q.status = 'waiting'))
  AND (:region IS NULL OR g.region = :region)
GROUP BY 1, 2;

-- name: queue_total
SELECT count(*) AS entries
FROM queue_entry AS q
JOIN graduate AS g ON g.id = q.graduate_id
WHERE q.registered_on <= :as_of AND (q.closed_on > :as_of OR (q.closed_on IS NULL AND q.status = 'waiting'))
  AND (:region IS NULL OR g.region = :region);

-- name: behind_queue
-- The same entries one by one; * is any, '' is no region.
SELECT q.code, g.code AS graduate, q.registered_on AS day
FROM queue_entry AS q
JOIN graduate AS g ON g.id = q.graduate_id
WHERE q.registered_on <= :as_of AND (q.closed_on > :as_of OR (q.closed_on IS NULL AND q.status = 'waiting'))
  AND (:region IS NULL OR g.region = :region)
  AND (:of_region = '*' OR coalesce(g.region, '') = :of_region)
  AND (:of_year = '*' OR substr(CAST(q.registered_on AS TEXT), 1, 4) = :of_year)
ORDER BY q.registered_on, length(q.code), q.code;

-- name: apartments_by_year
SELECT CAST(substr(CAST(granted_on AS TEXT), 1, 4) AS INTEGER) AS year, count(*) AS apartments
FROM apartment
WHERE granted_on <= :end AND (:region IS NULL OR region = :region)
GROUP BY 1
ORDER BY 1;

-- name: apartments_by_region
SELECT region, count(*) AS apartments
FROM apartment
WHERE granted_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region)
GROUP BY region;

-- name: apartments_total
SELECT count(*) AS apartments
FROM apartment
WHERE granted_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region);

-- name: behind_apartments
SELECT g.code, a.granted_on AS day
FROM apartment AS a
JOIN graduate AS g ON g.id = a.graduate_id
WHERE a.granted_on BETWEEN :start AND :end AND (:region IS NULL OR a.region = :region)
  AND (:of_region = '*' OR coalesce(a.region, '') = :of_region)
  AND (:of_year = '*' OR substr(CAST(a.granted_on AS TEXT), 1, 4) = :of_year)
ORDER BY a.granted_on, length(g.code), g.code;

-- name: waiting
-- How many apartments were granted after so many days: from the first day on which the person was registered in a
-- queue to the day of the apartment; days are nothing for who was in no queue by then.
SELECT year, days, count(*) AS apartments
FROM (
    SELECT CAST(substr(a.granted_on, 1, 4) AS INTEGER) AS year,
           CAST(julianday(a.granted_on) - julianday((
               SELECT min(q.registered_on) FROM queue_entry AS q
               WHERE q.graduate_id = a.graduate_id AND q.registered_on <= a.granted_on
           )) AS INTEGER) AS days
    FROM apartment AS a
    WHERE a.granted_on <= :end AND (:region IS NULL OR a.region = :region)
) AS waited
GROUP BY year, days
ORDER BY year, days;

-- name: waiting_postgresql
SELECT year, days, count(*) AS apartments
FROM (
    SELECT CAST(extract(year FROM a.granted_on) AS INTEGER) AS year,
           a.granted_on - (
               SELECT min(q.registered_on) FROM queue_entry AS q
               WHERE q.graduate_id = a.graduate_id AND q.registered_on <= a.granted_on
           ) AS days
    FROM apartment AS a
    WHERE a.granted_on <= :end AND (:region IS NULL OR a.region = :region)
) AS waited
GROUP BY year, days
ORDER BY year, days NULLS FIRST;

-- name: waiting_total
SELECT count(*) AS granted,
       coalesce(CAST(sum(CASE WHEN EXISTS (
           SELECT 1 FROM queue_entry AS q
           WHERE q.graduate_id = a.graduate_id AND q.registered_on <= a.granted_on
       ) THEN 1 ELSE 0 END) AS INTEGER), 0) AS waited
FROM apartment AS a
WHERE a.granted_on <= :end AND (:region IS NULL OR a.region = :region);

-- name: behind_waiting
-- :waited 1: of those who were in a queue by then, with the day from which they waited; 0: of those who were not.
SELECT code, day, waited_from
FROM (
    SELECT g.code, a.granted_on AS day,
           (SELECT min(q.registered_on) FROM queue_entry AS q
            WHERE q.graduate_id = a.graduate_id AND q.registered_on <= a.granted_on) AS waited_from
    FROM apartment AS a
    JOIN graduate AS g ON g.id = a.graduate_id
    WHERE a.granted_on <= :end AND (:region IS NULL OR a.region = :region)
      AND (:of_year = '*' OR substr(CAST(a.granted_on AS TEXT), 1, 4) = :of_year)
) AS granted
WHERE :waited = CASE WHEN waited_from IS NULL THEN 0 ELSE 1 END
ORDER BY day, length(code), code;

-- name: positions
-- The last position that each entry was reported to have in a month of the span, counted by month and position.
SELECT month, position, count(*) AS entries
FROM (
    SELECT substr(CAST(p.position_on AS TEXT), 1, 7) AS month, p.position,
           row_number() OVER (
               PARTITION BY p.entry_id, substr(CAST(p.position_on AS TEXT), 1, :digits) ORDER BY p.position_on DESC
           ) AS place
    FROM position AS p
    JOIN queue_entry AS q ON q.id = p.entry_id
    JOIN graduate AS g ON g.id = q.graduate_id
    WHERE p.position_on BETWEEN :start AND :end AND p.position_on <= :as_of
      AND (:region IS NULL OR g.region = :region)
) AS reported
WHERE place = 1
GROUP BY month, position
ORDER BY month, position;

-- name: positions_total
SELECT count(DISTINCT p.entry_id) AS entries
FROM position AS p
JOIN queue_entry AS q ON q.id = p.entry_id
JOIN graduate AS g ON g.id = q.graduate_id
WHERE p.position_on BETWEEN :start AND :end AND p.position_on <= :as_of
  AND (:region IS NULL OR g.region = :region);

-- name: behind_positions
-- The entries that were reported in the span, each with the last day of it.
SELECT q.code, g.code AS graduate, max(p.position_on) AS day
FROM position AS p
JOIN queue_entry AS q ON q.id = p.entry_id
JOIN graduate AS g ON g.id = q.graduate_id
WHERE p.position_on BETWEEN :start AND :end AND p.position_on <= :as_of
  AND (:region IS NULL OR g.region = :region)
GROUP BY q.code, g.code
ORDER BY length(q.code), q.code;

-- name: moved
-- Each entry's first position of the span against its last: nearer to the front is forward.
SELECT movement, count(*) AS entries
FROM (
    SELECT CASE WHEN f.first_on = f.last_on THEN 'once' WHEN l.position < p.position THEN 'forward'
                WHEN l.position > p.position THEN 'back' ELSE 'unchanged' END AS movement
    FROM (
        SELECT p.entry_id, min(p.position_on) AS first_on, max(p.position_on) AS last_on
        FROM position AS p
        JOIN queue_entry AS q ON q.id = p.entry_id
        JOIN graduate AS g ON g.id = q.graduate_id
        WHERE p.position_on BETWEEN :start AND :end AND p.position_on <= :as_of
          AND (:region IS NULL OR g.region = :region)
        GROUP BY p.entry_id
    ) AS f
    JOIN position AS p ON p.entry_id = f.entry_id AND p.position_on = f.first_on
    JOIN position AS l ON l.entry_id = f.entry_id AND l.position_on = f.last_on
) AS ends
GROUP BY movement;

-- name: behind_moved
SELECT code, graduate, first_position, last_position, day
FROM (
    SELECT q.code, g.code AS graduate, p.position AS first_position, l.position AS last_position, f.last_on AS day,
           CASE WHEN f.first_on = f.last_on THEN 'once' WHEN l.position < p.position THEN 'forward'
                WHEN l.position > p.position THEN 'back' ELSE 'unchanged' END AS movement
    FROM (
        SELECT p.entry_id, min(p.position_on) AS first_on, max(p.position_on) AS last_on
        FROM position AS p
        WHERE p.position_on BETWEEN :start AND :end AND p.position_on <= :as_of
        GROUP BY p.entry_id
    ) AS f
    JOIN position AS p ON p.entry_id = f.entry_id AND p.position_on = f.first_on
    JOIN position AS l ON l.entry_id = f.entry_id AND l.position_on = f.last_on
    JOIN queue_entry AS q ON q.id = f.entry_id
    JOIN graduate AS g ON g.id = q.graduate_id
    WHERE (:region IS NULL OR g.region = :region)
) AS ends
WHERE :of_movement = '*' OR movement = :of_movement
ORDER BY length(code), code;
