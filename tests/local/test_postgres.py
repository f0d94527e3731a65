"""The cluster: roles and privileges as a hosted project has them."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from local.postgres import Cluster, DefaultPrivileges, TemplateCluster
from tests.conftest import Connection


def test_migrations_run_as_a_role_that_is_no_superuser(db: Connection) -> None:
    row = db.execute(
        "select rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
        " from pg_roles where rolname = current_user"
    ).fetchone()
    assert row == ("postgres", False, True, True, True, True)


def test_postgres_owns_its_database_and_the_publication(db: Connection) -> None:
    row = db.execute(
        "select pg_get_userbyid(datdba), pg_get_userbyid(pubowner) from pg_database, pg_publication"
        " where datname = current_database() and pubname = 'supabase_realtime'"
    ).fetchone()
    assert row == ("postgres", "postgres")


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_postgres_may_act_as_each_api_role(db: Connection, role: str) -> None:
    db.execute(f"set role {role}")
    assert db.execute("select current_user").fetchone() == (role,)


def test_api_roles_cannot_log_in_and_only_service_role_bypasses_rls(db: Connection) -> None:
    rows = db.execute(
        "select rolname, rolcanlogin, rolbypassrls, rolconfig from pg_roles"
        " where rolname in ('anon', 'authenticated', 'service_role') order by 1"
    ).fetchall()
    assert rows == [
        ("anon", False, False, ["statement_timeout=3s"]),
        ("authenticated", False, False, ["statement_timeout=8s"]),
        ("service_role", False, True, None),
    ]


def test_wrong_password_is_refused(template_cluster: TemplateCluster) -> None:
    cluster = template_cluster.cluster
    dsn = cluster.dsn("authenticator").replace(cluster.passwords["authenticator"], "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(dsn)


def test_each_new_database_is_separate(template_cluster: TemplateCluster) -> None:
    first, second = template_cluster.new_database(), template_cluster.new_database()
    with psycopg.connect(first, autocommit=True) as one, psycopg.connect(second, autocommit=True) as two:
        one.execute("create table public.only_here ()")
        assert one.execute("select to_regclass('public.only_here')::text").fetchone() == ("only_here",)
        assert two.execute("select to_regclass('public.only_here')::text").fetchone() == (None,)
    template_cluster.drop(first)
    template_cluster.drop(second)


@pytest.mark.parametrize(("kind", "granted"), [("old", True), ("new", False)])
def test_default_privileges_are_those_asked_for(kind: DefaultPrivileges, granted: bool) -> None:
    with Cluster.temporary(default_privileges=kind) as cluster, cluster.connect() as connection:
        connection.execute("create table public.example (id int)")
        row = connection.execute(
            "select has_table_privilege('anon', 'public.example', 'insert'),"
            " has_table_privilege('service_role', 'public.example', 'select')"
        ).fetchone()
        assert row == (granted, granted)


def test_pg_cron_runs_jobs_and_postgres_cannot_edit_its_table() -> None:
    with Cluster.temporary() as cluster, cluster.connect(autocommit=True) as connection:
        connection.execute("select cron.schedule('example', '0 0 1 1 *', 'select 1')")
        assert connection.execute("select username from cron.job").fetchone() == ("postgres",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("update cron.job set username = 'supabase_admin'")
        connection.execute("delete from cron.job_run_details")


def test_temporary_cluster_leaves_no_server_and_no_folder() -> None:
    with Cluster.temporary() as cluster:
        assert cluster.is_running()
        folder, dsn = cluster.folder, cluster.dsn()
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(dsn)


def test_restart_keeps_port_data_and_passwords() -> None:
    with Cluster.temporary() as cluster:
        with cluster.connect() as connection:
            connection.execute("create table public.kept as select 1 as id")
        before = cluster.dsn()
        cluster.restart()
        assert cluster.dsn() == before
        with cluster.connect() as connection:
            assert connection.execute("select id from public.kept").fetchone() == (1,)


def shared_segments() -> list[int]:
    lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return [int(line.split()[1]) for line in lines]


def test_a_server_that_was_killed_leaves_nothing_in_shared_memory() -> None:
    with Cluster.temporary() as cluster:
        cluster.connect().close()
        mapped = Path(f"/proc/{cluster.pid()}/maps").read_text()
        segment = int((cluster.data / "postmaster.pid").read_text().splitlines()[6].split()[1])
        assert segment in shared_segments()
        cluster.kill()
    assert "/dev/shm/PostgreSQL." not in mapped
    assert segment not in shared_segments()
