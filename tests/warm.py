"""`captpathfinder …` as a process of its own, forked off one that has imported it all already.

To import the worker takes over a second of processor time, and the tests start it some hundred times. A
process that is started here has its own environment, arguments, files, signals and exit code, as one that was
started afresh. What sets up a process before Python runs (LD_PRELOAD) takes the long way.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import functools
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Protocol

from local.migrations import PROJECT
from local.process import dying_with_caller

# prctl(2): what a process is sent when its parent ends.
_PR_SET_PDEATHSIG = 1
_LONGEST_REQUEST = 1_000_000


class Process(Protocol):
    """What a test does with a process, whichever way it was started (see `subprocess.Popen`)."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


def start(arguments: Sequence[str], *, env: Mapping[str, str], output: IO[bytes]) -> Process:
    """Start `captpathfinder` with these arguments, and nothing but `env` in its environment.

    output: where its output and its errors go.
    """
    if "LD_PRELOAD" in env:
        command = [sys.executable, "-m", "captpathfinder", *arguments]
        return subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    return _server().fork(arguments, env, (output.fileno(), output.fileno()))


def run(
    arguments: Sequence[str | Path], *, env: Mapping[str, str], folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `captpathfinder` to its end; its exit code, output and errors."""
    said = [str(argument) for argument in arguments]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        code = _server().fork(said, env, (out.fileno(), err.fileno()), folder).wait()
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode())
    return subprocess.CompletedProcess(said, code, *texts)


class Forked:
    """A process that the server has forked off, and whose end it reports."""

    def __init__(self, reports: int) -> None:
        self._reports = reports
        self._said = b""
        self._code: int | None = None
        self.pid = int(self._line(None) or 0)

    def _line(self, timeout: float | None) -> bytes | None:
        """The next line that the server says of it; None if there is none in time."""
        limit = None if timeout is None else time.monotonic() + timeout
        while b"\n" not in self._said:
            left = None if limit is None else max(0.0, limit - time.monotonic())
            if not select.select([self._reports], [], [], left)[0]:
                return None
            more = os.read(self._reports, 100)
            if not more:
                raise RuntimeError("the process that forks off others has ended")
            self._said += more
        line, _, self._said = self._said.partition(b"\n")
        return line

    def poll(self) -> int | None:
        """Its exit code, or the negative number of the signal that ended it; None while it runs."""
        if self._code is None and (line := self._line(0)) is not None:
            self._end(line)
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; raise `subprocess.TimeoutExpired` if that does not come in time."""
        if self._code is None:
            line = self._line(timeout)
            if line is None:
                raise subprocess.TimeoutExpired(f"captpathfinder (pid {self.pid})", timeout or 0)
            self._end(line)
        assert self._code is not None
        return self._code

    def _end(self, line: bytes) -> None:
        self._code = os.waitstatus_to_exitcode(int(line))
        os.close(self._reports)

    def send_signal(self, sig: int) -> None:
        """Send it a signal if it runs."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, sig)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class Server:
    """The process that has imported everything, as its caller sees it."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        path = os.pathsep.join([str(PROJECT / "worker"), str(PROJECT)])
        command = dying_with_caller([sys.executable, "-m", "tests.warm", str(theirs.fileno())], "KILL")
        self._process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        atexit.register(self.close)

    def fork(
        self,
        arguments: Sequence[str],
        env: Mapping[str, str],
        outputs: tuple[int, int],
        folder: Path | None = None,
    ) -> Forked:
        """Have it fork off a process with these arguments, environment and outputs."""
        reports, theirs = os.pipe()
        request = {"arguments": list(arguments), "env": dict(env), "folder": str(folder or Path.cwd())}
        socket.send_fds(self._socket, [json.dumps(request).encode()], [*outputs, theirs])
        os.close(theirs)
        return Forked(reports)

    def close(self) -> None:
        """End it, and with it what it has forked off."""
        self._socket.close()
        self._process.kill()
        self._process.wait()


@functools.cache
def _server() -> Server:
    return Server()


def _import_everything() -> None:
    commands = importlib.import_module("captpathfinder.commands")
    names = [f"captpathfinder.commands.{module.name}" for module in pkgutil.iter_modules(commands.__path__)]
    # The commands themselves import what takes long only when they are run.
    for name in (*names, "captpathfinder.worker.daemon", "captpathfinder.dashboard.serve"):
        importlib.import_module(name)


def _serve(requests: socket.socket) -> dict[str, Any] | None:
    """Fork off what is asked for, and report its end.

    Return in each process that was forked off what it is to do; None when there is nothing more to fork off.
    """
    running: dict[int, int] = {}
    woken, waker = os.pipe()
    os.set_blocking(waker, False)
    # What a terminal sends to all is for those that were forked off.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    while True:
        ready, _, _ = select.select([requests.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, 1000)
            _report_ends(running)
        if requests.fileno() in ready:
            said, descriptors, _, _ = socket.recv_fds(requests, _LONGEST_REQUEST, 3)
            if not said:
                return None
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                signal.signal(signal.SIGINT, signal.default_int_handler)
                _become(descriptors)
                request: dict[str, Any] = json.loads(said)
                return request
            running[pid] = descriptors[2]
            os.write(descriptors[2], b"%d\n" % pid)
            for descriptor in descriptors[:2]:
                os.close(descriptor)


def _report_ends(running: dict[int, int]) -> None:
    for pid in list(running):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            report = running.pop(pid)
            # Whoever started it may not want to know any more.
            with contextlib.suppress(BrokenPipeError):
                os.write(report, b"%d\n" % status)
            os.close(report)


def _become(descriptors: list[int]) -> None:
    """Have a new process the outputs that it was given, and nothing else of the server's."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    for number, descriptor in enumerate(descriptors[:2], start=1):
        os.dup2(descriptor, number)
    os.closerange(3, 1024)


def main() -> None:
    """Serve, and be in each process that was forked off what `python -m captpathfinder` is."""
    _import_everything()
    gc.freeze()
    request = _serve(socket.socket(fileno=int(sys.argv[1])))
    if request is None:
        return
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    tempfile.tempdir = None
    os.chdir(request["folder"])
    sys.argv = ["captpathfinder", *request["arguments"]]
    runpy.run_module("captpathfinder", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
