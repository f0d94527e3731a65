-- Settles what an executive is now, whatever it was learned from: whoever is suppressed is taken back, anybody else is
-- kept, and what happened to them is recorded. `known` is what they were, null for somebody new. The member's lock and
-- a share of suppression_lock() are held. `charges` is what classify() said of the title, where it was just asked.
-- Returns: the level after it; null for whoever is suppressed.
-- Example: select pathfinder.settle_executive(known, person, 'webhook', true);
create or replace function pathfinder.settle_executive(
    known public.user_state,
    person public.user_state,
    origin text,
    told boolean,
    charges text[] default null
)
returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
    ends_at constant timestamptz := pathfinder.suppressed_until(
        person.community, person.user_id, person.email_domain, person.company
    );
begin
    if ends_at is not null then
        perform pathfinder.suppress_executive(person, ends_at);
        return null;
    end if;
    if (known.title, known.department, known.rules_version)
        is distinct from (person.title, person.department, person.rules_version) then
        person.functions := pathfinder.find_functions(person.title, person.department, charges);
    end if;
    -- Stored, the row has the country and the account that were found for it.
    if known.user_id is null then
        delete from pathfinder.set_aside
        where set_aside.community = person.community and set_aside.user_id = person.user_id;
        insert into public.user_state values (person.*) returning * into person;
    else
        update public.user_state as state
        set username = person.username,
            title = person.title,
            seniority_level = person.seniority_level,
            functions = person.functions,
            country = person.country,
            company = person.company,
            department = person.department,
            joined_at = person.joined_at,
            last_seen_at = person.last_seen_at,
            title_occurred_at = person.title_occurred_at,
            title_field = person.title_field,
            rules_version = person.rules_version,
            matched_rule = person.matched_rule,
            email_domain = person.email_domain,
            profile_url = person.profile_url
        where state.community = known.community and state.user_id = known.user_id
        returning state.* into person;
    end if;
    perform pathfinder.record_change(known, person, settle_executive.origin, settle_executive.told);
    return person.seniority_level;
end
$$;

revoke all on function pathfinder.settle_executive(public.user_state, public.user_state, text, boolean, text[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.settle_executive(public.user_state, public.user_state, text, boolean, text[]) is
    'Settles what an executive is now: kept with what happened to them, or taken back.';
