-- name: codes
-- Codes of queue entries that begin with what was typed, for completion.
SELECT q.code,
       CASE WHEN EXISTS (SELECT 1 FROM block AS k WHERE k.graduate_id = g.id AND k.unblocked_on IS NULL)
            THEN 'blocked' ELSE g.surname || ' ' || g.given_name END
       || ', ' || q.registrar AS description
FROM queue_entry AS q
JOIN graduate AS g ON g.id = q.graduate_id
WHERE q.code >= :prefix AND q.code < :after
ORDER BY length(q.code), q.code
LIMIT 30;

-- name: by_code
SELECT code, registrar, status
FROM queue_entry
WHERE code = :code;

-- name: waiting
-- The waiting entries of one person, for choosing the one that a position is of.
SELECT q.code, q.registrar, q.registered_on, q.number
FROM queue_entry AS q
JOIN graduate AS g ON g.id = q.graduate_id
WHERE g.code = :graduate
  AND q.status = 'waiting'
  AND (:registrar IS NULL OR q.registrar = :registrar)
ORDER BY q.registered_on, length(q.code), q.code;

-- name: queue
-- The mirror of the queue: by the day of registration, each with the last position reported. On a day in the
-- past the status is that of the last event until then; an entry without events has the status it came with.
SELECT entry.code, entry.graduate, entry.name, entry.registrar, entry.registered_on, entry.number,
       entry.category, entry.status, p.position, p.position_on
FROM (
    SELECT q.id, q.code, g.code AS graduate, g.surname || ' ' || g.given_name AS name, q.registrar,
           q.registered_on, q.number, q.category,
           CASE WHEN :as_of IS NULL THEN q.status ELSE coalesce(
               (SELECT e.status FROM queue_event AS e
                WHERE e.entry_id = q.id AND e.happened_on <= :as_of
                ORDER BY e.happened_on DESC, e.id DESC
                LIMIT 1),
               CASE WHEN q.closed_on > :as_of
                         OR EXISTS (SELECT 1 FROM queue_event AS e WHERE e.entry_id = q.id)
                    THEN 'waiting' ELSE q.status END
           ) END AS status
    FROM queue_entry AS q
    JOIN graduate AS g ON g.id = q.graduate_id
    WHERE (:registrar IS NULL OR q.registrar = :registrar)
      AND (:region IS NULL OR g.region = :region)
      AND (:registered_from IS NULL OR q.registered_on >= :registered_from)
      AND (:registered_to IS NULL OR q.registered_on <= :registered_to)
      AND (:as_of IS NULL OR q.registered_on <= :as_of)
) AS entry
LEFT JOIN position AS p ON p.entry_id = entry.id
    AND p.position_on = (
        SELECT max(l.position_on) FROM position AS l
        WHERE l.entry_id = entry.id AND (:as_of IS NULL OR l.position_on <= :as_of)
    )
WHERE (:status IS NULL OR entry.status = :status)
ORDER BY entry.registered_on, length(entry.code), entry.code
LIMIT :limit;

-- name: entry
-- One queue entry.
SELECT q.code, g.code AS graduate, g.surname || ' ' || g.given_name AS name, q.registrar, q.registered_on,
       q.number, q.category, q.status, q.closed_on, q.note
FROM queue_entry AS q
JOIN graduate AS g ON g.id = q.graduate_id
WHERE q.code = :code;

-- name: entry_events
-- How the status of one entry went: waiting from the registration on, then what was reported.
SELECT happened_on, status, made_by, reason
FROM (
    SELECT q.registered_on AS happened_on, 'waiting' AS status, NULL AS made_by, NULL AS reason, 0 AS place,
           q.id
    FROM queue_entry AS q
    WHERE q.code = :code
    UNION ALL
    SELECT e.happened_on, e.status, e.made_by, e.reason, 1 AS place, e.id
    FROM queue_event AS e
    JOIN queue_entry AS q ON q.id = e.entry_id
    WHERE q.code = :code
) AS steps
ORDER BY place, happened_on, id;

-- name: entry_positions
-- Every position reported of one entry, the latest first, with the change to the one before: less than nought
-- is nearer to the front.
SELECT p.position_on, p.position, p.position - lag(p.position) OVER (ORDER BY p.position_on) AS change, p.document
FROM position AS p
JOIN queue_entry AS q ON q.id = p.entry_id
WHERE q.code = :code
ORDER BY p.position_on DESC;

-- name: person
SELECT code, surname, given_name, patronymic
FROM graduate
WHERE code = :graduate;

