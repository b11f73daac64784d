-- name: standing_total
-- Beds on a day: taken (a resident), else out of service, else free. `free_as_planned` are the free ones and those
-- whose contract is to end after :since and until :day, if it does, and that nothing closes; a contract whose end
-- had passed by :since frees no bed, because its resident still lives there. A planned end, like `until`, is the
-- first free day.
SELECT count(*) AS beds, count(stay_id) AS residents,
       coalesce(CAST(sum(CASE WHEN stay_id IS NULL THEN closed ELSE 0 END) AS INTEGER), 0) AS out_of_service,
       coalesce(CAST(sum(CASE WHEN stay_id IS NULL THEN 1 - closed ELSE 0 END) AS INTEGER), 0) AS free,
       coalesce(CAST(sum(CASE WHEN stay_id IS NULL OR ending = 1 THEN 1 - closed ELSE 0 END) AS INTEGER), 0)
           AS free_as_planned
FROM (
    SELECT s.id AS stay_id,
           CASE WHEN s.until IS NULL AND s.planned_end > :since AND s.planned_end <= :day THEN 1 ELSE 0 END AS ending,
           CASE WHEN EXISTS (
               SELECT 1 FROM out_of_service AS o
               WHERE o.bed_id = b.id AND o.from_date <= :day AND (o.until IS NULL OR o.until > :day)
           ) THEN 1 ELSE 0 END AS closed
    FROM bed AS b
    JOIN room AS r ON r.id = b.room_id
    JOIN building AS bd ON bd.id = r.building_id
    LEFT JOIN stay AS s ON s.bed_id = b.id AND s.from_date <= :day AND (s.until IS NULL OR s.until > :day)
    WHERE (:building IS NULL OR bd.code = :building) AND (:region IS NULL OR bd.region = :region)
) AS bed_day;

-- name: companions_total
SELECT count(*) AS companions
FROM companion AS c
JOIN stay AS s ON s.id = c.stay_id
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
WHERE c.from_date <= :day AND (c.until IS NULL OR c.until > :day)
  AND s.from_date <= :day AND (s.until IS NULL OR s.until > :day)
  AND (:building IS NULL OR bd.code = :building) AND (:region IS NULL OR bd.region = :region);

-- name: behind_beds
-- The beds of a state on a day (`free_as_planned`: as above); of one building, or * for all.
SELECT place AS code
FROM (
    SELECT b.place,
           CASE WHEN s.id IS NOT NULL THEN 'residents' WHEN EXISTS (
               SELECT 1 FROM out_of_service AS o
               WHERE o.bed_id = b.id AND o.from_date <= :day AND (o.until IS NULL OR o.until > :day)
           ) THEN 'out_of_service' ELSE 'free' END AS state,
           CASE WHEN s.until IS NULL AND s.planned_end > :since AND s.planned_end <= :day AND NOT EXISTS (
               SELECT 1 FROM out_of_service AS o
               WHERE o.bed_id = b.id AND o.from_date <= :day AND (o.until IS NULL OR o.until > :day)
           ) THEN 1 ELSE 0 END AS ending
    FROM bed AS b
    JOIN room AS r ON r.id = b.room_id
    JOIN building AS bd ON bd.id = r.building_id
    LEFT JOIN stay AS s ON s.bed_id = b.id AND s.from_date <= :day AND (s.until IS NULL OR s.until > :day)
    WHERE (:building IS NULL OR bd.code = :building) AND (:region IS NULL OR bd.region = :region)
      AND (:of_building = '*' OR bd.code = :of_building)
) AS bed_day
WHERE :state = 'beds' OR state = :state
   OR (:state = 'in_service' AND state <> 'out_of_service')
   OR (:state = 'free_as_planned' AND (state = 'free' OR ending = 1))
ORDER BY length(place), place;

-- name: behind_residents
-- Who lives where on a day; of one building and age, or * for all.
SELECT g.code, b.place AS bed, s.from_date AS day
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.from_date <= :day AND (s.until IS NULL OR s.until > :day)
  AND (:building IS NULL OR bd.code = :building) AND (:region IS NULL OR bd.region = :region)
  AND (:of_building = '*' OR bd.code = :of_building)
  AND (:of_age = '*' OR :of_age = CAST(
      CAST(substr(CAST(:day AS TEXT), 1, 4) AS INTEGER) - CAST(substr(CAST(g.birth_date AS TEXT), 1, 4) AS INTEGER)
      - CASE WHEN substr(CAST(:day AS TEXT), 6) < substr(CAST(g.birth_date AS TEXT), 6) THEN 1 ELSE 0 END AS TEXT))
