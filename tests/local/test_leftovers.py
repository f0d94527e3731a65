"""A test that fails leaves no process, cluster or folder behind, whatever it was given."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.migrations import PROJECT
from tests.worker.support import wait_until

FAILING = """
from tests.schedule.conftest import schedule, untouched
from tests.worker.support import wait_until


def test_db(db): raise AssertionError("on purpose")
def test_schedule(schedule): raise AssertionError("on purpose")
def test_untouched(untouched): raise AssertionError("on purpose")
def test_stack(stack): raise AssertionError("on purpose")


def test_a_service_that_was_killed(stack):
    stack.cluster.kill()
    raise AssertionError("on purpose")


def test_worker(bench):
    with bench.worker() as worker:
        worker.wait_for("worker started", seconds=120)
        raise AssertionError("on purpose")


def test_dashboard(guarded_dashboard): raise AssertionError("on purpose")
def test_page(guarded_dashboard, open_page):
    open_page().goto(guarded_dashboard)
    raise AssertionError("on purpose")
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that the server's user may enter, too."""
    folder = Path(tempfile.mkdtemp(prefix="captpf-left-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def processes_of(folder: Path) -> list[str]:
    """The command lines of whatever runs in a folder, was told of it, or has a file in it open."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (entry / "cmdline").read_bytes()
            told = command + (entry / "environ").read_bytes()
            links = [entry / "cwd", *(entry / "fd").iterdir()]
            has_open = any(str(folder) in os.readlink(link) for link in links)
            if int(entry.name) != os.getpid() and (has_open or str(folder).encode() in told):
                found.append(command.replace(b"\0", b" ").decode(errors="replace"))
    return found


@pytest.mark.timeout(600)
def test_a_failing_test_leaves_nothing_behind(place: Path) -> None:
    (place / "test_failing.py").write_text(FAILING)
    plugins = [f"tests.{name}" for name in ("conftest", "worker.conftest", "dashboard.conftest")]
    answer = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "--tb=line", "-p", "no:cacheprovider"),
            *(argument for plugin in plugins for argument in ("-p", plugin)),
            *("-c", str(PROJECT / "pyproject.toml"), "--rootdir", str(place), "--confcutdir", str(place)),
            *("--basetemp", str(place / "base"), str(place / "test_failing.py")),
        ],
        cwd=PROJECT,
        env={**os.environ, "TMPDIR": str(place)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"{FAILING.count('def test_')} failed" in answer.stdout.splitlines()[-1], answer.stdout
    assert " error" not in answer.stdout.splitlines()[-1], answer.stdout
    wait_until(lambda: not processes_of(place), "the end of every process")
    assert list(place.glob("captpf-*")) == []
