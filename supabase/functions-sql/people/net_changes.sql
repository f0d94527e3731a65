-- What happened to each member over some changes: the difference between before the first of them and the last that
-- the member had before a moment, whether that one is to be told or only recorded. What was undone has no kind.
-- Returns: one row a member; detection_id is the last of the given changes.
-- Example: select * from pathfinder.net_changes('{7, 9}', now());
create or replace function pathfinder.net_changes(changes bigint[], until timestamptz)
returns setof pathfinder.net_change
language sql
stable
rows 1000
set search_path = ''
as $$
    with member as (
        select
            detections.community,
            detections.user_id,
            min(detections.id) as first_id,
            max(detections.id) as last_id
        from public.detections
        where detections.id = any (net_changes.changes)
        group by detections.community, detections.user_id
    ),
    span as (
        select
            member.last_id,
            latest as after,
            started.id = latest.id as is_one,
            case when started.kind <> 'new' then coalesce(started.previous_level, started.seniority_level) end as level,
            case when started.kind <> 'new' then coalesce(started.previous_title, started.title) end as title,
            case when started.kind <> 'new' then coalesce(started.previous_company, started.company) end as company,
            case when started.kind <> 'new' then coalesce(started.previous_functions, started.functions) end as functions
        from member
        join public.detections as started on started.id = member.first_id
        cross join lateral (
            select detections.*
            from public.detections
            where detections.community = member.community
                and detections.user_id = member.user_id
                and detections.id >= member.first_id
                and (detections.detected_at < net_changes.until or detections.id <= member.last_id)
            order by detections.id desc
            limit 1
        ) as latest
    )
    select
        span.last_id,
        (span.after).community,
        (span.after).user_id,
        difference.kind,
        (span.after).seniority_level,
        case when span.level is distinct from (span.after).seniority_level then span.level end,
        (span.after).title,
        case when span.title is distinct from (span.after).title then span.title end,
        (span.after).company,
        case when span.company is distinct from (span.after).company then span.company end,
        case when (span.after).kind = 'left' then coalesce(span.functions, '{}') else (span.after).functions end,
        (span.after).username,
        (span.after).country,
        (span.after).country_code,
        (span.after).account_id,
        (span.after).joined_at,
        (span.after).detected_at,
        (span.after).email_domain,
        (span.after).profile_url,
        (span.after).id
    from span
    left join public.levels as earlier on earlier.level = span.level
    left join public.levels as later on later.level = (span.after).seniority_level
    cross join lateral (
        select case
            when span.is_one then (span.after).kind
            when span.level is null and (span.after).seniority_level is null then null
            when span.level is null then 'new'
            when (span.after).seniority_level is null then 'left'
            when later.rank < earlier.rank then 'promotion'
            when later.rank > earlier.rank then 'demotion'
            when not pathfinder.same_company(span.company, (span.after).company) then 'moved'
            when not (span.functions @> (span.after).functions and span.functions <@ (span.after).functions) then 'role'
        end as kind
    ) as difference
$$;

revoke all on function pathfinder.net_changes(bigint[], timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.net_changes(bigint[], timestamptz) is
    'What happened to each member over some changes.';
