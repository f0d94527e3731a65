"""A gateway with an upstream behind it, and a home for a stack of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from local.gateway.keys import Keyring
from local.gateway.proxy import Gateway, Settings
from local.machine import temporary_folder
from local.stack import Stack
from tests.local.gateway import KEYS, LIMIT, TOKEN, Upstream


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
async def client(upstream: Upstream) -> AsyncIterator[aiohttp.ClientSession]:
    """A session whose base URL is a gateway in front of `upstream`."""
    behind = web.Application(client_max_size=0)
    behind.router.add_route("*", "/{path:.*}", upstream.handle)
    async with TestServer(behind) as server:
        address = str(server.make_url("")).rstrip("/")
        gateway = Gateway(Settings(address, address, TOKEN, rest_limit=LIMIT), Keyring(KEYS))
        front = TestServer(gateway.application())
        await front.start_server()
        async with aiohttp.ClientSession(front.make_url("/")) as session:
            yield session
        await front.close()


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder for a stack of the test's own, which is gone afterwards whatever happened."""
    with temporary_folder() as folder:
        yield folder / "home"
        Stack(folder / "home").down(purge=True)
