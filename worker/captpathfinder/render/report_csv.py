"""The month-end report as CSV (RFC 4180): UTF-8 with a byte order mark, for spreadsheets; ISO dates."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import IO

from captpathfinder.models import ReportRow
from captpathfinder.render import words
from captpathfinder.render.escape import csv_cell

BYTE_ORDER_MARK = "\ufeff"

# The order is a contract: people's spreadsheets refer to it. New columns go to the end.
COLUMNS = (
    "detection_id", "user_id", "name", "title", "level", "company", "country", "joined_at", "detected_at",
    "kind", "why", "rules_version",
)  # fmt: skip


def write_header(file: IO[str]) -> None:
    """Start a CSV; `file` is a text file opened with `encoding="utf-8", newline=""`."""
    file.write(BYTE_ORDER_MARK)
    csv.writer(file).writerow(COLUMNS)


def write_rows(file: IO[str], rows: Iterable[ReportRow]) -> None:
    """Append people. Cells that a spreadsheet would run are neutralised."""
    csv.writer(file).writerows(
        (
            row.id,
            csv_cell(row.user_id),
            csv_cell(row.username),
            csv_cell(row.title),
            words.LEVELS[row.seniority_level],
            csv_cell(row.company),
            csv_cell(row.country),
            words.iso(row.joined_at),
            words.iso(row.detected_at),
            row.kind,
            csv_cell(row.why),
            "" if row.rules_version is None else row.rules_version,
        )
        for row in rows
    )
