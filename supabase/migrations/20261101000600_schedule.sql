-- The jobs of pg_cron. Made from supabase/functions-sql by `make baseline`; edit there.

-- source: schedule/_schedule.sql
-- pg_cron on hosted runs in GMT and never makes up a missed run; the tick does, from the ledger. `cron.schedule`
-- replaces a job of the same name.
select cron.schedule('captpathfinder-tick', '* * * * *', 'select public.tick()');
-- The history of a job that runs each minute grows by half a million rows a year, and pg_cron never prunes it.
select cron.schedule('captpathfinder-prune', '17 3 * * *', 'select pathfinder.prune_cron_history(now())');

-- source: admin/_schedule.sql
-- Beside the tick, so that it is noticed when the tick fails.
select cron.schedule('captpathfinder-watch', '* * * * *', 'select pathfinder.watch(now())');
