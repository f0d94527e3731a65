-- The roles and privileges that a hosted Supabase project starts with, for the local cluster.
--
-- Run once by the bootstrap superuser (supabase_admin) in the database `postgres`, in one transaction,
-- before any migration. Passwords are set separately, so that no secret is in this file.
-- Source: supabase/postgres, migrations/db/init-scripts; checked against a hosted project's catalogs.

-- What people and migrations log in as. Not a superuser, as on hosted.
create role postgres login createrole createdb replication bypassrls;

create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator login noinherit;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to postgres with admin option;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role postgres set search_path = "$user", public, extensions;

-- The schema public belongs to pg_database_owner, and thereby to postgres.
alter database postgres owner to postgres;
grant usage on schema public to postgres, anon, authenticated, service_role;

create schema extensions authorization postgres;
grant usage on schema extensions to anon, authenticated, service_role;

-- Hosted creates pg_cron on request, through its own superuser, and hands it over with these grants.
-- cron.job is read-only to postgres: jobs change through cron.schedule and its like.
create extension pg_cron with schema pg_catalog;
grant usage on schema cron to postgres with grant option;
grant all on all tables in schema cron to postgres with grant option;
grant all on all sequences in schema cron to postgres with grant option;
grant all on all functions in schema cron to postgres with grant option;
revoke all on table cron.job from postgres;
grant select on table cron.job to postgres with grant option;

set local role postgres;
create publication supabase_realtime;
reset role;
