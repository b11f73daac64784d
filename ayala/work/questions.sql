-- name: codes
-- Codes of placements that begin with what was typed, for completion.
SELECT p.code,
       CASE WHEN EXISTS (SELECT 1 FROM block AS k WHERE k.graduate_id = g.id AND k.unblocked_on IS NULL)
            THEN 'blocked' ELSE g.surname || ' ' || g.given_name END
       || ', ' || p.title AS description
FROM placement AS p
JOIN graduate AS g ON g.id = p.graduate_id
WHERE p.code >= :prefix AND p.code < :after
ORDER BY length(p.code), p.code
LIMIT 30;

-- name: aid_codes
-- Codes of aid that begin with what was typed, for completion.
SELECT m.code,
       CASE WHEN EXISTS (SELECT 1 FROM block AS k WHERE k.graduate_id = g.id AND k.unblocked_on IS NULL)
            THEN 'blocked' ELSE g.surname || ' ' || g.given_name END
       || ', ' || m.kind AS description
FROM aid AS m
JOIN graduate AS g ON g.id = m.graduate_id
WHERE m.code >= :prefix AND m.code < :after
ORDER BY length(m.code), m.code
LIMIT 30;

-- name: by_code
SELECT code
FROM placement
WHERE code = :code;

-- name: aid_by_code
SELECT code
FROM aid
WHERE code = :code;

-- name: appeal_by_code
SELECT code
FROM appeal
WHERE code = :code;

-- name: partner_names
-- Every partner's name: names are compared folded, and partners are few.
SELECT name
FROM partner
ORDER BY sort_key, id;

-- name: partners
-- Partners by the Kazakh alphabet, with the places they keep and the people placed on a day.
SELECT r.name, r.kind, r.region, r.closed_on,
       coalesce((SELECT sum(w.places) FROM workplace AS w
                 WHERE w.partner_id = r.id AND w.opened_on <= :as_of
                   AND (w.closed_on IS NULL OR w.closed_on > :as_of)), 0) AS workplaces,
       (SELECT count(*) FROM placement AS p
        WHERE p.partner_id = r.id AND p.from_date <= :as_of
          AND (p.until IS NULL OR p.until > :as_of)) AS placed
FROM partner AS r
WHERE (:kind IS NULL OR r.kind = :kind)
  AND (:region IS NULL OR r.region = :region)
  AND (:closed = 1 OR r.closed_on IS NULL OR r.closed_on > :as_of)
ORDER BY r.sort_key, r.id
LIMIT :limit;

-- name: partner
SELECT name, kind, region, contact, closed_on, note
FROM partner
WHERE name = :name;

-- name: workplaces
-- Places kept for graduates, by partner, title and day; on a day: how many of each are taken.
SELECT r.name AS partner, w.title, w.opened_on, w.closed_on, w.places,
       (SELECT count(*) FROM placement AS p
        WHERE p.workplace_id = w.id AND p.from_date <= :as_of
          AND (p.until IS NULL OR p.until > :as_of)) AS placed,
       CASE WHEN w.special = true THEN 1 ELSE 0 END AS special, w.note
FROM workplace AS w
JOIN partner AS r ON r.id = w.partner_id
WHERE (:partner IS NULL OR r.name = :partner)
  AND (:closed = 1 OR (w.opened_on <= :as_of AND (w.closed_on IS NULL OR w.closed_on > :as_of)))
  AND (:special IS NULL OR (w.special = true) = (:special = 1))
ORDER BY r.sort_key, r.id, w.title, w.opened_on;

-- name: placements
-- Who was placed where, by the first day. With a day, as they stood then; open ones are those not yet ended.
SELECT p.code, g.code AS graduate, g.surname || ' ' || g.given_name AS name, r.name AS partner,
       r.kind AS partner_kind, p.title, p.from_date, p.until, p.end_reason
FROM placement AS p
JOIN graduate AS g ON g.id = p.graduate_id
JOIN partner AS r ON r.id = p.partner_id
WHERE (:partner IS NULL OR r.name = :partner)
  AND (:kind IS NULL OR r.kind = :kind)
  AND (:graduate IS NULL OR g.code = :graduate)
  AND (:begun_from IS NULL OR p.from_date >= :begun_from)
  AND (:begun_to IS NULL OR p.from_date <= :begun_to)
  AND (:as_of IS NULL OR p.from_date <= :as_of)
  AND (:open_on IS NULL OR (p.from_date <= :open_on AND (p.until IS NULL OR p.until > :open_on)))
ORDER BY p.from_date, length(p.code), p.code
LIMIT :limit;

-- name: placement
SELECT p.code, g.code AS graduate, g.surname || ' ' || g.given_name AS name, r.name AS partner,
       r.kind AS partner_kind, p.title, w.opened_on AS workplace,
       CASE WHEN w.special = true THEN 1 WHEN w.id IS NOT NULL THEN 0 END AS special,
       p.from_date, p.until, p.end_reason, p.note
