-- name: by_request_key
SELECT code, command
FROM change
WHERE request_key = :request_key;

-- name: with_request_key
-- The change whose key begins so: what follows is a hash of the command's words.
SELECT code, command
FROM change
WHERE request_key LIKE :request_key || '%'
ORDER BY code
LIMIT 1;

-- name: codes
-- Entries that begin with what was typed, for completion.
SELECT code, command AS description
FROM change
WHERE code >= :prefix AND code < :after
ORDER BY made_at DESC
LIMIT 30;

-- name: codes_made
-- The codes of the records that an entry made.
SELECT json_extract(i.after, '$.code') AS code
FROM row_image AS i
JOIN change AS c ON c.id = i.change_id
WHERE c.code = :entry AND i.op = 'I' AND i.table_name NOT IN ('change', 'building')
  AND json_extract(i.after, '$.code') IS NOT NULL
ORDER BY i.seq
LIMIT 2;

-- name: codes_made_postgresql
SELECT i.after::jsonb ->> 'code' AS code
FROM row_image AS i
JOIN change AS c ON c.id::text = i.change_id
WHERE c.code = :entry AND i.op = 'I' AND i.table_name NOT IN ('change', 'building')
  AND i.after::jsonb ->> 'code' IS NOT NULL
ORDER BY i.seq
LIMIT 2;

-- name: entries
-- Changes, and what was changed outside of Ayala: a statement there is an entry by itself.
SELECT c.id, c.code, c.made_at AS at, c.made_by AS "user", c.command, c.reason, c.records
FROM change AS c
UNION ALL
SELECT NULL, 'X-' || min(i.seq), i.made_at, coalesce(i.made_by, ''), '', NULL, count(*)
FROM row_image AS i
WHERE i.change_id IS NULL
GROUP BY i.made_at, i.made_by;

