-- order: 10
-- due: given
-- listed: ladder contract_end_ladder, late
-- bind: end_to = as_of + contract_end_ladder
-- en: The contract for {place} was made until {due_on}.
-- ru: Договор на место {place} заключён до {due_on}.
-- kk: {place} орнына шарт {due_on} күніне дейін жасалған.
-- next: ayala dormitory contract {graduate} --planned-end {year_later}
SELECT g.code, g.code AS graduate, g.region, NULL AS assignee, g.surname || ' ' || g.given_name AS name,
       b.place, s.planned_end AS due_on
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE {stay_is_current}
  AND s.planned_end <= :end_to
  AND {person_counts}
