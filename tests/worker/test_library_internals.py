"""What the worker uses of the insides of libraries is there, does what it is used for, and is pinned."""

import asyncio
import signal
import socket
import tomllib
from importlib import metadata

import pytest
import uvicorn
import websockets
from realtime import AsyncRealtimeClient
from starlette.types import Receive, Scope, Send

from captpathfinder import library_internals
from captpathfinder.library_internals import close_entirely, serve_without_signals, tasks_of_connection
from local.migrations import PROJECT


@pytest.mark.parametrize(
    ("package", "release"),
    [
        ("supabase", library_internals.REALTIME_RELEASE),
        ("realtime", library_internals.REALTIME_RELEASE),
        ("uvicorn", library_internals.UVICORN_RELEASE),
    ],
)
def test_a_library_is_pinned_to_the_release_whose_insides_are_known(package: str, release: str) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert f"{package}=={release}.*" in project["dependencies"]
    assert metadata.version(package).startswith(f"{release}.")


async def silent(connection: websockets.ServerConnection) -> None:
    """A server that takes everything and answers nothing."""
    async for _ in connection:
        pass


async def test_nothing_is_left_of_a_realtime_client_whose_server_does_not_answer() -> None:
    async with websockets.serve(silent, "127.0.0.1", 0) as server:
        before = asyncio.all_tasks()
        port = next(iter(server.sockets)).getsockname()[1]
        client = AsyncRealtimeClient(f"ws://127.0.0.1:{port}", token="sb_secret_x", auto_reconnect=False)
        await client.connect()
        await client.channel("outbox").subscribe(lambda _state, _error: None)
        tasks = tasks_of_connection(client)
        assert len(tasks) == 2
        assert not any(task.done() for task in tasks)
        await close_entirely(client)
        assert all(task.done() for task in tasks)
        left = {task for task in asyncio.all_tasks() - before if "captpathfinder" not in task.get_name()}
        # The server's own tasks for this connection end when they see that it is gone.
        await asyncio.wait_for(asyncio.gather(*left, return_exceptions=True), 10)
        assert asyncio.all_tasks() <= before


async def test_a_realtime_client_whose_server_goes_away_ends_its_task() -> None:
    async with websockets.serve(silent, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        client = AsyncRealtimeClient(f"ws://127.0.0.1:{port}", auto_reconnect=False)
        await client.connect()
        tasks = tasks_of_connection(client)
    done, _ = await asyncio.wait(tasks, timeout=60, return_when=asyncio.FIRST_COMPLETED)
    assert done
    await close_entirely(client)


async def test_serving_leaves_the_signal_handlers_alone() -> None:
    async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    server = uvicorn.Server(uvicorn.Config(application, log_config=None, lifespan="off"))
    before = signal.getsignal(signal.SIGTERM)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(serve_without_signals(server, [listening]))
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 204")
        writer.close()
        assert signal.getsignal(signal.SIGTERM) is before
        server.should_exit = True
        await asyncio.wait_for(serving, 10)
