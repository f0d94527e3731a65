-- Takes a person's name, id and titles out of what went wrong: no error is to hold one, and if one does, it goes.
-- Returns: nothing.
-- Example: select pathfinder.erase_from_errors('{"Jane Doe"}');
create or replace function pathfinder.erase_from_errors(words text[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    erased constant text := 'Erased: it named a person who was forgotten.';
    word text;
begin
    foreach word in array coalesce(words, '{}')
    loop
        update public.outbox
        set last_error = case when position(word in outbox.last_error) > 0 then erased else outbox.last_error end,
            result = case when position(word in outbox.result::text) > 0 then null else outbox.result end
        where position(word in outbox.last_error) > 0 or position(word in outbox.result::text) > 0;
        update public.outbox_attempts set error = erased where position(word in outbox_attempts.error) > 0;
        update public.job_runs set error = erased where position(word in job_runs.error) > 0;
        update public.events_raw set error = erased where position(word in events_raw.error) > 0;
    end loop;
end
$$;

revoke all on function pathfinder.erase_from_errors(text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.erase_from_errors(text[]) is 'Takes what names a person out of what went wrong.';
