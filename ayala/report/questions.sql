-- name: graduates_by_region
-- All on record and not archived; of them those registered in the span.
SELECT region, count(*) AS graduates,
       sum(CASE WHEN registered_on BETWEEN :start AND :end THEN 1 ELSE 0 END) AS registered_in_span
FROM graduate
WHERE archived_on IS NULL OR archived_on > :as_of
GROUP BY region
ORDER BY region;

-- name: graduates_total
SELECT count(*) AS graduates
FROM graduate
WHERE archived_on IS NULL OR archived_on > :as_of;

-- name: appeals_by_topic
SELECT topic, count(*) AS appeals
FROM appeal
WHERE received_on BETWEEN :start AND :end
GROUP BY topic;

-- name: appeals_by_status
SELECT status, count(*) AS appeals
FROM appeal
WHERE received_on BETWEEN :start AND :end
GROUP BY status;

-- name: appeals_total
SELECT count(*) AS appeals
FROM appeal
WHERE received_on BETWEEN :start AND :end;

-- name: services_by_kind
-- Given to one person, and attendances at sessions: one attendance is one service.
SELECT kind, count(*) AS services, count(DISTINCT graduate_id) AS graduates
FROM (
    SELECT kind, graduate_id
    FROM service
    WHERE provided_on BETWEEN :start AND :end
    UNION ALL
    SELECT e.kind, a.graduate_id
    FROM session AS e
    JOIN attendance AS a ON a.session_id = e.id
    WHERE e.held_on BETWEEN :start AND :end AND e.cancelled_on IS NULL
) AS given
GROUP BY kind;

-- name: services_by_mode
SELECT mode, count(*) AS services, count(DISTINCT graduate_id) AS graduates
FROM (
    SELECT mode, graduate_id
    FROM service
    WHERE provided_on BETWEEN :start AND :end
    UNION ALL
    SELECT e.mode, a.graduate_id
    FROM session AS e
    JOIN attendance AS a ON a.session_id = e.id
    WHERE e.held_on BETWEEN :start AND :end AND e.cancelled_on IS NULL
) AS given
GROUP BY mode;

-- name: services_total
SELECT count(*) AS services, count(DISTINCT graduate_id) AS graduates
FROM (
    SELECT graduate_id
    FROM service
    WHERE provided_on BETWEEN :start AND :end
    UNION ALL
    SELECT a.graduate_id
    FROM session AS e
    JOIN attendance AS a ON a.session_id = e.id
    WHERE e.held_on BETWEEN :start AND :end AND e.cancelled_on IS NULL
) AS given;

-- name: apartments_by_year
SELECT CAST(substr(CAST(granted_on AS TEXT), 1, 4) AS INTEGER) AS year, count(*) AS apartments
FROM apartment
WHERE granted_on <= :end AND (:region IS NULL OR region = :region)
GROUP BY 1
ORDER BY 1;

-- name: apartments_total
SELECT count(*) AS apartments
FROM apartment
WHERE granted_on <= :end AND (:region IS NULL OR region = :region);

-- name: beds_total
SELECT count(*) AS beds
FROM bed AS d
JOIN room AS r ON r.id = d.room_id
JOIN building AS b ON b.id = r.building_id
WHERE (:building IS NULL OR b.code = :building) AND (:region IS NULL OR b.region = :region);

-- name: residents_total
SELECT count(*) AS residents
FROM stay AS s
JOIN bed AS d ON d.id = s.bed_id
JOIN room AS r ON r.id = d.room_id
JOIN building AS b ON b.id = r.building_id
WHERE s.from_date <= :as_of AND (s.until IS NULL OR s.until > :as_of)
  AND (:building IS NULL OR b.code = :building) AND (:region IS NULL OR b.region = :region);

-- name: placed_total
SELECT count(*) AS placed
FROM placement AS p
JOIN partner AS r ON r.id = p.partner_id
WHERE p.from_date <= :as_of AND (p.until IS NULL OR p.until > :as_of)
  AND (:region IS NULL OR r.region = :region);

