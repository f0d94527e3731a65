"""Who is who: OpenID Connect with one issuer, found by discovery, and what a person may do here.

The protocol is authlib's: state, nonce, PKCE, and the checks of the ID token. What it has to remember between
the two ends of a login stands in a sealed cookie.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.requests import Request
from starlette.responses import Response

from captpathfinder.errors import CaptPathfinderError
from captpathfinder.settings import Settings

# An issuer that does not answer within so many seconds is not waited for.
TIMEOUT = 8.0


class SignInError(CaptPathfinderError):
    """A login that came to nothing; the message is for whoever tried."""


@dataclass(frozen=True)
class Visitor:
    """Somebody whom the issuer knows: (iss, sub), their verified address or nothing, and what they may do."""

    issuer: str
    subject: str
    email: str
    is_editor: bool

    @property
    def name(self) -> str:
        """What they are called in the audit. A person is (iss, sub); the address is for those who read."""
        who = f"{self.subject} at {urlsplit(self.issuer).hostname or self.issuer}"
        return f"{self.email} ({who})" if self.email else who


class SignIn:
    """Logins at one issuer."""

    def __init__(self, settings: Settings) -> None:
        # Where nobody signs in, a worker starts without it.
        from authlib.integrations.base_client import OAuthError  # noqa: PLC0415 (slow to import)
        from authlib.integrations.starlette_client import OAuth  # noqa: PLC0415 (slow to import)

        self._failures = (httpx.HTTPError, OAuthError, ValueError, KeyError, RuntimeError)
        self._settings = settings
        secret = settings.dashboard_oidc_client_secret
        issuer = (settings.dashboard_oidc_issuer or "").rstrip("/")
        self._client = OAuth().register(
            "issuer",
            client_id=settings.dashboard_oidc_client_id,
            client_secret=secret.get_secret_value() if secret else None,
            server_metadata_url=f"{issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "timeout": TIMEOUT,
            },
        )

    @property
    def host(self) -> str:
        """What the issuer is called on the login page."""
        return urlsplit(self._settings.dashboard_oidc_issuer or "").hostname or ""

    async def begin(self, request: Request, back: str) -> tuple[Response, dict[str, Any]]:
        """The way to the issuer, and what is to be remembered. Raises `SignInError`."""
        remembered: dict[str, Any] = {}
        request.scope["session"] = remembered
        try:
            answer: Response = await self._client.authorize_redirect(request, back)
        except self._failures as error:
            why = type(error).__name__
            raise SignInError(f"{self.host} does not answer as an issuer does ({why}).") from error
        return answer, remembered

    async def finish(self, request: Request, remembered: Mapping[str, Any]) -> Visitor:
        """Who came back from the issuer. Raises `SignInError`."""
        request.scope["session"] = dict(remembered)
        try:
            token = await self._client.authorize_access_token(request)
            claims = token["userinfo"]
        except self._failures as error:
            raise SignInError("This login was not completed. Try again.") from error
        role = role_of(claims, self._settings)
        if role is None:
            raise SignInError(
                "You are known, and not let in: your verified address is in neither DASHBOARD_EDITORS nor "
                "DASHBOARD_VIEWERS."
            )
        return Visitor(str(claims["iss"]), str(claims["sub"]), verified_email(claims), role == "editor")


def role_of(claims: Mapping[str, Any], settings: Settings) -> str | None:
    """`editor`, `viewer`, or None for whoever is not let in.

    By verified address (`ada@example.com`), its domain (`@example.com`) or a group (`group:Operations`) of
    the configured claim; never by an address that the issuer has not verified.
    """
    mine = _marks(claims, settings.dashboard_oidc_group_claim)
    if mine & _wanted(settings.dashboard_editors):
        return "editor"
    return "viewer" if mine & _wanted(settings.dashboard_viewers) else None


def verified_email(claims: Mapping[str, Any]) -> str:
    """The address, if the issuer says that it is theirs; else nothing.

    Some write `email_verified` as text; whatever else is there is no yes.
    """
    email = claims.get("email")
    if isinstance(email, str) and email.count("@") == 1 and claims.get("email_verified") in (True, "true"):
        return email.strip()
    return ""


def sign_in_problems(settings: Settings) -> list[str]:
    """What is missing or wrong in the settings of the login."""
    if settings.dashboard_oidc_issuer is None:
        return []
    problems = []
    if not settings.dashboard_oidc_client_id:
        problems.append("DASHBOARD_OIDC_CLIENT_ID is not set: it is what the issuer calls the dashboard")
    if not (settings.dashboard_editors or settings.dashboard_viewers):
        problems.append("DASHBOARD_EDITORS and DASHBOARD_VIEWERS are not set: nobody could log in")
    return problems


def _marks(claims: Mapping[str, Any], group_claim: str) -> set[str]:
    marks: set[str] = set()
    if address := verified_email(claims).casefold():
        marks |= {address, f"@{address.partition('@')[2]}"}
    groups = claims.get(group_claim)
    if isinstance(groups, list):
        marks |= {f"group:{group}" for group in groups if isinstance(group, str)}
    return marks


def _wanted(entries: Collection[str]) -> set[str]:
    return {entry if entry.startswith("group:") else entry.casefold() for entry in entries}
