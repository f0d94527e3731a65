"""Folders for files that are being made: they hold names, and are gone afterwards, or at the next start."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "captpathfinder-"
_NAME = re.compile(rf"{_PREFIX}(\d+)-")


@contextmanager
def workspace() -> Iterator[Path]:
    """A folder of this process, which is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as name:
        yield Path(name)


def sweep() -> int:
    """Delete what killed processes left behind; returns how many folders. Call it before making any.

    In a container every worker has the same number, so what bears this process's own is another's too.
    """
    swept = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        found = _NAME.match(folder.name)
        if found and (int(found[1]) == os.getpid() or not _is_alive(int(found[1]))):
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
    return swept


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
