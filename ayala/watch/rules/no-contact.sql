-- order: 14
-- due: term no_contact
-- while: younger than queue_age
-- listed: late
-- bind: born_from = as_of - queue_age
-- bind: silent_from = as_of - no_contact
-- en: Nothing was heard of the person since {start_on}.
-- ru: О человеке ничего не известно с {start_on}.
-- kk: {start_on} күнінен бері хабар-ошарсыз.
-- next: ayala graduate contact {graduate} --reached
SELECT *
FROM (
    SELECT g.code, g.code AS graduate, g.region, NULL AS assignee, g.surname || ' ' || g.given_name AS name,
           g.birth_date, g.conscript_months AS extra_months,
           (SELECT max(heard.on_day)
            FROM (
                SELECT max(c.made_on) AS on_day FROM contact AS c
                WHERE c.graduate_id = g.id AND c.outcome = 'reached' AND c.made_on <= :as_of
                UNION ALL
                SELECT max(v.provided_on) FROM service AS v
                WHERE v.graduate_id = g.id AND v.provided_on <= :as_of
                UNION ALL
                SELECT max(e.held_on) FROM attendance AS t JOIN session AS e ON e.id = t.session_id
                WHERE t.graduate_id = g.id AND e.cancelled_on IS NULL AND e.held_on <= :as_of
                UNION ALL
                SELECT max(a.received_on) FROM appeal AS a
                WHERE a.graduate_id = g.id AND a.received_on <= :as_of
                UNION ALL
                SELECT max(s.from_date) FROM stay AS s WHERE s.graduate_id = g.id AND s.from_date <= :as_of
                UNION ALL
                SELECT max(s.until) FROM stay AS s WHERE s.graduate_id = g.id AND s.until <= :as_of
                UNION ALL
                SELECT g.left_care_on WHERE g.left_care_on <= :as_of
                UNION ALL
                SELECT g.registered_on WHERE g.registered_on <= :as_of
            ) AS heard) AS start_on
    FROM graduate AS g
    WHERE {person_counts}
      AND (g.birth_date >= :born_from OR g.conscript_months > 0)
      AND (g.left_care_on IS NULL OR g.left_care_on <= :silent_from OR g.left_care_on > :as_of)
      AND (g.registered_on <= :silent_from OR g.registered_on > :as_of)
      AND NOT EXISTS (SELECT 1 FROM apartment AS f WHERE f.graduate_id = g.id AND f.granted_on <= :as_of)
      AND NOT EXISTS (SELECT 1 FROM stay AS s WHERE s.graduate_id = g.id AND {stay_is_current})
) AS known
WHERE start_on <= :silent_from
