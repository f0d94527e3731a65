-- Re-applies the rules in force to the titles that are retained (the executives' and those of the retained events),
-- a batch of members at a time.
--
-- For service_role, over rpc/reclassify. A dry run, which is the default, only shows. People who turn out to be
-- executives are kept from then on, but detected, and so announced and reported, only with `announce`. Returns
-- {"dry_run", "announced", "rules_version", "examined", "changes": {"found", "removed", "raised", "lowered"},
-- "people": [{"user_id", "title", "before", "after"}, …], "next_user"}; unless next_user is null, call again with it as
-- after_user. What a batch changed is recorded in job_runs. Members' webhooks wait while their batch runs.
--
--     select public.reclassify();
--     select public.reclassify(dry_run => false);
create or replace function public.reclassify(
    dry_run boolean default true,
    announce boolean default false,
    batch_size integer default 1000,
    after_user text default ''
)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.reclassify_members(
        coalesce(reclassify.dry_run, true), coalesce(reclassify.announce, false),
        coalesce(reclassify.batch_size, 1000), coalesce(reclassify.after_user, '')
    )
$$;

revoke all on function public.reclassify(boolean, boolean, integer, text) from public, anon, authenticated, service_role;
grant execute on function public.reclassify(boolean, boolean, integer, text) to service_role;

comment on function public.reclassify(boolean, boolean, integer, text) is
    'Re-applies the rules to retained titles, in batches; a dry run by default.';
