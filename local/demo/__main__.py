"""Run the demonstration: see the package's text."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import time
from pathlib import Path

from rich.console import Console

from local.demo import checks, summary
from local.demo.sender import send
from local.demo.stream import stream
from local.errors import StackError
from local.migrations import PROJECT
from local.stack import Stack

# How long the worker may take over everything, and pg_cron until the next full minute, in seconds.
DELIVERY_DEADLINE = 120
TICK_DEADLINE = 90


def main() -> int:
    """Return 0 if every part happened, 1 if not, 2 if the stack could not be started."""
    parser = argparse.ArgumentParser(
        prog="python -m local.demo", description="Show the whole of it on one machine."
    )
    parser.add_argument("--home", type=Path, default=PROJECT / ".local" / "demo", help="default: .local/demo")
    options = parser.parse_args()
    console = Console(highlight=False)
    started = time.monotonic()
    stack = Stack(options.home, worker=True, report=lambda line: console.print(f"  {line}", style="dim"))
    try:
        return _show(stack, console, started)
    except StackError as error:
        console.print(f"Error: {error}", style="bold red")
        return 2
    finally:
        # Another command that holds the stack has been said already, and stops what it started.
        with contextlib.suppress(StackError):
            stopped = stack.down()
            console.print(f"Stopped {len(stopped)} processes; nothing of it is left running.", style="dim")


def _show(stack: Stack, console: Console, started: float) -> int:
    console.rule("[bold]CaptPathfinder: a community's week in a minute")
    console.print("[bold]1.[/] A fresh stack: database, API, Realtime, control room, worker")
    stack.down(purge=True)
    environment = stack.up()

    known = checks.prepare(stack)
    console.print(f"  Took over {known} members whom the community has already.", style="dim")

    console.print("[bold]2.[/] The community platform posts a week's webhooks")
    sent = asyncio.run(send(stream(), environment, console))
    summary.print_webhooks(sent, console)

    console.print("[bold]3.[/] Digest and month-end report are built, and the worker delivers them")
    failed = checks.wait_for_queued(environment, console, TICK_DEADLINE)
    checks.build(stack)
    failed += checks.wait_for_deliveries(environment, console, DELIVERY_DEADLINE)
    failed += checks.wait_for_tick(environment, console, TICK_DEADLINE)

    console.print("[bold]4.[/] Looking at what really happened")
    found = checks.look(stack, sent)
    summary.print_changes(found, console)
    summary.print_messages(found, stack.home, console)
    summary.print_figures(sent, found, console)
    failed += found.problems
    summary.print_verdict(failed, found, time.monotonic() - started, console)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
