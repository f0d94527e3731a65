-- Brings dead jobs back: one, or all. Their attempts stay on record and start to count anew.
-- Returns: how many jobs came back.
-- Example: select public.redrive_outbox(7);  select public.redrive_outbox();
create or replace function pathfinder.redrive_outbox(job_id bigint)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    redriven integer;
begin
    update public.outbox
    set status = 'pending', finished_at = null, run_at = now(), uncounted_attempts = outbox.attempts
    where outbox.status = 'dead'
        and (redrive_outbox.job_id is null or outbox.id = redrive_outbox.job_id);
    get diagnostics redriven = row_count;
    if redriven > 0 then
        perform pathfinder.write_audit(
            'jobs', 'retry', jsonb_strip_nulls(jsonb_build_object('job', redrive_outbox.job_id, 'jobs', redriven))
        );
    end if;
    return redriven;
end
$$;

revoke all on function pathfinder.redrive_outbox(bigint) from public, anon, authenticated, service_role;
grant execute on function pathfinder.redrive_outbox(bigint) to service_role;

comment on function pathfinder.redrive_outbox(bigint) is 'Brings dead jobs back.';

create or replace function public.redrive_outbox(job_id bigint default null)
returns integer
language sql
volatile
set search_path = ''
as $$
    select pathfinder.redrive_outbox(job_id)
$$;

revoke all on function public.redrive_outbox(bigint) from public, anon, authenticated, service_role;
grant execute on function public.redrive_outbox(bigint) to service_role;

comment on function public.redrive_outbox(bigint) is 'Brings dead jobs back: the one named, or all; returns how many.';
