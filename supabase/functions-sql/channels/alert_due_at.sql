-- When the next alert of a channel goes: at once, unless three have gone within the last alerts.group_seconds of
-- its config (60 if not given), and not in its quiet hours.
-- Returns: timestamptz, not before `moment`.
-- Example: select pathfinder.alert_due_at(channels, 'Europe/Berlin', now()) from public.channels;
create or replace function pathfinder.alert_due_at(channel public.channels, time_zone text, moment timestamptz)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
    pause interval := make_interval(
        secs => coalesce((channel.config #>> '{alerts,group_seconds}')::double precision, 60)
    );
    latest timestamptz;
    recent integer;
begin
    select count(*) filter (where last.due_at > moment - pause), max(last.due_at)
    into recent, latest
    from (
        select (outbox.payload ->> 'due_at')::timestamptz as due_at
        from public.outbox
        where outbox.kind = 'alert' and outbox.channel = channel.name
        order by outbox.id desc
        limit 3
    ) as last;
    return pathfinder.after_quiet_hours(
        case when recent < 3 then moment else greatest(moment, latest + pause) end,
        channel.config #> '{alerts,quiet_hours}',
        time_zone
    );
end
$$;

revoke all on function pathfinder.alert_due_at(public.channels, text, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.alert_due_at(public.channels, text, timestamptz) is
    'When the next alert of a channel goes.';
