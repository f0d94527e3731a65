"""Sends a sample to a channel at once, without the outbox: `captpathfinder channels test`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from captpathfinder.context import Context, open_context
from captpathfinder.errors import CaptPathfinderError, PermanentError
from captpathfinder.jobs import Run
from captpathfinder.messages import Message
from captpathfinder.models import ClaimedJob
from captpathfinder.render.sample import sample_message
from captpathfinder.settings import Settings
from captpathfinder.worker.decisions import decide


async def send_sample(settings: Settings, name: str, timeout_seconds: float) -> dict[str, Any]:
    """Deliver a sample to the channel `name`; returns what its transport says.

    It is of the kind that the channel sends. Raises `CaptPathfinderError` with the reason when it was not
    delivered. Nothing is repeated, as somebody waits.
    """
    async with open_context(settings) as context:
        row = await channel_row(context, name)
        sends = row.get("sends") or ["digest"]
        message = sample_message(name, str(sends[0]), context.now())
        return await deliver_once(context, row, message, timeout_seconds)


async def channel_row(context: Context, name: str) -> dict[str, Any]:
    """The row of the channel."""
    rows = await context.api.rows("channels", {"name": name}, order="name")
    if not rows:
        raise PermanentError(f"There is no channel {name}. Channels are the rows of the table channels.")
    row: dict[str, Any] = rows[0]
    return row


async def deliver_once(
    context: Context, row: Mapping[str, Any], message: Message, timeout_seconds: float = 300.0
) -> dict[str, Any]:
    """Deliver a message to the channel of that row, active or not, in one attempt."""
    now = context.now()
    job = ClaimedJob(
        id=0,
        kind="sample",
        channel=row["name"],
        transport=row["transport"],
        config=row["config"],
        attempt=1,
        lease_expires_at=now,
        created_at=now,
    )
    progress: dict[str, Any] = {}

    async def record(added: Mapping[str, Any]) -> None:
        progress.update(added)

    try:
        async with asyncio.timeout(timeout_seconds):
            return await Run(context, job, record).deliver(message)
    except TimeoutError:
        known = f" Deployment: {progress['deployment_id']}." if progress.get("deployment_id") else ""
        raise CaptPathfinderError(f"No outcome within {timeout_seconds:.0f} s.{known}") from None
    except CaptPathfinderError as error:
        raise CaptPathfinderError(decide(error).why) from error
