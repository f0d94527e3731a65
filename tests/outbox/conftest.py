"""Fixtures of the outbox's tests."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.conftest import Connection
from tests.outbox.support import Row


@pytest.fixture
def no_channels(db: Connection) -> None:
    """Each test adds the channels that it speaks of; those of the seed would take their turns, too."""
    db.execute("delete from public.channels")


@pytest.fixture
def worker(db_dsn: str) -> Iterator[psycopg.Connection[Row]]:
    """A connection as the worker has it: service_role."""
    with psycopg.connect(db_dsn, autocommit=True, row_factory=dict_row) as connection:
        connection.execute("set role service_role")
        yield connection
