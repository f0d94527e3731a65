"""API keys: which role a request may act as, and what a keyless or wrongly keyed one is told.

Follows a hosted project: `sb_publishable_…` acts as anon and `sb_secret_…` as service_role, sent as the
`apikey` header or the `?apikey=` parameter; the older HS256-signed anon and service_role keys work as well.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import jwt

from local.lite import Keys

Role = Literal["anon", "service_role"]

NO_KEY = {
    "message": "No API key found in request",
    "hint": "No `apikey` request header or url param was found.",
}
BAD_KEY = {
    "message": "Invalid API key",
    "hint": "Double check your Supabase `anon` or `service_role` API key.",
}
NOT_A_TOKEN = {
    "code": "PGRST301",
    "details": None,
    "hint": None,
    "message": "Expected 3 parts in JWT; got 1",
}

_SIGNED_LINK = "/storage/v1/object/sign/"


class Refused(Exception):  # noqa: N818 (it is an answer, not a fault of the program)
    """The request goes no further: 401 with this body."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        super().__init__(body["message"])
        self.body = dict(body)


@dataclass(frozen=True)
class Credentials:
    """What goes upstream: the key, and the Authorization header if there is one to pass on."""

    role: Role
    apikey: str
    authorization: str | None


class Keyring:
    """The keys of this stack."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def role_of(self, key: str) -> Role | None:
        """Return the role that a key acts as; None if it is not a key of this stack."""
        if hmac.compare_digest(key.encode(), self._keys.publishable.encode()):
            return "anon"
        if hmac.compare_digest(key.encode(), self._keys.secret.encode()):
            return "service_role"
        return self._role_of_legacy_key(key)

    def key_of(self, role: Role) -> str:
        """Return the key that stands for a role upstream."""
        return self._keys.secret if role == "service_role" else self._keys.publishable

    def admit(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> Credentials:
        """Return what the request acts as; raise `Refused` without a key, with a wrong one, or a bad token.

        Signed links of Storage need no key, as on hosted. Nothing is ever passed on without a key, because
        Supabase Lite takes keyless requests from this machine for its own Studio.
        """
        key = headers.get("apikey") or query.get("apikey")
        if not key:
            if not (method == "GET" and path.startswith(_SIGNED_LINK) and query.get("token")):
                raise Refused(NO_KEY)
            return Credentials("anon", self.key_of("anon"), None)
        role = self.role_of(key)
        if role is None:
            raise Refused(BAD_KEY)
        return Credentials(role, self.key_of(role), self._authorization(key, headers.get("Authorization")))

    @staticmethod
    def _authorization(key: str, authorization: str | None) -> str | None:
        """Return the header to pass on; None for the key repeated as a bearer token, as clients do.

        Tokens of signed-in users are not served here.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            return authorization
        if not hmac.compare_digest(token.strip().encode(), key.encode()):
            raise Refused(NOT_A_TOKEN)
        return None

    def _role_of_legacy_key(self, key: str) -> Role | None:
        try:
            claims = jwt.decode(
                key,
                self._keys.jwt_secret,
                algorithms=["HS256"],
                options={"verify_aud": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            return None
        role = claims.get("role")
        return role if role in ("anon", "service_role") else None
