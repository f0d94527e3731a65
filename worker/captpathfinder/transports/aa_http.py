"""`aa_http`: posts to a plain HTTP endpoint before a bot. Any 2xx means accepted; nothing is to follow.

A channel's `config`:

    {"kind": "email", "to": ["board@example.com"]}
    {"kind": "teams", "channel_url": "https://teams.example.com/…"}

The endpoints and their keys are `AA_EMAIL_BOT_URL`, `AA_EMAIL_BOT_API_KEY`, `AA_TEAMS_BOT_URL` and
`AA_TEAMS_BOT_API_KEY`. There is nothing to ask whether an unanswered post was carried out, so it is
repeated: a message that comes twice is better than none. Each carries the same `Idempotency-Key`, for
endpoints that know it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import httpx
from pydantic import Field, SecretStr, model_validator

from captpathfinder.errors import PermanentError, TransientError
from captpathfinder.messages import Message
from captpathfinder.transports.base import Delivery, TransportConfig, parse_config
from captpathfinder.web.retry_after import parse_retry_after

if TYPE_CHECKING:
    from captpathfinder.context import Context
    from captpathfinder.settings import Settings


class EndpointConfig(TransportConfig):
    """The `config` of an `aa_http` channel."""

    kind: Literal["email", "teams"]
    to: list[str] = Field(default_factory=list)
    channel_url: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> EndpointConfig:
        if self.kind == "email" and not self.to:
            raise ValueError('kind email needs "to", a list of addresses')
        if self.kind == "teams" and not self.channel_url:
            raise ValueError('kind teams needs "channel_url"')
        return self


def body_for(config: EndpointConfig, message: Message) -> dict[str, Any]:
    """The JSON that the endpoint takes."""
    if config.kind == "email":
        return {"to": list(config.to), "subject": message.subject, "body": message.html, "is_html": True}
    return {"channel_url": config.channel_url, "message": message.markdown, "message_type": "markdown"}


def _endpoint(settings: Settings, kind: str) -> tuple[str, SecretStr]:
    url, key = (
        (settings.aa_email_bot_url, settings.aa_email_bot_api_key)
        if kind == "email"
        else (settings.aa_teams_bot_url, settings.aa_teams_bot_api_key)
    )
    if not url or not key:
        prefix = f"AA_{kind.upper()}_BOT"
        raise PermanentError(
            f"This channel needs {prefix}_URL and {prefix}_API_KEY in the worker's environment."
        )
    return url, key


class AaHttp:
    """Posts the message to the endpoint of its kind."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def deliver(self, delivery: Delivery) -> dict[str, Any]:
        """Post once; the result is `{"http_status"}`."""
        config = parse_config(EndpointConfig, delivery.job)
        url, key = _endpoint(self._context.settings, config.kind)
        what = f"The {config.kind} bot's endpoint"
        try:
            response = await self._context.http.post(
                url,
                json=body_for(config, delivery.message),
                headers={
                    "Authorization": f"Bearer {key.get_secret_value()}",
                    "Idempotency-Key": delivery.name,
                },
                timeout=self._context.settings.aa_request_timeout_seconds,
            )
        except httpx.TransportError as error:
            raise TransientError(f"{what} did not answer ({type(error).__name__}).") from error
        status = response.status_code
        if response.is_success:
            return {"http_status": status}
        if status in (401, 403):
            raise PermanentError(
                f"{what} refuses the key (HTTP {status}): check AA_{config.kind.upper()}_BOT_API_KEY."
            )
        if status in (408, 409, 412, 423, 425, 429) or status >= 500:
            raise TransientError(
                f"{what} answered HTTP {status}.",
                retry_after=parse_retry_after(response.headers.get("retry-after"), self._context.now()),
            )
        raise PermanentError(
            f"{what} answered HTTP {status}: check AA_{config.kind.upper()}_BOT_URL and the channel's config."
        )
