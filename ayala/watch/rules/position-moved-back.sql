-- order: 16
-- due: given
-- over: on the day
-- listed: late
-- en: The place in the queue moved back: {was} on {was_on} -> {now} on {due_on}.
-- ru: Место в очереди отодвинулось назад: {was} на {was_on} -> {now} на {due_on}.
-- kk: Кезектегі орын кейін шегінді: {was_on} күні {was} -> {due_on} күні {now}.
-- next: ayala appeal add {graduate} --topic legal --topic housing
SELECT q.code, g.code AS graduate, g.region, NULL AS assignee, g.surname || ' ' || g.given_name AS name,
       p.was, p.was_on, p.now, p.position_on AS due_on,
       {legal_appeal} AS step_on_record
FROM (
    SELECT o.entry_id, o.position AS now, o.position_on,
           lag(o.position) OVER (PARTITION BY o.entry_id ORDER BY o.position_on) AS was,
           lag(o.position_on) OVER (PARTITION BY o.entry_id ORDER BY o.position_on) AS was_on,
           lead(o.position_on) OVER (PARTITION BY o.entry_id ORDER BY o.position_on) AS later_on
    FROM position AS o
    WHERE o.position_on <= :as_of
) AS p
JOIN queue_entry AS q ON q.id = p.entry_id
JOIN graduate AS g ON g.id = q.graduate_id
WHERE p.later_on IS NULL AND p.now > p.was
  AND {entry_is_open}
  AND {person_counts}
