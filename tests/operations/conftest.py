"""A database that is well: the schedule runs, a source and a channel exist, a worker listens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest

from local.postgres import TemplateCluster
from tests.conftest import Connection

# What pg_cron and a worker would write.
_TICK = """
    insert into cron.job_run_details (jobid, runid, status, start_time, end_time)
    select jobid, coalesce((select max(runid) from cron.job_run_details), 0) + 1, %s, now() - %s::interval,
        now()
    from cron.job where jobname = 'captpathfinder-tick'
"""
_HEARTBEAT = "select public.heartbeat('w1', '0.1.0', 4, 0, 'listening', now(), '{\"control_room\": \"ok\"}')"


class Admin:
    """Writes what pg_cron writes, which only a superuser may."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, statement: LiteralString, *values: object) -> None:
        """Run a statement as the superuser, without pg_cron's triggers: it is not loaded here."""
        self._connection.execute("reset role")
        self._connection.execute("set local session_replication_role = replica")
        self._connection.execute(statement, values or None)
        self._connection.execute("set local session_replication_role = origin")
        self._connection.execute("set role postgres")

    def ticked(self, status: str = "succeeded", age: str = "10 seconds") -> None:
        """Record a run of the tick."""
        self.execute(_TICK, status, age)


@pytest.fixture(scope="module")
def kept_database(template_cluster: TemplateCluster) -> Iterator[str]:
    """A migrated database for all tests of a module, which leave nothing behind in it."""
    dsn = template_cluster.new_database("kept")
    yield template_cluster.dsn_of(dsn, "supabase_admin")
    template_cluster.drop(dsn)


@pytest.fixture
def admin_connection(kept_database: str) -> Iterator[Connection]:
    with psycopg.connect(kept_database) as connection:
        connection.execute("set role postgres")
        yield connection
        connection.rollback()


@pytest.fixture
def admin(admin_connection: Connection) -> Admin:
    return Admin(admin_connection)


@pytest.fixture
def well(admin_connection: Connection, admin: Admin) -> Connection:
    """A connection as `postgres`, in a transaction, to a database of which health() says ok."""
    db = admin_connection
    admin.execute("delete from cron.job_run_details")
    admin.ticked()
    db.execute(
        "insert into public.webhook_sources (name, auth_kind, username) values ('community', 'basic', 'x')"
    )
    db.execute("delete from public.channels")
    db.execute(
        "insert into public.channels (name, transport, config)"
        ' values (\'mail\', \'aa_http\', \'{"kind": "email", "to": ["a@example.com"]}\')'
    )
    db.execute(_HEARTBEAT)
    return db
