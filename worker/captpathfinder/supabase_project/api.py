"""The worker's side of the outbox protocol, over PostgREST.

Each method is one remote procedure call. Errors are `SupabaseError`s; what is safe to repeat (everything
but the claim) is repeated a few times at once for hiccups, by tenacity. Whatever lasts longer is the
caller's decision.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx
from postgrest.exceptions import APIError
from pydantic import JsonValue, TypeAdapter, ValidationError
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from captpathfinder.clock import utc_now
from captpathfinder.errors import PermanentError, SupabaseError
from captpathfinder.models import ClaimedJob, DueJob
from captpathfinder.render.documents import Person
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.answers import error_of, is_hiccup, is_verdict
from captpathfinder.supabase_project.connection import http_client, project_client
from captpathfinder.web.failures import explain_failure

# `max-rows` of hosted PostgREST, which also cuts the rows of set-returning functions.
PAGE_ROWS = 1000
NO_JSON = "the answer is not Supabase's (no JSON; the page of a proxy or a login?)"
# Longest wait for an answer, in seconds. PostgREST's own statement timeout is 8 s or more; claims take
# milliseconds.
TIMEOUT = httpx.Timeout(20.0, connect=5.0)

# Names the person who asks, to whoever knows the secret key.
ACTOR_HEADER = "x-captpathfinder-actor"

_JOBS = TypeAdapter(list[ClaimedJob])
_ROWS = TypeAdapter(list[Person])
_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)
_DUE = TypeAdapter(list[DueJob])


class SupabaseApi:
    """Calls the project's functions as `service_role`.

    async with SupabaseApi(settings) as api:
        jobs = await api.claim("worker-1", max_jobs=4, lease_seconds=60)
    """

    def __init__(
        self, settings: Settings, *, timeout: httpx.Timeout = TIMEOUT, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._now = now
        self._http = http_client(timeout, self._check)
        self._client = project_client(settings, self._http)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def claim(
        self, worker: str, *, max_jobs: int, lease_seconds: float, kinds: list[str] | None = None
    ) -> list[ClaimedJob]:
        """Lease up to `max_jobs` due jobs for `lease_seconds`.

        Never repeated here: when its answer is lost, the jobs it leased come back when their lease runs out.
        """
        answer = await self._call(
            "claim_outbox",
            {"worker": worker, "kinds": kinds, "max_jobs": max_jobs, "lease_seconds": lease_seconds},
        )
        try:
            return _JOBS.validate_python(answer or [])
        except ValidationError as error:
            raise SupabaseError(
                f"claim_outbox answered what this worker cannot read: {_first(error)}"
            ) from None

    async def extend_lease(self, job: ClaimedJob, worker: str, lease_seconds: float) -> bool:
        """Keep a job for another `lease_seconds`; False when the lease is lost."""
        answer = await self._repeatable(
            "extend_lease", {**_holder(job, worker), "lease_seconds": lease_seconds}
        )
        return answer is not None

    async def record_progress(self, job: ClaimedJob, worker: str, progress: Mapping[str, Any]) -> bool:
        """Note for later attempts what this one did; False when the lease is lost."""
        return bool(
            await self._repeatable("record_progress", {**_holder(job, worker), "progress": dict(progress)})
        )

    async def complete(self, job: ClaimedJob, worker: str, result: Mapping[str, Any]) -> bool:
        """The job is done; False when the lease is lost. Safe to repeat, as the attempt is named."""
        return bool(
            await self._repeatable("complete_outbox", {**_holder(job, worker), "result": dict(result)})
        )

    async def fail(
        self, job: ClaimedJob, worker: str, *, error: str, retryable: bool, retry_after: float | None
    ) -> str | None:
        """The attempt failed; returns the job's status: `pending`, `dead`, or None when the lease is lost."""
        answer = await self._repeatable(
            "fail_outbox",
            {
                **_holder(job, worker),
                "error": error,
                "retryable": retryable,
                "retry_after_seconds": retry_after,
            },
        )
        return None if answer is None else str(answer)

    async def release(self, job: ClaimedJob, worker: str) -> bool:
        """Give an unfinished job back, without counting the attempt; False when the lease is lost."""
        return bool(await self._repeatable("release_outbox", _holder(job, worker)))

    async def redrive(self, job_id: int | None) -> int:
        """Make one dead job, or all of them, pending again; returns how many."""
        answer = await self._repeatable("redrive_outbox", {"job_id": job_id})
        return answer if isinstance(answer, int) else 0

    async def heartbeat(
        self,
        worker: str,
        *,
        version: str,
        concurrency: int,
        in_flight: int,
        realtime_state: str,
        realtime_message_at: datetime | None,
        details: Mapping[str, Any],
    ) -> datetime:
        """Say that this worker lives; returns the server's time."""
        answer = await self._repeatable(
            "heartbeat",
            {
                "worker": worker,
                "version": version,
                "concurrency": concurrency,
                "in_flight": in_flight,
                "realtime_state": realtime_state,
                "realtime_message_at": realtime_message_at.isoformat() if realtime_message_at else None,
                "details": dict(details),
            },
        )
        return datetime.fromisoformat(str(answer))

    async def next_due(self, after: datetime) -> datetime | None:
        """When the first pending job falls due after `after` (both server time); None when none does."""
        pending = self._client.from_("outbox").select("run_at").eq("status", "pending")
        query = pending.gt("run_at", after.isoformat()).order("run_at").limit(1)
        try:
            rows = _DUE.validate_python((await query.execute()).data)
        except (httpx.HTTPError, APIError) as error:
            raise _no_answer("reading the outbox", error) from error
        return rows[0].run_at if rows else None

    async def rows(
        self,
        table: str,
        filters: Mapping[str, str],
        *,
        order: str,
        limit: int = 1,
        offset: int = 0,
        columns: str = "*",
        ascending: bool = False,
    ) -> list[Any]:
        """Rows of a table whose columns equal `filters`, by the column `order`, greatest first."""
        query = self._client.from_(table).select(columns)
        for column, value in filters.items():
            query = query.eq(column, value)
        try:
            page = query.order(order, desc=not ascending).range(offset, offset + limit - 1)
            found = (await page.execute()).data
        except (httpx.HTTPError, APIError) as error:
            raise _no_answer(f"reading {table}", error) from error
        # The library hands on as text what it cannot read, such as the page of a proxy that says 200.
        if not isinstance(found, list):
            raise SupabaseError(f"reading {table}: {NO_JSON}", status=200)
        return found

    def report_rows(self, report_id: int, *, page_rows: int = PAGE_ROWS) -> AsyncIterator[list[Person]]:
        """The people of a report, each once, in pages of at most `page_rows`, ordered by id."""

        async def page(after: int) -> list[Person]:
            arguments = {"report_id": report_id, "after_id": after, "max_rows": page_rows}
            return await self._people("report_rows", arguments)

        return _pages(page, lambda person: person.detection_id)

    def digest_people(self, digest_id: int, *, page_rows: int = PAGE_ROWS) -> AsyncIterator[list[Person]]:
        """Everybody in a digest, also whom none of its messages names, in pages, by importance."""

        async def page(after: int) -> list[Person]:
            return await self.digest_page(digest_id, after, page_rows)

        return _pages(page, lambda person: person.place)

    async def digest_page(self, digest_id: int, after_place: int, max_rows: int) -> list[Person]:
        """The people of a digest behind a place, at most `max_rows` of them."""
        arguments = {"digest_id": digest_id, "after_place": after_place, "max_rows": max_rows}
        return await self._people("digest_people", arguments)

    async def _people(self, function: str, arguments: dict[str, Any]) -> list[Person]:
        answer = await self._repeatable(function, arguments)
        try:
            return _ROWS.validate_python(answer or [])
        except ValidationError as error:
            raise PermanentError(
                f"{function} answered what this worker cannot read: {_first(error)}"
            ) from None

    async def health(self) -> Mapping[str, Any]:
        """What `health()` answers, also when it does so with status 503, because its verdict is `down`."""
        try:
            answer = (await self._client.rpc("health", get=True).execute()).data
        except (httpx.HTTPError, APIError) as error:
            raise _no_answer("health", error) from error
        if isinstance(answer, dict) and "status" in answer:
            return answer
        raise SupabaseError("health: Supabase answered something unexpected", status=200)

    async def call(
        self, function: str, arguments: Mapping[str, Any] | None = None, *, actor: str | None = None
    ) -> JsonValue:
        """Any other function, once; returns its JSON. `actor`: who asks for it, as the audit names them."""
        return await self._call(function, dict(arguments or {}), actor)

    async def _check(self, response: httpx.Response) -> None:
        if not response.is_success:
            await response.aread()
            if not is_verdict(response):
                raise error_of(response, self._now())

    async def _repeatable(self, function: str, arguments: dict[str, Any]) -> JsonValue:
        retrying = AsyncRetrying(
            retry=retry_if_exception(is_hiccup),
            stop=stop_after_attempt(3),
            wait=wait_exponential_jitter(multiplier=0.1, max=1.0, jitter=0.1),
            reraise=True,
        )
        return await retrying(self._call, function, arguments)

    async def _call(self, function: str, arguments: dict[str, Any], actor: str | None = None) -> JsonValue:
        request = self._client.rpc(function, arguments)
        if actor is not None:
            # Headers are ASCII.
            request.request.headers[ACTOR_HEADER] = actor.encode("ascii", "replace").decode()
        try:
            response = await request.execute()
        except (httpx.HTTPError, APIError) as error:
            raise _no_answer(function, error) from error
        return _JSON.validate_python(response.data)


async def _pages(
    page: Callable[[int], Awaitable[list[Person]]], key: Callable[[Person], int]
) -> AsyncIterator[list[Person]]:
    after = 0
    # A server may cut pages shorter than asked for, so only an empty page is the last.
    while rows := await page(after):
        yield rows
        after = key(rows[-1])


def _holder(job: ClaimedJob, worker: str) -> dict[str, Any]:
    return {"job_id": job.id, "worker": worker, "attempt": job.attempt}


def _no_answer(what: str, error: Exception) -> SupabaseError:
    if isinstance(error, APIError):
        return SupabaseError(f"{what}: {NO_JSON}", status=200)
    return SupabaseError(f"{what}: no answer from Supabase: {explain_failure(error)}")


def _first(error: ValidationError) -> str:
    detail = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}"


__all__ = ["PAGE_ROWS", "SupabaseApi"]
