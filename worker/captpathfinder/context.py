"""What the worker's handlers and transports have in common: connections that are opened once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from captpathfinder.clock import utc_now
from captpathfinder.community.member_api import CommunityAccess, CommunityApi
from captpathfinder.community.member_facts import DEFAULT_FIELDS
from captpathfinder.control_room import ControlRoom
from captpathfinder.errors import PermanentError
from captpathfinder.public_pages.links import Links
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.api import SupabaseApi
from captpathfinder.supabase_project.database_clock import DatabaseClock
from captpathfinder.supabase_project.storage import Storage
from captpathfinder.telemetry.metrics import Metrics
from captpathfinder.web.throttle import Throttle

# Connections to the outside (control room, simple endpoints, web hooks). Per-request timeouts are the
# transports'.
OUTSIDE_LIMITS = httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=10.0)


@dataclass
class Context:
    """Everything a handler may need. Time is asked of it, so that a test can set it."""

    settings: Settings
    api: SupabaseApi
    storage: Storage
    http: httpx.AsyncClient
    now: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    metrics: Metrics = field(default_factory=Metrics, repr=False)
    _database_clock: DatabaseClock | None = field(default=None, repr=False)
    _control_room: ControlRoom | None = field(default=None, repr=False)
    _community: CommunityApi | None = field(default=None, repr=False)
    _throttles: dict[str, Throttle] = field(default_factory=dict, repr=False)
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict, repr=False)

    @property
    def database_clock(self) -> DatabaseClock:
        """The database's time, for what is compared with its rows or noted for another worker."""
        if self._database_clock is None:
            self._database_clock = DatabaseClock(self.monotonic, self.now)
        return self._database_clock

    @property
    def community(self) -> CommunityApi | None:
        """The community's API; None when the environment names none. One client, as it keeps answers."""
        settings = self.settings
        url = settings.community_api_url
        if self._community is None and url is not None:
            self._community = CommunityApi(
                self.http,
                CommunityAccess(
                    url=url,
                    user_path=settings.community_api_user_path,
                    token_url=settings.community_api_token_url or f"{url}/oauth2/token",
                    key=settings.community_api_key,
                    client_id=settings.community_api_client_id,
                    client_secret=settings.community_api_client_secret,
                    fields={**DEFAULT_FIELDS, **settings.community_api_fields},
                ),
                self.throttle("community", 1 / settings.community_api_requests_per_second),
                now=self.now,
                monotonic=self.monotonic,
            )
        return self._community

    @property
    def links(self) -> Links | None:
        """What messages link to beside files; None when the environment names no address for it."""
        return Links(self.settings) if self.settings.public_url else None

    def throttle(self, place: str, seconds: float) -> Throttle:
        """The pace of requests to one place, shared by all jobs: one in so many seconds."""
        return self._throttles.setdefault(place, Throttle(seconds, self.monotonic, self.sleep))

    def turn(self, channel: str) -> asyncio.Lock:
        """What the messages of a channel's digests wait for, in the order of asking: they go one by one."""
        return self._turns.setdefault(channel, asyncio.Lock())

    @property
    def control_room_state(self) -> str | None:
        """`ok`, `key_rejected`, or None when no channel has needed it yet."""
        if self._control_room is None:
            return None
        return "key_rejected" if self._control_room.key_rejected else "ok"

    @property
    def control_room(self) -> ControlRoom:
        """The control room that the environment names; one client, so that its token is shared."""
        if self._control_room is None:
            settings = self.settings
            if not (settings.aa_control_room_url and settings.aa_username):
                raise PermanentError("This channel needs AA_CONTROL_ROOM_URL, AA_USERNAME and AA_API_KEY.")
            self._control_room = ControlRoom(
                self.http,
                url=settings.aa_control_room_url,
                username=settings.aa_username,
                api_key=settings.aa_api_key,
                password=settings.aa_password,
                timeout=settings.aa_request_timeout_seconds,
                now=self.now,
                monotonic=self.monotonic,
                on_answer=self.metrics.control_room_answered,
            )
        return self._control_room


@asynccontextmanager
async def open_context(settings: Settings) -> AsyncIterator[Context]:
    """Open the connections; they are closed at the end."""
    async with (
        SupabaseApi(settings) as api,
        Storage(settings) as storage,
        httpx.AsyncClient(limits=OUTSIDE_LIMITS, timeout=30.0, follow_redirects=False) as http,
    ):
        yield Context(settings=settings, api=api, storage=storage, http=http)
