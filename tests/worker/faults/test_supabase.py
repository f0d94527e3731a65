"""A Supabase that is away, slow, or refuses."""

import pytest

from tests.worker.support import Bench, wait_until

# What was claimed and never heard of comes back when its lease runs out.
SHORT_LEASES = {"WORKER_LEASE_SECONDS": "5"}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"action": "status", "status": 503, "seconds": 4}, id="5xx"),
        pytest.param({"action": "hang", "seconds": 3}, id="hanging"),
        pytest.param({"action": "cut", "probability": 0.3, "seconds": 6}, id="cut"),
        pytest.param({"action": "lose_answer", "probability": 0.3, "seconds": 6}, id="answers lost"),
        pytest.param({"action": "status", "status": 429, "retry_after": 1, "seconds": 3}, id="429"),
    ],
)
def test_each_digest_is_sent_once_whatever_fails(bench: Bench, fault: dict[str, object]) -> None:
    with bench.worker(**SHORT_LEASES) as worker:
        worker.wait_for("worker started")
        bench.digests(6)
        bench.gateway_fault(path="/rest/v1/", **fault)
        bench.digests(6)
        bench.wait_done(12, seconds=90)
    bench.assert_each_sent_once(12)


@pytest.mark.parametrize("function", ["complete_outbox", "record_progress", "extend_lease", "fail_outbox"])
def test_a_call_whose_answer_is_lost_is_repeated_safely(bench: Bench, function: str) -> None:
    bench.gateway_fault(path=f"/rest/v1/rpc/{function}", action="lose_answer", times=3)
    bench.control_room_faults({"what": "no_device", "times": 1}, {"what": "takes", "seconds": 2})
    bench.digests(4)
    with bench.worker(**SHORT_LEASES):
        bench.wait_done(4)
    bench.assert_each_sent_once(4)


def test_postgres_restarted(bench: Bench) -> None:
    bench.control_room_faults({"what": "takes", "seconds": 1})
    with bench.worker(**SHORT_LEASES) as worker:
        worker.wait_for("realtime is listening")
        bench.digests(8)
        wait_until(lambda: bench.statuses().get("running"), "some run")
        bench.db.close()
        bench.stack.restart_postgres()
        # Unlike PostgREST, Supabase Lite does not find its way back to a database that was away.
        bench.stack.restart_lite()
        bench.reconnect()
        bench.digests(2)
        bench.wait_done(10, seconds=90)
    bench.assert_each_sent_once(10)


def test_a_refused_key_is_said_once_and_not_hammered(bench: Bench) -> None:
    bench.digest()
    beats = bench.asked_for("heartbeat")
    with bench.worker(SUPABASE_SECRET_KEY="sb_secret_wrong_wrong_wrong") as worker:
        worker.wait_for("supabase refuses the worker")
        wait_until(lambda: bench.asked_for("heartbeat") >= beats + 6, "three seconds' beats")
        assert worker.count("supabase refuses the worker") == 1
        assert "captpathfinder doctor" in worker.text()
        assert worker.terminate() == 0
    assert "sb_secret_wrong" not in worker.text()
    assert bench.statuses() == {"pending": 1}


def test_a_worker_started_before_supabase_begins_when_it_is_there(bench: Bench) -> None:
    bench.gateway_fault(path="/", action="status", status=503)
    with bench.worker() as worker:
        worker.wait_for("supabase is not available")
        bench.digest()
        bench.clear_gateway_faults()
        bench.wait_done(1)
        assert worker.count("supabase is available again") == 1
        assert worker.count("supabase is not available") == 1
    bench.assert_each_sent_once(1)
