"""Who is asking: API keys and access tokens turned into a database role and its claims."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt


class AuthError(Exception):
    """A key or token that is not accepted.

    `code` and `reason` are worded as the hosted server words them in its join replies; `str()` is the
    reply's text. Neither ever holds the token.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


@dataclass(frozen=True)
class Identity:
    """A database role, the JWT claims row level security may read, and when they end (epoch seconds)."""

    role: str
    claims: Mapping[str, Any]
    expires_at: float | None = None

    @property
    def claims_json(self) -> str:
        """The claims as `request.jwt.claims` holds them."""
        return json.dumps(self.claims, sort_keys=True)


@dataclass(frozen=True)
class Authenticator:
    """The keys one server accepts."""

    jwt_secret: str | None
    publishable_key: str | None
    secret_key: str | None

    def connection(self, key: str, now: float) -> Identity:
        """The identity behind the `apikey` of a connection; raises `AuthError`."""
        if key.startswith("sb_"):
            for known, role in ((self.publishable_key, "anon"), (self.secret_key, "service_role")):
                if known and hmac.compare_digest(known.encode(), key.encode()):
                    return Identity(role, {"role": role})
            raise AuthError("Unauthorized", "Unknown API key")
        return self._token(key, now)

    def access_token(self, token: str | None, connection: Identity, now: float) -> Identity:
        """The identity of a channel.

        A missing token and any `sb_` key mean the connection's own identity: hosted never sees such a
        key here, because its gateway has put its own token in the place of the connection's.
        """
        if token is None or token.startswith("sb_"):
            check_unexpired(connection, now)
            return connection
        return self._token(token, now)

    def _token(self, token: str, now: float) -> Identity:
        if not self.jwt_secret:
            raise AuthError("JwtSignatureError", "Failed to validate JWT signature")
        try:
            claims = jwt.decode(
                token,
                self.jwt_secret,
                algorithms=["HS256"],
                # Times are judged below, by the server's clock; the audience differs between issuers.
                options={"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False},
            )
        except jwt.InvalidSignatureError:
            raise AuthError("JwtSignatureError", "Failed to validate JWT signature") from None
        except jwt.InvalidTokenError:
            raise AuthError("MalformedJWT", "The token provided is not a valid JWT") from None
        role, expires_at = claims.get("role"), claims.get("exp")
        if not isinstance(role, str) or not isinstance(expires_at, int | float):
            raise AuthError("InvalidJWTToken", "Fields `role` and `exp` are required in JWT")
        identity = Identity(role, claims, float(expires_at))
        check_unexpired(identity, now)
        return identity


def check_unexpired(identity: Identity, now: float) -> None:
    """Raise the hosted server's `AuthError` when `identity` has ended by `now` (epoch seconds)."""
    if identity.expires_at is not None and identity.expires_at <= now:
        seconds = int(now - identity.expires_at)
        raise AuthError("InvalidJWTToken", f"Token has expired {seconds} seconds ago")
