"""Who may use the dashboard, and whether a change was really asked for by them. Nothing here does I/O.

Three things are told apart:

- the Host header, against DNS rebinding: a page elsewhere that points its own name at this machine;
- the session, where a token is set: a signed cookie that says until when it holds;
- the origin of a change, against forgery: `Sec-Fetch-Site` and `Origin` where the browser sends them, and
  always a form's own token, bound to a random cookie and to the session.

Keys are derived from the worker's secrets, so that a restart ends no session and spoils no open form, and
several workers behind one address accept each other's.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
import secrets
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from captpathfinder.settings import Settings
from captpathfinder.web.addresses import network

# How long a session lasts, in seconds: a working day.
SESSION_SECONDS = 12 * 3600
# Wrong tokens a minute from one address: enough for a person, useless for guessing.
MOST_FAILURES, FAILURE_WINDOW = 10, 60.0

# Who the audit says it was, where there is only the token of one machine.
TOKEN_NAME = "Dashboard with the token"  # noqa: S105  (a name, and no token)

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what is bound to `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_name(header: str) -> str:
    """The name in a Host header, without port and brackets, in lower case; empty for what is not one."""
    try:
        return (urlsplit(f"//{header}").hostname or "").rstrip(".")
    except ValueError:
        return ""


@dataclass(frozen=True)
class Session:
    """Who is logged in, until when (seconds since 1970), and whether they may change something.

    `email` is their address, verified by the issuer, or empty.
    """

    id: str
    until: int
    name: str
    is_editor: bool
    email: str = ""


@dataclass
class WrongLogins:
    """Counts wrong logins by address, so that nobody locks others out. `now` is monotonic seconds."""

    most: int = MOST_FAILURES
    window: float = FAILURE_WINDOW
    _failures: dict[str, deque[float]] = field(default_factory=dict)

    def is_closed(self, address: str, now: float) -> bool:
        """Whether there have been too many lately from that address."""
        failures = self._failures.get(network(address), deque())
        while failures and failures[0] <= now - self.window:
            failures.popleft()
        return len(failures) >= self.most

    def failed(self, address: str, now: float) -> None:
        """One more. Who has not failed lately is forgotten, so that many addresses fill nothing."""
        self._failures = {
            one: failures
            for one, failures in self._failures.items()
            if failures and failures[-1] > now - self.window
        }
        self._failures.setdefault(network(address), deque(maxlen=self.most)).append(now)


class Guard:
    """The decisions about one request. Times are seconds since 1970."""

    def __init__(self, settings: Settings) -> None:
        self._token = settings.dashboard_token
        self._has_issuer = settings.dashboard_oidc_issuer is not None
        self._names = _names(settings.dashboard_host, settings.dashboard_hosts)
        self._base = settings.supabase_secret_key.get_secret_value().encode()
        if self._token is not None:
            self._base += b"\n" + self._token.get_secret_value().encode()
        # Cookies know no ports: two dashboards on one machine keep theirs apart by name.
        self.session_cookie = f"captpathfinder_session_{settings.dashboard_port}"
        self.form_cookie = f"captpathfinder_form_{settings.dashboard_port}"
        self.login_cookie = f"captpathfinder_login_{settings.dashboard_port}"
        self.message_cookie = f"captpathfinder_message_{settings.dashboard_port}"

    @property
    def needs_login(self) -> bool:
        """Whether somebody has to say who they are."""
        return self._token is not None or self._has_issuer

    @property
    def has_token(self) -> bool:
        """Whether there is a token to log in with."""
        return self._token is not None

    def knows_host(self, header: str) -> bool:
        """Whether the dashboard answers to this Host header."""
        return host_name(header) in self._names

    def is_token(self, given: str) -> bool:
        """Whether the token is right; takes as long whatever is given."""
        if self._token is None:
            return False
        right = hashlib.sha256(self._token.get_secret_value().encode()).digest()
        return hmac.compare_digest(right, hashlib.sha256(given.strip().encode()).digest())

    def new_session(
        self, now: float, name: str = TOKEN_NAME, *, is_editor: bool = True, email: str = ""
    ) -> str:
        """The value of the cookie of a session of whoever is called `name`."""
        body = {"id": secrets.token_urlsafe(18), "until": int(now) + SESSION_SECONDS, "name": name}
        return self._seal("session", {**body, "editor": is_editor, "email": email})

    def read_session(self, cookie: str | None, now: float) -> Session | None:
        """The session that a cookie is of, unless it has ended by itself."""
        body = self._open("session", cookie)
        try:
            session = Session(
                str(body["id"]),
                int(body["until"]),
                str(body["name"]),
                bool(body["editor"]),
                str(body["email"]),
            )
        except (KeyError, TypeError, ValueError):
            return None
        return session if now < session.until else None

    def form_token(self, nonce: str, session: str | None) -> str:
        """What a form has to bring along: bound to the browser's random cookie, and to its session."""
        return self._sign("form", f"{nonce}\n{session or ''}")

    def is_form(self, token: str, nonce: str | None, session: str | None) -> bool:
        """Whether a form was made by this dashboard for this browser."""
        return bool(nonce) and _equal(token, self.form_token(nonce or "", session))

    def pack(self, message: Mapping[str, str]) -> str:
        """A message for the next page, as a cookie that nobody else can write."""
        return self._seal("message", dict(message))

    def unpack(self, cookie: str | None) -> dict[str, str] | None:
        """The message, or None where it is not ours."""
        body = self._open("message", cookie)
        return {str(key): str(value) for key, value in body.items()} if body else None

    def seal_login(self, remembered: Mapping[str, object], now: float) -> str:
        """What a login at the issuer has to remember until it ends."""
        return self._seal("login", {"until": int(now) + 600, "remembered": dict(remembered)})

    def open_login(self, cookie: str | None, now: float) -> dict[str, Any]:
        """What was remembered; nothing for what is not ours, or has taken too long."""
        body = self._open("login", cookie)
        remembered = body.get("remembered")
        return remembered if isinstance(remembered, dict) and now < body.get("until", 0) else {}

    def _seal(self, purpose: str, body: Mapping[str, object]) -> str:
        packed = base64.urlsafe_b64encode(json.dumps(dict(body)).encode()).decode()
        return f"{packed}.{self._sign(purpose, packed)}"

    def _open(self, purpose: str, sealed: str | None) -> dict[str, Any]:
        """What was sealed for that purpose; nothing for what is not ours."""
        packed, _, signature = (sealed or "").rpartition(".")
        if not packed or not _equal(signature, self._sign(purpose, packed)):
            return {}
        try:
            body = json.loads(base64.urlsafe_b64decode(packed))
        except (ValueError, binascii.Error):
            return {}
        return body if isinstance(body, dict) else {}

    def _sign(self, purpose: str, body: str) -> str:
        key = hmac.digest(self._base, f"captpathfinder dashboard {purpose}".encode(), "sha256")
        return base64.urlsafe_b64encode(hmac.digest(key, body.encode(), "sha256")).decode().rstrip("=")


def is_same_origin(headers: Mapping[str, str]) -> bool:
    """Whether a request that changes something came from a page of this dashboard, as the browser says.

    Browsers send `Origin` with every POST, and `Sec-Fetch-Site` to https and loopback addresses. What sends
    neither is no browser, and has the form's token to show.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == headers.get("host", "").lower()


def local_path(value: str | None) -> str:
    """`value` if it is a path of this dashboard, else `/`: where to go after the login."""
    if (
        not value
        or not value.startswith("/")
        or value.startswith(("//", "/\\"))
        or any(char <= " " for char in value)
    ):
        return "/"
    return value


def new_nonce() -> str:
    """The value of a browser's random cookie."""
    return secrets.token_urlsafe(18)


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _names(bound: str, more: Collection[str]) -> frozenset[str]:
    names = {host_name(name) for name in more}
    try:
        address = ipaddress.ip_address(bound)
    except ValueError:
        names.add(bound.lower())
    else:
        if not address.is_unspecified:
            names.add(str(address))
    return frozenset(names | _LOOPBACK_NAMES) - {""}
