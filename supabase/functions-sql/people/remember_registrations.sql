-- Remembers when many members joined; of each the earliest time known counts.
-- Returns: nothing.
-- Example: select pathfinder.remember_registrations(array[member]);
create or replace function pathfinder.remember_registrations(people pathfinder.listed_member[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    any_forgotten constant boolean := exists (select from pathfinder.forgotten);
begin
    insert into pathfinder.registrations as known (community, user_id, joined_at)
    select person.community, person.user_id, least(person.joined_at, now())
    from unnest(people) as person
    where person.joined_at is not null
        -- Most projects have forgotten nobody, and pay nothing: asked once, not of each.
        and not (any_forgotten and pathfinder.is_forgotten(person.community, person.user_id))
    -- Two batches lock what they share in the same order.
    order by person.community, person.user_id
    on conflict (community, user_id) do update
    set joined_at = excluded.joined_at
    where known.joined_at > excluded.joined_at;
end
$$;

revoke all on function pathfinder.remember_registrations(pathfinder.listed_member[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.remember_registrations(pathfinder.listed_member[]) is 'Remembers when many members joined.';
