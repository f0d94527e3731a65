"""The doctor: green only where everything that will be used works; else one sentence with what to do."""

import http.server
import io
import re
import threading
from typing import Any

import pytest
from psycopg import sql
from rich.console import Console

from captpathfinder.doctor import examine
from captpathfinder.settings import load_settings
from captpathfinder.supabase_project.schema import SCHEMA
from local.migrations import PROJECT
from local.sources import SOURCES, VERSION
from tests.worker.support import EMAIL_BOT, Bench, worker_environment

SECRET = "whsec_aHVudGVyMjJodW50ZXIyMmh1bnRlcjIyaHVudGVyMjI="


def run(bench: Bench, *arguments: str, **changes: str) -> tuple[int, str]:
    with bench.worker(*arguments, **changes) as worker:
        return worker.process.wait(90), worker.text()


def findings(text: str) -> dict[str, str]:
    """The lines of the report by their subject."""
    return {line[2:].split(":")[0]: line for line in text.splitlines() if line[:1] in "✓✗!-"}


def test_the_worker_and_the_migrations_are_of_the_same_schema() -> None:
    newest = max(path.name.partition("_")[0] for path in (PROJECT / "supabase" / "migrations").glob("*.sql"))
    assert newest == SCHEMA, "SCHEMA of supabase_project/schema.py is the newest migration's number"
    assert f"'{newest}'" in (SOURCES / VERSION).read_text()


def test_the_doctor_finds_everything_well_but_the_schedule_that_is_off_here(bench: Bench) -> None:
    code, text = run(bench, "doctor")
    marks = {line[2:].split(":")[0]: line for line in text.splitlines()}
    for subject in (
        "Supabase key",
        "functions",
        "schema",
        "clock",
        "storage",
        "realtime",
        "control room",
        "channel mail",
        "PDF",
    ):
        assert marks[subject].startswith("✓"), text
    assert "heard of a row" in marks["realtime"]
    assert marks["channel mail"].endswith("bot 101 is Send e-mail")
    # The stack of the tests has pg_cron's jobs switched off, and health() says so.
    assert "✗ health: The schedule is not set up" in text
    assert "schedule" not in marks
    assert code == 1


@pytest.mark.parametrize(
    ("changes", "subject", "advice"),
    [
        ({"SUPABASE_SECRET_KEY": "sb_secret_wrong_key_wrong"}, "Supabase key", "Settings > API Keys"),
        ({"AA_API_KEY": "wrong-key-wrong"}, "control room", "make a new one"),
        ({"AA_EMAIL_BOT_URL": "http://127.0.0.1:9/"}, "e-mail bot", "Check AA_EMAIL_BOT_URL"),
        ({"SUPABASE_URL": "http://127.0.0.1:9"}, "Supabase", "it refused the connection"),
    ],
)
def test_the_doctor_says_what_is_wrong_and_what_to_do(
    bench: Bench, changes: dict[str, str], subject: str, advice: str
) -> None:
    code, text = run(bench, "doctor", REALTIME_ENABLED="false", **changes)
    assert code == 1
    line = next(line for line in text.splitlines() if line.startswith("✗"))
    assert subject in line
    assert advice in line
    assert "wrong_key_wrong" not in text
    assert "wrong-key-wrong" not in text


