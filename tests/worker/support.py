"""What the worker's tests share: a worker as a process, jobs to do, and what the control room saw of them."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import psycopg
from psycopg.types.json import Jsonb

from local.migrations import PROJECT
from local.stack import Stack
from tests import warm

ResultT = TypeVar("ResultT")
Connection = psycopg.Connection[tuple[Any, ...]]

# Everything that takes minutes in production takes a second or so here.
QUICK = {
    "AA_POLL_SECONDS": "0.1",
    "AA_SETTLE_SECONDS": "1.5",
    "AA_REQUEST_TIMEOUT_SECONDS": "1.5",
    "WORKER_LEASE_SECONDS": "60",
    "WORKER_POLL_SECONDS": "0.5",
    "WORKER_POLL_IDLE_SECONDS": "2",
    "WORKER_GRACE_SECONDS": "3",
    "WORKER_HEARTBEAT_SECONDS": "0.5",
    "REALTIME_CONFIRM_SECONDS": "10",
    "LOG_FORMAT": "json",
    "LOG_LEVEL": "debug",
}

EMAIL_BOT: dict[str, Any] = {
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


def wait_until(
    condition: Callable[[], ResultT], what: str, *, seconds: float = 90, every: float = 0.05
) -> ResultT:
    """The first true answer of `condition`, or a failure that says what did not come about."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        time.sleep(every)
    return answer


def worker_environment(stack: Stack, **changes: str) -> dict[str, str]:
    """The environment of a quick worker of the stack."""
    named = {
        name: value for name, value in stack.environment.items() if name.startswith(("SUPABASE_", "AA_"))
    }
    named.pop("SUPABASE_DB_URL", None)
    path = os.pathsep.join([str(PROJECT / "worker"), str(PROJECT)])
    return {"PATH": os.environ["PATH"], "PYTHONPATH": path, **named, **QUICK, **changes}


