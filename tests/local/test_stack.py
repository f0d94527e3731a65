"""A stack that runs: what it answers, what it keeps to itself, what comes back when it is killed."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from local.privileges import Privileges
from local.process import marked_processes
from local.stack import Stack
from tests.local.support import ALL_BUT_WORKER, call, wait_for


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
    with urllib.request.urlopen(upload, timeout=60) as answer:
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
    with urllib.request.urlopen(request, timeout=60) as answer:
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
            with urllib.request.urlopen(request, timeout=60) as answer:
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
