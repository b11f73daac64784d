-- order: 13
-- due: given
-- over: on the day
-- listed: ladder consent_expiry_ladder, late
-- bind: until_to = as_of + consent_expiry_ladder
-- en: The consent of {given_on} holds no more from {due_on} on.
-- ru: Согласие от {given_on} не действует с {due_on}.
-- kk: {given_on} күнгі келісім {due_on} күнінен бастап күшін жояды.
-- next: ayala graduate consent add {graduate} --form written
SELECT g.code, g.code AS graduate, g.region, NULL AS assignee, g.surname || ' ' || g.given_name AS name,
       c.given_on, c.until AS due_on
FROM consent AS c
JOIN graduate AS g ON g.id = c.graduate_id
WHERE c.until <= :until_to
  AND c.given_on <= :as_of
  AND (c.withdrawn_on IS NULL OR c.withdrawn_on > :as_of)
  AND NOT EXISTS (SELECT 1 FROM consent AS n
                  WHERE n.graduate_id = c.graduate_id AND n.given_on <= :as_of
                    AND (n.given_on > c.given_on OR (n.given_on = c.given_on AND n.id > c.id)))
  AND {person_counts}