@dataclass
class WorkerProcess:
    """`captpathfinder run` as a process of its own; killed at the end of the block if it still runs."""

    environment: dict[str, str]
    log: Path
    arguments: tuple[str, ...] = ("run",)
    process: warm.Process = field(init=False)

    def __enter__(self) -> Self:
        with self.log.open("ab") as log:
            self.process = warm.start(self.arguments, env=self.environment, output=log)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if error is not None:
            error.add_note(f"--- end of the log of worker {self.process.pid}\n{self.text()[-4000:]}")

    @property
    def pid(self) -> int:
        return self.process.pid

    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def events(self) -> list[dict[str, Any]]:
        """Its log, one event a line."""
        return [json.loads(line) for line in self.text().splitlines() if line.startswith("{")]

    def count(self, event: str) -> int:
        return sum(entry.get("event") == event for entry in self.events())

    def wait_for(self, event: str, *, times: int = 1, seconds: float = 90) -> None:
        """Wait until it has logged an event so many times."""
        wait_until(lambda: self.count(event) >= times or None, f"{times} times {event!r}", seconds=seconds)

    def terminate(self, seconds: float = 60) -> int:
        """SIGTERM; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self) -> None:
        """SIGKILL, as the system would."""
        self.process.kill()
        self.process.wait()


@dataclass
class Bench:
    """A stack with one channel of an e-mail bot, and the workers that tests start on it."""

    stack: Stack
    folder: Path
    db: Connection
    http: httpx.Client
    _workers: int = 0

    def worker(self, *arguments: str, **changes: str) -> WorkerProcess:
        """A worker that is not yet started."""
        self._workers += 1
        log = self.folder / f"worker-{self._workers}.log"
        return WorkerProcess(worker_environment(self.stack, **changes), log, arguments or ("run",))

    def reconnect(self) -> None:
        """Connect to the database anew, after it was restarted."""
        self.db = psycopg.connect(self.stack.environment["SUPABASE_DB_URL"], autocommit=True)

    @contextmanager
    def schema(self, version: str | None) -> Iterator[None]:
        """Have the database say that it has this migration; None: that not all were applied."""
        name, aside = "pathfinder.schema_version", "schema_version_aside"
        self.db.execute(f"alter function {name}() rename to {aside}".encode())
        try:
            if version:
                body = f"select '{version}'"
                self.db.execute(f"create function {name}() returns text language sql as $${body}$$".encode())
            yield
        finally:
            self.db.execute(f"drop function if exists {name}()".encode())
            self.db.execute(f"alter function pathfinder.{aside}() rename to schema_version".encode())

    def control_room_faults(self, *rules: Mapping[str, Any]) -> None:
        url = self.stack.url("control_room")
        self.http.post(f"{url}/_faults", json=list(rules)).raise_for_status()

    def clear_control_room_faults(self) -> None:
        self.http.delete(f"{self.stack.url('control_room')}/_faults").raise_for_status()

    def gateway_fault(self, **fault: object) -> None:
        headers = {"X-Control-Token": self.stack.secrets.gateway_control_token}
        url = self.stack.url("gateway")
        self.http.post(f"{url}/_faults", json=fault, headers=headers).raise_for_status()

    def clear_gateway_faults(self) -> None:
        headers = {"X-Control-Token": self.stack.secrets.gateway_control_token}
        self.http.delete(f"{self.stack.url('gateway')}/_faults", headers=headers).raise_for_status()

    def realtime_fault(self, **fault: object) -> None:
        self.http.post(f"{self.stack.url('realtime')}/_faults", json=fault).raise_for_status()

    def clear_realtime_faults(self) -> None:
        self.http.delete(f"{self.stack.url('realtime')}/_faults").raise_for_status()

    def channel(self, name: str, transport: str, config: Mapping[str, Any]) -> None:
        self.db.execute(
            "insert into channels (name, transport, config) values (%s, %s, %s)"
            " on conflict (name) do update set transport = excluded.transport, config = excluded.config",
            [name, transport, Jsonb(dict(config))],
        )

    def digest(self, channel: str = "mail", **changes: object) -> int:
        """Queue one digest job; returns its id."""
        payload = {**DIGEST, "channel": channel, **changes}
        row = self.db.execute(
            "with digest as (insert into digests (week_start, week_end, channel, payload)"
            " values (%s, %s, %s, %s) returning id)"
            " select pathfinder.enqueue('digest', %s, jsonb_build_object('digest_id', id), 'digest:' || id)"
            " from digest",
            [payload["period"]["start"], payload["period"]["end"], channel, Jsonb(payload), channel],
        ).fetchone()
        assert row is not None
        return int(row[0])

    def digests(self, count: int, channel: str = "mail") -> list[int]:
        return [self.digest(channel) for _ in range(count)]

    def statuses(self) -> dict[str, int]:
        """How many jobs are in each status."""
        return dict(self.db.execute("select status, count(*)::int from outbox group by status").fetchall())

    def job(self, job_id: int) -> dict[str, Any]:
        with self.db.cursor(row_factory=psycopg.rows.dict_row) as cursor:
            row = cursor.execute("select * from outbox where id = %s", [job_id]).fetchone()
        assert row is not None
        return dict(row)

    def hurry(self) -> None:
        """Let the waiting time of retries pass: what they wait for otherwise is only time."""
        self.db.execute("update outbox set run_at = now() where status = 'pending' and run_at > now()")

    def let_leases_run_out(self) -> None:
        """Let the time pass that a worker's leases last which has been killed or stands still."""
        self.db.execute("update outbox set lease_expires_at = now() where status = 'running'")

    def wait_done(self, count: int, *, seconds: float = 120, hurry: bool = True) -> None:
        """Wait until so many jobs are done and no other is open."""

        def finished() -> bool:
            if hurry:
                self.hurry()
            return self.statuses() == {"done": count}

        try:
            wait_until(finished, f"{count} jobs done", seconds=seconds, every=0.2)
        except AssertionError as error:
            errors = self.db.execute("select distinct status, last_error from outbox").fetchall()
            raise AssertionError(f"{error}; there are {self.statuses()}: {errors}") from None

    def deployments(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.http.get(f"{self.stack.url('control_room')}/_deployments").json()
        return answer

    def requests(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.http.get(f"{self.stack.url('control_room')}/_requests").json()
        return answer

    def asked_for(self, function: str) -> int:
        """How often workers have called a function since the stack's start."""
        return (self.stack.home / "logs" / "gateway.log").read_text().count(f"/rest/v1/rpc/{function}")

    def assert_each_sent_once(self, count: int) -> None:
        """Every job was deployed and delivered once, as the control room saw it."""
        seen = self.deployments()
        delivered = seen["delivered_by_automation_name"]
        assert len(delivered) == count, f"{len(delivered)} delivered, not {count}"
        assert set(delivered.values()) == {1}, {name: n for name, n in delivered.items() if n != 1}
        assert set(seen["by_automation_name"].values()) == {1}, seen["by_automation_name"]


DIGEST: dict[str, Any] = {
    "channel": "mail",
    "period": {
        "start": "2026-11-13T22:00:00+00:00",
        "end": "2026-11-20T22:00:00+00:00",
        "time_zone": "America/New_York",
    },
    "counts": {"new": 1, "people": 1},
    "people": [
        {
            "detection_id": 1,
            "user_id": "2000",
            "username": "Ada Example",
            "kind": "new",
            "title": "Chief Executive Officer",
            "level": "csuite",
            "company": "Example Ltd",
            "country": "NL",
            "country_name": "Netherlands",
            "changed_at": "2026-11-19T10:00:00+00:00",
        }
    ],
}


@contextmanager
def open_bench(stack: Stack, folder: Path) -> Iterator[Bench]:
    """A bench over a stack: no jobs, one channel `mail`."""
    dsn = stack.environment["SUPABASE_DB_URL"]
    with psycopg.connect(dsn, autocommit=True) as db, httpx.Client(timeout=60) as http:
        bench = Bench(stack, folder, db, http)
        db.execute("delete from channels")
        bench.channel("mail", "aa_bot", EMAIL_BOT)
        yield bench
        bench.db.close()