-- name: placed_behind
-- Those whom by_partner_kind counts; of one kind of partner, or all.
SELECT p.code, g.code AS graduate, p.from_date AS day
FROM placement AS p
JOIN partner AS r ON r.id = p.partner_id
JOIN graduate AS g ON g.id = p.graduate_id
WHERE p.from_date <= :as_of AND (p.until IS NULL OR p.until > :as_of)
  AND (:region IS NULL OR r.region = :region) AND (:partner_kind IS NULL OR r.kind = :partner_kind)
ORDER BY length(p.code), p.code;

-- name: keyed_appeals
-- Every key an appeal can be counted by.
SELECT received_on AS day, topic, region, channel, status, decision, assignee, kind,
       substr(CAST(received_on AS TEXT), 1, 4) AS year,
       substr(CAST(received_on AS TEXT), 1, 7) AS month,
       code
FROM appeal;

-- name: keyed_appeals_by_day
-- The keys that an index has, the appeals of a day together.
SELECT day, topic, region, appeals,
       substr(CAST(day AS TEXT), 1, 4) AS year,
       substr(CAST(day AS TEXT), 1, 7) AS month
FROM (
    SELECT region, topic, received_on AS day, count(*) AS appeals
    FROM appeal
    GROUP BY region, topic, received_on
) AS daily;

-- name: keyed_mentions
-- The same, an appeal once for each of its topics.
SELECT a.received_on AS day, t.topic, a.region, a.channel, a.status, a.decision, a.assignee, a.kind,
       substr(CAST(a.received_on AS TEXT), 1, 4) AS year,
       substr(CAST(a.received_on AS TEXT), 1, 7) AS month,
       a.code
FROM appeal AS a
JOIN (
    SELECT id AS appeal_id, topic FROM appeal
    UNION ALL
    SELECT appeal_id, topic FROM appeal_topic
) AS t ON t.appeal_id = a.id;

-- name: keyed_services
-- Every key a service can be counted by; the region is the person's, else the session's.
SELECT s.provided_on AS day, s.kind, s.mode, s.provider, g.region,
       substr(CAST(s.provided_on AS TEXT), 1, 4) AS year,
       substr(CAST(s.provided_on AS TEXT), 1, 7) AS month,
       s.code, g.code AS graduate
FROM service AS s
JOIN graduate AS g ON g.id = s.graduate_id
UNION ALL
SELECT e.held_on AS day, e.kind, e.mode, e.provider, coalesce(g.region, e.region) AS region,
       substr(CAST(e.held_on AS TEXT), 1, 4) AS year,
       substr(CAST(e.held_on AS TEXT), 1, 7) AS month,
       e.code, g.code AS graduate
FROM session AS e
JOIN attendance AS a ON a.session_id = e.id
LEFT JOIN graduate AS g ON g.id = a.graduate_id
WHERE e.cancelled_on IS NULL;

-- name: keyed_graduates
SELECT registered_on AS day, region, sex, institution, care_status,
       substr(CAST(registered_on AS TEXT), 1, 4) AS year,
       substr(CAST(registered_on AS TEXT), 1, 7) AS month,
       substr(CAST(birth_date AS TEXT), 1, 4) AS birth_year,
       code
FROM graduate
WHERE archived_on IS NULL OR archived_on > :as_of;

-- name: keyed_dormitory
-- Residents on the day.
SELECT CAST(:as_of AS TEXT) AS day, b.code AS building, r.floor, g.sex, g.region,
       substr(CAST(g.birth_date AS TEXT), 1, 4) AS birth_year,
       g.code, d.place AS bed
FROM stay AS s
JOIN bed AS d ON d.id = s.bed_id
JOIN room AS r ON r.id = d.room_id
JOIN building AS b ON b.id = r.building_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.from_date <= :as_of AND (s.until IS NULL OR s.until > :as_of);

