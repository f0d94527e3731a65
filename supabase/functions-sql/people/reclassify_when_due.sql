-- Re-applies the rules to retained titles ten minutes after the last edit, a batch at a time until all are judged by
-- the rules that were in force when it began. Executives of a level that was switched off go at once.
-- Returns: how many members it looked at.
-- Raises: whatever classification raises.
-- Example: select pathfinder.reclassify_when_due(now());
create or replace function pathfinder.reclassify_when_due(moment timestamptz)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    done pathfinder.reclassification;
    edits pathfinder.rule_edits;
    answer jsonb;
begin
    select * into done from pathfinder.reclassification;
    select * into edits from pathfinder.rule_edits;
    if done.next_version is null then
        if edits.version is not distinct from done.version
            or edits.edited_at > reclassify_when_due.moment - interval '10 minutes'
                and not exists (
                    select from public.user_state
                    join public.levels on levels.level = user_state.seniority_level
                    where not levels.is_on
                ) then
            return 0;
        end if;
        done.next_version := edits.version;
    end if;

    answer := pathfinder.reclassify(false, false, 1000, done.after, null);
    update pathfinder.reclassification
    set after = answer ->> 'next',
        next_version = case when answer ->> 'next' is not null then done.next_version end,
        version = case when answer ->> 'next' is null then done.next_version else reclassification.version end;
    return (answer ->> 'examined')::integer;
end
$$;

revoke all on function pathfinder.reclassify_when_due(timestamptz) from public, anon, authenticated, service_role;

comment on function pathfinder.reclassify_when_due(timestamptz) is
    'Re-applies the rules to retained titles ten minutes after the last edit.';
