
-- name: codes
-- Codes that begin with what was typed, for completion.
SELECT code, CAST(received_on AS TEXT) || ' ' || topic AS description
FROM appeal
WHERE code >= :prefix AND code < :after
ORDER BY substr(code, 1, 6), length(code), code
LIMIT 30;

-- name: meant
-- What a register code or an outside number means; two appeals if they are different ones.
SELECT a.code, a.number, a.received_on, a.topic,
       CASE WHEN EXISTS (SELECT 1 FROM block AS k WHERE k.graduate_id = g.id AND k.unblocked_on IS NULL)
            THEN 1 ELSE 0 END AS blocked,
       coalesce(g.surname || ' ' || g.given_name, a.caller) AS name
FROM appeal AS a
LEFT JOIN graduate AS g ON g.id = a.graduate_id
WHERE a.code = :code OR a.number = :number
ORDER BY substr(a.code, 1, 6), length(a.code), a.code;

-- name: listed
-- The register by the day received; several statuses come as ;registered;paused;
SELECT a.code, a.received_on, g.code AS graduate,
       coalesce(g.surname || ' ' || g.given_name, a.caller) AS name,
       a.topic, a.channel, a.region, a.status, a.decision, a.answered_on, a.extended_until, a.assignee, a.number,
       a.kind, a.registered_on
FROM appeal AS a
LEFT JOIN graduate AS g ON g.id = a.graduate_id
WHERE a.received_on BETWEEN :received_from AND :received_to
  AND (:statuses IS NULL OR replace(:statuses, ';' || a.status || ';', '') <> :statuses)
  AND (:topic IS NULL OR a.topic = :topic)
  AND (:region IS NULL OR a.region = :region)
  AND (:channel IS NULL OR a.channel = :channel)
  AND (:assignee IS NULL OR a.assignee = :assignee)
  AND (:unidentified = 0 OR a.graduate_id IS NULL)
ORDER BY a.received_on, substr(a.code, 1, 6), length(a.code), a.code
LIMIT :limit;

-- name: listed_open
-- The same, of the open ones only: the index of open appeals is all that is read.
SELECT a.code, a.received_on, g.code AS graduate,
       coalesce(g.surname || ' ' || g.given_name, a.caller) AS name,
       a.topic, a.channel, a.region, a.status, a.decision, a.answered_on, a.extended_until, a.assignee, a.number,
       a.kind, a.registered_on
FROM appeal AS a
LEFT JOIN graduate AS g ON g.id = a.graduate_id
WHERE a.status IN ('registered', 'in_progress', 'paused')
  AND a.received_on BETWEEN :received_from AND :received_to
  AND (:statuses IS NULL OR replace(:statuses, ';' || a.status || ';', '') <> :statuses)
  AND (:topic IS NULL OR a.topic = :topic)
  AND (:region IS NULL OR a.region = :region)
  AND (:channel IS NULL OR a.channel = :channel)
  AND (:assignee IS NULL OR a.assignee = :assignee)
  AND (:unidentified = 0 OR a.graduate_id IS NULL)
ORDER BY a.received_on, substr(a.code, 1, 6), length(a.code), a.code
LIMIT :limit;

-- name: listed_of_graduate
-- The same, of one graduate.
SELECT a.code, a.received_on, g.code AS graduate,
       coalesce(g.surname || ' ' || g.given_name, a.caller) AS name,
       a.topic, a.channel, a.region, a.status, a.decision, a.answered_on, a.extended_until, a.assignee, a.number,
       a.kind, a.registered_on
FROM appeal AS a
JOIN graduate AS g ON g.id = a.graduate_id
WHERE g.code = :graduate
  AND a.received_on BETWEEN :received_from AND :received_to
  AND (:statuses IS NULL OR replace(:statuses, ';' || a.status || ';', '') <> :statuses)
  AND (:topic IS NULL OR a.topic = :topic)
  AND (:region IS NULL OR a.region = :region)
  AND (:channel IS NULL OR a.channel = :channel)
  AND (:assignee IS NULL OR a.assignee = :assignee)
ORDER BY a.received_on, substr(a.code, 1, 6), length(a.code), a.code
LIMIT :limit;

