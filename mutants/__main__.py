"""Puts random faults into the SQL functions and into the worker, and reports those that no test notices.

    python -m mutants                    200 faults, half of each, from seed 1
    python -m mutants --only outbox      of the files whose path holds this
    python -m mutants --learn            look anew which test calls what (as long as the tests take)
    python -m mutants --learn people     … of this folder of the tests, and keep what is known of the others

One warm cluster serves all. A fault in SQL is `create or replace`d in the database that tests copy, and
mended afterwards; one in Python is put into a copy of the project. For each, the tests that call the place
are run, the cheapest and most particular first, until one fails. What was found is kept in .local/mutants,
so that a run that was stopped goes on. Nothing in the project's own folder is ever changed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from local.migrations import PROJECT
from local.postgres import TemplateCluster
from local.sources import SOURCES
from mutants.faults import Fault, functions_of, python_faults, sql_faults

HOME = PROJECT / ".local" / "mutants"
PACKAGE = PROJECT / "worker" / "captpathfinder"
# Of tests that call a place, as many as take this long together, in seconds.
BUDGET = 60.0
# A fault that makes the tests run for longer than this is noticed, too, in seconds.
PATIENCE = 300.0
# What is learnt from; the rest tests the stack, or starts processes. Models and fuzzers call everything.
FOLDERS = ["ingest", "rules", "people", "channels", "outbox", "schedule", "accounts", "reports", "operations"]
FOLDERS += ["backfill", "worker"]
LEFT_OUT = "not model and not fuzz and not travel and not concurrency and not state_machine"
# Who sees privileges of functions.
PRIVILEGES = ("tests/migrations/test_privileges.py::test_no_function_of_ours_can_be_run_by_everybody",)
# What is tested by processes, by the beginning of a path in the package.
PROCESSES = {
    "dashboard/": ("tests/dashboard",),
    "worker/": ("tests/worker/test_cli.py", "tests/worker/faults"),
    "jobs/": ("tests/worker/test_reports.py", "tests/worker/faults/test_supabase.py"),
    "supabase_project/": ("tests/worker/test_listen.py", "tests/worker/faults"),
    "control_room/": ("tests/worker/faults/test_control_room.py",),
    "commands/": ("tests/worker/test_cli.py", "tests/rules/test_command_line.py"),
    "doctor/": ("tests/worker/test_doctor.py",),
    "telemetry/": ("tests/dashboard/test_metrics.py",),
}


@dataclass(frozen=True)
class Notes:
    """Which test calls which functions, and how long it takes."""

    calls: Mapping[str, list[str]]
    seconds: Mapping[str, float]

    def _calling(self, functions: set[str]) -> list[str]:
        """The tests that call these SQL functions; of what Postgres counts no calls of, their callers."""
        found = [test for test, called in self.calls.items() if functions & set(called)]
        callers = {
            name
            for path in SOURCES.glob("*/[a-z]*.sql")
            for text in [path.read_text()]
            if any(f"{function}(" in text for function in functions)
            for name in functions_of(text)
        }
        return found if found or callers <= functions else self._calling(functions | callers)

    def tests_of(self, fault: Fault) -> list[str]:
        """The tests that call the place of a fault, the most particular first."""
        if fault.after.startswith("grant execute"):
            return list(PRIVILEGES)
        if fault.file.endswith(".sql"):
            covering = self._calling({fault.function})
        else:
            module = fault.file.removeprefix("worker/captpathfinder/")
            key = f"{module}:{fault.function}"
            covering = [test for test, called in self.calls.items() if key in called]
            covering = covering or [
                test for test, called in self.calls.items() if any(c.startswith(module + ":") for c in called)
            ]
        covering.sort(key=lambda test: (len(self.calls[test]) // 20, self.seconds.get(test, 1.0)))
        chosen: list[str] = []
        left = BUDGET
        for test in covering:
            left -= self.seconds.get(test, 1.0)
            if left > 0:
                chosen.append(test)
        return chosen or covering[:1]


def process_tests(fault: Fault) -> list[str]:
    """Tests that start the product as a process, for what runs in none of the test's own."""
    module = fault.file.removeprefix("worker/captpathfinder/")
    return [test for start, tests in PROCESSES.items() if module.startswith(start) for test in tests]


