"""A plugin of pytest: the tests use one warm cluster, and may note which test calls which function.

MUTANTS_CLUSTER names a file with the warm cluster's folder, port and passwords; MUTANTS_NOTES one to write.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from local.migrations import PROJECT
from local.postgres import Cluster, TemplateCluster

PACKAGE = str(PROJECT / "worker" / "captpathfinder") + os.sep
_CALLS = """
    select schemaname || '.' || funcname
    from pg_stat_user_functions
    where schemaname in ('public', 'pathfinder')
"""
# What needs a stack, or says nothing of a function: the tool has its own list of those.
_SLOW = {"stack_at_start"}


class Notes:
    """Which test calls which functions of SQL and of Python, and how long it takes."""

    def __init__(self) -> None:
        self.calls: dict[str, set[str]] = defaultdict(set)
        self.seconds: dict[str, float] = defaultdict(float)
        self.tests: list[str] = []
        self._made: dict[str, int] = {}
        self._keys: dict[object, str | None] = {}

    def note_python(self, frame: FrameType, event: str, _argument: object) -> None:
        """A function of the package was called (see `sys.setprofile`)."""
        if event != "call":
            return
        code = frame.f_code
        if code not in self._keys:
            inside = code.co_filename.startswith(PACKAGE)
            self._keys[code] = (
                f"{code.co_filename[len(PACKAGE) :]}:{code.co_qualname.replace('.<locals>', '')}"
                if inside
                else None
            )
        if key := self._keys[code]:
            self.calls[self.now].add(key)

    @property
    def now(self) -> str:
        """The test that runs."""
        return self.tests[-1]

    def note_database(self, dsn: str) -> None:
        """A database is made by the test that runs."""
        self._made[dsn] = len(self.tests) - 1

    def note_sql(self, cluster: TemplateCluster, dsn: str) -> None:
        """A database is done with, whose statistics know what was called: by all tests since it was made."""
        with cluster.cluster.connect("supabase_admin", cluster.database_of(dsn), autocommit=True) as db:
            others = (
                "select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            )
            for _ in range(50):
                if not db.execute(f"{others} and backend_type = 'client backend'").fetchall():
                    break
            called = {str(name) for (name,) in db.execute(_CALLS)}
            for test in self.tests[self._made.pop(dsn) :]:
                self.calls[test] |= called

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Note under a test's name from its set-up to its end."""
        self.tests.append(item.nodeid)
        threading.setprofile(self.note_python)
        sys.setprofile(self.note_python)
        try:
            return (yield)
        finally:
            sys.setprofile(None)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up how long a test takes."""
        self.seconds[report.nodeid] += report.duration

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what needs a stack."""
        items[:] = [item for item in items if not _SLOW & set(getattr(item, "fixturenames", ()))]

    def pytest_sessionfinish(self) -> None:
        """Write what was noted."""
        calls = {name: sorted(called) for name, called in self.calls.items()}
        Path(os.environ["MUTANTS_NOTES"]).write_text(json.dumps({"calls": calls, "seconds": self.seconds}))


def use_warm_cluster() -> None:
    """Have `TemplateCluster.temporary()` hand out the warm cluster instead of making one."""
    warm = json.loads(Path(os.environ["MUTANTS_CLUSTER"]).read_text())
    cluster = Cluster(Path(warm["folder"]), port=warm["port"], passwords=warm["passwords"])

    @contextlib.contextmanager
    def temporary(**_options: object) -> Iterator[TemplateCluster]:
        yield TemplateCluster(cluster)

    TemplateCluster.temporary = staticmethod(temporary)  # type: ignore[method-assign] # no hook of pytest reaches it
    prefixed = TemplateCluster.new_database

    def new_database(self: TemplateCluster, prefix: str = "test") -> str:
        return prefixed(self, f"{prefix}_{os.getpid()}")

    TemplateCluster.new_database = new_database  # type: ignore[method-assign] # no hook of pytest reaches it


def pytest_configure(config: pytest.Config) -> None:
    """Do what the environment asks for."""
    use_warm_cluster()
    if "MUTANTS_NOTES" in os.environ:
        notes = Notes()
        config.pluginmanager.register(notes)
        dropped, made = TemplateCluster.drop, TemplateCluster.new_database

        def new_database(self: TemplateCluster, prefix: str = "test") -> str:
            dsn = made(self, prefix)
            notes.note_database(dsn)
            return dsn

        def drop(self: TemplateCluster, dsn: str) -> None:
            notes.note_sql(self, dsn)
            dropped(self, dsn)

        TemplateCluster.new_database = new_database  # type: ignore[method-assign] # no hook of pytest reaches it
        TemplateCluster.drop = drop  # type: ignore[method-assign] # no hook of pytest reaches it
