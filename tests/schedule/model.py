"""When things are due, worked out independently of Postgres with Python's zoneinfo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def exists(local: datetime, zone: ZoneInfo) -> bool:
    """Say whether clocks in `zone` ever show the naive time `local`."""
    return local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return when clocks in `zone` first show `local`, or else the first later minute that they do show."""
    while not exists(local, zone):
        local = local.replace(second=0, microsecond=0) + MINUTE
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def days(first: date, last: date) -> Iterator[date]:
    """Yield each date from `first` to `last`, both included."""
    while first <= last:
        yield first
        first += DAY


def due(
    zone_name: str,
    first: date,
    last: date,
    *,
    digest_weekday: int = 4,
    digest_time: time = time(17),
    month_end_time: time = time(23, 55),
    housekeeping_time: time = time(2),
) -> list[tuple[datetime, str, str]]:
    """Return (instant, job, period) of everything due on the local dates `first` to `last`, in order.

    digest_weekday: 0 is Monday, as in `date.weekday`.
    """
    zone = ZoneInfo(zone_name)
    result = []
    for day in days(first, last):
        result.append(
            (instant(datetime.combine(day, housekeeping_time), zone), "housekeeping", day.isoformat())
        )
        if day.weekday() == digest_weekday:
            year, week, _ = day.isocalendar()
            result.append((instant(datetime.combine(day, digest_time), zone), "digest", f"{year}-W{week:02}"))
        if (day + DAY).day == 1:
            result.append((instant(datetime.combine(day, month_end_time), zone), "report", f"{day:%Y-%m}"))
    return sorted(result)


def transitions(zone_name: str, first: datetime, last: datetime) -> list[datetime]:
    """Return the instants, to the minute, at which the offset of a zone changes between two moments."""
    zone = ZoneInfo(zone_name)
    found = []
    moment, step = first, timedelta(hours=12)
    while moment < last:
        if moment.astimezone(zone).utcoffset() != (moment + step).astimezone(zone).utcoffset():
            low, high = moment, moment + step
            while high - low > MINUTE:
                middle = low + (high - low) / 2
                middle = middle.replace(second=0, microsecond=0)
                if middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset():
                    low = middle
                else:
                    high = middle
            found.append(high)
        moment += step
    return found
