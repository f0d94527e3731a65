-- What is missing or wrong in the config of an aa_bot channel.
-- Returns: one sentence part a problem; {} when all is well.
-- Example: select pathfinder.bot_config_problems('{"bot_id": 101}');
create or replace function pathfinder.bot_config_problems(config jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
    with given as (
        select
            bot_config_problems.config as config,
            case
                when jsonb_typeof(bot_config_problems.config -> 'inputs') = 'object'
                    then bot_config_problems.config -> 'inputs'
                else '{}'::jsonb
            end as inputs
    ),
    problem as (
        select 1 as place, key as name, format('%s is not known', key) as problem
        from given, jsonb_object_keys(given.config) as key
        where key <> all (array[
            'bot_id', 'api_version', 'run_as_user_ids', 'pool_ids', 'run_as_users_to_use', 'device_usage',
            'override_default_device', 'priority', 'bot_label', 'recipients', 'channel_url', 'inputs',
            'timeout_seconds', 'on_failed_run'
        ])
        union all
        select 2, null, 'bot_id is missing: the number of the bot in the control room, such as 101'
        from given
        where not pathfinder.is_whole_number(given.config -> 'bot_id', 1)
        union all
        select 3, null, 'run_as_user_ids is missing: a list of the users the bot runs as, such as [3]'
        from given
        where not pathfinder.is_list_of(given.config -> 'run_as_user_ids', 'number', 1)
        union all
        select 4, null, 'pool_ids must be a list of numbers'
        from given
        where given.config ? 'pool_ids' and not pathfinder.is_list_of(given.config -> 'pool_ids', 'number', 0)
        union all
        select 5, null, 'run_as_users_to_use must be a number from 1'
        from given
        where given.config ? 'run_as_users_to_use'
            and not pathfinder.is_whole_number(given.config -> 'run_as_users_to_use', 1)
        union all
        select 6, choice.key, format('%s must be %s', choice.key, array_to_string(choice.allowed, ' or '))
        from given,
            (
                values
                    ('api_version', array['v4', 'v3']),
                    ('priority', array['PRIORITY_LOW', 'PRIORITY_MEDIUM', 'PRIORITY_HIGH']),
                    (
                        'device_usage',
                        array['PREFER_DEFAULT_DEVICE', 'RUN_ONLY_ON_DEFAULT_DEVICE', 'RUN_ON_POOL_DEVICES']
                    ),
                    ('on_failed_run', array['retry', 'give_up'])
            ) as choice (key, allowed)
        where given.config ? choice.key
            and (given.config ->> choice.key = any (choice.allowed)) is not true
        union all
        select 7, null, 'override_default_device must be true or false'
        from given
        where given.config ? 'override_default_device'
            and jsonb_typeof(given.config -> 'override_default_device') <> 'boolean'
        union all
        select 8, null, 'bot_label must be a text'
        from given
        where given.config ? 'bot_label' and jsonb_typeof(given.config -> 'bot_label') not in ('string', 'null')
        union all
        select 9, null, 'timeout_seconds must be a number from 5 to 86400'
        from given
        where given.config ? 'timeout_seconds'
            and case jsonb_typeof(given.config -> 'timeout_seconds')
                when 'number' then (given.config ->> 'timeout_seconds')::numeric not between 5 and 86400
                else true
            end
        union all
        select 10, null, 'recipients must be a list of addresses'
        from given
        where given.config ? 'recipients' and not pathfinder.is_list_of(given.config -> 'recipients', 'string', 0)
        union all
        select 11, null, 'channel_url must be a text'
        from given
        where given.config ? 'channel_url'
            and jsonb_typeof(given.config -> 'channel_url') not in ('string', 'null')
        union all
        select 12, null, 'inputs is missing: which part of the message goes into which input variable of the bot'
        from given
        where given.inputs = '{}'
        union all
        select 13, input.key, format('inputs.%s %s', input.key, pathfinder.bot_input_problem(input.value))
        from given, jsonb_each(given.inputs) as input
        where pathfinder.bot_input_problem(input.value) is not null
        union all
        select 14, null, 'recipients is empty, but an input takes the part recipients'
        from given
        where coalesce(jsonb_array_length(
                case jsonb_typeof(given.config -> 'recipients') when 'array' then given.config -> 'recipients' end
            ), 0) = 0
            and exists (select from jsonb_each(given.inputs) as input where input.value ->> 'part' = 'recipients')
        union all
        select 15, null, 'channel_url is missing, but an input takes the part channel_url'
        from given
        where coalesce(given.config ->> 'channel_url', '') = ''
            and exists (select from jsonb_each(given.inputs) as input where input.value ->> 'part' = 'channel_url')
    )
    select coalesce(array_agg(problem.problem order by problem.place, problem.name), '{}') from problem
$$;

revoke all on function pathfinder.bot_config_problems(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.bot_config_problems(jsonb) is 'What is missing in the config of an aa_bot channel.';
