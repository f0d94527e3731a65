"""The worker's own clock is wrong, or is set while it works: nothing is lost, doubled, or late for it.

The clock is that of a process under Debian's libfaketime, which reads how far it is off from a file; what
counts seconds without regard to the date goes on undisturbed, as it does on a machine whose clock is set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.worker.support import EMAIL_BOT, Bench, WorkerProcess, wait_until

DAY = 86_400


@dataclass(frozen=True)
class WallClock:
    """The clock of the processes that have `environment`."""

    file: Path

    def set(self, seconds: int) -> None:
        """Set it so many seconds ahead of this machine's, from now on."""
        # Renamed, so that nobody reads half of it.
        new = self.file.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.replace(self.file)

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process have this clock."""
        return {
            "LD_PRELOAD": str(next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[WallClock]:
    wall_clock = WallClock(tmp_path / "clock")
    wall_clock.set(0)
    yield wall_clock
    # What the library shares with a process's children, by its id, stays behind of one that was killed.
    for shared in Path("/dev/shm").glob("*faketime_s[he]m_*"):
        if not Path("/proc", shared.name.rpartition("_")[2]).exists():
            shared.unlink(missing_ok=True)


def off_by(worker: WorkerProcess) -> timedelta:
    """How far ahead the worker's clock was when it logged last."""
    last = datetime.fromisoformat(worker.events()[-1]["timestamp"])
    return last.astimezone(UTC) - datetime.now(UTC)


@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["ahead", "back"])
def test_a_clock_that_is_set_while_bots_run(bench: Bench, clock: WallClock, jump: int) -> None:
    bench.control_room_faults(
        {"what": "takes", "seconds": 1.5},
        {"what": "status", "route": "deploy", "status": 503, "times": 2},
        {"what": "lose_answer", "route": "deploy", "times": 2},
        {"what": "filter_refused", "field": "automationName"},
    )
    bench.digests(8)
    with bench.worker(WORKER_CONCURRENCY="4", **clock.environment) as worker:
        wait_until(lambda: bench.deployments()["total"] >= 2, "bots run")
        clock.set(jump)
        bench.wait_done(8)
        assert abs(off_by(worker) - timedelta(seconds=jump)) < timedelta(minutes=5)
        assert worker.count("lease lost, attempt given up") == 0
        assert worker.terminate() == 0
    bench.assert_each_sent_once(8)


@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["ahead", "back"])
def test_a_clock_that_is_set_does_not_make_jobs_late(bench: Bench, clock: WallClock, jump: int) -> None:
    # So seldom that a job found sooner was found because Realtime or its due time said so.
    seldom = {"WORKER_POLL_SECONDS": "3600", "WORKER_POLL_IDLE_SECONDS": "3600"}
    bench.control_room_faults({"what": "status", "route": "deploy", "status": 503, "times": 1})
    with bench.worker(**seldom, **clock.environment) as worker:
        worker.wait_for("realtime is listening")
        clock.set(jump)
        announced = bench.digest()
        wait_until(lambda: bench.job(announced)["attempts"] >= 1, "claimed")
        assert bench.asked_for("claim_outbox") > 0
        bench.wait_done(1, hurry=False)
        # One attempt more where the second came a moment too early for the deploy to be repeated.
        assert bench.job(announced)["attempts"] in (2, 3)
        assert worker.count("realtime is deaf") == 0
        looks, beats = bench.asked_for("claim_outbox"), bench.asked_for("heartbeat")
        wait_until(lambda: bench.asked_for("heartbeat") >= beats + 10, "ten beats")
        assert bench.asked_for("claim_outbox") - looks <= 2
    bench.assert_each_sent_once(1)


@pytest.mark.parametrize("ahead", [DAY, -DAY], ids=["ahead", "behind"])
def test_a_lost_answer_is_found_by_a_worker_whose_clock_is_wrong(
    bench: Bench, clock: WallClock, ahead: int
) -> None:
    clock.set(ahead)
    bench.control_room_faults(
        {"what": "lose_answer", "route": "deploy", "times": 1},
        {"what": "filter_refused", "field": "automationName"},
    )
    bench.digests(2)
    with bench.worker(**clock.environment):
        bench.wait_done(2)
    bench.assert_each_sent_once(2)


def test_a_deploy_of_a_worker_whose_clock_is_ahead_is_found_by_another(
    bench: Bench, clock: WallClock
) -> None:
    clock.set(DAY)
    bench.control_room_faults(
        {"what": "lose_answer", "route": "deploy", "times": 1},
        {"what": "filter_refused", "field": "automationName"},
    )
    job = bench.digest()
    with bench.worker(**clock.environment) as first:
        wait_until(lambda: bench.deployments()["total"] == 1, "deployed")
        first.kill()
    bench.let_leases_run_out()
    with bench.worker():
        bench.wait_done(1)
    assert bench.job(job)["attempts"] == 2
    bench.assert_each_sent_once(1)


def test_a_v3_deploy_with_a_lost_answer_is_not_repeated_by_a_worker_whose_clock_is_ahead(
    bench: Bench, clock: WallClock
) -> None:
    clock.set(DAY)
    bench.channel("mail", "aa_bot", {**EMAIL_BOT, "api_version": "v3"})
    bench.control_room_faults({"what": "lose_answer", "route": "deploy", "times": 1})
    job = bench.digest()
    with bench.worker(**clock.environment):
        wait_until(lambda: bench.job(job)["status"] == "dead", "given up")
    assert bench.deployments()["total"] == 1


def test_a_database_whose_clock_is_set_ahead_while_bots_run(bench: Bench) -> None:
    bench.control_room_faults({"what": "takes", "seconds": 3})
    bench.digests(6)
    with bench.worker(WORKER_CONCURRENCY="3") as first, bench.worker(WORKER_CONCURRENCY="3") as second:
        wait_until(lambda: bench.deployments()["total"] == 6, "bots run")
        # Seen from a clock an hour ahead, everything was an hour earlier: every lease has run out. When a job
        # was made stays, as it is part of the name by which its deployment is found.
        bench.db.execute(
            "update outbox set lease_expires_at = lease_expires_at - interval '1 hour',"
            " run_at = run_at - interval '1 hour'"
        )
        bench.wait_done(6)
        for worker in (first, second):
            assert worker.terminate() == 0
    again = bench.db.execute("select count(*) from outbox_attempts where outcome = 'lease_expired'")
    assert again.fetchone() != (0,)
    bench.assert_each_sent_once(6)
