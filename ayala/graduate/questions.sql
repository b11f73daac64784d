-- name: codes
-- Codes that begin with what was typed, for completion.
SELECT g.code,
       CASE WHEN EXISTS (SELECT 1 FROM block AS k WHERE k.graduate_id = g.id AND k.unblocked_on IS NULL)
            THEN 'blocked' ELSE g.surname || ' ' || g.given_name END AS description
FROM graduate AS g
WHERE g.code >= :prefix AND g.code < :after
ORDER BY length(g.code), g.code
LIMIT 30;

-- name: by_code
SELECT id, code, surname, given_name, patronymic, birth_date, region, sex
FROM graduate
WHERE code = :code;

-- name: by_iin
SELECT id, code, surname, given_name, patronymic, birth_date, region, sex
FROM graduate
WHERE iin = :iin;

-- name: listed
-- The register, by the Kazakh alphabet.
SELECT code, surname, given_name, patronymic, birth_date, sex, region, iin, phone
FROM graduate
WHERE (:region IS NULL OR region = :region)
  AND (:sex IS NULL OR sex = :sex)
  AND (:institution IS NULL OR institution = :institution)
  AND (:born_from IS NULL OR birth_date >= :born_from)
  AND (:born_to IS NULL OR birth_date <= :born_to)
  AND (:registered_from IS NULL OR registered_on >= :registered_from)
  AND (:registered_to IS NULL OR registered_on <= :registered_to)
  AND ((archived_on IS NOT NULL AND archived_on <= :as_of) = (:archived = 1) OR :archived IS NULL)
ORDER BY sort_key, code
LIMIT :limit;

-- name: surnames
-- Every different folded surname, by hopping along its index.
WITH RECURSIVE hop (surname_fold) AS (
    SELECT min(surname_fold) FROM graduate
    UNION ALL
    SELECT (SELECT min(g.surname_fold) FROM graduate AS g WHERE g.surname_fold > hop.surname_fold)
    FROM hop
    WHERE hop.surname_fold IS NOT NULL
)
SELECT surname_fold FROM hop WHERE surname_fold IS NOT NULL;

-- name: given_names
-- Every different folded given name, by hopping along its index.
WITH RECURSIVE hop (given_fold) AS (
    SELECT min(given_fold) FROM graduate
    UNION ALL
    SELECT (SELECT min(g.given_fold) FROM graduate AS g WHERE g.given_fold > hop.given_fold)
    FROM hop
    WHERE hop.given_fold IS NOT NULL
)
SELECT given_fold FROM hop WHERE given_fold IS NOT NULL;

-- name: of_surname
SELECT code, surname, given_name, patronymic, birth_date, sex, region, iin, phone, institution, name_key
FROM graduate
WHERE surname_fold = :surname;

-- name: of_given_name
SELECT code, surname, given_name, patronymic, birth_date, sex, region, iin, phone, institution, name_key
FROM graduate
WHERE given_fold = :given_name
LIMIT 2000;

-- name: of_phone
SELECT code, surname, given_name, patronymic, birth_date, sex, region, iin, phone, institution, name_key
FROM graduate
WHERE phone = :phone OR other_phones LIKE :inside;

-- name: page
-- One person, as the papers say.
SELECT code, surname, given_name, patronymic, latin_name, birth_date, sex, iin, phone, other_phones, email,
       region, address, institution, left_care_on, care_status, conscript_months, registered_on,
       archived_on, note
FROM graduate
WHERE code = :code;

-- name: page_appeals
-- The person's appeals, the open ones first, with what the clock has to know.
SELECT a.code, a.received_on, a.topic, a.channel, a.status, a.decision, a.answered_on, a.assignee,
       a.kind, a.registered_on, a.extended_until
FROM appeal AS a
JOIN graduate AS g ON g.id = a.graduate_id
WHERE g.code = :code
ORDER BY CASE WHEN a.status IN ('registered', 'in_progress', 'paused') THEN 0 ELSE 1 END,
         a.received_on DESC, a.code DESC;

-- name: page_services
-- What was given or is planned, sessions included, the latest first.
SELECT code, kind, mode, provider, planned_on, provided_on, outcome
FROM (
    SELECT s.code, s.kind, s.mode, s.provider, s.planned_on, s.provided_on, s.outcome
    FROM service AS s
    JOIN graduate AS g ON g.id = s.graduate_id
    WHERE g.code = :code AND s.cancelled_on IS NULL
    UNION ALL
    SELECT e.code, e.kind, e.mode, e.provider, NULL, e.held_on, e.title
    FROM attendance AS a
    JOIN session AS e ON e.id = a.session_id
    JOIN graduate AS g ON g.id = a.graduate_id
    WHERE g.code = :code AND e.cancelled_on IS NULL
) AS given
ORDER BY coalesce(provided_on, planned_on) DESC, length(code) DESC, code DESC;

-- name: page_stays
SELECT b.place AS bed, s.from_date, s.until, s.contract, s.planned_end, s.end_reason, s.destination,
       (SELECT count(*) FROM companion AS c
        WHERE c.stay_id = s.id AND c.from_date <= :as_of AND (c.until IS NULL OR c.until > :as_of)) AS companions
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE g.code = :code
ORDER BY s.from_date DESC;

-- name: page_queue
SELECT q.code, q.registrar, q.registered_on, q.number, q.category, q.status,
       p.position, p.position_on
FROM queue_entry AS q
JOIN graduate AS g ON g.id = q.graduate_id
LEFT JOIN position AS p ON p.entry_id = q.id
    AND p.position_on = (
        SELECT max(l.position_on) FROM position AS l WHERE l.entry_id = q.id AND l.position_on <= :as_of
    )
WHERE g.code = :code
ORDER BY q.registered_on, length(q.code), q.code;

-- name: page_apartments
SELECT a.granted_on, a.region, a.address, a.rooms, a.area, a.tenure, a.decision
FROM apartment AS a
JOIN graduate AS g ON g.id = a.graduate_id
WHERE g.code = :code
ORDER BY a.granted_on DESC;

-- name: page_placements
SELECT p.code, r.name AS partner, p.title, p.from_date, p.until, p.end_reason
FROM placement AS p
JOIN partner AS r ON r.id = p.partner_id
JOIN graduate AS g ON g.id = p.graduate_id
WHERE g.code = :code
ORDER BY p.from_date DESC;

-- name: page_aid
SELECT m.code, m.kind, m.status, m.asked_on, m.amount_asked, m.amount_approved, m.amount_paid
FROM aid AS m
JOIN graduate AS g ON g.id = m.graduate_id
WHERE g.code = :code
ORDER BY m.asked_on DESC, length(m.code) DESC, m.code DESC;

-- name: page_documents
SELECT d.kind, d.number, d.issued_on, d.expires_on, d.note
FROM document AS d
JOIN graduate AS g ON g.id = d.graduate_id
WHERE g.code = :code
ORDER BY d.kind, d.expires_on;

-- name: page_contacts
-- The latest attempts to reach the person.
SELECT c.made_on, c.outcome, c.channel, c.note
FROM contact AS c
JOIN graduate AS g ON g.id = c.graduate_id
WHERE g.code = :code
ORDER BY c.made_on DESC, c.id DESC
LIMIT 10;

-- name: sheet_graduates
SELECT code, iin, surname, given_name, patronymic, latin_name, birth_date, sex, phone, other_phones, email,
       region, address, institution, left_care_on, care_status, conscript_months, registered_on,
       archived_on, note
FROM graduate
ORDER BY length(code), code;

-- name: compared_by_day
-- Everybody whose data are used, by the day of birth: who was born on one day stands together.
SELECT g.id, g.code, g.surname, g.given_name, g.patronymic, g.birth_date, g.sex, g.iin, g.region, g.institution,
       g.phone, g.other_phones, g.surname_fold, g.given_fold
FROM graduate AS g
WHERE g.archived_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM block AS k WHERE k.graduate_id = g.id AND k.unblocked_on IS NULL)
  AND NOT EXISTS (SELECT 1 FROM erasure AS e WHERE e.graduate_id = g.id)
ORDER BY g.birth_date;

-- name: compared_by_name
-- The same people by surname and given name: who is called the same stands together.
SELECT g.id, g.code, g.surname, g.given_name, g.patronymic, g.birth_date, g.sex, g.iin, g.region, g.institution,
       g.phone, g.other_phones, g.surname_fold, g.given_fold
FROM graduate AS g
WHERE g.archived_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM block AS k WHERE k.graduate_id = g.id AND k.unblocked_on IS NULL)
  AND NOT EXISTS (SELECT 1 FROM erasure AS e WHERE e.graduate_id = g.id)
ORDER BY g.surname_fold, g.given_fold;

-- name: compared_with
-- One person, and those of the same birth date or the same name, in either order.
SELECT g.id, g.code, g.surname, g.given_name, g.patronymic, g.birth_date, g.sex, g.iin, g.region, g.institution,
       g.phone, g.other_phones, g.surname_fold, g.given_fold
FROM graduate AS g
WHERE g.id IN (
    SELECT o.id FROM graduate AS p JOIN graduate AS o ON o.birth_date = p.birth_date WHERE p.code = :code
    UNION
    SELECT o.id FROM graduate AS p
    JOIN graduate AS o ON o.surname_fold = p.surname_fold AND o.given_fold = p.given_fold
    WHERE p.code = :code
    UNION
    SELECT o.id FROM graduate AS p
    JOIN graduate AS o ON o.surname_fold = p.given_fold AND o.given_fold = p.surname_fold
    WHERE p.code = :code
)
  AND g.archived_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM block AS k WHERE k.graduate_id = g.id AND k.unblocked_on IS NULL)
  AND NOT EXISTS (SELECT 1 FROM erasure AS e WHERE e.graduate_id = g.id);

-- name: told_apart
-- Pairs that are two people for sure.
SELECT graduate_id, other_id FROM not_same;
