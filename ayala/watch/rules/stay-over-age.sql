-- order: 11
-- due: age
-- over: on the day
-- listed: late
-- en: Lives on {place} and is {years} since {due_on}, the age to which the house takes people.
-- ru: Живёт на месте {place}; {due_on} исполнилось {years}, предельный возраст этого дома.
-- kk: {place} орнында тұрады; {due_on} күні {years} жасқа толды, бұл үйдің шекті жасы.
-- next: ayala appeal add {graduate} --topic housing
SELECT g.code, g.code AS graduate, g.region, NULL AS assignee, g.surname || ' ' || g.given_name AS name,
       b.place, g.birth_date AS start_on, bd.max_age AS years, bd.ceiling_age AS far_years,
       {housing_appeal} AS step_on_record
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN room AS r ON r.id = b.room_id
JOIN building AS bd ON bd.id = r.building_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE {stay_is_current}
  AND bd.max_age IS NOT NULL
  AND {person_counts}
