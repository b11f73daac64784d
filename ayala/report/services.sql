-- name: by_kind_mode_month
-- Given to one person, and attendances at sessions that were not cancelled: one attendance is one service. The
-- region is the person's, else the session's; it is looked up only where it is asked for.
SELECT kind, mode, substr(CAST(day AS TEXT), 1, 7) AS month, CAST(sum(services) AS INTEGER) AS services
FROM (
    SELECT s.provided_on AS day, s.kind, s.mode, count(*) AS services
    FROM service AS s
    WHERE s.provided_on BETWEEN :start AND :end
      AND (:region IS NULL OR (SELECT g.region FROM graduate AS g WHERE g.id = s.graduate_id) = :region)
    GROUP BY s.provided_on, s.kind, s.mode
    UNION ALL
    SELECT e.held_on, e.kind, e.mode, count(*)
    FROM session AS e
    JOIN attendance AS a ON a.session_id = e.id
    WHERE e.held_on BETWEEN :start AND :end AND e.cancelled_on IS NULL
      AND (:region IS NULL
           OR coalesce((SELECT g.region FROM graduate AS g WHERE g.id = a.graduate_id), e.region) = :region)
    GROUP BY e.held_on, e.kind, e.mode
) AS given
GROUP BY 1, 2, 3;

-- name: total
SELECT (SELECT count(*) FROM service AS s
        WHERE s.provided_on BETWEEN :start AND :end
          AND (:region IS NULL OR (SELECT g.region FROM graduate AS g WHERE g.id = s.graduate_id) = :region))
     + (SELECT count(*) FROM session AS e
        JOIN attendance AS a ON a.session_id = e.id
        WHERE e.held_on BETWEEN :start AND :end AND e.cancelled_on IS NULL
          AND (:region IS NULL
               OR coalesce((SELECT g.region FROM graduate AS g WHERE g.id = a.graduate_id), e.region) = :region))
       AS services;

-- name: behind
-- Services by what names a cell: * is any. An attendance has the code of its session; a guest by name no graduate.
SELECT code, graduate
FROM (
    SELECT s.code, g.code AS graduate
    FROM service AS s
    JOIN graduate AS g ON g.id = s.graduate_id
    WHERE s.provided_on BETWEEN :start AND :end
      AND (:region IS NULL OR g.region = :region)
      AND (:of_kind = '*' OR s.kind = :of_kind) AND (:of_mode = '*' OR s.mode = :of_mode)
    UNION ALL
    SELECT e.code, g.code
    FROM session AS e
    JOIN attendance AS a ON a.session_id = e.id
    LEFT JOIN graduate AS g ON g.id = a.graduate_id
    WHERE e.held_on BETWEEN :start AND :end AND e.cancelled_on IS NULL
      AND (:region IS NULL OR coalesce(g.region, e.region) = :region)
      AND (:of_kind = '*' OR e.kind = :of_kind) AND (:of_mode = '*' OR e.mode = :of_mode)
) AS given
ORDER BY substr(code, 1, 1), length(code), code, length(coalesce(graduate, 'without a code')), graduate;

-- name: sessions
-- Sessions held by the as-of day and not cancelled; guests are people who came and left no name.
SELECT kind, mode, count(*) AS sessions, CAST(sum(attendances) AS INTEGER) AS attendances,
       CAST(sum(guests) AS INTEGER) AS guests
FROM (
    SELECT e.kind, e.mode, e.guests,
           (SELECT count(*) FROM attendance AS a WHERE a.session_id = e.id) AS attendances
    FROM session AS e
    WHERE e.held_on BETWEEN :start AND :end AND e.held_on <= :as_of AND e.cancelled_on IS NULL
      AND (:region IS NULL OR e.region = :region)
) AS held
GROUP BY kind, mode;

-- name: sessions_total
SELECT count(*) AS sessions, coalesce(CAST(sum(e.guests) AS INTEGER), 0) AS guests,
       (SELECT count(*) FROM attendance AS a
        JOIN session AS s ON s.id = a.session_id
        WHERE s.held_on BETWEEN :start AND :end AND s.held_on <= :as_of AND s.cancelled_on IS NULL
          AND (:region IS NULL OR s.region = :region)) AS attendances
FROM session AS e
WHERE e.held_on BETWEEN :start AND :end AND e.held_on <= :as_of AND e.cancelled_on IS NULL
  AND (:region IS NULL OR e.region = :region);

