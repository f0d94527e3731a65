"""The server as a process of its own: its command line, how it starts, and how it stops."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator

import aiohttp
import pytest

from local.machine import free_port
from local.postgres import Cluster
from tests.realtime.conftest import Database
from tests.realtime.support import (
    DEADLINE,
    JWT_SECRET,
    PUBLISHABLE_KEY,
    SECRET_KEY,
    changes,
    raw_client,
    token,
)

KEYS = {
    "JWT_SECRET": JWT_SECRET,
    "SUPABASE_PUBLISHABLE_KEY": PUBLISHABLE_KEY,
    "SUPABASE_SECRET_KEY": SECRET_KEY,
}


@contextlib.asynccontextmanager
async def run(*arguments: str, **environment: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "local.realtime",
        *arguments,
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=PIPE,
        env={"PATH": os.environ["PATH"], **environment},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def errors(process: Process) -> str:
    assert process.stderr is not None
    async with asyncio.timeout(DEADLINE):
        return (await process.stderr.read()).decode()


async def wait_healthy(process: Process, port: int) -> None:
    async with asyncio.timeout(DEADLINE), aiohttp.ClientSession() as session:
        while process.returncode is None:
            with contextlib.suppress(aiohttp.ClientConnectionError):
                async with session.get(f"http://127.0.0.1:{port}/health") as response:
                    assert response.status == 200
                    assert (await response.json())["status"] == "ok"
                    return
            await asyncio.sleep(0.02)
    pytest.fail(await errors(process))


async def test_it_serves_and_on_sigterm_says_goodbye_and_leaves_nothing(
    cluster: Cluster, db: Database
) -> None:
    port = free_port()
    arguments = ("--port", str(port), "--cold-start", "0", "--poll-idle", "0.05", "--log-level", "debug")
    async with run(*arguments, "--dsn", cluster.dsn("supabase_admin"), **KEYS) as process:
        await wait_healthy(process, port)
        jwt = token()
        async with raw_client(f"ws://127.0.0.1:{port}/realtime/v1", jwt) as client:
            await client.subscribe(changes(), token=jwt)
            db.execute("insert into public.t (id) values (1)")
            assert (await client.receive())["payload"]["data"]["record"]["id"] == 1
            process.send_signal(signal.SIGTERM)
            assert await client.receive_close() == 1012
        log = await errors(process)
        assert await process.wait() == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert db.execute("select count(*) from pg_replication_slots").fetchone() == (0,)
    for secret in (jwt, SECRET_KEY, JWT_SECRET, cluster.passwords["supabase_admin"]):
        assert secret not in log


async def test_the_jwt_secret_can_come_from_another_variable(cluster: Cluster, db: Database) -> None:
    port = free_port()
    arguments = ("--port", str(port), "--cold-start", "0", "--jwt-secret-env", "OTHER")
    async with run(*arguments, REALTIME_DSN=cluster.dsn("supabase_admin"), OTHER=JWT_SECRET) as process:
        await wait_healthy(process, port)
        async with raw_client(f"ws://127.0.0.1:{port}/realtime/v1", token()) as client:
            await client.subscribe(changes())


async def test_a_taken_port_is_said_in_one_line(cluster: Cluster) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with run("--port", str(port), "--dsn", "postgresql://", **KEYS) as process:
            log = await errors(process)
            assert await process.wait() == 1
    assert f"cannot listen on 127.0.0.1:{port}" in log.splitlines()[-1]
    assert "Traceback" not in log


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        ([], KEYS, "--dsn or REALTIME_DSN is needed"),
        (["--dsn", "postgresql://"], {}, "neither a JWT secret nor an sb_ key is configured"),
        (["--dsn", "postgresql://", "--poll-idle", "0"], KEYS, "poll_idle must be more than 0"),
    ],
)
async def test_what_is_missing_or_impossible_is_named(
    arguments: list[str], environment: dict[str, str], message: str
) -> None:
    async with run(*arguments, **environment) as process:
        log = await errors(process)
        assert await process.wait() == 2
    assert message in log.splitlines()[-1]
