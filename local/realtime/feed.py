"""When the slot is open and when it is read: started by the first subscription, kept while it is of use.

As on the hosted server, nothing is decoded for nobody: the slot is made for the first subscription (that
is the cold start), and dropped some time after the last has gone, because a slot that nobody reads makes
Postgres keep its log. What happens while there is no slot is never delivered.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

import psycopg

from local.realtime.clock import Clock
from local.realtime.settings import Settings
from local.realtime.slot import Connection, open_slot

log = logging.getLogger(__name__)

Deliver = Callable[[Connection, list[str]], Awaitable[None]]


class ChangeFeed:
    """Reads changes and hands each batch to `deliver`, through restarts of Postgres.

    in_use: says whether anybody is subscribed.
    deliver: gets a connection for its queries, and the batch in commit order.
    """

    def __init__(
        self, settings: Settings, clock: Clock, in_use: Callable[[], bool], deliver: Deliver
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._in_use = in_use
        self._deliver = deliver
        self._listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.polls = 0

    @property
    def listening(self) -> bool:
        """Whether there is a slot now."""
        return self._listening.is_set()

    async def wait_listening(self) -> None:
        """Return when there is a slot: at once on a warm server, after the cold start otherwise."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        await self._listening.wait()

    async def stop(self) -> None:
        """Drop the slot; the next subscription finds a cold server."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._listening.clear()

    async def _run(self) -> None:
        settings = self._settings
        await self._clock.sleep(settings.cold_start)
        while True:
            try:
                async with open_slot(settings.dsn, settings.publication, settings.max_changes) as slot:
                    self._listening.set()
                    last_used = self._clock.monotonic()
                    while True:
                        batch = await slot.read()
                        self.polls += 1
                        if batch:
                            await self._deliver(slot.queries, batch)
                        if self._in_use():
                            last_used = self._clock.monotonic()
                        elif self._clock.monotonic() - last_used > settings.linger:
                            self._listening.clear()
                            self._task = None
                            log.info("nobody subscribed for %g s, slot dropped", settings.linger)
                            return
                        await self._clock.sleep(settings.poll_busy if batch else settings.poll_idle)
            except psycopg.Error as error:
                # Clients are told nothing, as on the hosted server: they stay joined, and deaf.
                log.warning("reading changes failed, next attempt in %g s: %s", settings.reconnect, error)
            except Exception:
                # Without its feed the server would be deaf for good, and nobody would know why.
                log.exception("reading changes failed, next attempt in %g s", settings.reconnect)
            finally:
                if self._task is asyncio.current_task():
                    self._listening.clear()
            await self._clock.sleep(settings.reconnect)
