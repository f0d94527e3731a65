"""Opens a file of members, whatever it is, and reads each row's member, or why there is none.

A row is rejected only for what makes the member or the title unknown. Whatever else cannot be used is left
out and counted.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from captpathfinder.backfill import cells, documents
from captpathfinder.backfill.charsets import Charset, recognise_charset
from captpathfinder.backfill.dates import EITHER, is_day_first, read_date
from captpathfinder.backfill.headings import Columns, choose_columns, heading_score
from captpathfinder.backfill.packaging import Package, unpack
from captpathfinder.backfill.separated import Dialect, Record, dialects, evenness, read_lines, split_records
from captpathfinder.errors import PermanentError

# How many lines the form of the file is judged by, and how many of the first rows may stand above the header.
SAMPLE = 1000
ABOVE = 60
# What the database takes at most, in characters.
LONGEST_ID, LONGEST_TITLE, LONGEST_SIDE = 500, 4000, 1000
_NOTE = re.compile(
    r"\W*(?:(?:grand |sub)?total|sum|summe|gesamt|anzahl|count|totaal|totale|somme|suma|rows?|records?"
    r"|end of|generated|exported|report|source|filter|confidential|copyright|©|page \d"
    r"|\d+ (?:rows?|records?|members?)"
    r"|итого|всего|合計|总计|總計|합계)\b.*",
    re.IGNORECASE | re.DOTALL,
)

Records = Iterator[tuple[Record, int]]
NAMES = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "|"}


@dataclass(frozen=True)
class Options:
    """What the user said about the file."""

    encoding: str | None = None
    columns: Mapping[str, str] | None = None
    no_header: bool = False
    day_first: bool | None = None


@dataclass(frozen=True)
class Fault:
    """Why a row is rejected: the kind, by which rows are counted, and the sentence for this one."""

    kind: str
    text: str


class Read(NamedTuple):
    """What became of a row: a member, a fault, or neither for a line that is none; and what was left out.

    A tuple, as there are millions of them.
    """

    record: Record
    member: dict[str, str] | None = None
    fault: Fault | None = None
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """The form in which rejected rows are written: that of the source, as far as it is text."""

    delimiter: str = ","
    codec: str = "utf-8-sig"
    is_json: bool = False


@dataclass(frozen=True)
class Source:
    """A file of members that is understood: what it is in words, its columns, and how to read its rows."""

    path: Path
    described: str
    columns: Columns
    form: Form
    day_first: bool | None
    country_codes: bool
    size: int
    first_row: int
    records: Callable[[], Records]

    def reads(self, skip: int = 0) -> Iterator[tuple[Read, int]]:
        """What became of each row after the header but `skip` rows, and how much of `size` has been read."""
        header = tuple(map(cells.text, self.columns.header))
        read = self.read
        for record, position in islice(self.records(), skip, None):
            yield read(record, header), position

    def read(self, record: Record, header: Sequence[str] = ()) -> Read:
        """What one row says."""
        row, index = record.cells, self.columns.index
        if record.open_at is not None:
            if any(index[attribute] >= record.open_at for attribute in ("user_id", "title")):
                return _rejected(
                    record, "cells that never close", "A cell never closes: a quote is missing at its end."
                )
            row = row[: record.open_at]
        elif len(row) > len(self.columns.header):
            surplus = [cell for cell in row[len(self.columns.header) :] if cells.text(cell)]
            if surplus:
                return _rejected(
                    record,
                    "more cells than headings",
                    f"The row has {len(row)} cells under {len(self.columns.header)} headings:"
                    " is a quote missing?",
                )
        text, width = cells.text, len(row)
        said = {name: value for name, at in index.items() if at < width and (value := text(row[at]))}
        country = index.get("country", width)
        if self.country_codes and country < width and row[country].strip() == "NA":
            # Namibia, among the codes of countries.
            said["country"] = "NA"
        if header and said.get("title") == header[index["title"]] and tuple(map(cells.text, row)) == header:
            return Read(record)
        return self._member(record, row, said)

    def _member(self, record: Record, row: Sequence[str], said: dict[str, str]) -> Read:
        place = self.columns.index["user_id"]
        raw = row[place] if place < len(row) else ""
        user_id, cut = cells.identifier(raw)
        title = said.get("title", "")
        if not title and not cut and (_NOTE.fullmatch(user_id) or (user_id and not self.columns.is_id(raw))):
            return Read(record)
        if not user_id and not said:
            return Read(record)
        if fault := self._fault(user_id, cut, title) or self._rest(row, raw):
            return Read(record, fault=fault)
        said["user_id"] = user_id
        dropped = self._settle(said)
        if record.open_at is not None:
            dropped = (*dropped, "cells that never close")
        return Read(record, said, dropped=dropped)

    @staticmethod
    def _fault(user_id: str, cut: str | None, title: str) -> Fault | None:
        """What is wrong with the id or the title."""
        if cut:
            return Fault("user ids that a spreadsheet shortened", cut)
        if not user_id:
            return Fault("no user id", "There is no user id.")
        for name, value, longest in (("user id", user_id, LONGEST_ID), ("title", title, LONGEST_TITLE)):
            if len(value) > longest:
                return Fault(f"{name}s that are too long", f"The {name} is longer than {longest} characters.")
        return None

    def _rest(self, row: Sequence[str], raw: str) -> Fault | None:
        """What is wrong with the rest of a row whose cell had a line break without quotes around it."""
        columns = self.columns
        if not columns.numeric_ids or len(row) >= len(columns.header) or columns.is_id(raw):
            return None
        said = f"{raw.strip()[:40]!r} is no user id like the others: is a line broken within a cell?"
        return Fault("no user id like the others", said)

    def _settle(self, said: dict[str, str]) -> tuple[str, ...]:
        """Make what a row says what the database takes; say what of it had to be left out."""
        dropped: list[str] = []
        if "first_name" in said or "last_name" in said:
            both = " ".join(filter(None, (said.pop("first_name", ""), said.pop("last_name", ""))))
            said.setdefault("username", both)
        if given := said.pop("email_domain", ""):
            if domain := cells.domain(given, self.columns.has_bare_domains):
                said["email_domain"] = domain
            else:
                dropped.append("e-mail addresses that are none")
        if given := said.pop("joined_at", ""):
            date = read_date(given, self.day_first)
            if date is None:
                dropped.append("dates that cannot be read")
            elif date == EITHER:
                dropped.append("dates with the day or the month first (say --day-first or --month-first)")
            else:
                said["joined_at"] = date
        if max(map(len, said.values())) > LONGEST_SIDE:
            for attribute, name in (("username", "name"), ("company", "company"), ("country", "country")):
                if len(said.get(attribute, "")) > LONGEST_SIDE:
                    del said[attribute]
                    dropped.append(f"cells longer than {LONGEST_SIDE} characters ({name})")
        return tuple(dropped)


def _rejected(record: Record, kind: str, text: str) -> Read:
    return Read(record, fault=Fault(kind, text))


def open_source(path: Path, options: Options) -> Source:
    """Find out what a file is, which column holds what, and how its dates are written.

    Raises `PermanentError`, which says what to change, for what cannot be read.
    """
    package = unpack(path)
    if package.kind == "sheet":
        return _of_sheet(package, options)
    charset = _charset(package, options.encoding)
    first = _first_lines(package, charset)
    start = "\n".join(first[:50]).lstrip("\ufeff \t\r\n")
    if re.match(r'\{\s*"|\[\s*\{', start):
        return _of_json(package, charset, options)
    if re.match(
        r"<(?:!doctype html|html|table|\?xml|\?mso|workbook|body|div|meta|head|style)", start, re.IGNORECASE
    ):
        return _of_tables(package, charset, options)
    return _of_text(package, charset, first, options)


def _charset(package: Package, encoding: str | None) -> Charset:
    if encoding is None:
        with package.opened() as (content, _):
            return recognise_charset(content)
    try:
        "".encode(encoding)
    except LookupError:
        raise PermanentError(f"There is no encoding called {encoding}.") from None
    return Charset(encoding, encoding, errors="replace")


def _first_lines(package: Package, charset: Charset) -> list[str]:
    lines = read_lines(package, charset)
    try:
        return [line for line, _ in islice(lines, SAMPLE)]
    finally:
        lines.close()  # type: ignore[attr-defined]  # a generator, whose file is open until then


def _of_text(package: Package, charset: Charset, first: Sequence[str], options: Options) -> Source:
    chosen = options.columns or {}

    def sample(dialect: Dialect) -> list[Record]:
        numbered = iter([(line, 0) for line in first])
        return [record for record, _ in split_records(numbered, dialect, lambda _: False)]

    candidates = dialects(first)
    judged = [(_header_place(sample(dialect), chosen), dialect) for dialect in candidates]
    (_, _, place), dialect = max(
        judged, key=lambda entry: (entry[0][0], entry[0][1], evenness(entry[1], first[:ABOVE]))
    )
    rows = sample(dialect)
    if not rows:
        raise PermanentError(f"{package.path} has no rows.")
    if max(len(record.cells) for record in rows) < 2:
        raise PermanentError(
            f"{package.path}: no row has more than one cell. The cells must stand apart by , ; | or tabs."
        )

    def records(columns: Columns) -> Callable[[], Records]:
        return lambda: split_records(read_lines(package, charset), dialect, columns.is_row)

    delimiter = NAMES.get(dialect.delimiter, repr(dialect.delimiter))
    rival = f"; if names look wrong: --encoding {charset.rival}" if charset.rival else ""
    codec = charset.codec
    if codec in {"utf-16", "utf-32"}:
        codec += "-le"
    return _understood(
        package,
        f"text in {charset.name}{package.named_layers}, separated by {delimiter}{rival}",
        rows=rows,
        place=place,
        records=records,
        form=Form(dialect.delimiter, codec),
        options=options,
        size=package.path.stat().st_size,
    )


def _of_sheet(package: Package, options: Options) -> Source:
    best: tuple[int, int, int, str, list[Record]] | None = None
    sheets = 0
    for name, given in documents.read_sheets(package):
        rows = [record for record, _ in given]
        if not rows:
            continue
        sheets += 1
        score, width, place = _header_place(rows[:SAMPLE], options.columns or {})
        if best is None or score > best[0]:
            best = (score, width, place, name, rows)
    if best is None:
        raise PermanentError(f"{package.path}: its sheets are empty.")
    *_, place, name, rows = best
    others = f" (of {sheets} sheets)" if sheets > 1 else ""
    return _understood(
        package,
        f"spreadsheet{package.named_layers}, sheet “{name}”{others}",
        rows=rows[:SAMPLE],
        place=place,
        records=lambda _: lambda: ((record, record.line) for record in rows),
        form=Form(),
        options=options,
        size=rows[-1].line,
    )


def _of_tables(package: Package, charset: Charset, options: Options) -> Source:
    def records() -> Records:
        return documents.read_tables(read_lines(package, charset))

    rows = [record for record, _ in islice(records(), SAMPLE)]
    if not rows:
        raise PermanentError(f"{package.path} is HTML or XML without a table. Export the members as CSV.")
    *_, place = _header_place(rows, options.columns or {})
    described = f"table in HTML or XML, {charset.name}{package.named_layers}"
    size = package.path.stat().st_size
    return _understood(
        package,
        described,
        rows=rows,
        place=place,
        records=lambda _: records,
        form=Form(),
        options=options,
        size=size,
    )


def _of_json(package: Package, charset: Charset, options: Options) -> Source:
    first = [value for value, _ in islice(documents.read_objects(package, charset), SAMPLE)]
    header = tuple(dict.fromkeys(chain.from_iterable(first)))
    if not header:
        raise PermanentError(f"{package.path} is JSON without objects. Export the members as CSV.")

    def records() -> Records:
        return documents.objects_as_records(documents.read_objects(package, charset), header)

    rows = [Record(0, header), *(record for record, _ in islice(records(), SAMPLE))]
    described = f"JSON in {charset.name}{package.named_layers}"
    size = package.path.stat().st_size
    form = Form(codec="utf-8", is_json=True)
    return _understood(
        package,
        described,
        rows=rows,
        place=0,
        records=lambda _: records,
        form=form,
        options=options,
        size=size,
    )


def _header_place(rows: Sequence[Record], chosen: Mapping[str, str]) -> tuple[int, int, int]:
    """How well the best row does as a header, its width, and its place among the rows."""
    scored = [
        (heading_score(record.cells, chosen), len(record.cells), -at)
        for at, record in enumerate(rows[:ABOVE])
    ]
    score, width, place = max(scored, key=lambda entry: (entry[0], entry[2]), default=(0, 0, 0))
    if score:
        return score, width, -place
    # The first row that is as wide as most.
    widths = [len(record.cells) for record in rows]
    usual = max(set(widths), key=widths.count, default=0)
    return 0, usual, widths.index(usual) if widths else 0


def _understood(
    package: Package,
    described: str,
    *,
    rows: Sequence[Record],
    place: int,
    records: Callable[[Columns], Callable[[], Records]],
    form: Form,
    options: Options,
    size: int,
) -> Source:
    chosen = options.columns or {}
    if options.no_header:
        width = max(len(record.cells) for record in rows)
        header = tuple(f"column {number}" for number in range(1, width + 1))
        under, above = list(rows), -1
    else:
        header = rows[place].cells
        under, above = list(rows[place + 1 :]), rows[place].line
    columns = choose_columns(str(package.path), header, under, chosen)
    all_records = records(columns)

    def after_header() -> Records:
        return (entry for entry in all_records() if entry[0].line > above)

    day_first = options.day_first
    if day_first is None and "joined_at" in columns.index:
        day_first = is_day_first(_column(under, columns.index["joined_at"]))
    codes = [cell for cell in _column(under, columns.index.get("country")) if cells.text(cell)]
    return Source(
        path=package.path,
        described=described,
        columns=columns,
        form=form,
        day_first=day_first,
        country_codes=bool(codes) and all(re.fullmatch(r"\s*[A-Z]{2}\s*", cell) for cell in codes),
        size=size,
        first_row=above + 1,
        records=after_header,
    )


def _column(rows: Sequence[Record], place: int | None) -> list[str]:
    return [] if place is None else [record.cells[place] for record in rows if place < len(record.cells)]


def digest_of(source: Source, *told: object) -> str:
    """Identify the work: the file's content, which columns are read, and what else was `told`."""
    with source.path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256")
    read = [sorted(source.columns.index.items()), source.described, source.day_first, *told]
    digest.update(json.dumps(read).encode())
    return digest.hexdigest()


__all__ = ["Fault", "Form", "Options", "Read", "Source", "digest_of", "open_source"]
