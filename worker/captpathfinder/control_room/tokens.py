"""The control room's token: fetched once, kept, renewed before it expires."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

# A token lives 20 minutes (vendor's documentation); it is renewed with a quarter of that left, in seconds.
TOKEN_LIFETIME = 20 * 60.0
RENEW_AFTER = 15 * 60.0


class TokenCache:
    """Hands out a token; many callers that need a new one at once cause one login."""

    def __init__(
        self,
        sign_in: Callable[[], Awaitable[str]],
        monotonic: Callable[[], float],
        renew_after: float = RENEW_AFTER,
    ) -> None:
        self._sign_in = sign_in
        self._monotonic = monotonic
        self._renew_after = renew_after
        self._token: str | None = None
        self._since = 0.0
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        """A token that is good for some minutes yet."""
        async with self._lock:
            if self._token is None or self._monotonic() - self._since >= self._renew_after:
                started = self._monotonic()
                self._token = await self._sign_in()
                self._since = started
            return self._token

    def forget(self, token: str) -> None:
        """`token` was refused. Another one, fetched meanwhile by somebody else, is kept."""
        if self._token == token:
            self._token = None
