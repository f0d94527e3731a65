"""No channel reads the worker's environment: what its row may name, and where that goes."""

from __future__ import annotations

import os
from typing import Any

import pytest

from captpathfinder.commands.send_sample import deliver_once
from captpathfinder.context import Context
from captpathfinder.errors import CaptPathfinderError
from captpathfinder.render.sample import sample_message
from captpathfinder.worker.decisions import GiveUp
from tests.channels.deliveries import CREATED_AT, Job
from tests.channels.servers import Server

MAIL = {"from": "a@example.com", "to": ["b@example.com"], "username": "a", "security": "none"}


def channels(server: Server, name: str) -> list[tuple[str, dict[str, Any]]]:
    """One channel of each transport that has a secret, all of them pointing at `server`."""
    host, port = server.url.removeprefix("http://").split(":")
    return [
        ("webhook", {"url": f"{server.url}/in", "secret_env": name}),
        ("email_smtp", {**MAIL, "host": host, "port": int(port), "secret_env": name}),
        ("slack_webhook", {"secret_env": name}),
        ("teams_workflow", {"secret_env": name}),
    ]


async def refusal(context: Context, transport: str, config: dict[str, Any], by: str) -> str:
    """Why nothing is sent: by a job of the channel, or by the command that tries it, active or not."""
    if by == "channels test":
        row = {"name": "out", "transport": transport, "config": config, "is_active": False}
        with pytest.raises(CaptPathfinderError) as refused:
            await deliver_once(context, row, sample_message("out", "digest", CREATED_AT))
        return str(refused.value)
    decision = await Job(context, transport, config).attempt()
    assert isinstance(decision, GiveUp), transport
    return decision.why


@pytest.mark.parametrize("by", ["a job", "channels test"])
@pytest.mark.parametrize(
    "name",
    ["PATH", "HOME", "AWS_SECRET_ACCESS_KEY", "SUPABASE_SECRET_KEY", "SUPABASE_DB_URL", "AA_API_KEY",
     "CHANNEL_CRM_HOSTS", "channel_crm", "CHANNEL_"],
)  # fmt: skip
async def test_only_the_channels_own_variables_can_be_named(
    context: Context, receiver: Server, monkeypatch: pytest.MonkeyPatch, name: str, by: str
) -> None:
    monkeypatch.setenv(name, os.environ.get(name) or f"{receiver.url}/?verysecret")
    monkeypatch.setenv(f"{name}_HOSTS", "127.0.0.1")
    for transport, config in channels(receiver, name):
        why = await refusal(context, transport, config, by)
        assert "starts with CHANNEL_" in why
        assert "verysecret" not in why
    assert receiver.requests == []


@pytest.mark.parametrize("by", ["a job", "channels test"])
async def test_a_secret_goes_to_the_hosts_beside_it_only(
    context: Context, receiver: Server, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    for transport, config in channels(receiver, "CHANNEL_CRM")[:2]:
        monkeypatch.delenv("CHANNEL_CRM_HOSTS", raising=False)
        why = await refusal(context, transport, config, by)
        assert "CHANNEL_CRM may not be sent to 127.0.0.1" in why
        assert "line CHANNEL_CRM_HOSTS=127.0.0.1 in" in why
        monkeypatch.setenv("CHANNEL_CRM_HOSTS", "crm.example.com")
        why = await refusal(context, transport, config, by)
        assert "line CHANNEL_CRM_HOSTS=crm.example.com,127.0.0.1 in" in why
    assert receiver.requests == []


async def test_hosts_are_names_not_beginnings_of_names(
    context: Context, receiver: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANNEL_CRM_HOSTS", "example.com, crm.example.co")
    for host in ("crm.example.com", "example.com.evil.example", "notexample.com"):
        config = {"url": f"https://{host}/in", "secret_env": "CHANNEL_CRM"}
        decision = await Job(context, "webhook", config).attempt()
        assert isinstance(decision, GiveUp)
        assert f"may not be sent to {host}" in decision.why


async def test_a_secret_that_is_a_url_needs_no_other_line(context: Context, slack: Server) -> None:
    assert isinstance(
        await Job(context, "slack_webhook", {"secret_env": "CHANNEL_SALES_SLACK"}).attempt(), dict
    )


async def test_another_channels_url_cannot_be_had_as_a_password(
    context: Context, slack: Server, receiver: Server
) -> None:
    [_, (transport, config), *_] = channels(receiver, "CHANNEL_SALES_SLACK")
    decision = await Job(context, transport, config).attempt()
    assert isinstance(decision, GiveUp)
    assert "CHANNEL_SALES_SLACK may not be sent to 127.0.0.1" in decision.why
    assert "verysecret" not in decision.why
