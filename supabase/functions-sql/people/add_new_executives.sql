-- Adds executives of a backfill of whom nothing is known, all at once: what settle_executive() does for one of them.
-- The members are locked, and nothing suppresses them.
-- Returns: nothing.
-- Raises: whatever announcing raises.
-- Example: select pathfinder.add_new_executives(executives, false);
create or replace function pathfinder.add_new_executives(executives public.user_state[], announce boolean)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    changes public.detections[];
begin
    with kept as (
        insert into public.user_state
        select executive.* from unnest(executives) as executive
        returning *
    ),
    recorded as (
        insert into public.detections (
            community, user_id, username, title, seniority_level, functions, country, country_code, company,
            account_id, joined_at, kind, origin, is_told, matched_rule, rules_version, email_domain, profile_url
        )
        select
            kept.community, kept.user_id, kept.username, kept.title, kept.seniority_level, kept.functions,
            kept.country, kept.country_code, kept.company, kept.account_id, kept.joined_at, 'new', 'backfill',
            announce, kept.matched_rule, kept.rules_version, kept.email_domain, kept.profile_url
        from kept
        returning detections
    )
    select array_agg(recorded.detections) into changes from recorded where announce;
    perform pathfinder.announce_detection(change) from unnest(changes) as change;
end
$$;

revoke all on function pathfinder.add_new_executives(public.user_state[], boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.add_new_executives(public.user_state[], boolean) is
    'Adds executives of a backfill of whom nothing is known, all at once.';
