"""The renderer's process: what happens to it is a passing trouble of the worker, not its end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from captpathfinder import renderer
from captpathfinder.errors import TransientError
from captpathfinder.renderer import render_files
from tests.reports.samples import SCRIPT, hostile_month, month


def children() -> list[int]:
    """The renderers that this process has started and that have not ended."""
    listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    found = []
    for pid in map(int, listed):
        try:
            if b"captpathfinder.render.process" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
        except OSError:
            continue
    return found


async def a_renderer() -> int:
    """The renderer that is being started."""
    deadline = time.monotonic() + 20
    while not (found := children()) and time.monotonic() < deadline:  # noqa: ASYNC110 (another process's doing)
        await asyncio.sleep(0.01)
    return found[0]


async def test_it_makes_both_files_and_the_worker_stays_awake(tmp_path: Path) -> None:
    rendering = asyncio.create_task(render_files(month(20), tmp_path))
    longest = 0.0
    while not rendering.done():
        # Of this thread's processor time: how long it waits for its turn is up to the machine.
        before = time.thread_time()
        await asyncio.sleep(0.01)
        longest = max(longest, time.thread_time() - before)
    paths = rendering.result()
    assert paths["pdf"].read_bytes().startswith(b"%PDF-")
    assert paths["html"].read_text().startswith("<!doctype html>")
    assert longest < 1, "a lease could not have been extended meanwhile"


async def test_a_killed_renderer_is_worth_another_try(tmp_path: Path) -> None:
    rendering = asyncio.create_task(render_files(month(20), tmp_path))
    os.kill(await a_renderer(), signal.SIGKILL)
    with pytest.raises(TransientError, match="killed by signal 9"):
        await rendering


async def test_a_renderer_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(TransientError, match=r"longer than 0.05 s"):
        await render_files(month(20), tmp_path, seconds=0.05)
    assert children() == []


async def test_a_cancelled_job_leaves_no_renderer_behind(tmp_path: Path) -> None:
    rendering = asyncio.create_task(render_files(month(20), tmp_path))
    await a_renderer()
    rendering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rendering
    assert children() == []


async def test_it_gets_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_SECRET_KEY", "sb_secret_x")
    monkeypatch.setenv("AA_API_KEY", "y")
    rendering = asyncio.create_task(render_files(month(1), tmp_path))
    pid = await a_renderer()
    environment = await asyncio.to_thread(Path(f"/proc/{pid}/environ").read_bytes)
    assert b"PATH=" in environment
    assert b"SUPABASE" not in environment
    assert b"AA_" not in environment
    await rendering


async def test_its_failure_names_no_member(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[str] = []
    monkeypatch.setattr(renderer.log, "error", lambda event, **fields: logged.append(f"{event} {fields}"))
    (tmp_path / "report.pdf").mkdir()  # it cannot be written
    with pytest.raises(TransientError) as caught:
        await render_files(hostile_month(), tmp_path)
    assert "IsADirectoryError" in str(caught.value)
    assert "write_pdf" in logged[0]
    for text in (str(caught.value), *logged):
        assert SCRIPT not in text
        assert "evil" not in text


def test_the_worker_does_not_carry_what_draws() -> None:
    program = "import sys, captpathfinder.cli; print('weasyprint' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "False"


def test_the_same_month_gives_the_same_page(tmp_path: Path) -> None:
    pages = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        asyncio.run(render_files(month(12), folder))
        pages.append((folder / "report.html").read_bytes())
    assert pages[0] == pages[1]
