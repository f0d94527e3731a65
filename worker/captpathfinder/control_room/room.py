"""The control room over HTTP: errors sorted into what can be repeated, what cannot, and what nobody knows.

A 401 means that the token ended early: sign in again and repeat once. Only a deploy has an effect, so only
there does it matter whether a request without an answer was carried out (`UnknownOutcomeError`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, SecretStr, ValidationError
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from captpathfinder.clock import utc_now
from captpathfinder.control_room.deployments import (
    ActivityPage,
    Deployed,
    Deployment,
    DeployRequest,
    FilePage,
    SignedIn,
)
from captpathfinder.control_room.tokens import RENEW_AFTER, TokenCache
from captpathfinder.errors import (
    ControlRoomAuthError,
    PermanentError,
    TransientError,
    UnknownOutcomeError,
)
from captpathfinder.web.failures import explain_failure
from captpathfinder.web.retry_after import parse_retry_after

AnswerT = TypeVar("AnswerT", bound=BaseModel)

ACTIVITY = "/v3/activity/list"
FILES = "/v2/repository/file/list"
PAGE_LENGTH = 100
# How many pages of the unfiltered list are looked through for a name. Reached only where the control room
# refuses the filter by name, and then 1,000 deployments younger than the one looked for are a busy day.
MOST_PAGES = 10

# The request never left: nothing can have happened.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


# What the metrics call the requests.
_COUNTED_AS = {
    "signing in": "sign_in",
    "the deploy": "deploy",
    "the activity list": "activity",
    "the list of bots": "files",
}


class FilterRefusedError(PermanentError):
    """The activity list does not filter by the field asked for."""


class ControlRoom:
    """Signs in as one user and deploys bots.

    `url` without a trailing slash; exactly one of `api_key` and `password` is used, the key where both are
    given, because a second login by password ends the first one's token.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        url: str,
        username: str,
        api_key: SecretStr | None = None,
        password: SecretStr | None = None,
        timeout: float = 30.0,
        now: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        renew_after: float = RENEW_AFTER,
        on_answer: Callable[[str, int | None], None] = lambda _request, _status: None,
    ) -> None:
        self._http = http
        self._url = url
        self._username = username
        self._api_key = api_key
        self._password = password
        self._on_answer = on_answer
        self._now = now
        self._timeout = httpx.Timeout(timeout, connect=min(timeout, 10.0))
        self._tokens = TokenCache(self._sign_in, monotonic, renew_after)
        self.key_rejected = False

    async def check_login(self) -> None:
        """Sign in, or raise `ControlRoomAuthError` or `TransientError`."""
        await self._tokens.get()

    async def deploy(self, request: DeployRequest) -> str:
        """Deploy a bot; returns the deployment's id.

        Raises `UnknownOutcomeError` when it may or may not have been deployed: then look for it by
        `request.name` before deploying again.
        """
        answer = await self._call(request.path, request.body(), Deployed, what="the deploy", has_effect=True)
        return answer.deployment_id

    async def bot_name(self, bot_id: int) -> str | None:
        """The name of the bot with this number; None when this user is shown none."""
        body = {"filter": _equals("id", str(bot_id)), "page": {"length": PAGE_LENGTH, "offset": 0}}
        page = await self._call(FILES, body, FilePage, what="the list of bots", has_effect=False)
        return next((row.name or str(bot_id) for row in page.rows if row.id == bot_id), None)

    async def find_by_id(self, deployment_id: str) -> Deployment | None:
        """The deployment's row in the activity list; None while the list does not show it yet."""
        rows = await self._activity(filter_=_equals("deploymentId", deployment_id))
        return next((row for row in rows if row.deployment_id == deployment_id), None)

    async def find_by_name(self, name: str, *, since: datetime | None) -> list[Deployment]:
        """Every deployment of this automation name.

        Where the control room refuses that filter, the list is read backwards from the newest to `since`.
        """
        try:
            rows = await self._activity(filter_=_equals("automationName", name))
        except FilterRefusedError:
            rows = await self.started_since(since)
        return [row for row in rows if row.automation_name == name]

    async def started_since(self, since: datetime | None) -> list[Deployment]:
        """The deployments that began after `since`, or have not begun, newest first."""
        found: list[Deployment] = []
        for page in range(MOST_PAGES):
            rows = await self._activity(offset=page * PAGE_LENGTH, newest_first=True)
            found += [
                row for row in rows if since is None or row.started_at is None or row.started_at >= since
            ]
            reached_older = since is not None and any(
                row.started_at and row.started_at < since for row in rows
            )
            if len(rows) < PAGE_LENGTH or reached_older:
                return found
        return found

    async def _activity(
        self, *, filter_: dict[str, Any] | None = None, offset: int = 0, newest_first: bool = False
    ) -> list[Deployment]:
        body: dict[str, Any] = {"page": {"length": PAGE_LENGTH, "offset": offset}}
        if filter_ is not None:
            body["filter"] = filter_
        if newest_first:
            body["sort"] = [{"field": "startDateTime", "direction": "desc"}]
        try:
            page = await self._call(ACTIVITY, body, ActivityPage, what="the activity list", has_effect=False)
        except PermanentError as error:
            if filter_ is not None and not isinstance(error, ControlRoomAuthError):
                raise FilterRefusedError(str(error)) from error
            raise
        return page.rows

    async def _sign_in(self) -> str:
        body: dict[str, Any] = {"username": self._username, "multipleLogin": True}
        if self._api_key is not None:
            body["apiKey"] = self._api_key.get_secret_value()
        elif self._password is not None:
            body["password"] = self._password.get_secret_value()
        response = await self._post("/v2/authentication", body, {}, what="signing in", has_effect=False)
        if response.status_code == 401:
            # Once may be a hiccup of theirs; a job that ends waits for a person.
            response = await self._post("/v2/authentication", body, {}, what="signing in", has_effect=False)
        if response.status_code in (400, 401, 403):
            self.key_rejected = True
            raise ControlRoomAuthError(
                f"The control room refuses the user name and {'key' if self._api_key else 'password'} "
                f"(HTTP {response.status_code}{_code(response)}). API keys expire: make a new one, "
                "set AA_API_KEY, restart the worker, then `captpathfinder redrive`."
            )
        self._raise_for_status(response, "signing in", has_effect=False)
        token = _read(response, SignedIn, "signing in", has_effect=False).token
        self.key_rejected = False
        return token

    async def _call(
        self, path: str, body: dict[str, Any], model: type[AnswerT], *, what: str, has_effect: bool
    ) -> AnswerT:
        token = await self._tokens.get()
        response = await self._post(path, body, {"X-Authorization": token}, what=what, has_effect=has_effect)
        if response.status_code == 401:
            self._tokens.forget(token)
            token = await self._tokens.get()
            response = await self._post(
                path, body, {"X-Authorization": token}, what=what, has_effect=has_effect
            )
            if response.status_code == 401:
                self._tokens.forget(token)
                raise TransientError(
                    f"The control room refused {what} with a token it had just given (HTTP 401). "
                    "Another login with the same password ends a token: use AA_API_KEY instead."
                )
        self._raise_for_status(response, what, has_effect=has_effect)
        return _read(response, model, what, has_effect=has_effect)

    async def _post(
        self, path: str, body: dict[str, Any], headers: dict[str, str], *, what: str, has_effect: bool
    ) -> httpx.Response:
        """Post; quick hiccups of what has no effect, or never left, are repeated at once."""
        hiccups: tuple[type[Exception], ...] = _NOT_SENT if has_effect else (httpx.TransportError,)
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(hiccups),
            stop=stop_after_attempt(2),
            wait=wait_exponential_jitter(multiplier=0.2, max=1.0, jitter=0.2),
            reraise=True,
        )
        try:
            response: httpx.Response = await retrying(
                self._http.post, f"{self._url}{path}", json=body, headers=headers, timeout=self._timeout
            )
        except _NOT_SENT as error:
            self._on_answer(_COUNTED_AS[what], None)
            raise TransientError(f"The control room: {explain_failure(error)}.") from error
        except httpx.TransportError as error:
            self._on_answer(_COUNTED_AS[what], None)
            if has_effect:
                raise UnknownOutcomeError(
                    f"The control room did not answer {what} ({explain_failure(error)}): "
                    "it may have been carried out."
                ) from error
            raise TransientError(
                f"The control room did not answer {what}: {explain_failure(error)}."
            ) from error
        self._on_answer(_COUNTED_AS[what], response.status_code)
        return response

    def _raise_for_status(self, response: httpx.Response, what: str, *, has_effect: bool) -> None:
        """Sort an error answer. Its `message` is left out of the text: it may quote the input it refuses."""
        status = response.status_code
        if response.is_success:
            return
        said = f"The control room answered {what} with HTTP {status}{_code(response)}"
        retry_after = parse_retry_after(response.headers.get("retry-after"), self._now())
        if status in (429, 412):
            why = "too many requests" if status == 429 else "no device or runner is available"
            raise TransientError(f"{said}: {why}.", retry_after=retry_after)
        if status >= 500 or status in (408, 425):
            if has_effect:
                raise UnknownOutcomeError(f"{said}: it may have been carried out.", retry_after=retry_after)
            raise TransientError(f"{said}.", retry_after=retry_after)
        if status in (409, 423):
            raise TransientError(f"{said}.", retry_after=retry_after)
        raise PermanentError(f"{said}. {_ADVICE.get(status, 'Check AA_CONTROL_ROOM_URL.')}")


