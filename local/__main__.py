"""`python -m local up|down|status`: the one-machine stack from the command line."""

from __future__ import annotations

import argparse
import importlib.util
import shlex
import sys
from pathlib import Path

from local.errors import StackError
from local.migrations import PROJECT
from local.services import FIRST_FIXED_PORT
from local.stack import Stack


def main() -> int:
    """Run one command; return the exit code: 0, 1 if `status` finds it stopped, 2 for a problem."""
    options = _arguments()
    try:
        return _run(options)
    except StackError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted; what had been started is stopped.", file=sys.stderr)
        return 130


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local", description="The one-machine stack.")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start the stack and leave it running")
    down = commands.add_parser("down", help="stop it; its data stays")
    status = commands.add_parser("status", help="say what runs")
    for command in (up, down, status):
        command.add_argument("--home", type=Path, default=PROJECT / ".local", help="default: .local")
    ports = up.add_mutually_exclusive_group()
    ports.add_argument("--port", type=int, help="the gateway's port; the other services take the next ones")
    ports.add_argument("--fixed-ports", action="store_true", help=f"the same as --port {FIRST_FIXED_PORT}")
    up.add_argument("--no-worker", action="store_true", help="start the stack without the worker")
    down.add_argument("--purge", action="store_true", help="delete its data as well")
    return parser.parse_args()


def _run(options: argparse.Namespace) -> int:
    if options.command == "up":
        return _up(options)
    stack = Stack(options.home)
    if options.command == "down":
        for line in stack.down(purge=options.purge) or ["nothing was running"]:
            print(f"Stopped: {line}" if "(" in line else "Nothing was running.")
        return 0
    status = stack.status()
    for service, state in status.items():
        print(f"{service:13} {state}")
    return 0 if all(state != "stopped" for name, state in status.items() if name != "worker") else 1


def _up(options: argparse.Namespace) -> int:
    worker = not options.no_worker and importlib.util.find_spec("captpathfinder") is not None
    stack = Stack(
        options.home,
        first_port=FIRST_FIXED_PORT if options.fixed_ports else options.port,
        worker=worker,
        report=lambda line: print(line, flush=True),
    )
    environment = stack.up()
    print(f"API          {environment['SUPABASE_URL']}")
    print(f"Studio       {environment['STUDIO_URL']}  (this machine only: it may edit everything)")
    print(f"Control room {environment['CONTROL_ROOM_URL']}")
    if "DASHBOARD_URL" in environment:
        print(f"Dashboard    {environment['DASHBOARD_URL']}")
        print(f"Public pages {environment['PUBLIC_URL']}  (where the links in messages lead)")
    print(f"Keys and all other settings, for a shell: . {shlex.quote(str(stack.home / 'env'))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
