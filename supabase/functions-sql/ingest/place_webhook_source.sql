-- Trigger: the first source feeds the community main unless it says another; any later one has to say which it feeds.
-- Returns: the row.
-- Raises: 23502 that names the communities there are.
-- Example: insert into public.webhook_sources (name, auth_kind, community) values ('forum', 'standard_webhooks', 'main');
create or replace function pathfinder.place_webhook_source()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    taken text;
begin
    if new.community is not null then
        return new;
    end if;
    select string_agg(distinct other.community, ', ' order by other.community)
    into taken
    from public.webhook_sources as other
    where other.name <> new.name;
    if taken is not null then
        raise exception 'the source "%" does not say which community it feeds', new.name
            using errcode = 'not_null_violation',
            hint = format('Set its column community: to one there is (%s), or to a new name for a new one.', taken);
    end if;
    new.community := 'main';
    return new;
end
$$;

revoke all on function pathfinder.place_webhook_source() from public, anon, authenticated, service_role;

comment on function pathfinder.place_webhook_source() is 'Gives the first source its community, and asks later ones for theirs.';
