"""The numbers that a report shows are those of an independent count over the same period, in any zone."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from captpathfinder.render.document import report_html
from captpathfinder.render.documents import Person, ReportDocument
from tests.conftest import Connection

# East and west of Greenwich, half hours, and a change of the clock within the month.
ZONES = ["America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"]

# By the local wall clock of each row, where the reports compare instants.
COUNT = """
    select
        count(*),
        count(*) filter (where seniority_level = 'csuite'),
        count(*) filter (where seniority_level = 'vp'),
        count(*) filter (where kind = 'promotion'),
        count(*) filter (where country = 'Peru')
    from public.detections
    where to_char(detected_at at time zone %s, 'YYYY-MM') = %s
"""


@pytest.mark.parametrize("zone", ZONES)
def test_a_report_shows_what_an_independent_count_finds(db: Connection, zone: str) -> None:
    chance = random.Random(zone)  # noqa: S311 (a reproducible sample)
    db.execute("update public.settings set time_zone = %s", [zone])
    rows = []
    for number in range(400):
        # Two days around each end of October 2025, where zones disagree, and some in between.
        edge = datetime(2025, *chance.choice([(10, 1), (11, 1)]), tzinfo=UTC)
        moment = edge + timedelta(hours=chance.uniform(-30, 30) if number % 2 else chance.uniform(-500, 100))
        level = chance.choice(["csuite", "vp"])
        kind = "promotion" if level == "csuite" and number % 5 == 0 else "new"
        level_before = "vp" if kind == "promotion" else None
        rows.append((str(number), level, kind, level_before, moment, chance.choice(["Peru", "Chile", None])))
    with db.cursor() as cursor:
        cursor.executemany(
            "insert into public.detections"
            " (user_id, title, seniority_level, kind, previous_level, detected_at, country)"
            " values (%s, 'T', %s, %s, %s, %s, %s)",
            rows,
        )
    counted = db.execute(COUNT, [zone, "2025-10"]).fetchone()
    before = db.execute(COUNT, [zone, "2025-09"]).fetchone()
    assert counted is not None
    assert before is not None
    total, csuite, vp, promoted, peru = map(int, map(str, counted))
    db.execute("select public.generate_reports('2025-10')")

    document = document_of(db)
    listed = people_of(db)
    assert len(listed) == total
    page = report_html(
        document,
        {level: [row for row in listed if row.level == level] for level in ("csuite", "vp")},
    )
    tiles = dict(re.findall(r'<span class="label">([^<]+)</span> <strong>([\d,]+)</strong>', page))
    assert tiles == {
        "executives found": str(total),
        "C-level executives": str(csuite),
        "left": "0",
    }
    assert page.count('scope="row"') == min(csuite, 200) + min(vp, 200)
    assert f"Of those found, {promoted} were promoted." in page
    weeks = re.search(r'aria-label="Executives found, by week\. ([^"]+)"', page)
    assert weeks is not None
    assert sum(map(int, re.findall(r": (\d+)", weeks[1]))) == total
    countries = page[page.index("<h3>Top countries") :]
    bars = dict(re.findall(r'dir="auto">([^<]+)</bdi></span> <span class="bar-number">(\d+) ', countries))
    assert bars["Peru"] == str(peru)
    unknown = re.search(r"Not known: (\d+)", countries)
    assert unknown is not None
    assert sum(map(int, bars.values())) + int(unknown[1]) == total
    assert document.summary.previous is not None
    assert document.summary.previous.total == int(str(before[0]))


def document_of(db: Connection) -> ReportDocument:
    """What the worker gets for the only report."""
    row = db.execute(
        "select pathfinder.outbox_document('report', jsonb_build_object('report_id', id)) from public.reports"
    ).fetchone()
    assert row is not None
    document: Any = row[0]
    return ReportDocument.model_validate(document)


def people_of(db: Connection) -> list[Person]:
    """Everybody in the only report."""
    found: list[Person] = []
    after = 0
    while True:
        page = db.execute(
            "select to_jsonb(row) from public.reports, public.report_rows(reports.id, %s, 100) as row",
            [after],
        ).fetchall()
        if not page:
            return found
        found += [Person.model_validate(row[0]) for row in page]
        after = found[-1].detection_id