ORDER BY length(g.code), g.code;

-- name: behind_companions
SELECT g.code, b.place AS bed, c.kind, c.from_date AS day
FROM companion AS c
JOIN stay AS s ON s.id = c.stay_id
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE c.from_date <= :day AND (c.until IS NULL OR c.until > :day)
  AND s.from_date <= :day AND (s.until IS NULL OR s.until > :day)
  AND (:building IS NULL OR bd.code = :building) AND (:region IS NULL OR bd.region = :region)
  AND (:of_building = '*' OR bd.code = :of_building)
ORDER BY length(g.code), g.code, c.from_date, c.kind;

-- name: changes
-- How many residents more or fewer than the day before, on each day until :end on which it changed.
SELECT day, CAST(sum(more) AS INTEGER) AS more
FROM (
    SELECT s.from_date AS day, 1 AS more
    FROM stay AS s
    JOIN bed AS b ON b.id = s.bed_id
    JOIN room AS r ON r.id = b.room_id
    JOIN building AS bd ON bd.id = r.building_id
    WHERE s.from_date <= :end
      AND (:building IS NULL OR bd.code = :building) AND (:region IS NULL OR bd.region = :region)
    UNION ALL
    SELECT s.until, -1
    FROM stay AS s
    JOIN bed AS b ON b.id = s.bed_id
    JOIN room AS r ON r.id = b.room_id
    JOIN building AS bd ON bd.id = r.building_id
    WHERE s.until <= :end
      AND (:building IS NULL OR bd.code = :building) AND (:region IS NULL OR bd.region = :region)
) AS moves
GROUP BY day
ORDER BY day;

-- name: closings
-- The closings that reach into the span, by bed.
SELECT b.place, o.from_date, o.until
FROM out_of_service AS o
JOIN bed AS b ON b.id = o.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
WHERE o.from_date <= :end AND (o.until IS NULL OR o.until > :start)
  AND (:building IS NULL OR bd.code = :building) AND (:region IS NULL OR bd.region = :region);

-- name: stays_on_closed
-- The stays of the span on beds that were closed on some day of it: such a bed is taken, not out of service.
SELECT b.place, s.from_date, s.until
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
WHERE s.from_date <= :end AND (s.until IS NULL OR s.until > :start)
  AND s.bed_id IN (
      SELECT o.bed_id FROM out_of_service AS o
      WHERE o.from_date <= :end AND (o.until IS NULL OR o.until > :start)
  );

-- name: first_day
-- The first day on which anybody lived in the house.
SELECT min(s.from_date) AS day
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
WHERE (:building IS NULL OR bd.code = :building) AND (:region IS NULL OR bd.region = :region);

-- name: by_age
-- Residents on a day by building and years of age. Who was born on 29 February is older on 1 March.
SELECT bd.code AS building,
       CAST(substr(CAST(:day AS TEXT), 1, 4) AS INTEGER) - CAST(substr(CAST(g.birth_date AS TEXT), 1, 4) AS INTEGER)
       - CASE WHEN substr(CAST(:day AS TEXT), 6) < substr(CAST(g.birth_date AS TEXT), 6) THEN 1 ELSE 0 END AS age,
       count(*) AS residents
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.from_date <= :day AND (s.until IS NULL OR s.until > :day)
  AND (:building IS NULL OR bd.code = :building) AND (:region IS NULL OR bd.region = :region)
GROUP BY 1, 2
ORDER BY length(bd.code), 1, 2;

-- name: leavers
-- Those whose stay ended in the span and who have no stay in these houses that begins on that day: a move from bed
-- to bed is no leaving. `until` is the day of leaving.
SELECT substr(CAST(s.until AS TEXT), 1, 7) AS month, s.destination, s.end_reason, count(*) AS leavers
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
WHERE s.until BETWEEN :start AND :end AND s.until <= :as_of
  AND (:building IS NULL OR bd.code = :building) AND (:region IS NULL OR bd.region = :region)
  AND NOT EXISTS (
      SELECT 1 FROM stay AS n
      JOIN bed AS nb ON nb.id = n.bed_id
      JOIN room AS nr ON nr.id = nb.room_id
      JOIN building AS nd ON nd.id = nr.building_id
      WHERE n.graduate_id = s.graduate_id AND n.from_date = s.until
        AND (:building IS NULL OR nd.code = :building) AND (:region IS NULL OR nd.region = :region)
  )
