-- What is wrong in the options of a channel's config that are the same for all transports: alerts, group_by and
-- send_empty.
-- Returns: one sentence part a problem; {} when all is well.
-- Example: select pathfinder.alert_option_problems('{"alerts": {"group_seconds": 60}}');
create or replace function pathfinder.alert_option_problems(config jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
    with given as (
        select
            alert_option_problems.config -> 'alerts' as alerts,
            case
                when jsonb_typeof(alert_option_problems.config -> 'alerts') = 'object'
                    then alert_option_problems.config -> 'alerts'
                else '{}'
            end as options
    ),
    parts as (
        select
            given.*,
            case
                when jsonb_typeof(given.options -> 'quiet_hours') = 'object' then given.options -> 'quiet_hours'
                else '{}'
            end as quiet
        from given
    )
    select array_remove(
        array[
            case
                when jsonb_typeof(alert_option_problems.config -> 'send_empty') <> 'boolean'
                    then 'send_empty must be true or false'
            end,
            case
                when not coalesce(alert_option_problems.config -> 'group_by', '"level"') <@ '["level", "account"]'
                    then 'group_by must be level or account'
            end,
            case when jsonb_typeof(parts.alerts) <> 'object' then 'alerts must be an object' end,
            (
                select string_agg(format('alerts.%s is not known', key), '; ' order by key)
                from jsonb_object_keys(parts.options) as key
                where key not in ('quiet_hours', 'group_seconds')
            ),
            case
                when case jsonb_typeof(parts.options -> 'group_seconds')
                    when 'number' then (parts.options ->> 'group_seconds')::numeric not between 0 and 3600
                    else parts.options ? 'group_seconds'
                end then 'alerts.group_seconds must be a number from 0 to 3600'
            end,
            case
                when parts.options -> 'quiet_hours' <> 'null'
                    and (
                        (select count(*) from jsonb_object_keys(parts.quiet)) <> 2
                        or coalesce(parts.quiet ->> 'from', '') !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
                        or coalesce(parts.quiet ->> 'to', '') !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
                    )
                    then 'alerts.quiet_hours must be like {"from": "22:00", "to": "07:00"}'
                when parts.quiet ->> 'from' = parts.quiet ->> 'to'
                    then 'alerts.quiet_hours must not begin when they end'
            end
        ],
        null
    )
    from parts
$$;

revoke all on function pathfinder.alert_option_problems(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.alert_option_problems(jsonb) is
    'What is wrong in the options of a channel''s config that all transports have.';
