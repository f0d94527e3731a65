-- One job with its attempts, oldest first, and what it sends: the digest, report or people that it is about.
-- Returns: {"job": without its payload, "attempts": […], "digest": {…} or null, "report": {…} or null, "people":
--   of a digest or an alert, at most 20}; null where there is none.
-- Example: select public.find_job(7);
create or replace function pathfinder.find_job(job_id bigint)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'job', to_jsonb(job) - '{payload,result}'::text[] || jsonb_build_object('error', pathfinder.error_key(job.last_error)),
        'attempts', coalesce(
            (
                select jsonb_agg(to_jsonb(made) order by made.attempt)
                from public.outbox_attempts as made
                where made.outbox_id = job.id
            ),
            '[]'
        ),
        'digest', (
            select to_jsonb(digest) - 'payload' || jsonb_build_object('counts', digest.payload -> 'counts')
            from public.digests as digest
            where digest.id = (job.payload ->> 'digest_id')::bigint
        ),
        'report', (
            select jsonb_build_object(
                'id', report.id, 'month_label', report.month_label, 'revision', report.revision,
                'total', report.summary -> 'total'
            )
            from public.reports as report
            where report.id = (job.payload ->> 'report_id')::bigint
        ),
        'people', coalesce(
            (
                select jsonb_agg(person)
                from (
                    select jsonb_build_object(
                        'user_id', entry.value ->> 'user_id', 'community', entry.value ->> 'community',
                        'username', entry.value ->> 'username', 'title', entry.value ->> 'title',
                        'level', entry.value ->> 'seniority_level', 'company', entry.value ->> 'company'
                    ) as person
                    from public.digests as digest
                    cross join lateral jsonb_array_elements(digest.payload -> 'people') as entry
                    where digest.id = (job.payload ->> 'digest_id')::bigint
                    union all
                    select jsonb_build_object(
                        'user_id', change.user_id, 'community', change.community, 'username', change.username,
                        'title', change.title, 'level', change.seniority_level, 'company', change.company
                    )
                    from pathfinder.alerts as alert
                    join public.detections as change on change.id = alert.detection_id
                    where alert.job_id = job.id
                    limit 20
                ) as listed
            ),
            '[]'
        )
    )
    from public.outbox as job
    where job.id = find_job.job_id
$$;

create or replace function public.find_job(job_id bigint)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.find_job(find_job.job_id)
$$;

revoke all on function pathfinder.find_job(bigint) from public, anon, authenticated, service_role;
revoke all on function public.find_job(bigint) from public, anon, authenticated, service_role;
grant execute on function pathfinder.find_job(bigint) to service_role;
grant execute on function public.find_job(bigint) to service_role;

comment on function pathfinder.find_job(bigint) is 'One job with its attempts.';
comment on function public.find_job(bigint) is 'One job with its attempts, and what it sends; without what it carries.';
