-- What classify_title() answers, with its owner's rights.
-- Returns: as classify_title().
-- Example: select * from pathfinder.judge_title('Sr. VP Mktg @ Acme');
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

-- Whether a title is an executive's, by the rules in force.
-- Returns: {"is_senior", "seniority_level": "csuite" | "vp" | … | null}.
-- Example: select * from public.classify_title('Sr. VP Mktg @ Acme');  -- true | vp
create or replace function public.classify_title(
    title text,
    out is_senior boolean,
    out seniority_level text
)
language sql
stable
set search_path = ''
as $$
    select judged.is_senior, judged.seniority_level from pathfinder.judge_title(classify_title.title) as judged;
$$;

revoke all on function public.classify_title(text) from public, anon, authenticated, service_role;
grant execute on function public.classify_title(text) to service_role;

comment on function public.classify_title(text) is 'Whether a title is a senior executive''s: {"is_senior", "seniority_level"}.';
