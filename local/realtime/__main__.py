"""Command line of the local Realtime server; see README.md beside this file."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys

from local.realtime.server import RealtimeServer
from local.realtime.settings import Settings


def main() -> int:
    """Serve until told to stop; 1 if the port cannot be had, 2 if something is missing."""
    parser = argparse.ArgumentParser(
        prog="python -m local.realtime",
        epilog="From the environment: REALTIME_DSN, SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY.",
    )
    parser.add_argument("--host", default=Settings.host)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    names = ("REALTIME_DSN", "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY")
    if missing := [name for name in names if not os.environ.get(name)]:
        parser.error(f"not set: {', '.join(missing)}")
    dsn, publishable, secret = (os.environ[name] for name in names)
    settings = Settings(dsn, publishable, secret, host=options.host, port=options.port)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)-7s %(name)s %(message)s")
    try:
        asyncio.run(_serve(settings))
    except OSError as error:
        print(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


async def _serve(settings: Settings) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with RealtimeServer(settings):
        await stopped.wait()


if __name__ == "__main__":
    sys.exit(main())
