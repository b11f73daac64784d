-- name: person
-- What the days of one person are counted from, and the house that the person lives in on the day.
SELECT g.birth_date, g.conscript_months, g.left_care_on, bd.code AS building, bd.max_age, bd.ceiling_age,
       bd.policy_source, s.planned_end, s.until, b.place
FROM graduate AS g
LEFT JOIN stay AS s ON s.graduate_id = g.id AND s.from_date <= :as_of AND (s.until IS NULL OR s.until > :as_of)
LEFT JOIN bed AS b ON b.id = s.bed_id
LEFT JOIN room AS r ON r.id = b.room_id
LEFT JOIN building AS bd ON bd.id = r.building_id
WHERE g.code = :code AND NOT EXISTS (SELECT 1 FROM erasure AS e WHERE e.graduate_id = g.id);

-- name: expiring
-- Papers and consents with the day on which they end.
SELECT 'document_expiry' AS what, d.expires_on AS day, d.kind AS document_kind
FROM document AS d
JOIN graduate AS g ON g.id = d.graduate_id
WHERE g.code = :code AND d.expires_on IS NOT NULL
UNION ALL
SELECT 'consent_expiry', c.until, NULL
FROM consent AS c
JOIN graduate AS g ON g.id = c.graduate_id
WHERE g.code = :code AND c.until IS NOT NULL AND c.given_on <= :as_of
  AND (c.withdrawn_on IS NULL OR c.withdrawn_on > :as_of)
ORDER BY 2, 1;

-- name: positions
-- Every position reported until the day, with the change to the one before; less than nought is nearer to the front.
SELECT q.code, p.position_on, p.position,
       p.position - lag(p.position) OVER (PARTITION BY q.id ORDER BY p.position_on) AS change
FROM position AS p
JOIN queue_entry AS q ON q.id = p.entry_id
JOIN graduate AS g ON g.id = q.graduate_id
WHERE g.code = :code AND p.position_on <= :as_of
ORDER BY q.registered_on, length(q.code), q.code, p.position_on DESC;

-- name: blocks
SELECT k.blocked_on, k.reason, k.unblocked_on, k.unblock_reason
FROM block AS k
JOIN graduate AS g ON g.id = k.graduate_id
WHERE g.code = :code AND k.blocked_on <= :as_of
ORDER BY k.blocked_on DESC;

