-- What classify_title() answers, with its owner's rights.
create or replace function pathfinder.judge_title(
    title text,
    out is_senior boolean,
    out seniority_level text
)
language sql
stable
security definer
set search_path = ''
as $$
    select judged.level is not null, judged.level
    from pathfinder.classify(judge_title.title) as judged
$$;

revoke all on function pathfinder.judge_title(text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.judge_title(text) to service_role;

comment on function pathfinder.judge_title(text) is 'What classify_title() answers.';