GROUP BY 1, 2, 3;

-- name: behind_leavers
-- The same, one by one; * is any, '' is nothing on record.
SELECT g.code, b.place AS bed, s.until AS day
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.until BETWEEN :start AND :end AND s.until <= :as_of
  AND (:building IS NULL OR bd.code = :building) AND (:region IS NULL OR bd.region = :region)
  AND (:of_destination = '*' OR coalesce(s.destination, '') = :of_destination)
  AND (:of_end_reason = '*' OR coalesce(s.end_reason, '') = :of_end_reason)
  AND NOT EXISTS (
      SELECT 1 FROM stay AS n
      JOIN bed AS nb ON nb.id = n.bed_id
      JOIN room AS nr ON nr.id = nb.room_id
      JOIN building AS nd ON nd.id = nr.building_id
      WHERE n.graduate_id = s.graduate_id AND n.from_date = s.until
        AND (:building IS NULL OR nd.code = :building) AND (:region IS NULL OR nd.region = :region)
  )
ORDER BY s.until, length(g.code), g.code;

-- name: leavers_total
SELECT count(*) AS leavers
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
LEFT JOIN (
    SELECT n.graduate_id, n.from_date
    FROM stay AS n
    JOIN bed AS nb ON nb.id = n.bed_id
    JOIN room AS nr ON nr.id = nb.room_id
    JOIN building AS nd ON nd.id = nr.building_id
    WHERE (:building IS NULL OR nd.code = :building) AND (:region IS NULL OR nd.region = :region)
) AS after ON after.graduate_id = s.graduate_id AND after.from_date = s.until
WHERE s.until BETWEEN :start AND :end AND s.until <= :as_of AND after.graduate_id IS NULL
  AND (:building IS NULL OR bd.code = :building) AND (:region IS NULL OR bd.region = :region);

-- name: arrivals
-- Those who came in the span from elsewhere, by month; the other side of leaving.
SELECT substr(CAST(s.from_date AS TEXT), 1, 7) AS month, count(*) AS arrivals
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
WHERE s.from_date BETWEEN :start AND :end AND s.from_date <= :as_of
  AND (:building IS NULL OR bd.code = :building) AND (:region IS NULL OR bd.region = :region)
  AND NOT EXISTS (
      SELECT 1 FROM stay AS n
      JOIN bed AS nb ON nb.id = n.bed_id
      JOIN room AS nr ON nr.id = nb.room_id
      JOIN building AS nd ON nd.id = nr.building_id
      WHERE n.graduate_id = s.graduate_id AND n.until = s.from_date
        AND (:building IS NULL OR nd.code = :building) AND (:region IS NULL OR nd.region = :region)
  )
GROUP BY 1;

-- name: behind_arrivals
SELECT g.code, b.place AS bed, s.from_date AS day
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.from_date BETWEEN :start AND :end AND s.from_date <= :as_of
  AND (:building IS NULL OR bd.code = :building) AND (:region IS NULL OR bd.region = :region)
  AND NOT EXISTS (
      SELECT 1 FROM stay AS n
      JOIN bed AS nb ON nb.id = n.bed_id
      JOIN room AS nr ON nr.id = nb.room_id
      JOIN building AS nd ON nd.id = nr.building_id
      WHERE n.graduate_id = s.graduate_id AND n.until = s.from_date
        AND (:building IS NULL OR nd.code = :building) AND (:region IS NULL OR nd.region = :region)
  )
ORDER BY s.from_date, length(g.code), g.code;

-- name: arrivals_total
SELECT count(*) AS arrivals
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
LEFT JOIN (
    SELECT n.graduate_id, n.until
    FROM stay AS n
    JOIN bed AS nb ON nb.id = n.bed_id
    JOIN room AS nr ON nr.id = nb.room_id
    JOIN building AS nd ON nd.id = nr.building_id
    WHERE (:building IS NULL OR nd.code = :building) AND (:region IS NULL OR nd.region = :region)
) AS earlier ON earlier.graduate_id = s.graduate_id AND earlier.until = s.from_date
WHERE s.from_date BETWEEN :start AND :end AND s.from_date <= :as_of AND earlier.graduate_id IS NULL
  AND (:building IS NULL OR bd.code = :building) AND (:region IS NULL OR bd.region = :region);
