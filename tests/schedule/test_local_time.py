"""Local times and their instants: both sides of every change of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.schedule import model
from tests.schedule.conftest import Schedule

# Havana changes its clocks at midnight, Troll by two hours, Casablanca around Ramadan.
ZONES = [
    "America/New_York",
    "Europe/London",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "UTC",
    "America/Havana",
    "Antarctica/Troll",
    "Africa/Casablanca",
]


@pytest.mark.parametrize("zone_name", ZONES)
def test_every_change_of_the_clocks_agrees_with_an_independent_model(
    untouched: Schedule, zone_name: str
) -> None:
    zone = ZoneInfo(zone_name)
    locals_: list[datetime] = [datetime(2026, 1, 31, 23, 55), datetime(2028, 2, 29, 2, 0)]  # noqa: DTZ001 (local)
    for change in model.transitions(
        zone_name, datetime(2010, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)
    ):
        around = change.astimezone(zone).replace(tzinfo=None)
        locals_ += [around + timedelta(minutes=10 * step) for step in range(-20, 21)]
    got = untouched.db.execute(
        "select local, pathfinder.local_instant(local, %s) from unnest(%s::timestamp[]) as local",
        [zone_name, locals_],
    ).fetchall()
    assert got == [(local, model.instant(local, zone)) for local in locals_]


@pytest.mark.parametrize(
    ("local", "zone", "expected"),
    [
        ("2026-03-08 02:30", "America/New_York", "2026-03-08 07:00Z"),  # skipped: 03:00 EDT
        ("2026-11-01 01:30", "America/New_York", "2026-11-01 05:30Z"),  # twice: the first, EDT
        ("2026-10-04 02:10", "Australia/Lord_Howe", "2026-10-03 15:30Z"),  # half an hour is skipped
        ("2026-04-05 01:45", "Australia/Lord_Howe", "2026-04-04 14:45Z"),
        ("2011-12-30 17:00", "Pacific/Apia", "2011-12-30 10:00Z"),  # the whole day is skipped
        ("2026-03-08 00:30:15.5", "America/Havana", "2026-03-08 05:00Z"),
    ],
)
def test_known_gaps_and_repeats(untouched: Schedule, local: str, zone: str, expected: str) -> None:
    assert untouched.value("select pathfinder.local_instant(%s, %s) = %s::timestamptz", local, zone, expected)
