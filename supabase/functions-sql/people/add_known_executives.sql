-- Adds executives of a backfill to user_state, and completes those that are there where something is missing.
--
-- Where a webhook has said that the member's title is another, the webhook is newer.
-- Returns: those that were not there before; an empty array for none. Raises: nothing of its own.
-- Example: select pathfinder.add_known_executives(executives);
create or replace function pathfinder.add_known_executives(executives public.user_state[])
returns public.user_state[]
language plpgsql
volatile
set search_path = ''
as $$
declare
    added public.user_state[];
begin
    with fresh as (
        select executive.*
        from unnest(executives) as executive
        where not pathfinder.is_title_from_webhook(executive.community, executive.user_id)
    ),
    completed as (
        update public.user_state as known
        set username = coalesce(known.username, fresh.username),
            company = coalesce(known.company, fresh.company),
            country = coalesce(known.country, fresh.country),
            joined_at = least(known.joined_at, fresh.joined_at)
        from fresh
        where known.community = fresh.community
            and known.user_id = fresh.user_id
            and (known.username, known.company, known.country, known.joined_at) is distinct from (
                coalesce(known.username, fresh.username),
                coalesce(known.company, fresh.company),
                coalesce(known.country, fresh.country),
                least(known.joined_at, fresh.joined_at)
            )
    ),
    inserted as (
        insert into public.user_state
        select fresh.* from fresh
        on conflict (community, user_id) do nothing
        returning *
    )
    select coalesce(array_agg(inserted), '{}')
    into added
    from inserted;

    return added;
end
$$;

revoke all on function pathfinder.add_known_executives(public.user_state[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.add_known_executives(public.user_state[]) is
    'Adds executives of a backfill to user_state, and completes those that are there.';
