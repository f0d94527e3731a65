import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from .conftest import API_KEY, EMAIL_KEY, PASSWORD, TEAMS_KEY, USERNAME, email_inputs

ENVIRONMENT = {
    "AA_USERNAME": USERNAME,
    "AA_API_KEY": API_KEY,
    "AA_PASSWORD": PASSWORD,
    "AA_EMAIL_BOT_API_KEY": EMAIL_KEY,
    "AA_TEAMS_BOT_API_KEY": TEAMS_KEY,
}
ROOT = Path(__file__).parents[2]


class Process:
    """The stand-in as a process; its output goes to a file so that it can never block on a full pipe."""

    def __init__(self, folder: Path, *options: str, env: dict[str, str] | None = None) -> None:
        self.output = folder / f"output-{time.monotonic_ns()}.txt"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AA_")}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "local.control_room", "--data-dir", str(folder / "data"), *options],
                cwd=ROOT,
                env=inherited | (ENVIRONMENT if env is None else env),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> httpx.Client:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            if found := re.search(r"listening on (http://\S+)\n", self.output.read_text()):
                return httpx.Client(base_url=found[1], timeout=60)
            time.sleep(0.02)
        raise AssertionError(f"it did not start: {self.output.read_text()}")

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


Start = Callable[..., Process]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    running: list[Process] = []

    def begin(*options: str, env: dict[str, str] | None = None) -> Process:
        running.append(Process(tmp_path, *options, env=env))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait(5)


def deploy(client: httpx.Client, name: str) -> httpx.Response:
    answer = client.post("/v2/authentication", json={"username": USERNAME, "apiKey": API_KEY})
    body = {"botId": 101, "automationName": name, "unattendedRequest": {}, "botInput": email_inputs()}
    return client.post(
        "/v4/automations/deploy", json=body, headers={"X-Authorization": answer.json()["token"]}
    )


