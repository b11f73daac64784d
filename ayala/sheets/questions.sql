-- name: state
-- What the history says of the records: any change by anybody, past Ayala too, adds an image. Counted as well as
-- looked at for the newest, since of two changes at once the one with the earlier number may be saved later.
-- An entry of the ledger has an image too, and is no change of a record: an export that is recorded.
SELECT (SELECT count(*) FROM row_image) - (SELECT count(*) FROM change) AS images,
       (SELECT count(*) FROM row_image WHERE change_id IS NULL) AS outside,
       (SELECT made_at FROM row_image WHERE table_name <> 'change' ORDER BY seq DESC LIMIT 1) AS newest,
       (SELECT count(*) FROM change WHERE records > 0) AS changes,
       (SELECT code FROM change WHERE records > 0
        ORDER BY made_at DESC, length(code) DESC, code DESC LIMIT 1) AS entry;

-- name: on_record_graduates
-- on_record_KIND: what a full list of that kind should name. id is what a row of a sheet means; scope is what
-- the list may be confined to; key_ are values by which a row that was rejected still names the record.
SELECT g.id, g.code, g.code AS graduate, g.surname || ' ' || g.given_name || coalesce(' ' || g.patronymic, '') AS name,
       g.region AS scope, g.code AS key_code, g.iin AS key_iin, g.name_key || ' ' || g.birth_date AS key_name
FROM graduate AS g
WHERE g.archived_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM erasure AS e WHERE e.graduate_id = g.id)
ORDER BY length(g.code), g.code;

-- name: on_record_beds
SELECT b.place AS id, b.place AS code, NULL AS graduate, b.place AS name, bd.code AS scope, b.place AS key_place
FROM bed AS b
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
ORDER BY length(bd.code), bd.code, length(r.number), r.number, length(b.number), b.number;

-- name: on_record_partners
SELECT r.id, r.name AS code, NULL AS graduate, r.name AS name, r.region AS scope, r.name AS key_name
FROM partner AS r
WHERE r.closed_on IS NULL
ORDER BY r.sort_key, r.id;

-- name: on_record_workplaces
SELECT w.id, r.name AS code, NULL AS graduate, w.title AS name, NULL AS scope
FROM workplace AS w
JOIN partner AS r ON r.id = w.partner_id
WHERE w.closed_on IS NULL
ORDER BY r.sort_key, r.id, w.title, w.opened_on;

-- name: on_record_appeals
SELECT a.id, a.code, g.code AS graduate, a.topic AS name, a.region AS scope, a.code AS key_code,
       a.number AS key_number
FROM appeal AS a
LEFT JOIN graduate AS g ON g.id = a.graduate_id
ORDER BY substr(a.code, 1, 6), length(a.code), a.code;

-- name: on_record_sessions
SELECT e.id, e.code, NULL AS graduate, coalesce(e.title, e.kind) AS name, e.region AS scope, e.code AS key_code
FROM session AS e
WHERE e.cancelled_on IS NULL
ORDER BY length(e.code), e.code;

-- name: on_record_services
SELECT s.id, s.code, g.code AS graduate, s.kind AS name, NULL AS scope, s.code AS key_code
FROM service AS s
JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.cancelled_on IS NULL
ORDER BY length(s.code), s.code;

-- name: on_record_attendance
SELECT a.id, e.code, g.code AS graduate, coalesce(a.name, g.surname || ' ' || g.given_name) AS name,
       e.code AS scope
FROM attendance AS a
JOIN session AS e ON e.id = a.session_id
LEFT JOIN graduate AS g ON g.id = a.graduate_id
ORDER BY length(e.code), e.code, a.id;

-- name: on_record_stays
-- Who lives in a bed: a stay that is over is not expected on a list.
SELECT s.id, b.place AS code, g.code AS graduate, g.surname || ' ' || g.given_name AS name, bd.code AS scope,
       g.code AS key_code, g.iin AS key_iin
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE (s.until IS NULL OR s.until > :today)
ORDER BY b.place, s.from_date;

-- name: on_record_apartments
SELECT a.id, g.code, g.code AS graduate, g.surname || ' ' || g.given_name AS name, a.region AS scope
FROM apartment AS a
JOIN graduate AS g ON g.id = a.graduate_id
ORDER BY a.granted_on, length(g.code), g.code;

-- name: on_record_queue
-- Who waits: an entry that is closed is not expected on a list.
SELECT q.id, q.code, g.code AS graduate, g.surname || ' ' || g.given_name AS name, q.registrar AS scope,
       q.code AS key_code, q.number AS key_number, g.code AS key_graduate, g.iin AS key_iin,
       g.name_key AS key_name
FROM queue_entry AS q
JOIN graduate AS g ON g.id = q.graduate_id
WHERE q.status = 'waiting'
ORDER BY length(q.code), q.code;

-- name: on_record_placements
SELECT p.id, p.code, g.code AS graduate, p.title AS name, NULL AS scope, p.code AS key_code
FROM placement AS p
JOIN graduate AS g ON g.id = p.graduate_id
WHERE p.until IS NULL
ORDER BY length(p.code), p.code;
