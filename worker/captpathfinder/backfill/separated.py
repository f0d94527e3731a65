"""Rows of separated text: quotes and line breaks as spreadsheets, databases and careless programs write them.

A quote that never closes costs its own row and swallows no other: looking for its end stops at the first line
that is a row by itself, and at a quote that would end nothing.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import TextIOWrapper
from typing import NamedTuple

from captpathfinder.backfill.charsets import Charset
from captpathfinder.backfill.packaging import Package
from captpathfinder.errors import PermanentError

DELIMITERS = (",", ";", "\t", "|", "\x1f", "\x01", "^", "~", "¦")
# No row is longer than this, in characters; what is longer is no separated text.
LONGEST_LINE = 1 << 22
# How far the end of a quote is looked for.
LONGEST_CELL = 1 << 20
MOST_LINES = 5000

_RULED = re.compile(r"[\s|+:=¦-]*[-=]{2}[\s|+:=¦-]*")


class Record(NamedTuple):
    """One row: the line on which it begins, from 1; its cells; which of them has a quote that never ends.

    A tuple, as there are millions of them.
    """

    line: int
    cells: tuple[str, ...]
    open_at: int | None = None


@dataclass(frozen=True)
class Dialect:
    """How a text is separated."""

    delimiter: str
    quote: str = '"'
    backslash: bool = False
    skip: int = 0
    _patterns: tuple[re.Pattern[str], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        d, q = re.escape(self.delimiter), re.escape(self.quote)
        end = rf"{q}[ \r]*(?={d}|\Z)"
        escape = r"|\\." if self.backslash else ""
        plain = rf"[^{q}\\]" if self.backslash else rf"[^{q}]"
        # A quote within a quoted cell that neither ends it nor begins another.
        stray = rf"|(?<!{d}){q}(?!{q})(?![ \r]*(?:{d}|\Z))"
        patterns = (
            rf" *{q}((?:{plain}{escape}|{q}{q}{stray})*+){end}",
            rf' *(="[^"]*")(?={d}|\Z)',
            rf"[^{d}]*",
            rf"((?:{plain}{escape}|{q}{q})*+){end}",
        )
        compiled = tuple(re.compile(pattern, re.DOTALL) for pattern in patterns)
        object.__setattr__(self, "_patterns", compiled)

    def cells(self, line: str, start: int = 0) -> tuple[list[str], int | None]:
        """The cells of one line from `start`, and where the text of a quote begins that the line leaves open.

        Of such a line the cell that is open is not among the cells.
        """
        if start == 0 and self.quote not in line and '="' not in line:
            return line.split(self.delimiter), None
        if start == 0 and self._is_plain(line):
            try:
                return next(csv.reader((line,), delimiter=self.delimiter, strict=True)), None
            except csv.Error:
                pass
        quoted, formula, plain, _ = self._patterns
        cells: list[str] = []
        while True:
            if found := quoted.match(line, start):
                cells.append(self.unquoted(found[1]))
            elif found := formula.match(line, start):
                cells.append(found[1])
            elif found := plain.match(line, start):
                cell = found[0]
                if cell.lstrip().startswith(self.quote) and cell.count(self.quote) % 2:
                    return cells, line.index(self.quote, start) + 1
                cells.append(cell)
            if not found or found.end() >= len(line):
                return cells, None
            start = found.end() + len(self.delimiter)

    def _is_plain(self, line: str) -> bool:
        """Whether Python's own reader, which is faster, reads a line as we do, or refuses it."""
        if self.backslash or self.quote != '"' or '="' in line or line[0] == " ":
            return False
        return f'{self.delimiter} "' not in line and f"{self.delimiter}  " not in line

    def closing(self, line: str) -> re.Match[str] | None:
        """Where a quote that an earlier line opened ends on this one; None if nothing on it ends one."""
        return self._patterns[3].match(line)

    def unquoted(self, text: str) -> str:
        """What the text between two quotes means."""
        if self.backslash:
            text = re.sub(r"\\([\"'\\])", r"\1", text)
        return text.replace(self.quote * 2, self.quote)


def read_lines(package: Package, charset: Charset) -> Iterator[tuple[str, int]]:
    """The lines of a text without their ends, and how many bytes of the file have been read.

    Lines end with LF or CR LF; where a file has no LF at all, with CR.
    """
    newline = _line_end(package, charset)
    with package.opened() as (content, raw):
        text = TextIOWrapper(content, charset.codec, charset.errors, newline)
        try:
            number = position = 0
            while line := text.readline(LONGEST_LINE):
                if len(line) == LONGEST_LINE:
                    raise PermanentError(
                        f"{package.path} has a line of more than {LONGEST_LINE:,} characters: is it a CSV?"
                    )
                if number % 256 == 0:
                    position = raw.tell()
                yield (line if number else line.lstrip("\ufeff")).rstrip("\r\n"), position
                number += 1
        finally:
            text.detach()