def delivered(client: httpx.Client, expected: dict[str, int]) -> dict[str, Any]:
    """The deployments, once those expected have been delivered."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        counts: dict[str, Any] = client.get("/_deployments").json()
        if counts["delivered_by_automation_name"] == expected:
            return counts
        time.sleep(0.02)
    raise AssertionError(counts)


def test_it_runs_bots_by_the_real_clock_and_ends_cleanly_on_sigterm(start: Start, tmp_path: Path) -> None:
    process = start("--run-seconds", "0.1")
    with process.wait_until_ready() as client:
        assert client.get("/health").json() == {"status": "ok"}
        assert deploy(client, "job").status_code == 200
        deadline = time.monotonic() + 60
        page = tmp_path / "data" / "messages" / "000001-send-e-mail.html"
        # Nobody asks for anything meanwhile: the bot has to work by itself.
        while not page.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert "Weekly digest" in page.read_text()
    assert process.end() == 0


def test_a_hanging_request_does_not_keep_it_from_ending(start: Start) -> None:
    process = start()
    with process.wait_until_ready() as client:
        client.post("/_faults", json=[{"what": "hang", "route": "authenticate"}])
        with pytest.raises(httpx.ReadTimeout):
            client.post("/v2/authentication", json={}, timeout=httpx.Timeout(60, read=0.2))
        # The request would hang for an hour.
        assert process.end(signal.SIGINT) == 0


def test_after_a_kill_it_knows_its_deployments_and_finishes_them(start: Start, tmp_path: Path) -> None:
    first = start("--run-seconds", "0")
    with first.wait_until_ready() as client:
        deploy(client, "done")
        delivered(client, {"done": 1})
        client.post("/_faults", json=[{"what": "takes", "seconds": 1}])
        deploy(client, "running")
        headers = {"Authorization": f"Bearer {EMAIL_KEY}"}
        client.post("/bots/email", json={"to": ["a@b"], "subject": "S", "body": "B"}, headers=headers)
    first.end(signal.SIGKILL)
    with (tmp_path / "data" / "deployments.jsonl").open("a") as journal:
        journal.write('{"sequence": 4, "deploy')

    second = start("--run-seconds", "0")
    with second.wait_until_ready() as client:
        assert client.get("/_deployments").json()["by_automation_name"] == {"done": 1, "running": 1}
        deploy(client, "new")
        counts = delivered(client, {"done": 1, "running": 1, "new": 1})
        assert [one["sequence"] for one in counts["deployments"]] == [1, 2, 4]
        listed = client.get("/_messages").json()["messages"]
        assert sorted(message["sequence"] for message in listed) == [1, 2, 3, 4]
    assert second.end() == 0
    lines = (tmp_path / "data" / "deployments.jsonl").read_text().splitlines()
    assert [json.loads(line)["automation_name"] for line in lines] == ["done", "running", "new"]


def test_its_output_holds_no_secret(start: Start) -> None:
    process = start("--log-level", "debug")
    with process.wait_until_ready() as client:
        token = client.post("/v2/authentication", json={"username": USERNAME, "apiKey": API_KEY}).json()[
            "token"
        ]
        client.post("/v2/authentication", json={"username": USERNAME, "password": PASSWORD})
        client.post("/v2/authentication", json={"username": USERNAME, "apiKey": API_KEY + "x"})
        client.post("/v2/authentication", content=f'{{"apiKey": "{API_KEY}"')
        client.post("/v3/activity/list", json={}, headers={"X-Authorization": API_KEY})
        client.post("/v3/activity/list", json={"filter": token}, headers={"X-Authorization": token})
        client.get(f"/nowhere?key={API_KEY}")
        client.post(
            "/bots/teams", json={"message": TEAMS_KEY}, headers={"Authorization": f"Bearer {TEAMS_KEY}"}
        )
        deploy(client, f"named {token}")
        delivered(client, {"named [removed]": 1})
    assert process.end() == 0
    output = process.output.read_text()
    assert "authenticate 401" in output
    for secret in (API_KEY, PASSWORD, EMAIL_KEY, TEAMS_KEY, token):
        assert secret not in output


@pytest.mark.parametrize(
    ("env", "options", "named"),
    [
        ({"AA_API_KEY": API_KEY}, [], "AA_USERNAME"),
        ({"AA_USERNAME": USERNAME}, [], "AA_API_KEY"),
        (ENVIRONMENT, ["--host", "192.0.2.1"], "--host 192.0.2.1"),
        (ENVIRONMENT, ["--bots", "/nonexistent/bots.json"], "/nonexistent/bots.json"),
        (ENVIRONMENT, ["--bot", "7:Mailer"], "--bot '7:Mailer'"),
        (ENVIRONMENT, ["--bot", "7:A:any:x", "--bot", "7:B:any:x"], "7 is declared twice"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(
    start: Start, env: dict[str, str], options: list[str], named: str
) -> None:
    process = start(*options, env=env)
    assert process.process.wait(10) == 2
    output = process.output.read_text()
    assert named in output
    assert output.count("\n") == 1


def test_a_taken_port_and_a_folder_in_use_are_named(start: Start, tmp_path: Path) -> None:
    first = start()
    with first.wait_until_ready() as client:
        port = str(client.base_url.port)
        same_folder = start()
        assert same_folder.process.wait(10) == 2
        assert "another control room is using it" in same_folder.output.read_text()
        same_port = start("--port", port, "--data-dir", str(tmp_path / "other"))
        assert same_port.process.wait(10) == 1
        assert f"port {port} on 127.0.0.1 is taken" in same_port.output.read_text()


def test_without_their_keys_the_simple_endpoints_are_off(start: Start) -> None:
    process = start(env={"AA_USERNAME": USERNAME, "AA_PASSWORD": PASSWORD})
    with process.wait_until_ready() as client:
        answer = client.post("/bots/email", json={}, headers={"Authorization": "Bearer x"})
        assert answer.status_code == 404
        assert "AA_EMAIL_BOT_API_KEY" in answer.json()["message"]


def test_bots_can_be_declared_by_file_and_option(start: Start, tmp_path: Path) -> None:
    declared = [
        {"id": 101, "name": "Mailer", "kind": "email", "inputs": dict.fromkeys(email_inputs(), "ANY")}
    ]
    (tmp_path / "bots.json").write_text(json.dumps(declared))
    bots = ["--bots", str(tmp_path / "bots.json"), "--bot", "7:Pager:any:text=STRING"]
    process = start("--run-seconds", "0", *bots)
    with process.wait_until_ready() as client:
        assert deploy(client, "job").status_code == 200
        delivered(client, {"job": 1})
        assert client.get("/_messages").json()["messages"][0]["bot"] == "Mailer"
