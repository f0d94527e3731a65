"""Signs new links to the latest report of a month, and keeps them there."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from captpathfinder.context import open_context
from captpathfinder.errors import PermanentError
from captpathfinder.jobs.report import has_files, sign_links
from captpathfinder.render.documents import Report
from captpathfinder.settings import Settings

_UNITS = {"year": 365.25, "mon": 30.0, "day": 1.0}


async def renew_links(settings: Settings, month: str) -> tuple[Report, dict[str, str], datetime]:
    """Links to the latest revision of the month's report, and when they end."""
    async with open_context(settings) as context:
        rows = await context.api.rows("reports", {"month_label": month}, order="revision")
        if not rows:
            raise PermanentError(
                f"There is no report of {month}. Make one with `captpathfinder generate-reports {month}`."
            )
        report = Report.model_validate(rows[0])
        if not has_files(report):
            raise PermanentError(
                f"The report of {month} has no files yet: the worker has still to render it."
            )
        configured = await context.api.rows("settings", {}, order="id")
        lifetime = interval_seconds(configured[0]["link_lifetime"])
        links, expire_at = await sign_links(
            context, report.model_copy(update={"link_lifetime_seconds": lifetime})
        )
        kept = await context.api.call(
            "store_report_links",
            {"report_id": report.id, "links": links, "links_expire_at": expire_at.isoformat()},
        )
        if not kept:
            raise PermanentError(f"The report of {month} was deleted meanwhile.")
        return report, links, expire_at


def interval_seconds(text: str) -> float:
    """The seconds of an interval as Postgres writes it: `7 days`, `1 mon 2 days 03:04:05`.

    >>> interval_seconds("1 day 00:30:00")
    88200.0
    """
    days = sum(float(number) * _UNITS[unit] for number, unit in re.findall(r"(-?\d+) (year|mon|day)s?", text))
    clock = re.search(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)", text)
    hours, minutes, seconds = map(float, clock.groups()) if clock else (0.0, 0.0, 0.0)
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds).total_seconds()