-- name: entries_postgresql
-- Here a transaction outside of Ayala is an entry.
SELECT c.id::text AS id, c.code,
       to_char(c.made_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
       c.made_by AS "user", c.command, c.reason, c.records
FROM change AS c
UNION ALL
SELECT NULL, 'X-' || min(i.seq), min(i.made_at), coalesce(min(i.made_by), ''), '', NULL, count(*)
FROM row_image AS i
WHERE i.change_id IS NULL
GROUP BY i.txid;

-- name: listed
-- Newest first; of a record those that changed it or a row that refers to it.
SELECT e.code, e.at, e."user", e.command, e.reason, e.records
FROM ({entries}) AS e
WHERE (:since IS NULL OR e.at >= :since)
  AND (:until IS NULL OR e.at < :until)
  AND (:user IS NULL OR e."user" = :user)
ORDER BY e.at DESC, length(e.code) DESC, e.code DESC
LIMIT :limit;

-- name: touching
-- The changes, and the first images of what was done outside, in whose images a key occurs.
SELECT DISTINCT i.change_id, CASE WHEN i.change_id IS NULL THEN i.seq END AS seq
FROM row_image AS i
WHERE i.row_key = :key
   OR i.before LIKE '%' || :key || '%'
   OR i.after LIKE '%' || :key || '%';

-- name: entry
SELECT e.id, e.code, e.at, e."user", e.command, e.reason, e.records
FROM ({entries}) AS e
WHERE e.code = :code;

-- name: entry_of_image
-- The entry outside of Ayala that an image belongs to.
SELECT 'X-' || min(other.seq) AS code
FROM row_image AS i
JOIN row_image AS other
  ON other.change_id IS NULL AND other.made_at = i.made_at AND other.made_by IS i.made_by
WHERE i.seq = :seq;

-- name: entry_of_image_postgresql
SELECT 'X-' || min(other.seq) AS code
FROM row_image AS i
JOIN row_image AS other ON other.change_id IS NULL AND other.txid = i.txid
WHERE i.seq = :seq;

-- name: codes_of_changes
SELECT code
FROM change
WHERE id = :id;

-- name: images
-- What an entry did, row by row.
SELECT i.seq, i.table_name, i.op, i.row_key, i.before, i.after
FROM row_image AS i
WHERE {of_entry} AND i.table_name NOT IN ('change', 'blanking')
ORDER BY i.seq
LIMIT :limit;

-- name: record
-- The key of the record that has a code; beds are called by their place.
SELECT id FROM graduate WHERE code = :code
UNION ALL SELECT id FROM appeal WHERE code = :code
UNION ALL SELECT id FROM service WHERE code = :code
UNION ALL SELECT id FROM session WHERE code = :code
UNION ALL SELECT id FROM queue_entry WHERE code = :code
UNION ALL SELECT id FROM placement WHERE code = :code
UNION ALL SELECT id FROM aid WHERE code = :code
UNION ALL SELECT id FROM building WHERE code = :code
UNION ALL SELECT id FROM bed WHERE place = :code;

-- name: seals
SELECT seq, made_at, horizon, images, outside, key_id, mac
FROM seal
ORDER BY seq;

-- name: head
SELECT seq, made_at, horizon, images, outside, key_id, mac
FROM seal
ORDER BY seq DESC
LIMIT 1;

-- name: unsealed
-- Images behind the newest link: on SQLite what other programs wrote since.
SELECT count(*) AS images, coalesce(sum(CASE WHEN change_id IS NULL THEN 1 ELSE 0 END), 0) AS outside
FROM row_image
WHERE seq >= :horizon;

-- name: unsealed_postgresql
SELECT count(*) AS images, coalesce(sum(CASE WHEN change_id IS NULL THEN 1 ELSE 0 END), 0) AS outside
FROM row_image
WHERE txid >= :horizon;

-- name: blankings
SELECT b.image_seq, b.change_id, b.digest
FROM blanking AS b;

-- name: context
SELECT change_id, set_wise, erasing
FROM history_context;

-- name: accepted
-- Entries that say of another that it was meant, or took it back: made by a change of Ayala's own, which sealed
-- it itself. A row in the ledger proves nothing: whoever writes outside of Ayala can add one.
SELECT c.command, i.seq
FROM change AS c
JOIN row_image AS i ON i.table_name = 'change' AND i.op = 'I' AND i.row_key = c.id AND i.change_id = c.id
WHERE (c.command LIKE 'history accept %' OR c.command LIKE 'history undo %')
  AND (SELECT s.outside FROM seal AS s WHERE s.horizon > i.seq ORDER BY s.seq LIMIT 1) = 0;

-- name: accepted_postgresql
SELECT c.command, i.seq
FROM change AS c
JOIN row_image AS i ON i.table_name = 'change' AND i.op = 'I' AND i.row_key = c.id::text AND i.change_id = c.id::text
WHERE c.command LIKE 'history accept %' OR c.command LIKE 'history undo %';

-- name: outside
-- Entries outside of Ayala, and the last of their images.
SELECT e.code, e.at, e."user", e.records
FROM ({entries}) AS e
WHERE e.id IS NULL
ORDER BY e.at;

-- name: broken
-- Images that do not begin where the image before them ended. An image that is blank tells nothing.
SELECT seq, table_name, row_key, op
FROM (
    SELECT i.seq, i.table_name, i.row_key, i.op, i.before,
           lag(i.op) OVER w AS earlier, lag(i.after) OVER w AS ended
    FROM row_image AS i
    WINDOW w AS (PARTITION BY i.table_name, i.row_key ORDER BY i.seq)
) AS walked
WHERE CASE op
        WHEN 'B' THEN 0
        WHEN 'I' THEN CASE WHEN earlier IS NULL OR earlier = 'D' THEN 0 ELSE 1 END
        ELSE CASE
            WHEN earlier IS NULL OR earlier = 'D' THEN 1
            WHEN before IS NULL OR ended IS NULL THEN 0
            WHEN before <> ended THEN 1
            ELSE 0
        END
      END = 1
ORDER BY seq;

-- name: blank
-- Images without the content that they should have, and without the blanking that would explain it.
SELECT i.seq, i.table_name, i.row_key
FROM row_image AS i
LEFT JOIN blanking AS b ON b.image_seq = i.seq
LEFT JOIN change AS c ON c.id = i.change_id
WHERE b.image_seq IS NULL
  AND ((i.op IN ('I', 'B') AND i.after IS NULL)
    OR (i.op = 'U' AND i.after IS NULL)
    OR (i.op IN ('U', 'D') AND i.before IS NULL
        AND (c.command IS NULL OR c.command NOT LIKE 'graduate erase%')))
ORDER BY i.seq;

-- name: blank_postgresql
SELECT i.seq, i.table_name, i.row_key
FROM row_image AS i
LEFT JOIN blanking AS b ON b.image_seq = i.seq
LEFT JOIN change AS c ON c.id::text = i.change_id
WHERE b.image_seq IS NULL
  AND ((i.op IN ('I', 'B') AND i.after IS NULL)
    OR (i.op = 'U' AND i.after IS NULL)
    OR (i.op IN ('U', 'D') AND i.before IS NULL
        AND (c.command IS NULL OR c.command NOT LIKE 'graduate erase%')))
ORDER BY i.seq;

-- name: strayed
-- Images that claim a change which had ended: written behind its own entry, or without one.
SELECT i.seq, i.table_name, i.row_key
FROM row_image AS i
LEFT JOIN row_image AS entry
  ON entry.table_name = 'change' AND entry.row_key = i.change_id AND entry.op = 'I'
WHERE i.change_id IS NOT NULL AND (entry.seq IS NULL OR i.seq > entry.seq)
ORDER BY i.seq;

-- name: strayed_postgresql
SELECT i.seq, i.table_name, i.row_key
FROM row_image AS i
LEFT JOIN row_image AS entry
  ON entry.table_name = 'change' AND entry.row_key = i.change_id AND entry.op = 'I'
WHERE i.change_id IS NOT NULL AND (entry.seq IS NULL OR i.seq > entry.seq OR i.txid <> entry.txid)
ORDER BY i.seq;

-- name: sealed_late_sqlite
-- Changes whose images were sealed by another command than the one that wrote them; on PostgreSQL that is
-- how it should be.
SELECT c.code, max(i.seq) AS seq
FROM seal AS s
JOIN row_image AS i ON i.seq < s.horizon
  AND i.seq >= coalesce((SELECT max(p.horizon) FROM seal AS p WHERE p.seq < s.seq), 0)
JOIN change AS c ON c.id = i.change_id
WHERE s.outside = 1
GROUP BY c.code
ORDER BY seq;

-- name: differing
-- Rows whose last image is another row than the one in the table, or no row.
SELECT t.key AS row_key, t.now AS now, l.after AS then_, l.op AS op
FROM (SELECT {key} AS key, {json} AS now FROM {table} AS r) AS t
LEFT JOIN (
    SELECT row_key, op, after, max(seq) AS seq
    FROM row_image
    WHERE table_name = '{table}'
    GROUP BY row_key
) AS l ON l.row_key = t.key
WHERE l.op IS NULL OR l.op = 'D' OR l.after <> t.now;

-- name: differing_postgresql
SELECT t.key AS row_key, t.now AS now, l.after AS then_, l.op AS op
FROM (SELECT {key} AS key, to_jsonb(r)::text AS now FROM {table} AS r) AS t
LEFT JOIN (
    SELECT DISTINCT ON (row_key) row_key, op, after
    FROM row_image
    WHERE table_name = '{table}'
    ORDER BY row_key, seq DESC
) AS l ON l.row_key = t.key
WHERE l.op IS NULL OR l.op = 'D' OR l.after <> t.now;

-- name: vanished
-- Rows that the history still has and the table has not.
SELECT l.row_key, l.after AS then_
FROM (
    SELECT row_key, op, after, max(seq) AS seq
    FROM row_image
    WHERE table_name = '{table}'
    GROUP BY row_key
) AS l
WHERE l.op <> 'D' AND NOT EXISTS (SELECT 1 FROM {table} AS r WHERE {key} = l.row_key);

-- name: vanished_postgresql
SELECT l.row_key, l.after AS then_
FROM (
    SELECT DISTINCT ON (row_key) row_key, op, after
    FROM row_image
    WHERE table_name = '{table}'
    ORDER BY row_key, seq DESC
) AS l
LEFT JOIN {table} AS r ON {key} = l.row_key
WHERE l.op <> 'D' AND r IS NULL;
