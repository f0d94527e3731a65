"""Child processes that outlive the command that started them, and can be found again.

A process is known by its pid and the time it started, so that a pid that belongs to something else by now is
never signalled. Each also carries the stack's folder in its environment, so that one whose starter was killed
before it could write the pid down is found as well.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

MARKER = "CAPTPATHFINDER_STACK"

# Children of this very process have to be waited for, or they stay as zombies.
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class ProcessId:
    """A pid, and when its process started (text, comparable only for equality)."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> ProcessId | None:
        """Return the identity of the process that has this pid now; None if there is none."""
        if (child := _children.get(pid)) is not None and child.poll() is not None:
            del _children[pid]
            return None
        started = _start_time(pid)
        return None if started is None else cls(pid, started)

    def is_alive(self) -> bool:
        """Whether that very process still runs."""
        return ProcessId.of(self.pid) == self

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and those it started in its session, if it still runs."""
        if self.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def stop(self, patience: float = 10) -> None:
        """Ask it to end, insist after `patience` seconds, and return when it is gone."""
        self.signal(signal.SIGTERM)
        if not self._wait(patience):
            self.signal(signal.SIGKILL)
            self._wait(patience)

    def _wait(self, seconds: float) -> bool:
        limit = time.monotonic() + seconds
        while self.is_alive():
            if time.monotonic() > limit:
                return False
            time.sleep(0.01)
        return True


def dying_with_caller(command: Sequence[str], signal_name: str) -> list[str]:
    """Return the command so that it is sent this signal when this process ends, even if killed (Linux).

    The signal comes when the thread ends that started it. Only the main thread lasts as long as the process:
    what another starts is left to whoever cleans up.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None or threading.current_thread() is not threading.main_thread():
        return list(command)
    return [setpriv, "--pdeathsig", signal_name, *command]


def spawn(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    log: Path,
    marker: str,
    dies_with_caller: bool = False,
) -> ProcessId:
    """Start a program in a session of its own; its output is appended to `log`.

    environment: all of what the program sees, besides the marker. dies_with_caller: see `dying_with_caller`.
    """
    arguments = dying_with_caller(command, "TERM") if dies_with_caller else list(command)
    with log.open("ab") as output:
        child = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            env={**environment, MARKER: marker},
            start_new_session=True,
        )
    _children[child.pid] = child
    return ProcessId.of(child.pid) or ProcessId(child.pid, "ended")


def marked_processes(marker: str) -> Iterator[ProcessId]:
    """Find every process that carries this marker, except the caller (Linux; elsewhere none)."""
    wanted = f"{MARKER}={marker}".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        with contextlib.suppress(OSError):
            if pid != os.getpid() and wanted in (entry / "environ").read_bytes().split(b"\0"):
                found = ProcessId.of(pid)
                if found is not None:
                    yield found


@contextlib.contextmanager
def alone(file: Path) -> Iterator[None]:
    """Hold a lock that the system lifts when its holder ends; raise `BlockingIOError` if somebody has it.

    A child shares it until its own program begins. That is awaited where the holder was killed just then.
    """
    with file.open("a+") as lock:
        while not _taken(lock):
            time.sleep(0.01)
        holder = ProcessId.of(os.getpid())
        lock.truncate(0)
        lock.write(json.dumps(holder and [holder.pid, holder.started]))
        lock.flush()
        yield


def _taken(lock: TextIO) -> bool:
    """Take the lock; False while only the child of a holder that died has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        with contextlib.suppress(ValueError, TypeError):
            if ProcessId(*json.loads(lock.read())).is_alive():
                raise
        return False
    return True


def _start_time(pid: int) -> str | None:
    try:
        # The second field is the program's name in parentheses, which may itself hold parentheses.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return None if Path("/proc/self").exists() else _start_time_by_ps(pid)
    except ProcessLookupError:
        return None
    state, started = fields[0], fields[19]
    return None if state in "ZX" else f"{_boot()}/{started}"


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _start_time_by_ps(pid: int) -> str | None:
    answer = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip() or None
