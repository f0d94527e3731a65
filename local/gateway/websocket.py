"""Pass a WebSocket through: frames, pings, close codes, and the lack of one."""

from __future__ import annotations

import asyncio
import contextlib

import aiohttp
from aiohttp import WSCloseCode, WSMsgType, web

Upstream = aiohttp.ClientWebSocketResponse
Socket = web.WebSocketResponse | Upstream


async def pass_through(
    request: web.Request, session: aiohttp.ClientSession, url: str, headers: dict[str, str]
) -> web.StreamResponse:
    """Connect to `url` and relay both ways until one side ends.

    An upstream that refuses the upgrade is answered for with its status and body. One that goes away
    without a close frame is passed on as that: the client's connection is cut.
    """
    try:
        upstream = await session.ws_connect(
            url, headers=headers, autoping=False, autoclose=False, max_msg_size=0
        )
    except aiohttp.WSServerHandshakeError as error:
        return web.json_response({"message": error.message}, status=error.status)
    except aiohttp.ClientError:
        return web.json_response({"message": "name resolution failed"}, status=503)
    client = web.WebSocketResponse(autoping=False, autoclose=False, max_msg_size=0, compress=False)
    try:
        await client.prepare(request)
        await _relay_both(request, client, upstream)
    finally:
        if not upstream.closed:
            await upstream.close(code=WSCloseCode.GOING_AWAY)
    return client


async def _relay_both(request: web.Request, client: web.WebSocketResponse, upstream: Upstream) -> None:
    to_client = asyncio.create_task(_relay(upstream, client))
    to_upstream = asyncio.create_task(_relay(client, upstream))
    tasks = (to_client, to_upstream)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        upstream_vanished = to_client.done() and not to_client.cancelled() and to_client.result() is False
        if upstream_vanished and request.transport is not None:
            request.transport.abort()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _relay(source: Socket, target: Socket) -> bool:
    """Relay until the source ends; return whether it said goodbye."""
    with contextlib.suppress(ConnectionError, aiohttp.ClientError):
        while True:
            message = await source.receive()
            match message.type:
                case WSMsgType.TEXT:
                    await target.send_str(message.data)
                case WSMsgType.PING:
                    await target.ping(message.data)
                case WSMsgType.PONG:
                    await target.pong(message.data)
                case WSMsgType.CLOSE:
                    reason = (message.extra or "").encode()
                    await target.close(code=message.data or WSCloseCode.OK, message=reason)
                    await source.close(code=message.data or WSCloseCode.OK)
                    return True
                case _:
                    return False
    return False
