-- Notes that a channel is to be alerted about a change, and sees to a job that will do it once settings.alert_delay
-- is over. A job that waits already is enough, if it is due hardly sooner: it takes everybody who is noted for three
-- quarters of that time when it is claimed. Holding it with a share lock keeps it from being claimed before this
-- transaction is visible, and does not keep other webhooks waiting. One that is just being claimed is left alone, and
-- a new one made. A job that finds nobody left to tell about ends silently.
-- Returns: nothing.
-- Example: select pathfinder.queue_alert(7, channels, settings) from public.channels, public.settings;
create or replace function pathfinder.queue_alert(
    detection_id bigint, channel public.channels, configured public.settings
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    ripe_at constant timestamptz := clock_timestamp() + configured.alert_delay;
    due_at timestamptz;
begin
    insert into pathfinder.alerts (detection_id, channel)
    values (queue_alert.detection_id, channel.name)
    on conflict do nothing;
    if not found then
        return;
    end if;

    perform
    from public.outbox
    where outbox.kind = 'alert'
        and outbox.channel = channel.name
        and outbox.status = 'pending'
        and outbox.attempts = 0
        and outbox.run_at > ripe_at - greatest(configured.alert_delay / 4, interval '0.5 seconds')
    order by outbox.id desc
    limit 1
    for share skip locked;
    if found then
        return;
    end if;

    due_at := pathfinder.alert_due_at(channel, configured.time_zone, ripe_at);
    perform pathfinder.enqueue(
        'alert',
        channel.name,
        jsonb_build_object('due_at', due_at),
        format('alert:%s:%s', queue_alert.detection_id, channel.name),
        10,
        due_at
    );
end
$$;

revoke all on function pathfinder.queue_alert(bigint, public.channels, public.settings)
    from public, anon, authenticated, service_role;

comment on function pathfinder.queue_alert(bigint, public.channels, public.settings) is
    'Notes that a channel is to be alerted about a change.';
