-- Builds the digests that were due at a time: of all channels that go by the common schedule, or of the one that has
-- its own. Each runs from its channel's last cut-off to the due time, also when the tick comes later, so the weeks of
-- a long downtime each get their own people. An empty digest that is more than a week late is no news and goes to
-- nobody.
-- Returns: {"channels": n, "people": told, "digests": messages, "period_start", "period_end"}.
-- Example: select pathfinder.run_digest('digest', '2026-11-20 22:00+00', now());
create or replace function pathfinder.run_digest(job text, due_at timestamptz, moment timestamptz)
returns jsonb
language sql
volatile
set search_path = ''
set timezone = 'UTC'
as $$
    select jsonb_build_object(
        'channels', count(*),
        'people', coalesce(sum((built.digest ->> 'people')::integer), 0),
        'digests', coalesce(sum((built.digest ->> 'messages')::integer), 0),
        'period_start', min((built.digest ->> 'period_start')::timestamptz),
        'period_end', due_at
    )
    from (
        select pathfinder.build_digest(channels, due_at, moment, due_at > moment - interval '7 days') as digest
        from public.channels
        where channels.is_active
            and 'digest' = any (channels.sends)
            and case job
                when 'digest' then channels.schedule = '{}'
                else channels.name = substr(job, 8)
            end
            -- An edit of the settings may put a due time before the cut-off before it.
            and pathfinder.digest_window_start(channels.name) < due_at
        order by channels.name
    ) as built
$$;

revoke all on function pathfinder.run_digest(text, timestamptz, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.run_digest(text, timestamptz, timestamptz) is
    'Builds the digests that were due at a time.';