def _equals(field: str, value: str) -> dict[str, Any]:
    return {"operator": "eq", "field": field, "value": value}


_ADVICE = {
    400: "The bot's inputs or the run-as users and pools in the channel's config do not fit the bot.",
    401: "Check AA_USERNAME and AA_API_KEY.",
    403: "The control room's user may not do this: give it the right to run the bot.",
    404: "Check bot_id in the channel's config and AA_CONTROL_ROOM_URL.",
}


def _code(response: httpx.Response) -> str:
    """The error's code, such as ` BOT_NOT_FOUND`: a fixed word, unlike its message."""
    try:
        body = response.json()
    except ValueError:
        return ""
    code = body.get("code") if isinstance(body, dict) else None
    return (
        f" {code}"
        if isinstance(code, str) and code.replace("_", "").replace(".", "").isalnum() and len(code) < 64
        else ""
    )


def _read(response: httpx.Response, model: type[AnswerT], what: str, *, has_effect: bool) -> AnswerT:
    try:
        return model.model_validate_json(response.content)
    except ValidationError:
        said = f"The control room answered {what} with something unexpected (a login page of a proxy?)"
        if has_effect:
            raise UnknownOutcomeError(f"{said}: it may have been carried out.") from None
        raise TransientError(f"{said}.") from None
