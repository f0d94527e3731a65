-- Records what happened to an executive, and announces it if it is told: one change at most, with what was before
-- wherever it changed beyond spelling. Where nothing happened, the member's newest change is completed. `person` is
-- null for who left: the change holds what they were.
-- Returns: nothing.
-- Raises: whatever announcing raises.
-- Example: select pathfinder.record_change(known, person, 'webhook', true);
create or replace function pathfinder.record_change(
    known public.user_state,
    person public.user_state,
    origin text,
    told boolean
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    stays_there constant boolean := pathfinder.same_company(known.company, person.company);
    kind constant text := pathfinder.change_kind(known, person, stays_there);
    lasting constant public.user_state := case when person.user_id is null then known else person end;
    recorded public.detections;
begin
    if kind is null then
        perform pathfinder.complete_change(person);
        return;
    end if;
    insert into public.detections (
        community, user_id, username, title, seniority_level, functions, country, country_code, company, account_id,
        joined_at, kind, previous_title, previous_level, previous_functions, previous_company, origin, is_told,
        matched_rule, rules_version, email_domain, profile_url
    )
    values (
        lasting.community, lasting.user_id, lasting.username, person.title, person.seniority_level,
        coalesce(person.functions, '{}'), lasting.country, lasting.country_code, person.company, lasting.account_id,
        lasting.joined_at, kind,
        case
            when known.title is not null
                and pathfinder.name_key(person.title) is distinct from pathfinder.name_key(known.title)
                then known.title
        end,
        case when person.seniority_level is distinct from known.seniority_level then known.seniority_level end,
        case
            when person.functions is null
                or not (person.functions @> known.functions and person.functions <@ known.functions)
                then known.functions
        end,
        case when stays_there is not true then known.company end,
        record_change.origin, record_change.told, lasting.matched_rule, lasting.rules_version, lasting.email_domain,
        lasting.profile_url
    )
    returning * into recorded;
    if told then
        perform pathfinder.announce_detection(recorded);
    end if;
end
$$;

revoke all on function pathfinder.record_change(public.user_state, public.user_state, text, boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.record_change(public.user_state, public.user_state, text, boolean) is
    'Records what happened to an executive, and announces it if it is told.';
