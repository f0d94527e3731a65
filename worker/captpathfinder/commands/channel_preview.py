"""Shows what a channel would be sent now, without sending it: `captpathfinder channels preview`.

The database says what that is: `preview_channel(name)` answers with the documents of its digest as if
this were the cut-off, and changes nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pydantic import JsonValue, ValidationError

from captpathfinder.commands.send_sample import channel_row, deliver_once
from captpathfinder.context import Context, open_context
from captpathfinder.errors import PermanentError
from captpathfinder.messages import Message
from captpathfinder.models import Model
from captpathfinder.render.digest import digest_message
from captpathfinder.render.documents import Digest
from captpathfinder.render.outline import outline
from captpathfinder.settings import Settings
from captpathfinder.transports.parts import in_parts
from captpathfinder.transports.slack_webhook import MOST_BYTES as SLACK_BYTES
from captpathfinder.transports.slack_webhook import MOST_PEOPLE as SLACK_PEOPLE
from captpathfinder.transports.slack_webhook import blocks
from captpathfinder.transports.teams_workflow import MOST_BYTES as TEAMS_BYTES
from captpathfinder.transports.teams_workflow import MOST_PEOPLE as TEAMS_PEOPLE
from captpathfinder.transports.teams_workflow import card
from captpathfinder.transports.webhook import envelope_of


class Previewed(Model):
    """What `preview_channel()` answers, of which the documents are needed."""

    documents: list[Digest]


# Where the link to everybody is made only when the digest is sent.
NO_LINK_YET = "https://preview.invalid/"


async def preview_to_folder(settings: Settings, name: str, folder: Path) -> list[Path]:
    """Write what the channel would be sent now; returns the files."""
    async with open_context(settings) as context:
        row = await channel_row(context, name)
        messages = await _messages(context, name)
        now = context.now()
    files = {
        folder / f"{number}-{message.kind}.{ending}": text
        for number, message in enumerate(messages, start=1)
        for ending, text in files_of(message, str(row["transport"]), now).items()
    }
    await asyncio.to_thread(_write, files)
    return list(files)


async def preview_to_address(settings: Settings, name: str, address: str) -> int:
    """Send what the channel would be sent now to one address instead; returns how many messages that is.

    It goes through the channel's own mail server, so the channel must be an `email_smtp` one.
    """
    async with open_context(settings) as context:
        row = await channel_row(context, name)
        if row["transport"] != "email_smtp":
            raise PermanentError(
                f"The channel {name} has no mail server (its transport is {row['transport']}): "
                "have the preview written to files, without --to."
            )
        messages = await _messages(context, name)
        config = {**row["config"], "to": [address]}
        for message in messages:
            letter = replace(message.letter, subject=f"Preview: {message.subject}")
            await deliver_once(context, {**row, "config": config}, replace(message, letter=letter))
        return len(messages)


def files_of(message: Message, transport: str, now: datetime) -> Mapping[str, str]:
    """What is sent, by the ending of its file: the mail, or what the channel's transport makes of it."""
    if transport == "teams_workflow":
        bodies = in_parts(outline(message), card, most_bytes=TEAMS_BYTES, most=TEAMS_PEOPLE)
        return _as_json([json.loads(body) for body in bodies])
    if transport == "slack_webhook":
        bodies = in_parts(outline(message), blocks, most_bytes=SLACK_BYTES, most=SLACK_PEOPLE)
        return _as_json([json.loads(body) for body in bodies])
    if transport == "webhook":
        return _as_json([envelope_of(message, now)])
    return {"html": message.html, "txt": f"{message.subject}\n\n{message.text}", "md": message.markdown}


def _write(files: Mapping[Path, str]) -> None:
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="replace")


def _as_json(bodies: Sequence[JsonValue]) -> Mapping[str, str]:
    return {"json": json.dumps(bodies, ensure_ascii=False, indent=2) + "\n"}


async def _messages(context: Context, name: str) -> list[Message]:
    answer = await context.api.call("preview_channel", {"name": name})
    try:
        documents = Previewed.model_validate(answer).documents
    except ValidationError as error:
        raise PermanentError("preview_channel answered what this worker cannot read.") from error
    return [digest_message(_with_link(document)) for document in documents]


def _with_link(document: Digest) -> Digest:
    if document.rest and document.link is None:
        return document.model_copy(update={"link": NO_LINK_YET})
    return document
