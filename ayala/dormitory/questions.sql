-- name: bed_places
-- Beds whose place begins with what was typed, for completion.
SELECT place AS code, '' AS description
FROM bed
WHERE place >= :prefix AND place < :after
ORDER BY length(place), place
LIMIT 50;

-- name: places
-- Buildings and beds that begin with what was typed, for completion.
SELECT code, description
FROM (
    SELECT code, name AS description FROM building
    UNION ALL
    SELECT place, '' FROM bed
) AS known
WHERE code >= :prefix AND code < :after
ORDER BY length(code), code
LIMIT 50;

-- name: building_codes
SELECT code, name FROM building ORDER BY length(code), code;

-- name: room_numbers
SELECT r.number
FROM room AS r
JOIN building AS bd ON bd.id = r.building_id
WHERE bd.code = :building
ORDER BY length(r.number), r.number;

-- name: bed_numbers
SELECT b.number
FROM bed AS b
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
WHERE bd.code = :building AND r.number = :room
ORDER BY length(b.number), b.number;

-- name: occupancy
-- How full each building is on :day; one :building, or all of them. Every bed is counted once: taken
-- (a resident), else out of service (closed and nobody in it), else free. Companions are counted apart.
WITH bed_day AS (
    SELECT r.building_id, b.id AS bed_id, s.id AS stay_id,
           CASE
               WHEN s.id IS NULL AND EXISTS (
                   SELECT 1 FROM out_of_service AS o
                   WHERE o.bed_id = b.id AND o.from_date <= :day AND (o.until IS NULL OR o.until > :day)
               ) THEN 1
               ELSE 0
           END AS closed,
           (SELECT CAST(count(*) AS INTEGER) FROM companion AS c
            WHERE c.stay_id = s.id AND c.from_date <= :day AND (c.until IS NULL OR c.until > :day)) AS companions
    FROM room AS r
    JOIN bed AS b ON b.room_id = r.id
    LEFT JOIN stay AS s ON s.bed_id = b.id AND s.from_date <= :day AND (s.until IS NULL OR s.until > :day)
)
SELECT bd.code AS building, bd.name,
       count(d.bed_id) AS beds,
       count(d.stay_id) AS residents,
       coalesce(sum(d.companions), 0) AS companions,
       coalesce(sum(d.closed), 0) AS out_of_service,
       count(d.bed_id) - count(d.stay_id) - coalesce(sum(d.closed), 0) AS free,
       bd.region
FROM building AS bd
LEFT JOIN bed_day AS d ON d.building_id = bd.id
WHERE (:building IS NULL OR bd.code = :building)
GROUP BY bd.id, bd.code, bd.name, bd.region
ORDER BY length(bd.code), bd.code;

-- name: rooms
-- The rooms of a building, or one of them, with their beds as they stand on :day.
SELECT bd.code || '/' || r.number AS code, r.floor, r.sex AS room_sex, r.accessible, r.family_flat,
       count(b.id) AS beds,
       count(s.id) AS taken,
       coalesce(sum(CASE WHEN s.id IS NULL AND o.bed_id IS NOT NULL THEN 1 ELSE 0 END), 0) AS closed,
       coalesce(sum(CASE WHEN b.id IS NOT NULL AND s.id IS NULL AND o.bed_id IS NULL THEN 1 ELSE 0 END), 0) AS free,
       r.note
FROM room AS r
JOIN building AS bd ON bd.id = r.building_id
LEFT JOIN bed AS b ON b.room_id = r.id
LEFT JOIN stay AS s ON s.bed_id = b.id AND s.from_date <= :day AND (s.until IS NULL OR s.until > :day)
LEFT JOIN (
    SELECT DISTINCT bed_id FROM out_of_service
    WHERE from_date <= :day AND (until IS NULL OR until > :day)
) AS o ON o.bed_id = b.id
WHERE bd.code = :building AND (:room IS NULL OR r.number = :room)
GROUP BY bd.code, r.id, r.number, r.floor, r.sex, r.accessible, r.family_flat, r.note
ORDER BY length(r.number), r.number;

-- name: beds
-- Every bed as it stands on :day, with who lives there; of all buildings, of one, or of one room.
SELECT b.place AS code, bd.code AS building, r.floor, r.number AS room, r.sex AS room_sex, b.number AS bed,
       CASE
           WHEN s.id IS NOT NULL THEN 'taken'
           WHEN EXISTS (
               SELECT 1 FROM out_of_service AS o
               WHERE o.bed_id = b.id AND o.from_date <= :day AND (o.until IS NULL OR o.until > :day)
           ) THEN 'closed'
           ELSE 'free'
       END AS state,
       g.code AS graduate, s.until, s.planned_end, r.family_flat
