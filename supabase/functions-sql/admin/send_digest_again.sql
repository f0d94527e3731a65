-- Sends a channel's digest once more, as it was, one job for each of its messages: to that channel, to another one, or
-- to one address through the mail server of an active channel that has one (the digest's own, if it does). What goes
-- elsewhere is a copy: whether the digest was sent, and to whom, stays as it was.
-- Returns: how many messages are sent; 0 when there is no such digest, or no such channel is active.
-- Raises: 22023 for what is no address, for both a channel and an address, and where no channel has a mail server.
-- Example: select public.send_digest_again('2026-11-20 22:00+00', 'board', to_address => 'ada@example.com');
create or replace function pathfinder.send_digest_again(
    week_end timestamptz, channel text, to_channel text, to_address text
)
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    through constant text := coalesce(
        pathfinder.channel_through(
            send_digest_again.channel, send_digest_again.to_channel, send_digest_again.to_address
        ),
        send_digest_again.channel
    );
    jobs bigint;
begin
    select count(
        pathfinder.enqueue(
            'digest', through,
            jsonb_strip_nulls(jsonb_build_object(
                'digest_id', digest.id, 'to', send_digest_again.to_address,
                'is_copy', case
                    when send_digest_again.to_address is not null or through <> send_digest_again.channel then true
                end
            )),
            format('digest:%s:again:%s', digest.id, to_char(clock_timestamp(), 'YYYYMMDD"T"HH24MISSUS'))
        )
    )
    into jobs
    from (
        select digests.id
        from public.digests
        join public.channels on channels.name = through and channels.is_active
        where digests.week_end = send_digest_again.week_end and digests.channel = send_digest_again.channel
        order by digests.part
    ) as digest;
    if jobs > 0 then
        perform pathfinder.write_audit(
            'digests', 'send_again',
            jsonb_strip_nulls(jsonb_build_object(
                'channel', send_digest_again.channel, 'to', coalesce(send_digest_again.to_address, through),
                'messages', jobs, 'cut_off', send_digest_again.week_end
            ))
        );
    end if;
    return jobs;
end
$$;

create or replace function public.send_digest_again(
    week_end timestamptz, channel text, to_channel text default null, to_address text default null
)
returns bigint
language sql
volatile
set search_path = ''
as $$
    select pathfinder.send_digest_again(
        send_digest_again.week_end, send_digest_again.channel, send_digest_again.to_channel,
        send_digest_again.to_address
    )
$$;

revoke all on function pathfinder.send_digest_again(timestamptz, text, text, text)
from public, anon, authenticated, service_role;
revoke all on function public.send_digest_again(timestamptz, text, text, text)
from public, anon, authenticated, service_role;
grant execute on function pathfinder.send_digest_again(timestamptz, text, text, text) to service_role;
grant execute on function public.send_digest_again(timestamptz, text, text, text) to service_role;

comment on function pathfinder.send_digest_again(timestamptz, text, text, text) is 'Sends a channel''s digest once more.';
comment on function public.send_digest_again(timestamptz, text, text, text) is
    'Sends a channel''s digest once more, as it was: to that channel, another one, or one address. Returns how many messages.';
