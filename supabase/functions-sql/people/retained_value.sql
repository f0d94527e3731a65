-- Finds what a member's events that are still retained say last of an attribute: company, country, department, or email
-- (its domain).
-- Returns: text; null when nothing is known, or when the member cleared it.
-- Example: select pathfinder.retained_value('main', '2000', 'company');
create or replace function pathfinder.retained_value(community text, user_id text, attribute text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
    return (
        select known.said
        from (
            select
                stored.settled_at,
                stored.id,
                case
                    when stored.attribute = retained_value.attribute then stored.value
                    else stored.details ->> retained_value.attribute
                end as said,
                -- Whatever came last, what happened before something else that is known is not the latest.
                coalesce(stored.occurred_at < max(stored.occurred_at) over (), false) as is_older
            from public.events_raw as stored
            where stored.community = retained_value.community
                and stored.user_id = retained_value.user_id
                and stored.state = 'processed'
                and (stored.attribute = retained_value.attribute or stored.details ? retained_value.attribute)
        ) as known
        order by known.is_older, known.settled_at desc, known.id desc
        limit 1
    );
end
$$;

revoke all on function pathfinder.retained_value(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.retained_value(text, text, text) is
    'What a member''s events that are still retained say last of an attribute.';
