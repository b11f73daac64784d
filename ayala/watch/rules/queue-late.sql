-- order: 7
-- due: term queue_registration
-- listed: late
-- bind: registered_from = as_of - queue_late_listed
-- en: Entered in the queue of the {registrar:registrar} on {done_on}; it should have been by {due_on}.
-- ru: В очередь ({registrar:registrar}) поставлен(а) {done_on}, а нужно было не позднее {due_on}.
-- kk: Кезекке ({registrar:registrar}) {done_on} күні тұрғызылды, {due_on} күнінен кешікпеуі тиіс еді.
-- next: ayala appeal add {graduate} --topic legal --topic housing
SELECT q.code, g.code AS graduate, g.region, NULL AS assignee, g.surname || ' ' || g.given_name AS name,
       q.registrar, g.left_care_on AS start_on, q.registered_on AS done_on,
       {legal_appeal} AS step_on_record
FROM queue_entry AS q
JOIN graduate AS g ON g.id = q.graduate_id
WHERE {entry_is_open}
  AND q.registered_on >= :registered_from
  AND q.registered_on > g.left_care_on
  AND {person_counts}
