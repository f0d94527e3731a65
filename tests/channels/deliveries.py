"""Deliveries of the tests: a job as the worker has it, attempt after attempt, and its recorded progress."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from captpathfinder.context import Context, open_context
from captpathfinder.jobs import HANDLERS, Run
from captpathfinder.models import ClaimedJob
from captpathfinder.settings import Settings
from captpathfinder.worker.decisions import Decision, decide

CREATED_AT = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)


def person(number: int, **changes: object) -> dict[str, Any]:
    return {
        "detection_id": number,
        "user_id": str(2000 + number),
        "username": f"Ada Example {number}",
        "title": "Chief Executive Officer",
        "level": "csuite",
        "company": "Example Ltd",
        "country": "NL",
        "country_name": "Netherlands",
        "changed_at": "2026-11-19T10:00:00+00:00",
        "kind": "new",
        **changes,
    }


def digest(people: int, **changes: object) -> dict[str, Any]:
    return {
        "digest_id": 1,
        "channel": "out",
        "period": {
            "start": "2026-11-13T22:00:00+00:00",
            "end": "2026-11-20T22:00:00+00:00",
            "time_zone": "America/New_York",
        },
        "counts": {"new": people, "people": people},
        "people": [person(number, **changes) for number in range(people)],
    }


@dataclass
class Job:
    """One job of one channel, attempted as often as a test says."""

    context: Context
    transport: str
    config: dict[str, Any]
    document: dict[str, Any] = field(default_factory=lambda: digest(1))
    kind: str = "digest"
    progress: dict[str, Any] = field(default_factory=dict)
    attempts: int = 0

    async def attempt(self) -> dict[str, Any] | Decision:
        """The result of one attempt, or what is decided after its failure."""
        self.attempts += 1
        job = ClaimedJob(
            id=7,
            kind=self.kind,
            channel="out",
            transport=self.transport,
            config=self.config,
            document=self.document,
            progress=dict(self.progress),
            attempt=self.attempts,
            lease_expires_at=CREATED_AT,
            created_at=CREATED_AT,
        )

        async def record(added: Mapping[str, Any]) -> None:
            self.progress.update(added)

        try:
            return await HANDLERS[self.kind](Run(self.context, job, record))
        except Exception as error:  # noqa: BLE001  (as the runner does)
            return decide(error)


@asynccontextmanager
async def opened(**changes: object) -> AsyncIterator[Context]:
    """A context whose Supabase is never asked."""
    known: dict[str, Any] = {
        "supabase_url": "http://127.0.0.1:9",
        "supabase_secret_key": SecretStr("sb_secret_" + "x" * 20),
        **changes,
    }
    settings = Settings(**known)
    async with open_context(settings) as context:
        yield context
