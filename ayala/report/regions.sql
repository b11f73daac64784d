-- name: queue_by_region
-- Who waits on the day, by the person's region.
SELECT waiting.region, count(*) AS counted
FROM (
    SELECT g.region,
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
    WHERE q.registered_on <= :as_of
) AS waiting
WHERE waiting.status = 'waiting'
GROUP BY waiting.region;

-- name: placed_by_region
SELECT g.region, count(*) AS counted
FROM placement AS p
JOIN graduate AS g ON g.id = p.graduate_id
WHERE p.from_date <= :as_of AND (p.until IS NULL OR p.until > :as_of)
GROUP BY g.region;

-- name: placed_behind
SELECT p.code, g.code AS graduate, p.from_date AS day, g.region
FROM placement AS p
JOIN graduate AS g ON g.id = p.graduate_id
WHERE p.from_date <= :as_of AND (p.until IS NULL OR p.until > :as_of)
ORDER BY length(p.code), p.code;
