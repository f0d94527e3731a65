"""Takes a file out of what it is packed in (.gz, .bz2, .xz, .zip), and says what is inside by its content.

The name of a file decides nothing: spreadsheets are sent as .csv, and HTML as .xls.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from captpathfinder.errors import PermanentError

_SHEETS_OF_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRANGERS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\x28\xb5\x2f\xfd": "compressed by zstd",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "an SQLite database",
    b"PGDMP": "a dump of Postgres",
}


@dataclass(frozen=True)
class Package:
    """What a file is: the packages around it, outermost first, and `text` or `sheet` within."""

    path: Path
    layers: tuple[str, ...]
    kind: str

    @contextmanager
    def opened(self) -> Iterator[tuple[BinaryIO, BinaryIO]]:
        """The content, and the file itself, whose position tells how much has been read."""
        try:
            with ExitStack() as stack:
                raw = stack.enter_context(self.path.open("rb"))
                content: BinaryIO = raw
                for layer in self.layers:
                    content = stack.enter_context(_unpacked(content, layer))
                yield content, raw
        except (gzip.BadGzipFile, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile):
            packed = (*self.layers, "zip")[0].partition(":")[0]
            raise PermanentError(
                f"{self.path} is damaged, or was not copied to its end ({packed}). Copy it anew."
            ) from None
        except OSError as error:
            raise PermanentError(f"{self.path} cannot be read: {error.strerror or error}.") from None

    @property
    def named_layers(self) -> str:
        """How it is packed, in words; empty when it is not."""
        return "".join(f" in .{layer.partition(':')[0]}" for layer in reversed(self.layers))


def unpack(path: Path) -> Package:
    """Find out what `path` is.

    Raises `PermanentError` for what is not there, is empty, holds several files or none that has rows.
    """
    package = Package(path, (), "text")
    while True:
        with package.opened() as (content, _):
            start = content.read(512)
            layer = _layer_of(path, content, start)
        if layer == "sheet":
            return Package(path, package.layers, "sheet")
        if layer is None:
            break
        package = Package(path, (*package.layers, layer), "text")
        if len(package.layers) > 4:
            raise PermanentError(f"{path} is packed more than four times over. Unpack it first.")
    if not start.strip():
        raise PermanentError(f"{path} is empty.")
    for magic, name in _STRANGERS.items():
        if start.startswith(magic):
            raise PermanentError(f"{path} is {name}. Export the members as CSV or .xlsx.")
    return package


def _layer_of(path: Path, content: BinaryIO, start: bytes) -> str | None:
    if start.startswith(b"\x1f\x8b"):
        return "gz"
    if start.startswith(b"BZh"):
        return "bz2"
    if start.startswith(b"\xfd7zXZ\0"):
        return "xz"
    if start.startswith(_SHEETS_OF_OFFICE):
        return "sheet"
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _within_zip(path, content)
    return None


def _within_zip(path: Path, content: BinaryIO) -> str:
    content.seek(0)
    with zipfile.ZipFile(content) as archive:
        names = archive.namelist()
        if "[Content_Types].xml" in names or "mimetype" in names:
            return "sheet"
        useful = [
            entry
            for entry in archive.infolist()
            if not entry.is_dir() and not any(part[:1] in "._" for part in entry.filename.split("/"))
        ]
    if len(useful) != 1:
        listed = ", ".join(entry.filename for entry in useful[:5]) or "none"
        raise PermanentError(
            f"{path} holds {len(useful)} files ({listed}). Take out the one with the members."
        )
    if useful[0].flag_bits & 1:
        raise PermanentError(f"{path} is protected by a password. Unpack it first.")
    return f"zip:{useful[0].filename}"


@contextmanager
def _unpacked(content: BinaryIO, layer: str) -> Iterator[BinaryIO]:
    if layer == "gz":
        with gzip.GzipFile(fileobj=content, mode="rb") as inner:
            yield cast("BinaryIO", inner)
    elif layer == "bz2":
        with bz2.BZ2File(content) as inner_bz2:
            yield cast("BinaryIO", inner_bz2)
    elif layer == "xz":
        with lzma.LZMAFile(content) as inner_xz:
            yield cast("BinaryIO", inner_xz)
    else:
        with zipfile.ZipFile(content) as archive, archive.open(layer.removeprefix("zip:")) as member:
            yield cast("BinaryIO", member)
