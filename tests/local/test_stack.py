"""The stack as a whole: starts, stops, cleans up after itself and after others."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.errors import StackError
from local.machine import free_port, port_is_free
from local.migrations import MIGRATIONS, PROJECT
from local.privileges import Privileges
from local.process import MARKER, ProcessId, marked_processes
from local.services import SERVICES
from local.stack import Stack

ALL_BUT_WORKER = SERVICES[:-1]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder for a stack of the test's own, which is gone afterwards whatever happened."""
    folder = tmp_path / "home"
    yield folder
    Stack(folder).down(purge=True)


def quick(home: Path, first_port: int | None = None) -> Stack:
    return Stack(home, durable=False, dies_with_caller=True, first_port=first_port)


def call(url: str, key: str = "", method: str = "GET", body: object = None) -> tuple[int, str, str]:
    """Return status, content type and body of an HTTP call."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    if key:
        request.add_header("apikey", key)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read().decode()


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Wait; give up just before the test as a whole would, to say what for."""
    limit = time.monotonic() + 150
    while not condition():
        assert time.monotonic() < limit, f"in vain: {what}"
        time.sleep(0.05)


def listening_ports(stack: Stack) -> list[int]:
    state = json.loads((stack.home / "state.json").read_text())
    return list(state["ports"].values())


# One stack, shared


def test_privileges_are_those_the_migrations_gave(stack: Stack) -> None:
    """Supabase Lite grants everything to everybody at its first request; that must be undone."""
    dsn = stack.cluster.dsn("supabase_admin")
    before = Privileges.read(dsn)
    stack.restart_lite()
    for key in (stack.secrets.publishable_key, stack.secrets.secret_key):
        call(stack.url("gateway") + "/rest/v1/outbox", key)
        call(stack.url("gateway") + "/storage/v1/bucket", key)
    assert before.differences(Privileges.read(dsn)) == ([], [])
    with stack.cluster.connect() as connection:
        row = connection.execute(
            "select has_table_privilege('anon', 'public.outbox', 'select'),"
            " has_table_privilege('anon', 'pathfinder.webhook_secrets', 'select'),"
            " has_table_privilege('service_role', 'pathfinder.webhook_secrets', 'select')"
        ).fetchone()
    assert row == (False, False, False)


def test_anon_is_refused_and_service_role_is_not(stack: Stack) -> None:
    url = stack.url("gateway") + "/rest/v1/outbox"
    status, _, body = call(url, stack.secrets.publishable_key)
    assert (status, json.loads(body)["code"]) == (401, "42501")
    assert call(url, stack.secrets.secret_key)[0] == 200
    assert call(url)[0] == 401


def test_report_is_stored_privately_and_served_by_signed_link_as_plain_text(stack: Stack) -> None:
    api, key = stack.url("gateway") + "/storage/v1", stack.secrets.secret_key
    upload = urllib.request.Request(
        f"{api}/object/reports/2026/july.html",
        b"<h1>July</h1>",
        {"Content-Type": "text/html", "apikey": key},
        method="POST",
    )
    with urllib.request.urlopen(upload, timeout=10) as answer:
        assert answer.status == 200
    assert call(f"{api}/object/reports/2026/july.html", stack.secrets.publishable_key)[0] == 400
    status, _, body = call(f"{api}/object/sign/reports/2026/july.html", key, "POST", {"expiresIn": 60})
    assert status == 200
    link = api + json.loads(body)["signedURL"]
    status, content_type, text = call(link)
    assert (status, content_type.partition(";")[0], text) == (200, "text/plain", "<h1>July</h1>")
    assert call(link[:-3])[0] == 400


def test_bucket_takes_only_reports(stack: Stack) -> None:
    status, _, body = call(stack.url("gateway") + "/storage/v1/bucket/reports", stack.secrets.secret_key)
    bucket = json.loads(body)
    assert status == 200
    assert bucket["public"] is False
    assert bucket["allowed_mime_types"] == ["text/csv", "text/html", "application/pdf"]


def test_studio_is_reachable_on_its_own_port_only(stack: Stack) -> None:
    status, content_type, page = call(stack.environment["STUDIO_URL"] + "/editor/public.classification_rules")
    assert (status, content_type.partition(";")[0]) == (200, "text/html")
    assert "<script" in page
    assert call(stack.url("gateway") + "/editor/public.classification_rules")[0] == 404


@pytest.mark.parametrize("service", ALL_BUT_WORKER)
def test_killed_service_comes_back_on_its_port(stack: Stack, service: str) -> None:
    before = stack.environment
    stack.kill(service)  # type: ignore[arg-type]  # a Literal that parametrize cannot express
    assert not stack.is_up()
    stack.start(service)  # type: ignore[arg-type]  # as above
    stack.wait_ready()
    assert stack.environment == before
    status, _, _ = call(stack.url("gateway") + "/rest/v1/settings", stack.secrets.secret_key)
    assert status == 200


def test_postgres_restarts_under_a_running_stack(stack: Stack) -> None:
    stack.restart_postgres()
    url = stack.url("gateway") + "/rest/v1/settings"
    wait_for(lambda: call(url, stack.secrets.secret_key)[0] == 200, "an answer after the restart")


