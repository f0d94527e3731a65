"""A worker of the stack that serves the public pages, and links to them."""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser
from pydantic import SecretStr

from captpathfinder.public_pages.links import Links
from captpathfinder.settings import Settings
from local.machine import free_port
from local.stack import Stack
from tests.channels.people import add_channel
from tests.channels.servers import Answer, Server, serve
from tests.reports.pages import open_browser
from tests.worker.support import WorkerProcess, worker_environment

Connection = psycopg.Connection[Any]
_FIRST_ID = itertools.count(1000, 1000)


@dataclass(frozen=True)
class Pages:
    """The worker, its address, and what makes its links."""

    worker: WorkerProcess
    settings: Settings
    url: str
    links: Links

    def feedback(self, detection: int, channel: str = "sales", *, days: float = 1) -> str:
        return self.links.feedback(channel, detection, datetime.now(UTC) + timedelta(days=days))

    def digest(self, digest: int, *, days: float = 1) -> str:
        return self.links.digest(digest, datetime.now(UTC) + timedelta(days=days))


def settings_of(stack: Stack, url: str) -> Settings:
    return Settings(
        supabase_url=stack.environment["SUPABASE_URL"],
        supabase_secret_key=SecretStr(stack.environment["SUPABASE_SECRET_KEY"]),
        public_url=url,
    )


@pytest.fixture(scope="module")
def pages(shared_stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """A worker whose public pages stand below a path, as behind a proxy that passes it on."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/people"
    changes = {"PUBLIC_URL": url, "PUBLIC_PORT": str(port), "PUBLIC_TRUSTED_PROXIES": "127.0.0.1"}
    changes["REALTIME_ENABLED"] = "false"
    environment = worker_environment(shared_stack, **changes)
    settings = settings_of(shared_stack, url)
    with WorkerProcess(environment, tmp_path_factory.mktemp("pages") / "log") as worker:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{url}/worker", timeout=60)
                break
            except httpx.TransportError:
                assert worker.process.poll() is None, worker.text()
                assert time.monotonic() < deadline, worker.text()
                time.sleep(0.05)
        yield Pages(worker, settings, url, Links(settings))


@pytest.fixture
def told(stack: Stack) -> Iterator[Connection]:
    """The stack's database with two channels, sales and board, that get digests."""
    with psycopg.connect(stack.environment["SUPABASE_DB_URL"], autocommit=True) as db:
        db.execute("delete from public.channels")
        # Each test's people are others, as the worker counts what is done about one of them.
        db.execute(f"alter table public.detections alter id restart with {next(_FIRST_ID)}".encode())
        for name in ("sales", "board"):
            add_channel(db, name, "{digest}")
        yield db


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For one module, as no event loop can be run while it is open."""
    with open_browser() as browser:
        yield browser


@pytest.fixture
async def slack() -> AsyncIterator[Server]:
    """Slack's webhook."""
    async with serve(Answer(200, "ok")) as server:
        yield server
