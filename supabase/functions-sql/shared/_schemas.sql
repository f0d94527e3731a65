-- Schemas and extensions.
--
-- `public` holds the tables that people see and the functions that are called from outside.
-- `pathfinder` holds the logic; it is not among the API's exposed schemas, so PostgREST cannot reach into it.
-- Everything here runs as `postgres`, which is not a superuser on Supabase.

create schema if not exists extensions;
create extension if not exists pgcrypto with schema extensions;

-- Hosted projects allow it to `postgres`; elsewhere an administrator has created it beforehand.
create extension if not exists pg_cron;

create schema pathfinder;
comment on schema pathfinder is
    'CaptPathfinder''s logic and its private tables. Not exposed by the API.';

-- Projects differ in their default privileges (those of before May 2026 grant everything in `public` to the
-- API roles), so every object states its own, and nothing relies on the defaults.
revoke all on schema pathfinder from public, anon, authenticated, service_role;

-- The public functions are thin invokers over `pathfinder`, so whoever may call one must be able to look the
-- inner one up. What they may execute there is granted function by function.
grant usage on schema pathfinder to anon, service_role;
