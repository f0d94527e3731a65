"""Data folders of Postgres that are made once and then copied: to make one takes seconds of processor time.

Only for clusters that nobody's data is in: those of tests, benchmarks and generators. What is kept is in
.local/templates, a folder for each key; what has not been used for a day goes, and so do the oldest of many.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from local.migrations import PROJECT

HOME = PROJECT / ".local" / "templates"
UNUSED_SECONDS = 24 * 3600.0
# Each edit of a source makes another one, of some 40 MB.
MOST = 20


def key_of(parts: Iterable[str | Path]) -> str:
    """Return one name for all that a data folder is made of: texts, and files by what is in them."""
    digest = hashlib.sha256()
    for part in parts:
        said = part.read_bytes() if isinstance(part, Path) else part.encode()
        digest.update(hashlib.sha256(said).digest())
    return digest.hexdigest()[:20]


def made_once(key: str, make: Callable[[], None], data: Path, home: Path | None = None) -> bool:
    """Have `data` be what `make` makes of it, copied if that was made before; return whether it was.

    make: makes `data` itself, and leaves no server running in it. Two processes that want the same wait for
    each other; what is kept is whole or not there.
    """
    home = home or HOME
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = home / key
    with (home / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            make()
            _forget_unused(home)
            unfinished = home / f"{key}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            _copy(data, unfinished)
            unfinished.rename(kept)
            return False
        kept.touch()
        fcntl.flock(lock, fcntl.LOCK_SH)
        _copy(kept, data)
    return True


def _copy(source: Path, target: Path) -> None:
    """Copy a folder with owners and modes, sharing the blocks where the file system can."""
    sharing = ["--reflink=auto"] if sys.platform == "linux" else []
    subprocess.run(["cp", "-a", *sharing, str(source), str(target)], check=True)


def _forget_unused(home: Path) -> None:
    used = {folder: folder.stat().st_mtime for folder in home.iterdir() if folder.is_dir()}
    for place, folder in enumerate(sorted(used, key=lambda one: -used[one])):
        if place >= MOST or used[folder] < time.time() - UNUSED_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
