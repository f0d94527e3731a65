-- Finds what a member's events that are still retained say last of all that is no title.
-- Returns: {"company", "country", "department", "email" (its domain)}; an attribute is null, or missing, when nothing
--   is known of it, or when the member cleared it.
-- Example: select pathfinder.retained_values('main', '2000') ->> 'company';
create or replace function pathfinder.retained_values(community text, user_id text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
    return (
        select jsonb_object_agg(latest.attribute, latest.value)
        from (
            select distinct on (known.attribute) known.attribute, known.value
            from (
                select
                    said.attribute,
                    said.value,
                    stored.settled_at,
                    stored.id,
                    -- Whatever came last, what happened before something else that is known is not the latest.
                    coalesce(
                        stored.occurred_at < max(stored.occurred_at) over (partition by said.attribute), false
                    ) as is_older
                from public.events_raw as stored
                cross join lateral (
                    select stored.attribute, stored.value
                    union all
                    select detail.key, detail.value
                    from jsonb_each_text(stored.details) as detail
                    where detail.key is distinct from stored.attribute
                ) as said
                where stored.community = retained_values.community
                    and stored.user_id = retained_values.user_id
                    and stored.state = 'processed'
                    and said.attribute in ('company', 'country', 'department', 'email')
            ) as known
            order by known.attribute, known.is_older, known.settled_at desc, known.id desc
        ) as latest
    );
end
$$;

revoke all on function pathfinder.retained_values(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.retained_values(text, text) is
    'What a member''s events that are still retained say last of all that is no title.';
