-- Whether a channel's config has what its transport needs; the rules are those of the worker's transports.
--
-- Everything that is missing or wrong is said at once, each with what belongs there. Transports without a
-- problems function of their own are not looked at here; the worker checks them when it sends.
--
-- Called by: validate_channel, when a row of channels is saved.
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
    problems text[] := case
        when jsonb_typeof(check_channel_config.config) is distinct from 'object' then array['it is to be a JSON object']
        when check_channel_config.transport = 'aa_bot' then
            pathfinder.bot_config_problems(check_channel_config.config)
        when check_channel_config.transport = 'aa_http' then
            pathfinder.endpoint_config_problems(check_channel_config.config)
        else '{}'
    end;
begin
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
                end;
    end if;
end
$$;

revoke all on function pathfinder.check_channel_config(text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.check_channel_config(text, jsonb) is
    'Refuses a channel''s config that lacks what its transport needs.';
