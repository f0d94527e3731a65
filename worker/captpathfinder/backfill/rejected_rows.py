"""The file of rejected rows: in the form of the source, each row with its line and the reason.

Put right, it can be given to the command again. No cell of it is a formula to a spreadsheet.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

from captpathfinder.backfill.cells import neutral
from captpathfinder.backfill.reading import Form
from captpathfinder.backfill.separated import Record
from captpathfinder.errors import PermanentError

ADDED = ("line", "reason")
_MARKS = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


class RejectsFile:
    """Writes rejected rows; leaves out what an interrupted run wrote after its last saved progress."""

    def __init__(self, path: Path, form: Form, header: Sequence[str], keep_bytes: int) -> None:
        self._path = path
        self._form = form
        # A file of rejects that comes back has these columns already.
        self._given_back = tuple(header[-2:]) == ADDED
        self._header = tuple(header[:-2]) if self._given_back else tuple(header)
        try:
            if keep_bytes and path.exists():
                with path.open("rb+") as rejects:
                    rejects.truncate(min(keep_bytes, path.stat().st_size))
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(path, error) from None

    def write(self, rejects: Sequence[tuple[Record, str]]) -> int:
        """Append rows with their reasons; return the size of the file in bytes."""
        try:
            if rejects:
                with self._path.open("ab") as stream:
                    if stream.tell() == 0:
                        stream.write(self._beginning())
                    stream.write(self._encoded(self._lines(rejects)))
            return self._path.stat().st_size if self._path.exists() else 0
        except OSError as error:
            raise _unwritable(self._path, error) from None

    def _beginning(self) -> bytes:
        mark = _MARKS.get(self._form.codec, b"")
        return mark if self._form.is_json else mark + self._encoded(self._row((*self._header, *ADDED)))

    def _lines(self, rejects: Sequence[tuple[Record, str]]) -> str:
        lines = []
        for record, reason in rejects:
            cells = record.cells
            if self._given_back and len(cells) > len(self._header):
                cells = cells[: len(self._header)]
            cells = (*cells, *[""] * (len(self._header) - len(cells)))
            added = (str(record.line), reason)
            if self._form.is_json:
                named = dict(zip((*self._header, *ADDED), (*cells, *added), strict=True))
                lines.append(json.dumps(named, ensure_ascii=False) + "\n")
            else:
                lines.append(self._row((*cells, *added)))
        return "".join(lines)

    def _row(self, cells: Sequence[str]) -> str:
        line = io.StringIO()
        csv.writer(line, delimiter=self._form.delimiter).writerow([neutral(cell) for cell in cells])
        return line.getvalue()

    def _encoded(self, text: str) -> bytes:
        codec = "utf-8" if self._form.codec == "utf-8-sig" else self._form.codec
        return text.encode(codec, "backslashreplace" if not codec.startswith("utf") else "replace")


def _unwritable(path: Path, error: OSError) -> PermanentError:
    return PermanentError(
        f"{path} cannot be written: {error.strerror}. Say where rejected rows go: --rejects FILE."
    )
