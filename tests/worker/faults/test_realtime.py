"""Every row of the table of Realtime's faults: jobs are found within the polling interval all the same."""

from pathlib import Path
from typing import Any

import pytest

from tests.worker.support import Bench, WorkerProcess, wait_until

# So long that a job found sooner was found because of Realtime.
SLOW_POLLING = {"WORKER_POLL_SECONDS": "3600", "WORKER_POLL_IDLE_SECONDS": "3600"}


def assert_found(bench: Bench) -> None:
    """Queue a digest and wait until it is claimed."""
    job = bench.digest()
    wait_until(lambda: bench.job(job)["attempts"] > 0, "claimed", every=0.02)


def assert_no_storm(worker: WorkerProcess) -> None:
    """Clients that never listened are followed by the next ever more slowly, up to a quarter of a minute."""
    ends = [event for event in worker.events() if event["event"] == "realtime client ended"]
    for number, end in enumerate(ends):
        assert end["next_in"] >= min(15.0, 0.25 * 2**number) / 2 - 0.01, ends


def sockets_of(pid: int) -> int:
    """How many sockets a process holds."""
    return sum(link.readlink().name.startswith("socket:") for link in Path(f"/proc/{pid}/fd").iterdir())


def test_a_job_is_claimed_as_soon_as_realtime_announces_it(bench: Bench) -> None:
    with bench.worker(**SLOW_POLLING) as worker:
        worker.wait_for("realtime is listening")
        for _ in range(3):
            assert_found(bench)


def test_jobs_of_before_it_listened_are_swept(bench: Bench) -> None:
    bench.realtime_fault(fault="deaf")
    # It stays joined for as long as it takes to be seen so.
    with bench.worker(REALTIME_CONFIRM_SECONDS="3600", **SLOW_POLLING) as worker:
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
        bench.wait_done(1)


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
        worker.wait_for("realtime is listening", times=2)
        wait_until(lambda: bench.job(lost)["status"] == "done", "swept")
        assert_found(bench)
        bench.wait_done(2)
    bench.assert_each_sent_once(2)


def test_realtime_that_refuses_to_come_back_for_a_while(bench: Bench) -> None:
    with bench.worker() as worker:
        worker.wait_for("realtime is listening")
        bench.realtime_fault(fault="refuse_upgrades")
        bench.realtime_fault(fault="reset")
        jobs = 0
        while worker.count("realtime client ended") < 5:
            assert_found(bench)
            jobs += 1
            bench.wait_done(jobs)
        assert_no_storm(worker)
        bench.clear_realtime_faults()
        worker.wait_for("realtime is listening", times=2)
    bench.assert_each_sent_once(jobs)


def test_silent_deafness_is_noticed_and_mended(bench: Bench) -> None:
    with bench.worker(WORKER_POLL_SECONDS="4", WORKER_POLL_IDLE_SECONDS="4") as worker:
        worker.wait_for("realtime is listening")
        bench.realtime_fault(fault="deaf")
        jobs = 0
        while not worker.count("realtime is deaf"):
            assert_found(bench)
            jobs += 1
            # The end of a job is a reason to look, so the next one is queued after that.
            bench.wait_done(jobs)
            looks = bench.asked_for("claim_outbox")
            wait_until(lambda: bench.asked_for("claim_outbox") > looks, "another look")  # noqa: B023
        bench.clear_realtime_faults()
        worker.wait_for("realtime is listening", times=2)
        bench.wait_done(jobs)


def test_lost_messages_cost_no_more_than_the_polling_interval(bench: Bench) -> None:
    bench.realtime_fault(fault="drop_changes")
    with bench.worker() as worker:
        worker.wait_for("realtime is listening")
        for _ in range(3):
            assert_found(bench)
        bench.wait_done(3)


@pytest.mark.parametrize("fault", ["refuse_subscription", "unauthorized"])
def test_refusals_leave_polling_and_do_not_make_a_storm(bench: Bench, fault: str) -> None:
    bench.realtime_fault(fault=fault)
    with bench.worker() as worker:
        worker.wait_for("worker started")
        for _ in range(3):
            assert_found(bench)
        bench.wait_done(3)
        assert_no_storm(worker)


def test_a_network_that_swallows_everything(bench: Bench) -> None:
    with bench.worker() as worker:
        worker.wait_for("realtime is listening")
        bench.realtime_fault(fault="silent", seconds=20)
        for _ in range(3):
            assert_found(bench)
        bench.wait_done(3)


def test_a_repeated_subscribed_message_is_harmless(bench: Bench) -> None:
    with bench.worker(**SLOW_POLLING) as worker:
        worker.wait_for("realtime is listening")
        for _ in range(3):
            bench.realtime_fault(fault="repeat_subscribed")
        assert_found(bench)
        bench.wait_done(1)
        assert worker.count("realtime client ended") == 0


def test_the_client_is_replaced_before_its_maximum_age(bench: Bench) -> None:
    with bench.worker(REALTIME_MAX_AGE_SECONDS="2", **SLOW_POLLING) as worker:
        worker.wait_for("realtime is listening", times=4)
        assert_found(bench)
        ends = [event["why"] for event in worker.events() if event["event"] == "realtime client ended"]
        assert set(ends) == {"old enough"}
        assert sockets_of(worker.pid) <= 12


def test_without_realtime_it_polls(bench: Bench) -> None:
    with bench.worker(REALTIME_ENABLED="false") as worker:
        worker.wait_for("worker started")
        assert_found(bench)
        bench.wait_done(1)
