"""After downtime what is owed is built once, oldest first, within a bound per tick, and labelled right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.schedule import model
from tests.schedule.conftest import Row, Schedule

START = datetime(2026, 11, 2, 12, tzinfo=UTC)
MOST_RUNS = 10


def catch_up(schedule: Schedule, moment: datetime) -> list[Row]:
    """Tick each minute from `moment` until a tick has nothing left to do; return all runs in order."""
    runs: list[Row] = []
    for minute in range(60):
        tick = schedule.tick(moment + timedelta(minutes=minute))
        runs += tick["runs"]
        assert len(tick["runs"]) <= MOST_RUNS
        assert tick["more"] == (len(tick["runs"]) == MOST_RUNS)
        if tick["status"] == "idle":
            return runs
    raise AssertionError("an hour of ticks did not catch up")


@pytest.mark.parametrize("down", [7, 31, 365])
def test_what_is_owed_after_downtime_is_built_once_and_oldest_first(schedule: Schedule, down: int) -> None:
    back = START + timedelta(days=down)
    detected = [START + timedelta(hours=11 * step + 1) for step in range(down * 24 // 11)]
    for number, moment in enumerate(detected):
        schedule.detect(f"user {number}", moment)

    runs = catch_up(schedule, back)

    due = [entry for entry in model.due("America/New_York", START.date(), back.date()) if entry[0] <= back]
    scheduled = [(run["job"], run["period"]) for run in runs if run["job"] != "housekeeping"]
    assert scheduled == [(job, period) for _, job, period in due if job != "housekeeping"]
    # Nights that nobody cleaned need no cleaning of their own.
    assert [run["period"] for run in runs if run["job"] == "housekeeping"] == [due_nights(due)[-1]]
    assert {run["outcome"] for run in runs} == {"done"}

    weeks = [moment for moment, job, _ in due if job == "digest"]
    for digest in schedule.digests():
        assert datetime.fromisoformat(digest["period"]["end"]) in weeks
        for person in digest["people"]:
            assert digest["period"]["start"] <= person["changed_at"] < digest["period"]["end"]
    told = sorted(person for digest in schedule.digests() for person in schedule.people(digest))
    assert told == sorted(f"user {number}" for number, moment in enumerate(detected) if moment < weeks[-1])
    months = [period for _, job, period in due if job == "report"]
    assert [summary["month"] for summary in schedule.reports()] == months


def due_nights(due: list[tuple[datetime, str, str]]) -> list[str]:
    return [period for _, job, period in due if job == "housekeeping"]


def test_nothing_before_the_installation_is_owed(schedule: Schedule) -> None:
    schedule.start("2026-11-20 22:00:01Z")  # a second after Friday, 17:00
    assert schedule.tick("2026-11-20 22:01Z")["status"] == "idle"
    assert schedule.ran("2026-11-27 22:00Z") == [("digest", "2026-W48", "done")]


def test_a_month_in_whose_last_minutes_the_installation_falls_has_its_report(schedule: Schedule) -> None:
    schedule.start("2026-12-01 04:57Z")  # 23:57 in New York on 30 November
    schedule.detect("late", "2026-12-01 04:58Z")
    assert schedule.ran("2026-12-01 04:59Z") == [("report", "2026-11", "done")]
    assert schedule.reports()[0]["total"] == 1


def test_a_ledger_that_somebody_emptied_starts_again(schedule: Schedule) -> None:
    schedule.db.execute("truncate public.job_runs")
    assert schedule.tick("2026-11-25 12:00Z")["status"] == "idle"
    assert schedule.ran("2026-11-27 22:00Z") == [("digest", "2026-W48", "done")]


def test_an_old_empty_week_is_not_announced_but_the_latest_is(schedule: Schedule) -> None:
    schedule.db.execute("""update public.channels set config = config || '{"send_empty": true}'""")
    catch_up(schedule, datetime(2026, 12, 5, tzinfo=UTC))
    [digest] = schedule.digests()
    assert (digest["period"]["end"], digest["people"]) == ("2026-12-04T22:00:00+00:00", [])
