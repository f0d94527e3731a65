"""A test that fails leaves no process, cluster or folder behind, whatever it was given."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.machine import temporary_folder
from local.migrations import PROJECT
from tests.worker.support import wait_until

# Whose fixtures, and tests that fail with them; each notes the cluster that it was given.
FAILING = {
    "schedule": """
def test_db(db, template_cluster): fail(template_cluster)
def test_schedule(schedule): fail()
def test_untouched(untouched): fail()
""",
    "worker": """
from tests.worker.support import wait_until

def test_stack(stack): fail(stack)
def test_a_service_that_was_killed(stack):
    stack.cluster.kill()
    fail(stack)
def test_worker(bench):
    with bench.worker() as worker:
        worker.wait_for("worker started", seconds=120)
        fail(bench.stack)
""",
    "dashboard": """
def test_dashboard(guarded_dashboard): fail()
def test_page(guarded_dashboard, open_page):
    open_page().goto(guarded_dashboard)
    fail()
""",
    "feedback": """
def test_pages(pages): fail()
""",
    "realtime": """
async def test_realtime(client, cluster): fail(cluster=cluster)
""",
    "control_room": """
from tests.control_room.test_process import start

async def test_room(room): fail()
def test_process(start):
    start().wait_until_ready()
    fail()
""",
    "contract": """
def test_platform(platform, stack): fail(stack)
""",
    "local": """
from tests.local.support import quick

def test_home(home):
    stack = quick(home)
    stack.up()
    fail(stack)
async def test_gateway(client): fail()
""",
}
HEAD = """
import os
from pathlib import Path

def fail(owner=None, cluster=None):
    cluster = cluster or (owner and owner.cluster)
    if cluster:
        with Path(os.environ["TMPDIR"], "clusters").open("a") as noted:
            noted.write(f"{cluster.folder}\\n")
    raise AssertionError("on purpose")
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that the server's user may enter, too."""
    with temporary_folder() as folder:
        folder.chmod(0o755)
        yield folder


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
    for name, tests in FAILING.items():
        (place / name).mkdir()
        (place / name / "conftest.py").write_text(f"from tests.{name}.conftest import *\n")
        (place / name / f"test_{name}.py").write_text(HEAD + tests)
    answer = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "--tb=line", "-p", "no:cacheprovider"),
            *("-p", "tests.conftest", "-c", str(PROJECT / "pyproject.toml")),
            *("--rootdir", str(place), "--confcutdir", str(place), "--basetemp", str(place / "base")),
            str(place),
        ],
        cwd=PROJECT,
        env={**os.environ, "TMPDIR": str(place)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    count = sum(tests.count("def test_") for tests in FAILING.values())
    assert f"{count} failed" in answer.stdout.splitlines()[-1], answer.stdout
    assert " error" not in answer.stdout.splitlines()[-1], answer.stdout
    assert answer.stdout.count("on purpose") >= count, answer.stdout
    clusters = set((place / "clusters").read_text().split())
    assert len(clusters) > 3
    folders = [place, *map(Path, clusters)]
    wait_until(lambda: not any(map(processes_of, folders)), "the end of every process")
    assert [folder for folder in clusters if Path(folder).exists()] == []
    assert list(place.glob("captpf-*")) == []
