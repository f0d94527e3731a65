"""Attempts at jobs: their leases, what follows from a failure, and two workers at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.conftest import Connection
from tests.outbox.support import (
    Row,
    attempts,
    claim,
    enqueue,
    history,
    job,
    let_lease_run_out,
    make_due,
    one,
)

pytestmark = pytest.mark.usefixtures("no_channels")


def test_the_wait_doubles_from_five_seconds_to_an_hour_and_is_spread_over_its_second_half(
    db: Connection,
) -> None:
    waits = db.execute(
        """
        select
            extract(epoch from pathfinder.job_retry_delay(failures, 0))::float8,
            extract(epoch from pathfinder.job_retry_delay(failures, 1))::float8
        from unnest(array[0, 1, 2, 3, 10, 11, 20, 21, 1000, 2147483647]) as failures
        """
    ).fetchall()
    longest = [5.0, 5.0, 10.0, 20.0, 2560.0, 3600.0, 3600.0, 3600.0, 3600.0, 3600.0]
    assert waits == [(seconds / 2, seconds) for seconds in longest]
    # Spread by chance, where nobody says otherwise.
    row = db.execute(
        "select count(distinct pathfinder.job_retry_delay(n % 1 + 1)) from generate_series(1, 9) as n"
    ).fetchone()
    assert row is not None
    assert int(str(row[0])) > 1


def test_two_workers_claiming_at_once_share_without_waiting(db: Connection, db_dsn: str) -> None:
    for number in range(4):
        enqueue(db, f"job {number}")
    with psycopg.connect(db_dsn) as first, psycopg.connect(db_dsn) as second:
        mine = first.execute("select id from public.claim_outbox('w1', null, 2, 60)").fetchall()
        second.execute("set local lock_timeout = '1ms'")
        theirs = second.execute("select id from public.claim_outbox('w2', null, 4, 60)").fetchall()
    assert len(mine) == len(theirs) == 2
    assert not set(mine) & set(theirs)


def test_two_workers_claiming_lapsed_leases_at_once_share_without_waiting(
    db: Connection, worker: psycopg.Connection[Row], db_dsn: str
) -> None:
    for number in range(4):
        enqueue(db, f"job {number}")
    assert len(claim(worker, name="dead")) == 4
    let_lease_run_out(db)
    with psycopg.connect(db_dsn) as first, psycopg.connect(db_dsn) as second:
        mine = first.execute("select id from public.claim_outbox('w1', null, 2, 60)").fetchall()
        # Whoever would wait is refused.
        second.execute("set local lock_timeout = '1ms'")
        theirs = second.execute("select id from public.claim_outbox('w2', null, 4, 60)").fetchall()
    assert len(mine) == len(theirs) == 2
    assert not set(mine) & set(theirs)
    holders = db.execute("select locked_by, attempts from public.outbox order by 1").fetchall()
    assert holders == [("w1", 2), ("w1", 2), ("w2", 2), ("w2", 2)]


def test_only_the_holder_of_the_lease_finishes(db: Connection, worker: psycopg.Connection[Row]) -> None:
    enqueue(db, "a")
    (claimed,) = claim(worker)
    identity = claimed["id"]
    assert one(worker, "complete_outbox(%s, 'w2', 1)", identity) is False
    assert one(worker, "complete_outbox(%s, 'w1', 2)", identity) is False
    assert one(worker, "fail_outbox(%s, 'w2', 1, 'no')", identity) is None
    assert one(worker, "extend_lease(%s, 'w2', 1)", identity) is None
    assert one(worker, "release_outbox(%s, 'w2', 1)", identity) is False
    assert one(worker, "record_progress(%s, 'w2', 1, '{}')", identity) is False
    assert job(db, "a")["status"] == "running"
    assert one(worker, "complete_outbox(%s, 'w1', 1)", identity) is True


def test_expired_lease_is_worth_nothing_and_the_next_worker_continues(
    db: Connection, worker: psycopg.Connection[Row]
) -> None:
    enqueue(db, "a")
    (claimed,) = claim(worker)
    one(worker, "record_progress(%s, 'w1', 1, '{\"deployment_id\": \"d\"}')", claimed["id"])
    let_lease_run_out(db)

    assert one(worker, "extend_lease(%s, 'w1', 1)", claimed["id"]) is None
    assert one(worker, "complete_outbox(%s, 'w1', 1)", claimed["id"]) is False
    (again,) = claim(worker, name="w2")
    assert (again["attempt"], again["progress"]) == (2, {"deployment_id": "d"})
    assert one(worker, "complete_outbox(%s, 'w1', 1)", claimed["id"]) is False
    assert one(worker, "complete_outbox(%s, 'w2', 2)", claimed["id"]) is True
    assert attempts(db, "a") == ["lease_expired", "done"]


def test_repeated_completion_after_a_lost_answer_is_true(
    db: Connection, worker: psycopg.Connection[Row]
) -> None:
    enqueue(db, "a")
    (claimed,) = claim(worker)
    assert one(worker, "complete_outbox(%s, 'w1', 1)", claimed["id"]) is True
    assert one(worker, "complete_outbox(%s, 'w1', 1)", claimed["id"]) is True
    assert one(worker, "fail_outbox(%s, 'w1', 1, 'late')", claimed["id"]) is None
    assert job(db, "a")["status"] == "done"


def test_of_two_reports_at_once_the_first_counts(
    db: Connection, worker: psycopg.Connection[Row], db_dsn: str
) -> None:
    enqueue(db, "a")
    (claimed,) = claim(worker)
    call = "select public.complete_outbox(%s, 'w1', 1, %s)"
    with psycopg.connect(db_dsn) as first, ThreadPoolExecutor(1) as beside:
        first.execute(call, [claimed["id"], '{"parts": 1}'])
        second = beside.submit(worker.execute, call.encode(), [claimed["id"], '{"parts": 2}'])
        while db.execute("select from pg_locks where not granted").fetchone() is None:
            assert not second.done()
        first.commit()
        second.result()
    assert job(db, "a")["result"] == {"parts": 1}
    assert attempts(db, "a") == ["done"]


def test_failure_waits_longer_each_time_and_the_last_one_is_death(
    db: Connection, worker: psycopg.Connection[Row]
) -> None:
    enqueue(db, "a")
    db.execute("update public.outbox set max_attempts = 3")
    waits = []
    for attempt in (1, 2, 3):
        (claimed,) = claim(worker)
        with worker.transaction():
            answer = one(worker, "fail_outbox(%s, 'w1', %s, 'boom')", claimed["id"], attempt)
            assert answer == ("dead" if attempt == 3 else "pending")
            # Within the transaction time stands still.
            row = worker.execute(
                "select extract(epoch from run_at - now())::float8 as wait from public.outbox"
            ).fetchone()
            assert row is not None
            waits.append(row["wait"])
        make_due(db)
    assert 2.5 <= waits[0] <= 5
    assert 5 <= waits[1] <= 10
    assert claim(worker) == []
    assert attempts(db, "a") == ["retry", "retry", "dead"]
    assert job(db, "a")["last_error"] == "boom"


def test_a_lapsed_lease_ends_that_attempt_and_no_other(
    db: Connection, worker: psycopg.Connection[Row]
) -> None:
    for key in ("a", "b"):
        enqueue(db, key)
    first = claim(worker)
    for claimed in first:
        one(worker, "fail_outbox(%s, 'w1', 1, 'boom')", claimed["id"])
    make_due(db)
    claim(worker)
    db.execute(
        "update public.outbox set lease_expires_at = now() - interval '1 second' where dedupe_key = 'a'"
    )
    assert [row["attempt"] for row in claim(worker, name="w2")] == [3]
    assert history(db) == [
        ("a", 1, "w1", "retry"),
        ("a", 2, "w1", "lease_expired"),
        ("a", 3, "w2", None),
        ("b", 1, "w1", "retry"),
        ("b", 2, "w1", None),
    ]


def test_a_report_of_failure_that_is_repeated_gets_the_answer_of_its_own_attempt(
    db: Connection, worker: psycopg.Connection[Row]
) -> None:
    for key in ("a", "b"):
        enqueue(db, key)
    ids = {row["id"] for row in claim(worker)}
    a, b = job(db, "a")["id"], job(db, "b")["id"]
    assert ids == {a, b}
    fail = "fail_outbox(%s, %s, %s, 'boom', %s)"
    assert one(worker, fail, a, "w1", 1, True) == "pending"
    assert one(worker, fail, b, "w1", 1, False) == "dead"
    make_due(db)
    claim(worker, name="w2")
    assert one(worker, fail, a, "w2", 2, False) == "dead"
    # Each again, as when the answer was lost.
    assert one(worker, fail, a, "w1", 1, True) == "pending"
    assert one(worker, fail, a, "w2", 2, False) == "dead"
    assert one(worker, fail, b, "w1", 1, False) == "dead"
    # And of an attempt that another worker made, or nobody.
    assert one(worker, fail, a, "w2", 1, True) is None
    assert one(worker, fail, b, "w2", 1, True) is None
    assert one(worker, fail, b, "w1", 2, True) is None
    assert history(db) == [
        ("a", 1, "w1", "retry"),
        ("a", 2, "w2", "dead"),
        ("b", 1, "w1", "dead"),
    ]


def test_retry_after_is_the_least_wait(db: Connection, worker: psycopg.Connection[Row]) -> None:
    enqueue(db, "a")
    (claimed,) = claim(worker)
    one(worker, "fail_outbox(%s, 'w1', 1, 'slow down', true, 120)", claimed["id"])
    row = db.execute("select run_at - now() > interval '110 seconds' from public.outbox").fetchone()
    assert row == (True,)


def test_final_failure_is_dead_at_once_and_redriven_with_its_history(
    db: Connection, worker: psycopg.Connection[Row]
) -> None:
    enqueue(db, "a")
    db.execute("update public.outbox set max_attempts = 1")
    (claimed,) = claim(worker)
    assert one(worker, "fail_outbox(%s, 'w1', 1, 'the key is wrong', false)", claimed["id"]) == "dead"
    assert one(worker, "redrive_outbox(%s)", claimed["id"]) == 1
    (again,) = claim(worker)
    assert again["attempt"] == 2
    assert one(worker, "complete_outbox(%s, 'w1', 2)", claimed["id"]) is True
    assert attempts(db, "a") == ["dead", "done"]


def test_lost_lease_of_the_last_attempt_is_death(db: Connection, worker: psycopg.Connection[Row]) -> None:
    enqueue(db, "a")
    db.execute("update public.outbox set max_attempts = 1")
    claim(worker)
    let_lease_run_out(db)
    assert claim(worker) == []
    assert job(db, "a")["status"] == "dead"
    assert attempts(db, "a") == ["lease_expired"]


def test_a_job_that_is_buried_takes_no_other_with_it(db: Connection, worker: psycopg.Connection[Row]) -> None:
    for key in ("done", "running", "spent", "later"):
        enqueue(db, key)
    db.execute(
        "update public.outbox set max_attempts = 1, run_at = now() + case dedupe_key when 'later'"
        " then interval '1 hour' else interval '0' end"
    )
    for claimed in claim(worker):
        if claimed["id"] == job(db, "done")["id"]:
            one(worker, "complete_outbox(%s, 'w1', 1)", claimed["id"])
    db.execute("update public.outbox set lease_expires_at = now() where dedupe_key = 'spent'")
    assert claim(worker, name="w2") == []
    assert db.execute(
        "select dedupe_key, status, last_error is null from public.outbox order by id"
    ).fetchall() == [
        ("done", "done", True),
        ("running", "running", True),
        ("spent", "dead", False),
        ("later", "pending", True),
    ]


def test_what_was_given_back_does_not_bury_a_job_whose_lease_lapses(
    db: Connection, worker: psycopg.Connection[Row]
) -> None:
    enqueue(db, "a")
    db.execute("update public.outbox set max_attempts = 2")
    (claimed,) = claim(worker)
    assert one(worker, "release_outbox(%s, 'w1', 1)", claimed["id"]) is True
    for attempt in (2, 3):
        assert [row["attempt"] for row in claim(worker)] == [attempt]
        let_lease_run_out(db)
    assert claim(worker) == []
    assert attempts(db, "a") == ["released", "lease_expired", "lease_expired"]
    assert job(db, "a")["status"] == "dead"


def test_release_does_not_count_as_an_attempt(db: Connection, worker: psycopg.Connection[Row]) -> None:
    enqueue(db, "a")
    db.execute("update public.outbox set max_attempts = 1")
    for attempt in (1, 2, 3):
        (claimed,) = claim(worker)
        assert claimed["attempt"] == attempt
        assert one(worker, "release_outbox(%s, 'w1', %s)", claimed["id"], attempt) is True
    (claimed,) = claim(worker)
    assert one(worker, "fail_outbox(%s, 'w1', 4, 'boom')", claimed["id"]) == "dead"
