-- What is wrong with the name of a variable that holds a channel's secret. Only variables CHANNEL_… can be named, so
-- that no row reads another part of the worker's environment; the worker has the same rule.
-- Returns: the problem; null when all is well.
-- Example: select pathfinder.secret_env_problem('{"secret_env": "CHANNEL_SALES_URL"}', 'the webhook''s URL');
create or replace function pathfinder.secret_env_problem(config jsonb, what text)
returns text
language sql
immutable
set search_path = ''
as $$
    select case
        when coalesce(secret_env_problem.config -> 'secret_env', 'null') = 'null' then format(
            'secret_env is missing: the name of the variable in the worker''s environment that holds %s',
            secret_env_problem.what
        )
        when jsonb_typeof(secret_env_problem.config -> 'secret_env') <> 'string'
            or secret_env_problem.config ->> 'secret_env' !~
                '^CHANNEL_(?![A-Z0-9_]*_HOSTS$)[A-Z0-9][A-Z0-9_]{0,80}$' then
            'secret_env must be the name of a variable that starts with CHANNEL_, such as CHANNEL_SALES_WEBHOOK; the '
            'secret itself stays in the worker''s environment'
    end
$$;

revoke all on function pathfinder.secret_env_problem(jsonb, text) from public, anon, authenticated, service_role;

comment on function pathfinder.secret_env_problem(jsonb, text) is
    'What is wrong with the name of a variable that holds a secret.';
