"""One websocket connection: the channels joined on it, and the frames that come and go."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import struct

from aiohttp import WSCloseCode, WSMsgType, web
from pydantic import ValidationError

from local.realtime import frames
from local.realtime.auth import AuthError, Identity
from local.realtime.channel import FAULT_CHECK, Channel, Context, Outbox
from local.realtime.frames import AccessTokenPayload, ClientFrame, JoinPayload
from local.realtime.subscriptions import (
    Subscription,
    SubscriptionError,
    parse_subscription,
    subscription_id,
)

log = logging.getLogger(__name__)

# A client that reads nothing is dropped when so many frames wait for it.
MAX_WAITING_FRAMES = 10_000


class Session(Outbox):
    """Serves one accepted websocket until it ends."""

    def __init__(
        self,
        context: Context,
        websocket: web.WebSocketResponse,
        transport: asyncio.Transport,
        identity: Identity,
    ) -> None:
        self._context = context
        self._websocket = websocket
        self._transport = transport
        self._identity = identity
        self._channels: dict[str, Channel] = {}
        self._outgoing: asyncio.Queue[str] = asyncio.Queue(MAX_WAITING_FRAMES)

    @property
    def channels(self) -> list[Channel]:
        """The channels joined now."""
        return list(self._channels.values())

    def send(self, frame: str) -> None:
        """Queue a frame; a silent network loses it."""
        if self._context.faults.silent:
            return
        try:
            self._outgoing.put_nowait(frame)
        except asyncio.QueueFull:
            log.warning("a client that reads nothing is dropped")
            self.reset()

    def channel_closed(self, channel: Channel) -> None:
        """Forget a channel that ended by itself."""
        if self._channels.get(channel.topic) is channel:
            del self._channels[channel.topic]

    def detach(self) -> None:
        """Stop listening on every channel; nothing is sent."""
        for channel in self.channels:
            channel.detach()

    def reset(self) -> None:
        """Tear the connection down as a crashed machine would: a TCP reset, no closing frame."""
        reset_transport(self._transport)

    async def close(self, code: int) -> None:
        """Close the websocket with `code`."""
        await self._websocket.close(code=code)

    async def run(self) -> None:
        """Serve until the connection ends."""
        writer = asyncio.create_task(self._write())
        try:
            await self._read()
        finally:
            self.detach()
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await self._websocket.send_str(await self._outgoing.get())

    async def _read(self) -> None:
        while True:
            message = await self._websocket.receive()
            # What arrives in silence is read when it ends, as TCP sends again what a network has lost.
            while self._context.faults.silent:
                await self._context.clock.sleep(FAULT_CHECK)
            if message.type is WSMsgType.PING:
                with contextlib.suppress(ConnectionError):
                    await self._websocket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                try:
                    frame = ClientFrame.model_validate_json(message.data)
                except ValidationError as error:
                    log.warning("malformed frame: %s", error.errors(include_input=False, include_url=False))
                    await self._websocket.close(code=WSCloseCode.INTERNAL_ERROR)
                    return
                self._handle(frame)
            elif message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
                return

    def _handle(self, frame: ClientFrame) -> None:
        channel = self._channels.get(frame.topic)
        if frame.topic == "phoenix" and frame.event == "heartbeat":
            self.send(frames.reply(frame.topic, frame.ref, {}))
        elif frame.event == "phx_join":
            self._join(frame, channel)
        elif frame.event == "phx_leave":
            self._leave(frame, channel)
        elif channel is None:
            self.send(frames.reply(frame.topic, frame.ref, {"reason": "unmatched topic"}, "error"))
        elif frame.event == "access_token":
            try:
                token = AccessTokenPayload.model_validate(frame.payload).access_token
            except ValidationError:
                log.warning("malformed access_token on %s", frame.topic)
            else:
                channel.refresh_token(token, self._identity)
        else:
            log.info("event %s is not served here, ignored", frame.event)

    def _join(self, frame: ClientFrame, previous: Channel | None) -> None:
        name = frame.topic.removeprefix("realtime:")
        if name == frame.topic or not name:
            self.send(frames.reply(frame.topic, frame.ref, {"reason": "unmatched topic"}, "error"))
            return
        if previous is not None:
            # The recorded client gave a channel up for good when it joined again after an error: the
            # close of its first join reached it before the reply to the second.
            previous.close()
            self.channel_closed(previous)
        try:
            join = JoinPayload.model_validate(frame.payload)
        except ValidationError as error:
            fields = ", ".join(".".join(map(str, e["loc"])) for e in error.errors())
            self._refuse(frame, f"InvalidJoinPayload: {fields}")
            return
        try:
            identity = self._context.authenticator.access_token(
                join.access_token, self._identity, self._context.clock.time()
            )
        except AuthError as error:
            self._refuse(frame, str(error))
            return
        if join.config.private:
            self._refuse(
                frame, f"Unauthorized: You do not have permissions to read from this Channel topic: {name}"
            )
            return
        entries = [entry for entry in join.config.postgres_changes if entry is not None]
        subscriptions: list[Subscription] = []
        errors: list[SubscriptionError] = []
        for entry in entries:
            try:
                subscriptions.append(parse_subscription(entry))
            except SubscriptionError as error:
                errors.append(error)
        channel = Channel(
            self._context,
            self,
            topic=frame.topic,
            join_ref=frame.join_ref or frame.ref,
            token=join.access_token,
            identity=identity,
            subscriptions=subscriptions,
            errors=errors,
        )
        self._channels[frame.topic] = channel
        answered = [{"id": subscription_id(entry), **entry} for entry in entries]
        self.send(frames.reply(frame.topic, frame.ref, {"postgres_changes": answered}))
        channel.start()

    def _refuse(self, frame: ClientFrame, reason: str) -> None:
        self.send(frames.reply(frame.topic, frame.ref, {"reason": reason}, "error"))

    def _leave(self, frame: ClientFrame, channel: Channel | None) -> None:
        if channel is not None:
            self.channel_closed(channel)
        self.send(frames.reply(frame.topic, frame.ref, {}))
        if channel is not None:
            channel.close()


def reset_transport(transport: asyncio.Transport) -> None:
    """Close a TCP connection with a reset instead of a goodbye."""
    raw = transport.get_extra_info("socket")
    if raw is not None and raw.fileno() >= 0:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
