-- order: 12
-- due: given
-- listed: ladder document_expiry_ladder, late
-- bind: expires_to = as_of + document_expiry_ladder
-- en: {kind:document_kind}: the last day it holds is {due_on}.
-- ru: {kind:document_kind}: действует по {due_on} включительно.
-- kk: {kind:document_kind}: соңғы күні — {due_on}.
-- next: ayala graduate document {graduate} --kind {kind}
SELECT g.code, g.code AS graduate, g.region, NULL AS assignee, g.surname || ' ' || g.given_name AS name,
       d.kind, d.expires_on AS due_on
FROM document AS d
JOIN graduate AS g ON g.id = d.graduate_id
WHERE d.expires_on <= :expires_to
  AND (d.issued_on IS NULL OR d.issued_on <= :as_of)
  AND NOT EXISTS (SELECT 1 FROM document AS n
                  WHERE n.graduate_id = d.graduate_id AND n.kind = d.kind
                    AND (n.issued_on IS NULL OR n.issued_on <= :as_of)
                    AND (n.expires_on > d.expires_on
                         OR (n.expires_on = d.expires_on AND n.id > d.id)
                         OR (n.expires_on IS NULL AND n.id > d.id)))
  AND {person_counts}