-- name: keyed_apartments
SELECT granted_on AS day, region, tenure, rooms,
       substr(CAST(granted_on AS TEXT), 1, 4) AS year,
       substr(CAST(granted_on AS TEXT), 1, 7) AS month,
       (SELECT g.code FROM graduate AS g WHERE g.id = apartment.graduate_id) AS code
FROM apartment;

-- name: keyed_work
-- Placements by the day they began.
SELECT p.from_date AS day, r.kind AS partner_kind, r.name AS partner, g.region, p.end_reason, g.sex,
       substr(CAST(p.from_date AS TEXT), 1, 4) AS year,
       substr(CAST(p.from_date AS TEXT), 1, 7) AS month,
       p.code, g.code AS graduate
FROM placement AS p
JOIN partner AS r ON r.id = p.partner_id
JOIN graduate AS g ON g.id = p.graduate_id;

-- name: overlapping_stays
-- What the database itself forbids; looked for all the same.
SELECT count(*) AS found
FROM stay AS a
JOIN stay AS b ON a.id < b.id AND (a.bed_id = b.bed_id OR a.graduate_id = b.graduate_id)
WHERE a.from_date < coalesce(b.until, '9999-12-31') AND b.from_date < coalesce(a.until, '9999-12-31');

-- name: answered_before_received
SELECT code FROM appeal WHERE answered_on < received_on ORDER BY length(code), code LIMIT 20;

-- name: closed_beds_with_people
-- Beds out of service that somebody lives on, on the day.
SELECT DISTINCT b.place AS code
FROM out_of_service AS o
JOIN bed AS b ON b.id = o.bed_id
JOIN stay AS s ON s.bed_id = o.bed_id
WHERE o.from_date <= :as_of AND (o.until IS NULL OR o.until > :as_of)
  AND s.from_date <= :as_of AND (s.until IS NULL OR s.until > :as_of)
ORDER BY b.place;

-- name: refused_without_ground
-- Refusals that lack their ground or document; old sheets have such.
SELECT code FROM appeal
WHERE decision = 'refused' AND (ground IS NULL OR document IS NULL)
ORDER BY length(code), code LIMIT 20;

-- name: counters
SELECT name, value FROM counter;

-- name: highest_graduate
SELECT code FROM graduate ORDER BY length(code) DESC, code DESC LIMIT 1;

-- name: highest_service
SELECT code FROM service ORDER BY length(code) DESC, code DESC LIMIT 1;

-- name: highest_session
SELECT code FROM session ORDER BY length(code) DESC, code DESC LIMIT 1;

-- name: highest_queue
SELECT code FROM queue_entry ORDER BY length(code) DESC, code DESC LIMIT 1;

-- name: highest_placement
SELECT code FROM placement ORDER BY length(code) DESC, code DESC LIMIT 1;

-- name: highest_aid
SELECT code FROM aid ORDER BY length(code) DESC, code DESC LIMIT 1;

-- name: first_command
SELECT command FROM change ORDER BY length(code), code LIMIT 1;

-- name: someone_with_much
-- For the demo: a resident whose page has something to show.
SELECT g.code
FROM stay AS s
JOIN graduate AS g ON g.id = s.graduate_id
JOIN appeal AS a ON a.graduate_id = g.id
GROUP BY g.code
ORDER BY count(*) DESC, length(g.code), g.code
LIMIT 1;

-- name: guards
SELECT name FROM sqlite_master WHERE type IN ('trigger', 'index');

-- name: guards_postgresql
SELECT indexname AS name FROM pg_indexes WHERE schemaname = current_schema()
UNION
SELECT conname::text FROM pg_constraint WHERE contype = 'x';

-- name: regions
-- Every region that a record names.
SELECT region FROM graduate WHERE region IS NOT NULL
UNION SELECT region FROM appeal WHERE region IS NOT NULL
UNION SELECT region FROM session WHERE region IS NOT NULL
UNION SELECT region FROM building WHERE region IS NOT NULL
UNION SELECT region FROM apartment WHERE region IS NOT NULL
UNION SELECT region FROM partner WHERE region IS NOT NULL;
