"""People as CSV (RFC 4180) for Excel: UTF-8 with a byte order mark, plain headers, local dates.

Nothing in it runs as a formula, and no id becomes a rounded number or a date: an apostrophe is put before
what a spreadsheet would change.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO

from captpathfinder.render import words
from captpathfinder.render.documents import LEVELS, Level, Person, level_labels
from captpathfinder.render.escape import csv_cell

BYTE_ORDER_MARK = "\ufeff"

# The order is a contract: people's spreadsheets refer to it. New columns go to the end.
COLUMNS = (
    "Name", "Title", "Level", "What happened", "On", "Previous title", "Previous level", "Company",
    "Previous company", "Account", "Tier", "Owner", "Region", "Watched", "Country", "Function",
    "E-mail domain", "Profile", "Member since", "Member id", "Community", "Change id",
)  # fmt: skip

# What a spreadsheet makes a number that is not the same any more (a leading zero, more than eleven digits, an
# exponent), a date or a truth value of.
_CHANGED_WHEN_READ = re.compile(
    r"0\d+|\d{12,}|\d+[.,]?\d*e[+-]?\d+|\d+([-/.:])\d+(\1\d+)?|true|false|\d+[.,]\d+", re.IGNORECASE
)


def write_header(file: IO[str]) -> None:
    """Start a CSV; `file` is a text file opened with `encoding="utf-8", newline=""`."""
    file.write(BYTE_ORDER_MARK)
    csv.writer(file).writerow(COLUMNS)


def write_rows(
    file: IO[str], people: Iterable[Person], time_zone: str, levels: Sequence[Level] = LEVELS
) -> None:
    """Append people, with moments as local dates of `time_zone`."""
    labels = level_labels(levels)
    csv.writer(file).writerows(_row(person, time_zone, labels) for person in people)


def id_cell(value: str | None) -> str:
    """An id as a cell that a spreadsheet leaves as it is.

    >>> id_cell("0042"), id_cell("1234567890123456"), id_cell("2000")
    ("'0042", "'1234567890123456", '2000')
    """
    text = csv_cell(value)
    return f"'{text}" if _CHANGED_WHEN_READ.fullmatch(text) else text


def _row(person: Person, time_zone: str, labels: dict[str, str]) -> Sequence[str]:
    account = person.account
    return (
        csv_cell(person.username),
        csv_cell(person.title),
        labels.get(person.level or "", csv_cell(person.level)),
        words.KINDS[person.kind],
        _date(person.changed_at, time_zone),
        csv_cell(person.previous_title),
        labels.get(person.previous_level or "", csv_cell(person.previous_level)),
        csv_cell(person.company),
        csv_cell(person.previous_company),
        csv_cell(account.name if account else None),
        csv_cell(account.tier if account else None),
        csv_cell(account.owner if account else None),
        csv_cell(account.region if account else None),
        "yes" if account and account.is_watched else "",
        csv_cell(person.country_name or person.country),
        csv_cell(", ".join(person.functions)),
        csv_cell(person.email_domain),
        csv_cell(person.profile_url),
        _date(person.joined_at, time_zone),
        id_cell(person.user_id),
        id_cell(person.community),
        str(person.detection_id),
    )


def _date(moment: datetime | None, time_zone: str) -> str:
    """`2026-11-13`, which every spreadsheet reads as a date."""
    return moment.astimezone(words.zone(time_zone)).date().isoformat() if moment else ""