def run_pytest(
    folder: Path, cluster_file: Path, tests: Iterable[str], **environment: str
) -> tuple[bool, str]:
    """Whether these tests pass, run in `folder`; and the end of what they said."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "mutants.plugin", "-p", "no:cacheprovider"]
    command += ["--no-header", "--tb=line", f"--basetemp={HOME / 'basetemp'}", *tests]
    path = os.pathsep.join([str(folder / "worker"), str(folder)])
    with (HOME / "pytest.log").open("wb") as log:
        running = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": path, "MUTANTS_CLUSTER": str(cluster_file), **environment},
            stdout=log,
            stderr=log,
        )
        try:
            code = running.wait(None if environment else PATIENCE)
        except (subprocess.TimeoutExpired, KeyboardInterrupt) as reason:
            running.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                running.wait(30)
            running.kill()
            if isinstance(reason, KeyboardInterrupt):
                raise
            return False, "took too long"
    said = (HOME / "pytest.log").read_text(errors="replace").strip().splitlines()
    if any(line.startswith("ERROR: not found") for line in said):
        raise SystemExit("A test that was noted is not there any more: python -m mutants --learn FOLDER")
    # 5: nothing was collected, which notices nothing.
    return code in (0, 5), " | ".join(line for line in said if line.startswith(("FAILED", "ERROR")))[:300]


class Laboratory:
    """The warm cluster, and a copy of the project whose Python may be spoilt."""

    def __init__(self, cluster: TemplateCluster) -> None:
        self._dsn = cluster.cluster.dsn()
        self.file = HOME / "cluster.json"
        inner = cluster.cluster
        warm = {"folder": str(inner.folder), "port": inner.port, "passwords": inner.passwords}
        self.file.touch(mode=0o600)
        self.file.write_text(json.dumps(warm))
        with inner.connect("supabase_admin", autocommit=True) as db:
            db.execute("alter system set track_functions = 'all'")
            db.execute("select pg_reload_conf()")
        self.copy = HOME / "project"
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(
            PROJECT,
            self.copy,
            symlinks=True,
            ignore=shutil.ignore_patterns(".git", ".local", ".venv", "node_modules", "__pycache__"),
        )
        for name in ("local/node_modules", ".venv"):
            (self.copy / name).symlink_to(PROJECT / name)

    def learn(self, folders: list[str]) -> Notes:
        """Run the tests of these folders once and note which calls what, beside what is known of others."""
        tests, found = [f"tests/{name}" for name in folders], HOME / "found.json"
        run_pytest(PROJECT, self.file, ["--maxfail=1000", "-k", LEFT_OUT, *tests], MUTANTS_NOTES=str(found))
        for part, added in json.loads(found.read_text()).items():
            known = self.known()
            known[part] = {
                test: value for test, value in known[part].items() if not test.startswith(tuple(tests))
            }
            (HOME / "notes.json").write_text(json.dumps({**known, part: {**known[part], **added}}))
        return Notes(**self.known())

    @staticmethod
    def known() -> dict[str, dict[str, Any]]:
        """What was noted so far."""
        path = HOME / "notes.json"
        return dict(json.loads(path.read_text())) if path.exists() else {"calls": {}, "seconds": {}}

    def try_fault(self, fault: Fault, tests: list[str], *, with_processes: bool) -> tuple[str, str]:
        """What becomes of a fault: killed, survived, or refused by Postgres; and who noticed."""
        if fault.file.endswith(".sql"):
            if refusal := self._apply(fault.text()):
                return "refused", refusal
            try:
                passed, said = run_pytest(PROJECT, self.file, tests) if tests else (True, "")
            finally:
                self._apply((PROJECT / fault.file).read_text())
            return "survived" if passed else "killed", said
        spoilt = self.copy / fault.file
        spoilt.write_text(fault.text())
        try:
            passed, said = run_pytest(self.copy, self.file, tests) if tests else (True, "")
            if passed and with_processes and (processes := process_tests(fault)):
                passed, said = run_pytest(self.copy, self.file, processes)
        finally:
            shutil.copy(PROJECT / fault.file, spoilt)
        return "survived" if passed else "killed", said

    def _apply(self, text: str) -> str:
        try:
            with psycopg.connect(self._dsn) as db:
                db.execute(text.encode())
        except psycopg.Error as error:
            return str(error.diag.message_primary or error)
        return ""


def all_faults(kind: str, only: str) -> Iterator[Fault]:
    """Every fault that fits the shipped SQL functions, or the worker."""
    if kind == "sql":
        paths, make = sorted(SOURCES.glob("*/[a-z]*.sql")), sql_faults
    else:
        paths, make = sorted(PACKAGE.rglob("*.py")), python_faults
    for path in paths:
        file = str(path.relative_to(PROJECT))
        if only in file:
            yield from make(file, path.read_text())


def main() -> int:
    """Try the faults; exit code 1 when one survived."""
    parser = argparse.ArgumentParser(prog="mutants", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=100, help="faults of each kind (100)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="files whose path holds this")
    parser.add_argument("--kind", choices=("sql", "python"), help="only this kind")
    parser.add_argument("--learn", nargs="*", metavar="FOLDER", help="look anew which test calls what")
    parser.add_argument(
        "--processes", action="store_true", help="of Python: also run the tests that start it as a process"
    )
    options = parser.parse_args()
    HOME.mkdir(parents=True, exist_ok=True)
    ledger = HOME / f"seed-{options.seed}.jsonl"
    known = [json.loads(line) for line in ledger.read_text().splitlines()] if ledger.exists() else []
    done = {entry["name"]: entry for entry in known}
    seen: list[dict[str, object]] = []
    with TemplateCluster.temporary() as cluster:
        laboratory = Laboratory(cluster)
        notes = Notes(**laboratory.known())
        if options.learn is not None or not notes.calls:
            print("Looking which test calls what …", flush=True)
            notes = laboratory.learn(options.learn or FOLDERS)
        for kind in (options.kind,) if options.kind else ("sql", "python"):
            faults = list(all_faults(kind, options.only))
            random.Random(options.seed).shuffle(faults)  # noqa: S311  (a choice that can be repeated)
            print(f"{kind}: {len(faults)} faults are possible", flush=True)
            tried = 0
            for fault in faults:
                if tried >= options.count:
                    break
                entry = done.get(fault.name)
                if entry is None:
                    began = time.monotonic()
                    tests = notes.tests_of(fault)
                    outcome, said = laboratory.try_fault(fault, tests, with_processes=options.processes)
                    seconds = round(time.monotonic() - began, 1)
                    entry = {"name": fault.name, "function": fault.function, "outcome": outcome}
                    entry |= {"tests": len(tests), "seconds": seconds, "said": said}
                    with ledger.open("a") as file:
                        file.write(json.dumps(entry) + "\n")
                    print(f"{outcome:9} {seconds:6.1f} s  {fault.name}  {said[:80]}", flush=True)
                tried += entry["outcome"] != "refused"
                seen.append(entry)
    survivors = [entry for entry in seen if entry["outcome"] == "survived"]
    killed = sum(entry["outcome"] == "killed" for entry in seen)
    print(f"{killed} of {killed + len(survivors)} were noticed. Survivors:")
    for entry in survivors:
        print(f"  {entry['name']}  ({entry['tests']} tests call it)")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
