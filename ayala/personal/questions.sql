-- name: blocked
-- Those whose data are not used now.
SELECT g.code, b.graduate_id AS "key"
FROM block AS b
JOIN graduate AS g ON g.id = b.graduate_id
WHERE b.unblocked_on IS NULL;

-- name: is_blocked
SELECT 1 AS blocked
FROM block AS b
JOIN graduate AS g ON g.id = b.graduate_id
WHERE g.code = :code AND b.unblocked_on IS NULL;

-- name: last_operator
-- Who the operator was in the consent taken last.
SELECT operator, operator_bin
FROM consent
ORDER BY given_on DESC, id DESC
LIMIT 1;

-- name: consents
-- Consents by the day they were given, as they stand on a day.
SELECT graduate, name, given_on, until, state, form, given_by, representative, operator, operator_bin,
       third_parties, cross_border, public_sources, data_list, purposes, other_terms, taken_by, proof,
       document, withdrawn_on, withdrawal_form, withdrawal_reason, answered_on, answer, answer_text
FROM (
    SELECT c.*, g.code AS graduate, g.surname || ' ' || g.given_name AS name,
           CASE WHEN c.withdrawn_on <= :as_of THEN 'withdrawn'
                WHEN c.until <= :as_of THEN 'expired'
                ELSE 'valid' END AS state
    FROM consent AS c
    JOIN graduate AS g ON g.id = c.graduate_id
    WHERE c.given_on <= :as_of AND (:graduate IS NULL OR g.code = :graduate)
) AS standing
WHERE (:state IS NULL OR state = :state)
ORDER BY given_on, length(graduate), graduate, id
LIMIT :limit;

-- name: transfers
-- The register of transfers by their day.
SELECT t.made_on, t.kind, g.code AS graduate, t.people, t.to_whom, t.purpose, t.data_list, t.basis, t.document,
       t.notified_on, t.note
FROM transfer AS t
LEFT JOIN graduate AS g ON g.id = t.graduate_id
WHERE (:made_from IS NULL OR t.made_on >= :made_from)
  AND (:made_to IS NULL OR t.made_on <= :made_to)
  AND (:kind IS NULL OR t.kind = :kind)
  AND (:graduate IS NULL OR g.code = :graduate)
ORDER BY t.made_on, t.id
LIMIT :limit;

-- name: over
-- What may be over: records by their kind, each with the day its term is counted from.
SELECT 'withdrawal' AS kind, g.code, c.withdrawn_on AS since
FROM consent AS c
JOIN graduate AS g ON g.id = c.graduate_id
WHERE c.withdrawn_on IS NOT NULL AND c.answered_on IS NULL
UNION ALL
SELECT 'stopped', g.code, max(c.answered_on)
FROM consent AS c
JOIN graduate AS g ON g.id = c.graduate_id
WHERE c.answer = 'stopped'
  AND NOT EXISTS (SELECT 1 FROM erasure AS e WHERE e.graduate_id = c.graduate_id)
  AND NOT EXISTS (SELECT 1 FROM block AS b WHERE b.graduate_id = c.graduate_id AND b.unblocked_on IS NULL)
  AND NOT EXISTS (
      SELECT 1 FROM consent AS other
      WHERE other.graduate_id = c.graduate_id AND other.withdrawn_on IS NULL
        AND (other.until IS NULL OR other.until > :as_of)
  )
GROUP BY g.code
UNION ALL
SELECT 'consent_over', g.code, max(c.until)
FROM consent AS c
JOIN graduate AS g ON g.id = c.graduate_id
WHERE c.until <= :soon AND c.withdrawn_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM erasure AS e WHERE e.graduate_id = c.graduate_id)
  AND NOT EXISTS (
      SELECT 1 FROM consent AS other
      WHERE other.graduate_id = c.graduate_id AND other.withdrawn_on IS NULL
        AND (other.until IS NULL OR other.until > :soon)
  )
GROUP BY g.code
UNION ALL
SELECT 'graduate', g.code, g.archived_on
FROM graduate AS g
WHERE g.archived_on IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM erasure AS e WHERE e.graduate_id = g.id)
UNION ALL
SELECT 'block', g.code, b.blocked_on
FROM block AS b
JOIN graduate AS g ON g.id = b.graduate_id
WHERE b.unblocked_on IS NULL
UNION ALL
SELECT 'caller', a.code, coalesce(
    a.answered_on, (SELECT max(e.happened_on) FROM appeal_event AS e WHERE e.appeal_id = a.id), a.received_on
)
FROM appeal AS a
WHERE a.graduate_id IS NULL AND a.caller <> '—' AND a.status NOT IN ('registered', 'in_progress', 'paused')
UNION ALL
SELECT 'guest', s.code, s.held_on
FROM session AS s
WHERE EXISTS (
    SELECT 1 FROM attendance AS t
    WHERE t.session_id = s.id AND t.graduate_id IS NULL AND t.name <> '—'
);

-- name: person
SELECT id, code
FROM graduate
WHERE code = :code;
