-- A channel's filter in words, as its messages say it.
-- Returns: text; null where everybody is told of.
-- Example: select pathfinder.filter_words('{"level": ["csuite"], "country": ["DE"], "tier": ["1"]}');
--   -- C-level executives, Germany, tier 1
create or replace function pathfinder.filter_words(filter jsonb)
returns text
language sql
stable
set search_path = ''
as $$
    select string_agg(part.words, ', ' order by part.place)
    from (
        select topic.place, case
            when topic.key = 'watched' then
                case when filter ->> 'watched' = 'true' then 'watched accounts' else 'accounts that are not watched' end
            when topic.key = 'country' and filter -> 'country' @> '["DE", "AT", "CH"]'
                and jsonb_array_length(filter -> 'country') = 3 then 'DACH'
            else (
                select topic.before || string_agg(coalesce(
                    case topic.key
                        when 'level' then (
                            select levels.label_plural from public.levels where levels.level = element.value
                        )
                        when 'country' then pathfinder.country_name(element.value)
                        when 'kind' then case element.value
                            when 'promotion' then 'promoted'
                            when 'demotion' then 'of a lower level now'
                            when 'role' then 'in another role'
                        end
                    end,
                    element.value
                ), ' or ' order by element.place)
                from jsonb_array_elements_text(filter -> topic.key) with ordinality as element (value, place)
            )
        end as words
        from (
            values
                (1, 'level', ''), (2, 'kind', ''), (3, 'function', ''), (4, 'country', ''), (5, 'tier', 'tier '),
                (6, 'owner', 'accounts of '), (7, 'watched', ''), (8, 'community', 'community ')
        ) as topic (place, key, before)
        where filter ? topic.key
    ) as part
$$;

revoke all on function pathfinder.filter_words(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.filter_words(jsonb) is 'A channel''s filter in words.';
