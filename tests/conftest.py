"""Fixtures that every test may use.

`template_cluster` (session)  a Postgres cluster, without a running pg_cron, that copies a migrated database
`db_dsn`                      DSN of a fresh migrated and seeded database, as the non-superuser `postgres`
`db`                          psycopg connection (autocommit) to that database

With pytest-xdist each worker process has clusters of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from local.postgres import TemplateCluster

Connection = psycopg.Connection[tuple[object, ...]]


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
