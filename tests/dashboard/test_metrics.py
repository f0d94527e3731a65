"""What the worker counts is what happened, is documented, and is what the example alerts speak of."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from captpathfinder.errors import SupabaseError
from captpathfinder.telemetry.metrics import PREFIX, SPECS, DatabaseCollector, Metrics
from local.machine import free_port
from local.migrations import PROJECT
from tests import warm
from tests.dashboard.conftest import end
from tests.dashboard.seed import Seeded
from tests.worker.support import DIGEST, EMAIL_BOT

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(text: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def total(found: Samples, name: str, **labels: str) -> float:
    """The sum of a metric's samples that have these labels."""
    return sum(
        value
        for (sample, its_labels), value in found.items()
        if sample == PREFIX + name and labels.items() <= dict(its_labels).items()
    )


def documented() -> list[tuple[str, ...]]:
    text = (PROJECT / "docs" / "metrics.md").read_text()
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith(f"| `{PREFIX}")]
    return [tuple(cell.strip().strip("|").strip() for cell in row) for row in rows]


def test_every_metric_is_documented_as_it_is() -> None:
    expected = [
        (f"`{PREFIX}{spec.name}`", spec.kind, ", ".join(f"`{label}`" for label in spec.labels), spec.help)
        for spec in SPECS.values()
    ]
    assert [tuple(cell for cell in row if cell) for row in documented()] == [
        tuple(cell for cell in row if cell) for row in expected
    ]


def test_the_example_alerts_speak_of_metrics_that_exist() -> None:
    rules = yaml.safe_load((PROJECT / "deploy" / "alerts.yml").read_text())
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    assert len({alert["alert"] for alert in alerts}) == len(alerts) > 5
    for alert in alerts:
        assert alert["annotations"]["summary"]
        names = set(re.findall(rf"{PREFIX}(\w+)", alert["expr"]))
        assert names or "up{" in alert["expr"], alert["alert"]
        for name, matchers in re.findall(rf"{PREFIX}(\w+)(?:\{{([^}}]*)\}})?", alert["expr"]):
            assert name in SPECS, alert["alert"]
            labels = set(re.findall(r"(\w+)\s*=", matchers))
            assert labels <= set(SPECS[name].labels), alert["alert"]


def test_a_worker_counts_what_it_does(seeded: Seeded, tmp_path: Path) -> None:
    db = seeded.db
    db.execute("delete from outbox")
    db.execute("delete from channels")
    # One job that succeeds at the control room, one that nobody can do.
    db.execute(
        "insert into channels (name, transport, config) values ('mail', 'aa_bot', %s::jsonb)",
        [json.dumps(EMAIL_BOT)],
    )
    seeded.value(
        # Counts as sent already, so that what the database counts does not change meanwhile.
        "with digest as (insert into digests (week_start, week_end, channel, payload, sent, sent_at)"
        " values (%s, %s, 'mail', %s::jsonb, true, now()) returning id)"
        " select pathfinder.enqueue("
        "'digest', 'mail', jsonb_build_object('digest_id', id), 'metrics:works') from digest",
        DIGEST["period"]["start"],
        DIGEST["period"]["end"],
        json.dumps(DIGEST),
    )
    db.execute("update reports set summary = '{}' where id = (select min(id) from reports)")
    seeded.value(
        "select pathfinder.enqueue('report', null, jsonb_build_object('report_id', min(id)), 'metrics:fails')"
        " from reports"
    )
    port = free_port()
    named = {
        name: value
        for name, value in seeded.stack.environment.items()
        if name in ("SUPABASE_URL", "SUPABASE_SECRET_KEY") or name.startswith("AA_")
    }
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(PROJECT / "worker"), str(PROJECT)]),
        **named,
        "HEALTH_PORT": str(port),
        "AA_POLL_SECONDS": "0.2",
        "WORKER_POLL_SECONDS": "0.5",
        "WORKER_HEARTBEAT_SECONDS": "0.5",
    }
    log = (tmp_path / "log").open("wb")
    process = warm.start(["run"], env=environment, output=log)
    try:
        found = wait_for(
            port,
            lambda now: (
                total(now, "jobs_total", outcome="done") == 1
                and total(now, "jobs_total", outcome="dead") == 1
                and total(now, "realtime_state", state="listening") == 1
                and total(now, "heartbeat_age_seconds") > 0
                and total(now, "jobs_in_flight") == 0
            ),
        )
    finally:
        end(process)
        log.close()
    attempts = seeded.value("select count(*) from outbox_attempts where outcome is not null")
    assert total(found, "jobs_total") == attempts
    assert total(found, "jobs_total", kind="digest", channel="mail", outcome="done") == 1
    assert total(found, "jobs_total", kind="report", channel="", outcome="dead") == 1
    assert total(found, "job_duration_seconds_count") == attempts
    assert total(found, "jobs_claimed_total") == attempts
    assert total(found, "jobs_in_flight") == 0
    assert total(found, "job_slots") == 4
    assert total(found, "outbox_looks_total") >= 1
    assert total(found, "realtime_sessions_total") >= 1
    assert total(found, "realtime_state") == 1
    assert total(found, "control_room_requests_total", request="sign_in", outcome="ok") == 1
    assert total(found, "control_room_requests_total", request="deploy", outcome="ok") == 1
    assert total(found, "database_up") == 1
    assert total(found, "executives", level="csuite") == seeded.value(
        "select count(*) from user_state where seniority_level = 'csuite'"
    )
    assert total(found, "digests_pending") == 1
    assert total(found, "webhooks_30d", outcome="processed") == 1300
    assert total(found, "health") == 1
    names = {name.removeprefix(PREFIX) for name, _ in found}
    unknown = {re.sub("_(bucket|count|sum|created)$", "", name) for name in names} - set(SPECS)
    # A counter's time of creation is named after the counter without `_total`.
    assert {name for name in unknown if f"{name}_total" not in SPECS} == set()
    # What has not happened is not there; all else is.
    missing = {name for name in SPECS if not any(sample.startswith(name) for sample in names)}
    assert missing <= {"realtime_message_age_seconds"}
    assert "u1" not in {value for _, labels in found for _, value in labels}


