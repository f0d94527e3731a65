-- Where the window of a channel's next digest begins: where its last one ended, or where the channel began.
-- Returns: timestamptz; null for a channel that gets no digests.
-- Example: select pathfinder.digest_window_start('sales');
create or replace function pathfinder.digest_window_start(channel text)
returns timestamptz
language sql
stable
set search_path = ''
as $$
    select max(digest_cut_offs.cut_off)
    from pathfinder.digest_cut_offs
    where digest_cut_offs.channel = digest_window_start.channel
$$;

revoke all on function pathfinder.digest_window_start(text) from public, anon, authenticated, service_role;

comment on function pathfinder.digest_window_start(text) is 'Where the window of a channel''s next digest begins.';
