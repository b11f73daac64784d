-- order: 21
-- due: term appeal_unidentified
-- listed: soon, late
-- en: Who called on {start_on} is not identified yet.
-- ru: Кто обратился {start_on}, ещё не установлено.
-- kk: {start_on} күні кім хабарласқаны әлі анықталмаған.
-- next: ayala appeal identify {code} "…"
SELECT a.code, NULL AS graduate, a.region, a.assignee, a.caller AS name, a.kind, a.received_on AS start_on
FROM appeal AS a
WHERE {appeal_is_open}
  AND (a.graduate_id IS NULL
       OR EXISTS (SELECT 1 FROM appeal_event AS later
                  WHERE later.appeal_id = a.id AND later.event = 'identified' AND later.happened_on > :as_of))
