"""A soak: many jobs, workers that are killed and restarted, and faults everywhere at random.

`python -m tests.worker.soak --jobs 20000` takes about half an hour; a short form of it is a test.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from local.stack import Stack
from tests.worker.support import Bench, WorkerProcess, open_bench

MEBIBYTE = 1024 * 1024


@dataclass
class SoakResult:
    """What became of it. Memory is the resident size, in bytes, of a worker that was never stopped."""

    jobs: int
    lost: int
    doubled: int
    dead: int
    restarts: int
    retries: int
    seconds: float
    memory_early: int
    memory_late: int

    @property
    def grown(self) -> int:
        return self.memory_late - self.memory_early

    def __str__(self) -> str:
        return (
            f"{self.jobs} jobs in {self.seconds:.0f} s: {self.lost} lost, {self.doubled} doubled, "
            f"{self.dead} dead; {self.restarts} restarts of workers, {self.retries} further attempts; memory "
            f"{self.memory_early / MEBIBYTE:.1f} MiB after the first tenth, "
            f"{self.memory_late / MEBIBYTE:.1f} MiB at the end"
        )


def resident(pid: int) -> int:
    """The resident memory of a process, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


def soak(
    bench: Bench,
    jobs: int,
    *,
    seed: int = 1,
    say: Callable[[str], None] = lambda _: None,
    patience: float = 3600,
) -> SoakResult:
    """Run it; the caller judges the result."""
    chance = random.Random(seed)  # noqa: S311 (decides what breaks next)
    started = time.monotonic()
    _set_faults(bench)
    queued, done, restarts = 0, 0, 0
    early = 0
    with ExitStack() as running:
        steady = running.enter_context(
            bench.worker(WORKER_LEASE_SECONDS="3", LOG_LEVEL="info", WORKER_CONCURRENCY="6")
        )
        shaken: WorkerProcess = running.enter_context(
            bench.worker(WORKER_LEASE_SECONDS="3", LOG_LEVEL="info")
        )
        while done < jobs:
            if time.monotonic() - started > patience:
                break
            if queued < jobs and queued - done < 400:
                amount = min(200, jobs - queued)
                _queue(bench, amount)
                queued += amount
            bench.hurry()
            time.sleep(0.5)
            done = bench.statuses().get("done", 0)
            if not early and done >= jobs / 10:
                early = resident(steady.pid)
            if chance.random() < 0.15:
                if chance.random() < 0.5:
                    shaken.kill()
                else:
                    shaken.terminate()
                restarts += 1
                shaken = running.enter_context(bench.worker(WORKER_LEASE_SECONDS="3", LOG_LEVEL="info"))
            if chance.random() < 0.1:
                bench.realtime_fault(**chance.choice([{"fault": "reset"}, {"fault": "expire_tokens"}]))
            if queued == jobs and done > 0.9 * jobs:
                bench.clear_control_room_faults()
                bench.clear_gateway_faults()
            say(f"{done} of {jobs} done, {restarts} restarts")
        late = resident(steady.pid)
    delivered = bench.deployments()["delivered_by_automation_name"]
    row = bench.db.execute("select count(*) - count(distinct outbox_id) from outbox_attempts").fetchone()
    return SoakResult(
        jobs=jobs,
        lost=jobs - len(delivered),
        doubled=sum(count > 1 for count in delivered.values()),
        dead=bench.statuses().get("dead", 0),
        restarts=restarts,
        retries=int(row[0]) if row else 0,
        seconds=time.monotonic() - started,
        memory_early=early,
        memory_late=late,
    )


def _queue(bench: Bench, amount: int) -> None:
    """Queue copies of one digest, in one statement."""
    first = bench.digest()
    if amount > 1:
        bench.db.execute(
            "with copies as (insert into digests (week_start, week_end, channel, payload)"
            " select week_start, week_end, channel, payload from digests, generate_series(2, %s)"
            " where digests.id = (select (payload ->> 'digest_id')::bigint from outbox where outbox.id = %s)"
            " returning id)"
            " select pathfinder.enqueue("
            "     'digest', 'mail', jsonb_build_object('digest_id', id), 'digest:' || id"
            " ) from copies",
            [amount, first],
        )


def _set_faults(bench: Bench) -> None:
    bench.control_room_faults(
        {"what": "status", "route": "deploy", "status": 503, "probability": 0.01},
        {"what": "status", "route": "any", "status": 429, "retry_after": 1, "probability": 0.01},
        {"what": "cut", "route": "any", "probability": 0.01},
        {"what": "lose_answer", "route": "deploy", "probability": 0.01},
        {"what": "token_expired", "probability": 0.01},
        {"what": "rows_missing", "seconds": 0.5, "probability": 0.02},
        {"what": "takes", "seconds": 0.05},
    )
    for action in ("cut", "lose_answer", "status"):
        bench.gateway_fault(path="/rest/v1/rpc/", action=action, probability=0.01)


def main() -> int:
    """Run it over a stack of its own and print the result; 1 when something was lost, doubled or leaked."""
    parser = argparse.ArgumentParser(prog="python -m tests.worker.soak", description="Soak the worker.")
    parser.add_argument("--jobs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="captpathfinder-soak-") as folder:
        home = Path(folder) / "stack"
        with (
            Stack(home, durable=False, dies_with_caller=True) as stack,
            open_bench(stack, Path(folder)) as bench,
        ):
            result = soak(
                bench,
                options.jobs,
                seed=options.seed,
                say=lambda line: print(f"\r{line}  ", end="", flush=True),
                patience=6 * 3600,
            )
            stack.down(purge=True)
    print(f"\r{result}")
    return 0 if is_clean(result) else 1


def is_clean(result: SoakResult) -> bool:
    """Nothing lost, doubled or dead, and no more memory than caches take."""
    return not (result.lost or result.doubled or result.dead) and result.grown < 24 * MEBIBYTE


if __name__ == "__main__":
    sys.exit(main())
