-- What is missing or wrong in the config of a channel whose message is posted to a URL: webhook, where the URL
-- stands in the config, and teams_workflow and slack_webhook, where it is the secret.
-- Returns: one sentence part a problem; {} when all is well.
-- Example: select pathfinder.webhook_config_problems('webhook', '{"url": "https://crm.example.com/hook"}');
create or replace function pathfinder.webhook_config_problems(transport text, config jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
    select array_remove(
        array[
            (
                select string_agg(format('%s is not known', key), '; ' order by key)
                from jsonb_object_keys(webhook_config_problems.config) as key
                where key <> 'secret_env' and not (key = 'url' and webhook_config_problems.transport = 'webhook')
            ),
            pathfinder.secret_env_problem(
                webhook_config_problems.config,
                case webhook_config_problems.transport
                    when 'webhook' then 'the signing secret (whsec_…)'
                    else 'the whole URL'
                end
            ),
            case
                when webhook_config_problems.transport = 'webhook'
                    and (
                        jsonb_typeof(webhook_config_problems.config -> 'url') is distinct from 'string'
                        or webhook_config_problems.config ->> 'url' !~ (
                            '^(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1|\[::1\]))'
                            '(:(?!0)[0-9]{1,4})?(/[!-~]*)?$'
                        )
                        and webhook_config_problems.config ->> 'url' !~ (
                            '^(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1|\[::1\]))'
                            ':([1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])(/[!-~]*)?$'
                        )
                    )
                    then 'url is missing: an address that starts with https:// (http:// only on the worker''s machine)'
            end
        ],
        null
    )
$$;

revoke all on function pathfinder.webhook_config_problems(text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.webhook_config_problems(text, jsonb) is
    'What is missing in the config of a channel whose message is posted to a URL.';
