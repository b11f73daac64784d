-- order: 19
-- due: checks exit_checks
-- listed: checks
-- en: Left {place} on {start_on}, nobody knows where to; not reached since.
-- ru: Выбыл(а) с места {place} {start_on} неизвестно куда; с тех пор связи нет.
-- kk: {place} орнынан {start_on} күні қайда кеткені белгісіз; содан бері байланыс жоқ.
-- next: ayala graduate contact {graduate} --reached
SELECT g.code, g.code AS graduate, g.region, NULL AS assignee, g.surname || ' ' || g.given_name AS name,
       b.place, s.until AS start_on
FROM stay AS s
JOIN bed AS b ON b.id = s.bed_id
JOIN graduate AS g ON g.id = s.graduate_id
WHERE s.destination = 'unknown'
  AND s.until <= :as_of
  AND NOT EXISTS (SELECT 1 FROM stay AS n
                  WHERE n.graduate_id = s.graduate_id AND n.from_date >= s.until AND n.from_date <= :as_of)
  AND NOT EXISTS (SELECT 1 FROM contact AS c
                  WHERE c.graduate_id = s.graduate_id AND c.outcome = 'reached'
                    AND c.made_on > s.until AND c.made_on <= :as_of)
  AND {person_counts}
