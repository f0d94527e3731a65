"""One websocket connection: the channels joined on it, and the frames that come and go."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import psycopg
from aiohttp import WSCloseCode, WSMsgType, web
from pydantic import ValidationError

from local.realtime import frames
from local.realtime.faults import Faults
from local.realtime.feed import Feed
from local.realtime.frames import ClientFrame

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Subscription:
    """One entry of `config.postgres_changes`: which changes of which table; `filter` is `column=eq.value`."""

    id: int
    event: str
    schema: str
    table: str
    filter: tuple[str, str] | None

    @classmethod
    def parse(cls, entry: Mapping[str, Any]) -> Subscription:
        """Read an entry. Its id is the same for the same entry, and never 0, which clients take for none."""
        digest = blake2b(json.dumps(entry, sort_keys=True).encode(), digest_size=3).digest()
        condition = None
        if text := entry.get("filter"):
            column, _, rest = text.partition("=")
            operator, _, value = rest.partition(".")
            if operator != "eq":
                raise ValueError(f"only filters with eq are served here, not {text}")
            condition = (column, value)
        return cls(
            int.from_bytes(digest, "big") + 1,
            str(entry.get("event", "*")).upper(),
            str(entry.get("schema", "public")),
            str(entry.get("table")),
            condition,
        )

    def wants(self, data: Mapping[str, Any]) -> bool:
        """Whether a change concerns it."""
        if self.event not in ("*", data["type"]) or (self.schema, self.table) != (
            data["schema"],
            data["table"],
        ):
            return False
        return self.filter is None or str(data.get("record", {}).get(self.filter[0])) == self.filter[1]

    def describe(self) -> str:
        """The parameters as the real server lists them in its refusals."""
        filters = "" if self.filter is None else f'{{"{self.filter[0]}", "eq", "{self.filter[1]}", false}}'
        return (
            f"event: {self.event}, schema: {self.schema}, table: {self.table}, "
            f"filters: [{filters}], select: nil"
        )


@dataclass(eq=False)
class Channel:
    """A topic joined with `join_ref`. It listens once `subscribing` has ended well."""

    topic: str
    join_ref: str | None
    subscriptions: list[Subscription]
    listening: bool = False
    subscribing: asyncio.Task[None] | None = None


class Session:
    """Serves one accepted websocket until it ends. may_select: whether its role may read the rows."""

    def __init__(
        self,
        websocket: web.WebSocketResponse,
        transport: asyncio.Transport,
        faults: Faults,
        feed: Feed,
        *,
        may_select: bool,
    ) -> None:
        self._websocket = websocket
        self._transport = transport
        self._faults = faults
        self._feed = feed
        self._may_select = may_select
        self._channels: dict[str, Channel] = {}
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()

    async def run(self) -> None:
        """Serve until the connection ends."""
        writer = asyncio.create_task(self._write())
        try:
            await self._read()
        finally:
            self.detach()
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    @property
    def listening(self) -> int:
        """How many of its channels are listened for."""
        return sum(channel.listening for channel in self._channels.values())

    def deliver(self, data: dict[str, Any]) -> None:
        """Send a change to every channel that asked for it."""
        shown = data if self._may_select and not self._faults.has("unauthorized") else frames.refused(data)
        for channel in self._channels.values():
            ids = [entry.id for entry in channel.subscriptions if entry.wants(data)]
            if channel.listening and ids:
                self._send(frames.postgres_changes(channel.topic, shown, ids))

    def confirm(self) -> None:
        """Say once more on every channel that it is listened for."""
        for channel in self._channels.values():
            if channel.listening:
                self._send(frames.system(channel.topic, frames.SUBSCRIBED))

    def expire(self) -> None:
        """Tell every channel that its token has expired, and close it; the socket stays open."""
        for channel in list(self._channels.values()):
            self._send(frames.system(channel.topic, "Token has expired 0 seconds ago", "error", "system"))
            self._end(channel)

    def reset(self) -> None:
        """Tear the connection down as a crashed machine would: a TCP reset, no closing frame."""
        reset_transport(self._transport)

    async def close(self) -> None:
        """Say that the server restarts."""
        await self._websocket.close(code=WSCloseCode.SERVICE_RESTART)

    def detach(self) -> None:
        """Stop listening on every channel; nothing is sent."""
        for channel in self._channels.values():
            if channel.subscribing is not None:
                channel.subscribing.cancel()
        self._channels.clear()

    def _send(self, frame: str) -> None:
        # A silent network loses it.
        if not self._faults.has("silent"):
            self._outgoing.put_nowait(frame)

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await self._websocket.send_str(await self._outgoing.get())

    async def _read(self) -> None:
        async for message in self._websocket:
            # What arrives in silence is read when it ends, as TCP sends again what a network has lost.
            await self._faults.over("silent")
            if message.type is WSMsgType.PING:
                await self._websocket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                try:
                    self._handle(ClientFrame.model_validate_json(message.data))
                except ValidationError:
                    log.warning("a malformed frame ends the connection")
                    await self._websocket.close(code=WSCloseCode.INTERNAL_ERROR)

    def _handle(self, frame: ClientFrame) -> None:
        channel = self._channels.get(frame.topic)
        if frame.event == "heartbeat":
            self._send(frames.reply(frame.topic, frame.ref, {}))
        elif frame.event == "phx_join":
            if channel is not None:
                # Its close has to reach a client before the reply to the second join.
                self._end(channel)
            self._join(frame)
        elif frame.event == "phx_leave":
            self._send(frames.reply(frame.topic, frame.ref, {}))
            if channel is not None:
                self._end(channel)
        elif frame.event != "access_token":
            self._send(frames.reply(frame.topic, frame.ref, {"reason": "unmatched topic"}, "error"))

    def _join(self, frame: ClientFrame) -> None:
        entries = frame.payload.get("config", {}).get("postgres_changes", [])
        try:
            subscriptions = [Subscription.parse(entry) for entry in entries]
        except ValueError as error:
            self._send(frames.reply(frame.topic, frame.ref, {"reason": str(error)}, "error"))
            return
        channel = Channel(frame.topic, frame.join_ref or frame.ref, subscriptions)
        self._channels[frame.topic] = channel
        answered = [{"id": known.id, **entry} for known, entry in zip(subscriptions, entries, strict=True)]
        self._send(frames.reply(frame.topic, frame.ref, {"postgres_changes": answered}))
        if subscriptions:
            channel.subscribing = asyncio.create_task(self._subscribe(channel))

    async def _subscribe(self, channel: Channel) -> None:
        await self._faults.over("deaf")
        while not await self._check(channel):
            await self._feed.pause()

    async def _check(self, channel: Channel) -> bool:
        """Make a channel listen, or tell why it may not; False while that cannot be known."""
        await self._feed.wait_listening()
        for entry in channel.subscriptions:
            try:
                refused = self._faults.has("refuse_subscription") or not await self._feed.is_published(
                    entry.schema, entry.table
                )
            except psycopg.OperationalError:
                return False
            if refused:
                message = (
                    "Unable to subscribe to changes with given parameters. Please check Realtime is enabled "
                    f"for the given connect parameters: [{entry.describe()}]"
                )
                self._send(frames.system(channel.topic, message, "error"))
                return True
        channel.listening = True
        self._send(frames.system(channel.topic, frames.SUBSCRIBED))
        return True

    def _end(self, channel: Channel) -> None:
        del self._channels[channel.topic]
        if channel.subscribing is not None:
            channel.subscribing.cancel()
        self._send(frames.close(channel.topic, channel.join_ref))


def reset_transport(transport: asyncio.Transport) -> None:
    """Close a TCP connection with a reset instead of a goodbye."""
    raw = transport.get_extra_info("socket")
    if raw is not None and raw.fileno() >= 0:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
