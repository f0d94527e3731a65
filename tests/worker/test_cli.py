"""The command line as a process: exit codes, what it prints, and what it never prints."""

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from captpathfinder import __version__
from captpathfinder.commands.report_links import interval_seconds
from captpathfinder.supabase_project.schema import SCHEMA
from local.migrations import PROJECT
from tests import warm
from tests.worker.support import Bench, wait_until

BARE = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT / "worker")}


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command without a Supabase."""
    return warm.run(arguments, env={**BARE, **environment})


def test_a_missing_variable_is_one_line_and_exit_code_2() -> None:
    done = command("run", SUPABASE_URL="https://x.supabase.co")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "SUPABASE_SECRET_KEY is not set: the project's secret key (sb_secret_…), from Settings > API Keys"
    ]


def test_a_supabase_that_is_not_there_is_one_line_and_exit_code_1() -> None:
    done = command("stats", SUPABASE_URL="http://127.0.0.1:9", SUPABASE_SECRET_KEY="sb_secret_0123456789")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "no answer from Supabase" in done.stderr
    assert "0123456789" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [["generate-reports", "November"], ["redrive", "three"], ["redrive", "3", "4"], ["fly"]]
)
def test_a_wrong_command_line_is_exit_code_2(arguments: list[str]) -> None:
    done = command(*arguments, SUPABASE_URL="http://127.0.0.1:9", SUPABASE_SECRET_KEY="sb_secret_0123456789")
    assert done.returncode == 2


def test_the_version_needs_no_environment() -> None:
    program = [sys.executable, "-m", "captpathfinder", "--version"]
    done = subprocess.run(program, env=BARE, capture_output=True, text=True, check=True)
    assert done.stdout == f"captpathfinder {__version__}\n"


def run(bench: Bench, *arguments: str, **changes: str) -> tuple[int, str]:
    with bench.worker(*arguments, **changes) as worker:
        return worker.process.wait(90), worker.text()


def test_once_does_what_is_due_and_what_follows_and_says_if_something_failed(bench: Bench) -> None:
    bench.digests(3)
    assert run(bench, "once")[0] == 0
    bench.assert_each_sent_once(3)
    bench.control_room_faults({"what": "status", "route": "deploy", "status": 404})
    bench.digest()
    assert run(bench, "once")[0] == 1
    assert bench.statuses() == {"done": 3, "dead": 1}


def test_a_worker_refuses_a_database_that_is_older_than_it_and_bears_a_newer_one(bench: Bench) -> None:
    bench.digest()
    with bench.schema("20200101000000"):
        for command_name in ("run", "once"):
            code, said = run(bench, command_name)
            assert code == 1
            assert said.splitlines()[-1].startswith("The database is at the migration 2020")
            assert f"this worker needs {SCHEMA}. Apply the migrations" in said
    assert bench.statuses() == {"pending": 1}
    with bench.schema("29990101000000"):
        code, said = run(bench, "once")
    assert code == 0
    assert "the database is newer than this worker" in said
    assert bench.statuses() == {"done": 1}


def test_a_worker_refuses_a_database_whose_migrations_stopped_half_way(bench: Bench) -> None:
    bench.digest()
    with bench.schema(None):
        code, said = run(bench, "once")
    assert code == 1
    assert said.splitlines()[-1].startswith("The database lacks some of the migrations")
    assert bench.statuses() == {"pending": 1}


def test_migrations_that_are_the_projects_own_say_nothing_about_the_schema(bench: Bench) -> None:
    recorded = "insert into supabase_migrations.schema_migrations (version, name) values (%s, 'their_shop')"
    bench.digest()
    bench.db.execute(recorded, ["29990101000000"])
    try:
        code, said = run(bench, "once")
    finally:
        bench.db.execute("delete from supabase_migrations.schema_migrations where version = '29990101000000'")
    assert code == 0
    assert "newer than this worker" not in said


def test_redrive_brings_dead_jobs_back(bench: Bench) -> None:
    bench.control_room_faults({"what": "status", "route": "deploy", "status": 404, "times": 2})
    first, second = bench.digests(2)
    run(bench, "once")
    assert bench.statuses() == {"dead": 2}
    code, said = run(bench, "redrive", str(first))
    assert (code, said.strip()) == (0, "1 job will be tried again.")
    assert run(bench, "redrive", "999999")[0] == 1
    # As health() advises it.
    assert run(bench, "redrive")[1].strip() == "1 job will be tried again."
    assert run(bench, "redrive") == (0, "No job is dead: there is nothing to try again.\n")
    assert run(bench, "once")[0] == 0
    assert bench.job(second)["status"] == "done"


def test_stats_prints_tables_and_json(bench: Bench) -> None:
    code, text = run(bench, "stats")
    assert code == 0
    said = text.lower()
    assert [word for word in ("executives", "webhooks", "jobs", "digests") if word not in said] == []
    assert json.loads(run(bench, "stats", "--json")[1])["outbox"]["pending"] == 0


def test_a_sample_is_sent_and_its_outcome_shown(bench: Bench) -> None:
    code, text = run(bench, "channels", "test", "mail")
    assert code == 0
    assert "  Bot status: COMPLETED" in text
    assert bench.deployments()["by_status"] == {"COMPLETED": 1}
    code, text = run(bench, "channels", "test", "nowhere")
    assert code == 1
    assert "There is no channel nowhere" in text


def test_the_log_of_a_run_has_no_secrets_and_no_names(bench: Bench) -> None:
    bench.digests(2)
    with bench.worker(LOG_LEVEL="debug") as worker:
        bench.wait_done(2)
        assert worker.terminate() == 0
    text = worker.text()
    secrets = bench.stack.environment
    for name in ("SUPABASE_SECRET_KEY", "AA_API_KEY"):
        assert secrets[name] not in text
    assert "Ada" not in text
    assert "Chief Executive" not in text
    assert "board@example.com" not in text


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def status(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_the_health_checks_tell_alive_from_ready(bench: Bench) -> None:
    port = free_port()
    bench.gateway_fault(path="/rest/v1/", action="status", status=503)
    with bench.worker(HEALTH_PORT=str(port)) as worker:
        wait_until(lambda: status(port, "/healthz") == 200, "alive")
        assert status(port, "/readyz") == 503
        bench.clear_gateway_faults()
        wait_until(lambda: status(port, "/readyz") == 200, "ready")
        assert worker.terminate() == 0


def test_a_taken_health_port_is_said(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        code, text = run(bench, "run", HEALTH_PORT=str(server.getsockname()[1]))
    assert code == 1
    assert "HEALTH_PORT" in text.splitlines()[-1]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7 days", 604_800), ("1 day 00:30:00", 88_200), ("00:01:00", 60), ("1 mon 2 days", 32 * 86_400)],
)
def test_intervals_of_postgres_are_read(text: str, seconds: float) -> None:
    assert interval_seconds(text) == seconds
