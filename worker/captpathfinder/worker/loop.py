"""The worker: claims jobs, runs several at once, and sleeps until there is reason to look again.

Reasons to look: a message of Realtime, Realtime having begun to listen, a slot that became free while more
work was waiting, a retry that falls due, and, whatever happens, the polling interval.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from captpathfinder import __version__
from captpathfinder.context import Context
from captpathfinder.errors import SchemaError, SupabaseError, SupabaseRefusedError, SupabaseRequestError
from captpathfinder.jobs import HANDLERS, Handler
from captpathfinder.models import ClaimedJob
from captpathfinder.supabase_project.listen import Listener
from captpathfinder.supabase_project.schema import SCHEMA, compare_schema, database_schema
from captpathfinder.telemetry.logs import get_logger
from captpathfinder.web.backoff import Backoff
from captpathfinder.worker.pace import Pace
from captpathfinder.worker.runner import Runner

log = get_logger("worker")

# How long to leave a Supabase alone that refuses the key, in seconds: only a person can mend that.
FIRST_REFUSED_WAIT, LONGEST_REFUSED_WAIT = 15.0, 300.0
# The least wait for a job that is just falling due, in seconds.
SHORTEST_DUE_WAIT = 0.25


class Worker:
    """One worker. `run` is the daemon, `drain` does what is due and returns."""

    def __init__(self, context: Context, handlers: Mapping[str, Handler] = HANDLERS) -> None:
        settings = context.settings
        self._context = context
        self._handlers = handlers
        self._wake = asyncio.Event()
        self._reasons: set[str] = set()
        self._stopping = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._pace = Pace(settings.worker_poll_seconds, settings.worker_poll_idle_seconds)
        self._outage = Backoff(0.25, settings.worker_poll_seconds)
        self._refused = Backoff(FIRST_REFUSED_WAIT, LONGEST_REFUSED_WAIT)
        self._expects_retries = True
        self._due_at: float | None = None
        self._has_compared = False
        self.name = settings.worker_name
        self.runner = Runner(context, self.name, handlers, on_retry=self._retry_expected)
        self.listener = (
            Listener(settings, self.wake, context.database_clock) if settings.realtime_enabled else None
        )
        self.started_at = context.monotonic()
        self.looked_at: float | None = None
        self.claimed_at: float | None = None
        self.beat_at: float | None = None
        self.last_error: str | None = None

    @property
    def in_flight(self) -> int:
        """How many jobs run now."""
        return len(self._tasks)

    @property
    def realtime_state(self) -> str:
        """`off`, `connecting`, `joined`, `listening` or `lost`."""
        return self.listener.state if self.listener else "off"

    @property
    def realtime_sessions(self) -> int:
        """How many Realtime clients there have been."""
        return self.listener.sessions if self.listener else 0

    @property
    def realtime_message_at(self) -> datetime | None:
        """When Realtime last announced a change, by the database's clock."""
        return self.listener.last_message_at if self.listener else None

    @property
    def is_stopping(self) -> bool:
        """Whether it has been told to stop."""
        return self._stopping.is_set()

    def wake(self, reason: str) -> None:
        """Have it look at the outbox now."""
        self._reasons.add(reason)
        self._wake.set()

    def stop(self) -> None:
        """Stop claiming; `run` then ends what runs within the grace time and returns."""
        self._stopping.set()
        self._wake.set()

    async def run(self) -> None:
        """Work until `stop` is called, then finish what runs, or give it back after the grace time.

        Raises `SchemaError` when the database is older than this worker.
        """
        log.info("worker started", worker=self.name, version=__version__, concurrency=self._concurrency)
        helpers = [asyncio.create_task(self._beat())]
        if self.listener:
            helpers.append(asyncio.create_task(self.listener.run()))
        try:
            while not self.is_stopping:
                await self._sleep(await self._look())
        finally:
            await self._finish()
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)
            await self._last_beat()
            log.info("worker stopped", worker=self.name, done=self.runner.done, failed=self.runner.failed)

    async def drain(self) -> None:
        """Do everything that is due, including what follows from it, and return.

        Raises `SupabaseError` when the outbox cannot be read, `SchemaError` as `run` does.
        """
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            while not self.is_stopping:
                asked = self._concurrency - self.in_flight
                jobs = await self._claim(asked) if asked else []
                if not jobs and not self._tasks:
                    return
                if len(jobs) < asked or not asked:
                    await asyncio.wait({*self._tasks, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            await self._finish()

    @property
    def _concurrency(self) -> int:
        return self._context.settings.worker_concurrency

    async def _look(self) -> float | None:
        """Claim what there is room for; returns how long to sleep, None: until woken."""
        reasons, self._reasons = self._reasons, set()
        self._wake.clear()
        if self._due_at is not None and self._context.monotonic() >= self._due_at:
            reasons.add("due")
            self._due_at = None
            self._expects_retries = True
        asked = self._concurrency - self.in_flight
        self.looked_at = self._context.monotonic()
        if asked <= 0:
            # Whoever finishes wakes; what the reasons announced is still there then.
            self._reasons |= {"waiting"}
            return None
        try:
            jobs = await self._claim(asked)
            self._context.metrics.looked(reasons, len(jobs))
            if not jobs and (self._expects_retries or "message" in reasons):
                await self._learn_next_due()
        except SupabaseRefusedError as error:
            return self._trouble(error, self._refused)
        except SupabaseError as error:
            return self._trouble(error, self._outage)
        self._recovered()
        listening = bool(self.listener and self.listener.is_listening)
        if jobs:
            self._pace.found_work()
            if not reasons:
                self._check_hearing(jobs)
        else:
            self._pace.found_nothing(listening=listening)
        if len(jobs) == asked:
            self._reasons |= {"waiting"}
            # A slot may have become free while the claim was under way.
            return None if self.in_flight >= self._concurrency else 0.0
        interval = self._pace.interval(listening=listening)
        if self._due_at is None:
            return interval
        return min(interval, max(0.0, self._due_at - self._context.monotonic()))

    async def _compare_schema(self) -> None:
        """Refuse to work on a database that lacks what this worker needs: jobs would fail one by one.

        A newer one is what every upgrade comes by, and serves the worker of the release before.
        """
        version = database_schema(await self._context.api.health())
        match compare_schema(version):
            case "older" | "unknown":
                at = f"is at the migration {version}" if version else "lacks some of the migrations"
                raise SchemaError(
                    f"The database {at}, this worker needs {SCHEMA}. Apply the "
                    "migrations (supabase db push --remote), then start the worker again."
                )
            case "newer":
                log.warning(
                    "the database is newer than this worker: update it", database=version, worker=SCHEMA
                )
        self._has_compared = True

    async def _claim(self, most: int) -> list[ClaimedJob]:
        if not self._has_compared:
            await self._compare_schema()
        asked_at = self._context.monotonic()
        jobs = await self._context.api.claim(
            self.name,
            max_jobs=most,
            lease_seconds=self._context.settings.worker_lease_seconds,
            kinds=sorted(self._handlers),
        )
        self.claimed_at = self._context.monotonic()
        if jobs:
            leased_at = jobs[0].lease_expires_at - timedelta(
                seconds=self._context.settings.worker_lease_seconds
            )
            self._context.database_clock.learn(asked_at, leased_at)
        for job in jobs:
            task = asyncio.create_task(self.runner.run(job, asked_at), name=f"job-{job.id}")
            self._tasks.add(task)
            task.add_done_callback(self._ended)
        return jobs

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a job's task failed", exc_info=error)
        if "waiting" in self._reasons or self._expects_retries:
            self._wake.set()

    async def _sleep(self, seconds: float | None) -> None:
        if self.is_stopping:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    def _trouble(self, error: SupabaseError, backoff: Backoff) -> float:
        """Log the first of a row of failures, and say how long to wait."""
        if backoff.failures == 0:
            event = "supabase refuses the worker" if backoff is self._refused else "supabase is not available"
            log.error(event, error=str(error))
        self.last_error = str(error)
        self._context.metrics.supabase_failed()
        pause = backoff.next()
        # A request that is refused will be refused again; an outage is over sooner.
        return (
            max(pause, self._context.settings.worker_poll_seconds)
            if isinstance(error, SupabaseRequestError)
            else pause
        )

    def _recovered(self) -> None:
        failures = self._outage.failures + self._refused.failures
        if not failures:
            return
        self._outage.reset()
        self._refused.reset()
        self.last_error = None
        log.info("supabase is available again", failures=failures)
        if self.listener:
            # What took the REST API away (Postgres restarted) leaves Realtime joined, silent and deaf.
            self.listener.suspect("Supabase was away")

    def _check_hearing(self, jobs: list[ClaimedJob]) -> None:
        """A new job that only the polling found means that Realtime is deaf."""
        if not self.listener:
            return
        missed = [job for job in jobs if job.attempt == 1 and self.listener.missed(job.created_at)]
        if missed and self.listener.suspect("deaf: polling found what Realtime did not announce"):
            log.warning("realtime is deaf", job=missed[0].id)

    def _retry_expected(self) -> None:
        self._expects_retries = True

    async def _learn_next_due(self) -> None:
        # What was due before now and yet not handed out (a channel is switched off) is no reason to wake up.
        due = await self._context.api.next_due(self._context.database_clock.now() - timedelta(seconds=1))
        self._expects_retries = False
        if due is None:
            self._due_at = None
            return
        delay = (due - self._context.database_clock.now()).total_seconds()
        self._due_at = self._context.monotonic() + max(delay, SHORTEST_DUE_WAIT)

    async def _finish(self) -> None:
        """Wait for what runs, up to the grace time, then have it given back."""
        if not self._tasks:
            return
        grace = self._context.settings.worker_grace_seconds
        log.info("finishing", in_flight=self.in_flight, grace_seconds=grace)
        tasks = set(self._tasks)
        _, late = await asyncio.wait(tasks, timeout=grace)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    async def _beat(self) -> None:
        while True:
            try:
                await self._send_beat()
            except SupabaseError as error:
                log.debug("heartbeat failed", error=str(error))
            await self._context.sleep(self._context.settings.worker_heartbeat_seconds)

    async def _last_beat(self) -> None:
        with suppress(SupabaseError, TimeoutError):
            async with asyncio.timeout(2):
                await self._send_beat()

    async def _send_beat(self) -> None:
        details: dict[str, Any] = {
            "done": self.runner.done,
            "failed": self.runner.failed,
            "stopping": self.is_stopping,
            "kinds": sorted(self._handlers),
            "control_room": self._context.control_room_state,
        }
        if self.listener:
            details |= {
                "realtime_sessions": self.listener.sessions,
                "realtime_error": self.listener.last_error,
            }
        asked_at = self._context.monotonic()
        server = await self._context.api.heartbeat(
            self.name,
            version=__version__,
            concurrency=self._concurrency,
            in_flight=self.in_flight,
            realtime_state=self.realtime_state,
            realtime_message_at=self.realtime_message_at,
            details=details,
        )
        self._context.database_clock.learn(asked_at, server)
        self.beat_at = self._context.monotonic()
