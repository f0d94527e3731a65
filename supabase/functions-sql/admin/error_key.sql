-- What an error is apart from its numbers, ids and addresses, so that equal errors are one.
-- Returns: a short digest; null for no error.
-- Example: select pathfinder.error_key('Job 7 failed (HTTP 503)') = pathfinder.error_key('Job 8 failed (HTTP 503)');
create or replace function pathfinder.error_key(error text)
returns text
language sql
immutable
set search_path = ''
as $$
    select md5(regexp_replace(lower(left(error_key.error, 600)), '[0-9a-f]*[0-9][0-9a-f-]*', '#', 'g'))
$$;

revoke all on function pathfinder.error_key(text) from public, anon, authenticated, service_role;

comment on function pathfinder.error_key(text) is 'What an error is apart from its numbers.';
