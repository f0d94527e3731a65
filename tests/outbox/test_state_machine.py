"""The life of a job as a state machine, against a model of a few lines.

pending ──claim──▶ running ──complete──▶ done
   ▲                  │ ├──fail──▶ pending (waits), or dead when final or spent
   │                  │ ├──release──▶ pending, not counted
   │                  │ └──lease runs out──▶ claimed anew, or dead when spent
   └─────redrive──────┴── dead
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.conftest import Connection

WORKERS = st.sampled_from(["w1", "w2"])
MAX_ATTEMPTS = 3


@dataclass
class Job:
    """What the model knows of a job; `failures` are the attempts that count."""

    status: str = "pending"
    attempts: int = 0
    failures: int = 0
    holder: str | None = None
    live: bool = False
    outcomes: list[str | None] = field(default_factory=list)

    def finish(self, status: str, outcome: str) -> None:
        self.status, self.holder, self.live = status, None, False
        self.outcomes[-1] = outcome


class OutboxMachine(RuleBasedStateMachine):
    """Random calls of two workers; the database and the model must tell the same story."""

    connection: Connection
    jobs = Bundle("jobs")

    @initialize()
    def start(self) -> None:
        self.connection.execute("truncate public.outbox restart identity cascade")
        self.model: dict[int, Job] = {}

    def ask(self, call: str, *arguments: object) -> object:
        row = self.connection.execute(f"select public.{call}", arguments).fetchone()
        assert row is not None
        return row[0]

    @rule(target=jobs)
    def enqueue(self) -> int:
        number = len(self.model) + 1
        row = self.connection.execute(
            "select pathfinder.enqueue('realtime_test', null, '{}', %s)", [f"job {number}"]
        ).fetchone()
        assert row == (number,)
        self.connection.execute("update public.outbox set max_attempts = %s", [MAX_ATTEMPTS])
        self.model[number] = Job()
        return number

    @rule(worker=WORKERS, wanted=st.integers(1, 3))
    def claim(self, worker: str, wanted: int) -> None:
        due = {key for key, job in self.model.items() if job.status == "pending" or self.lapsed(job)}
        claimed = {
            int(str(identity)): int(str(attempt))
            for identity, attempt in self.connection.execute(
                "select id, attempt from public.claim_outbox(%s, null, %s, 60)", [worker, wanted]
            )
        }
        assert claimed.keys() <= due
        states = {
            int(str(identity)): status
            for identity, status in self.connection.execute("select id, status from public.outbox")
        }
        for key in due:
            job = self.model[key]
            if key in claimed:
                if self.lapsed(job):
                    job.outcomes[-1] = "lease_expired"
                job.attempts += 1
                job.failures += 1
                job.status, job.holder, job.live = "running", worker, True
                job.outcomes.append(None)
                assert claimed[key] == job.attempts
            elif states[key] == "dead":
                assert self.lapsed(job), f"job {key} died while it waited"
                assert job.failures >= MAX_ATTEMPTS
                job.finish("dead", "lease_expired")
        touched = len(claimed) + sum(self.model[key].status == "dead" for key in due)
        assert touched == min(wanted, len(due))

    @staticmethod
    def lapsed(job: Job) -> bool:
        return job.status == "running" and not job.live

    def holds(self, job: Job, worker: str) -> bool:
        return job.status == "running" and job.live and job.holder == worker

    @rule(key=jobs, worker=WORKERS)
    def complete(self, key: int, worker: str) -> None:
        job = self.model[key]
        answer = self.ask("complete_outbox(%s, %s, %s)", key, worker, job.attempts)
        if self.holds(job, worker):
            job.finish("done", "done")
            assert answer is True
        elif answer:
            assert job.status == "done"

    @rule(key=jobs, worker=WORKERS, retryable=st.booleans())
    def fail(self, key: int, worker: str, retryable: bool) -> None:
        job = self.model[key]
        answer = self.ask("fail_outbox(%s, %s, %s, 'boom', %s)", key, worker, job.attempts, retryable)
        if self.holds(job, worker):
            dead = not retryable or job.failures >= MAX_ATTEMPTS
            job.finish("dead" if dead else "pending", "dead" if dead else "retry")
            assert answer == job.status
            self.connection.execute("update public.outbox set run_at = now() where id = %s", [key])

    @rule(key=jobs, worker=WORKERS)
    def release(self, key: int, worker: str) -> None:
        job = self.model[key]
        answer = self.ask("release_outbox(%s, %s, %s)", key, worker, job.attempts)
        assert answer == self.holds(job, worker)
        if answer:
            job.finish("pending", "released")
            job.failures -= 1

    @rule(key=jobs, worker=WORKERS)
    def extend(self, key: int, worker: str) -> None:
        job = self.model[key]
        answer = self.ask("extend_lease(%s, %s, %s)", key, worker, job.attempts)
        assert (answer is not None) == self.holds(job, worker)

    @rule(key=jobs)
    def let_the_lease_run_out(self, key: int) -> None:
        job = self.model[key]
        if job.status == "running":
            self.connection.execute(
                "update public.outbox set lease_expires_at = now() - interval '1 second' where id = %s", [key]
            )
            job.live = False

    @rule(key=jobs)
    def redrive(self, key: int) -> None:
        job = self.model[key]
        assert self.ask("redrive_outbox(%s)", key) == int(job.status == "dead")
        if job.status == "dead":
            job.status, job.failures = "pending", 0

    @invariant()
    def database_and_model_agree(self) -> None:
        found = {
            int(str(key)): (status, attempts, holder)
            for key, status, attempts, holder in self.connection.execute(
                "select id, status, attempts, locked_by from public.outbox"
            )
        }
        assert found == {key: (job.status, job.attempts, job.holder) for key, job in self.model.items()}
        for key, job in self.model.items():
            outcomes = self.connection.execute(
                "select outcome from public.outbox_attempts where outbox_id = %s order by attempt", [key]
            ).fetchall()
            assert [outcome for (outcome,) in outcomes] == job.outcomes


@pytest.fixture
def machine(db_dsn: str) -> Iterator[type[OutboxMachine]]:
    with psycopg.connect(db_dsn, autocommit=True) as connection:
        OutboxMachine.connection = connection
        yield OutboxMachine


def test_jobs_live_by_the_state_machine(machine: type[OutboxMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
