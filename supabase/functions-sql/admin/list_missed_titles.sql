-- The titles that found nobody and that most members have, of the latest 20,000 webhooks with a title that are still
-- kept. Only how many members: a title that fewer than three have could say who they are, and is left out.
-- Returns: a JSON array of {"title", "members"}, the most frequent first, at most 50.
-- Example: select public.list_missed_titles();
create or replace function pathfinder.list_missed_titles()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    with latest as (
        select distinct on (event.community, event.user_id) event.community, event.user_id, event.value
        from (
            select stored.id, stored.community, stored.user_id, stored.value
            from public.events_raw as stored
            where stored.attribute = 'title' and stored.state = 'processed'
            order by stored.id desc
            limit 20000
        ) as event
        order by event.community, event.user_id, event.id desc
    ),
    -- Equal spellings first: to fold a text costs more than to read it.
    spelt as materialized (
        select btrim(latest.value) as title, count(*) as members
        from latest
        where not exists (
                select from public.user_state as executive
                where executive.community = latest.community and executive.user_id = latest.user_id
            )
        group by btrim(latest.value)
    ),
    frequent as (
        select min(spelt.title) as title, sum(spelt.members)::bigint as members
        from spelt
        where spelt.title <> ''
        group by pathfinder.fold_text(spelt.title)
        having sum(spelt.members) >= 3
        order by members desc, title
        limit 200
    )
    select coalesce(jsonb_agg(to_jsonb(missed) order by missed.members desc, missed.title), '[]')
    from (
        select frequent.title, frequent.members
        from frequent
        -- Who is put aside or left has a title that is found.
        where (pathfinder.classify(frequent.title)).level is null
        order by frequent.members desc, frequent.title
        limit 50
    ) as missed
$$;

create or replace function public.list_missed_titles()
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_missed_titles()
$$;

revoke all on function pathfinder.list_missed_titles() from public, anon, authenticated, service_role;
revoke all on function public.list_missed_titles() from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_missed_titles() to service_role;
grant execute on function public.list_missed_titles() to service_role;

comment on function pathfinder.list_missed_titles() is 'The titles that found nobody.';
comment on function public.list_missed_titles() is
    'The titles that found nobody and that most members have: how many, never who; none that fewer than three have.';
