"""Fixtures that every test may use.

`template_cluster` (session)  a Postgres cluster, without a running pg_cron, that copies a migrated database
`db_dsn`                      DSN of a fresh migrated and seeded database, as the non-superuser `postgres`
`db`                          psycopg connection (autocommit) to that database
`shared_stack` (session)      a whole stack without the worker, in whatever state the last test left it
`stack`                       the same, with tables, faults and the control room as after its start

In the stack's database the jobs of pg_cron are switched off, so that nothing happens unasked: a test of the
schedule calls `tick(now)`. A test that kills a service of `stack` need not start it again: the fixture does
so for the next one.

With pytest-xdist each worker process has clusters and a stack of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from local.machine import temporary_folder
from local.postgres import TemplateCluster
from local.services import SERVICES
from local.stack import Stack
from tests.stack_state import StackState

Connection = psycopg.Connection[tuple[object, ...]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the contract tests run against something other than the one-machine stack."""
    parser.addoption(
        "--stack",
        choices=("local", "docker", "url"),
        default="local",
        help="what tests/contract runs against: the one-machine stack, Supabase's official images, or any"
        " Supabase by its addresses and keys, which are read from SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY,"
        " SUPABASE_SECRET_KEY and SUPABASE_DB_URL. They write into it: take one that is not in use.",
    )


# Files that take half a minute or more by themselves, or wait for a minute of the clock.
LONG = (
    "local/test_leftovers.py",
    "ingest/test_model.py",
    "worker/faults/",
    "contract/",
    "local/test_stack_life.py",
    "migrations/test_drift.py",
    "schedule/test_pg_cron.py",
    "ingest/test_fuzz.py",
    "schedule/test_settings.py",
    "schedule/test_time_travel.py",
    "channels/test_config.py",
    "worker/",
    "dashboard/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first, so that in the end nobody waits for one of them."""

    def place(item: pytest.Item) -> int:
        return next((place for place, name in enumerate(LONG) if f"tests/{name}" in item.nodeid), len(LONG))

    items.sort(key=place)


@pytest.fixture(scope="session")
def template_cluster() -> Iterator[TemplateCluster]:
    """A cluster whose `new_database()` gives a fresh, migrated database."""
    with TemplateCluster.temporary() as cluster:
        yield cluster


@pytest.fixture
def db_dsn(template_cluster: TemplateCluster) -> Iterator[str]:
    """A fresh, migrated and seeded database, as the non-superuser `postgres`; dropped after the test."""
    dsn = template_cluster.new_database()
    yield dsn
    template_cluster.drop(dsn)


@pytest.fixture
def db(db_dsn: str) -> Iterator[Connection]:
    """An autocommit connection to a fresh database as `postgres`; `set role anon` and the like work."""
    with psycopg.connect(db_dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def stack_at_start() -> Iterator[tuple[Stack, StackState]]:
    """A running stack, and the state it was in right after its start."""
    with temporary_folder() as folder:
        running = Stack(folder / "home", durable=False, dies_with_caller=True)
        try:
            running.up()
            with running.cluster.connect("supabase_admin") as connection:
                connection.execute("update cron.job set active = false")
            yield running, StackState.take(running)
        finally:
            running.down(purge=True)


@pytest.fixture(scope="session")
def shared_stack(stack_at_start: tuple[Stack, StackState]) -> Stack:
    """A running stack that other tests have used and will use."""
    return stack_at_start[0]


@pytest.fixture
def stack(stack_at_start: tuple[Stack, StackState]) -> Stack:
    """A running stack in the state it had after its start."""
    running, state = stack_at_start
    for service in SERVICES[:-1]:
        running.start(service)
    state.restore(running)
    return running