FROM placement AS p
JOIN graduate AS g ON g.id = p.graduate_id
JOIN partner AS r ON r.id = p.partner_id
LEFT JOIN workplace AS w ON w.id = p.workplace_id
WHERE p.code = :code;

-- name: retention
-- Placements begun in a span of days, with all it takes to tell whether they lasted.
SELECT p.code, g.code AS graduate, g.surname || ' ' || g.given_name AS name, r.name AS partner,
       r.kind AS partner_kind, p.title, p.from_date, p.until
FROM placement AS p
JOIN graduate AS g ON g.id = p.graduate_id
JOIN partner AS r ON r.id = p.partner_id
WHERE (:begun_from IS NULL OR p.from_date >= :begun_from)
  AND (:begun_to IS NULL OR p.from_date <= :begun_to)
  AND p.from_date <= :as_of
  AND (:partner IS NULL OR r.name = :partner)
  AND (:kind IS NULL OR r.kind = :kind)
ORDER BY p.from_date, length(p.code), p.code;

-- name: by_partner_kind
-- For reports: on a day, for each kind of partner that has any, the places kept for graduates (a workplace of
-- three places counts three) and the placements not yet ended.
SELECT partner_kind, sum(workplaces) AS workplaces, sum(placed) AS placed
FROM (
    SELECT r.kind AS partner_kind, w.places AS workplaces, 0 AS placed
    FROM workplace AS w
    JOIN partner AS r ON r.id = w.partner_id
    WHERE w.opened_on <= :day AND (w.closed_on IS NULL OR w.closed_on > :day)
      AND (:region IS NULL OR r.region = :region)
    UNION ALL
    SELECT r.kind, 0, 1
    FROM placement AS p
    JOIN partner AS r ON r.id = p.partner_id
    WHERE p.from_date <= :day AND (p.until IS NULL OR p.until > :day)
      AND (:region IS NULL OR r.region = :region)
) AS counted
GROUP BY partner_kind
ORDER BY CASE partner_kind WHEN 'employer' THEN 1 WHEN 'education' THEN 2 WHEN 'ngo' THEN 3 WHEN 'state' THEN 4
                           ELSE 5 END;

-- name: pilot
-- Who is, or was, in the pilot.
SELECT g.code AS graduate, g.surname || ' ' || g.given_name AS name, e.from_date, e.until, e.reason, e.end_reason
FROM pilot_enrolment AS e
JOIN graduate AS g ON g.id = e.graduate_id
WHERE (:closed = 1 OR (e.from_date <= :as_of AND (e.until IS NULL OR e.until > :as_of)))
ORDER BY e.from_date, length(g.code), g.code
LIMIT :limit;

-- name: aid_list
-- Money and study grants by the day they were asked for.
SELECT m.code, g.code AS graduate, g.surname || ' ' || g.given_name AS name, m.kind, m.purpose, m.status,
       m.asked_on, m.amount_asked, m.decided_on, m.amount_approved, m.paid_on, m.amount_paid
FROM aid AS m
JOIN graduate AS g ON g.id = m.graduate_id
WHERE (:kind IS NULL OR m.kind = :kind)
  AND (:status IS NULL OR m.status = :status)
  AND (:graduate IS NULL OR g.code = :graduate)
  AND (:asked_from IS NULL OR m.asked_on >= :asked_from)
  AND (:asked_to IS NULL OR m.asked_on <= :asked_to)
ORDER BY m.asked_on, length(m.code), m.code
LIMIT :limit;

-- name: aid
SELECT m.code, g.code AS graduate, g.surname || ' ' || g.given_name AS name, m.kind, m.purpose, m.status,
       a.code AS appeal, m.asked_on, m.amount_asked, m.decided_on, m.amount_approved, m.paid_on, m.amount_paid,
       m.note
FROM aid AS m
JOIN graduate AS g ON g.id = m.graduate_id
LEFT JOIN appeal AS a ON a.id = m.appeal_id
WHERE m.code = :code;

-- name: sheet_partners
SELECT r.name, r.kind, r.region, r.contact, r.closed_on, r.note
FROM partner AS r
ORDER BY r.sort_key, r.id;

-- name: sheet_workplaces
SELECT r.name AS partner, w.title, w.opened_on, w.closed_on, w.places,
       CASE WHEN w.special = true THEN 'yes' ELSE 'no' END AS special, w.note
FROM workplace AS w
JOIN partner AS r ON r.id = w.partner_id
ORDER BY r.sort_key, r.id, w.title, w.opened_on;

-- name: sheet_placements
SELECT p.code, g.code AS graduate, r.name AS partner, p.title, p.from_date, p.until, p.end_reason, p.note
FROM placement AS p
JOIN graduate AS g ON g.id = p.graduate_id
JOIN partner AS r ON r.id = p.partner_id
ORDER BY length(p.code), p.code;