-- name: person_queue
-- The queue entries of one person.
SELECT q.code, q.registrar, q.registered_on, q.number, q.category, q.status, q.closed_on
FROM queue_entry AS q
JOIN graduate AS g ON g.id = q.graduate_id
WHERE g.code = :graduate
ORDER BY q.registered_on, length(q.code), q.code;

-- name: person_positions
-- Every position reported of one person's entries, the latest first.
SELECT q.code, p.position_on, p.position,
       p.position - lag(p.position) OVER (PARTITION BY q.id ORDER BY p.position_on) AS change, p.document
FROM position AS p
JOIN queue_entry AS q ON q.id = p.entry_id
JOIN graduate AS g ON g.id = q.graduate_id
WHERE g.code = :graduate
ORDER BY q.registered_on, length(q.code), q.code, p.position_on DESC;

-- name: person_apartments
-- The apartments granted to one person, the latest first.
SELECT a.granted_on, a.region, a.address, a.rooms, a.area, a.tenure, a.decision, a.note
FROM apartment AS a
JOIN graduate AS g ON g.id = a.graduate_id
WHERE g.code = :graduate
ORDER BY a.granted_on DESC;

-- name: apartments
-- Apartments granted, by the day of the decision.
SELECT g.code AS graduate, g.surname || ' ' || g.given_name AS name, a.granted_on, a.region, a.address,
       a.rooms, a.area, a.tenure, a.decision
FROM apartment AS a
JOIN graduate AS g ON g.id = a.graduate_id
WHERE (:granted_from IS NULL OR a.granted_on >= :granted_from)
  AND (:granted_to IS NULL OR a.granted_on <= :granted_to)
  AND (:region IS NULL OR a.region = :region)
  AND (:tenure IS NULL OR a.tenure = :tenure)
ORDER BY a.granted_on, length(g.code), g.code
LIMIT :limit;

-- name: left_open
-- What stays open after a person was granted an apartment: waiting queue entries, open appeals about
-- housing, a bed that is not given back by that day. None of it is changed by the grant.
SELECT code, kind, from_date, what
FROM (
    SELECT q.code, 'queue' AS kind, q.registered_on AS from_date,
           q.registrar || coalesce(' ' || q.number, '') AS what, 1 AS place
    FROM queue_entry AS q
    JOIN graduate AS g ON g.id = q.graduate_id
    WHERE g.code = :graduate AND q.status = 'waiting'
    UNION ALL
    SELECT a.code, 'appeal', a.received_on, a.status, 2
    FROM appeal AS a
    JOIN graduate AS g ON g.id = a.graduate_id
    WHERE g.code = :graduate
      AND a.status IN ('registered', 'in_progress', 'paused')
      AND (a.topic = 'housing'
           OR EXISTS (SELECT 1 FROM appeal_topic AS t WHERE t.appeal_id = a.id AND t.topic = 'housing'))
    UNION ALL
    SELECT b.place, 'bed', s.from_date, coalesce(s.contract, ''), 3
    FROM stay AS s
    JOIN bed AS b ON b.id = s.bed_id
    JOIN graduate AS g ON g.id = s.graduate_id
    WHERE g.code = :graduate AND (s.until IS NULL OR s.until > :on)
) AS still
ORDER BY place, from_date, length(code), code;

-- name: granted
-- For reports: each apartment granted in a span of days, both ends counted, with what it can be counted by.
SELECT a.granted_on, a.region, a.tenure, a.rooms
FROM apartment AS a
WHERE a.granted_on >= :start AND a.granted_on <= :end
ORDER BY a.granted_on, a.id;

-- name: sheet_apartments
SELECT g.code AS graduate, a.granted_on, a.region, a.address, a.rooms, a.area, a.tenure, a.decision, a.note
FROM apartment AS a
JOIN graduate AS g ON g.id = a.graduate_id
ORDER BY a.granted_on, length(g.code), g.code;

-- name: sheet_queue
SELECT q.code, g.code AS graduate, q.registrar, q.registered_on, q.number, q.category, q.status, q.closed_on,
       q.note
FROM queue_entry AS q
JOIN graduate AS g ON g.id = q.graduate_id
ORDER BY length(q.code), q.code;

-- name: sheet_positions
-- The entry's own code makes a row unambiguous; graduate, number and registrar are for other programs.
SELECT q.code AS queue, g.code AS graduate, q.number, q.registrar, p.position, p.position_on, p.document
FROM position AS p
JOIN queue_entry AS q ON q.id = p.entry_id
JOIN graduate AS g ON g.id = q.graduate_id
ORDER BY length(q.code), q.code, p.position_on;
