"""``python -m local.control_room``: the stand-in as a process of its own."""

import argparse
import asyncio
import errno
import fcntl
import ipaddress
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from .clock import Clock
from .server import listen
from .settings import DEFAULT_BOTS, Credentials, Settings, SettingsError, index_bots, parse_bot, read_bots
from .state import ControlRoom


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m local.control_room",
        description="A stand-in for the Automation Anywhere control room, for one machine. Credentials come "
        "from AA_USERNAME, AA_API_KEY and/or AA_PASSWORD, AA_EMAIL_BOT_API_KEY, AA_TEAMS_BOT_API_KEY.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="a loopback address (default %(default)s)")
    add("--port", type=int, default=0, help="0 takes a free one and prints it (default)")
    add("--data-dir", type=Path, required=True, help="where messages and records are written")
    add("--bots", type=Path, help="JSON file that declares the bots")
    add("--bot", action="append", default=[], metavar="ID:NAME:KIND:INPUTS", help="declare a bot")
    add("--run-seconds", type=float, default=0.2, help="from deploy to end (default %(default)s)")
    add("--row-delay", type=float, default=0.0, help="activity rows appear this many seconds late")
    add("--token-lifetime", type=float, default=1200.0, help="in seconds (default %(default)s)")
    add("--api-key-lifetime", type=float, help="the API key expires this many seconds after the start")
    add("--refuse-filter", action="append", default=[], metavar="FIELD", help="400 for a filter on it")
    add("--ignore-unknown-inputs", action="store_true", help="drop unknown inputs instead of a 400")
    add("--v3-keeps-names", action="store_true", help="let v3 deploys choose their automationName")
    add("--seed", type=int, help="makes faults with a probability repeatable")
    add("--log-level", default="info", choices=["debug", "info", "warning", "error"])
    return parser


def loopback(host: str) -> str:
    """The host if it is a loopback one; anything else is refused, for there is no real protection here."""
    if host == "localhost":
        return host
    with suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return host
    raise SettingsError(f"--host {host}: only a loopback address, such as 127.0.0.1")


def control_room(options: argparse.Namespace, environment: Mapping[str, str]) -> ControlRoom:
    """The state as the command line and the environment ask for it."""
    credentials = Credentials.from_environment(environment)
    declared = [*(read_bots(options.bots) if options.bots else ()), *map(parse_bot, options.bot)]
    bots = index_bots(declared or DEFAULT_BOTS)
    settings = Settings(
        token_lifetime=options.token_lifetime,
        run_seconds=options.run_seconds,
        row_delay=options.row_delay,
        api_key_lifetime=options.api_key_lifetime,
        refused_filters=frozenset(options.refuse_filter),
        refuse_unknown_inputs=not options.ignore_unknown_inputs,
        v3_keeps_names=options.v3_keeps_names,
    )
    return ControlRoom(options.data_dir, bots, credentials, settings, clock=Clock(), seed=options.seed)


def claim(data_dir: Path) -> int:
    """Keep the data folder to this process for as long as it lives; the system releases it at the end."""
    data_dir.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data_dir / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise SettingsError(f"--data-dir {data_dir}: another control room is using it") from error
    return descriptor


async def serve(options: argparse.Namespace, environment: Mapping[str, str]) -> None:
    """Serve until told to stop by SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    room = control_room(options, environment)
    runner, address = await listen(room, options.host, options.port)
    bots_at_work = asyncio.create_task(room.run())
    stopped = asyncio.create_task(stop.wait())
    print(f"control room listening on {address}", flush=True)
    try:
        await asyncio.wait({stopped, bots_at_work}, return_when=asyncio.FIRST_COMPLETED)
        if bots_at_work.done():
            bots_at_work.result()
    finally:
        bots_at_work.cancel()
        await runner.cleanup()
        room.close()


def main(command_line: Sequence[str] | None = None) -> int:
    """Run; 0 after a clean stop, 1 if the port is taken, 2 if a setting is wrong."""
    options = arguments().parse_args(command_line)
    logging.basicConfig(level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(message)s")
    try:
        loopback(options.host)
        lock = claim(options.data_dir)
        try:
            asyncio.run(serve(options, os.environ))
        finally:
            os.close(lock)
    except SettingsError as error:
        print(f"control room: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        print(f"control room: port {options.port} on {options.host} is taken", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