class Liar(http.server.BaseHTTPRequestHandler):
    """Answers everything with 200 and half a document."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "7")
        self.end_headers()
        self.wfile.write(b'{"half"')

    def do_POST(self) -> None:
        self.do_GET()


def test_an_answer_of_200_that_is_no_json_is_one_finding(bench: Bench) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        code, text = run(bench, "doctor", SUPABASE_URL=f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    assert code == 1
    [line] = [line for line in text.splitlines() if line.startswith("✗")]
    assert "the answer is not Supabase's" in line
    assert "Check SUPABASE_URL" in line


@pytest.mark.parametrize(("is_terminal", "lines"), [(True, 3), (False, 1)])
async def test_findings_are_wrapped_for_people_and_a_line_each_for_programs(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, is_terminal: bool, lines: int
) -> None:
    for name, value in worker_environment(bench.stack, SUPABASE_URL="http://127.0.0.1:9").items():
        monkeypatch.setenv(name, value)
    said = io.StringIO()
    console = Console(file=said, width=80, force_terminal=is_terminal, color_system=None)
    assert await examine(load_settings(), console) == 1
    finding = said.getvalue().partition("✗")[2].splitlines()
    assert len(finding) == lines
    assert all(line.startswith("  ") and len(line) <= 80 for line in finding[1:])


def rows_by_table(bench: Bench) -> dict[str, int]:
    tables = bench.db.execute(
        "select schemaname, tablename from pg_tables where schemaname in ('public', 'pathfinder')"
    ).fetchall()
    counted = {}
    for names in tables:
        query = sql.SQL("select count(*) from {}").format(sql.Identifier(*names))
        (counted[".".join(names)],) = bench.db.execute(query).fetchone() or (0,)
    return counted


@pytest.mark.parametrize("fault", ["none", "drop_changes"])
def test_a_check_leaves_nothing_behind_whether_rows_are_announced_or_not(bench: Bench, fault: str) -> None:
    before = rows_by_table(bench)
    if fault != "none":
        bench.realtime_fault(fault=fault)
    code, text = run(bench, "doctor")
    assert code == 1
    assert ("not announced" in text) == (fault == "drop_changes")
    assert rows_by_table(bench) == before


def test_what_an_interrupted_check_left_goes_with_the_next(bench: Bench) -> None:
    bench.db.execute(
        "insert into public.outbox (kind, dedupe_key, status, finished_at)"
        " values ('realtime_test', 'doctor:1', 'done', now() - interval '61 seconds'),"
        " ('realtime_test', 'doctor:2', 'done', now() - interval '1 second')"
    )
    bench.db.execute("select public.withdraw_test(public.announce_test())")
    left = bench.db.execute("select dedupe_key from public.outbox where kind = 'realtime_test'").fetchall()
    assert left == [("doctor:2",)], "one that another doctor listens for stays"


def test_the_doctor_sees_a_table_that_is_not_in_the_publication(bench: Bench) -> None:
    bench.realtime_fault(fault="refuse_subscription")
    code, text = run(bench, "doctor")
    assert code == 1
    assert "alter publication supabase_realtime add table public.outbox" in text


def channel_line(bench: Bench, transport: str, config: dict[str, Any], **changes: str) -> str:
    bench.channel("crm", transport, config)
    code, text = run(bench, "doctor", REALTIME_ENABLED="false", **changes)
    assert code == 1
    assert "hunter22" not in text
    assert SECRET not in text
    return findings(text)["channel crm"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "CHANNEL_CRM is not set"),
        ({"CHANNEL_CRM": SECRET}, "CHANNEL_CRM_HOSTS=crm.example.com"),
        (
            {"CHANNEL_CRM": SECRET, "CHANNEL_CRM_HOSTS": "other.example.com"},
            "may not be sent to crm.example.com",
        ),
    ],
)
def test_a_channel_whose_secret_cannot_be_sent_is_not_well(
    bench: Bench, changes: dict[str, str], said: str
) -> None:
    config = {"url": "https://crm.example.com/hook", "secret_env": "CHANNEL_CRM"}
    line = channel_line(bench, "webhook", config, **changes)
    assert line.startswith("✗")
    assert said in line


def test_a_channel_whose_secret_may_be_sent_is_well(bench: Bench) -> None:
    config = {"url": "https://crm.example.com/hook", "secret_env": "CHANNEL_CRM"}
    line = channel_line(bench, "webhook", config, CHANNEL_CRM=SECRET, CHANNEL_CRM_HOSTS="crm.example.com")
    assert line.startswith("✓")
    assert line.endswith("CHANNEL_CRM goes to crm.example.com")


def test_a_bot_that_does_not_exist_is_not_well(bench: Bench) -> None:
    line = channel_line(bench, "aa_bot", {**EMAIL_BOT, "bot_id": 999})
    assert line.startswith("✗")
    assert "shows no bot 999" in line
    assert "AA_USERNAME may view" in line


def test_a_control_room_that_does_not_list_its_bots_is_no_reason_to_stop(bench: Bench) -> None:
    bench.control_room_faults({"what": "status", "route": "files", "status": 403})
    line = channel_line(bench, "aa_bot", EMAIL_BOT)
    assert line.startswith("!")
    assert "cannot be seen" in line


def test_a_channel_without_its_endpoint_is_not_well(bench: Bench) -> None:
    config = {"kind": "teams", "channel_url": "https://teams.example.com/channel"}
    line = channel_line(bench, "aa_http", config, AA_TEAMS_BOT_URL="", AA_TEAMS_BOT_API_KEY="")
    assert line.startswith("✗")
    assert "AA_TEAMS_BOT_URL and AA_TEAMS_BOT_API_KEY are not set" in line


@pytest.mark.parametrize(("version", "said"), [("20200101000000", "is at 2020"), (None, "not all")])
def test_a_schema_that_is_older_than_the_worker_is_said(bench: Bench, version: str | None, said: str) -> None:
    with bench.schema(version):
        _, text = run(bench, "doctor", REALTIME_ENABLED="false")
    line = findings(text)["schema"]
    assert line.startswith("✗")
    assert said in line
    assert "supabase db push" in line


def test_reports_that_cannot_be_drawn_are_said_with_the_libraries(
    bench: Bench, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # A WeasyPrint that fails as it does without Pango, found before the real one.
    folder = tmp_path_factory.mktemp("broken")
    (folder / "weasyprint.py").write_text("raise OSError('cannot load library')\n")
    path = worker_environment(bench.stack)["PYTHONPATH"]
    code, text = run(bench, "doctor", REALTIME_ENABLED="false", PYTHONPATH=f"{folder}:{path}")
    assert code == 1
    line = findings(text)["PDF"]
    assert line.startswith("✗")
    assert "apt-get install libpango-1.0-0" in line


def test_every_complaint_says_what_to_do(bench: Bench) -> None:
    bench.channel("crm", "webhook", {"url": "https://crm.example.com/hook", "secret_env": "CHANNEL_CRM"})
    _, text = run(bench, "doctor", REALTIME_ENABLED="false", AA_API_KEY="wrong-key-wrong")
    complaints = [line for line in text.splitlines() if line.startswith("✗")]
    assert len(complaints) >= 3
    for line in complaints:
        assert re.search(r"\b(Check|Set|Edit|Switch|Start|Add|Apply|Install|set|make|see|See)\b", line), line
