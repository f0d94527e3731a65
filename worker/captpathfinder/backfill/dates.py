"""Reads a date in whatever form it was exported; what cannot be one, or could be two, is none.

Which of day and month comes first is settled by the file (one date that can only be read one way settles its
column), or by the user. Dots put the day first.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# The beginnings of the months' names in English, German, French, Spanish, Italian, Portuguese, Dutch, the
# Scandinavian languages, Polish, Czech and Turkish; the longest that fits counts.
_MONTHS = {
    1: "jan gen ene sty led oca",
    2: "feb fev lut uno sub",
    3: "mar mrz maa mrt mae bre",
    4: "apr avr abr kwi dub nis",
    5: "may mai mag mei maj kve",
    6: "jun juin giu cze cer haz",
    7: "jul juil lug lip cerven tem",
    8: "aug aou ago sie srp",
    9: "sep set wrz zar eyl",
    10: "oct okt ott out paz rij eki",
    11: "nov lis kas",
    12: "dec dez dic des gru pro ara",
}
_MONTH_OF = {start: month for month, starts in _MONTHS.items() for start in starts.split()}
_TIME = (
    r"(?:(?:[T ,]|\s+at\s+|\s+um\s+|\s+à\s+)+(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})"
    r"(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\.?)?\s*(?P<zone>Z|UTC|GMT)?\s*(?P<offset>[+-]\d{2}(?::?\d{2})?)?"
    r"(?:\s*\([^)]*\)|\s+[A-Z]{3,4}|\s+uhr)?)?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º|ª)?"
_NAME = r"(?P<name>[^\W\d]{3,})\.?"
_FORMS = tuple(
    re.compile(form + r"\.?", re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})" + _TIME,
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})" + _TIME,
        r"(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]?" + _TIME,
        r"(?P<first>\d{1,2})(?P<mark>[-/.])\s?(?P<other>\d{1,2})(?P=mark)\s?(?P<year>\d{4}|\d{2})" + _TIME,
        _DAY
        + r"[\s/-]*(?:(?:of|de)\s+)?"
        + _NAME
        + r"[\s,/-]*(?:(?:de|del)\s+)?'?(?P<year>\d{4}|\d{2})"
        + _TIME,
        _NAME + r"[\s/-]*" + _DAY + r"[\s,/-]+(?P<year>\d{4})" + _TIME,
        # As C's ctime() writes it, the year at the end.
        _NAME
        + r"\s+"
        + _DAY
        + r"\s+(?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2})(?:\s+[A-Z]{3,4})?\s+(?P<year>\d{4})"
        + r"(?P<half>)(?P<zone>)(?P<offset>)",
    )
)
_WEEKDAY = re.compile(r"^[^\W\d]{2,10}\.?,\s*|^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\s+", re.IGNORECASE)
_EARLIEST, _LATEST = 1980, 2100
# A day and a month that may be either; both readings are dates.
EITHER = "either"


@lru_cache(maxsize=1 << 12)
def read_date(cell: str, day_first: bool | None) -> str | None:
    """A date as ISO 8601, with its time where it has one; None for no date, `EITHER` for what may be two."""
    text = " ".join(cell.split())
    if re.fullmatch(r"\d+(?:\.\d+)?", text) and not re.fullmatch(r"(?:19|20)\d{6}", text):
        return _counted(text)
    text = _WEEKDAY.sub("", text)
    for form in _FORMS:
        if found := form.fullmatch(text):
            return _dated(found.groupdict(), day_first)
    return None


def is_day_first(cells: Iterable[str]) -> bool | None:
    """Which of day and month comes first in these cells; None where none or both of them would have to."""
    firsts = others = 0
    for cell in cells:
        if (found := _FORMS[3].fullmatch(" ".join(cell.split()))) and found["mark"] != ".":
            firsts += int(found["first"]) > 12
            others += int(found["other"]) > 12
    return None if bool(firsts) is bool(others) else bool(firsts)


def _counted(text: str) -> str | None:
    """A date as a number: (milli-, micro-)seconds since 1970, a spreadsheet's days, or digits in a row."""
    whole = text.partition(".")[0]
    moment: dt.datetime | None = None
    if len(whole) == 14 and whole[:2] in {"19", "20"}:
        try:
            moment = dt.datetime.strptime(whole, "%Y%m%d%H%M%S")  # noqa: DTZ007 (has no zone)
        except ValueError:
            return None
    elif len(whole) == 5:
        # Excel's day 0; its 29 February 1900, which never was, lies before any community.
        moment = dt.datetime(1899, 12, 30) + dt.timedelta(days=float(text))  # noqa: DTZ001 (has no zone)
        moment = moment.replace(microsecond=0)
    elif len(whole) in {9, 10, 12, 13, 15, 16}:
        seconds = float(text) / 1000 ** ((len(whole) - 9) // 3 if len(whole) > 10 else 0)
        moment = dt.datetime.fromtimestamp(int(seconds), dt.UTC)
    if moment is None or not _EARLIEST <= moment.year <= _LATEST:
        return None
    return moment.date().isoformat() if not (moment.hour or moment.minute) else moment.isoformat()


def _dated(part: dict[str, str | None], day_first: bool | None) -> str | None:
    month = _month(part)
    day = int(part.get("day") or 0)
    if "first" in part:
        first, other = int(part["first"] or 0), int(part["other"] or 0)
        if first <= 12 and other <= 12 and first != other:
            if part["mark"] == ".":
                day_first = True
            if day_first is None:
                return EITHER
        else:
            day_first = other <= 12
        day, month = (first, other) if day_first else (other, first)
    year = int(part["year"] or 0)
    if year < 100:
        year += 2000 if year < 70 else 1900
    try:
        date = dt.date(year, month, day)
        if not _EARLIEST <= year <= _LATEST:
            return None
        return date.isoformat() + _time(part)
    except ValueError:
        return None


def _month(part: dict[str, str | None]) -> int:
    if part.get("month"):
        return int(part["month"] or 0)
    plain = unicodedata.normalize("NFKD", (part.get("name") or "").lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    for length in (6, 4, 3):
        if month := _MONTH_OF.get(plain[:length]):
            return month
    return 0


def _time(part: dict[str, str | None]) -> str:
    if not part.get("hour"):
        return ""
    hour = int(part["hour"] or 0)
    if half := part.get("half"):
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    time = dt.time(hour, int(part["minute"] or 0), min(int(part.get("second") or 0), 59))
    offset = part.get("offset") or ("Z" if part.get("zone") else "")
    return f"T{time.isoformat()}{offset}"
