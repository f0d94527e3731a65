"""Tells systemd that the worker turns, so that one which hangs is started anew (`WatchdogSec=`)."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress


@asynccontextmanager
async def watched(is_alive: Callable[[], bool]) -> AsyncIterator[None]:
    """Say so three times in each period that systemd grants, for as long as it is true; elsewhere do nothing.

    The protocol is sd_notify(3): datagrams to the socket named in NOTIFY_SOCKET; WATCHDOG_USEC is the period.
    """
    address, period = os.environ.get("NOTIFY_SOCKET", ""), os.environ.get("WATCHDOG_USEC", "")
    if not address or not period.isdigit():
        yield
        return
    task = asyncio.create_task(_keep_saying(address, int(period) / 1_000_000 / 3, is_alive))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _keep_saying(address: str, pause: float, is_alive: Callable[[], bool]) -> None:
    # A name that begins with @ is in the abstract namespace.
    target = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as notifications:
        while True:
            if is_alive():
                with suppress(OSError):
                    notifications.sendto(b"WATCHDOG=1", target)
            await asyncio.sleep(pause)
