"""The community's own API, asked for one member: what it knows beyond what a webhook says.

`GET {COMMUNITY_API_URL}{COMMUNITY_API_USER_PATH}`, with a bearer key, or a token of OAuth2 client credentials
(RFC 6749, 4.4) from `COMMUNITY_API_TOKEN_URL` (default `{COMMUNITY_API_URL}/oauth2/token`). Where in the
answer a fact is, `COMMUNITY_API_FIELDS` says. Answers are kept for an hour; requests keep a pace.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from captpathfinder.community.member_facts import facts_of
from captpathfinder.errors import PermanentError, TransientError
from captpathfinder.web.failures import explain_failure
from captpathfinder.web.retry_after import parse_retry_after
from captpathfinder.web.throttle import Throttle

# How long an answer is used again, in seconds, and how many are kept.
KEPT_SECONDS, KEPT_MEMBERS = 3600.0, 5000
# A token is renewed this long before it ends, in seconds; how long one lasts that does not say.
TOKEN_MARGIN, TOKEN_LIFETIME = 60.0, 600.0
TIMEOUT = httpx.Timeout(20.0, connect=5.0)


@dataclass(frozen=True)
class CommunityAccess:
    """How the API is reached: its URL, and a key or client credentials."""

    url: str
    user_path: str
    token_url: str
    key: SecretStr | None
    client_id: str | None
    client_secret: SecretStr | None
    fields: Mapping[str, Sequence[str]]


class CommunityApi:
    """Asks for members. One object for all jobs, so that token, answers and pace are shared."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        access: CommunityAccess,
        throttle: Throttle,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._http = http
        self._access = access
        self._throttle = throttle
        self._now = now
        self._monotonic = monotonic
        self._token: tuple[str, float] | None = None
        self._token_lock = asyncio.Lock()
        self._kept: OrderedDict[str, tuple[float, dict[str, str]]] = OrderedDict()

    async def member(self, user_id: str) -> dict[str, str]:
        """What the API knows of a member: facts by name, without those that it lacks; {} for nobody.

        `joined_at` is ISO 8601, of `email` there is the domain only, as `email_domain`. Raises
        `TransientError` and `PermanentError`, which quote nothing of the answer.
        """
        kept = self._kept.get(user_id)
        if kept and kept[0] > self._monotonic():
            return dict(kept[1])
        response = await self._ask(user_id)
        facts = {} if response.status_code == 404 else self._read(response)
        self._kept[user_id] = (self._monotonic() + KEPT_SECONDS, facts)
        self._kept.move_to_end(user_id)
        while len(self._kept) > KEPT_MEMBERS:
            self._kept.popitem(last=False)
        return dict(facts)

    def _read(self, response: httpx.Response) -> dict[str, str]:
        try:
            body = response.json()
        except ValueError:
            raise TransientError("The community's API answered something that is not JSON.") from None
        return facts_of(body, self._access.fields)

    async def _ask(self, user_id: str) -> httpx.Response:
        """The answer of success, or 404. A token that is refused is renewed once."""
        url = self._access.url + self._access.user_path.replace("{id}", _as_step(user_id))
        for attempt in (1, 2):
            await self._throttle.wait()
            authorization = f"Bearer {await self._bearer()}"
            response = await self._send("GET", url, headers={"Authorization": authorization})
            if response.status_code == 401 and attempt == 1 and self._access.key is None:
                self._token = None
                continue
            break
        status = response.status_code
        if response.is_success or status == 404:
            return response
        self._raise_if_passing(response)
        if status in (401, 403):
            raise PermanentError(
                f"The community's API refuses the worker (HTTP {status}): check COMMUNITY_API_KEY, or "
                "COMMUNITY_API_CLIENT_ID and COMMUNITY_API_CLIENT_SECRET."
            )
        raise PermanentError(
            f"The community's API refuses the request (HTTP {status}): check COMMUNITY_API_URL and "
            "COMMUNITY_API_USER_PATH."
        )

    async def _bearer(self) -> str:
        if self._access.key is not None:
            return self._access.key.get_secret_value()
        async with self._token_lock:
            if self._token is None or self._token[1] <= self._monotonic():
                self._token = await self._new_token()
            return self._token[0]

    async def _new_token(self) -> tuple[str, float]:
        secret = self._access.client_secret
        response = await self._send(
            "POST",
            self._access.token_url,
            data={"grant_type": "client_credentials"},
            auth=(self._access.client_id or "", secret.get_secret_value() if secret else ""),
        )
        self._raise_if_passing(response)
        if not response.is_success:
            raise PermanentError(
                f"The community's API gives no token (HTTP {response.status_code}): check "
                "COMMUNITY_API_CLIENT_ID, COMMUNITY_API_CLIENT_SECRET and COMMUNITY_API_TOKEN_URL."
            )
        try:
            body = response.json()
            token, seconds = str(body["access_token"]), float(body.get("expires_in") or TOKEN_LIFETIME)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise TransientError("The community's API answered without a token.") from None
        return token, self._monotonic() + max(seconds - TOKEN_MARGIN, seconds / 2)

    async def _send(self, method: str, url: str, **options: Any) -> httpx.Response:  # noqa: ANN401  (httpx's own)
        try:
            return await self._http.request(method, url, timeout=TIMEOUT, **options)
        except httpx.TransportError as error:
            raise TransientError(f"The community's API did not answer: {explain_failure(error)}.") from error

    def _raise_if_passing(self, response: httpx.Response) -> None:
        status = response.status_code
        if status not in (408, 425, 429) and status < 500:
            return
        after = parse_retry_after(response.headers.get("retry-after"), self._now())
        if status == 429:
            # For everybody: other jobs would only be refused as well.
            self._throttle.pause(min(after if after is not None else 30.0, 300.0))
        raise TransientError(f"The community's API answered HTTP {status}.", retry_after=after)


def _as_step(user_id: str) -> str:
    """An id as one step of a path, whatever it holds; `.` and `..` would lead elsewhere as they are.

    >>> _as_step("a/b"), _as_step("..")
    ('a%2Fb', '%2E%2E')
    """
    return user_id.replace(".", "%2E") if user_id in (".", "..") else quote(user_id, safe="")
