-- What is missing or wrong in the config of an email_smtp channel.
-- Returns: one sentence part a problem; {} when all is well.
-- Example: select pathfinder.smtp_config_problems('{"host": "smtp.example.com"}');
create or replace function pathfinder.smtp_config_problems(config jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
    select array_remove(
        array[
            (
                select string_agg(format('%s is not known', key), '; ' order by key)
                from jsonb_object_keys(smtp_config_problems.config) as key
                where key not in ('host', 'port', 'security', 'username', 'secret_env', 'from', 'to', 'reply_to')
            ),
            case
                when jsonb_typeof(smtp_config_problems.config -> 'host') is distinct from 'string'
                    or smtp_config_problems.config ->> 'host' !~ '^[A-Za-z0-9.:_-]{1,253}$'
                    then 'host is missing: the name of the mail server'
            end,
            case
                when smtp_config_problems.config -> 'port' <> 'null'
                    and (
                        not pathfinder.is_whole_number(smtp_config_problems.config -> 'port', 1)
                        or (smtp_config_problems.config ->> 'port')::numeric > 65535
                    )
                    then 'port must be a number from 1 to 65535'
            end,
            case
                when coalesce(smtp_config_problems.config ->> 'security', 'starttls') not in ('starttls', 'tls', 'none')
                    or jsonb_typeof(smtp_config_problems.config -> 'security') = 'null'
                    then 'security must be starttls, tls or none'
                when smtp_config_problems.config ->> 'security' = 'none'
                    and coalesce(smtp_config_problems.config -> 'username', 'null') <> 'null'
                    and lower(smtp_config_problems.config ->> 'host') not in ('localhost', '127.0.0.1', '::1')
                    then 'a password goes over security starttls or tls only'
            end,
            case
                when coalesce(smtp_config_problems.config -> 'username', 'null') = 'null' then case
                    when coalesce(smtp_config_problems.config -> 'secret_env', 'null') <> 'null'
                        then 'username is missing: secret_env and username belong together'
                end
                when jsonb_typeof(smtp_config_problems.config -> 'username') <> 'string'
                    or smtp_config_problems.config ->> 'username' = '' then 'username must be a text'
                else pathfinder.secret_env_problem(smtp_config_problems.config, 'the password')
            end,
            case
                when not pathfinder.is_email_address(coalesce(smtp_config_problems.config -> 'from', 'null'))
                    then 'from is missing: the address that mails come from'
            end,
            case
                when case jsonb_typeof(smtp_config_problems.config -> 'to')
                    when 'array' then
                        jsonb_array_length(smtp_config_problems.config -> 'to') not between 1 and 100
                        or exists (
                            select from jsonb_array_elements(smtp_config_problems.config -> 'to') as recipient
                            where not pathfinder.is_email_address(recipient)
                        )
                    else true
                end then 'to is missing: a list of 1 to 100 addresses'
            end,
            case
                when smtp_config_problems.config -> 'reply_to' <> 'null'
                    and not pathfinder.is_email_address(smtp_config_problems.config -> 'reply_to')
                    then 'reply_to must be an address'
            end
        ],
        null
    )
$$;

revoke all on function pathfinder.smtp_config_problems(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.smtp_config_problems(jsonb) is 'What is missing in the config of an email_smtp channel.';
