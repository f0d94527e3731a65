"""Killed backends, two ticks at once, and jobs that fail: nothing half-built, stopped, or doubled."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.schedule.conftest import Schedule

FRIDAY = "2026-11-06 22:00Z"
MONTH_END = "2026-12-01 04:55Z"
BARRIER = 77


def eventually(condition: Callable[[], Any], what: str, deadline: float = 20) -> None:
    """Wait until a condition holds."""
    limit = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < limit, what
        time.sleep(0.01)


def halt_at(schedule: Schedule, table: str, event: str) -> None:
    """Make statements on a table wait for an advisory lock that the test holds."""
    schedule.db.execute(
        f"create function public.halt() returns trigger language plpgsql as"
        f" 'begin perform pg_advisory_xact_lock({BARRIER}); return null; end';"
        f"create trigger halt after {event} on public.{table} execute function public.halt()".encode()
    )


def halted_pid(schedule: Schedule) -> int | None:
    """Return the backend that waits at the barrier."""
    rows = schedule.rows(
        "select pid from pg_locks where locktype = 'advisory' and objid = %s and not granted"
        " and database = (select oid from pg_database where datname = current_database())",
        BARRIER,
    )
    return rows[0]["pid"] if rows else None


def fingerprint(schedule: Schedule) -> list[Any]:
    """Return what a build writes: digests, reports, marks, outbox, ledger."""
    return [
        schedule.rows("select channel, part, parts, payload from public.digests order by id"),
        schedule.rows("select month_label, revision, summary from public.reports order by id"),
        schedule.rows(
            "select user_id, included_in_digest, report_id is not null as reported from public.detections"
            " order by id"
        ),
        schedule.rows("select kind, channel from public.outbox order by id"),
        schedule.rows("select job, period, outcome, attempts from public.job_runs order by job, period"),
    ]


@pytest.mark.parametrize(
    ("table", "event"),
    [
        ("detections", "update"),
        ("digests", "insert"),
        ("outbox", "insert"),
        ("reports", "insert"),
        ("reports", "update"),
        ("job_runs", "insert"),
    ],
)
def test_a_backend_killed_during_a_build_leaves_nothing_half_built(
    schedule: Schedule, table: str, event: str
) -> None:
    for number in range(25):
        schedule.detect(f"user {number}", f"2026-11-05 10:{number:02}Z")
    before = fingerprint(schedule)
    halt_at(schedule, table, event)
    schedule.db.execute("select pg_advisory_lock(%s)", [BARRIER])

    errors: list[BaseException] = []

    def tick() -> None:
        with psycopg.connect(schedule.dsn, autocommit=True) as other:
            try:
                other.execute("select public.tick(%s)", [MONTH_END])
            except psycopg.OperationalError as error:
                errors.append(error)

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        eventually(lambda: halted_pid(schedule), "the tick never reached the barrier")
        schedule.db.execute("select pg_terminate_backend(%s)", [halted_pid(schedule)])
    finally:
        schedule.db.execute("select pg_advisory_unlock(%s)", [BARRIER])
        thread.join(20)
    assert errors, "the backend was not killed"
    assert fingerprint(schedule) == before

    schedule.db.execute(f"drop trigger halt on public.{table}".encode())
    assert schedule.tick(MONTH_END)["status"] == "done"
    after = fingerprint(schedule)
    assert [len(digest["payload"]["people"]) for digest in after[0]] == [10, 10, 5]
    assert [report["summary"]["total"] for report in after[1]] == [25]
    assert all(row["included_in_digest"] and row["reported"] for row in after[2])
    assert [row["kind"] for row in after[3]] == ["digest"] * 3 + ["report"]
    assert schedule.tick(MONTH_END)["status"] == "idle"
    assert fingerprint(schedule) == after


def test_a_tick_while_another_runs_returns_at_once_and_runs_nothing(schedule: Schedule) -> None:
    schedule.detect("7", "2026-11-05 10:00Z")
    halt_at(schedule, "digests", "insert")
    schedule.db.execute("select pg_advisory_lock(%s)", [BARRIER])

    def tick() -> None:
        with psycopg.connect(schedule.dsn, autocommit=True) as other:
            other.execute("select public.tick(%s)", [FRIDAY])

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        eventually(lambda: halted_pid(schedule), "the first tick never reached the barrier")
        schedule.db.execute("set lock_timeout = '1s'")
        assert schedule.tick(FRIDAY) == {"status": "busy", "runs": [], "more": False}
    finally:
        schedule.db.execute("select pg_advisory_unlock(%s)", [BARRIER])
        thread.join(20)
    assert [schedule.people(digest) for digest in schedule.digests()] == [["7"]]
    assert schedule.tick(FRIDAY)["status"] == "idle"


def test_many_ticks_and_calls_by_hand_at_once_tell_everybody_once(schedule: Schedule) -> None:
    expected = [schedule.detect(f"user {number}", "2026-11-05 10:00Z") for number in range(50)]
    start = threading.Barrier(6)

    def work(statement: str) -> None:
        with psycopg.connect(schedule.dsn, autocommit=True) as other:
            start.wait(20)
            for _ in range(5):
                other.execute(statement.encode(), [FRIDAY])

    statements = ["select public.tick(%s)"] * 3 + ["select public.build_weekly_digest(%s)"] * 3
    threads = [threading.Thread(target=work, args=[statement]) for statement in statements]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    schedule.tick(FRIDAY)  # the others may each have come while somebody else was at it
    told = [
        row["person"]["detection_id"]
        for row in schedule.rows(
            "select public.digest_people(id) as person from public.digests where part = 1"
        )
    ]
    assert sorted(told) == expected
    assert schedule.value("select count(*) from public.job_runs where period = '2026-W45'") == 1


def break_digests(schedule: Schedule) -> None:
    schedule.db.execute("alter table public.digests add constraint broken check (false) not valid")


def mend_digests(schedule: Schedule) -> None:
    schedule.db.execute("alter table public.digests drop constraint broken")


def test_a_failing_job_neither_stops_nor_repeats_another(schedule: Schedule) -> None:
    schedule.detect("7", "2026-11-05 10:00Z")
    break_digests(schedule)
    assert schedule.ran(MONTH_END)[:1] == [("digest", "2026-W45", "failed")]
    assert [summary["total"] for summary in schedule.reports()] == [1]
    [failed] = schedule.rows("select * from public.job_runs where outcome = 'failed'")
    assert "broken" in failed["error"]
    assert not schedule.value("select included_in_digest from public.detections")
    assert schedule.jobs("digest") == []

    mend_digests(schedule)
    moment = datetime(2026, 12, 1, 4, 56, tzinfo=UTC)
    assert schedule.ran(moment) == [("digest", f"2026-W{week}", "done") for week in (45, 46, 47, 48)]
    assert [digest["period"]["end"] for digest in schedule.digests()] == ["2026-11-06T22:00:00+00:00"]
    assert len(schedule.reports()) == 1
    assert schedule.rows("select attempts, error from public.job_runs where period = '2026-W45'") == [
        {"attempts": 2, "error": None}
    ]


def test_a_failing_period_is_retried_ever_more_seldom_and_overtaken_by_the_next(
    schedule: Schedule,
) -> None:
    schedule.detect("7", "2026-11-05 10:00Z")
    break_digests(schedule)
    start = datetime(2026, 11, 6, 22, tzinfo=UTC)
    attempts = [
        minute
        for minute in range(26 * 60)
        if any(run[0] == "digest" for run in schedule.ran(start + timedelta(minutes=minute)))
    ]
    waits = [later - earlier for earlier, later in itertools.pairwise(attempts)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]

    mend_digests(schedule)
    schedule.db.execute("update public.job_runs set next_attempt_at = 'infinity' where outcome = 'failed'")
    # Nobody waits for a week that cannot be built.
    assert schedule.ran("2026-11-13 22:00Z") == [("digest", "2026-W46", "done")]
    [digest] = schedule.digests()
    assert (digest["period"]["start"], digest["period"]["end"], schedule.people(digest)) == (
        "2026-10-30T21:00:00+00:00",
        "2026-11-13T22:00:00+00:00",
        ["7"],
    )


def test_a_period_that_fails_holds_the_later_ones_of_its_job_back(schedule: Schedule) -> None:
    schedule.detect("7", "2026-11-05 10:00Z")
    schedule.detect("8", "2026-11-12 10:00Z")
    break_digests(schedule)
    assert schedule.ran("2026-11-13 22:00Z") == [("digest", "2026-W45", "failed")]
    mend_digests(schedule)
    assert schedule.ran("2026-11-13 22:01Z") == [
        ("digest", "2026-W45", "done"),
        ("digest", "2026-W46", "done"),
    ]
    assert [schedule.people(digest) for digest in schedule.digests()] == [["7"], ["8"]]


def test_a_job_that_meets_the_statement_timeout_does_not_undo_the_others_for_ever(schedule: Schedule) -> None:
    schedule.detect("7", "2026-11-05 10:00Z")
    schedule.db.execute(
        "create function public.crawl() returns trigger language plpgsql as"
        " 'begin perform pg_sleep(60); return new; end';"
        "create trigger crawl before insert on public.digests for each row execute function public.crawl()"
    )
    schedule.db.execute("set statement_timeout = '3s'")
    [run] = schedule.tick(MONTH_END)["runs"]
    assert (run["period"], run["outcome"], run["interrupted"]) == ("2026-W45", "failed", True)
    schedule.db.execute("reset statement_timeout")
    # The next tick does what else is owed.
    assert ("report", "2026-11", "done") in schedule.ran(MONTH_END)


def test_waiting_webhooks_that_fail_neither_stop_the_digest_nor_hide(schedule: Schedule) -> None:
    schedule.db.execute(
        "create or replace function pathfinder.process_pending_events(max_events integer default 500)"
        " returns integer language plpgsql as $$ begin raise exception 'no luck'; end $$"
    )
    schedule.detect("7", "2026-11-05 10:00Z")
    tick = schedule.tick(FRIDAY)
    assert "no luck" in tick["events"]["error"]
    assert [run["period"] for run in tick["runs"] if run["job"] == "digest"] == ["2026-W45"]
    [run] = schedule.rows("select * from public.job_runs where job = 'pending_events'")
    assert (run["period"], run["outcome"], run["attempts"]) == ("latest", "failed", 1)
    assert "no luck" in run["error"]

    schedule.db.execute(
        "create or replace function pathfinder.process_pending_events(max_events integer default 500)"
        " returns integer language sql as 'select 3'"
    )
    assert schedule.tick("2026-11-06 22:00:30Z")["events"] == {"error": run["error"]}  # not yet again
    assert schedule.tick("2026-11-06 22:01Z")["events"] == 3
    assert schedule.rows("select outcome, error from public.job_runs where job = 'pending_events'") == [
        {"outcome": "done", "error": None}
    ]


def test_an_idle_tick_writes_nothing(schedule: Schedule) -> None:
    schedule.tick(FRIDAY)
    with schedule.db.transaction():
        assert schedule.tick("2026-11-06 22:01Z")["status"] == "idle"
        assert schedule.value("select pg_current_xact_id_if_assigned() is null")
