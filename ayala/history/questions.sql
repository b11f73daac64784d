-- name: by_request_key
SELECT code, command
FROM change
WHERE request_key = :request_key;

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
