"""Every row of the table of Realtime's faults: jobs are found within the polling interval all the same."""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.worker.support import Bench, wait_until

# So long that a job found sooner was found because of Realtime.
SLOW_POLLING = {"WORKER_POLL_SECONDS": "60", "WORKER_POLL_IDLE_SECONDS": "60"}


def found_within(bench: Bench, seconds: float) -> float:
    """Queue a digest; how long until it was claimed, or a failure after `seconds`."""
    job = bench.digest()
    started = time.monotonic()
    wait_until(lambda: bench.job(job)["attempts"] > 0, "claimed", seconds=seconds, every=0.02)
    return time.monotonic() - started


def sockets_of(pid: int) -> int:
    """How many sockets a process holds."""
    return sum(link.readlink().name.startswith("socket:") for link in Path(f"/proc/{pid}/fd").iterdir())


def test_a_job_is_claimed_as_soon_as_realtime_announces_it(bench: Bench) -> None:
    with bench.worker(**SLOW_POLLING) as worker:
        worker.wait_for("realtime is listening")
        for _ in range(3):
            found_within(bench, 5)


def test_jobs_of_before_it_listened_are_swept(bench: Bench) -> None:
    bench.realtime_fault(fault="deaf")
    with bench.worker(**SLOW_POLLING) as worker:
        worker.wait_for("worker started")
        wait_until(
            lambda: (
                bench.db.execute("select realtime_state from worker_heartbeats").fetchone() == ("joined",)
            ),
            "joined",
        )
        bench.digest()
        bench.clear_realtime_faults()
        worker.wait_for("realtime is listening")
        bench.wait_done(1, seconds=10)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"fault": "reset"}, id="connection reset"),
        pytest.param({"fault": "restart", "seconds": 2}, id="server stopped"),
        pytest.param({"fault": "restart", "seconds": 4, "how": "kill"}, id="server killed"),
        pytest.param({"fault": "expire_tokens"}, id="token expired"),
    ],
)
def test_it_listens_again_after(bench: Bench, fault: dict[str, Any]) -> None:
    with bench.worker(**SLOW_POLLING) as worker:
        worker.wait_for("realtime is listening")
        bench.realtime_fault(**fault)
        lost = bench.digest()
        worker.wait_for("realtime is listening", times=2, seconds=40)
        wait_until(lambda: bench.job(lost)["status"] == "done", "swept", seconds=10)
        found_within(bench, 5)
        bench.wait_done(2)
    bench.assert_each_sent_once(2)


def test_realtime_that_refuses_to_come_back_for_a_minute(bench: Bench) -> None:
    with bench.worker() as worker:
        worker.wait_for("realtime is listening")
        bench.realtime_fault(fault="refuse_upgrades", seconds=60)
        bench.realtime_fault(fault="reset")
        deadline = time.monotonic() + 60
        jobs = 0
        while time.monotonic() < deadline - 5:
            assert found_within(bench, 5) < 3
            jobs += 1
            bench.wait_done(jobs, seconds=10)
        worker.wait_for("realtime is listening", times=2, seconds=40)
        clients = worker.count("realtime client ended")
    assert 4 <= clients <= 30
    bench.assert_each_sent_once(jobs)


def test_silent_deafness_is_noticed_and_mended(bench: Bench) -> None:
    with bench.worker(WORKER_POLL_SECONDS="4", WORKER_POLL_IDLE_SECONDS="4") as worker:
        worker.wait_for("realtime is listening")
        bench.realtime_fault(fault="deaf", seconds=80)
        jobs = 0
        limit = time.monotonic() + 90
        while not worker.count("realtime is deaf"):
            found_within(bench, 6)
            jobs += 1
            assert time.monotonic() < limit
            # The end of a job is a reason to look, so the next one is queued when all is quiet.
            bench.wait_done(jobs)
            time.sleep(0.5)
        bench.clear_realtime_faults()
        worker.wait_for("realtime is listening", times=2, seconds=30)
        bench.wait_done(jobs)


def test_lost_messages_cost_no_more_than_the_polling_interval(bench: Bench) -> None:
    bench.realtime_fault(fault="drop_changes")
    with bench.worker() as worker:
        worker.wait_for("realtime is listening")
        for _ in range(3):
            assert found_within(bench, 5) < 3.5
        bench.wait_done(3)
    assert worker.count("realtime client ended") <= 4


@pytest.mark.parametrize("fault", ["refuse_subscription", "unauthorized"])
def test_refusals_leave_polling_and_do_not_make_a_storm(bench: Bench, fault: str) -> None:
    bench.realtime_fault(fault=fault)
    with bench.worker() as worker:
        worker.wait_for("worker started")
        for _ in range(3):
            assert found_within(bench, 5) < 3.5
        bench.wait_done(3)
        assert worker.count("realtime client ended") <= 8


def test_a_network_that_swallows_everything(bench: Bench) -> None:
    with bench.worker() as worker:
        worker.wait_for("realtime is listening")
        bench.realtime_fault(fault="silent", seconds=20)
        for _ in range(3):
            assert found_within(bench, 5) < 3.5
        bench.wait_done(3)


def test_a_repeated_subscribed_message_is_harmless(bench: Bench) -> None:
    with bench.worker(**SLOW_POLLING) as worker:
        worker.wait_for("realtime is listening")
        for _ in range(3):
            bench.realtime_fault(fault="repeat_subscribed")
        found_within(bench, 5)
        bench.wait_done(1)
        assert worker.count("realtime client ended") == 0


def test_the_client_is_replaced_before_its_maximum_age(bench: Bench) -> None:
    with bench.worker(REALTIME_MAX_AGE_SECONDS="2", **SLOW_POLLING) as worker:
        worker.wait_for("realtime is listening", times=4)
        found_within(bench, 8)
        ends = [event["why"] for event in worker.events() if event["event"] == "realtime client ended"]
        assert set(ends) == {"old enough"}
        assert sockets_of(worker.pid) <= 12


def test_without_realtime_it_polls(bench: Bench) -> None:
    with bench.worker(REALTIME_ENABLED="false") as worker:
        worker.wait_for("worker started")
        assert found_within(bench, 5) < 3
        bench.wait_done(1)
