"""Shows what a channel would be sent now, without sending it: `captpathfinder channels preview`.

The database says what that is: `preview_channel(name)` answers with the documents of its digest as if
this were the cut-off, and changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from captpathfinder.commands.send_sample import channel_row, deliver_once
from captpathfinder.context import Context, open_context
from captpathfinder.errors import PermanentError
from captpathfinder.messages import Message
from captpathfinder.models import Model
from captpathfinder.render.digest import digest_message
from captpathfinder.render.documents import Digest
from captpathfinder.settings import Settings
from captpathfinder.transports.shown import files_of, with_link


class Previewed(Model):
    """What `preview_channel()` answers, of which the documents are needed."""

    documents: list[Digest]


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


def _write(files: Mapping[Path, str]) -> None:
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="replace")


async def _messages(context: Context, name: str) -> list[Message]:
    answer = await context.api.call("preview_channel", {"name": name})
    try:
        documents = Previewed.model_validate(answer).documents
    except ValidationError as error:
        raise PermanentError("preview_channel answered what this worker cannot read.") from error
    return [digest_message(with_link(document)) for document in documents]
