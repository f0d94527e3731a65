-- Sends a channel's digest once more, as it was: one job for each of its messages, and for no other channel.
-- Returns: how many messages are sent; 0 when there is no such digest, or the channel is not active any more.
-- Example: select public.send_digest_again('2026-11-20 22:00+00', 'board');
create or replace function pathfinder.send_digest_again(week_end timestamptz, channel text)
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    jobs bigint;
begin
    select count(
        pathfinder.enqueue(
            'digest', digest.channel, jsonb_build_object('digest_id', digest.id),
            format('digest:%s:again:%s', digest.id, to_char(clock_timestamp(), 'YYYYMMDD"T"HH24MISSUS'))
        )
    )
    into jobs
    from (
        select digests.id, digests.channel
        from public.digests
        join public.channels on channels.name = digests.channel and channels.is_active
        where digests.week_end = send_digest_again.week_end and digests.channel = send_digest_again.channel
        order by digests.part
    ) as digest;
    if jobs > 0 then
        perform pathfinder.write_audit(
            'digests', 'send_again',
            jsonb_build_object('channel', send_digest_again.channel, 'messages', jobs, 'cut_off', send_digest_again.week_end)
        );
    end if;
    return jobs;
end
$$;

create or replace function public.send_digest_again(week_end timestamptz, channel text)
returns bigint
language sql
volatile
set search_path = ''
as $$
    select pathfinder.send_digest_again(send_digest_again.week_end, send_digest_again.channel)
$$;

revoke all on function pathfinder.send_digest_again(timestamptz, text) from public, anon, authenticated, service_role;
revoke all on function public.send_digest_again(timestamptz, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.send_digest_again(timestamptz, text) to service_role;
grant execute on function public.send_digest_again(timestamptz, text) to service_role;

comment on function pathfinder.send_digest_again(timestamptz, text) is 'Sends a channel''s digest once more.';
comment on function public.send_digest_again(timestamptz, text) is
    'Sends a channel''s digest once more, as it was, to that channel only; returns how many messages.';
