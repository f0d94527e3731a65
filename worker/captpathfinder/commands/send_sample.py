"""Sends a sample to a channel at once, without the outbox: `captpathfinder channels test`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from captpathfinder.context import open_context
from captpathfinder.errors import CaptPathfinderError, PermanentError
from captpathfinder.jobs import Run
from captpathfinder.jobs.messages import channel_test
from captpathfinder.models import ClaimedJob
from captpathfinder.settings import Settings
from captpathfinder.worker.decisions import decide


async def send_sample(settings: Settings, name: str, timeout_seconds: float) -> dict[str, Any]:
    """Deliver a sample to the channel `name`; returns what its transport says.

    Raises `CaptPathfinderError` with the reason when it was not delivered. Nothing is repeated, as somebody
    waits.
    """
    async with open_context(settings) as context:
        rows = await context.api.rows("channels", {"name": name}, order="name")
        if not rows:
            raise PermanentError(f"There is no channel {name}. Channels are the rows of the table channels.")
        now = context.now()
        job = ClaimedJob(
            id=0,
            kind="channel_test",
            channel=name,
            transport=rows[0]["transport"],
            config=rows[0]["config"],
            attempt=1,
            lease_expires_at=now,
            created_at=now,
        )
        progress: dict[str, Any] = {}

        async def record(added: Mapping[str, Any]) -> None:
            progress.update(added)

        try:
            async with asyncio.timeout(timeout_seconds):
                return await channel_test(Run(context, job, record))
        except TimeoutError:
            known = f" Deployment: {progress['deployment_id']}." if progress.get("deployment_id") else ""
            raise CaptPathfinderError(f"No outcome within {timeout_seconds:.0f} s.{known}") from None
        except CaptPathfinderError as error:
            raise CaptPathfinderError(decide(error).why) from error
