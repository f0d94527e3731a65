"""The month-end report: what 100,000 people take, beside 1,000.

The whole way is measured, `captpathfinder once` over a stack of its own: people read page by page through
the API, the CSV written, the HTML and the PDF made by the renderer's process, all uploaded and read back.
Memory is the largest resident set that the worker and its renderer had together, looked up every 20 ms.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.common import BenchRow
from local.migrations import PROJECT
from local.stack import Stack

FEW, MANY = 1_000, 100_000
_DETECT = """
    insert into public.detections (
        user_id, username, title, seniority_level, company, country, joined_at, detected_at, kind,
        matched_rule
    )
    select
        n::text,
        'Person number ' || n,
        'Senior Vice President of Something, Region ' || n %% 40,
        case when n %% 5 = 0 then 'csuite' else 'vp' end,
        'Company ' || n %% 3000,
        'Country ' || n %% 60,
        '2020-01-01',
        '2025-10-02'::timestamptz + n * interval '2 hours' / (%(people)s / 300.0),
        'new',
        'Vice president'
    from generate_series(1, %(people)s) as n
"""


@dataclass(frozen=True)
class Taken:
    """What one report took: seconds, and at the most bytes of memory, without and with the renderer's."""

    seconds: float
    worker: int
    together: int


def run() -> list[BenchRow]:
    """Make a report of few people and one of many."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        Stack(Path(folder), dies_with_caller=True) as stack,
    ):
        with stack.cluster.connect("supabase_admin") as connection:
            connection.execute("update cron.job set active = false")
        few, many = (_report(stack, people) for people in (FEW, MANY))
    return [
        BenchRow(
            "time of a report of 100,000 people",
            f"{many.seconds:.1f} s",
            f"{few.seconds:.1f} s for 1,000",
            many.seconds / few.seconds,
            "the worker's start included; 100 times the people in the CSV, as many in HTML and PDF",
        ),
        BenchRow(
            "peak memory, worker and renderer",
            f"{many.together / 1e6:.0f} MB",
            f"{few.together / 1e6:.0f} MB for 1,000",
            many.together / few.together,
            "at most 2",
        ),
        BenchRow(
            "peak memory, worker alone",
            f"{many.worker / 1e6:.0f} MB",
            f"{few.worker / 1e6:.0f} MB for 1,000",
            many.worker / few.worker,
            "at most 2",
        ),
    ]


def _report(stack: Stack, people: int) -> Taken:
    with psycopg.connect(stack.environment["SUPABASE_DB_URL"], autocommit=True) as db:
        db.execute("delete from public.channels")
        db.execute("delete from public.outbox")
        db.execute("delete from public.detections")
        db.execute("delete from public.reports")
        db.execute(_DETECT, {"people": people})
        db.execute("analyze public.detections")
        db.execute("select public.generate_reports('2025-10')")
        taken = _measure(stack)
        row = db.execute("select (summary ->> 'total')::integer, pdf_uri from public.reports").fetchone()
        assert row is not None
        assert row[0] == people
        assert row[1] is not None, "the report was not made"
    return taken


def _measure(stack: Stack) -> Taken:
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")},
        **{name: value for name, value in stack.environment.items() if name.startswith("SUPABASE_")},
        "PYTHONPATH": str(PROJECT / "worker"),
        "LOG_LEVEL": "error",
    }
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "captpathfinder", "once"], env=environment)
    worker = together = 0
    try:
        while process.poll() is None:
            alone = _resident(process.pid)
            worker = max(worker, alone)
            together = max(together, alone + sum(_resident(child) for child in _children(process.pid)))
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait()
    return Taken(time.perf_counter() - started, worker, together)


def _children(pid: int) -> list[int]:
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except OSError:
        return []


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0
