-- Constraint trigger, at the end of a transaction that edited the rules: with settings.protect_examples, refuses it
-- if an example that was right before is wrong now, unless it was said that this is meant (add_rule, switch_rule). At
-- the end, so that a bulk replacement may take several statements. Examples that were wrong already stop nobody.
-- Returns: null.
-- Raises: 22023 with the first example that would be wrong.
-- Example: update public.settings set protect_examples = false;
create or replace function pathfinder.protect_examples()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    before_it public.rule_versions;
    broken record;
begin
    if not coalesce((select settings.protect_examples from public.settings), false)
        or new.version < (select max(rule_versions.version) from public.rule_versions)
        or new.change ->> 'operation' = 'levels'
        or current_setting('pathfinder.examples_may_break', true) = 'yes'
    then
        return null;
    end if;

    -- Versions of this transaction share its time.
    select * into before_it
    from public.rule_versions
    where rule_versions.version < new.version and rule_versions.created_at <> new.created_at
    order by rule_versions.version desc
    limit 1;
    if not found then
        return null;
    end if;
    select failing.title, failing.expected, failing.actual, count(*) over () - 1 as others
    into broken
    from pathfinder.failing_examples(array(select expression from pathfinder.rule_expressions as expression)) as failing
    where failing.title not in (
        select known.title
        from pathfinder.failing_examples(array(
            select expression from pathfinder.compile_rules(before_it.rules, pathfinder.level_ranks()) as expression
        )) as known
    )
    limit 1;

    if found then
        raise exception using
            errcode = '22023',
            message = format(
                'The edit was not accepted, because the example "%s" would become %s instead of %s%s.',
                broken.title, broken.actual, broken.expected,
                case when broken.others > 0 then format(', and %s more would be wrong', broken.others) else '' end
            ),
            hint = 'Change the edit, or the example in rule_examples, or switch protect_examples off in settings.';
    end if;
    return null;
end
$$;

revoke all on function pathfinder.protect_examples() from public, anon, authenticated, service_role;

comment on function pathfinder.protect_examples() is 'Trigger: refuses an edit of the rules that makes an example wrong.';
