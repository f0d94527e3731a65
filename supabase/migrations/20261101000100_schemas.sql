-- The schemas and extensions. Made from supabase/functions-sql by `make baseline`; edit there.

-- source: shared/_schemas.sql
-- The check of the project, and our schema.
--
-- `public` holds the tables that people see and the functions that are called from outside.
-- `pathfinder` holds the logic; it is not among the API's exposed schemas, so PostgREST cannot reach into it.
-- Everything here runs as `postgres`, which is not a superuser on Supabase.

-- A project may hold other things. Whatever would clash is named before anything is created: `create or replace` would
-- take over a function of theirs without a word, and whoever called it would find another one, and no privilege.
-- (A function of this session: the Supabase CLI prints the whole statement that failed, and its call is a short one.)
create function pg_temp.check_project()
returns void
language plpgsql
as $$
declare
    -- Filled in by `make baseline` from the sources; whoever applies these to an empty database needs none.
    our_relations constant text[] := '{
        accounts, accounts_company_key_idx, audit, channels, classification_rules, countries, detections,
        detections_account_id_idx, detections_detected_at_idx, detections_previous_level_idx,
        detections_report_id_idx, detections_seniority_level_idx, detections_unreported_idx,
        detections_user_id_idx, digests, digests_channel_idx, digests_sent_at_idx, digests_unsent_idx,
        events_raw, events_raw_event_id_idx, events_raw_held_idx, events_raw_held_until_idx,
        events_raw_latest_idx, events_raw_oldest_pending_idx, events_raw_parked_idx, events_raw_pending_idx,
        events_raw_received_at_idx, events_raw_waiting_idx, feedback_proposals,
        feedback_proposals_channel_idx, feedback_proposals_member_idx, field_registry,
        field_registry_field_key, function_rules, functions, job_runs, job_runs_failed_idx,
        job_runs_period_end_idx, job_runs_unfinished_idx, levels, mutes, mutes_member_idx, outbox,
        outbox_alerts_idx, outbox_attempts, outbox_channel_idx, outbox_dead_idx, outbox_done_idx,
        outbox_due_idx, outbox_error_idx, outbox_failing_idx, outbox_kind_idx, outbox_leased_idx, reports,
        reports_outdated_idx, rule_examples, rule_versions, settings, suppression_kind, suppressions,
        user_state, user_state_account_id_idx, user_state_company_idx, user_state_company_key_idx,
        user_state_email_domain_idx, user_state_first_detected_at_idx, user_state_seniority_level_idx,
        user_state_username_idx, webhook_sources, worker_heartbeats
    }'; -- relations
    our_functions constant text[] := '{
        accept_proposal, account_coverage, act_on_jobs, add_rule, add_suppression, announce_test,
        backfill_members, build_month_end_report, build_weekly_digest, check_rules, claim_outbox,
        classify_title, classify_titles, community_webhook, complete_outbox, correct_person, count_activity,
        count_untold, digest_people, dismiss_proposal, edit_account, end_session, executive_history,
        explain_title, export_rules, export_user, extend_lease, fail_outbox, find_job, find_person,
        forget_again, forget_user, forgotten_list, generate_reports, give_feedback, health, health_status,
        heartbeat, import_accounts, import_rules, is_session_ended, list_audit, list_changes, list_choices,
        list_deliveries, list_executives, list_job_errors, list_jobs, list_missed_titles, list_proposals,
        open_feedback, preview_channel, preview_function_rules, preview_job, preview_report, preview_rules,
        preview_suppression, purge_old_events, recent_detections, reclassify, record_progress, redrive_outbox,
        release_outbox, remove_suppression, reopen_proposal, report_rows, restore_rules, retry_parked_events,
        send_digest_again, send_digests, send_report_again, set_health_token, set_webhook_secret, stats,
        store_report_links, switch_rule, tick, undo_correction, withdraw_test
    }'; -- functions
    clashes text[];
