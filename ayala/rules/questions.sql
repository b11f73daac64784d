-- name: calendar_days
-- The office's own days of work and of rest.
SELECT day, working, reason FROM calendar_day ORDER BY day;
