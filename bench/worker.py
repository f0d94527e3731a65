"""What the worker costs and how fast it is, over the local stack (Lite, the gateway, local Realtime).

The figures hold for that stack on this machine: a hosted project answers faster and is further away.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from bench.common import BenchRow, percentile
from captpathfinder.context import open_context
from captpathfinder.models import ClaimedJob
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.api import SupabaseApi
from captpathfinder.telemetry import logs
from captpathfinder.worker.loop import Worker
from local.migrations import PROJECT
from local.stack import Stack

JOBS = 300
CONCURRENCY = 8
LATENCIES = 40
IDLE_SECONDS = 30.0
POLL_SECONDS = 1.0

_MAIL = {
    "bot_id": 101,
    "run_as_user_ids": [3],
    "recipients": ["board@example.com"],
    "inputs": {
        "to": {"part": "recipients"},
        "subject": {"part": "subject"},
        "body": {"part": "html"},
        "isHtml": {"type": "BOOLEAN", "value": True},
    },
}
_PERIOD = {"start": "2026-11-13T22:00:00+00:00", "end": "2026-11-20T22:00:00+00:00", "time_zone": "UTC"}
_DIGEST = {
    "channel": "mail",
    "period": _PERIOD,
    "counts": {"new": 10, "people": 10},
    "people": [
        {
            "detection_id": number,
            "user_id": str(number),
            "username": f"Member {number}",
            "title": "Chief Executive Officer",
            "level": "csuite",
            "changed_at": "2026-11-19T10:00:00+00:00",
        }
        for number in range(10)
    ],
}


def run() -> list[BenchRow]:
    """Start a stack of its own, measure, stop it."""
    with tempfile.TemporaryDirectory(prefix="captpathfinder-bench-") as folder:
        stack = Stack(
            Path(folder) / "stack",
            durable=False,
            dies_with_caller=True,
            control_room_arguments=("--run-seconds", "0"),
        )
        with stack:
            dsn = stack.environment["SUPABASE_DB_URL"]
            with psycopg.connect(dsn, autocommit=True) as db:
                with stack.cluster.connect("supabase_admin") as admin:
                    admin.execute("update cron.job set active = false")
                    admin.commit()
                rows = _measure(stack, db, Path(folder))
            stack.down(purge=True)
    return rows


def _measure(stack: Stack, db: psycopg.Connection[Any], folder: Path) -> list[BenchRow]:
    logs.configure("error", "json")
    logging.disable(logging.WARNING)
    db.execute("delete from channels")
    db.execute("insert into channels (name, transport, config) values ('mail', 'aa_bot', %s)", [Jsonb(_MAIL)])
    _queue(db, 20)
    asyncio.run(_deliver(stack))
    rounds = [
        (_timed(db, lambda: asyncio.run(_bare(stack))), _timed(db, lambda: asyncio.run(_deliver(stack))))
        for _ in range(3)
    ]
    bare = sorted(seconds for seconds, _ in rounds)[1]
    whole = sorted(seconds for _, seconds in rounds)[1]
    noticed, claimed = asyncio.run(_realtime(stack, db))
    polled = asyncio.run(_polling(stack, db))
    cpu, requests = _idle(stack, folder)
    return [
        BenchRow(
            name="jobs a second, end to end",
            measured=f"{JOBS / whole:.0f}/s",
            reference=f"{JOBS / bare:.0f}/s",
            ratio=bare / whole,
            note=f"{JOBS} digests of 10 people, {CONCURRENCY} at once, the bot ends at once; reference: "
            "claim and complete, nothing else. A digest is 4 more calls: 2 notes of progress, deploy, look",
        ),
        _latency(
            "message to claim",
            noticed,
            20.0,
            "from Realtime's message to the claim's request being sent; reference: the 20 ms allowed",
        ),
        _latency(
            "insert to claim, Realtime",
            claimed,
            508.0,
            "from the insert to the claim in the database; reference: the most that hosted Realtime takes",
        ),
        _latency(
            "insert to claim, polling",
            polled,
            POLL_SECONDS * 1000,
            f"the same, polling every {POLL_SECONDS:.0f} s; reference: the interval",
        ),
        BenchRow(
            name="idle cost",
            measured=f"{cpu * 100:.2f} % of a core, {requests:.1f} requests/min",
            reference="4 requests/min",
            ratio=requests / 4,
            note="default settings, Realtime listening; reference: a poll and a heartbeat each half minute",
        ),
    ]


def _latency(name: str, values: list[float], reference: float, note: str) -> BenchRow:
    middle, high = percentile(values, 50), percentile(values, 99)
    return BenchRow(
        name=name,
        measured=f"p50 {middle:.1f} ms, p99 {high:.1f} ms",
        reference=f"{reference:.0f} ms",
        ratio=middle / reference,
        note=f"{note}; {len(values)} jobs",
    )


def _settings(stack: Stack, **changes: object) -> Settings:
    environment = stack.environment
    values: dict[str, Any] = {
        "supabase_url": environment["SUPABASE_URL"],
        "SUPABASE_SECRET_KEY": environment["SUPABASE_SECRET_KEY"],
        "aa_control_room_url": environment["AA_CONTROL_ROOM_URL"],
        "aa_username": environment["AA_USERNAME"],
        "aa_api_key": environment["AA_API_KEY"],
        "worker_concurrency": CONCURRENCY,
        "aa_poll_seconds": 0.05,
        "worker_grace_seconds": 5,
        **changes,
    }
    return Settings(**values)


def _queue(db: psycopg.Connection[Any], count: int) -> None:
    db.execute(
        "with made as (insert into digests (week_start, week_end, channel, payload)"
        " select %s, %s, 'mail', %s from generate_series(1, %s) returning id)"
        " select pathfinder.enqueue("
        "     'digest', 'mail', jsonb_build_object('digest_id', id), 'digest:' || id) from made",
        [_PERIOD["start"], _PERIOD["end"], Jsonb(_DIGEST), count],
    )


def _timed(db: psycopg.Connection[Any], work: Callable[[], object]) -> float:
    _queue(db, JOBS)
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    left = db.execute("select count(*) from outbox where status <> 'done'").fetchone()
    assert left == (0,), f"{left} jobs are not done"
    return seconds


async def _deliver(stack: Stack) -> None:
    async with open_context(_settings(stack, realtime_enabled=False)) as context:
        await Worker(context).drain()


async def _bare(stack: Stack) -> None:
    async with SupabaseApi(_settings(stack)) as api:

        async def loop(name: str) -> None:
            while jobs := await api.claim(name, max_jobs=1, lease_seconds=60):
                for job in jobs:
                    await api.complete(job, name, {})

        await asyncio.gather(*(loop(f"bare-{number}") for number in range(CONCURRENCY)))


async def _realtime(stack: Stack, db: psycopg.Connection[Any]) -> tuple[list[float], list[float]]:
    """Milliseconds from a message to the claim's request, and from the insert to the claim."""
    heard: list[float] = []
    noticed: list[float] = []
    never = {"worker_poll_seconds": 600, "worker_poll_idle_seconds": 600}
    async with open_context(_settings(stack, **never)) as context:
        worker = Worker(context)
        assert worker.listener is not None
        wake, claim = worker.wake, context.api.claim

        def hear(reason: str) -> None:
            if reason == "message" and not heard:
                heard.append(time.perf_counter())
            wake(reason)

        async def asked(
            worker_name: str, *, max_jobs: int, lease_seconds: float, kinds: list[str] | None = None
        ) -> list[ClaimedJob]:
            if heard:
                noticed.append((time.perf_counter() - heard.pop()) * 1000)
            return await claim(worker_name, max_jobs=max_jobs, lease_seconds=lease_seconds, kinds=kinds)

        worker.listener._on_wake = hear
        context.api.claim = asked  # type: ignore[method-assign, assignment]  # measured from outside, not built in
        async with _running(worker):
            await _listening(worker)
            await _one_by_one(db, worker)
    return noticed, _insert_to_claim(db, LATENCIES)


