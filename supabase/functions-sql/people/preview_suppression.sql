-- Says whom a suppression would cover, before it does.
-- Returns: a JSON object with kind, value, key, community, how many executives and changes, how many of these
--   changes no digest has covered yet, and ten of the people.
-- Raises: 23514 and 22023 as the row itself would.
-- Example: select public.preview_suppression('company', 'Acme, Inc.');
create or replace function pathfinder.preview_suppression(kind text, value text, community text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    key text := pathfinder.check_suppression_value(preview_suppression.kind, preview_suppression.value);
    home text := pathfinder.suppression_community(preview_suppression.kind, key, preview_suppression.community);
begin
    return jsonb_build_object(
        'kind', preview_suppression.kind,
        'value', btrim(preview_suppression.value),
        'key', key,
        'community', home,
        'executives', (select count(*) from pathfinder.find_executives(preview_suppression.kind, key, home)),
        'people', coalesce(
            (
                select jsonb_agg(to_jsonb(person) order by person.first_detected_at, person.community, person.user_id)
                from (
                    select
                        executive.community, executive.user_id, executive.username, executive.title, executive.company,
                        executive.email_domain, executive.first_detected_at
                    from pathfinder.find_executives(preview_suppression.kind, key, home) as executive
                    order by executive.first_detected_at, executive.community, executive.user_id
                    limit 10
                ) as person
            ),
            '[]'
        )
    )
    || (
        select jsonb_build_object(
            'changes', count(*),
            'untold', count(*) filter (
                where not exists (
                    select from pathfinder.digest_ledger where digest_ledger.detection_id = detections.id
                )
            )
        )
        from pathfinder.covered_members(preview_suppression.kind, key, home) as member
        join public.detections
            on detections.community = member.community and detections.user_id = member.user_id
    );
end
$$;

create or replace function public.preview_suppression(kind text, value text, community text default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.preview_suppression(
        preview_suppression.kind, preview_suppression.value, preview_suppression.community
    )
$$;

revoke all on function pathfinder.preview_suppression(text, text, text) from public, anon, authenticated, service_role;
revoke all on function public.preview_suppression(text, text, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.preview_suppression(text, text, text) to service_role;
grant execute on function public.preview_suppression(text, text, text) to service_role;

comment on function pathfinder.preview_suppression(text, text, text) is 'Whom a suppression would cover.';
comment on function public.preview_suppression(text, text, text) is
    'Says whom a suppression would cover, before it does: how many executives and changes, and ten of the people.';
