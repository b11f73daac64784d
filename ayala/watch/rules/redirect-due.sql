-- order: 3
-- due: term redirect
-- listed: soon
-- en: Nobody has begun with this appeal; if it is for another body, it must be sent on by {due_on}.
-- ru: Обращением никто не занялся; если оно не по адресу, его нужно перенаправить не позднее {due_on}.
-- kk: Өтінішті ешкім қолға алған жоқ; басқа органға қатысты болса, {due_on} күніне дейін жіберілуі тиіс.
-- next: ayala appeal start {code}
SELECT a.code, g.code AS graduate, coalesce(a.region, g.region) AS region, a.assignee,
       coalesce(g.surname || ' ' || g.given_name, a.caller) AS name,
       a.kind, a.received_on, a.registered_on, a.registered_on AS start_on
FROM appeal AS a
LEFT JOIN graduate AS g ON g.id = a.graduate_id
WHERE {appeal_is_open}
  AND a.registered_on <= :as_of
  AND (a.status = 'registered'
       OR EXISTS (SELECT 1 FROM appeal_event AS later
                  WHERE later.appeal_id = a.id AND later.happened_on > :as_of
                    AND later.event IN ('started', 'paused', 'answered', 'redirected', 'terminated', 'withdrawn')))
  AND NOT EXISTS (SELECT 1 FROM appeal_event AS begun
                  WHERE begun.appeal_id = a.id AND begun.happened_on <= :as_of
                    AND begun.event IN ('started', 'paused', 'resumed', 'reopened'))
  AND (g.id IS NULL OR {person_is_known})
