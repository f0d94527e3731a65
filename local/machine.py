"""What this machine offers a Postgres of the project's own: programs, a user, folders and ports."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import pwd
import random
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from local.errors import StackError

MINIMUM_VERSION = 15

# Seconds until what starts or stops has failed. It takes one or two, and more on a machine under load.
PATIENCE = 120

# Postgres refuses to run as root; Debian's packages bring this user.
UNPRIVILEGED_USER = "postgres"

# Where Linux has a file system in memory, and how much room there makes it worth using, in bytes.
_MEMORY = Path("/dev/shm")  # noqa: S108 (mkdtemp below it)
_PLENTY = 3 * 2**30


@dataclass(frozen=True)
class Installation:
    """A Postgres on this machine that has pg_cron and wal2json: its major version and its bin folder."""

    version: int
    bin: Path


def find_installation() -> Installation:
    """Return the newest suitable Postgres; raise `StackError` if there is none.

    Looks where Debian and Ubuntu put it, then at the `pg_config` on the path.
    """
    candidates = list(Path("/usr/lib/postgresql").glob("*/bin/pg_config"))
    if on_path := shutil.which("pg_config"):
        candidates.append(Path(on_path))
    found = [installation for path in candidates if (installation := _inspect(path)) is not None]
    if not found:
        raise StackError(
            f"no Postgres {MINIMUM_VERSION} or later with pg_cron and wal2json was found",
            hint="run `make setup`, or see local/packages.txt for what to install",
        )
    return max(found, key=lambda installation: installation.version)


@functools.cache
def knows_setting(bin_folder: Path, name: str) -> bool:
    """Whether the Postgres with these programs has a setting of this name."""
    answer = subprocess.run(
        [bin_folder / "postgres", "--describe-config"], capture_output=True, text=True, check=True
    )
    return any(line.startswith(f"{name}\t") for line in answer.stdout.splitlines())


def _inspect(pg_config: Path) -> Installation | None:
    answer = subprocess.run(
        [pg_config, "--version", "--bindir", "--pkglibdir", "--sharedir"],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = answer.stdout.splitlines()
    if answer.returncode != 0 or len(lines) != 4:
        return None
    version = re.search(r"(\d+)", lines[0])
    if version is None or int(version[1]) < MINIMUM_VERSION:
        return None
    needed = (
        Path(lines[1], "initdb"),
        Path(lines[2], "wal2json.so"),
        Path(lines[3], "extension", "pg_cron.control"),
    )
    if not all(path.exists() for path in needed):
        return None
    return Installation(int(version[1]), Path(lines[1]))


def find_browser() -> str:
    """Return the program of a Chromium; raise `StackError` that says what to install if there is none."""
    for name in ("chromium", "google-chrome", "chromium-browser"):
        if program := shutil.which(name):
            return program
    raise StackError(
        "no browser was found, which the tests of pages need",
        hint="Debian: apt-get install chromium; Ubuntu: snap install chromium; or Google Chrome",
    )


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on right now.

    It lies below the range that systems take the ports of outgoing connections from, so that a server that
    is restarted finds its port still free.
    """
    for port in random.sample(range(20_000, 32_000), 100):
        if port_is_free(port):
            return port
    raise StackError("no free port between 20000 and 32000 on 127.0.0.1")


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def server_user() -> str | None:
    """Return the user to run Postgres as, or None to run it as the caller."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(UNPRIVILEGED_USER)
    except KeyError:
        raise StackError(
            f"running as root, and there is no user {UNPRIVILEGED_USER!r} to run Postgres as",
            hint="run `make setup`, which installs Postgres and with it that user",
        ) from None
    return UNPRIVILEGED_USER


def data_folder(home: Path) -> Path:
    """Return where the cluster of the stack in `home` is kept: inside it, or below /var/tmp.

    The second if `home` lies where the user that runs Postgres may not go, as in a clone below /root; what is
    in memory stays there.
    """
    user = server_user()
    inside = home.resolve() / "postgres"
    if user is None or _may_enter(user, home.resolve()):
        return inside
    digest = hashlib.sha256(str(inside).encode()).hexdigest()[:12]
    root = _MEMORY if inside.is_relative_to(_MEMORY) else Path("/var/tmp")  # noqa: S108 (as follows)
    return root / f"captpathfinder-{digest}"  # mode 0700, its owner checked in `create`


def _may_enter(user: str, folder: Path) -> bool:
    while not folder.exists():
        folder = folder.parent
    return (
        subprocess.run(["test", "-x", folder], user=user, group=user, extra_groups=[], check=False).returncode
        == 0
    )


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that the server's user may enter, gone afterwards: in memory if there is plenty.

    TMPDIR, where it is set, says where it is to be. A database that is made for one test and thrown away is a
    few hundred files: to write them to a disk takes longer than the test. A stack's home in it is `home`.
    """
    root = _temporary_root()
    _sweep(root)
    # The process whose folder it is stands in the name, for whoever finds it left by one that was killed.
    folder = Path(tempfile.mkdtemp(prefix=f"captpf-{os.getpid()}-", dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def forget_shared_memory(data: Path) -> None:
    """Remove the segment of shared memory that a killed server leaves for its next start to find (Linux)."""
    with contextlib.suppress(OSError, IndexError):
        lines = (data / "postmaster.pid").read_text().splitlines()
        known = [*lines[6].split(), lines[0]]
        for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]:
            key, segment, _, _, made_by, *_ = line.split()
            # Numbers are given again after a restart of the machine.
            if [key, segment, made_by] == known:
                subprocess.run(["ipcrm", "--shmem-id", segment], capture_output=True, check=False)


def _temporary_root() -> Path:
    if "TMPDIR" not in os.environ and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _PLENTY:
        return _MEMORY
    # The caller's own may be private.
    root = Path(tempfile.gettempdir())
    user = server_user()
    return root if user is None or _may_enter(user, root) else Path("/var/tmp")  # noqa: S108 (mkdtemp below it)


def _sweep(root: Path) -> None:
    for folder in root.glob("captpf-*-*"):
        pid = folder.name.split("-")[1]
        if pid.isdecimal() and not Path("/proc", pid).exists() and Path("/proc/self").exists():
            shutil.rmtree(data_folder(folder / "home"), ignore_errors=True)
            shutil.rmtree(folder, ignore_errors=True)
