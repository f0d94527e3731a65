"""Reading a CSV of members for `captpathfinder backfill`: columns, batches, rejects, and where it stopped.

Everything streams: a file of a million rows takes no more memory than one of a thousand. Sending is the
business of `captpathfinder.commands.backfill`.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel, Field

from captpathfinder.errors import PermanentError

# What each attribute's column may be called; case, spaces, dashes and underscores do not matter.
KNOWN_NAMES: dict[str, tuple[str, ...]] = {
    "user_id": ("userid", "memberid", "uid", "id"),
    "username": ("username", "displayname", "fullname", "name", "member", "user"),
    "title": ("jobtitle", "title", "position", "jobrole", "role"),
    "company": ("company", "companyname", "organisation", "organization", "employer"),
    "country": ("country", "countryname"),
    "joined_at": ("joinedat", "joined", "registeredat", "registered", "registrationdate", "membersince",
                  "joindate", "createdat", "created"),
}  # fmt: skip

# A cell longer than this is a quote that never closes rather than a title; Python's own limit is 128 KiB.
CELL_LIMIT = 1 << 20
# The rows that a batch holds at most are the caller's choice; this is its size in characters.
BATCH_CHARACTERS = 500_000


@dataclass(frozen=True)
class Columns:
    """Which column holds what: the header, the index of each attribute's column, and the delimiter."""

    header: tuple[str, ...]
    index: Mapping[str, int]
    delimiter: str

    def member(self, row: Sequence[str]) -> dict[str, str]:
        """What a row says about a member; NUL, which no database text can hold, becomes a space."""
        return {
            attribute: row[index].replace("\0", " ")
            for attribute, index in self.index.items()
            if index < len(row) and row[index].strip()
        }

    def fault(self, row: Sequence[str]) -> str | None:
        """Why a row cannot be meant as it is: its cells do not fit under the header."""
        if len(row) > len(self.header):
            return f"The row has {len(row)} cells, the header {len(self.header)}: is a quote missing?"
        return None


@dataclass(frozen=True)
class Row:
    """One row of the file: the line on which it ends (from 1), and its cells."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """What is done: rows acknowledged, the counts of their outcomes, the size of the rejects file."""

    digest: str
    rows: int = 0
    executives: int = 0
    added: int = 0
    known: int = 0
    newer: int = 0
    rejected: int = 0
    rejects_bytes: int = 0
    finished: bool = False


@dataclass
class StateFile:
    """Remembers progress beside the CSV, so that the same command goes on where it stopped."""

    path: Path
    progress: Progress = field(default_factory=lambda: Progress(""))

    def load(self, digest: str) -> Progress:
        """Take up what was done before with the same file, columns and options; else begin anew."""
        try:
            known = Progress(**json.loads(self.path.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            known = Progress("")
        self.progress = known if known.digest == digest else Progress(digest)
        return self.progress

    def save(self, progress: Progress) -> None:
        """Write the progress so that an interruption leaves either the old or the new."""
        self.progress = progress
        temporary = self.path.with_name(self.path.name + ".new")
        temporary.write_text(json.dumps(asdict(progress)))
        os.replace(temporary, self.path)


def read_columns(path: Path, encoding: str, chosen: Mapping[str, str]) -> Columns:
    """Find out which column holds what from the header's names.

    chosen: columns named by the user, by attribute. Raises `PermanentError` if there is no header, a chosen
    column does not exist, two columns fit one attribute, or the user id's or the title's is missing.
    """
    with _opened(path, encoding) as (lines, _):
        first = lines.readline()
        delimiter = max(",;\t|", key=first.count)
        header = tuple(name.strip() for name in next(csv.reader([first], delimiter=delimiter), []))
    if len(header) < 2:
        raise PermanentError(
            f"{path}: the first line must name the columns, with , ; | or tabs between them."
        )
    index = {attribute: _chosen_column(header, attribute, name) for attribute, name in chosen.items()}
    for attribute, names in KNOWN_NAMES.items():
        if attribute in index:
            continue
        fitting = [
            position
            for name in names
            for position, label in enumerate(header)
            if _key(label) == name and position not in index.values()
        ]
        if fitting:
            index[attribute] = fitting[0]
    missing = [attribute for attribute in ("user_id", "title") if attribute not in index]
    if missing:
        raise PermanentError(
            f"{path}: no column is the {' or the '.join(missing)}; there are {', '.join(header)}."
            f" Name it: --column {missing[0]}=NAME."
        )
    return Columns(header, index, delimiter)


def _chosen_column(header: Sequence[str], attribute: str, name: str) -> int:
    if attribute not in KNOWN_NAMES:
        raise PermanentError(f"--column {attribute}=…: the attributes are {', '.join(KNOWN_NAMES)}.")
    if header.count(name) != 1:
        raise PermanentError(
            f"--column {attribute}={name}: {'no' if name not in header else 'more than one'} column is called"
            f" {name!r}; there are {', '.join(header)}."
        )
    return header.index(name)


def _key(label: str) -> str:
    return "".join(character for character in label.lower() if character.isalnum())


def read_rows(path: Path, encoding: str, columns: Columns, skip: int = 0) -> Iterator[tuple[Row, int]]:
    """Yield each row after the header that is not blank, and how many bytes have been read so far.

    skip: rows to leave out at the start. Raises `PermanentError` for a file that is not CSV or not in
    `encoding`.
    """
    csv.field_size_limit(CELL_LIMIT)
    with _opened(path, encoding) as (lines, content):
        reader = csv.reader(lines, delimiter=columns.delimiter)
        try:
            next(reader, None)
            rows = (row for row in reader if any(cell.strip() for cell in row))
            for cells in islice(rows, skip, None):
                yield Row(reader.line_num, tuple(cells)), content.tell()
        except csv.Error as error:
            raise PermanentError(
                f"{path}, line {reader.line_num}: {error}. Is a quote never closed?"
            ) from None


def batches(rows: Iterator[tuple[Row, int]], columns: Columns, size: int) -> Iterator[tuple[list[Row], int]]:
    """Gather rows into batches of at most `size` rows and `BATCH_CHARACTERS`; with the bytes read so far."""
    batch: list[Row] = []
    characters = position = 0
    for row, position in rows:
        length = sum(map(len, columns.member(row.cells).values()))
        if batch and (len(batch) == size or characters + length > BATCH_CHARACTERS):
            yield batch, position
            batch, characters = [], 0
        batch.append(row)
        characters += length
    if batch:
        yield batch, position


def digest_of(path: Path, columns: Columns, announce: bool) -> str:
    """Identify the work: the file's content, which columns are read, and whether to announce."""
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256")
    digest.update(json.dumps([sorted(columns.index.items()), announce]).encode())
    return digest.hexdigest()