begin
    select array_agg(found.clash order by found.place, found.clash)
    into clashes
    from (
        select
            1,
            format(
                'This is Postgres %s; it has to be 15 or later.',
                current_setting('server_version')
            )
        where current_setting('server_version_num')::integer < 150000
        union all
        select 2, format('The role %s is missing. On a server of your own, local/roles.sql makes it.', wanted.name)
        from unnest(array['anon', 'authenticated', 'service_role']) as wanted (name)
        where not exists (select from pg_roles where pg_roles.rolname = wanted.name)
        union all
        select 3, 'The extension pg_cron is not on this server. Install its package, or ask whoever runs the server.'
        where not exists (select from pg_available_extensions where pg_available_extensions.name = 'pg_cron')
        union all
        select
            4,
            case
                when obj_description(pg_namespace.oid, 'pg_namespace') like 'CaptPathfinder%'
                    then 'CaptPathfinder is in this project already (its schema pathfinder), without a record of its'
                        ' migrations. If all of it is there: supabase migration repair --remote --status applied,'
                        ' with the versions in supabase/migrations. If not: drop schema pathfinder cascade, and its'
                        ' tables.'
                else 'schema pathfinder. Rename it: alter schema pathfinder rename to …'
            end
        from pg_namespace
        where pg_namespace.nspname = 'pathfinder'
        union all
        select
            5,
            format(
                '%s public.%I. Rename it, or move it: alter %1$s public.%2$I set schema …',
                case pg_class.relkind
                    when 'v' then 'view'
                    when 'm' then 'materialized view'
                    when 'S' then 'sequence'
                    when 'i' then 'index'
                    when 'I' then 'index'
                    when 'c' then 'type'
                    when 'f' then 'foreign table'
                    else 'table'
                end,
                pg_class.relname
            )
        from pg_class
        where pg_class.relnamespace = 'public'::regnamespace
            and pg_class.relname = any (our_relations)
        union all
        -- A type that is no row of a table; the tables stand above.
        select 6, format('type public.%I. Rename it, or move it: alter type public.%1$I set schema …', pg_type.typname)
        from pg_type
        where pg_type.typnamespace = 'public'::regnamespace
            and pg_type.typrelid = 0
            and pg_type.typname = any (our_relations)
        union all
        -- By name alone: one of ours beside one of theirs would be ambiguous to PostgREST.
        select
            7,
            format(
                '%s. Rename it, or move it: alter routine %1$s set schema …',
                format('public.%I(%s)', pg_proc.proname, pg_get_function_identity_arguments(pg_proc.oid))
            )
        from pg_proc
        where pg_proc.pronamespace = 'public'::regnamespace
            and pg_proc.proname = any (our_functions)
        union all
        select
            8,
            'publication supabase_realtime, which is FOR ALL TABLES and would send ours. Make it one of the tables'
            ' that you listen to: drop publication supabase_realtime; create publication supabase_realtime for table …'
        from pg_publication
        where pg_publication.pubname = 'supabase_realtime'
            and pg_publication.puballtables
    ) as found (place, clash);

    if clashes is not null then
        raise exception using message = format(
            E'CaptPathfinder cannot be installed here yet; nothing has been changed. In its way:\n  - %s\n%s',
            array_to_string(clashes, E'\n  - '),
            'Then apply the migrations again. A project of CaptPathfinder''s own has none of this.'
        );
    end if;
end
$$;

select pg_temp.check_project();

-- Hosted projects allow it to `postgres`; elsewhere an administrator has created it beforehand. It is the one
-- extension that is needed.
create extension if not exists pg_cron;

-- The dashboard's search is quick with it, and slower without, so that a server that has none of it will do.
do $$
begin
    if exists (select from pg_available_extensions where pg_available_extensions.name = 'pg_trgm') then
        create schema if not exists extensions;
        create extension if not exists pg_trgm with schema extensions;
    end if;
end
$$;

create schema pathfinder;
comment on schema pathfinder is
    'CaptPathfinder''s logic and its private tables. Not exposed by the API.';

-- Projects differ in their default privileges (those of before May 2026 grant everything in `public` to the
-- API roles), so every object states its own, and nothing relies on the defaults.
revoke all on schema pathfinder from public, anon, authenticated, service_role;

-- The public functions are thin invokers over `pathfinder`, so whoever may call one must be able to look the
-- inner one up. What they may execute there is granted function by function.
grant usage on schema pathfinder to anon, service_role;
