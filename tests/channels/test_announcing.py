"""The job that a check of Realtime puts into the outbox: it takes away its own, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Connection

JOBS = "select id from public.outbox order by id"


@pytest.fixture
def worker(db: Connection) -> Connection:
    """The connection with the rights that the worker has."""
    db.execute("set role service_role")
    return db


def value(db: Connection, query: str, *parameters: object) -> Any:  # noqa: ANN401 (whatever is asked for)
    row = db.execute(query.encode(), parameters).fetchone()
    assert row is not None
    return row[0]


def test_two_checks_at_once_each_take_away_their_own_job(worker: Connection) -> None:
    one, other = (value(worker, "select public.announce_test()") for _ in range(2))
    assert value(worker, "select public.withdraw_test(%s)", one) is True
    assert worker.execute(JOBS).fetchall() == [(other,)]
    assert value(worker, "select public.withdraw_test(%s)", one) is False


def test_a_job_that_is_no_check_stays(worker: Connection) -> None:
    worker.execute("reset role")
    job = value(worker, "select pathfinder.enqueue('enrichment', null, '{}', 'a job')")
    worker.execute("update public.outbox set status = 'done', finished_at = now() - interval '1 day'")
    worker.execute("set role service_role")
    value(worker, "select public.withdraw_test(public.announce_test())")
    assert value(worker, "select public.withdraw_test(%s)", job) is False
    assert worker.execute(JOBS).fetchall() == [(job,)]
