"""No channel reads the worker's environment: what its row may name, and where that goes."""

from __future__ import annotations

import os
from typing import Any

import pytest

from captpathfinder.context import Context
from captpathfinder.worker.decisions import GiveUp
from tests.channels.deliveries import Job
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


@pytest.mark.parametrize("kind", ["digest", "channel_test"])
@pytest.mark.parametrize(
    "name",
    ["PATH", "HOME", "AWS_SECRET_ACCESS_KEY", "SUPABASE_SECRET_KEY", "SUPABASE_DB_URL", "AA_API_KEY",
     "CHANNEL_CRM_HOSTS", "channel_crm", "CHANNEL_"],
)  # fmt: skip
async def test_only_the_channels_own_variables_can_be_named(
    context: Context, receiver: Server, monkeypatch: pytest.MonkeyPatch, name: str, kind: str
) -> None:
    monkeypatch.setenv(name, os.environ.get(name) or f"{receiver.url}/?verysecret")
    monkeypatch.setenv(f"{name}_HOSTS", "127.0.0.1")
    for transport, config in channels(receiver, name):
        decision = await Job(context, transport, config, kind=kind).attempt()
        assert isinstance(decision, GiveUp), transport
        assert "starts with CHANNEL_" in decision.why
        assert "verysecret" not in decision.why
    assert receiver.requests == []


@pytest.mark.parametrize("kind", ["digest", "channel_test"])
async def test_a_secret_goes_to_the_hosts_beside_it_only(
    context: Context, receiver: Server, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    for transport, config in channels(receiver, "CHANNEL_CRM")[:2]:
        monkeypatch.delenv("CHANNEL_CRM_HOSTS", raising=False)
        decision = await Job(context, transport, config, kind=kind).attempt()
        assert isinstance(decision, GiveUp)
        assert "CHANNEL_CRM may not be sent to 127.0.0.1" in decision.why
        assert "line CHANNEL_CRM_HOSTS=127.0.0.1 in" in decision.why
        monkeypatch.setenv("CHANNEL_CRM_HOSTS", "crm.example.com")
        decision = await Job(context, transport, config, kind=kind).attempt()
        assert isinstance(decision, GiveUp)
        assert "line CHANNEL_CRM_HOSTS=crm.example.com,127.0.0.1 in" in decision.why
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
