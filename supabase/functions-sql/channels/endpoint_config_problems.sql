-- What is missing or wrong in the config of an aa_http channel.
-- Returns: one sentence part a problem; {} when all is well.
-- Example: select pathfinder.endpoint_config_problems('{"kind": "teams"}');
create or replace function pathfinder.endpoint_config_problems(config jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
    select array_remove(
        array[
            (
                select string_agg(format('%s is not known', key), '; ' order by key)
                from jsonb_object_keys(endpoint_config_problems.config) as key
                where key not in ('kind', 'to', 'channel_url')
            ),
            case
                when coalesce(endpoint_config_problems.config ->> 'kind', '') not in ('email', 'teams')
                    then 'kind is missing: email or teams'
                when endpoint_config_problems.config ->> 'kind' = 'email'
                    and not pathfinder.is_list_of(endpoint_config_problems.config -> 'to', 'string', 1)
                    then 'to is missing: a list of addresses'
                when endpoint_config_problems.config ->> 'kind' = 'teams'
                    and (
                        coalesce(endpoint_config_problems.config ->> 'channel_url', '') = ''
                        or jsonb_typeof(endpoint_config_problems.config -> 'channel_url') <> 'string'
                    )
                    then 'channel_url is missing: the address of the Teams channel'
            end
        ],
        null
    )
$$;

revoke all on function pathfinder.endpoint_config_problems(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.endpoint_config_problems(jsonb) is
    'What is missing in the config of an aa_http channel.';
