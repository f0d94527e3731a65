"""Rows of JSON, of spreadsheets, and of the HTML and XML that some call spreadsheets."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from io import TextIOWrapper

from captpathfinder.backfill.charsets import Charset
from captpathfinder.backfill.packaging import Package
from captpathfinder.backfill.separated import Record
from captpathfinder.errors import PermanentError

CHUNK = 1 << 16
# A JSON object of a member is never longer than this, in characters.
LONGEST_OBJECT = 1 << 22
# Excel keeps fifteen digits of a number: what is longer has lost its end.
EXACT = 10**15
_CONTROL = re.compile(r"_x000[0-9A-Fa-f]_")


def in_words(value: object) -> str:  # noqa: PLR0911 (one answer a type)
    """A value of JSON or of a spreadsheet as the text that a CSV would hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if abs(value) >= EXACT:
            return f"{value:.6E}"
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(map(in_words, value))
    return _CONTROL.sub(" ", str(value))


# -- spreadsheets ------------------------------------------------------------------------------------------


def read_sheets(package: Package) -> Iterator[tuple[str, Iterator[tuple[Record, int]]]]:
    """The sheets that are to be seen: the name of each, and its rows with how many have been read."""
    import python_calamine  # noqa: PLC0415 (only spreadsheets need it)

    with package.opened() as (content, _), tempfile.TemporaryFile() as whole:
        shutil.copyfileobj(content, whole)
        whole.seek(0)
        try:
            book = python_calamine.load_workbook(whole)
            for sheet in book.sheets_metadata:
                if sheet.visible == python_calamine.SheetVisibleEnum.Visible:
                    yield sheet.name, _rows_of_sheet(book.get_sheet_by_name(sheet.name))
        except python_calamine.PasswordError:
            raise PermanentError(
                f"{package.path} is protected by a password. Save it without, or as CSV."
            ) from None
        except (python_calamine.CalamineError, ValueError) as error:
            raise PermanentError(
                f"{package.path} is no spreadsheet that can be read ({error}). Save it as CSV UTF-8."
            ) from None


def _rows_of_sheet(sheet: object) -> Iterator[tuple[Record, int]]:
    first = (getattr(sheet, "start", None) or (0, 0))[0]
    rows = sheet.to_python(skip_empty_area=True)  # type: ignore[attr-defined]
    for number, row in enumerate(rows, first + 1):
        cells = tuple(map(in_words, row))
        if any(cell and not cell.isspace() for cell in cells):
            yield Record(number, cells), number


# -- JSON --------------------------------------------------------------------------------------------------


def read_objects(package: Package, charset: Charset) -> Iterator[tuple[dict[str, str], int]]:
    """The objects of a JSON array or of JSON lines, each flat, and how many bytes have been read.

    Objects within an object, as in {"members": [{…}]}, are found too.
    """
    decoder = json.JSONDecoder()
    with package.opened() as (content, raw):
        text = TextIOWrapper(content, charset.codec, charset.errors)
        try:
            buffer = text.read(CHUNK)
            if around := re.match(
                r'\ufeff?\s*\{\s*(?:"[^"]*"\s*:\s*[^\[{]*)?"[^"]*"\s*:\s*\[\s*(?=\{)', buffer
            ):
                buffer = buffer[around.end() :]
            while True:
                buffer = buffer.lstrip("\ufeff \t\r\n,[")
                if not buffer or buffer[0] != "{":
                    more = text.read(CHUNK) if not buffer else ""
                    if not more:
                        return
                    buffer = more
                    continue
                try:
                    value, end = decoder.raw_decode(buffer)
                except ValueError as error:
                    more = text.read(CHUNK) if len(buffer) < LONGEST_OBJECT else ""
                    if not more:
                        raise PermanentError(
                            f"{package.path} is not JSON that can be read: {error}."
                        ) from None
                    buffer += more
                    continue
                yield dict(_flat(value)), raw.tell()
                buffer = buffer[end:]
        finally:
            text.detach()


def _flat(value: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _flat(inner, f"{before}{name}.")
        else:
            yield before + name, in_words(inner)


def objects_as_records(
    objects: Iterator[tuple[dict[str, str], int]], header: Sequence[str]
) -> Iterator[tuple[Record, int]]:
    """Objects as rows under a header."""
    for number, (value, position) in enumerate(objects, 1):
        yield Record(number, tuple(value.get(name, "") for name in header)), position


# -- HTML and XML ------------------------------------------------------------------------------------------


class _Tables(HTMLParser):
    """Collects the rows of tables: of HTML, and of Excel's XML of 2003."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[tuple[int, list[str]]] = []
        self._cell: list[str] | None = None
        self._number = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"tr", "row"}:
            self._end_cell()
            self._number += 1
            self.rows.append((self._number, []))
        elif tag in {"td", "th", "cell"} and self.rows:
            self._end_cell()
            self._cell = []
            if (place := dict(attrs).get("ss:index")) and place.isdigit():
                cells = self.rows[-1][1]
                cells.extend([""] * min(int(place) - 1 - len(cells), 1000))
        elif tag == "br":
            self.handle_data("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "cell", "tr", "row"}:
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None:
            self.rows[-1][1].append("".join(self._cell))
            self._cell = None


def read_tables(lines: Iterator[tuple[str, int]]) -> Iterator[tuple[Record, int]]:
    """The rows of the tables in HTML or XML."""
    parser = _Tables()
    position = 0
    for line, position in lines:
        parser.feed(line + "\n")
        while len(parser.rows) > 1:
            number, cells = parser.rows.pop(0)
            if any(cell.strip() for cell in cells):
                yield Record(number, tuple(cells)), position
    parser.close()
    for number, cells in parser.rows:
        if any(cell.strip() for cell in cells):
            yield Record(number, tuple(cells)), position