class RejectsFile:
    """The rejected rows as CSV, each as it was, with its line in the file and the reason.

    Leaves out what an interrupted run wrote after its last saved progress.
    """

    def __init__(self, path: Path, columns: Columns, keep_bytes: int) -> None:
        self._path = path
        self._header = [*columns.header, "line", "reason"]
        if keep_bytes:
            with path.open("rb+") as rejects:
                rejects.truncate(keep_bytes)
        else:
            path.unlink(missing_ok=True)

    def write(self, rejects: Sequence[tuple[Row, str]]) -> int:
        """Append rows with their reasons; return the size of the file in bytes."""
        if rejects:
            new = not self._path.exists()
            with self._path.open("a", encoding="utf-8-sig" if new else "utf-8", newline="") as stream:
                writer = csv.writer(stream)
                if new:
                    writer.writerow(self._header)
                for row, reason in rejects:
                    cells = [*row.cells, *[""] * (len(self._header) - 2 - len(row.cells))]
                    writer.writerow([*cells, row.line, reason])
        return self._path.stat().st_size if self._path.exists() else 0


class Reject(BaseModel):
    """A row that was not taken: its place in the batch, from 0, and why."""

    row: int
    reason: str


class Answer(BaseModel):
    """What a batch came to, as `backfill_members` says."""

    executives: int
    added: int
    known: int
    newer: int
    rejects: list[Reject] = Field(alias="rejected")

    @property
    def rejected(self) -> list[tuple[int, str]]:
        """Place and reason of each rejected row."""
        return [(reject.row, reject.reason) for reject in self.rejects]

    def with_rejected(self, reasons: Mapping[int, str]) -> Answer:
        """The same counts with other rejects."""
        rejects = [Reject(row=row, reason=reason) for row, reason in sorted(reasons.items())]
        return self.model_copy(update={"rejects": rejects})


def advance(progress: Progress, rows: int, answer: Answer, rejects_bytes: int) -> Progress:
    """Add what a batch came to."""
    return replace(
        progress,
        rows=progress.rows + rows,
        executives=progress.executives + answer.executives,
        added=progress.added + answer.added,
        known=progress.known + answer.known,
        newer=progress.newer + answer.newer,
        rejected=progress.rejected + len(answer.rejects),
        rejects_bytes=rejects_bytes,
    )


@contextmanager
def _opened(path: Path, encoding: str) -> Iterator[tuple[TextIOWrapper, BinaryIO]]:
    try:
        with path.open("rb") as content, TextIOWrapper(content, encoding, newline="") as lines:
            yield lines, content
    except UnicodeDecodeError:
        raise PermanentError(
            f"{path} is not in {encoding}. Save it as UTF-8, or name its encoding: --encoding cp1252."
        ) from None
    except LookupError:
        raise PermanentError(f"There is no encoding called {encoding}.") from None
    except OSError as error:
        raise PermanentError(f"{path} cannot be read: {error.strerror}.") from None
