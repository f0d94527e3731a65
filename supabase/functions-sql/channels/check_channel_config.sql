-- Whether a channel's config has what its transport needs; the rules are those of the worker's transports.
-- Everything that is missing or wrong is said at once, each with what belongs there. Something that looks like a
-- secret is refused: the table is read by many, and secret_env names a variable of the worker's environment
-- instead.
-- Returns: nothing.
-- Raises: 22023 (HTTP 400) with the problems as message and an example as hint.
-- Example: select pathfinder.check_channel_config('aa_http', '{"kind": "email", "to": ["board@example.com"]}');
create or replace function pathfinder.check_channel_config(transport text, config jsonb)
returns void
language plpgsql
immutable
set search_path = ''
as $$
declare
    own jsonb;
    problems text[] := '{"it is to be a JSON object"}';
begin
    if jsonb_typeof(check_channel_config.config) = 'object' then
        own := check_channel_config.config - '{alerts,send_empty,group_by}'::text[];
        problems := pathfinder.alert_option_problems(check_channel_config.config)
            || case
                when check_channel_config.transport = 'aa_bot' then pathfinder.bot_config_problems(own)
                when check_channel_config.transport = 'aa_http' then pathfinder.endpoint_config_problems(own)
                when pathfinder.hidden_secret_problem(own) is not null
                    then array[pathfinder.hidden_secret_problem(own)]
                when check_channel_config.transport = 'email_smtp' then pathfinder.smtp_config_problems(own)
                when check_channel_config.transport in ('webhook', 'teams_workflow', 'slack_webhook')
                    then pathfinder.webhook_config_problems(check_channel_config.transport, own)
                else '{}'
            end;
    end if;

    if cardinality(problems) > 0 then
        raise exception 'The config of this % channel needs a change: %.',
            check_channel_config.transport, array_to_string(problems, '; ')
            using errcode = '22023',
                hint = case check_channel_config.transport
                    when 'aa_bot' then 'For example: {"bot_id": 101, "run_as_user_ids": [3], '
                        '"recipients": ["board@example.com"], "inputs": {"to": {"part": "recipients"}, '
                        '"subject": {"part": "subject"}, "body": {"part": "html"}, '
                        '"isHtml": {"type": "BOOLEAN", "value": true}}}'
                    when 'aa_http' then 'For example: {"kind": "email", "to": ["board@example.com"]} or '
                        '{"kind": "teams", "channel_url": "https://teams.example.com/…"}'
                    when 'email_smtp' then 'For example: {"host": "smtp.example.com", '
                        '"from": "executives@example.com", "to": ["board@example.com"], '
                        '"username": "executives", "secret_env": "CHANNEL_BOARD_SMTP_PASSWORD"}'
                    when 'webhook' then
                        'For example: {"url": "https://crm.example.com/hook", "secret_env": "CHANNEL_CRM_WEBHOOK_SECRET"}'
                    when 'teams_workflow' then 'For example: {"secret_env": "CHANNEL_SALES_TEAMS_WORKFLOW_URL"}'
                    when 'slack_webhook' then 'For example: {"secret_env": "CHANNEL_SALES_SLACK_WEBHOOK_URL"}'
                end;
    end if;
end
$$;

revoke all on function pathfinder.check_channel_config(text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.check_channel_config(text, jsonb) is
    'Refuses a channel''s config that lacks what its transport needs.';
