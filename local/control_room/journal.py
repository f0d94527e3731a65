"""A file of JSON lines that outlives the process: what was accepted before a kill is still known after it."""

import json
from collections.abc import Iterator
from pathlib import Path


class Journal:
    """Appends records to a file and reads them back. A last line cut short by a kill is dropped."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if path.exists():
            whole = path.read_bytes()
            path.write_bytes(whole[: whole.rfind(b"\n") + 1])
        self._file = path.open("ab", buffering=0)

    def append(self, record: dict[str, object]) -> None:
        """Write one record; when this returns, the operating system has it."""
        self._file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")

    def records(self) -> Iterator[bytes]:
        """The lines written so far."""
        with self._path.open("rb") as lines:
            yield from lines

    def empty(self) -> None:
        """Forget every record."""
        self._file.truncate(0)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
