-- order: 17
-- due: given
-- over: on the day
-- listed: late
-- en: The list of the {registrar:registrar} of {due_on} has this entry no more; registered on {registered_on}.
-- ru: В списке ({registrar:registrar}) на {due_on} этой записи больше нет; дата постановки {registered_on}.
-- kk: {due_on} күнгі тізімде ({registrar:registrar}) бұл жазба енді жоқ; есепке қойылған күні {registered_on}.
-- next: ayala appeal add {graduate} --topic legal --topic housing
-- A list day: at least two, and at least half, of the registrar's open entries that had a place by then.
WITH open_entry AS (
    SELECT q.id, q.code, q.graduate_id, q.registrar, q.registered_on
    FROM queue_entry AS q
    WHERE {entry_is_open}
), reported AS (
    SELECT o.registrar, o.id, p.position_on,
           row_number() OVER (PARTITION BY o.id ORDER BY p.position_on) AS how_manieth
    FROM open_entry AS o
    JOIN position AS p ON p.entry_id = o.id
    WHERE p.position_on <= :as_of
), report_day AS (
    SELECT registrar, position_on, count(*) AS told,
           sum(CASE WHEN how_manieth = 1 THEN 1 ELSE 0 END) AS fresh
    FROM reported
    GROUP BY registrar, position_on
), known_by AS (
    SELECT registrar, position_on, told,
           sum(fresh) OVER (PARTITION BY registrar ORDER BY position_on) AS known
    FROM report_day
), list_day AS (
    SELECT registrar, max(position_on) AS list_on
    FROM known_by
    WHERE told >= 2 AND 2 * told >= known
    GROUP BY registrar
)
SELECT o.code, g.code AS graduate, g.region, NULL AS assignee, g.surname || ' ' || g.given_name AS name,
       o.registrar, o.registered_on, l.list_on AS due_on,
       {legal_appeal} AS step_on_record
FROM open_entry AS o
JOIN list_day AS l ON l.registrar = o.registrar
JOIN graduate AS g ON g.id = o.graduate_id
WHERE (o.registered_on < l.list_on
       OR EXISTS (SELECT 1 FROM position AS p WHERE p.entry_id = o.id AND p.position_on < l.list_on))
  AND NOT EXISTS (SELECT 1 FROM position AS p
                  WHERE p.entry_id = o.id AND p.position_on >= l.list_on AND p.position_on <= :as_of)
  AND {person_counts}
