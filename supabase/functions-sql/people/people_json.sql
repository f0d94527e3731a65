-- What happened to executives as messages, pages and events carry it: what they are, what they were where it changed,
-- and the account they belong to. All at once, as many are asked for.
-- Returns: rows (detection_id, person); person is {"detection_id", "community", "user_id", "username", "kind", "title",
--   "previous_title", "level", "previous_level", "company", "previous_company", "country", "country_name", "functions",
--   "account": {"name", "tier", "owner", "region", "is_watched", "is_first"}, "email_domain", "profile_url",
--   "joined_at", "changed_at"}
-- Example: select * from pathfinder.people_json(array(select change from pathfinder.net_changes('{7}', now()) as change));
create or replace function pathfinder.people_json(changes pathfinder.net_change[])
returns table (detection_id bigint, person jsonb)
language sql
stable
rows 1000
set search_path = ''
as $$
    select change.detection_id, jsonb_build_object(
        'detection_id', change.detection_id,
        'community', change.community,
        'user_id', change.user_id,
        'username', change.username,
        'kind', change.kind,
        'title', change.title,
        'previous_title', change.previous_title,
        'level', change.level,
        'previous_level', change.previous_level,
        'company', change.company,
        'previous_company', change.previous_company,
        'country', coalesce(change.country_code, change.country),
        'country_name', coalesce(countries.name, change.country),
        'functions', change.functions,
        'account', case when accounts.id is not null then jsonb_build_object(
            'name', accounts.name,
            'tier', accounts.tier,
            'owner', accounts.owner,
            'region', accounts.region,
            'is_watched', accounts.is_watched,
            'is_first', change.kind = 'new' and not exists (
                select from public.detections as earlier
                where earlier.account_id = accounts.id
                    and earlier.id < change.detection_id
                    and (earlier.community, earlier.user_id) <> (change.community, change.user_id)
            )
            -- Whose changes detection_retention has deleted.
            and not exists (
                select from public.user_state as known
                where known.account_id = accounts.id
                    and known.first_detected_at < change.changed_at
                    and (known.community, known.user_id) <> (change.community, change.user_id)
                    and not exists (
                        select from public.detections as theirs
                        where theirs.community = known.community and theirs.user_id = known.user_id
                    )
            )
        ) end,
        'email_domain', change.email_domain,
        'profile_url', pathfinder.profile_link(
            change.user_id, change.username, change.profile_url, settings.profile_url_template
        ),
        'joined_at', change.joined_at,
        'changed_at', change.changed_at
    )
    from unnest(people_json.changes) as change
    cross join public.settings
    left join public.accounts on accounts.id = change.account_id
    left join public.countries on countries.code = change.country_code
$$;

revoke all on function pathfinder.people_json(pathfinder.net_change[]) from public, anon, authenticated, service_role;

comment on function pathfinder.people_json(pathfinder.net_change[]) is
    'What happened to executives as messages carry it.';
