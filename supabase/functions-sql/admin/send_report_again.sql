-- Tells once more that a report is ready, with links that open its files: one channel, or one address through the mail
-- server of an active channel that has one. Nobody else is told.
-- Returns: how many messages are sent: 1; 0 when there is no such report, it has no files yet, or the channel is not
--   active.
-- Raises: 22023 for what is no address, for both a channel and an address or neither, and where no channel has a mail
--   server.
-- Example: select public.send_report_again(7, to_address => 'ada@example.com');
create or replace function pathfinder.send_report_again(report_id bigint, to_channel text, to_address text)
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    through constant text := pathfinder.channel_through(
        null, send_report_again.to_channel, send_report_again.to_address
    );
    jobs bigint;
begin
    if through is null then
        raise exception 'send_report_again needs a channel or an address' using errcode = '22023';
    end if;
    select count(
        pathfinder.enqueue(
            'report_message', through,
            jsonb_strip_nulls(jsonb_build_object('report_id', reports.id, 'to', send_report_again.to_address)),
            format('report_message:%s:again:%s', reports.id, to_char(clock_timestamp(), 'YYYYMMDD"T"HH24MISSUS'))
        )
    )
    into jobs
    from public.reports
    join public.channels on channels.name = through and channels.is_active
    where reports.id = send_report_again.report_id and reports.published_at is not null;
    if jobs > 0 then
        perform pathfinder.write_audit(
            'reports', 'send_again',
            jsonb_build_object(
                'report', send_report_again.report_id, 'to', coalesce(send_report_again.to_address, through)
            )
        );
    end if;
    return jobs;
end
$$;

create or replace function public.send_report_again(
    report_id bigint, to_channel text default null, to_address text default null
)
returns bigint
language sql
volatile
set search_path = ''
as $$
    select pathfinder.send_report_again(
        send_report_again.report_id, send_report_again.to_channel, send_report_again.to_address
    )
$$;

revoke all on function pathfinder.send_report_again(bigint, text, text) from public, anon, authenticated, service_role;
revoke all on function public.send_report_again(bigint, text, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.send_report_again(bigint, text, text) to service_role;
grant execute on function public.send_report_again(bigint, text, text) to service_role;

comment on function pathfinder.send_report_again(bigint, text, text) is 'Tells once more that a report is ready.';
comment on function public.send_report_again(bigint, text, text) is
    'Tells one channel, or one address, once more that a report is ready. Returns how many messages.';
