"""One job from its claim to the report of how it ended, within this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from captpathfinder.context import Context
from captpathfinder.errors import PermanentError, TransientError
from captpathfinder.jobs import Run
from captpathfinder.models import ClaimedJob
from captpathfinder.telemetry.redaction import REDACTED
from captpathfinder.worker.runner import Lease, Runner
from tests.worker.scripted import DATABASE_NOW, KEY, Outbox, job, scripted

Handle = Callable[[Run], Awaitable[dict[str, Any]]]


def claimed(**changes: object) -> ClaimedJob:
    moment = DATABASE_NOW.isoformat()
    return ClaimedJob.model_validate({**job(**changes), "lease_expires_at": moment, "created_at": moment})


async def run_one(context: Context, handle: Handle, **changes: object) -> Runner:
    runner = Runner(context, "w1", {"test": handle})
    await runner.run(claimed(**changes), context.monotonic())
    return runner


def outcomes(context: Context) -> dict[str, float]:
    return {
        sample.labels["outcome"]: sample.value
        for family in context.metrics.registry.collect()
        for sample in family.samples
        if sample.name == "captpathfinder_jobs_total"
    }


async def succeed(_run: Run) -> dict[str, Any]:
    return {"parts": 1}


async def test_a_job_that_was_done_is_said_to_be_done() -> None:
    async with scripted() as (outbox, context):
        runner = await run_one(context, succeed, id=5, attempt=3)
        assert outbox.calls == [
            ("complete_outbox", {"job_id": 5, "worker": "w1", "attempt": 3, "result": {"parts": 1}})
        ]
        assert (runner.done, runner.failed) == (1, 0)
        assert outcomes(context) == {"done": 1}


@pytest.mark.parametrize("status", [400, 404, 409, 413, 422])
async def test_an_outcome_that_supabase_refuses_is_not_said_again(status: int) -> None:
    async with scripted() as (outbox, context):
        outbox.answers["complete_outbox"] = [(status, {"message": "no"})] * 20
        runner = await run_one(context, succeed)
        assert outbox.count("complete_outbox") == 1
        assert runner.done == 0
        assert outcomes(context) == {"lease_lost": 1}


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
async def test_an_outcome_is_said_until_supabase_is_there_again(status: int) -> None:
    async with scripted() as (outbox, context):
        slept: list[float] = []
        keep = context.sleep

        async def sleep(seconds: float) -> None:
            slept.append(seconds)
            await keep(0 if seconds < 6 else seconds)

        context.sleep = sleep
        outbox.answers["complete_outbox"] = [(status, {"message": "away"})] * 11
        runner = await run_one(context, succeed)
        assert runner.done == 1
        assert outbox.count("complete_outbox") == 12
        pauses = [seconds for seconds in slept if seconds < 6]
        assert all(0.25 <= seconds <= 5 for seconds in pauses)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TransientError(f"https://x.example/?a=1 said {KEY}"), {"retryable": True}),
        (TransientError(f"{KEY} is busy", retry_after=17), {"retryable": True, "retry_after_seconds": 17.0}),
        (PermanentError(f"{KEY} is refused"), {"retryable": False, "retry_after_seconds": None}),
        (ValueError(KEY), {"retryable": True, "retry_after_seconds": None}),
    ],
)
async def test_what_a_job_failed_with_is_stored_without_secrets(
    error: Exception, said: dict[str, Any]
) -> None:
    async def fail(_run: Run) -> dict[str, Any]:
        raise error

    async with scripted() as (outbox, context):
        runner = await run_one(context, fail)
        [given] = outbox.arguments("fail_outbox")
        assert KEY not in given["error"]
        assert (REDACTED in given["error"]) is not isinstance(error, ValueError)
        assert said.items() <= given.items()
        assert (runner.done, runner.failed) == (0, 1)
        assert outcomes(context) == {"retry": 1}


async def test_a_channels_own_secret_is_not_stored_either(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scripted() as (outbox, context):
        monkeypatch.setenv("CHANNEL_CRM_TOKEN", "correct horse battery")
        context.settings.channel_secret("CHANNEL_CRM_TOKEN")

        async def fail(_run: Run) -> dict[str, Any]:
            raise TransientError("the receiver repeats: correct horse battery")

        await run_one(context, fail)
        assert "horse" not in outbox.arguments("fail_outbox")[0]["error"]


async def test_a_retry_is_looked_for_and_a_dead_job_is_not() -> None:
    async def fail(_run: Run) -> dict[str, Any]:
        raise TransientError("busy")

    for answer, expected in (("pending", 1), ("dead", 0)):
        async with scripted() as (outbox, context):
            outbox.answers["fail_outbox"] = [(200, answer)]
            expectations: list[None] = []
            runner = Runner(context, "w1", {"test": fail}, on_retry=lambda: expectations.append(None))  # noqa: B023
            await runner.run(claimed(), context.monotonic())
            assert len(expectations) == expected


async def test_a_kind_that_it_does_not_know_is_given_up() -> None:
    async with scripted() as (outbox, context):
        await run_one(context, succeed, kind="unheard-of")
        [given] = outbox.arguments("fail_outbox")
        assert given["retryable"] is False
        assert "unheard-of" in given["error"]


async def test_progress_that_belongs_to_another_attempt_ends_this_one() -> None:
    async def record(run: Run) -> dict[str, Any]:
        await run.record({"deployment_id": "7"})
        raise AssertionError("it went on")

    async with scripted() as (outbox, context):
        outbox.answers["record_progress"] = [(200, False)]
        runner = await run_one(context, record)
        assert [name for name, _ in outbox.calls] == ["record_progress"]
        assert (runner.done, runner.failed) == (0, 0)
        assert outcomes(context) == {"lease_lost": 1}


async def test_a_job_whose_lease_is_lost_is_stopped_and_nothing_is_said_of_it() -> None:
    stopped = asyncio.Event()

    async def wait(_run: Run) -> dict[str, Any]:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return {}

    async with scripted(worker_lease_seconds=2) as (outbox, context):
        outbox.answers["extend_lease"] = [(200, None)]
        await run_one(context, wait)
        assert stopped.is_set()
        assert [name for name, _ in outbox.calls] == ["extend_lease"]
        assert outcomes(context) == {"lease_lost": 1}


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds
        await asyncio.sleep(0)

    def drive(self, context: Context) -> None:
        context.monotonic = lambda: self.now
        context.sleep = self.sleep


async def kept_for(outbox: Outbox, context: Context, seconds: float = 60.0) -> tuple[Time, float]:
    time = Time()
    time.drive(context)
    began = time.now
    await Lease(context, claimed(), "w1", seconds, began).keep()
    return time, time.now - began


async def test_a_lease_is_extended_every_third_until_it_is_lost() -> None:
    async with scripted() as (outbox, context):
        moment = DATABASE_NOW.isoformat()
        outbox.answers["extend_lease"] = [(200, moment), (200, moment), (200, None)]
        time, lasted = await kept_for(outbox, context)
        assert time.slept == [20.0, 20.0, 20.0]
        assert lasted == 60.0
        assert outbox.arguments("extend_lease")[0]["lease_seconds"] == 60.0


async def test_a_lease_that_cannot_be_extended_is_tried_more_often_and_ends_on_time() -> None:
    async with scripted() as (outbox, context):
        outbox.answers["extend_lease"] = [(400, {"message": "no"})] * 50
        time, lasted = await kept_for(outbox, context)
        assert time.slept == [20.0, 6.0, 6.0, 6.0, 6.0, 6.0, 6.0, 4.0]
        # Not a moment longer than the database grants.
        assert lasted == 60.0


async def test_an_extension_that_hangs_leaves_time_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed: list[float] = []
    limited = asyncio.timeout

    def timeout(seconds: float) -> asyncio.Timeout:
        allowed.append(round(seconds, 3))
        return limited(seconds)

    async with scripted() as (outbox, context):
        outbox.answers["extend_lease"] = [(400, {"message": "no"})] * 50
        monkeypatch.setattr("captpathfinder.worker.runner.asyncio.timeout", timeout)
        await kept_for(outbox, context)
    # A quarter of the lease, or what is left of it.
    assert allowed == [15.0, 15.0, 15.0, 15.0, 15.0, 10.0, 4.0]


async def test_an_extension_counts_from_when_it_was_asked_for() -> None:
    async with scripted() as (outbox, context):
        moment = DATABASE_NOW.isoformat()
        outbox.answers["extend_lease"] = [(400, {}), (200, moment)] + [(400, {})] * 50
        time, lasted = await kept_for(outbox, context)
        assert time.slept[:4] == [20.0, 6.0, 20.0, 6.0]
        assert lasted == 26.0 + 60.0
