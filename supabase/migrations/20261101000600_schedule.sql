-- The schedule: what checks its settings, where its ledger starts, and the two jobs of pg_cron.

create trigger check_settings
    before insert or update or delete on public.settings
    for each row execute function pathfinder.check_settings();
comment on trigger check_settings on public.settings is 'Refuses values that cannot be, and says what to write instead.';

-- The tick asks each minute whether something failed or is unfinished; hardly ever is there any.
create index job_runs_unfinished_idx on public.job_runs (job, next_attempt_at) where outcome <> 'done';
-- Which digest was the last one, so where the next begins.
create index job_runs_period_end_idx on public.job_runs (job, period_end);

-- Nothing that was due before this moment is owed.
select pathfinder.start_schedule(now());

-- pg_cron on hosted runs in GMT and never makes up a missed run; the tick does, from the ledger. `cron.schedule`
-- replaces a job of the same name.
select cron.schedule('captpathfinder-tick', '* * * * *', 'select public.tick()');
-- The history of a job that runs each minute grows by half a million rows a year, and pg_cron never prunes it.
select cron.schedule('captpathfinder-prune', '17 3 * * *', 'select pathfinder.prune_cron_history(now())');
