-- What is wrong with one input of an aa_bot channel: it takes a part of the message, or a constant.
-- Returns: the problem, to stand after the input's name; null when all is well.
-- Example: select pathfinder.bot_input_problem('{"part": "subject"}');
create or replace function pathfinder.bot_input_problem(input jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
    select case
        when jsonb_typeof(bot_input_problem.input) <> 'object' then
            'must be {"part": "subject"} or {"type": "STRING", "value": "…"}'
        when bot_input_problem.input ? 'part' then case
            when (bot_input_problem.input ->> 'part' = any (array[
                'subject', 'summary', 'text', 'html', 'markdown', 'recipients', 'channel_url', 'total',
                'csv_link', 'html_link', 'pdf_link'
            ])) is not true then
                'has an unknown part: it can be subject, summary, text, html, markdown, recipients, channel_url, '
                'total, csv_link, html_link or pdf_link'
            when exists (
                select from jsonb_object_keys(bot_input_problem.input) as key where key not in ('part', 'type')
            ) then 'has more than a part and its type'
            when bot_input_problem.input ->> 'type' is not null
                and bot_input_problem.input ->> 'type' <> all (case bot_input_problem.input ->> 'part'
                    when 'recipients' then array['STRING', 'LIST']
                    when 'total' then array['NUMBER', 'STRING']
                    else array['STRING']
                end) then 'has a type that does not fit its part'
        end
        when not bot_input_problem.input ?& array['type', 'value'] then
            'must be {"part": "subject"} or {"type": "STRING", "value": "…"}'
        when exists (
            select from jsonb_object_keys(bot_input_problem.input) as key where key not in ('type', 'value')
        ) then 'has more than a type and a value'
        when (bot_input_problem.input ->> 'type' = any (array[
            'STRING', 'NUMBER', 'BOOLEAN', 'LIST', 'DICTIONARY', 'DATETIME'
        ])) is not true then
            'has an unknown type: it can be STRING, NUMBER, BOOLEAN, LIST, DICTIONARY or DATETIME'
        when jsonb_typeof(bot_input_problem.input -> 'value') <> case bot_input_problem.input ->> 'type'
            when 'NUMBER' then 'number'
            when 'BOOLEAN' then 'boolean'
            when 'LIST' then 'array'
            when 'DICTIONARY' then 'object'
            else 'string'
        end then format('has a value that is not a %s', bot_input_problem.input ->> 'type')
        when bot_input_problem.input ->> 'type' = 'DATETIME'
            and bot_input_problem.input ->> 'value' !~ '^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{3}|\.\d{6})?)?(Z|[+-]\d\d:\d\d)?)?$'
            then 'has a value that is not a time such as 2026-11-30T17:00:00Z'
        when jsonb_path_exists(bot_input_problem.input -> 'value', '$.** ? (@ == null)') then
            'has a null in its value'
    end
$$;

revoke all on function pathfinder.bot_input_problem(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.bot_input_problem(jsonb) is 'What is wrong with one input of an aa_bot channel.';
