"""A word for whoever waits at a terminal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

# What takes longer says what it is, after so many seconds.
SILENCE = 1.0


@asynccontextmanager
async def waiting(doing: str) -> AsyncIterator[None]:
    """Say on standard error what is being done, if it takes longer than a second."""

    async def tell() -> None:
        await asyncio.sleep(SILENCE)
        if not sys.stderr.isatty():
            print(f"{doing} …", file=sys.stderr, flush=True)
            return
        from rich.console import Console  # noqa: PLC0415  (slow to import, and most commands end before)

        with Console(stderr=True).status(f"{doing} …"):
            await asyncio.Event().wait()

    telling = asyncio.create_task(tell())
    try:
        yield
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling
