"""The gateway over real WebSockets."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from aiohttp import WSMsgType

from tests.local.gateway import (
    KEYS,
    Upstream,
)

SOCKET = f"/realtime/v1/websocket?apikey={KEYS.publishable}&vsn=1.0.0"


async def test_websocket_relays_text_and_pings_both_ways(client: aiohttp.ClientSession) -> None:
    async with client.ws_connect(SOCKET, autoping=False) as socket:
        await socket.send_str("hello")
        assert await socket.receive_str(timeout=60) == "hello"
        await socket.ping(b"from client")
        answer = await socket.receive(timeout=60)
        assert (answer.type, answer.data) == (WSMsgType.PONG, b"from client")
        await socket.send_str("ping me")
        ping = await socket.receive(timeout=60)
        assert (ping.type, ping.data) == (WSMsgType.PING, b"from upstream")
        await socket.pong(ping.data)
        assert await socket.receive_str(timeout=60) == "pong from upstream"


async def test_close_code_and_reason_come_through(client: aiohttp.ClientSession) -> None:
    async with client.ws_connect(SOCKET) as socket:
        await socket.send_str("close")
        message = await socket.receive(timeout=60)
        assert (message.type, message.data, message.extra) == (WSMsgType.CLOSE, 4001, "enough")


async def test_clients_close_code_reaches_upstream(client: aiohttp.ClientSession, upstream: Upstream) -> None:
    upstream.websocket_end = asyncio.get_running_loop().create_future()
    socket = await client.ws_connect(SOCKET)
    await socket.close(code=4321)
    assert await asyncio.wait_for(upstream.websocket_end, 5) == 4321


async def test_upstream_that_vanishes_cuts_the_client_off(client: aiohttp.ClientSession) -> None:
    async with client.ws_connect(SOCKET) as socket:
        await socket.send_str("vanish")
        message = await socket.receive(timeout=60)
        assert message.type in (WSMsgType.CLOSED, WSMsgType.ERROR)
        assert socket.close_code == 1006


async def test_client_that_vanishes_ends_the_upstream_connection(
    client: aiohttp.ClientSession, upstream: Upstream
) -> None:
    upstream.websocket_end = asyncio.get_running_loop().create_future()
    socket = await client.ws_connect(SOCKET)
    transport = socket.get_extra_info("socket")
    assert transport is not None
    connection = socket._response.connection
    assert connection is not None
    assert connection.transport is not None
    connection.transport.abort()
    await asyncio.wait_for(upstream.websocket_end, 5)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/realtime/v1/websocket?vsn=1.0.0", 401),
        ("/realtime/v1/websocket?apikey=wrong&vsn=1.0.0", 401),
        (SOCKET + "&refuse=1", 403),
    ],
)
async def test_refused_upgrade_has_a_status(client: aiohttp.ClientSession, path: str, status: int) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await client.ws_connect(path)
    assert refusal.value.status == status
