-- order: 8
-- due: age queue_age
-- over: on the day
-- listed: ladder far_day_ladder
-- bind: born_from = as_of - queue_age
-- bind: born_to = as_of + far_day_ladder - queue_age
-- en: Will be {age_limit} on {due_on} and is in no housing queue: from that day it is too late to enter it.
-- ru: {due_on} исполнится {age_limit}, а в очереди на жильё нет: с этого дня встать в неё будет поздно.
-- kk: {due_on} күні {age_limit} жасқа толады, тұрғын үй кезегінде жоқ: сол күннен бастап кеш болады.
-- next: ayala housing queue add {graduate} --registrar bank
SELECT g.code, g.code AS graduate, g.region, NULL AS assignee, g.surname || ' ' || g.given_name AS name,
       g.birth_date AS start_on, g.conscript_months AS extra_months,
       {housing_appeal} AS step_on_record
FROM graduate AS g
WHERE {person_counts}
  AND (g.birth_date >= :born_from OR g.conscript_months > 0)
  AND g.birth_date <= :born_to
  AND NOT EXISTS (SELECT 1 FROM queue_entry AS q WHERE q.graduate_id = g.id AND q.registered_on <= :as_of)
  AND NOT EXISTS (SELECT 1 FROM apartment AS f WHERE f.graduate_id = g.id AND f.granted_on <= :as_of)
