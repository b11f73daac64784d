-- name: graduates
SELECT region, count(*) AS graduates,
       CAST(sum(CASE WHEN registered_on BETWEEN :start AND :end THEN 1 ELSE 0 END) AS INTEGER) AS registered_in_span
FROM graduate
WHERE (archived_on IS NULL OR archived_on > :as_of) AND (:region IS NULL OR region = :region)
GROUP BY region;

-- name: graduates_total
SELECT count(*) AS graduates,
       coalesce(CAST(sum(CASE WHEN registered_on BETWEEN :start AND :end THEN 1 ELSE 0 END) AS INTEGER), 0)
           AS registered_in_span
FROM graduate
WHERE (archived_on IS NULL OR archived_on > :as_of) AND (:region IS NULL OR region = :region);

-- name: behind_graduates
-- :registered 1: only those registered in the span.
SELECT code, registered_on AS day
FROM graduate
WHERE (archived_on IS NULL OR archived_on > :as_of) AND (:region IS NULL OR region = :region)
  AND (:of_region = '*' OR coalesce(region, '') = :of_region)
  AND (:registered = 0 OR registered_on BETWEEN :start AND :end)
ORDER BY length(code), code;

-- name: appeals
-- Appeals received in the span by region and main topic: out of the index that holds all three.
SELECT region, topic, count(*) AS appeals
FROM appeal
WHERE received_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region)
GROUP BY region, topic;

-- name: appeals_total
SELECT count(*) AS appeals
FROM appeal
WHERE received_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region);

-- name: behind_appeals
SELECT code, received_on AS day
FROM appeal
WHERE received_on BETWEEN :start AND :end AND (:region IS NULL OR region = :region)
  AND (:of_region = '*' OR coalesce(region, '') = :of_region)
  AND (:of_topic = '*' OR topic = :of_topic)
ORDER BY received_on, length(code), code;

-- name: open_total
SELECT count(*) AS open
FROM appeal
WHERE status IN ('registered', 'in_progress', 'paused') AND received_on BETWEEN :start AND :end
  AND (:region IS NULL OR region = :region);

-- name: services
-- Provided in the span, by the person's region; an attendance without a person by that of its session.
SELECT region, kind, CAST(sum(services) AS INTEGER) AS services
FROM (
    SELECT g.region, s.kind, count(*) AS services
    FROM service AS s
    JOIN graduate AS g ON g.id = s.graduate_id
    WHERE s.provided_on BETWEEN :start AND :end AND (:region IS NULL OR g.region = :region)
    GROUP BY g.region, s.kind
    UNION ALL
    SELECT coalesce(g.region, e.region), e.kind, count(*)
    FROM session AS e
    JOIN attendance AS a ON a.session_id = e.id
    LEFT JOIN graduate AS g ON g.id = a.graduate_id
    WHERE e.held_on BETWEEN :start AND :end AND e.cancelled_on IS NULL
      AND (:region IS NULL OR coalesce(g.region, e.region) = :region)
    GROUP BY coalesce(g.region, e.region), e.kind
) AS given
GROUP BY region, kind;

-- name: services_total
SELECT (SELECT count(*)
        FROM service AS s
        WHERE s.provided_on BETWEEN :start AND :end
          AND (:region IS NULL OR EXISTS (SELECT 1 FROM graduate AS g WHERE g.id = s.graduate_id AND g.region = :region)))
       + (SELECT count(*)
          FROM session AS e
          JOIN attendance AS a ON a.session_id = e.id
          LEFT JOIN graduate AS g ON g.id = a.graduate_id
          WHERE e.held_on BETWEEN :start AND :end AND e.cancelled_on IS NULL
            AND (:region IS NULL OR coalesce(g.region, e.region) = :region)) AS services;

-- name: behind_services
SELECT code, graduate, day
FROM (
    SELECT s.code, g.code AS graduate, s.provided_on AS day, g.region, s.kind
    FROM service AS s
    JOIN graduate AS g ON g.id = s.graduate_id
    WHERE s.provided_on BETWEEN :start AND :end
    UNION ALL
    SELECT e.code, g.code, e.held_on, coalesce(g.region, e.region), e.kind
    FROM session AS e
    JOIN attendance AS a ON a.session_id = e.id
    LEFT JOIN graduate AS g ON g.id = a.graduate_id
    WHERE e.held_on BETWEEN :start AND :end AND e.cancelled_on IS NULL
) AS given
WHERE (:region IS NULL OR region = :region)
  AND (:of_region = '*' OR coalesce(region, '') = :of_region) AND (:of_kind = '*' OR kind = :of_kind)
ORDER BY day, length(code), code, graduate;

-- name: residents
-- Residents on the day by the region that the house stands in.
SELECT bd.region, count(*) AS residents
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
WHERE s.from_date <= :as_of AND (s.until IS NULL OR s.until > :as_of) AND (:region IS NULL OR bd.region = :region)
GROUP BY bd.region;

-- name: residents_total
SELECT count(*) AS residents
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
WHERE s.from_date <= :as_of AND (s.until IS NULL OR s.until > :as_of) AND (:region IS NULL OR bd.region = :region);

-- name: behind_residents
SELECT g.code, b.place AS bed, s.from_date AS day
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.from_date <= :as_of AND (s.until IS NULL OR s.until > :as_of) AND (:region IS NULL OR bd.region = :region)
  AND (:of_region = '*' OR coalesce(bd.region, '') = :of_region)
ORDER BY length(g.code), g.code;

-- name: placed
-- People placed on the day by the partner's region: where the job is.
SELECT r.region, count(*) AS placed
FROM placement AS p
JOIN partner AS r ON r.id = p.partner_id
WHERE p.from_date <= :as_of AND (p.until IS NULL OR p.until > :as_of) AND (:region IS NULL OR r.region = :region)
GROUP BY r.region;

-- name: placed_total
SELECT count(*) AS placed
FROM placement AS p
JOIN partner AS r ON r.id = p.partner_id
WHERE p.from_date <= :as_of AND (p.until IS NULL OR p.until > :as_of) AND (:region IS NULL OR r.region = :region);

-- name: behind_placed
SELECT p.code, g.code AS graduate, p.from_date AS day
FROM placement AS p
JOIN partner AS r ON r.id = p.partner_id
JOIN graduate AS g ON g.id = p.graduate_id
WHERE p.from_date <= :as_of AND (p.until IS NULL OR p.until > :as_of) AND (:region IS NULL OR r.region = :region)
  AND (:of_region = '*' OR coalesce(r.region, '') = :of_region)
ORDER BY length(p.code), p.code;
