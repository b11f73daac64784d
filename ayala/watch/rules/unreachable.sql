-- order: 15
-- due: given
-- over: on the day
-- listed: late
-- bind: attempts = value unreachable
-- en: Nobody answered {tried} times in a row, the last time on {last_on}.
-- ru: Не отвечает: подряд безуспешных попыток — {tried}, последняя {last_on}.
-- kk: Жауап жоқ: қатарынан {tried} рет, соңғысы {last_on} күні.
-- next: ayala graduate contact {graduate} --reached --channel visit
SELECT g.code, g.code AS graduate, g.region, NULL AS assignee, g.surname || ' ' || g.given_name AS name,
       x.tried, x.last_on, x.due_on
FROM (
    SELECT n.graduate_id, count(*) AS tried, max(n.made_on) AS last_on,
           max(CASE WHEN n.place = :attempts THEN n.made_on END) AS due_on
    FROM (
        SELECT c.graduate_id, c.made_on,
               row_number() OVER (PARTITION BY c.graduate_id ORDER BY c.made_on, c.id) AS place
        FROM contact AS c
        WHERE c.outcome = 'no_answer' AND c.made_on <= :as_of
          AND NOT EXISTS (SELECT 1 FROM contact AS r
                          WHERE r.graduate_id = c.graduate_id AND r.outcome = 'reached' AND r.made_on <= :as_of
                            AND (r.made_on > c.made_on OR (r.made_on = c.made_on AND r.id > c.id)))
    ) AS n
    GROUP BY n.graduate_id
    HAVING count(*) >= :attempts
) AS x
JOIN graduate AS g ON g.id = x.graduate_id
WHERE {person_counts}
