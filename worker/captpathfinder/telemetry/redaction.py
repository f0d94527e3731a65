"""Keeps secrets and personal data out of logs and error texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

REDACTED = "[redacted]"

# Keys under which an event would carry a secret or what a member typed. They are dropped whatever they hold.
SENSITIVE_KEYS = frozenset(
    {
        "apikey", "api_key", "authorization", "password", "secret", "token", "access_token",
        "x-authorization", "username", "title", "company", "country", "people", "person", "email",
        "recipients", "to", "html", "text", "markdown", "body", "document", "payload", "config", "headers",
    }
)  # fmt: skip

_PATTERNS = (
    re.compile(r"sb_(?:secret|publishable)_[A-Za-z0-9_\-]+"),
    re.compile(r"eyJ[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]*)?"),
    re.compile(r"(?i)(?<=bearer )\S+|(?<=basic )[A-Za-z0-9+/=]{8,}"),
    re.compile(r"(?i)(?<=[?&])(?:apikey|token|sig|key|secret|password)=[^&\s\"']+"),
    re.compile(r"[\w.+\-]+@[\w\-]+\.[\w.\-]+"),
)

# Shorter values would blank out ordinary words.
_SHORTEST_SECRET = 6


class Redactor:
    """Replaces the known secret values, and whatever looks like a secret or an e-mail address."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted({s for s in secrets if len(s) >= _SHORTEST_SECRET}, key=len, reverse=True)

    def text(self, value: str) -> str:
        """`value` without secrets."""
        for secret in self._secrets:
            value = value.replace(secret, REDACTED)
        for pattern in _PATTERNS:
            value = pattern.sub(REDACTED, value)
        return value

    def value(self, value: object) -> object:
        """Any JSON-like value without secrets and personal data."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {
                key: REDACTED if str(key).lower() in SENSITIVE_KEYS else self.value(item)
                for key, item in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(item) for item in value]
        return value