FROM bed AS b
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
LEFT JOIN stay AS s ON s.bed_id = b.id AND s.from_date <= :day AND (s.until IS NULL OR s.until > :day)
LEFT JOIN graduate AS g ON g.id = s.graduate_id
WHERE (:building IS NULL OR bd.code = :building) AND (:room IS NULL OR r.number = :room)
ORDER BY length(bd.code), bd.code, length(r.number), r.number, length(b.number), b.number;

-- name: free_beds
-- Beds that nobody has and nothing closes on any day from :start to (not including) :stop. With :sex only
-- those where that person breaks no rule on sex: the building's, the room's, and that of the room-mates.
SELECT b.place AS code, bd.code AS building, r.floor, r.number AS room, b.number AS bed, r.sex AS room_sex,
       r.accessible, r.family_flat,
       (SELECT min(n.from_date) FROM stay AS n WHERE n.bed_id = b.id AND n.from_date >= :stop) AS next_stay,
       (SELECT min(o.from_date) FROM out_of_service AS o WHERE o.bed_id = b.id AND o.from_date >= :stop) AS next_closing
FROM bed AS b
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
WHERE (:building IS NULL OR bd.code = :building)
  AND (:accessible IS NULL OR r.accessible = true)
  AND NOT EXISTS (
      SELECT 1 FROM stay AS s
      WHERE s.bed_id = b.id AND s.from_date < :stop AND (s.until IS NULL OR s.until > :start)
  )
  AND NOT EXISTS (
      SELECT 1 FROM out_of_service AS o
      WHERE o.bed_id = b.id AND o.from_date < :stop AND (o.until IS NULL OR o.until > :start)
  )
  AND (
      :sex IS NULL
      OR r.family_flat = true
      OR (
          bd.sex_rule IN ('any', :sex)
          AND (
              r.sex = :sex
              OR (
                  r.sex IS NULL
                  AND NOT EXISTS (
                      SELECT 1 FROM bed AS other
                      JOIN stay AS mate ON mate.bed_id = other.id
                      JOIN graduate AS g ON g.id = mate.graduate_id
                      WHERE other.room_id = r.id AND g.sex <> :sex
                        AND mate.from_date < :stop AND (mate.until IS NULL OR mate.until > :start)
                  )
              )
          )
      )
  )
ORDER BY length(bd.code), bd.code, length(r.number), r.number, length(b.number), b.number;

-- name: stays
-- Who lives where on :day; without a day every stay, of one :graduate, in one :building, or on one :bed.
SELECT g.code AS graduate, g.surname, g.given_name, g.patronymic, g.birth_date, g.sex, b.place AS bed,
       s.from_date, s.until, s.contract, s.planned_end, s.end_reason, s.destination, s.reason,
       (SELECT count(*) FROM companion AS c
        WHERE c.stay_id = s.id AND c.kind = 'adult' AND c.from_date <= :counted
          AND (c.until IS NULL OR c.until > :counted)) AS adults,
       (SELECT count(*) FROM companion AS c
        WHERE c.stay_id = s.id AND c.kind = 'child' AND c.from_date <= :counted
          AND (c.until IS NULL OR c.until > :counted)) AS children
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE (:building IS NULL OR bd.code = :building)
  AND (:graduate IS NULL OR g.code = :graduate)
  AND (:bed IS NULL OR b.place = :bed)
  AND (:day IS NULL OR (s.from_date <= :day AND (s.until IS NULL OR s.until > :day)))
ORDER BY length(bd.code), bd.code, length(r.number), r.number, length(b.number), b.number, s.from_date;

-- name: closings
-- When beds of a building, a room or one bed are or were out of service, and why; the latest first.
SELECT b.place AS bed, o.from_date, o.until, o.reason
FROM out_of_service AS o
JOIN bed AS b ON b.id = o.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
WHERE bd.code = :building AND (:room IS NULL OR r.number = :room) AND (:bed IS NULL OR b.number = :bed)
ORDER BY o.from_date DESC, length(r.number), r.number, length(b.number), b.number;

-- name: page_building
SELECT code, name, region, address, sex_rule, min_age, max_age, ceiling_age, policy_source, note
FROM building
WHERE code = :building;

-- name: sheet_beds
SELECT bd.code AS building, bd.name AS building_name, r.floor, r.number AS room, b.number AS bed,
       r.sex AS room_sex,
       CASE WHEN r.accessible = true THEN 'yes' ELSE 'no' END AS accessible,
       CASE WHEN r.family_flat = true THEN 'yes' ELSE 'no' END AS family_flat
FROM bed AS b
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
ORDER BY length(bd.code), bd.code, length(r.number), r.number, length(b.number), b.number;

-- name: sheet_stays
SELECT g.code AS graduate, bd.code AS building, r.number AS room, b.number AS bed, s.from_date, s.until,
       s.contract, s.planned_end, s.end_reason, s.destination, s.reason
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
JOIN graduate AS g ON g.id = s.graduate_id
ORDER BY length(bd.code), bd.code, length(r.number), r.number, length(b.number), b.number, s.from_date;
