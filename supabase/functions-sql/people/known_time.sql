-- The sender's latest time of what is known of a member's attribute, whether it came by itself or along with something
-- else, among the events that are still retained (`own_id`: but this one).
-- Returns: the time; null where none is known.
-- Example: select pathfinder.known_time('main', '2000', 'company', null);
create or replace function pathfinder.known_time(community text, user_id text, attribute text, own_id bigint)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
begin
    return (
        select max(stored.occurred_at)
        from public.events_raw as stored
        where stored.community = known_time.community
            and stored.user_id = known_time.user_id
            and stored.state = 'processed'
            and stored.id is distinct from known_time.own_id
            and (stored.attribute = known_time.attribute or stored.details ? known_time.attribute)
    );
end
$$;

revoke all on function pathfinder.known_time(text, text, text, bigint) from public, anon, authenticated, service_role;

comment on function pathfinder.known_time(text, text, text, bigint) is
    'The sender''s latest time of what is known of a member''s attribute.';
