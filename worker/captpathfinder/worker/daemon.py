"""Runs a worker as a process: signals, health checks, exit codes."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from captpathfinder.context import open_context
from captpathfinder.dashboard import serve_dashboard
from captpathfinder.errors import SupabaseError
from captpathfinder.public_pages.serve import serve_public_pages
from captpathfinder.render.workspace import sweep
from captpathfinder.settings import Settings
from captpathfinder.telemetry.health_checks import is_alive, serve_health
from captpathfinder.telemetry.logs import get_logger
from captpathfinder.telemetry.watchdog import watched
from captpathfinder.worker.loop import Worker

log = get_logger("daemon")


@contextmanager
def stop_on_signals(worker: Worker) -> Iterator[None]:
    """SIGTERM and SIGINT stop the worker; a second one ends the process at once (128 + its number)."""
    loop = asyncio.get_running_loop()

    def received(number: signal.Signals) -> None:
        if worker.is_stopping:
            os._exit(128 + number)
        log.info("stopping", signal=number.name)
        worker.stop()

    numbers = (signal.SIGTERM, signal.SIGINT)
    for number in numbers:
        loop.add_signal_handler(number, received, number)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


async def run_daemon(settings: Settings) -> int:
    """Work until told to stop; 0 after a clean stop."""
    sweep()
    async with open_context(settings) as context:
        worker = Worker(context)
        with stop_on_signals(worker):
            async with (
                watched(lambda: is_alive(worker, context)),
                serve_health(worker, context),
                serve_dashboard(settings),
                serve_public_pages(context),
            ):
                await worker.run()
    return 0


async def run_once(settings: Settings) -> int:
    """Do what is due and return: 0, or 1 when an attempt failed or Supabase could not be asked."""
    sweep()
    async with open_context(settings) as context:
        worker = Worker(context)
        with stop_on_signals(worker):
            try:
                await worker.drain()
            except SupabaseError as error:
                log.error("supabase is not available", error=str(error))
                return 1
        log.info("nothing left to do", done=worker.runner.done, failed=worker.runner.failed)
        return 1 if worker.runner.failed else 0