async def _polling(stack: Stack, db: psycopg.Connection[Any]) -> list[float]:
    changes = {"worker_poll_seconds": POLL_SECONDS, "worker_poll_idle_seconds": POLL_SECONDS}
    async with open_context(_settings(stack, realtime_enabled=False, **changes)) as context:
        worker = Worker(context)
        async with _running(worker):
            await _one_by_one(db, worker)
    return _insert_to_claim(db, LATENCIES)


@asynccontextmanager
async def _running(worker: Worker) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        await task


async def _listening(worker: Worker) -> None:
    assert worker.listener is not None
    for _ in range(600):
        if worker.listener.is_listening:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("Realtime does not listen")


async def _one_by_one(db: psycopg.Connection[Any], worker: Worker) -> None:
    """Queue jobs one at a time, at moments that fit neither the server's nor the worker's rhythm."""
    for number in range(LATENCIES):
        done = worker.runner.done
        await asyncio.to_thread(_queue, db, 1)
        for _ in range(3000):
            if worker.runner.done > done and not worker.in_flight:
                break
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1 + 0.7 * (number * 0.618 % 1))


def _insert_to_claim(db: psycopg.Connection[Any], count: int) -> list[float]:
    rows = db.execute(
        "select extract(epoch from outbox_attempts.started_at - outbox.created_at) * 1000"
        " from outbox join outbox_attempts on outbox_attempts.outbox_id = outbox.id"
        " order by outbox.id desc limit %s",
        [count],
    ).fetchall()
    return [float(row[0]) for row in rows]


def _idle(stack: Stack, folder: Path) -> tuple[float, float]:
    """The share of a core and the requests a minute of a worker process with nothing to do."""
    names = ("SUPABASE_URL", "SUPABASE_SECRET_KEY", "AA_CONTROL_ROOM_URL", "AA_USERNAME", "AA_API_KEY")
    environment = {name: stack.environment[name] for name in names}
    environment |= {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT / "worker"), "LOG_FORMAT": "json"}
    log = folder / "idle.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "captpathfinder", "run"], env=environment, stderr=output
        )
        try:
            deadline = time.monotonic() + 30
            while "realtime is listening" not in log.read_text() and time.monotonic() < deadline:
                time.sleep(0.1)
            # Its pace is that of an idle worker after three empty looks.
            time.sleep(40)
            cpu, requests = _cpu_seconds(process.pid), _requests(stack)
            time.sleep(IDLE_SECONDS)
            return (
                (_cpu_seconds(process.pid) - cpu) / IDLE_SECONDS,
                (_requests(stack) - requests) * 60 / IDLE_SECONDS,
            )
        finally:
            process.terminate()
            process.wait(30)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _requests(stack: Stack) -> int:
    """How many requests the gateway has logged."""
    text = (stack.home / "logs" / "gateway.log").read_text()
    return len(re.findall(r" (?:GET|POST) /rest/v1", text))