-- name: page
-- One appeal.
SELECT a.code, a.number, g.code AS graduate, g.surname, g.given_name, g.patronymic, a.caller, a.town,
       a.caller_phone, a.received_on, a.registered_on, a.channel, a.kind, a.topic, a.region, a.household,
       a.assignee, a.status, a.decision, a.answered_on, a.ground, a.document, a.redirected_to,
       a.extended_until, a.text, a.note
FROM appeal AS a
LEFT JOIN graduate AS g ON g.id = a.graduate_id
WHERE a.code = :code;

-- name: page_topics
-- The further topics in their order.
SELECT t.topic
FROM appeal_topic AS t
JOIN appeal AS a ON a.id = t.appeal_id
WHERE a.code = :code
ORDER BY t.position, t.topic;

-- name: page_events
-- The steps in the order of their days; of one day in the order they were noted (keys grow with time).
SELECT e.happened_on, e.event, e.made_by, e.reason, e.to_whom, e.until, e.rule
FROM appeal_event AS e
JOIN appeal AS a ON a.id = e.appeal_id
WHERE a.code = :code
ORDER BY e.happened_on, e.id;

-- name: registered
-- Who entered the appeal into the register; the key of the step tells the moment.
SELECT e.id, e.made_by
FROM appeal_event AS e
JOIN appeal AS a ON a.id = e.appeal_id
WHERE a.code = :code AND e.event = 'registered'
ORDER BY e.id
LIMIT 1;

-- name: sheet_appeals
SELECT a.code, a.number, g.code AS graduate, a.caller, a.town, a.caller_phone, a.received_on, a.registered_on,
       a.channel, a.topic AS category,
       (SELECT group_concat(t.topic, ';')
        FROM (SELECT f.topic FROM appeal_topic AS f
              WHERE f.appeal_id = a.id ORDER BY f.position, f.topic) AS t) AS topics,
       a.region, a.household, a.kind, a.status, a.decision, a.answered_on, a.ground, a.document,
       a.redirected_to, a.extended_until, a.assignee, a.text, a.note
FROM appeal AS a
LEFT JOIN graduate AS g ON g.id = a.graduate_id
ORDER BY substr(a.code, 1, 6), length(a.code), a.code;

-- name: sheet_appeals_postgresql
SELECT a.code, a.number, g.code AS graduate, a.caller, a.town, a.caller_phone, a.received_on, a.registered_on,
       a.channel, a.topic AS category,
       (SELECT string_agg(t.topic, ';' ORDER BY t.position, t.topic)
        FROM appeal_topic AS t WHERE t.appeal_id = a.id) AS topics,
       a.region, a.household, a.kind, a.status, a.decision, a.answered_on, a.ground, a.document,
       a.redirected_to, a.extended_until, a.assignee, a.text, a.note
FROM appeal AS a
LEFT JOIN graduate AS g ON g.id = a.graduate_id
ORDER BY substr(a.code, 1, 6), length(a.code), a.code;

-- name: clock_open
-- What the clock has to know of every open appeal.
SELECT a.code, a.kind, a.received_on, a.registered_on, a.extended_until
FROM appeal AS a
WHERE a.status IN ('registered', 'in_progress', 'paused')
ORDER BY substr(a.code, 1, 6), length(a.code), a.code;

-- name: clock_steps_open
-- The steps of open appeals that stop, start or move their clocks, in their order.
SELECT a.code, e.event, e.happened_on, e.until
FROM appeal AS a
JOIN appeal_event AS e ON e.appeal_id = a.id
WHERE a.status IN ('registered', 'in_progress', 'paused')
  AND e.event IN ('paused', 'resumed', 'extended', 'redirected', 'answered', 'terminated', 'withdrawn', 'reopened')
ORDER BY e.happened_on, e.id;

-- name: clock_of_one
SELECT a.code, a.kind, a.received_on, a.registered_on, a.extended_until, a.status
FROM appeal AS a
WHERE a.code = :code;

-- name: clock_steps_of_one
SELECT e.event, e.happened_on, e.until
FROM appeal_event AS e
JOIN appeal AS a ON a.id = e.appeal_id
WHERE a.code = :code
  AND e.event IN ('paused', 'resumed', 'extended', 'redirected', 'answered', 'terminated', 'withdrawn', 'reopened')
ORDER BY e.happened_on, e.id;
