"""Runs one claimed job: the handler, the lease under it, and the report of how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from captpathfinder.context import Context
from captpathfinder.errors import LeaseLostError, PermanentError, SupabaseError, SupabaseRequestError
from captpathfinder.jobs import HANDLERS, Handler, Run
from captpathfinder.models import ClaimedJob
from captpathfinder.telemetry.logs import get_logger
from captpathfinder.telemetry.metrics import JobOutcome
from captpathfinder.telemetry.redaction import Redactor
from captpathfinder.web.backoff import Backoff
from captpathfinder.worker.decisions import GiveUp, decide

ResultT = TypeVar("ResultT")
log = get_logger("runner")

# How long giving a job back may take at shutdown, in seconds; after that its lease runs out by itself.
RELEASE_TIMEOUT = 5.0


class Lease:
    """Keeps a job's lease alive in the background, and knows when it is lost.

    `claimed_at` (monotonic) is the moment before the claim was asked for, so that this side's idea of the
    lease ends no later than the database's.
    """

    def __init__(
        self, context: Context, job: ClaimedJob, worker: str, seconds: float, claimed_at: float
    ) -> None:
        self._context = context
        self._job = job
        self._worker = worker
        self._seconds = seconds
        self._ends_at = claimed_at + seconds

    async def keep(self) -> None:
        """Extend the lease every third of its length; returns when it is lost."""
        pause = self._seconds / 3
        while True:
            await self._context.sleep(max(0.0, min(pause, self._ends_at - self._context.monotonic())))
            asked_at = self._context.monotonic()
            if asked_at >= self._ends_at:
                return
            try:
                async with asyncio.timeout(min(self._ends_at - asked_at, max(self._seconds / 4, 1.0))):
                    kept = await self._context.api.extend_lease(self._job, self._worker, self._seconds)
            except (SupabaseError, TimeoutError):
                pause = self._seconds / 10
                continue
            if not kept:
                return
            self._ends_at = asked_at + self._seconds
            pause = self._seconds / 3


class Runner:
    """Runs jobs for one worker. `run` never raises: whatever a job does, the worker goes on."""

    def __init__(
        self,
        context: Context,
        worker: str,
        handlers: Mapping[str, Handler] = HANDLERS,
        *,
        on_retry: Callable[[], None] = lambda: None,
    ) -> None:
        self._context = context
        self._worker = worker
        self._handlers = handlers
        self._on_retry = on_retry
        self.done = 0
        self.failed = 0

    async def run(self, job: ClaimedJob, claimed_at: float) -> None:
        """Run `job` to its end, or until its lease is lost, or, when cancelled, give it back."""
        started = self._context.monotonic()
        ended: JobOutcome = "lease_lost"
        fields = {"job": job.id, "kind": job.kind, "channel": job.channel, "attempt": job.attempt}
        seconds = self._context.settings.worker_lease_seconds
        lease = asyncio.create_task(Lease(self._context, job, self._worker, seconds, claimed_at).keep())
        work = asyncio.create_task(self._work(job, lease))
        try:
            await asyncio.wait({lease, work}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)
                log.warning("lease lost, attempt given up", **fields)
                return
            ended, outcome = work.result()
            taken = round(self._context.monotonic() - started, 3)
            log.info(outcome.pop("event"), seconds=taken, **fields, **outcome)
        except asyncio.CancelledError:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            ended = "released"
            await self._give_back(job, fields)
        finally:
            taken = self._context.monotonic() - started
            self._context.metrics.job_ended(job.kind, job.channel, ended, taken)
            lease.cancel()
            await asyncio.gather(lease, return_exceptions=True)

    async def _work(self, job: ClaimedJob, lease: asyncio.Task[None]) -> tuple[JobOutcome, dict[str, Any]]:
        """The handler, then the report of how it ended; returns that, and what to log."""

        async def record(progress: Mapping[str, Any]) -> None:
            if not await self._context.api.record_progress(job, self._worker, progress):
                raise LeaseLostError(f"Job {job.id} belongs to another attempt now.")

        try:
            handler = self._handlers.get(job.kind)
            if handler is None:
                raise PermanentError(f"This worker does not know jobs of kind {job.kind}. Update the worker.")
            result = await handler(Run(self._context, job, record))
        except LeaseLostError:
            return "lease_lost", {"event": "lease lost, attempt given up"}
        except Exception as error:  # noqa: BLE001  (the top of a job's task: whatever it raises is recorded)
            return await self._failed(job, lease, error)
        kept = await self._persist(lambda: self._context.api.complete(job, self._worker, result), lease)
        if kept:
            self.done += 1
            return "done", {"event": "job done"}
        return "lease_lost", {"event": "job done, but its lease was lost before that could be said"}

    async def _failed(
        self, job: ClaimedJob, lease: asyncio.Task[None], error: Exception
    ) -> tuple[JobOutcome, dict[str, Any]]:
        self.failed += 1
        decision = decide(error)
        why = self._redacted(decision.why)
        if type(error).__module__.split(".")[0] != "captpathfinder":
            log.error("unexpected error", job=job.id, kind=job.kind, exc_info=error)
        status = await self._persist(
            lambda: self._context.api.fail(
                job,
                self._worker,
                error=why,
                retryable=not isinstance(decision, GiveUp),
                retry_after=None if isinstance(decision, GiveUp) else decision.after,
            ),
            lease,
        )
        if status == "pending":
            self._on_retry()
        ends: dict[str | None, tuple[JobOutcome, str]] = {
            "pending": ("retry", "job failed, will be retried"),
            "dead": ("dead", "job failed for good"),
        }
        ended, event = ends.get(status, ("lease_lost", "lease lost"))
        return ended, {"event": event, "error": why}

    def _redacted(self, text: str) -> str:
        # Made anew, because channels bring secrets of their own.
        return Redactor(self._context.settings.secrets()).text(text)

    async def _persist(
        self, call: Callable[[], Awaitable[ResultT]], lease: asyncio.Task[None]
    ) -> ResultT | None:
        """Say how the job ended, again and again while Supabase is away, for as long as the lease lives."""
        backoff = Backoff(first=0.5, most=5.0)
        while not lease.done():
            try:
                return await call()
            except SupabaseRequestError as error:
                log.error("Supabase refuses the outcome of a job", error=self._redacted(str(error)))
                return None
            except SupabaseError:
                await self._context.sleep(backoff.next())
        return None

    async def _give_back(self, job: ClaimedJob, fields: Mapping[str, Any]) -> None:
        try:
            async with asyncio.timeout(RELEASE_TIMEOUT):
                released = await self._context.api.release(job, self._worker)
        except (SupabaseError, TimeoutError):
            released = False
        log.info("job given back" if released else "job left to its lease", **fields)
