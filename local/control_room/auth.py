"""Signing in: tokens that expire, and keys that are checked."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .clock import Clock
from .errors import ApiError, unauthorized
from .settings import Credentials, Settings

#: The id of the one user there is.
USER_ID = 3


class SignIn(BaseModel):
    """The body of ``POST /v2/authentication``."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    username: str = Field(min_length=1)
    api_key: str | None = Field(default=None, alias="apiKey")
    password: str | None = None
    multiple_login: bool = Field(default=False, alias="multipleLogin")

    @model_validator(mode="after")
    def _one_secret(self) -> "SignIn":
        if (self.api_key is None) == (self.password is None):
            raise ValueError("give either apiKey or password")
        return self


@dataclass(frozen=True, slots=True)
class _Session:
    expires_at: datetime
    kind: Literal["key", "password"]


def same(given: str, expected: str | None) -> bool:
    """Whether a given secret is the expected one, in constant time; no expected one matches nothing."""
    return expected is not None and hmac.compare_digest(given.encode(), expected.encode())


class Sessions:
    """The tokens that are valid now."""

    def __init__(self, credentials: Credentials, settings: Settings, clock: Clock) -> None:
        self._credentials = credentials
        self._lifetime = timedelta(seconds=settings.token_lifetime)
        self._clock = clock
        self._sessions: dict[str, _Session] = {}
        self._key_expires_at = (
            clock.now() + timedelta(seconds=settings.api_key_lifetime)
            if settings.api_key_lifetime is not None
            else None
        )

    def sign_in(self, body: SignIn) -> dict[str, object]:
        """A new token and its user, or a 401.

        A password login ends the user's other password sessions, with or without ``multipleLogin`` (which
        only lets a browser session live beside them); API-key tokens live side by side.
        """
        if body.api_key is not None:
            known = same(body.api_key, self._credentials.api_key)
        else:
            known = same(body.password or "", self._credentials.password)
        if not known or body.username != self._credentials.username:
            raise rejected("invalid")
        if body.api_key is None:
            return self._answer("password")
        if self._key_expires_at is not None and self._clock.now() >= self._key_expires_at:
            raise rejected("expired")
        return self._answer("key")

    def refresh(self, token: str) -> dict[str, object]:
        """A new token for the holder of a valid one, which keeps working until it expires."""
        return self._answer(self._session(token).kind, replace=False)

    def check(self, token: str | None) -> None:
        """Raise a 401 unless this is a token handed out and not yet expired."""
        if not token:
            raise unauthorized("UM1117", "Access token expected in the 'X-Authorization' header")
        self._session(token)

    def end(self, token: str) -> None:
        """Forget a token before its time."""
        self._sessions.pop(token, None)

    def tokens(self) -> list[str]:
        """Every token that is remembered."""
        return list(self._sessions)

    def clear(self) -> None:
        """Forget every token."""
        self._sessions.clear()

    def _session(self, token: str) -> _Session:
        if same(token, self._credentials.api_key):
            raise unauthorized(
                "API_KEY_NOT_A_TOKEN",
                "An API key is not accepted in the 'X-Authorization' header: exchange it for a token first",
            )
        session = self._sessions.get(token)
        if session is None:
            raise token_expired()
        if self._clock.now() >= session.expires_at:
            self.end(token)
            raise token_expired()
        return session

    def _answer(self, kind: Literal["key", "password"], *, replace: bool = True) -> dict[str, object]:
        now = self._clock.now()
        over = kind if replace and kind == "password" else None
        self._sessions = {
            token: session
            for token, session in self._sessions.items()
            if session.expires_at > now and session.kind != over
        }
        token = secrets.token_urlsafe(48)
        self._sessions[token] = _Session(now + self._lifetime, kind)
        return {"token": token, "user": {"id": USER_ID, "username": self._credentials.username}}


def token_expired() -> ApiError:
    """The 401 for a token that is unknown, replaced, or past its time."""
    return unauthorized("TOKEN_EXPIRED", "The access token is invalid or has expired")


def rejected(reason: Literal["invalid", "expired"]) -> ApiError:
    """The 401 for a key or password that is wrong, or a key past its time."""
    if reason == "expired":
        return unauthorized("API_KEY_EXPIRED", "The API key has expired: ask an administrator for a new one")
    return unauthorized("INVALID_CREDENTIALS", "The user name, password or API key is not correct")
