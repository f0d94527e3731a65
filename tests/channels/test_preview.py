"""What `captpathfinder channels preview` writes and sends, with a database that answers as told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from captpathfinder.commands.channel_preview import preview_to_address, preview_to_folder
from captpathfinder.commands.send_sample import send_sample
from captpathfinder.errors import PermanentError
from captpathfinder.settings import Settings
from captpathfinder.transports.shown import NO_LINK_YET
from tests.channels.deliveries import digest
from tests.channels.servers import Answer, Server, serve
from tests.channels.test_email import mail_server

PARTS = [{**digest(2), "parts": 2}, {**digest(1), "part": 2, "parts": 2, "rest": 4}]
PLANNED = {"channel": "out", "transport": "webhook", "sends": ["digest"], "documents": PARTS}


def answers(row: dict[str, Any], planned: dict[str, Any] | None = None) -> list[Answer]:
    given = [[{"name": "out", "sends": ["digest"], "config": {}, **row}], planned]
    return [
        Answer(200, json.dumps(answer), {"Content-Type": "application/json"})
        for answer in given
        if answer is not None
    ]


def settings_for(project: Server) -> Settings:
    return Settings(supabase_url=project.url, supabase_secret_key=SecretStr("sb_secret_" + "x" * 20))


@pytest.fixture
def chats(slack: Server, teams: Server, receiver: Server) -> list[Server]:
    return [slack, teams, receiver]


@pytest.mark.parametrize(
    ("transport", "files"),
    [
        (
            "email_smtp",
            ["1-digest.html", "1-digest.md", "1-digest.txt", "2-digest.html", "2-digest.md", "2-digest.txt"],
        ),
        ("slack_webhook", ["1-digest.json", "2-digest.json"]),
        ("teams_workflow", ["1-digest.json", "2-digest.json"]),
        ("webhook", ["1-digest.json", "2-digest.json"]),
    ],
)
async def test_a_preview_is_written_and_nothing_is_sent(
    tmp_path: Path, chats: list[Server], transport: str, files: list[str]
) -> None:
    async with serve(Answer(500)) as project:
        project.answers = answers({"transport": transport}, PLANNED)
        written = await preview_to_folder(settings_for(project), "out", tmp_path / "seen")
    assert sorted(path.name for path in written) == files
    for path in written:
        assert "Ada Example" in path.read_text(encoding="utf-8")
        assert (NO_LINK_YET in path.read_text(encoding="utf-8")) == path.name.startswith("2")
    assert [chat.requests for chat in chats] == [[], [], []]


async def test_a_preview_goes_to_one_address_only() -> None:
    async with serve(Answer(500)) as project, mail_server("none") as mail:
        config = {"host": "127.0.0.1", "port": mail.port, "security": "none", "from": "a@x.example",
                  "to": ["board@x.example", "all@x.example"]}  # fmt: skip
        project.answers = answers({"transport": "email_smtp", "config": config}, PLANNED)
        assert await preview_to_address(settings_for(project), "out", "me@x.example") == 2
    assert [envelope.rcpt_tos for envelope in mail.envelopes] == [["me@x.example"]] * 2
    assert mail.mail()["To"] == "me@x.example"
    assert mail.mail()["Subject"].strip().startswith("Preview: 2 new executives")


async def test_a_channel_without_mail_server_is_previewed_in_files() -> None:
    async with serve(Answer(500)) as project:
        project.answers = answers({"transport": "slack_webhook"})
        with pytest.raises(PermanentError, match="without --to"):
            await preview_to_address(settings_for(project), "out", "me@x.example")


@pytest.mark.parametrize("sends", ["digest", "alert", "report", "event", "incident"])
async def test_a_sample_is_of_the_kind_that_the_channel_sends(slack: Server, sends: str) -> None:
    said = {
        "digest": "12 new executives",
        "alert": "promoted: VP Engineering",
        "report": "executives found",
        "event": "executive\u2024promoted",
        "incident": "No webhook has arrived",
    }
    async with serve(Answer(500)) as project:
        row = {
            "transport": "slack_webhook",
            "config": {"secret_env": "CHANNEL_SALES_SLACK"},
            "sends": [sends],
        }
        project.answers = answers(row)
        await send_sample(settings_for(project), "out", 30)
    [request] = slack.requests
    assert said[sends] in request.body.decode()
    assert "This is a test of the channel out. Nobody named here exists." in request.body.decode()
