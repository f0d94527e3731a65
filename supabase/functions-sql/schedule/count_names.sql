-- Counts names whatever their case and punctuation, each shown as most write it: at most twenty, then, as name null,
-- how many gave none. `keys` says what is one: an account, or, where null, the name itself.
-- Returns: [{"name", "count"}]
-- Example: select pathfinder.count_names('{Acme,ACME,null}', '{null,null,null}');
create or replace function pathfinder.count_names(names text[], keys text[])
returns jsonb
language sql
stable
set search_path = ''
as $$
    with spelling as (
        select nullif(btrim(entry.name), '') as name, entry.key, count(*) as count
        from unnest(count_names.names, count_names.keys) as entry (name, key)
        group by 1, 2
    ),
    named as (
        select
            (array_agg(spelling.name order by spelling.count desc, spelling.name))[1] as name,
            sum(spelling.count)::bigint as count
        from spelling
        group by coalesce(spelling.key, nullif(pathfinder.name_key(spelling.name), ''), lower(spelling.name))
    )
    select coalesce(
        jsonb_agg(
            jsonb_build_object('name', ranked.name, 'count', ranked.count) order by ranked.name is null, ranked.place
        ),
        '[]'
    )
    from (
        select
            named.*,
            row_number() over (partition by named.name is null order by named.count desc, named.name) as place
        from named
    ) as ranked
    where ranked.place <= 20
$$;

revoke all on function pathfinder.count_names(text[], text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.count_names(text[], text[]) is
    'Counts names whatever their case and punctuation, the most frequent first.';