-- name: behind_sessions
SELECT e.code
FROM session AS e
WHERE e.held_on BETWEEN :start AND :end AND e.held_on <= :as_of AND e.cancelled_on IS NULL
  AND (:region IS NULL OR e.region = :region)
  AND (:of_kind = '*' OR e.kind = :of_kind) AND (:of_mode = '*' OR e.mode = :of_mode)
  AND (:of_provider = '*' OR coalesce(e.provider, '') = :of_provider)
ORDER BY length(e.code), e.code;

-- name: behind_attendances
SELECT e.code, g.code AS graduate
FROM session AS e
JOIN attendance AS a ON a.session_id = e.id
LEFT JOIN graduate AS g ON g.id = a.graduate_id
WHERE e.held_on BETWEEN :start AND :end AND e.held_on <= :as_of AND e.cancelled_on IS NULL
  AND (:region IS NULL OR e.region = :region)
  AND (:of_kind = '*' OR e.kind = :of_kind) AND (:of_mode = '*' OR e.mode = :of_mode)
  AND (:of_provider = '*' OR coalesce(e.provider, '') = :of_provider)
ORDER BY length(e.code), e.code, length(coalesce(g.code, 'without a code')), g.code;

-- name: by_provider
-- What each provider did: services to one person, sessions held, those who came to them, and how many people.
SELECT provider, CAST(sum(services) AS INTEGER) AS services, CAST(sum(sessions) AS INTEGER) AS sessions,
       CAST(sum(attendances) AS INTEGER) AS attendances, count(DISTINCT graduate_id) AS graduates
FROM (
    SELECT s.provider, s.graduate_id, 1 AS services, 0 AS sessions, 0 AS attendances
    FROM service AS s
    WHERE s.provided_on BETWEEN :start AND :end
      AND (:region IS NULL OR (SELECT g.region FROM graduate AS g WHERE g.id = s.graduate_id) = :region)
    UNION ALL
    SELECT e.provider, NULL, 0, 1, 0
    FROM session AS e
    WHERE e.held_on BETWEEN :start AND :end AND e.held_on <= :as_of AND e.cancelled_on IS NULL
      AND (:region IS NULL OR e.region = :region)
    UNION ALL
    SELECT e.provider, a.graduate_id, 0, 0, 1
    FROM session AS e
    JOIN attendance AS a ON a.session_id = e.id
    WHERE e.held_on BETWEEN :start AND :end AND e.held_on <= :as_of AND e.cancelled_on IS NULL
      AND (:region IS NULL OR e.region = :region)
) AS done
GROUP BY provider;

-- name: providers_total
SELECT (SELECT count(*) FROM service AS s
        WHERE s.provided_on BETWEEN :start AND :end
          AND (:region IS NULL OR (SELECT g.region FROM graduate AS g WHERE g.id = s.graduate_id) = :region))
       AS services,
       (SELECT count(*) FROM (
           SELECT s.graduate_id
           FROM service AS s
           WHERE s.provided_on BETWEEN :start AND :end
             AND (:region IS NULL OR (SELECT g.region FROM graduate AS g WHERE g.id = s.graduate_id) = :region)
           UNION
           SELECT a.graduate_id
           FROM session AS e
           JOIN attendance AS a ON a.session_id = e.id
           WHERE e.held_on BETWEEN :start AND :end AND e.held_on <= :as_of AND e.cancelled_on IS NULL
             AND (:region IS NULL OR e.region = :region) AND a.graduate_id IS NOT NULL
       ) AS met) AS graduates;

-- name: behind_services
SELECT s.code, g.code AS graduate
FROM service AS s
JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.provided_on BETWEEN :start AND :end AND (:region IS NULL OR g.region = :region)
  AND (:of_provider = '*' OR coalesce(s.provider, '') = :of_provider)
ORDER BY length(s.code), s.code;

-- name: behind_graduates
SELECT g.code
FROM graduate AS g
WHERE g.id IN (
    SELECT s.graduate_id
    FROM service AS s
    JOIN graduate AS p ON p.id = s.graduate_id
    WHERE s.provided_on BETWEEN :start AND :end AND (:region IS NULL OR p.region = :region)
      AND (:of_provider = '*' OR coalesce(s.provider, '') = :of_provider)
    UNION
    SELECT a.graduate_id
    FROM session AS e
    JOIN attendance AS a ON a.session_id = e.id
    WHERE e.held_on BETWEEN :start AND :end AND e.held_on <= :as_of AND e.cancelled_on IS NULL
      AND (:region IS NULL OR e.region = :region)
      AND (:of_provider = '*' OR coalesce(e.provider, '') = :of_provider)
)
ORDER BY length(g.code), g.code;
