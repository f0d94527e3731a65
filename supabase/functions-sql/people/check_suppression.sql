-- Trigger on suppressions: makes the key, and refuses what cannot be meant, or stands there already.
-- Returns: the row.
-- Raises: 23514, 23505 and 22023 with a sentence, and a hint that says what to write.
-- Example: insert into public.suppressions (kind, value) values ('domain', 'acme.com');
create or replace function pathfinder.check_suppression()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    new.value := btrim(pathfinder.decode_text(new.value));
    new.reason := nullif(btrim(new.reason), '');
    new.key := pathfinder.check_suppression_value(new.kind::text, new.value);
    new.community := pathfinder.suppression_community(new.kind::text, new.key, new.community);
    if new.until <= now() and (tg_op = 'INSERT' or new.until is distinct from old.until) then
        raise check_violation using
            message = format('until: %s is past', new.until),
            hint = 'Write when it ends, or leave it empty if it never does; delete the row to end it now.';
    end if;
    if exists (
        select from public.suppressions
        where suppressions.kind = new.kind
            and suppressions.key = new.key
            and suppressions.community is not distinct from new.community
            and suppressions.id <> new.id
    ) then
        raise unique_violation using
            message = format('the %s %s is suppressed already', new.kind, new.value),
            hint = 'Edit the row that is there.';
    end if;
    return new;
end
$$;

revoke all on function pathfinder.check_suppression() from public, anon, authenticated, service_role;

comment on function pathfinder.check_suppression() is 'Trigger: makes a suppression''s key, and refuses what cannot be meant.';
