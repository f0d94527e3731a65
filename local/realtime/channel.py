"""One joined channel: it listens once admitted, and ends when left, replaced, or its token expires."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from local.realtime import frames
from local.realtime.admission import check_subscriptions, not_published
from local.realtime.auth import Authenticator, AuthError, Identity, check_unexpired
from local.realtime.clock import Clock
from local.realtime.faults import FaultBoard
from local.realtime.feed import ChangeFeed
from local.realtime.settings import Settings
from local.realtime.subscriptions import Subscription, SubscriptionError

log = logging.getLogger(__name__)

# While a fault withholds the news of being subscribed, it is looked at this often, in seconds.
FAULT_CHECK = 0.05
# Tokens are looked at anew at least this often, in seconds.
TOKEN_CHECK = 3600.0


@dataclass(frozen=True)
class Context:
    """What all channels of a server share."""

    settings: Settings
    clock: Clock
    authenticator: Authenticator
    faults: FaultBoard
    feed: ChangeFeed
    # The channels that changes are delivered to, in the order they were admitted.
    listening: dict[Channel, None]


class Outbox:
    """Where a channel puts the frames it sends."""

    def send(self, frame: str) -> None:
        """Queue a frame for the client."""
        raise NotImplementedError

    def channel_closed(self, channel: Channel) -> None:
        """The channel has ended by itself."""
        raise NotImplementedError


class Channel:
    """A topic joined with `join_ref` by `identity`, with its subscriptions; satisfies `changes.Listener`."""

    def __init__(
        self,
        context: Context,
        outbox: Outbox,
        *,
        topic: str,
        join_ref: str | None,
        token: str | None,
        identity: Identity,
        subscriptions: Sequence[Subscription],
        errors: Sequence[SubscriptionError],
    ) -> None:
        self.topic = topic
        self.join_ref = join_ref
        self.identity = identity
        self.subscriptions = subscriptions
        self._errors = errors
        self._context = context
        self._outbox = outbox
        self._token = token
        self._closed = False
        self._subscribing: asyncio.Task[None] | None = None
        self._expiring: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to subscribe and to watch the token; the join has been answered."""
        if self.subscriptions or self._errors:
            self._subscribing = asyncio.create_task(self._subscribe(self.identity, 0.0))
        self._watch_token()

    def refresh_token(self, token: str | None, connection: Identity) -> None:
        """Take a new access token: subscribe again with its claims, or end the channel if it is bad."""
        if token is None or token.startswith("sb_") or token == self._token:
            return
        try:
            identity = self._context.authenticator.access_token(token, connection, self._context.clock.time())
        except AuthError as error:
            self.shut_down(error.reason)
            return
        self._token = token
        self.identity = identity
        self._watch_token()
        if self.subscriptions or self._errors:
            if self._subscribing is not None:
                self._subscribing.cancel()
            delay = self._context.settings.resubscribe
            self._subscribing = asyncio.create_task(self._subscribe(identity, delay))

    def shut_down(self, reason: str) -> None:
        """Tell the client why, and close the channel; the socket stays open."""
        if self._closed:
            return
        self._outbox.send(frames.system(self.topic, reason, "error", "system"))
        self.close()
        self._outbox.channel_closed(self)

    def expire(self) -> None:
        """Treat the token as expired this very second."""
        self.shut_down("Token has expired 0 seconds ago")

    def close(self) -> None:
        """Stop listening and send `phx_close`."""
        self.detach()
        self._outbox.send(frames.close(self.topic, self.join_ref))

    def detach(self) -> None:
        """Stop listening; nothing is sent."""
        self._closed = True
        self._context.listening.pop(self, None)
        for task in (self._subscribing, self._expiring):
            if task is not None and task is not asyncio.current_task():
                task.cancel()

    def deliver(self, data: str, ids: Sequence[int]) -> None:
        """Send one change."""
        self._outbox.send(frames.postgres_changes(self.topic, data, ids))

    def confirm(self) -> None:
        """Send the message that says that changes are listened for."""
        self._outbox.send(frames.system(self.topic, frames.SUBSCRIBED))

    async def _subscribe(self, identity: Identity, delay: float) -> None:
        context = self._context
        await context.clock.sleep(delay + context.faults.take_cold())
        try:
            if context.faults.take_refusal():
                # A join may consist of malformed entries only; those have an error of their own.
                raise not_published(self.subscriptions[0]) if self.subscriptions else self._errors[0]
            if self._errors:
                raise self._errors[0]
            await self._admit(identity)
        except SubscriptionError as error:
            context.listening.pop(self, None)
            self._outbox.send(frames.system(self.topic, str(error), "error"))
            return
        context.listening[self] = None
        self.confirm()

    async def _admit(self, identity: Identity) -> None:
        context = self._context
        while True:
            await context.feed.wait_listening()
            while context.faults.deaf:
                await context.clock.sleep(FAULT_CHECK)
            try:
                await check_subscriptions(
                    context.settings.dsn, context.settings.publication, identity, self.subscriptions
                )
            except psycopg.OperationalError as error:
                log.warning("Postgres not reached for %s: %s", self.topic, error)
                await context.clock.sleep(context.settings.reconnect)
            else:
                if context.feed.listening:
                    return

    def _watch_token(self) -> None:
        if self._expiring is not None:
            self._expiring.cancel()
        self._expiring = asyncio.create_task(self._end_with_token(self.identity))

    async def _end_with_token(self, identity: Identity) -> None:
        clock = self._context.clock
        while identity.expires_at is not None:
            await clock.sleep(min(TOKEN_CHECK, max(0.0, identity.expires_at - clock.time())))
            try:
                check_unexpired(identity, clock.time())
            except AuthError as error:
                self.shut_down(error.reason)
                return
