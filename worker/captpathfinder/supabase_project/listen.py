"""The wake-up: listens to the outbox over Supabase Realtime, and takes nothing that the client says on trust.

The client library can die in several ways without a word (an exhausted retry budget, a removed channel, a
server that lost its replication slot), so the listener owns its life: one `Session` is one client with one
channel, which is thrown away, whole, at the first sign of death, at a suspicion from outside, and before it
is a day old. There is never a replay: what happened while nobody listened is found by the sweep after each
"Subscribed to PostgreSQL", which is when the server really begins to listen, and by polling. A message's
content is not used: it means "look now".
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

import httpx
from realtime import RealtimePostgresChangesListenEvent, RealtimeSubscribeStates
from realtime.message import SuccessSystemPayload
from realtime.types import PostgresChangesPayload

from captpathfinder.library_internals import close_entirely, tasks_of_connection
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.connection import JOIN_TIMEOUT, http_client, project_client
from captpathfinder.supabase_project.database_clock import DatabaseClock
from captpathfinder.telemetry.logs import get_logger
from captpathfinder.web.backoff import Backoff
from captpathfinder.web.failures import explain_failure

State = Literal["off", "connecting", "joined", "listening", "lost"]
log = get_logger("realtime")

# The text of the system message that says that changes are read from now on.
LISTENING = "Subscribed to PostgreSQL"
# Waits between two clients: quick after a healthy one, at most this many seconds while Realtime is away.
FIRST_WAIT, LONGEST_WAIT = 0.25, 15.0
# After a suspicion turned out wrong (a project where messages never come), recreate ever more seldom.
FIRST_SUSPICION_PAUSE, LONGEST_SUSPICION_PAUSE = 1.0, 900.0


class Session:
    """One client and its one channel, from the connection to the end."""

    def __init__(
        self,
        settings: Settings,
        *,
        on_joined: Callable[[], None],
        on_listening: Callable[[], None],
        on_message: Callable[[], None],
    ) -> None:
        self._http = http_client(httpx.Timeout(JOIN_TIMEOUT))
        self._client = project_client(settings, self._http).realtime
        self._url = settings.supabase_url
        self._on_joined = on_joined
        self._on_listening = on_listening
        self._on_message = on_message
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._listening = asyncio.Event()
        self._confirm_seconds = settings.realtime_confirm_seconds

    def end(self, why: str) -> None:
        """Make `run` return."""
        if not self._ended.done():
            self._ended.set_result(why)

    async def run(self, max_age: float) -> str:
        """Connect, join, and stay until there is a reason to end, at most `max_age`; returns the reason."""
        try:
            async with asyncio.timeout(2 * JOIN_TIMEOUT):
                await self._client.connect()
                channel = self._client.channel("captpathfinder-outbox")
                events = RealtimePostgresChangesListenEvent
                channel.on_postgres_changes(events.Insert, self._changed, table="outbox", schema="public")
                # Retried, released and redriven jobs become pending again by an update.
                channel.on_postgres_changes(
                    events.Update, self._changed, table="outbox", schema="public", filter="status=eq.pending"
                )
                channel.on_system(self._system)
                await channel.subscribe(self._subscribed)
        except TimeoutError:
            return "no answer while joining"
        except Exception as error:  # noqa: BLE001  (whatever the library raises, the answer is a new client)
            status = getattr(getattr(error, "response", None), "status_code", None)
            return f"cannot connect ({f'HTTP {status}' if status else explain_failure(error, self._url)})"
        try:
            async with asyncio.timeout(max_age):
                return await self._until_ended()
        except TimeoutError:
            return "old enough"

    async def close(self) -> None:
        """End everything that the client started."""
        await close_entirely(self._client)
        await self._http.aclose()

    async def _until_ended(self) -> str:
        confirmed = asyncio.create_task(self._listening.wait())
        # A task of the library that ends, ends the session: with auto_reconnect off they live as long as
        # the socket.
        try:
            waiting: set[asyncio.Future[Any]] = {
                self._ended,
                confirmed,
                *tasks_of_connection(self._client),
            }
            done, _ = await asyncio.wait(
                waiting, timeout=self._confirm_seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if done == {confirmed}:
                done, _ = await asyncio.wait(waiting - {confirmed}, return_when=asyncio.FIRST_COMPLETED)
            if self._ended.done():
                return self._ended.result()
            return (
                "connection lost"
                if done
                else f"joined, but not listening after {self._confirm_seconds:.0f} s"
            )
        finally:
            confirmed.cancel()

    def _subscribed(self, state: RealtimeSubscribeStates, error: Exception | None) -> None:
        if state == RealtimeSubscribeStates.SUBSCRIBED:
            self._on_joined()
        else:
            self.end(f"{state.value.lower()}{_explained(error)}")

    def _system(self, payload: SuccessSystemPayload) -> None:
        if payload.extension == "postgres_changes" and payload.message.startswith(LISTENING):
            self._listening.set()
            self._on_listening()

    def _changed(self, _payload: PostgresChangesPayload) -> None:
        self._on_message()


class Listener:
    """Keeps a session alive for as long as it runs, and says what it knows.

    `on_wake` is called, with the reason, whenever the outbox should be looked at now.
    """

    def __init__(
        self,
        settings: Settings,
        on_wake: Callable[[str], None],
        clock: DatabaseClock,
    ) -> None:
        self._settings = settings
        self._on_wake = on_wake
        self._clock = clock
        self._session: Session | None = None
        self._suspicions = Backoff(FIRST_SUSPICION_PAUSE, LONGEST_SUSPICION_PAUSE)
        self._no_suspicion_before = 0.0
        self.state: State = "off"
        self.sessions = 0
        self.last_error: str | None = None
        # Moments of the monotonic clock: what they are in the database's time may be known only later.
        self.listening_since: float | None = None
        self.heard_at: float | None = None

    @property
    def last_message_at(self) -> datetime | None:
        """When Realtime last announced a change, in the database's time."""
        return None if self.heard_at is None else self._clock.at(self.heard_at)

    @property
    def is_listening(self) -> bool:
        """Whether the server has confirmed that it reads changes for this client."""
        return self.state == "listening"

    def suspect(self, why: str) -> bool:
        """Messages seem not to come: starts a new client, unless that was just tried in vain."""
        now = self._clock.monotonic()
        if self._session is None or now < self._no_suspicion_before:
            return False
        self._no_suspicion_before = now + self._suspicions.next()
        self._session.end(why)
        return True

    def missed(self, created_at: datetime) -> bool:
        """Whether a job created then (in the database's time) ought to have been announced and was not.

        Realtime announces within a second; three are granted. Doubts are settled in its favour.
        """
        since, heard = self.listening_since, self.heard_at
        age = (self._clock.now() - created_at).total_seconds()
        created = self._clock.monotonic() - age
        if not self.is_listening or since is None or created - since < 1 or age < 3:
            return False
        return heard is None or created - heard > 1

    async def run(self) -> None:
        """Listen until cancelled."""
        waits = Backoff(FIRST_WAIT, LONGEST_WAIT)
        try:
            while True:
                was_listening, why = await self._one_session()
                if was_listening:
                    waits.reset()
                pause = waits.next()
                log.info("realtime client ended", why=why, next_in=round(pause, 2))
                await asyncio.sleep(pause)
        finally:
            self.state = "off"

    async def _one_session(self) -> tuple[bool, str]:
        self.state = "connecting"
        self.listening_since = None
        self.sessions += 1
        session = Session(
            self._settings,
            on_joined=self._joined,
            on_listening=self._confirmed,
            on_message=self._message,
        )
        self._session = session
        why = "stopped"
        try:
            why = await session.run(self._settings.realtime_max_age_seconds)
        finally:
            was_listening = self.listening_since is not None
            self.state = "lost"
            self.listening_since = None
            self._session = None
            if why not in ("stopped", "old enough"):
                self.last_error = why
            await session.close()
        return was_listening, why

    def _joined(self) -> None:
        if self.state == "connecting":
            self.state = "joined"

    def _confirmed(self) -> None:
        if self.state != "listening":
            log.info("realtime is listening")
        self.state = "listening"
        self.last_error = None
        if self.listening_since is None:
            self.listening_since = self._clock.monotonic()
        self._on_wake("listening")

    def _message(self) -> None:
        self.heard_at = self._clock.monotonic()
        self._suspicions.reset()
        self._on_wake("message")


def _explained(error: Exception | None) -> str:
    """The reason that the server gave, from the JSON that the library wraps into its exception."""
    if error is None:
        return ""
    try:
        payload = json.loads(str(error))
        message = payload["message"] if isinstance(payload, dict) else ""
    except (ValueError, KeyError):
        message = type(error).__name__
    return f": {str(message)[:300]}" if message else ""
