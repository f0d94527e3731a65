-- How long ago something was, for a sentence: the largest whole unit.
-- Returns: "40 seconds", "25 minutes", "3 hours", "2 days"; null for null.
-- Example: select pathfinder.age_in_words(interval '1 hour 59 minutes');   -- 119 minutes
create or replace function pathfinder.age_in_words(age interval)
returns text
language sql
immutable
set search_path = ''
as $$
    select case
        when seconds < 120 then seconds || ' seconds'
        when seconds < 7200 then seconds / 60 || ' minutes'
        when seconds < 172800 then seconds / 3600 || ' hours'
        else seconds / 86400 || ' days'
    end
    from (select greatest(extract(epoch from age), 0)::bigint as seconds) as whole
$$;

revoke all on function pathfinder.age_in_words(interval) from public, anon, authenticated, service_role;

comment on function pathfinder.age_in_words(interval) is 'How long ago something was, for a sentence.';
