-- Whether a change is of another field for titles than the one that made somebody an executive, and says no more than
-- that: "Title: Dr." takes nothing from "Job Title: CEO". Of a whole profile one title is sent, which counts.
-- Returns: true or false, never null.
-- Example: select pathfinder.is_lesser_title('Title', 'vp', user_state) from public.user_state where user_id = '2000';
create or replace function pathfinder.is_lesser_title(field text, level text, known public.user_state)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    return (is_lesser_title.field <> known.title_field) is true
        and not exists (
            select
            from public.levels as higher, public.levels as held
            where higher.level = is_lesser_title.level
                and held.level = known.seniority_level
                and higher.rank < held.rank
        );
end
$$;

revoke all on function pathfinder.is_lesser_title(text, text, public.user_state)
    from public, anon, authenticated, service_role;

comment on function pathfinder.is_lesser_title(text, text, public.user_state) is
    'Whether a change is of another field for titles, and says no more than the one known.';
