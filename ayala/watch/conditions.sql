-- Conditions that several rules share, each put in place of its name in braces, and the steps of open appeals
-- that the clock looks at. "On the day" is :as_of:
-- what happened after it is not looked at, as far as its day is on record.

-- name: person_is_known
-- The graduate `g` is not erased. An appeal wants its answer, also from whom the archive has by now.
NOT EXISTS (SELECT 1 FROM erasure AS gone WHERE gone.graduate_id = g.id)

-- name: person_counts
-- The graduate `g` is neither in the archive on the day nor erased.
(g.archived_on IS NULL OR g.archived_on > :as_of) AND {person_is_known}

-- name: appeal_is_open
-- The appeal `a` waits for its end on the day. An end without a day of its own counts as an old one.
a.received_on <= :as_of
  AND (a.status IN ('registered', 'in_progress', 'paused')
       OR (a.status = 'answered' AND a.answered_on > :as_of)
       OR (a.status IN ('redirected', 'terminated', 'withdrawn')
           AND EXISTS (SELECT 1 FROM appeal_event AS later
                       WHERE later.appeal_id = a.id AND later.event = a.status AND later.happened_on > :as_of)))
  AND NOT EXISTS (
      SELECT 1 FROM appeal_event AS ended
      WHERE ended.appeal_id = a.id AND ended.happened_on <= :as_of
        AND ended.event IN ('answered', 'redirected', 'terminated', 'withdrawn')
        AND NOT EXISTS (
            SELECT 1 FROM appeal_event AS back
            WHERE back.appeal_id = a.id AND back.event = 'reopened' AND back.happened_on <= :as_of
              AND (back.happened_on > ended.happened_on
                   OR (back.happened_on = ended.happened_on AND back.id > ended.id))))

-- name: entry_is_open
-- The queue entry `q` waits on the day, whatever the person's age is by now.
q.registered_on <= :as_of AND (q.closed_on > :as_of OR (q.closed_on IS NULL AND q.status = 'waiting'))

-- name: stay_is_current
-- The stay `s` holds on the day; the day of leaving is no more of it.
s.from_date <= :as_of AND (s.until IS NULL OR s.until > :as_of)

-- name: housing_appeal
-- The code of the person's oldest open appeal on housing, where there is one.
(SELECT a.code FROM appeal AS a
 WHERE a.graduate_id = g.id
   AND (a.topic = 'housing'
        OR EXISTS (SELECT 1 FROM appeal_topic AS t WHERE t.appeal_id = a.id AND t.topic = 'housing'))
   AND {appeal_is_open}
 ORDER BY a.received_on, a.code
 LIMIT 1)

-- name: legal_appeal
-- The code of the person's oldest open appeal to the lawyers, where there is one.
(SELECT a.code FROM appeal AS a
 WHERE a.graduate_id = g.id
   AND (a.topic = 'legal'
        OR EXISTS (SELECT 1 FROM appeal_topic AS t WHERE t.appeal_id = a.id AND t.topic = 'legal'))
   AND {appeal_is_open}
 ORDER BY a.received_on, a.code
 LIMIT 1)

-- name: clock_steps
-- Pauses, extensions and what ends them, of the appeals that are open on a day, in their order.
SELECT a.code, e.happened_on, e.event, e.until
FROM appeal AS a
JOIN appeal_event AS e ON e.appeal_id = a.id
WHERE {appeal_is_open}
  AND e.event IN ('paused', 'resumed', 'extended', 'redirected', 'answered', 'terminated', 'withdrawn', 'reopened')
ORDER BY a.code, e.happened_on, e.id