-- name: story
-- What happened until the day, in order of time: of an appeal its steps, else what its row tells.
SELECT day, what, code, topic, kind, detail
FROM (
    SELECT g.birth_date AS day, 'born' AS what, NULL AS code, NULL AS topic, NULL AS kind, NULL AS detail, 1 AS place
    FROM graduate AS g
    WHERE g.code = :code AND NOT EXISTS (SELECT 1 FROM erasure AS e WHERE e.graduate_id = g.id)
    UNION ALL
    SELECT g.left_care_on, 'left_care', NULL, NULL, NULL, g.institution, 2 FROM graduate AS g WHERE g.code = :code
    UNION ALL
    SELECT g.registered_on, 'registered', g.code, NULL, NULL, NULL, 3 FROM graduate AS g WHERE g.code = :code
    UNION ALL
    SELECT g.archived_on, 'archived', g.code, NULL, NULL, NULL, 90 FROM graduate AS g WHERE g.code = :code
    UNION ALL
    SELECT a.received_on, 'appeal_received', a.code, a.topic, NULL, NULL, 10
    FROM appeal AS a JOIN graduate AS g ON g.id = a.graduate_id WHERE g.code = :code
    UNION ALL
    SELECT a.answered_on, 'appeal_answered', a.code, a.topic, NULL, NULL, 13
    FROM appeal AS a JOIN graduate AS g ON g.id = a.graduate_id WHERE g.code = :code AND a.status = 'answered'
    UNION ALL
    SELECT e.happened_on, 'appeal_' || e.event, a.code, a.topic, NULL, NULL, 12
    FROM appeal_event AS e
    JOIN appeal AS a ON a.id = e.appeal_id
    JOIN graduate AS g ON g.id = a.graduate_id
    WHERE g.code = :code AND e.event IN ('paused', 'resumed', 'extended', 'redirected', 'terminated', 'withdrawn')
    UNION ALL
    SELECT s.provided_on, 'service_provided', s.code, NULL, s.kind, NULL, 20
    FROM service AS s JOIN graduate AS g ON g.id = s.graduate_id WHERE g.code = :code AND s.cancelled_on IS NULL
    UNION ALL
    SELECT e.held_on, 'session_attended', e.code, NULL, e.kind, NULL, 21
    FROM attendance AS a
    JOIN session AS e ON e.id = a.session_id
    JOIN graduate AS g ON g.id = a.graduate_id
    WHERE g.code = :code AND e.cancelled_on IS NULL
    UNION ALL
    SELECT s.from_date, 'moved_in', b.place, NULL, NULL, NULL, 31
    FROM stay AS s JOIN bed AS b ON b.id = s.bed_id JOIN graduate AS g ON g.id = s.graduate_id WHERE g.code = :code
    UNION ALL
    SELECT s.until, 'moved_out', b.place, NULL, NULL, NULL, 30
    FROM stay AS s JOIN bed AS b ON b.id = s.bed_id JOIN graduate AS g ON g.id = s.graduate_id WHERE g.code = :code
    UNION ALL
    SELECT q.registered_on, 'queued', q.code, NULL, NULL, NULL, 40
    FROM queue_entry AS q JOIN graduate AS g ON g.id = q.graduate_id WHERE g.code = :code
    UNION ALL
    SELECT p.position_on, 'position_reported', q.code, NULL, NULL, CAST(p.position AS TEXT), 41
    FROM position AS p
    JOIN queue_entry AS q ON q.id = p.entry_id
    JOIN graduate AS g ON g.id = q.graduate_id
    WHERE g.code = :code
    UNION ALL
    SELECT q.closed_on, 'queue_closed', q.code, NULL, NULL, NULL, 42
    FROM queue_entry AS q JOIN graduate AS g ON g.id = q.graduate_id WHERE g.code = :code
    UNION ALL
    SELECT a.granted_on, 'apartment_granted', NULL, NULL, NULL, NULL, 50
    FROM apartment AS a JOIN graduate AS g ON g.id = a.graduate_id WHERE g.code = :code
    UNION ALL
    SELECT p.from_date, 'placed', p.code, NULL, NULL, r.name || ', ' || p.title, 61
    FROM placement AS p
    JOIN partner AS r ON r.id = p.partner_id
    JOIN graduate AS g ON g.id = p.graduate_id
    WHERE g.code = :code
    UNION ALL
    SELECT p.until, 'placement_ended', p.code, NULL, NULL, r.name || ', ' || p.title, 60
    FROM placement AS p
    JOIN partner AS r ON r.id = p.partner_id
    JOIN graduate AS g ON g.id = p.graduate_id
    WHERE g.code = :code
    UNION ALL
    SELECT m.asked_on, 'aid_asked', m.code, NULL, NULL, CAST(m.amount_asked AS TEXT), 70
    FROM aid AS m JOIN graduate AS g ON g.id = m.graduate_id WHERE g.code = :code
    UNION ALL
    SELECT m.paid_on, 'aid_paid', m.code, NULL, NULL, CAST(m.amount_paid AS TEXT), 71
    FROM aid AS m JOIN graduate AS g ON g.id = m.graduate_id WHERE g.code = :code
    UNION ALL
    SELECT c.made_on, 'contact_' || c.outcome, NULL, NULL, NULL, NULL, 80
    FROM contact AS c JOIN graduate AS g ON g.id = c.graduate_id WHERE g.code = :code
    UNION ALL
    SELECT c.given_on, 'consent_given', NULL, NULL, NULL, NULL, 81
    FROM consent AS c JOIN graduate AS g ON g.id = c.graduate_id WHERE g.code = :code
    UNION ALL
    SELECT c.withdrawn_on, 'consent_withdrawn', NULL, NULL, NULL, NULL, 82
    FROM consent AS c JOIN graduate AS g ON g.id = c.graduate_id WHERE g.code = :code
    UNION ALL
    SELECT k.blocked_on, 'blocked', NULL, NULL, NULL, NULL, 83
    FROM block AS k JOIN graduate AS g ON g.id = k.graduate_id WHERE g.code = :code
    UNION ALL
    SELECT k.unblocked_on, 'unblocked', NULL, NULL, NULL, NULL, 84
    FROM block AS k JOIN graduate AS g ON g.id = k.graduate_id WHERE g.code = :code
) AS told
WHERE day <= :as_of
ORDER BY day, place, length(code), code, detail;
