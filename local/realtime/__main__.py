"""Command line of the local Realtime server; see README.md beside this file."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import logging
import os
import signal
import sys

from local.realtime.server import RealtimeServer
from local.realtime.settings import Settings

DEFAULTS = {field.name: field.default for field in dataclasses.fields(Settings)}


def parse_arguments(arguments: list[str] | None = None) -> tuple[Settings, str]:
    """The settings and the log level; exits with 2 and one line if something is missing."""
    parser = argparse.ArgumentParser(
        prog="python -m local.realtime",
        description="A development stand-in for Supabase Realtime's postgres_changes.",
        epilog="Keys come from the environment: SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY, JWT_SECRET.",
    )
    parser.add_argument("--host", default=DEFAULTS["host"])
    parser.add_argument("--port", type=int, default=DEFAULTS["port"], help="0 takes a free one, and logs it")
    parser.add_argument(
        "--dsn",
        default=os.environ.get("REALTIME_DSN"),
        help="of a superuser; better given as REALTIME_DSN, since arguments can be seen by other users",
    )
    parser.add_argument("--publication", default=DEFAULTS["publication"])
    parser.add_argument("--jwt-secret-env", default="JWT_SECRET", metavar="VAR")
    seconds = {
        "poll-busy": "between two reads of the slot while there are changes",
        "poll-idle": "between two reads of the slot while there are none",
        "cold-start": "from the first subscription to the first change that counts",
        "reconnect": "between losing Postgres and each attempt to reach it",
        "linger": "for which the slot is kept with nobody subscribed",
        "resubscribe": "from a refreshed token to the subscription made with it",
    }
    for name, meaning in seconds.items():
        default = DEFAULTS[name.replace("-", "_")]
        parser.add_argument(
            f"--{name}",
            type=float,
            default=default,
            metavar="SECONDS",
            help=f"time {meaning} (default {default})",
        )
    parser.add_argument(
        "--max-changes", type=int, default=DEFAULTS["max_changes"], help="per read of the slot"
    )
    parser.add_argument(
        "--log-level", default="info", choices=["debug", "info", "warning", "error"], type=str.lower
    )
    options = parser.parse_args(arguments)
    if not options.dsn:
        parser.error("--dsn or REALTIME_DSN is needed")
    try:
        settings = Settings(
            dsn=options.dsn,
            jwt_secret=os.environ.get(options.jwt_secret_env) or None,
            publishable_key=os.environ.get("SUPABASE_PUBLISHABLE_KEY") or None,
            secret_key=os.environ.get("SUPABASE_SECRET_KEY") or None,
            host=options.host,
            port=options.port,
            publication=options.publication,
            max_changes=options.max_changes,
            **{name.replace("-", "_"): getattr(options, name.replace("-", "_")) for name in seconds},
        )
    except ValueError as error:
        parser.error(str(error))
    return settings, options.log_level


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with RealtimeServer(settings):
        await stopped.wait()


def main() -> int:
    """Run the server; 1 if its port cannot be had."""
    settings, level = parse_arguments()
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)-7s %(name)s %(message)s")
    try:
        asyncio.run(serve(settings))
    except OSError as error:
        print(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
