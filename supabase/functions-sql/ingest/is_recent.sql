-- Tells whether a header's Unix time is within a tolerance of now, on either side. Seconds, or milliseconds where the
-- number is too large for seconds, which some platforms send.
-- Returns: true or false; null for null.
-- Example: select pathfinder.is_recent('1700000000', '5 minutes');
create or replace function pathfinder.is_recent(sent_at text, tolerance interval)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    return case
        when sent_at is null then null
        when sent_at !~ '^[0-9]{1,14}$' then false
        else to_timestamp(sent_at::numeric / case when length(sent_at) > 11 then 1000 else 1 end)
            between now() - tolerance and now() + tolerance
    end;
end
$$;

revoke all on function pathfinder.is_recent(text, interval) from public, anon, authenticated, service_role;

comment on function pathfinder.is_recent(text, interval) is
    'Whether a header''s Unix time is within a tolerance of now.';
