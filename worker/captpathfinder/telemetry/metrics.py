"""What the worker counts, as Prometheus text on `/metrics` of the health port. The list: `docs/metrics.md`.

Labels take few values and never personal data: kinds, channel names, outcomes. What only the database knows
is asked for at most once a minute, however often the metrics are read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from captpathfinder import __version__
from captpathfinder.errors import SupabaseError

PREFIX = "captpathfinder_"
# Least seconds between two questions to the database, and the longest wait for its answer.
DATABASE_SECONDS, DATABASE_TIMEOUT = 60.0, 5.0
# Bounds of the durations in seconds: an alert takes tenths, a bot minutes.
BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800)

JobOutcome = Literal["done", "retry", "dead", "released", "lease_lost"]
REALTIME_STATES = ("off", "connecting", "joined", "listening", "lost")
VERDICTS = ("ok", "degraded", "down")


@dataclass(frozen=True)
class Spec:
    """A metric as it is documented. `name` is without the prefix; counters end in `_total`."""

    name: str
    kind: Literal["counter", "gauge", "histogram", "info"]
    labels: tuple[str, ...]
    help: str


SPECS = {
    spec.name: spec
    for spec in (
        Spec("build_info", "info", ("version",), "The worker's version."),
        Spec("jobs_total", "counter", ("kind", "channel", "outcome"),
             "Attempts that ended: done, retry, dead, released (given back at shutdown), lease_lost."),
        Spec("job_duration_seconds", "histogram", ("kind",), "How long attempts took, in seconds."),
        Spec("jobs_claimed_total", "counter", (), "Jobs taken from the outbox."),
        Spec("jobs_in_flight", "gauge", (), "Jobs at work now."),
        Spec("job_slots", "gauge", (), "Jobs that may be at work at once (WORKER_CONCURRENCY)."),
        Spec("outbox_looks_total", "counter", ("reason",),
             "Looks at the outbox: poll (interval), message, listening (Realtime), due (retry), waiting."),
        Spec("outbox_look_age_seconds", "gauge", (), "Seconds since the last look at the outbox."),
        Spec("supabase_errors_total", "counter", (), "Looks at the outbox that Supabase did not answer."),
        Spec("heartbeat_age_seconds", "gauge", (), "Seconds since the last heartbeat that Supabase took."),
        Spec("realtime_state", "gauge", ("state",), "1 for the state that Realtime is in, 0 for the others."),
        Spec("realtime_sessions_total", "counter", (), "Realtime clients started; the first included."),
        Spec("realtime_message_age_seconds", "gauge", (),
             "Seconds since Realtime's last message; absent before the first."),
        Spec("control_room_requests_total", "counter", ("request", "outcome"),
             "Requests to the control room (sign_in, deploy, activity, files):"
             " ok, refused, error, no_answer."),
        Spec("database_up", "gauge", (), "1 if the database answered when it was last asked, else 0."),
        Spec("database_age_seconds", "gauge", (), "Seconds since the database was asked."),
        Spec("health", "gauge", ("status",), "1 for the verdict of health(): ok, degraded or down; else 0."),
        Spec("tick_age_seconds", "gauge", (), "Seconds since the schedule last ran."),
        Spec("workers", "gauge", (), "Workers that were seen in the last two minutes."),
        Spec("outbox_jobs", "gauge", ("status",), "Jobs that are pending, running or dead."),
        Spec("outbox_oldest_pending_seconds", "gauge", (), "Age of the oldest pending job; 0 without one."),
        Spec("events", "gauge", ("state",), "Webhooks that wait (pending) or need a person (parked)."),
        Spec("executives", "gauge", ("level",), "Senior executives known now."),
        Spec("digests_pending", "gauge", (), "Digests that are built and not sent."),
        Spec("webhooks_30d", "gauge", ("outcome",), "Webhooks of the last 30 days by outcome."),
    )
}  # fmt: skip


class WorkerState(Protocol):
    """What the metrics read of a worker when they are asked for."""

    @property
    def in_flight(self) -> int: ...  # noqa: D102  (said in SPECS)
    @property
    def realtime_state(self) -> str: ...  # noqa: D102
    @property
    def realtime_sessions(self) -> int: ...  # noqa: D102
    @property
    def realtime_message_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def looked_at(self) -> float | None: ...  # noqa: D102
    @property
    def beat_at(self) -> float | None: ...  # noqa: D102


class Metrics:
    """The counters of one process, and the registry that they are read from."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self._jobs = self._counter("jobs_total")
        self._seconds = Histogram(
            PREFIX + "job_duration_seconds",
            SPECS["job_duration_seconds"].help,
            SPECS["job_duration_seconds"].labels,
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._claimed = self._counter("jobs_claimed_total")
        self._looks = self._counter("outbox_looks_total")
        self._errors = self._counter("supabase_errors_total")
        self._control_room = self._counter("control_room_requests_total")

    def job_ended(self, kind: str, channel: str | None, outcome: JobOutcome, seconds: float) -> None:
        """An attempt ended."""
        self._jobs.labels(kind, channel or "", outcome).inc()
        self._seconds.labels(kind).observe(seconds)

    def looked(self, reasons: Iterable[str], claimed: int) -> None:
        """The outbox was looked at, for these reasons (none: its time had come), and gave so many jobs."""
        for reason in set(reasons) or {"poll"}:
            self._looks.labels(reason).inc()
        self._claimed.inc(claimed)

    def supabase_failed(self) -> None:
        """Supabase did not answer a look at the outbox."""
        self._errors.inc()

    def control_room_answered(self, request: str, status: int | None) -> None:
        """The control room answered with an HTTP status, or not at all (None)."""
        if status is None:
            outcome = "no_answer"
        elif status < 400:
            outcome = "ok"
        else:
            outcome = "refused" if status in (401, 403) else "error"
        self._control_room.labels(request, outcome).inc()

    def _counter(self, name: str) -> Counter:
        return Counter(PREFIX + name, SPECS[name].help, SPECS[name].labels, registry=self.registry)


class WorkerCollector(Collector):
    """The worker's state at the moment of reading."""

    def __init__(
        self,
        worker: WorkerState,
        slots: int,
        *,
        monotonic: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._worker = worker
        self._slots = slots
        self._monotonic = monotonic
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Gauges, and the counter of Realtime clients."""
        worker = self._worker
        build = InfoMetricFamily(PREFIX + "build", SPECS["build_info"].help)
        build.add_metric([], {"version": __version__})
        yield build
        yield _gauge("jobs_in_flight", worker.in_flight)
        yield _gauge("job_slots", self._slots)
        state = worker.realtime_state
        yield _states("realtime_state", state, REALTIME_STATES)
        sessions = CounterMetricFamily(
            PREFIX + "realtime_sessions",
            SPECS["realtime_sessions_total"].help,
            value=worker.realtime_sessions,
        )
        yield sessions
        now = self._monotonic()
        for name, moment in (
            ("outbox_look_age_seconds", worker.looked_at),
            ("heartbeat_age_seconds", worker.beat_at),
        ):
            if moment is not None:
                yield _gauge(name, now - moment)
        if worker.realtime_message_at is not None:
            age = (self._now() - worker.realtime_message_at).total_seconds()
            yield _gauge("realtime_message_age_seconds", age)


class DatabaseCollector(Collector):
    """What `stats()` and `health()` say, read when it is older than a minute."""

    def __init__(
        self,
        stats: Callable[[], Awaitable[Any]],
        health: Callable[[], Awaitable[Any]],
        *,
        monotonic: Callable[[], float],
    ) -> None:
        self._ask_stats = stats
        self._ask_health = health
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._asked_at: float | None = None
        self._numbers: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None

    async def refresh(self) -> None:
        """Ask the database, unless it was asked within the last minute. Never raises for its silence."""
        async with self._lock:
            if self._asked_at is not None and self._monotonic() - self._asked_at < DATABASE_SECONDS:
                return
            try:
                async with asyncio.timeout(DATABASE_TIMEOUT):
                    stats, health = await asyncio.gather(self._ask_stats(), self._ask_health())
            except (SupabaseError, TimeoutError):
                self._numbers = None
            else:
                self._numbers = (
                    (stats, health) if isinstance(stats, dict) and isinstance(health, dict) else None
                )
            self._asked_at = self._monotonic()

    def collect(self) -> Iterator[Metric]:
        """The numbers; only `database_up` while the database does not answer."""
        yield _gauge("database_up", int(self._numbers is not None))
        if self._numbers is None or self._asked_at is None:
            return
        yield _gauge("database_age_seconds", self._monotonic() - self._asked_at)
        yield from database_metrics(*self._numbers)


def database_metrics(stats: Mapping[str, Any], health: Mapping[str, Any]) -> Iterator[Metric]:
    """The answers of `stats()` and `health()` as metrics; ages are against the database's own clock."""
    checks = health["checks"]
    now = datetime.fromisoformat(checks["time"])

    def age(moment: str | None) -> float:
        return 0.0 if moment is None else (now - datetime.fromisoformat(moment)).total_seconds()

    yield _states("health", health["status"], VERDICTS)
    if checks["last_tick_at"] is not None:
        yield _gauge("tick_age_seconds", age(checks["last_tick_at"]))
    yield _gauge("workers", len(checks["workers"]))
    outbox = stats["outbox"]
    yield _labelled("outbox_jobs", {status: outbox[status] for status in ("pending", "running", "dead")})
    yield _gauge("outbox_oldest_pending_seconds", age(outbox["oldest_pending_at"]))
    yield _labelled("events", {state: stats["events"][state] for state in ("pending", "parked")})
    yield _labelled("executives", stats["executives"])
    yield _gauge("digests_pending", stats["digests"]["pending"])
    yield _labelled("webhooks_30d", stats["webhooks"]["last_30_days"])


def _gauge(name: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(PREFIX + name, SPECS[name].help, value=value)


def _labelled(name: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(PREFIX + name, SPECS[name].help, labels=SPECS[name].labels)
    for label, value in values.items():
        family.add_metric([label], value)
    return family


def _states(name: str, current: str, states: Iterable[str]) -> GaugeMetricFamily:
    return _labelled(name, {state: int(state == current) for state in states})
