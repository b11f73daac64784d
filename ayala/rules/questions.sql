-- name: calendar_days
-- The office's own days of work and of rest.
SELECT day, working, reason FROM calendar_day ORDER BY day;

-- name: people_queue
-- Graduates who are in no queue yet, for the age by which they have to be.
SELECT g.code, g.birth_date, g.conscript_months
FROM graduate AS g
WHERE g.archived_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM queue_entry AS q WHERE q.graduate_id = g.id)
ORDER BY length(g.code), g.code;

-- name: people_housed
-- Residents on a day, with their building.
SELECT g.code, g.birth_date, g.conscript_months, u.code AS building
FROM stay AS s
JOIN graduate AS g ON g.id = s.graduate_id
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS u ON u.id = r.building_id
WHERE s.from_date <= :day AND (s.until IS NULL OR s.until > :day)
ORDER BY length(g.code), g.code;

-- name: people_appeals
-- Open appeals with their people.
SELECT a.code, g.code AS graduate, a.kind, a.received_on, a.registered_on, a.extended_until
FROM appeal AS a
LEFT JOIN graduate AS g ON g.id = a.graduate_id
WHERE a.status IN ('registered', 'in_progress', 'paused')
ORDER BY substr(a.code, 1, 6), length(a.code), a.code;
