"""The server as a process of its own: how it starts, and how it stops."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import aiohttp
import pytest

from local.machine import free_port
from local.postgres import Cluster
from tests.realtime.support import DEADLINE, PUBLISHABLE_KEY, SECRET_KEY, raw_client

KEYS = {"SUPABASE_PUBLISHABLE_KEY": PUBLISHABLE_KEY, "SUPABASE_SECRET_KEY": SECRET_KEY}


@contextlib.contextmanager
def run(port: int, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "local.realtime", "--port", str(port)],
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"], **environment},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_it_serves_and_on_sigterm_says_goodbye(cluster: Cluster) -> None:
    port, dsn = free_port(), cluster.dsn("supabase_admin")
    with run(port, REALTIME_DSN=dsn, **KEYS) as process:
        assert process.stderr is not None
        # The line that it listens is written once it does.
        said = process.stderr.readline()
        async with raw_client(port) as client:
            await client.alive()
            process.send_signal(signal.SIGTERM)
            assert await client.receive_close() == 1012
        said += process.stderr.read()
        assert process.wait(DEADLINE) == 0
    with pytest.raises(aiohttp.ClientConnectionError):
        async with raw_client(port):
            pass
    for secret in (SECRET_KEY, PUBLISHABLE_KEY, cluster.passwords["supabase_admin"]):
        assert secret not in said


def test_a_taken_port_and_a_missing_key_are_said_in_one_line(cluster: Cluster) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with run(port, REALTIME_DSN="postgresql://", **KEYS) as process:
            said = process.communicate(timeout=DEADLINE)[1]
            assert (process.returncode, "Traceback" in said) == (1, False)
    assert f"cannot listen on 127.0.0.1:{port}" in said.splitlines()[-1]
    with run(port, **KEYS) as process:
        said = process.communicate(timeout=DEADLINE)[1]
        assert (process.returncode, said.splitlines()[-1].endswith("not set: REALTIME_DSN")) == (2, True)
