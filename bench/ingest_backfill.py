"""Taking over a community from a CSV: rows a second and peak memory of the command, for a million rows.

BENCH_BACKFILL_ROWS sets another size.
"""

from __future__ import annotations

import csv
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.common import BenchRow
from bench.ingest import TITLES
from local.migrations import PROJECT
from local.stack import Stack

ROWS = int(os.environ.get("BENCH_BACKFILL_ROWS", "1000000"))

# The command and its way to the database, without what the database does.
NOTHING = """
create or replace function public.backfill_members(
    members jsonb, announce boolean default false, community text default null
)
returns jsonb language sql volatile set search_path = ''
as $$ select '{"executives": 0, "added": 0, "known": 0, "newer": 0, "rejected": []}'::jsonb $$
"""


@dataclass(frozen=True)
class Outcome:
    """What one run took: rows a second, and the peak memory of the process in MiB."""

    per_second: float
    memory: float


def run() -> list[BenchRow]:
    """Take over a large file and a small one, then the large one with a function that does nothing."""
    home = Path(tempfile.mkdtemp(prefix="captpf-bench-", dir="/var/tmp"))
    try:
        with Stack(home / "stack", dies_with_caller=True) as stack:
            copied = copy(stack, community(home / "copied.csv", ROWS))
            small = backfill(stack, community(home / "small.csv", ROWS // 50))
            large = backfill(stack, community(home / "large.csv", ROWS))
            with stack.cluster.connect(autocommit=True) as connection:
                connection.execute(NOTHING)
            bare = backfill(stack, community(home / "bare.csv", ROWS // 5))
            stack.down(purge=True)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return [
        BenchRow(
            name=f"backfill of {ROWS:,} members, to COPY",
            measured=f"{large.per_second:,.0f} rows/s",
            reference=f"{copied:,.0f} rows/s",
            ratio=large.per_second / copied,
            note="COPY of the same file into a table of texts; no worse than 0.1",
        ),
        BenchRow(
            name=f"backfill of {ROWS:,} members",
            measured=f"{large.per_second:,.0f} rows/s",
            reference=f"{bare.per_second:,.0f} rows/s",
            ratio=large.per_second / bare.per_second,
            note="the same command with a function that does nothing with the rows",
        ),
        BenchRow(
            name="backfill, memory cost",
            measured=f"{large.memory:.0f} MiB at {ROWS:,} rows",
            reference=f"{small.memory:.0f} MiB at {ROWS // 50:,}",
            ratio=large.memory / small.memory,
            note="peak of the process; constant is 1",
        ),
    ]


def community(path: Path, size: int) -> Path:
    """Write a CSV of members: one in ten senior, one title in three like no other."""
    choose = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["User ID", "Username", "Job Title", "Company", "Country", "Joined at"])
        for number in range(size):
            title = choose.choice(TITLES)
            if number % 3 == 0:
                title = f"{title}, team {number}"
            writer.writerow([number, f"member {number}", title, "Initech", "Norway", "2020-01-01"])
    return path


def copy(stack: Stack, path: Path) -> float:
    """COPY a file into a table with the same columns; return rows a second."""
    with stack.cluster.connect(autocommit=True) as connection, path.open("rb") as content:
        connection.execute(
            "create table public.copied"
            " (user_id text, username text, title text, company text, country text, joined_at timestamptz)"
        )
        started = time.perf_counter()
        with connection.cursor().copy("copy public.copied from stdin (format csv, header)") as sending:
            while chunk := content.read(1 << 20):
                sending.write(chunk)
        took = time.perf_counter() - started
        connection.execute("drop table public.copied")
    return ROWS / took


def backfill(stack: Stack, path: Path) -> Outcome:
    """Run the command on a file as a process of its own."""
    rows = sum(1 for _ in path.open(encoding="utf-8")) - 1
    environment = {name: value for name, value in stack.environment.items() if name.startswith("SUPABASE_")}
    environment.pop("SUPABASE_DB_URL", None)
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "captpathfinder", "backfill", str(path), "--yes"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(PROJECT / "worker"), str(PROJECT)]),
            **environment,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"backfill ended with {process.returncode}")
    return Outcome(rows / (time.perf_counter() - started), usage.ru_maxrss / 1024)