def wait_for(port: int, condition: Callable[[Samples], bool]) -> Samples:
    deadline = time.monotonic() + 60
    found: Samples = {}
    while time.monotonic() < deadline:
        try:
            answer = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=60)
        except httpx.TransportError:
            time.sleep(0.1)
            continue
        assert answer.headers["content-type"].startswith("text/plain")
        found = samples(answer.text)
        if condition(found):
            return found
        time.sleep(0.2)
    raise AssertionError(f"not within a minute: {found}")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_the_database_is_asked_once_a_minute_and_its_silence_is_said() -> None:
    clock, asked, answers = Clock(), [], [True]

    async def stats() -> Any:  # noqa: ANN401  (JSON)
        asked.append(clock.now)
        if not answers[-1]:
            raise SupabaseError("no answer")
        return {
            "outbox": {
                "pending": 3,
                "running": 0,
                "dead": 0,
                "oldest_pending_at": "2026-11-20T10:00:00+00:00",
            },
            "events": {"pending": 0, "parked": 0},
            "executives": {"csuite": 1},
            "digests": {"pending": 0},
            "webhooks": {"last_30_days": {}},
        }

    async def health() -> Any:  # noqa: ANN401  (JSON)
        checks: dict[str, Any] = {"time": "2026-11-20T10:01:40+00:00", "last_tick_at": None, "workers": []}
        return {"status": "down", "reasons": [], "checks": checks}

    metrics = Metrics()
    collector = DatabaseCollector(stats, health, monotonic=clock)
    metrics.registry.register(collector)

    def value(name: str, **labels: str) -> float | None:
        return metrics.registry.get_sample_value(PREFIX + name, labels)

    await collector.refresh()
    clock.now = 59.0
    await collector.refresh()
    assert asked == [0.0]
    assert value("database_up") == 1
    assert value("database_age_seconds") == 59
    assert value("outbox_oldest_pending_seconds") == 100
    assert value("health", status="down") == 1
    assert value("health", status="ok") == 0
    assert value("tick_age_seconds") is None
    clock.now = 60.0
    answers.append(False)
    await collector.refresh()
    assert asked == [0.0, 60.0]
    assert value("database_up") == 0
    assert value("outbox_jobs", status="pending") is None


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "ok"), (401, "refused"), (403, "refused"), (503, "error"), (None, "no_answer")],
)
def test_answers_of_the_control_room_are_sorted(status: int | None, outcome: str) -> None:
    metrics = Metrics()
    metrics.control_room_answered("deploy", status)
    labels = {"request": "deploy", "outcome": outcome}
    assert metrics.registry.get_sample_value(f"{PREFIX}control_room_requests_total", labels) == 1
