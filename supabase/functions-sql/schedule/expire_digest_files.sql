-- Has the worker remove the files behind digests whose link has ended: nobody can open them any more.
-- Returns: nothing.
-- Example: select pathfinder.expire_digest_files(now() - interval '7 days');
create or replace function pathfinder.expire_digest_files(cut_off timestamptz)
returns void
language sql
volatile
set search_path = ''
as $$
    with expired as (
        update public.outbox
        set result = outbox.result - 'csv_uri'
        from public.digests
        where outbox.kind = 'digest'
            and outbox.status in ('done', 'dead')
            and outbox.finished_at < expire_digest_files.cut_off
            and outbox.result ? 'csv_uri'
            and digests.id = (outbox.payload ->> 'digest_id')::bigint
        returning (digests.payload ->> 'digest_id')::bigint as digest_id, digests.week_end
    )
    select pathfinder.remove_digest_files(expired.digest_id, expired.week_end)
    from expired
$$;

revoke all on function pathfinder.expire_digest_files(timestamptz) from public, anon, authenticated, service_role;

comment on function pathfinder.expire_digest_files(timestamptz) is
    'Has the worker remove the files behind digests whose link has ended.';
