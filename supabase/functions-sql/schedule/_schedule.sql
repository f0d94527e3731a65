-- pg_cron on hosted runs in GMT and never makes up a missed run; the tick does, from the ledger. `cron.schedule`
-- replaces a job of the same name.
select cron.schedule('captpathfinder-tick', '* * * * *', 'select public.tick()');
-- The history of a job that runs each minute grows by half a million rows a year, and pg_cron never prunes it.
select cron.schedule('captpathfinder-prune', '17 3 * * *', 'select pathfinder.prune_cron_history(now())');
