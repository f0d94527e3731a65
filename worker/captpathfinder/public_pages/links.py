"""The links in messages that lead to a worker's public pages: signed, bound to one thing, and with an end.

A link holds no personal data: the id of a change or a digest, and for a change the channel that was told.
Keys are derived from the project's secret key, so that several workers accept each other's links, and a
restart ends none.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeSerializer
from pydantic import SecretStr, TypeAdapter, ValidationError

from captpathfinder.render.documents import Person
from captpathfinder.settings import Settings

# A link is shorter; what is longer need not be looked at.
LONGEST = 400

_FEEDBACK: TypeAdapter[tuple[str, int, int]] = TypeAdapter(tuple[str, int, int])
_DIGEST: TypeAdapter[tuple[int, int]] = TypeAdapter(tuple[int, int])


@dataclass(frozen=True)
class FeedbackLink:
    """Whom a link is about, and for whom: a change that a channel was told of."""

    channel: str
    detection_id: int
    expires_at: datetime


@dataclass(frozen=True)
class DigestLink:
    """The digest that a link opens: the id of any of its messages."""

    digest_id: int
    expires_at: datetime


class Links:
    """Makes the links, and reads what came back. Whether one has run out is for the reader to judge."""

    def __init__(self, settings: Settings) -> None:
        self._base = settings.public_url or ""
        self._secret = settings.supabase_secret_key
        self._feedback = _serializer(self._secret, "feedback")
        self._digest = _serializer(self._secret, "digest")

    @property
    def fingerprint(self) -> str:
        """Tells workers of one project from others, and nothing of their key."""
        key = self._secret.get_secret_value().encode()
        return hmac.digest(key, b"captpathfinder public pages", "sha256").hex()[:16]

    def feedback(self, channel: str, detection_id: int, expires_at: datetime) -> str:
        """Where a reader of that channel says what is not right about that change."""
        token = self._feedback.dumps((channel, detection_id, int(expires_at.timestamp())))
        return f"{self._base}/feedback/{_text(token)}"

    def digest(self, digest_id: int, expires_at: datetime) -> str:
        """The page with everybody in that digest."""
        token = self._digest.dumps((digest_id, int(expires_at.timestamp())))
        return f"{self._base}/digest/{_text(token)}"

    def with_feedback(self, channel: str, people: Iterable[Person], expires_at: datetime) -> list[Person]:
        """The people, each with the link to say what is not right."""
        return [
            person.model_copy(update={"feedback": self.feedback(channel, person.detection_id, expires_at)})
            for person in people
        ]

    def read_feedback(self, token: str) -> FeedbackLink | None:
        """What a link says; None for one that was not made with this project's key, or not for this page."""
        try:
            channel, detection_id, until = _FEEDBACK.validate_python(_load(self._feedback, token))
        except (BadData, ValidationError):
            return None
        return FeedbackLink(channel, detection_id, datetime.fromtimestamp(until, UTC))

    def read_digest(self, token: str) -> DigestLink | None:
        """The same of a digest's."""
        try:
            digest_id, until = _DIGEST.validate_python(_load(self._digest, token))
        except (BadData, ValidationError):
            return None
        return DigestLink(digest_id, datetime.fromtimestamp(until, UTC))


def _serializer(secret: SecretStr, use: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret.get_secret_value(),
        salt=f"captpathfinder {use}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


def _load(serializer: URLSafeSerializer, token: str) -> object:
    if len(token) > LONGEST:
        raise BadData("too long")
    return serializer.loads(token)


def _text(token: str | bytes) -> str:
    return token if isinstance(token, str) else token.decode()
