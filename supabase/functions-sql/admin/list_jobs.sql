-- A page of the jobs, newest first, for the dashboard. search holds status, kind, channel, and error: the key of one
-- of list_job_errors(). Never a payload.
-- Returns: {"rows": […], "next": what to pass as after for the page that follows, or null}.
-- Example: select public.list_jobs('{"status": "dead"}');
create or replace function pathfinder.list_jobs(search jsonb, after jsonb, page_size integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    size constant integer := least(greatest(page_size, 1), 1000);
    page jsonb;
begin
    -- With their values in the text, so that the plan is made for a rare kind or a frequent one.
    execute format(
        $query$
            select coalesce(jsonb_agg(to_jsonb(job) order by job.id desc), '[]')
            from (
                select
                    outbox.id, outbox.kind, outbox.channel, outbox.status, outbox.attempts, outbox.max_attempts,
                    outbox.run_at, outbox.created_at, outbox.finished_at, outbox.locked_by, outbox.last_error
                from public.outbox
                where %s
                order by outbox.id desc
                limit %s
            ) as job
        $query$,
        concat_ws(
            ' and ',
            'outbox.id < ' || coalesce((list_jobs.after ->> 'id')::bigint, 9223372036854775807),
            'outbox.status = ' || quote_literal(search ->> 'status'),
            'outbox.kind = ' || quote_literal(search ->> 'kind'),
            'outbox.channel = ' || quote_literal(search ->> 'channel'),
            'outbox.last_error is not null and pathfinder.error_key(outbox.last_error) = ' || quote_literal(search ->> 'error')
        ),
        size + 1
    )
    into page;
    return pathfinder.cut_page(page, size, '{id}');
end
$$;

create or replace function public.list_jobs(
    search jsonb default '{}', after jsonb default null, page_size integer default 50
)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_jobs(list_jobs.search, list_jobs.after, list_jobs.page_size)
$$;

revoke all on function pathfinder.list_jobs(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
revoke all on function public.list_jobs(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_jobs(jsonb, jsonb, integer) to service_role;
grant execute on function public.list_jobs(jsonb, jsonb, integer) to service_role;

comment on function pathfinder.list_jobs(jsonb, jsonb, integer) is 'A page of the jobs.';
comment on function public.list_jobs(jsonb, jsonb, integer) is
    'A page of the jobs, newest first, by state, kind, channel or error; without what they carry.';