def test_secrets_are_private_and_in_no_process_list(stack: Stack) -> None:
    for name in ("secrets.json", "env", "state.json"):
        assert (stack.home / name).stat().st_mode & 0o077 == 0, name
    arguments = b"".join(
        path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.parent.is_dir()
    )
    for secret in (stack.secrets.secret_key, stack.secrets.jwt_secret, *stack.cluster.passwords.values()):
        assert secret.encode() not in arguments


def test_environment_file_is_sourced_as_it_is_and_exports(stack: Stack) -> None:
    script = (
        f". {stack.home}/env; exec {sys.executable} -c 'import os, json; print(json.dumps(dict(os.environ)))'"
    )
    answer = subprocess.run(["sh", "-euc", script], env={}, capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout).items() >= stack.environment.items()
    assert stack.environment.keys() >= {
        "SUPABASE_URL",
        "SUPABASE_PUBLISHABLE_KEY",
        "SUPABASE_SECRET_KEY",
        "SUPABASE_DB_URL",
        "WEBHOOK_URL",
        "WEBHOOK_USERNAME",
        "WEBHOOK_PASSWORD",
        "CONTROL_ROOM_URL",
    }


def test_home_is_closed_to_others_and_so_is_what_is_made_above_it(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "above" / "home")
    stack._prepare_home()
    assert [folder.stat().st_mode & 0o777 for folder in (stack.home, stack.home.parent)] == [0o700] * 2


def test_logs_hold_no_key(stack: Stack) -> None:
    call(f"{stack.environment['WEBHOOK_URL']}&x=1", method="POST", body={})
    logs = "".join(path.read_text() for path in (stack.home / "logs").iterdir())
    assert "Secret key" in logs
    for secret in (*stack.secrets.keys.__dict__.values(), *stack.cluster.passwords.values()):
        assert secret not in logs


@pytest.mark.parametrize("route", ["info", "config", "introspect", "ping"])
@pytest.mark.parametrize("path", ["/_system", "/%5fsystem", "//_system", "/x/../_system"])
def test_lite_tells_nobody_how_it_is_set_up(stack: Stack, path: str, route: str) -> None:
    status, _, body = call(f"{stack.environment['STUDIO_URL']}{path}/{route}")
    assert (status, body) == (404, '{"message":"Not found"}')


def test_lite_tells_its_own_page_no_secret(stack: Stack) -> None:
    address = stack.environment["STUDIO_URL"] + "/_system/info"
    request = urllib.request.Request(address, headers={"Sec-Fetch-Site": "same-origin"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert json.load(answer) == {
            "admin": True,
            "config": {"auth": {"publishable_key": stack.secrets.publishable_key}},
        }


@pytest.mark.parametrize(
    "text",
    [
        '{"a":  1.0, "a": 2}',
        '{\r\n"b": "\\u00e9 \\/ é"}',
        ' {"n": 12345678901234567890.10} ',
        '{"x": "\\u0000", "captpathfinder": "\\ud83d\\ude00"}',
    ],
)
def test_webhook_reaches_the_database_to_the_letter(stack: Stack, text: str) -> None:
    """As PostgREST hands an unnamed json parameter over. The door's own function stands aside meanwhile."""
    with stack.cluster.connect("supabase_admin", autocommit=True) as connection:
        row = connection.execute("select pg_get_functiondef('public.community_webhook(json)'::regprocedure)")
        definition = str(row.fetchone()[0])  # type: ignore[index]  # there is one
        try:
            connection.execute(
                "create or replace function public.community_webhook(json) returns json language sql"
                " return json_build_object('text', $1::text)"
            )
            request = urllib.request.Request(
                stack.environment["WEBHOOK_URL"], text.encode(), {"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=10) as answer:
                assert json.load(answer) == {"text": text}
        finally:
            connection.execute(definition.encode())


def test_json_arguments_reach_a_function_as_what_they_are(stack: Stack) -> None:
    with stack.cluster.connect() as connection:
        connection.execute("drop function if exists public.kinds")
        connection.execute(
            "create function public.kinds(a jsonb, b json) returns text language sql"
            " return jsonb_typeof(a) || ' ' || json_typeof(b)"
        )
        connection.execute("grant execute on function public.kinds to service_role")
    stack.restart_lite()
    url = stack.url("gateway") + "/rest/v1/rpc/kinds"
    for a, b, kinds in (({"x": 1}, [], "object array"), ([{}], "text", "array string")):
        status, _, body = call(url, stack.secrets.secret_key, "POST", {"a": a, "b": b})
        assert (status, json.loads(body)) == (200, kinds)
    with stack.cluster.connect() as connection:
        connection.execute("drop function public.kinds")


def test_no_service_sees_the_callers_environment(stack: Stack) -> None:
    for process in marked_processes(str(stack.home)):
        environment = Path(f"/proc/{process.pid}/environ").read_bytes()
        assert b"PYTEST_CURRENT_TEST" not in environment


# Stacks of their own


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
