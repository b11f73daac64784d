-- name: by_partner
-- On the day: the places a partner keeps for graduates (a workplace of three places counts three), and those placed.
SELECT partner_kind, partner, CAST(sum(workplaces) AS INTEGER) AS workplaces, CAST(sum(placed) AS INTEGER) AS placed
FROM (
    SELECT r.kind AS partner_kind, r.name AS partner, w.places AS workplaces, 0 AS placed
    FROM workplace AS w
    JOIN partner AS r ON r.id = w.partner_id
    WHERE w.opened_on <= :as_of AND (w.closed_on IS NULL OR w.closed_on > :as_of)
      AND (:region IS NULL OR r.region = :region)
    UNION ALL
    SELECT r.kind, r.name, 0, 1
    FROM placement AS p
    JOIN partner AS r ON r.id = p.partner_id
    WHERE p.from_date <= :as_of AND (p.until IS NULL OR p.until > :as_of)
      AND (:region IS NULL OR r.region = :region)
) AS counted
GROUP BY partner_kind, partner;

-- name: standing_total
SELECT (SELECT coalesce(CAST(sum(w.places) AS INTEGER), 0)
        FROM workplace AS w
        JOIN partner AS r ON r.id = w.partner_id
        WHERE w.opened_on <= :as_of AND (w.closed_on IS NULL OR w.closed_on > :as_of)
          AND (:region IS NULL OR r.region = :region)) AS workplaces,
       (SELECT count(*)
        FROM placement AS p
        JOIN partner AS r ON r.id = p.partner_id
        WHERE p.from_date <= :as_of AND (p.until IS NULL OR p.until > :as_of)
          AND (:region IS NULL OR r.region = :region)) AS placed;

-- name: behind_placed
-- Placements held on the day, by what names a cell: * is any.
SELECT p.code
FROM placement AS p
JOIN partner AS r ON r.id = p.partner_id
WHERE p.from_date <= :as_of AND (p.until IS NULL OR p.until > :as_of)
  AND (:region IS NULL OR r.region = :region)
  AND (:of_partner_kind = '*' OR r.kind = :of_partner_kind)
  AND (:of_partner = '*' OR r.name = :of_partner)
ORDER BY length(p.code), p.code;

-- name: begun_and_ended
SELECT month, CAST(sum(begun) AS INTEGER) AS begun, CAST(sum(ended) AS INTEGER) AS ended
FROM (
    SELECT substr(CAST(p.from_date AS TEXT), 1, 7) AS month, 1 AS begun, 0 AS ended
    FROM placement AS p
    JOIN partner AS r ON r.id = p.partner_id
    WHERE p.from_date BETWEEN :start AND :end AND p.from_date <= :as_of
      AND (:region IS NULL OR r.region = :region)
    UNION ALL
    SELECT substr(CAST(p.until AS TEXT), 1, 7), 0, 1
    FROM placement AS p
    JOIN partner AS r ON r.id = p.partner_id
    WHERE p.until BETWEEN :start AND :end AND p.until <= :as_of
      AND (:region IS NULL OR r.region = :region)
) AS counted
GROUP BY month
ORDER BY month;

-- name: begun_total
SELECT count(*) AS begun
FROM placement AS p
JOIN partner AS r ON r.id = p.partner_id
WHERE p.from_date BETWEEN :start AND :end AND p.from_date <= :as_of
  AND (:region IS NULL OR r.region = :region);

-- name: ended_total
SELECT count(*) AS ended
FROM placement AS p
JOIN partner AS r ON r.id = p.partner_id
WHERE p.until BETWEEN :start AND :end AND p.until <= :as_of
  AND (:region IS NULL OR r.region = :region);

-- name: behind_begun
SELECT p.code
FROM placement AS p
JOIN partner AS r ON r.id = p.partner_id
WHERE p.from_date BETWEEN :start AND :end AND p.from_date <= :as_of
  AND (:region IS NULL OR r.region = :region)
ORDER BY length(p.code), p.code;

-- name: by_end_reason
SELECT p.end_reason, count(*) AS ended
FROM placement AS p
JOIN partner AS r ON r.id = p.partner_id
WHERE p.until BETWEEN :start AND :end AND p.until <= :as_of
  AND (:region IS NULL OR r.region = :region)
GROUP BY p.end_reason;

-- name: behind_ended
SELECT p.code
FROM placement AS p
JOIN partner AS r ON r.id = p.partner_id
WHERE p.until BETWEEN :start AND :end AND p.until <= :as_of
  AND (:region IS NULL OR r.region = :region)
  AND (:of_end_reason = '*' OR coalesce(p.end_reason, '') = :of_end_reason)
ORDER BY length(p.code), p.code;

-- name: begun_alike
-- Placements that began in the span, those of the same days together.
SELECT p.from_date, p.until, count(*) AS placements
FROM placement AS p
JOIN partner AS r ON r.id = p.partner_id
WHERE p.from_date BETWEEN :start AND :end AND p.from_date <= :as_of
  AND (:region IS NULL OR r.region = :region)
GROUP BY p.from_date, p.until;

-- name: behind_begun_days
SELECT p.code, p.from_date, p.until
FROM placement AS p
JOIN partner AS r ON r.id = p.partner_id
WHERE p.from_date BETWEEN :start AND :end AND p.from_date <= :as_of
  AND (:region IS NULL OR r.region = :region)
ORDER BY length(p.code), p.code;
