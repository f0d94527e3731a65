"""Workers that are stopped, killed, or many; each test ends with every job done exactly once."""

import signal
from contextlib import ExitStack

import pytest

from tests.worker.support import Bench, wait_until


def test_a_worker_killed_before_the_deploy_leaves_the_job_to_the_next(bench: Bench) -> None:
    bench.control_room_faults({"what": "hang", "route": "authenticate", "seconds": 60, "times": 1})
    bench.digest()
    with bench.worker(AA_REQUEST_TIMEOUT_SECONDS="60") as first:
        wait_until(lambda: bench.statuses() == {"running": 1}, "claimed")
        first.kill()
    bench.let_leases_run_out()
    with bench.worker():
        bench.wait_done(1)
    bench.assert_each_sent_once(1)


def test_a_worker_killed_during_the_deploy_does_not_make_it_be_sent_twice(bench: Bench) -> None:
    bench.control_room_faults({"what": "slow", "route": "deploy", "seconds": 1.0, "times": 1})
    job = bench.digest()
    with bench.worker() as first:
        wait_until(lambda: (bench.job(job)["result"] or {}).get("deploying_since"), "deploying")
        first.kill()
    bench.let_leases_run_out()
    with bench.worker():
        bench.wait_done(1)
    bench.assert_each_sent_once(1)


def test_a_worker_killed_after_the_deploy_leaves_the_following_to_the_next(bench: Bench) -> None:
    bench.control_room_faults({"what": "takes", "seconds": 4, "times": 1})
    job = bench.digest()
    with bench.worker() as first:
        wait_until(lambda: (bench.job(job)["result"] or {}).get("deployment_id"), "deployed")
        first.kill()
    bench.let_leases_run_out()
    with bench.worker():
        bench.wait_done(1)
    bench.assert_each_sent_once(1)


@pytest.mark.parametrize("workers", [2, 5])
def test_many_workers_share_the_work(bench: Bench, workers: int) -> None:
    with ExitStack() as running:
        started = [running.enter_context(bench.worker(WORKER_CONCURRENCY="2")) for _ in range(workers)]
        for worker in started:
            worker.wait_for("realtime is listening")
        bench.digests(40)
        bench.wait_done(40)
    bench.assert_each_sent_once(40)
    shares = bench.db.execute("select worker, count(*) from outbox_attempts group by worker").fetchall()
    assert len(shares) >= 2, shares


def test_sigterm_lets_what_runs_finish(bench: Bench) -> None:
    bench.control_room_faults({"what": "takes", "seconds": 1.5, "times": 1})
    job = bench.digest()
    with bench.worker(WORKER_GRACE_SECONDS="60") as worker:
        wait_until(lambda: (bench.job(job)["result"] or {}).get("deployment_id"), "deployed")
        later = bench.digest()
        assert worker.terminate() == 0
    assert bench.job(job)["status"] == "done"
    assert bench.job(later)["status"] in ("pending", "done")
    bench.assert_each_sent_once(bench.statuses()["done"])


def test_sigterm_gives_back_what_does_not_finish_in_time(bench: Bench) -> None:
    bench.control_room_faults({"what": "takes", "seconds": 6, "times": 1})
    job = bench.digest()
    with bench.worker(WORKER_GRACE_SECONDS="0.5") as first:
        wait_until(lambda: (bench.job(job)["result"] or {}).get("deployment_id"), "deployed")
        assert first.terminate() == 0
    assert bench.job(job)["status"] == "pending"
    assert bench.job(job)["uncounted_attempts"] == 1
    with bench.worker():
        bench.wait_done(1)
    bench.assert_each_sent_once(1)


def test_a_second_signal_ends_it_at_once(bench: Bench) -> None:
    bench.control_room_faults({"what": "takes", "seconds": 600, "times": 1})
    job = bench.digest()
    with bench.worker(WORKER_GRACE_SECONDS="600") as worker:
        wait_until(lambda: (bench.job(job)["result"] or {}).get("deployment_id"), "deployed")
        worker.process.send_signal(signal.SIGINT)
        worker.wait_for("stopping")
        worker.process.send_signal(signal.SIGINT)
        assert worker.process.wait(60) == 128 + signal.SIGINT
    assert bench.job(job)["status"] == "running"


def test_a_lease_is_kept_while_the_work_lasts_longer_than_it(bench: Bench) -> None:
    bench.control_room_faults({"what": "takes", "seconds": 8, "times": 1})
    bench.digest()
    with bench.worker(WORKER_LEASE_SECONDS="5") as first, bench.worker(WORKER_LEASE_SECONDS="5") as second:
        bench.wait_done(1, hurry=False)
        # It is said in the log only after the database knows.
        wait_until(lambda: first.count("job done") + second.count("job done"), "one says so")
        for worker in (first, second):
            worker.terminate()
        assert first.count("job done") + second.count("job done") == 1
    attempts = bench.db.execute("select count(*) from outbox_attempts").fetchone()
    assert attempts == (1,)
    bench.assert_each_sent_once(1)


def test_a_frozen_worker_that_wakes_up_late_does_not_send_again(bench: Bench) -> None:
    bench.control_room_faults({"what": "takes", "seconds": 1, "times": 1})
    job = bench.digest()
    with bench.worker() as frozen:
        wait_until(lambda: (bench.job(job)["result"] or {}).get("deployment_id"), "deployed")
        frozen.process.send_signal(signal.SIGSTOP)
        bench.let_leases_run_out()
        with bench.worker():
            bench.wait_done(1)
            frozen.process.send_signal(signal.SIGCONT)
            wait_until(
                lambda: (
                    frozen.count("lease lost, attempt given up")
                    or frozen.count("job done, but its lease was lost before that could be said")
                ),
                "the late worker notices",
            )
    bench.assert_each_sent_once(1)
    assert bench.job(job)["attempts"] == 2
