-- name: codes
-- Codes that begin with what was typed, for completion.
SELECT s.code, s.kind || ', ' ||
       CASE WHEN EXISTS (SELECT 1 FROM block AS k WHERE k.graduate_id = g.id AND k.unblocked_on IS NULL)
            THEN 'blocked' ELSE g.surname || ' ' || g.given_name END AS description
FROM service AS s
JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.code >= :prefix AND s.code < :after
ORDER BY length(s.code), s.code
LIMIT 30;

-- name: session_codes
SELECT code, coalesce(title, mode || ', ' || kind) AS description
FROM session
WHERE code >= :prefix AND code < :after
ORDER BY length(code), code
LIMIT 30;

-- name: by_code
SELECT code FROM service WHERE code = :code;

-- name: session_by_code
SELECT code, held_on, cancelled_on FROM session WHERE code = :code;

-- name: listed
-- Services to one person, by code; the open ones (planned, neither given nor cancelled on the day) by
-- the day they are planned for.
SELECT s.code, g.code AS graduate, g.surname || ' ' || g.given_name AS name, s.kind, s.mode, s.provider,
       s.planned_on, s.provided_on,
       CASE WHEN s.provided_on <= :as_of THEN 'provided'
            WHEN s.cancelled_on <= :as_of THEN 'cancelled'
            ELSE 'planned' END AS status,
       a.code AS appeal
FROM service AS s
JOIN graduate AS g ON g.id = s.graduate_id
LEFT JOIN appeal AS a ON a.id = s.appeal_id
WHERE (:kind IS NULL OR s.kind = :kind)
  AND (:mode IS NULL OR s.mode = :mode)
  AND (:provider IS NULL OR s.provider = :provider)
  AND (:graduate IS NULL OR g.code = :graduate)
  AND (:provided_from IS NULL OR s.provided_on >= :provided_from)
  AND (:provided_to IS NULL OR s.provided_on <= :provided_to)
  AND (:open = 0 OR (coalesce(s.provided_on, '9999-12-31') > :as_of
                     AND coalesce(s.cancelled_on, '9999-12-31') > :as_of))
ORDER BY CASE WHEN :open = 1 THEN coalesce(s.planned_on, '9999-12-31') ELSE '9999-12-31' END,
         length(s.code), s.code
LIMIT :limit;

-- name: page
-- One service, with the person and the appeal it answers.
SELECT s.code, g.code AS graduate, g.surname || ' ' || g.given_name AS name, s.kind, s.mode, s.provider,
       s.planned_on, s.provided_on, s.cancelled_on,
       CASE WHEN s.provided_on <= :as_of THEN 'provided'
            WHEN s.cancelled_on <= :as_of THEN 'cancelled'
            ELSE 'planned' END AS status,
       a.code AS appeal, s.outcome, s.note
FROM service AS s
JOIN graduate AS g ON g.id = s.graduate_id
LEFT JOIN appeal AS a ON a.id = s.appeal_id
WHERE s.code = :code;

-- name: sessions_listed
-- Group sessions with how many came: graduates, guests by name, and people without a name.
SELECT e.code, e.held_on, e.kind, e.mode, e.title, e.provider, e.region,
       (SELECT count(a.graduate_id) FROM attendance AS a WHERE a.session_id = e.id) AS graduates,
       (SELECT count(*) - count(a.graduate_id) FROM attendance AS a WHERE a.session_id = e.id) AS named_guests,
       e.guests,
       CASE WHEN e.cancelled_on <= :as_of THEN 'cancelled'
            WHEN e.held_on <= :as_of THEN 'provided'
            ELSE 'planned' END AS status
FROM session AS e
WHERE (:kind IS NULL OR e.kind = :kind)
  AND (:mode IS NULL OR e.mode = :mode)
  AND (:provider IS NULL OR e.provider = :provider)
  AND (:region IS NULL OR e.region = :region)
  AND (:held_from IS NULL OR e.held_on >= :held_from)
  AND (:held_to IS NULL OR e.held_on <= :held_to)
ORDER BY length(e.code), e.code
LIMIT :limit;

-- name: session_page
SELECT e.code, e.held_on, e.kind, e.mode, e.title, e.provider, e.region,
       (SELECT count(a.graduate_id) FROM attendance AS a WHERE a.session_id = e.id) AS graduates,
       (SELECT count(*) - count(a.graduate_id) FROM attendance AS a WHERE a.session_id = e.id) AS named_guests,
       e.guests, e.cancelled_on,
       CASE WHEN e.cancelled_on <= :as_of THEN 'cancelled'
            WHEN e.held_on <= :as_of THEN 'provided'
            ELSE 'planned' END AS status,
       e.note
FROM session AS e
WHERE e.code = :code;

-- name: session_attendance
-- The list of a session: graduates by the Kazakh alphabet, then guests by name.
SELECT g.code AS graduate, coalesce(g.surname || ' ' || g.given_name, a.name) AS name, g.region, a.note
FROM attendance AS a
JOIN session AS e ON e.id = a.session_id
LEFT JOIN graduate AS g ON g.id = a.graduate_id
WHERE e.code = :code
ORDER BY CASE WHEN a.graduate_id IS NULL THEN 1 ELSE 0 END, g.sort_key, length(g.code), g.code,
         a.name_key, a.id;

-- name: given
-- Every service given from the start to the end, both counted: to one person, or an attendance at a session
-- that was not cancelled (then its code is in session). The region is the person's, else the session's;
-- graduate_id is empty for guests by name. People without a name are no services.
SELECT s.provided_on, s.kind, s.mode, s.provider, g.region, s.graduate_id, CAST(NULL AS TEXT) AS session
FROM service AS s
LEFT JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.provided_on BETWEEN :start AND :end
UNION ALL
SELECT e.held_on, e.kind, e.mode, e.provider, coalesce(g.region, e.region), a.graduate_id, e.code
FROM session AS e
JOIN attendance AS a ON a.session_id = e.id
LEFT JOIN graduate AS g ON g.id = a.graduate_id
WHERE e.held_on BETWEEN :start AND :end AND e.cancelled_on IS NULL;

-- name: given_in_short
-- The same rows as given, only what is counted by kind and mode: answered from the indexes alone.
SELECT s.kind, s.mode, s.graduate_id
FROM service AS s
WHERE s.provided_on BETWEEN :start AND :end
UNION ALL
SELECT e.kind, e.mode, a.graduate_id
FROM session AS e
JOIN attendance AS a ON a.session_id = e.id
WHERE e.held_on BETWEEN :start AND :end AND e.cancelled_on IS NULL;

-- name: sheet_services
SELECT s.code, g.code AS graduate, s.kind, s.mode, s.provider, s.planned_on, s.provided_on, s.cancelled_on,
       a.code AS appeal, s.outcome, s.note
FROM service AS s
JOIN graduate AS g ON g.id = s.graduate_id
LEFT JOIN appeal AS a ON a.id = s.appeal_id
ORDER BY length(s.code), s.code;

-- name: sheet_sessions
SELECT code, kind, mode, held_on, provider, title, region, guests, note, cancelled_on
FROM session
ORDER BY length(code), code;

-- name: sheet_attendance
SELECT e.code AS session, g.code AS graduate, a.name, a.note
FROM attendance AS a
JOIN session AS e ON e.id = a.session_id
LEFT JOIN graduate AS g ON g.id = a.graduate_id
ORDER BY length(e.code), e.code, CASE WHEN a.graduate_id IS NULL THEN 1 ELSE 0 END, length(g.code), g.code,
         a.name_key, a.id;
