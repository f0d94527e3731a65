"""The worker tells systemd that it turns, and falls silent when it does not."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from captpathfinder.telemetry.watchdog import watched


async def test_it_says_so_again_and_again_and_falls_silent_when_it_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = tmp_path / "notify"
    alive = True
    asked = asyncio.Queue[bool]()

    def is_alive() -> bool:
        asked.put_nowait(alive)
        return alive

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(address))
        systemd.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(address))
        monkeypatch.setenv("WATCHDOG_USEC", "30000")
        async with watched(is_alive):
            for _ in range(3):
                assert await asyncio.get_running_loop().sock_recv(systemd, 100) == b"WATCHDOG=1"
            alive = False
            while await asked.get():
                pass
            # What was said while it still turned.
            with suppress(BlockingIOError):
                while systemd.recv(100):
                    pass
            assert not await asked.get()
            with pytest.raises(BlockingIOError):
                systemd.recv(100)


async def test_without_systemd_it_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.setenv("WATCHDOG_USEC", "1")
    async with watched(lambda: pytest.fail("nobody asked")):
        assert len(asyncio.all_tasks()) == 1
