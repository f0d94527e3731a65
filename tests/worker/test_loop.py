"""The loop within this process: what makes it look, what it takes for deafness, how it meets an outage."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from captpathfinder.context import Context
from captpathfinder.jobs import Run
from captpathfinder.models import ClaimedJob
from captpathfinder.supabase_project.database_clock import DatabaseClock
from captpathfinder.supabase_project.listen import (
    FIRST_SUSPICION_PAUSE,
    LONGEST_SUSPICION_PAUSE,
    Listener,
    Session,
)
from captpathfinder.telemetry.health_checks import is_alive, is_ready, state_of
from captpathfinder.worker.loop import Worker
from tests.worker.scripted import DATABASE_NOW, scripted


async def until(condition: Callable[[], object], what: str) -> None:
    """Wait for a state; the bound only keeps a failure from hanging."""
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit, what
        await asyncio.sleep(0.01)


async def do_nothing(_run: Run) -> dict[str, Any]:
    return {}


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(worker.run())
    try:
        yield task
    finally:
        worker.stop()
        await task


class Ears(Listener):
    """A listener that has heard nothing, and notes what it is suspected of."""

    def __init__(self, worker: Worker, context: Context) -> None:
        super().__init__(context.settings, worker.wake, context.database_clock)
        self.suspicions: list[str] = []
        self.state = "listening"
        self.listening_since = context.monotonic() - 3600

    def suspect(self, why: str) -> bool:
        self.suspicions.append(why)
        return True

    async def run(self) -> None:
        await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("attempt", "is_deaf"), [pytest.param(1, True, id="new"), pytest.param(2, False, id="retry")]
)
async def test_only_a_new_job_that_polling_found_means_deafness(attempt: int, is_deaf: bool) -> None:
    async with scripted() as (outbox, context):
        worker = Worker(context, {"test": do_nothing})
        ears = worker.listener = Ears(worker, context)
        async with working(worker):
            await until(lambda: outbox.count("claim_outbox") >= 1, "the first look")
            old = (DATABASE_NOW - timedelta(seconds=60)).isoformat()
            outbox.add({"attempt": attempt, "created_at": old})
            await until(lambda: worker.runner.done == 1, "the job")
            await until(lambda: outbox.count("claim_outbox") >= 4, "more looks")
        assert bool(ears.suspicions) is is_deaf


async def test_a_job_that_was_announced_is_no_sign_of_deafness() -> None:
    async with scripted(worker_poll_seconds=3600, worker_poll_idle_seconds=3600) as (outbox, context):
        worker = Worker(context, {"test": do_nothing})
        ears = worker.listener = Ears(worker, context)
        async with working(worker):
            await until(lambda: outbox.count("claim_outbox") == 1, "the first look")
            outbox.add({"created_at": (DATABASE_NOW - timedelta(seconds=60)).isoformat()})
            worker.wake("message")
            await until(lambda: worker.runner.done == 1, "the job")
        assert ears.suspicions == []


@pytest.mark.parametrize("asked", ["health", "claim_outbox"])
async def test_after_an_outage_realtime_is_suspected_and_the_error_is_gone(asked: str) -> None:
    async with scripted() as (outbox, context):
        outbox.answers[asked] = [(503, {"message": "away"})] * 3
        worker = Worker(context, {"test": do_nothing})
        ears = worker.listener = Ears(worker, context)
        async with working(worker):
            await until(lambda: worker.last_error is not None, "the outage is known")
            assert f"{asked}: Supabase answered 503" in str(worker.last_error)
            assert not is_ready(worker, context)
            await until(lambda: worker.last_error is None, "it is over")
            assert is_ready(worker, context)
        assert ears.suspicions == ["Supabase was away"]
        # Having been answered, it does not ask for the schema again, whatever becomes of the claims.
        assert outbox.count("health") == (4 if asked == "health" else 1)
        # A claim is never repeated within one look: its answer may be what was lost.
        assert context.metrics.registry.get_sample_value("captpathfinder_supabase_errors_total") == 3
        assert not is_ready(worker, context)


async def test_a_refused_key_is_asked_about_seldom_and_a_refused_request_at_the_polling_pace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with scripted() as (outbox, context):
        pauses: list[float | None] = []
        outbox.answers["claim_outbox"] = [(401, {}), (401, {}), (400, {}), (503, {})]
        worker = Worker(context, {"test": do_nothing})

        async def note(seconds: float | None) -> None:
            pauses.append(seconds)
            await asyncio.sleep(0)
            if len(pauses) == 5:
                worker.stop()

        monkeypatch.setattr(worker, "_sleep", note)
        await worker.run()
    first, second, request, away, well = (pause or 0.0 for pause in pauses)
    assert 7.5 <= first <= 15 <= second <= 30
    assert request == 0.2
    assert 0.1 <= away <= 0.2
    assert well == 0.2


async def test_a_free_slot_takes_what_waits_without_waiting_for_the_next_look() -> None:
    async with scripted(worker_concurrency=2, worker_poll_seconds=3600, worker_poll_idle_seconds=3600) as (
        outbox,
        context,
    ):
        for number in range(5):
            outbox.add({"id": 2 * number}, {"id": 2 * number + 1})
        busiest = 0

        async def handle(_run: Run) -> dict[str, Any]:
            nonlocal busiest
            busiest = max(busiest, worker.in_flight)
            return {}

        worker = Worker(context, {"test": handle})
        async with working(worker):
            await until(lambda: worker.runner.done == 10, "all jobs, though the next look is in an hour")
        assert busiest <= 2
        assert all(given["max_jobs"] <= 2 for given in outbox.arguments("claim_outbox"))


async def test_a_slot_that_becomes_free_while_it_asks_is_filled_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with scripted(worker_concurrency=2, worker_poll_seconds=3600, worker_poll_idle_seconds=3600) as (
        outbox,
        context,
    ):
        may_end = {number: asyncio.Event() for number in (1, 2, 3)}
        claim = context.api.claim

        async def handle(run: Run) -> dict[str, Any]:
            await may_end[run.job.id].wait()
            return {}

        async def claim_slowly(worker_name: str, **asked: Any) -> list[ClaimedJob]:  # noqa: ANN401 (passed on)
            jobs = await claim(worker_name, **asked)
            if [job.id for job in jobs] == [2]:
                may_end[1].set()
                await until(lambda: worker.in_flight == 0, "the end of the first job")
            return jobs

        monkeypatch.setattr(context.api, "claim", claim_slowly)
        worker = Worker(context, {"test": handle})
        async with working(worker):
            # Until it knows that no retry is due, the end of any job wakes it.
            await until(lambda: outbox.count("outbox") == 1, "it asks when the next falls due")
            outbox.add({"id": 1})
            worker.wake("listening")
            await until(lambda: worker.in_flight == 1, "the first job")
            outbox.add({"id": 2})
            outbox.add({"id": 3})
            worker.wake("message")
            await until(lambda: worker.in_flight == 2, "the third beside the second, which goes on")
            may_end[2].set()
            may_end[3].set()
            await until(lambda: worker.runner.done == 3, "all of them")


async def test_a_retry_is_looked_for_when_it_falls_due_by_the_databases_clock() -> None:
    async with scripted(worker_poll_seconds=3600, worker_poll_idle_seconds=3600) as (outbox, context):
        worker = Worker(context, {"test": do_nothing})
        async with working(worker):
            # From now on it knows that this machine's clock is years behind.
            await until(lambda: worker.beat_at is not None, "a beat")
            await until(lambda: outbox.count("outbox") == 1, "it asks when the next falls due")
            outbox.due = [(DATABASE_NOW + timedelta(seconds=120)).isoformat()]
            worker.wake("message")
            await until(lambda: outbox.count("outbox") == 2, "it asks again")
            outbox.add({"attempt": 2})
            began = context.monotonic()
            context.monotonic = lambda: began + 125
            worker.wake("listening")
            await until(lambda: worker.runner.done == 1, "the retry")
            looks = context.metrics.registry.get_sample_value
            assert looks("captpathfinder_outbox_looks_total", {"reason": "due"}) == 1
        asked = outbox.arguments("outbox")[1]
        after = datetime.fromisoformat(asked["run_at"].removeprefix("gt."))
        assert abs(after - DATABASE_NOW) < timedelta(minutes=5)


async def test_what_is_not_handed_out_though_due_is_not_asked_for_again_and_again() -> None:
    async with scripted(worker_poll_seconds=3600, worker_poll_idle_seconds=3600) as (outbox, context):
        worker = Worker(context, {"test": do_nothing})
        async with working(worker):
            await until(lambda: outbox.count("outbox") == 1, "it asks when the next falls due")
            worker.wake("listening")
            await until(lambda: outbox.count("claim_outbox") == 2, "it looked again")
        assert outbox.count("outbox") == 1


async def test_draining_does_all_that_is_due_and_ends() -> None:
    async with scripted(worker_concurrency=2) as (outbox, context):
        outbox.add({"id": 1}, {"id": 2})
        outbox.add({"id": 3})
        worker = Worker(context, {"test": do_nothing})
        await worker.drain()
        assert (worker.runner.done, worker.in_flight, outbox.waiting) == (3, 0, [])


async def test_told_to_stop_it_lets_jobs_end_and_gives_the_late_ones_back() -> None:
    async with scripted(worker_concurrency=2, worker_grace_seconds=0.2) as (outbox, context):
        outbox.add({"id": 1}, {"id": 2})
        go = asyncio.Event()

        async def handle(run: Run) -> dict[str, Any]:
            await (go.wait() if run.job.id == 1 else asyncio.Event().wait())
            return {}

        worker = Worker(context, {"test": handle})
        async with working(worker):
            await until(lambda: worker.in_flight == 2, "both run")
            worker.stop()
            go.set()
        assert [given["job_id"] for given in outbox.arguments("complete_outbox")] == [1]
        assert [given["job_id"] for given in outbox.arguments("release_outbox")] == [2]
        assert outbox.arguments("heartbeat")[-1]["details"]["stopping"] is True
        assert outbox.arguments("heartbeat")[-1]["in_flight"] == 0


async def test_a_beat_says_what_it_does() -> None:
    async with scripted(worker_concurrency=3, worker_name="w") as (outbox, context):
        worker = Worker(context, {"test": do_nothing, "another": do_nothing})
        async with working(worker):
            await until(lambda: worker.beat_at is not None, "a beat")
        beat = outbox.arguments("heartbeat")[0]
        assert (beat["worker"], beat["concurrency"], beat["in_flight"]) == ("w", 3, 0)
        assert (beat["realtime_state"], beat["realtime_message_at"]) == ("off", None)
        assert beat["details"]["kinds"] == ["another", "test"]
        assert abs(context.database_clock.now() - DATABASE_NOW) < timedelta(minutes=5)


async def test_alive_is_who_looked_lately_or_has_no_slot_free() -> None:
    async with scripted(worker_concurrency=1, worker_poll_idle_seconds=3600) as (_outbox, context):
        now = 1000.0
        context.monotonic = lambda: now
        worker = Worker(context, {"test": do_nothing})
        assert is_alive(worker, context)
        assert not is_ready(worker, context)
        now += 2 * 3600 + 60 - 1
        assert is_alive(worker, context)
        now += 1
        assert not is_alive(worker, context)
        assert state_of(worker, context)["up_seconds"] == 7260.0
        worker.looked_at = worker.claimed_at = now - 10
        assert is_alive(worker, context)
        assert is_ready(worker, context)
        assert state_of(worker, context)["looked_seconds_ago"] == 10.0


async def test_suspicions_in_vain_grow_rare_and_a_message_clears_them() -> None:
    async with scripted() as (_outbox, context):
        times = [0.0]
        clock = DatabaseClock(lambda: times[-1], lambda: DATABASE_NOW)
        listener = Listener(context.settings, lambda _reason: None, clock)
        acted: list[float] = []

        def nothing() -> None:
            pass

        # One that has ended already is as good for this as a new one each time.
        listener._session = Session(
            context.settings, on_joined=nothing, on_listening=nothing, on_message=nothing
        )

        def suspect_each_second(seconds: int) -> list[float]:
            acted.clear()
            for _ in range(seconds):
                times.append(times[-1] + 1.0)
                if listener.suspect("deaf"):
                    acted.append(times[-1])
            return [later - earlier for earlier, later in pairwise(acted)]

        gaps = suspect_each_second(600)
        # Each wait is between half and all of twice the one before.
        assert len(acted) <= 12
        assert max(gaps) > 60
        listener._message()
        times.append(times[-1] + LONGEST_SUSPICION_PAUSE)
        assert suspect_each_second(8)[0] <= 2 * FIRST_SUSPICION_PAUSE
