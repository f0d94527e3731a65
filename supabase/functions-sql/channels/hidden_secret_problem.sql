-- What in a channel's config looks like a secret, which belongs into the worker's environment instead.
-- Returns: the problem, which names the key and never the value; null when nothing does.
-- Example: select pathfinder.hidden_secret_problem('{"url": "https://example.com/hook?sig=abc"}');
create or replace function pathfinder.hidden_secret_problem(config jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
    select format(
        '%s holds a secret: put it into a variable of the worker''s environment, and name that in secret_env',
        string_agg(entry.key, ', ' order by entry.key)
    )
    from jsonb_each_text(hidden_secret_problem.config) as entry
    where entry.value ~* '[?&](sig|signature|token|access_token|key|apikey|api_key|code|secret|password)='
        or entry.value ~ 'hooks\.slack\.com/|/workflows/.*/triggers/'
        or entry.value ~ '(whsec_|sb_secret_|xox[abprs]-|eyJ[A-Za-z0-9_-]{8,}\.)'
        or (entry.key ~* '(password|secret|token|api_?key)' and entry.key <> 'secret_env')
    having count(*) > 0
$$;

revoke all on function pathfinder.hidden_secret_problem(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.hidden_secret_problem(jsonb) is 'What in a channel''s config looks like a secret.';
