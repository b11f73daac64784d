-- name: comings_and_goings
-- How many stays begin, and end, on each day until :end; half-open: who leaves on a day is not there that day.
SELECT moves.day, sum(moves.came) AS came, sum(moves.went) AS went
FROM (
    SELECT s.from_date AS day, 1 AS came, 0 AS went, s.bed_id
    FROM stay AS s
    WHERE s.from_date <= :end
    UNION ALL
    SELECT s.until, 0, 1, s.bed_id
    FROM stay AS s
    WHERE s.until <= :end
) AS moves
JOIN bed AS d ON d.id = moves.bed_id
JOIN room AS r ON r.id = d.room_id
JOIN building AS b ON b.id = r.building_id
WHERE (:building IS NULL OR b.code = :building) AND (:region IS NULL OR b.region = :region)
GROUP BY moves.day
ORDER BY moves.day;

-- name: residents
-- Who lives here on the day.
SELECT g.code, d.place AS bed, g.birth_date
FROM stay AS s
JOIN bed AS d ON d.id = s.bed_id
JOIN room AS r ON r.id = d.room_id
JOIN building AS b ON b.id = r.building_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.from_date <= :day AND (s.until IS NULL OR s.until > :day)
  AND (:building IS NULL OR b.code = :building) AND (:region IS NULL OR b.region = :region)
ORDER BY length(g.code), g.code;

-- name: birth_dates
-- The same, counted by the day of birth.
SELECT g.birth_date, count(*) AS residents
FROM stay AS s
JOIN bed AS d ON d.id = s.bed_id
JOIN room AS r ON r.id = d.room_id
JOIN building AS b ON b.id = r.building_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.from_date <= :day AND (s.until IS NULL OR s.until > :day)
  AND (:building IS NULL OR b.code = :building) AND (:region IS NULL OR b.region = :region)
GROUP BY g.birth_date;

-- name: left
-- Who left the house in the span: a stay that ended, and no other of the person that begins on that day (a move).
SELECT g.code, d.place AS bed, s.until AS day, s.destination, s.end_reason,
       substr(CAST(s.until AS TEXT), 1, 7) AS month
FROM stay AS s
JOIN bed AS d ON d.id = s.bed_id
JOIN room AS r ON r.id = d.room_id
JOIN building AS b ON b.id = r.building_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.until BETWEEN :start AND :end
  AND (:building IS NULL OR b.code = :building) AND (:region IS NULL OR b.region = :region)
  AND NOT EXISTS (SELECT 1 FROM stay AS n WHERE n.graduate_id = s.graduate_id AND n.from_date = s.until);

-- name: came
-- Who came into the house in the span: a stay that began, and no other of the person that ends on that day.
SELECT g.code, d.place AS bed, s.from_date AS day, substr(CAST(s.from_date AS TEXT), 1, 7) AS month
FROM stay AS s
JOIN bed AS d ON d.id = s.bed_id
JOIN room AS r ON r.id = d.room_id
JOIN building AS b ON b.id = r.building_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.from_date BETWEEN :start AND :end
  AND (:building IS NULL OR b.code = :building) AND (:region IS NULL OR b.region = :region)
  AND NOT EXISTS (SELECT 1 FROM stay AS p WHERE p.graduate_id = s.graduate_id AND p.until = s.from_date);

-- name: free_on
-- Beds that nobody will have and nothing closes on the day, if everybody leaves when it is planned. Who is still
-- here though the planned end has come is taken to stay.
SELECT count(*) AS free
FROM bed AS d
JOIN room AS r ON r.id = d.room_id
JOIN building AS b ON b.id = r.building_id
WHERE (:building IS NULL OR b.code = :building) AND (:region IS NULL OR b.region = :region)
  AND NOT EXISTS (
      SELECT 1 FROM stay AS s
      WHERE s.bed_id = d.id AND s.from_date <= :day
        AND coalesce(s.until, CASE WHEN s.planned_end > :as_of THEN s.planned_end END, '9999-12-31') > :day
  )
  AND NOT EXISTS (
      SELECT 1 FROM out_of_service AS o
      WHERE o.bed_id = d.id AND o.from_date <= :day AND (o.until IS NULL OR o.until > :day)
  );

-- name: freed_until
-- Those whose stay has an end that is known or planned, after the as-of day and until the day.
SELECT g.code, d.place AS bed, coalesce(s.until, s.planned_end) AS day
FROM stay AS s
JOIN bed AS d ON d.id = s.bed_id
JOIN room AS r ON r.id = d.room_id
JOIN building AS b ON b.id = r.building_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.from_date <= :as_of AND (s.until IS NULL OR s.until > :as_of)
  AND coalesce(s.until, s.planned_end) > :as_of AND coalesce(s.until, s.planned_end) <= :day
  AND (:building IS NULL OR b.code = :building) AND (:region IS NULL OR b.region = :region)
ORDER BY length(g.code), g.code;