def _line_end(package: Package, charset: Charset) -> str:
    with package.opened() as (content, _):
        text = TextIOWrapper(content, charset.codec, charset.errors, "")
        try:
            start = text.read(1 << 16)
        finally:
            text.detach()
    return "\r" if "\r" in start and "\n" not in start else "\n"


def dialects(lines: Sequence[str]) -> list[Dialect]:
    """How a text that begins with these lines may be separated."""
    skip = 0
    delimiters: Sequence[str] = DELIMITERS
    for place, line in enumerate(lines[:3]):
        if said := re.fullmatch(r'\W*sep\s*=\s*(\\t|.)"?[\W]*', line, re.IGNORECASE | re.DOTALL):
            skip, delimiters = place + 1, ["\t" if said[1] == "\\t" else said[1]]
            break
        if line.strip():
            break
    sample = "\n".join(lines)
    delimiters = [delimiter for delimiter in delimiters if delimiter in sample] or [","]
    # Escaped by a backslash where one stands before a quote within a cell, as MySQL and JSON write it.
    backslash = bool(re.search(r'[^\\,;\t|\n]\\"', sample)) or bool(re.search(r'[,;\t|]"\\"', sample))
    single = sum(line.count("'") >= 4 and line.lstrip().startswith("'") for line in lines) * 2 > len(lines)
    return [
        Dialect(delimiter, "'" if single else '"', backslash=backslash, skip=skip) for delimiter in delimiters
    ]


def evenness(dialect: Dialect, lines: Sequence[str]) -> float:
    """How alike the rows are in width, from 0; more columns count for a little more."""
    widths = Counter(len(dialect.cells(line)[0]) for line in lines if line.strip())
    widths.pop(1, None)
    if not widths:
        return 0.0
    width, rows = widths.most_common(1)[0]
    return rows / len(lines) + width / 1000


def split_records(
    lines: Iterator[tuple[str, int]], dialect: Dialect, is_row: Callable[[Sequence[str]], bool]
) -> Iterator[tuple[Record, int]]:
    """The rows of separated text; blank ones, and ruled lines of printed tables, are left out.

    is_row: whether cells make a row by themselves, so that no open quote may swallow them.
    """
    ahead: deque[tuple[str, int]] = deque()

    def following() -> tuple[str, int] | None:
        return ahead.popleft() if ahead else next(lines, None)

    number = 0
    while (given := following()) is not None:
        line, position = given
        number += 1
        if number <= dialect.skip or not line.strip():
            continue
        if line[:1] in "-+=|:¦ " and _RULED.fullmatch(line):
            continue
        cells, opened = dialect.cells(line)
        start = number
        if opened is None:
            if len(cells) == 1 and dialect.delimiter in cells[0]:
                # The whole row was quoted once more.
                cells = dialect.cells(cells[0])[0]
            if any(cell and not cell.isspace() for cell in cells):
                yield Record(start, tuple(cells)), position
            continue
        taken: list[tuple[str, int]] = []
        record = _across_lines(
            Record(start, tuple(cells)),
            line[opened:],
            dialect,
            is_row=is_row,
            following=following,
            taken=taken,
        )
        if record.open_at is None:
            number += len(taken)
            position = taken[-1][1]
        else:
            ahead.extendleft(reversed(taken))
        yield record, position


def _across_lines(
    begun: Record,
    text: str,
    dialect: Dialect,
    *,
    is_row: Callable[[Sequence[str]], bool],
    following: Callable[[], tuple[str, int] | None],
    taken: list[tuple[str, int]],
) -> Record:
    """The row of a cell that a line leaves open; `taken` receives the lines that were read for it."""
    cells, parts = list(begun.cells), [text]
    broken = Record(begun.line, (*begun.cells, text), open_at=len(begun.cells))
    size = len(text)
    while size < LONGEST_CELL and len(taken) < MOST_LINES:
        given = following()
        if given is None:
            return broken
        taken.append(given)
        line = given[0]
        size += len(line)
        closing = dialect.closing(line) if dialect.quote in line else None
        within = closing[1] if closing else line
        if is_row(within.split(dialect.delimiter)) or is_row(dialect.cells(line)[0]):
            return broken
        parts.append(within)
        if closing is None:
            if dialect.quote in line.replace(dialect.quote * 2, ""):
                return broken
            continue
        cells.append(dialect.unquoted("\n".join(parts)))
        if closing.end() >= len(line):
            return Record(begun.line, tuple(cells))
        more, opened = dialect.cells(line, closing.end() + len(dialect.delimiter))
        cells.extend(more)
        if opened is None:
            return Record(begun.line, tuple(cells))
        parts = [line[opened:]]
    return broken
