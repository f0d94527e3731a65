"""A control room on a loopback port whose time stands still until a test moves it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.control_room.clock import Clock
from local.control_room.server import listen
from local.control_room.settings import DEFAULT_BOTS, Bot, Credentials, Settings, index_bots
from local.control_room.state import ControlRoom

USERNAME = "robot"
API_KEY = "api-key-of-the-robot-0123456789"
PASSWORD = "password-of-the-robot"
EMAIL_KEY = "email-endpoint-key"
TEAMS_KEY = "teams-endpoint-key"
#: Shared by all clients: to make one takes far longer than a test does.
TLS = ssl.create_default_context()
UNHURRIED = Settings(run_seconds=10.0)
START = datetime(2026, 3, 6, 22, 0, tzinfo=UTC)


def text(value: str) -> dict[str, str]:
    return {"type": "STRING", "string": value}


def email_inputs() -> dict[str, Any]:
    return {
        "to": {"type": "LIST", "list": [text("ann@example.org"), text("bob@example.org")]},
        "subject": text("Weekly digest"),
        "body": text("<h1>Ten executives</h1>"),
        "isHtml": {"type": "BOOLEAN", "boolean": True},
    }


class Room:
    """A running control room and a client of it."""

    def __init__(self, state: ControlRoom, client: httpx.AsyncClient, folder: Path) -> None:
        self.state = state
        self.client = client
        self.folder = folder

    async def sign_in(self, **body: object) -> httpx.Response:
        body = body or {"apiKey": API_KEY}
        return await self.client.post("/v2/authentication", json={"username": USERNAME, **body})

    async def token(self, **body: object) -> str:
        answer = await self.sign_in(**body)
        assert answer.status_code == 200, answer.text
        token = answer.json()["token"]
        assert isinstance(token, str)
        return token

    async def call(
        self, path: str, body: object, *, token: str | None = None, patience: float = 60
    ) -> httpx.Response:
        headers = {"X-Authorization": token or await self.token()}
        return await self.client.post(
            path, json=body, headers=headers, timeout=httpx.Timeout(60, read=patience)
        )

    async def deploy(
        self, name: str | None = "digest-1", *, token: str | None = None, **changes: object
    ) -> httpx.Response:
        body: dict[str, Any] = {"botId": 101, "unattendedRequest": {"runAsUserIds": [3]}}
        body |= {"automationName": name} if name else {}
        return await self.call(
            "/v4/automations/deploy", body | {"botInput": email_inputs()} | changes, token=token
        )

    async def rows(self, **query: object) -> list[dict[str, Any]]:
        answer = await self.call("/v3/activity/list", query)
        assert answer.status_code == 200, answer.text
        rows = answer.json()["list"]
        assert isinstance(rows, list)
        return rows

    async def status(self, deployment_id: str) -> str | None:
        found = await self.rows(filter={"operator": "eq", "field": "deploymentId", "value": deployment_id})
        return found[0]["status"] if found else None

    async def fault(self, *rules: dict[str, Any]) -> None:
        answer = await self.client.post("/_faults", json=list(rules))
        assert answer.status_code == 201, answer.text

    async def counts(self) -> dict[str, Any]:
        answer = (await self.client.get("/_deployments")).json()
        assert isinstance(answer, dict)
        return answer

    async def messages(self) -> list[str]:
        """The text of every message file, after the bots had their turn."""
        listed = (await self.client.get("/_messages")).json()["messages"]
        return [(self.folder / message["file"]).read_text() for message in listed]

    def advance(self, seconds: float) -> None:
        self.state.advance(seconds)


async def eventually(condition: Callable[[], Awaitable[bool]], within: float = 60) -> None:
    """Wait until the condition holds, and fail if it does not in time."""
    deadline = asyncio.get_running_loop().time() + within
    while not await condition():
        assert asyncio.get_running_loop().time() < deadline, "it did not happen in time"
        await asyncio.sleep(0.01)


StartRoom = Callable[..., Awaitable[Room]]


@pytest.fixture
async def start_room(tmp_path: Path) -> AsyncIterator[StartRoom]:
    """Starts a control room; by default a run takes ten seconds of its standing time."""
    async with AsyncExitStack() as stack:

        async def start(
            settings: Settings = UNHURRIED,
            bots: tuple[Bot, ...] = DEFAULT_BOTS,
        ) -> Room:
            known = Credentials(USERNAME, API_KEY, PASSWORD, EMAIL_KEY, TEAMS_KEY)
            state = ControlRoom(
                tmp_path, index_bots(bots), known, settings, clock=Clock(lambda: START), seed=1
            )
            stack.callback(state.close)
            runner, address = await listen(state, "127.0.0.1", 0)
            stack.push_async_callback(runner.cleanup)
            client = httpx.AsyncClient(base_url=address, timeout=60, verify=TLS)
            return Room(state, await stack.enter_async_context(client), tmp_path)

        yield start


@pytest.fixture
async def room(start_room: StartRoom) -> Room:
    """A control room as it is by default, except that a run takes ten seconds of its standing time."""
    return await start_room()
