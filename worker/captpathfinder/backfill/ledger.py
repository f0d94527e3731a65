"""What is done of a file, so that the same command goes on where it stopped."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from captpathfinder.errors import PermanentError


@dataclass(frozen=True)
class Progress:
    """What is done: rows acknowledged, the counts of their outcomes, the size of the rejects file.

    faults and dropped count by kind; notes are lines that are no members, repeated are rows that say what an
    earlier one said.
    """

    digest: str
    rows: int = 0
    executives: int = 0
    added: int = 0
    known: int = 0
    newer: int = 0
    notes: int = 0
    untitled: int = 0
    repeated: int = 0
    faults: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)
    rejects_bytes: int = 0
    finished: bool = False

    @property
    def rejected(self) -> int:
        """How many rows were rejected, for whatever reason."""
        return sum(self.faults.values())

    @property
    def members(self) -> int:
        """How many rows were members."""
        return self.rows - self.notes


def counted(before: Mapping[str, int], kinds: Iterable[str]) -> dict[str, int]:
    """The counts with each of `kinds` added."""
    counts = dict(before)
    for kind in kinds:
        counts[kind] = counts.get(kind, 0) + 1
    return counts


@dataclass
class Ledger:
    """Remembers progress in a file."""

    path: Path
    progress: Progress = field(default_factory=lambda: Progress(""))

    def load(self, digest: str) -> Progress:
        """Take up what was done before with the same file, columns and options; else begin anew."""
        try:
            known = Progress(**json.loads(self.path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            known = Progress("")
        self.progress = known if known.digest == digest else Progress(digest)
        return self.progress

    def save(self, progress: Progress) -> None:
        """Write the progress so that an interruption leaves either the old or the new."""
        self.progress = progress
        temporary = self.path.with_name(self.path.name + ".new")
        try:
            temporary.write_text(json.dumps(asdict(progress)), encoding="utf-8")
            os.replace(temporary, self.path)
        except OSError as error:
            raise PermanentError(
                f"{self.path} cannot be written: {error.strerror}."
                " Let rejected rows, and what is done, go elsewhere: --rejects FILE."
            ) from None

    def finish(self) -> None:
        """Note that all is done."""
        self.save(replace(self.progress, finished=True))
