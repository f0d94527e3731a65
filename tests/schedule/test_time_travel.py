"""Years of ticks in several zones against an independent model: each period once, at the right local time."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.schedule import model
from tests.schedule.conftest import Schedule

ZONES = [
    "America/New_York",
    "Europe/London",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "UTC",
]
Run = tuple[datetime, str, str]


def travel(schedule: Schedule, moments: list[datetime]) -> list[Run]:
    """Tick at each moment, in order; return (moment, job, period) of what ran, which must all succeed."""
    runs: list[Run] = []
    for batch in range(0, len(moments), 300):
        rows = schedule.rows(
            "select moment, run.* from unnest(%s::timestamptz[]) as moment,"
            " jsonb_to_recordset(public.tick(moment) -> 'runs') as run (job text, period text, outcome text)",
            moments[batch : batch + 300],
        )
        assert {row["outcome"] for row in rows} <= {"done"}
        runs += [(row["moment"], row["job"], row["period"]) for row in rows]
    return runs


def ticks_around(due: list[Run], changes: list[datetime], *, every_night: bool) -> list[datetime]:
    """Return each due time and the second before it, and the hours around changes of clocks.

    every_night: False leaves out the nights that no change of clocks is near.
    """
    eventful = [
        moment
        for moment, job, _ in due
        if job != "housekeeping" or any(abs(moment - change) < timedelta(days=3) for change in changes)
    ]
    moments = {moment for moment, _, _ in due} if every_night else set(eventful)
    moments |= {moment - timedelta(seconds=1) for moment in eventful}
    moments |= {change + timedelta(minutes=15 * step) for change in changes for step in range(-16, 17)}
    return sorted(moments)


def cleaned_at(due: list[Run], moments: list[datetime]) -> list[Run]:
    """Return which night each tick cleans: the latest that is due and not cleaned yet."""
    nights = [run for run in due if run[1] == "housekeeping"]
    result = []
    for moment in moments:
        owed = None
        while nights and nights[0][0] <= moment:
            owed = nights.pop(0)
        if owed:
            result.append((moment, "housekeeping", owed[2]))
    return result


@pytest.mark.parametrize("zone", ZONES)
def test_eleven_years_of_ticks(schedule: Schedule, zone: str) -> None:
    """2010 to 2020: leap years, years of 53 weeks, the day that Samoa skipped."""
    first, last = date(2010, 1, 1), date(2020, 12, 31)
    start = model.instant(datetime.combine(first, time.min), ZoneInfo(zone))
    end = model.instant(datetime.combine(last + model.DAY, time.min), ZoneInfo(zone))
    schedule.start(start, zone)
    due = model.due(zone, first, last)
    changes = model.transitions(zone, start, end)
    moments = ticks_around(due, changes, every_night=zone == "America/New_York")

    got = travel(schedule, moments)

    # Exactly when due: not a second before, and not at any other tick.
    expected = [run for run in due if run[1] != "housekeeping"] + cleaned_at(due, moments)
    assert sorted(got) == sorted(expected)
    assert len({(job, period) for _, job, period in got}) == len(got)


@pytest.mark.parametrize(
    ("zone", "digest_day", "times"),
    [
        # All within or beside the hour that New York skips and repeats on Sundays.
        ("America/New_York", "sunday", (time(2, 30), time(0, 0), time(2, 30))),
        ("America/New_York", "sunday", (time(1, 30), time(1, 30), time(1, 59, 59))),
        ("Australia/Lord_Howe", "sunday", (time(2, 10), time(2, 10), time(1, 45))),
        ("America/Havana", "sunday", (time(0, 0), time(0, 30), time(0, 30))),
        ("Pacific/Apia", "friday", (time(23, 59), time(23, 59), time(3, 0))),
    ],
)
def test_times_that_daylight_saving_skips_or_repeats(
    schedule: Schedule,
    zone: str,
    digest_day: str,
    times: tuple[time, time, time],
) -> None:
    digest_time, month_end_time, housekeeping_time = times
    first, last = date(2010, 11, 1), date(2012, 12, 31)
    schedule.db.execute(
        "update public.settings set digest_day = %s, digest_time = %s, month_end_time = %s,"
        " housekeeping_time = %s",
        [digest_day, digest_time, month_end_time, housekeeping_time],
    )
    start = model.instant(datetime.combine(first, time.min), ZoneInfo(zone)) - timedelta(seconds=1)
    schedule.start(start, zone)
    expected = model.due(
        zone,
        first,
        last,
        digest_weekday=["friday", "sunday"].index(digest_day) * 2 + 4,
        digest_time=digest_time,
        month_end_time=month_end_time,
        housekeeping_time=housekeeping_time,
    )
    end = datetime(2012, 12, 30, tzinfo=UTC)
    got = travel(schedule, ticks_around(expected, model.transitions(zone, start, end), every_night=True))
    # The report of the month before is still owed: it was not over when the schedule began.
    assert sorted(run for run in got if run[2] != "2010-10") == expected


@pytest.mark.parametrize("seed", range(4))
def test_ticks_at_any_times_run_each_period_once_and_never_early(schedule: Schedule, seed: int) -> None:
    """Ticks missed, late, and bunched at random: nothing is skipped, doubled, early, or out of order."""
    chance = random.Random(seed)  # noqa: S311 (a reproducible sample)
    zone = chance.choice(ZONES)
    first, last = date(2027, 1, 1), date(2028, 3, 31)
    start = model.instant(datetime.combine(first, time.min), ZoneInfo(zone))
    schedule.start(start, zone)
    moments, moment = [], start
    while moment.date() <= last:
        moment += timedelta(minutes=chance.choice([1, 1, 7, 60, 60 * 24, 60 * 24 * 20]) * chance.random() * 2)
        moments.append(moment)
    # Enough ticks at the end for whatever is still owed.
    moments += [moments[-1] + timedelta(minutes=minute) for minute in range(1, 30)]

    got = travel(schedule, moments)

    due = {(job, period): at for at, job, period in model.due(zone, first, last + timedelta(days=45))}
    for job in ("digest", "report"):
        ran = [period for _, name, period in got if name == job]
        assert ran == [period for (name, period), at in due.items() if name == job and at <= moments[-1]]
    nights = [period for _, name, period in got if name == "housekeeping"]
    assert nights == sorted(set(nights))
    assert all(at >= due[job, period] for at, job, period in got)
