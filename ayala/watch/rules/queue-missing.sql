-- order: 6
-- due: given, else age majority
-- while: younger than queue_age
-- listed: ahead, ladder far_day_ladder, late
-- bind: born_from = as_of - queue_age
-- en: Never entered in the housing queue; the right lasts until the age of {age_limit}, {over_on}.
-- ru: В очередь на жильё не поставлен(а); право сохраняется до {age_limit} лет, {over_on}.
-- kk: Тұрғын үй кезегіне тұрғызылмаған; құқық {age_limit} жасқа дейін сақталады, {over_on}.
-- next: ayala housing queue add {graduate} --registrar bank
SELECT g.code, g.code AS graduate, g.region, NULL AS assignee, g.surname || ' ' || g.given_name AS name,
       g.birth_date, g.conscript_months AS extra_months, g.left_care_on AS due_on,
       {housing_appeal} AS step_on_record
FROM graduate AS g
WHERE {person_counts}
  AND (g.birth_date >= :born_from OR g.conscript_months > 0)
  AND NOT EXISTS (SELECT 1 FROM queue_entry AS q WHERE q.graduate_id = g.id AND q.registered_on <= :as_of)
  AND NOT EXISTS (SELECT 1 FROM apartment AS f WHERE f.graduate_id = g.id AND f.granted_on <= :as_of)
