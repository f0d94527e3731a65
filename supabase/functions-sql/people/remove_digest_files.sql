-- Has the worker remove the file with everybody in a digest, as whoever is erased may stand in it; a digest that is
-- still to be sent gets another without them.
-- Returns: nothing.
-- Example: select pathfinder.remove_digest_files(7, '2026-11-20T22:00:00Z');
create or replace function pathfinder.remove_digest_files(digest_id bigint, week_end timestamptz)
returns void
language sql
volatile
set search_path = ''
as $$
    select pathfinder.enqueue(
        'file_removal',
        null,
        jsonb_build_object(
            'folder', 'digests/' || to_char(remove_digest_files.week_end at time zone 'UTC', 'YYYY-MM-DD'),
            'ending', format('-%s.csv', remove_digest_files.digest_id)
        ),
        format(
            'file_removal:%s:%s', remove_digest_files.digest_id, to_char(clock_timestamp(), 'YYYYMMDD"T"HH24MISSUS')
        ),
        30
    )
$$;

revoke all on function pathfinder.remove_digest_files(bigint, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.remove_digest_files(bigint, timestamptz) is
    'Has the worker remove the file with everybody in a digest.';
