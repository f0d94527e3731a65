"""The private parts of libraries that the worker cannot do without, all in this one module.

Realtime's client offers no way to see that it died nor to leave nothing behind; uvicorn's `serve` takes over
the signal handlers. `pyproject.toml` pins both to the releases named here, and a test compares this module
with what is installed: after a new release, read the library again before raising the pin.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any

import uvicorn
from realtime import AsyncRealtimeClient

# The releases whose insides these are.
REALTIME_RELEASE, UVICORN_RELEASE = "2.34", "0.54"
# A socket that does not close politely within so many seconds is cut.
CLOSE_TIMEOUT = 3.0


def tasks_of_connection(client: AsyncRealtimeClient) -> list[asyncio.Task[Any]]:
    """The tasks that live as long as the socket, where `auto_reconnect` is off."""
    return [task for task in (client._listen_task, client._heartbeat_task) if task is not None]


async def close_entirely(client: AsyncRealtimeClient) -> None:
    """End everything that the client started, so that nothing is left of it after months of clients."""
    connection = client._ws_connection
    tasks = tasks_of_connection(client)
    for channel in client.get_channels():
        pushes = [channel.join_push, *channel.messages_waiting_for_ack.values()]
        timers = [channel.rejoin_timer.timer, *(push.timeout_task for push in pushes)]
        tasks += [task for task in timers if task is not None]
        tasks += channel._background_tasks
        channel.rejoin_timer.reset()
        for push in pushes:
            push.destroy()
        channel.messages_waiting_for_ack.clear()
    with suppress(Exception):
        async with asyncio.timeout(CLOSE_TIMEOUT):
            await client.close()
    if connection is not None and connection.transport is not None:
        connection.transport.abort()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def serve_without_signals(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
    """What `server.serve` does, but the process keeps its own signal handlers."""
    await server._serve(sockets)
