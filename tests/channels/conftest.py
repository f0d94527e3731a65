"""Fixtures of the channels' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from captpathfinder.context import Context
from tests.channels.deliveries import opened
from tests.channels.servers import Answer, Server, serve


@pytest.fixture
async def context() -> AsyncIterator[Context]:
    async with opened() as context:
        yield context


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    """Slack's webhook; its URL is in CHANNEL_SALES_SLACK."""
    async with serve(Answer(200, "ok")) as server:
        monkeypatch.setenv("CHANNEL_SALES_SLACK", f"{server.url}/services/T000/B000/verysecretpath")
        yield server


@pytest.fixture
async def teams(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    """A Teams workflow; its URL is in CHANNEL_SALES_TEAMS."""
    async with serve(Answer(202)) as server:
        monkeypatch.setenv(
            "CHANNEL_SALES_TEAMS", f"{server.url}/workflows/x/triggers/manual?sig=verysecretsig"
        )
        yield server


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    """A receiver of signed webhooks; the secret is in CHANNEL_CRM."""
    async with serve(Answer(204)) as server:
        monkeypatch.setenv("CHANNEL_CRM", "whsec_" + "Q0FQVFBBVEhGSU5ERVIgdGVzdCBzZWNyZXQhIQ==")
        monkeypatch.setenv("CHANNEL_CRM_HOSTS", "crm.example.com, 127.0.0.1")
        yield server
