"""Stacks from their start to their end: what they keep, what they leave behind, whose ports they take."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local.errors import StackError
from local.machine import free_port, port_is_free
from local.migrations import MIGRATIONS, PROJECT
from local.process import MARKER, ProcessId, marked_processes
from local.stack import Stack
from tests.local.support import ALL_BUT_WORKER, call, listening_ports, quick, wait_for


def test_down_leaves_no_process_and_no_port_and_up_again_keeps_data_and_keys(home: Path) -> None:
    stack = quick(home)
    first = stack.up()
    ports = listening_ports(stack)
    assert len(ports) == len(ALL_BUT_WORKER)
    assert not any(port_is_free(port) for port in ports)
    with stack.cluster.connect() as connection:
        connection.execute("create table public.kept as select 1 as id")
    stopped = stack.down()
    assert [line.split(" ")[0] for line in stopped] == list(reversed(ALL_BUT_WORKER))
    assert all(port_is_free(port) for port in ports)
    assert list(marked_processes(str(home))) == []
    assert stack.cluster.pid() is None
    assert stack.down() == []

    second = quick(home).up()
    assert second["SUPABASE_SECRET_KEY"] == first["SUPABASE_SECRET_KEY"]
    with Stack.attach(home).cluster.connect() as connection:
        assert connection.execute("select id from public.kept").fetchone() == (1,)


def test_a_stack_that_starts_again_has_its_earlier_ports_where_they_are_free(home: Path) -> None:
    stack = quick(home)
    first = stack.up()
    stack.down()
    with socket.socket() as taken:
        # Somebody else has one of them meanwhile, on which connections are still ending.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", int(first["STUDIO_URL"].rsplit(":", 1)[1])))
        taken.listen()
        second = quick(home).up()
    assert second["STUDIO_URL"] != first["STUDIO_URL"]
    for name in ("SUPABASE_URL", "SUPABASE_DB_URL", "CONTROL_ROOM_URL"):
        assert second[name] == first[name]


def test_an_edited_migration_builds_the_database_anew_and_says_so_and_a_new_one_does_not(home: Path) -> None:
    migrations = home.parent / "migrations"
    shutil.copytree(MIGRATIONS, migrations)
    said: list[str] = []

    def up() -> Stack:
        stack = Stack(home, durable=False, dies_with_caller=True, migrations=migrations, report=said.append)
        stack.up()
        return stack

    def has(stack: Stack, table: str) -> bool:
        with stack.cluster.connect() as connection:
            return connection.execute("select to_regclass(%s)::text", [table]).fetchone() != (None,)

    with up().cluster.connect() as connection:
        connection.execute("create table public.kept ()")
    (migrations / "29990101000000_more.sql").write_text("create table public.more ();\n")
    Stack(home).down()
    stack = up()
    assert (has(stack, "kept"), has(stack, "more")) == (True, True)
    assert not any("anew" in line for line in said)

    first = min(migrations.iterdir())
    first.write_text(first.read_text() + "\ncreate table public.edited ();\n")
    # On a running stack, which has to stop for it.
    stack = up()
    assert (has(stack, "kept"), has(stack, "edited")) == (False, True)
    assert sum("building the database anew" in line for line in said) == 1
    assert stack.is_up()


def test_a_purged_stack_starts_again_with_secrets_that_the_next_command_finds(home: Path) -> None:
    stack = quick(home)
    first = stack.up()
    stack.down(purge=True)
    second = stack.up()
    assert second["SUPABASE_SECRET_KEY"] != first["SUPABASE_SECRET_KEY"]
    assert Stack.attach(home).environment == second
    with Stack.attach(home).cluster.connect() as connection:
        connection.execute("select 1")


def test_a_stack_whose_secrets_are_gone_starts_anew(home: Path) -> None:
    home.mkdir()
    left = quick(home).cluster
    left.create()
    assert left.exists
    (home / "secrets.json").unlink()
    # Nobody knows the passwords of the database that is left, whichever command comes next.
    stack = quick(home)
    assert not stack.cluster.exists
    stack.up()
    with stack.cluster.connect() as connection:
        connection.execute("select 1")


def test_two_stacks_side_by_side_do_not_meet(stack: Stack, home: Path) -> None:
    other = quick(home)
    other.up()
    assert set(listening_ports(stack)).isdisjoint(listening_ports(other))
    url = other.url("gateway") + "/rest/v1/settings"
    assert call(url, stack.secrets.secret_key)[0] == 401
    assert call(url, other.secrets.secret_key)[0] == 200
    other.down()
    assert stack.is_up()


def test_up_on_a_running_stack_changes_nothing(stack: Stack) -> None:
    again = Stack(stack.home)
    before = again.status()
    assert again.up() == stack.environment
    assert again.status() == before


def test_starter_that_was_killed_blocks_nothing(home: Path) -> None:
    command = [sys.executable, "-m", "local", "up", "--no-worker", "--home", str(home)]
    starter = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    try:
        # Postgres and the REST API run by then, and Realtime is on its way.
        said = next(line for line in starter.stdout if "realtime" in line)
    finally:
        starter.kill()
        starter.communicate()
    assert said
    left_over = list(marked_processes(str(home)))
    assert left_over
    stack = quick(home)
    stack.up()
    assert not any(process.is_alive() for process in left_over)
    assert stack.is_up()


def test_tests_that_are_killed_leave_no_process_behind(home: Path) -> None:
    """Not even when killed in the middle of making a cluster, or after a service was started again."""
    script = (
        "import sys; from pathlib import Path; from local.stack import Stack\n"
        f"stack = Stack(Path({str(home)!r}), durable=False, dies_with_caller=True, report=print)\n"
        "stack.up(); stack.restart_postgres(); stack.restart_lite()\n"
        "print('up', flush=True); sys.stdin.read()"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdout is not None
    try:
        assert next(line for line in starter.stdout if line == "up\n")
        left_over = list(marked_processes(str(home)))
        assert len(left_over) == len(ALL_BUT_WORKER) - 1
    finally:
        starter.kill()
        starter.communicate()
    wait_for(lambda: not any(process.is_alive() for process in left_over), "the end of every service")
    wait_for(lambda: Stack.attach(home).cluster.pid() is None, "the end of Postgres")


def test_half_started_stack_is_cleaned_up_by_the_next_start(home: Path) -> None:
    stack = quick(home)
    stack.up()
    survivors = list(marked_processes(str(home)))
    gateway = stack.status()["gateway"]
    stack.kill("gateway")
    stack.kill("postgres")
    # Forgotten altogether, as if the starter had died before it could write anything down.
    (home / "state.json").unlink()
    fresh = quick(home)
    fresh.up()
    assert fresh.is_up()
    assert fresh.status()["gateway"] != gateway
    assert not any(process.is_alive() for process in survivors)


def test_down_spares_a_stranger_with_a_recorded_pid(home: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        home.mkdir()
        state = {"ports": {}, "processes": {"gateway": [stranger.pid, "another start time"]}}
        (home / "state.json").write_text(json.dumps(state))
        assert Stack(home).down() == []
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_taken_port_is_named(home: Path) -> None:
    first = next(port for port in range(free_port(), 32_000) if all(map(port_is_free, range(port, port + 6))))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first + 1))
        taken.listen()
        command = [sys.executable, "-m", "local", "up", "--home", str(home), "--port", str(first)]
        answer = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert f"port {first + 1} (for postgres) is taken" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert list(marked_processes(str(home))) == []


def test_fixed_ports_follow_the_first(home: Path) -> None:
    first = next(port for port in range(free_port(), 32_000) if all(map(port_is_free, range(port, port + 6))))
    stack = quick(home, first)
    environment = stack.up()
    assert environment["SUPABASE_URL"] == f"http://127.0.0.1:{first}"
    assert f":{first + 1}/" in environment["SUPABASE_DB_URL"]
    assert environment["STUDIO_URL"] == f"http://127.0.0.1:{first + 2}"
    assert environment["CONTROL_ROOM_URL"] == f"http://127.0.0.1:{first + 3}"


def test_second_command_at_the_same_time_is_told_to_wait(home: Path) -> None:
    stack = quick(home)
    home.mkdir()
    with stack._locked(), pytest.raises(StackError, match="another command"):
        Stack(home).down()


def test_a_starter_killed_while_it_starts_a_service_makes_the_next_command_wait_for_that(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    # What it was starting has its lock for as long as its program has not begun.
    script = (
        "import os, sys; from pathlib import Path; from local.process import alone\n"
        "with alone(Path(sys.argv[1])):\n"
        "    if os.fork() == 0:\n"
        "        sys.stdin.read()\n"
        "    os._exit(0)\n"
    )
    command = [sys.executable, "-c", script, str(home / "lock")]
    starter = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE)
    assert starter.wait() == 0
    waited: list[float] = []

    def begins(seconds: float) -> None:
        waited.append(seconds)
        assert starter.stdin is not None
        starter.stdin.close()

    monkeypatch.setattr("local.process.time.sleep", begins)
    assert Stack(home).down() == []
    assert waited


def test_service_that_cannot_start_is_named_and_nothing_stays(home: Path) -> None:
    stack = Stack(home, durable=False, dies_with_caller=True, realtime_arguments=["--no-such-option"])
    with pytest.raises(StackError, match="realtime ended while starting"):
        stack.up()
    assert list(marked_processes(str(home))) == []
    assert stack.cluster.pid() is None


def test_status_and_down_of_a_stack_that_never_was(tmp_path: Path) -> None:
    for command, code in (("status", 1), ("down", 0)):
        arguments = [sys.executable, "-m", "local", command, "--home", str(tmp_path / "nowhere")]
        answer = subprocess.run(arguments, cwd=PROJECT, capture_output=True, text=True, check=False)
        assert (answer.returncode, answer.stderr) == (code, "")
    assert not (tmp_path / "nowhere").exists()


# Processes


def test_process_identity_survives_neither_death_nor_reuse() -> None:
    child = subprocess.Popen(["sleep", "60"], env={MARKER: "test", "PATH": os.environ["PATH"]})
    try:
        identity = ProcessId.of(child.pid)
        assert identity is not None
        assert identity.is_alive()
        assert not ProcessId(child.pid, "another start time").is_alive()
        assert identity in list(marked_processes("test"))
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert not identity.is_alive()
