"""`webhook`: posts JSON to any HTTP endpoint, signed so that the receiver can check who sent it.

A channel's `config`, for example:

    {"url": "https://crm.example.com/hooks/executives", "secret_env": "CHANNEL_CRM"}

`secret_env` names a variable of the worker's environment that holds `whsec_` and the base64 of 24 to 64
random bytes; `CHANNEL_CRM_HOSTS=crm.example.com` beside it names the hosts that it is for. The signature is
that of Standard Webhooks (https://www.standardwebhooks.com): the receiver verifies it with any of its
libraries, and knows a repetition by `webhook-id`, which all attempts share.

The body is `{"type", "timestamp", "data"}`. Of an event for machines they are those of
`captpathfinder.events`. Of other messages, type is `digest`, `report`, `alert`, `incident` or `test`, after
`captpathfinder.`; data has `subject`, `headline`, `total`, `links`, and what the message is made from (a
digest's `people`, an alert's `changes`, a report's `report` and `summary`; see `render.documents`).

Any 2xx is success. 408, 425, 429 and 5xx are tried again, after `Retry-After` where given. 410 and other
refusals end the job and say so. A digest or alert that is too large (413) is sent in pieces of half as many
people, each with an id of its own and `data.from` and `data.of`; pieces that were taken are not sent again.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator
from standardwebhooks import Webhook as Signer

from captpathfinder.errors import PermanentError
from captpathfinder.events import EventDocument
from captpathfinder.messages import Message
from captpathfinder.transports.base import Delivery, TransportConfig, parse_config
from captpathfinder.transports.posting import post, raise_if_passing
from captpathfinder.transports.secrets import SecretName, host_of, is_web_address, secret_for

if TYPE_CHECKING:
    from captpathfinder.context import Context

# What the specification asks of a secret, in bytes.
SHORTEST_KEY, LONGEST_KEY = 24, 64


def _web_address(value: str) -> str:
    if not is_web_address(value):
        raise ValueError(
            "must start with https:// (http:// only on this machine), without user name or password"
        )
    return value


class WebhookConfig(TransportConfig):
    """The `config` of a `webhook` channel."""

    url: Annotated[str, AfterValidator(_web_address)]
    secret_env: SecretName


class WebhookPost:
    """Signs and posts a message, in as many pieces as the receiver can take."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def deliver(self, delivery: Delivery) -> dict[str, Any]:
        """Post it; the result is `{"webhook_id", "http_status", "requests"}`."""
        config = parse_config(WebhookConfig, delivery.job)
        signer = self._signer(config)
        webhook_id = delivery.name.replace(" ", "-")
        envelope = envelope_of(delivery.message, self._context.database_clock.now())
        size = len(people_of(envelope))
        at = int(delivery.progress.get("people_sent") or 0)
        step = int(delivery.progress.get("people_at_once") or 0) or size
        requests = 0
        while True:
            in_pieces = step < size
            piece = piece_of(envelope, at, step) if in_pieces else envelope
            piece_id = f"{webhook_id}-{at}-{step}" if in_pieces else webhook_id
            status = await self._post(config, signer, piece_id, piece)
            if status == 413:
                if step <= 1:
                    raise PermanentError("The receiver says that even one entry is too large (HTTP 413).")
                step = (step + 1) // 2
                await delivery.record({"people_at_once": step})
                continue
            requests += 1
            at += step
            if at >= size:
                return {"webhook_id": webhook_id, "http_status": status, "requests": requests}
            await delivery.record({"people_sent": at, "people_at_once": step})

    def _signer(self, config: WebhookConfig) -> Signer:
        secret = secret_for(self._context.settings, config.secret_env, host_of(config.url)).get_secret_value()
        problem = (
            f"{config.secret_env} in the worker's environment is not a secret of Standard Webhooks: "
            f"whsec_ and the base64 of {SHORTEST_KEY} to {LONGEST_KEY} random bytes"
        )
        if not secret.startswith("whsec_"):
            raise PermanentError(problem)
        try:
            key = b64decode(secret.removeprefix("whsec_"), validate=True)
        except ValueError:
            raise PermanentError(problem) from None
        if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
            raise PermanentError(problem)
        return Signer(key)

    async def _post(
        self, config: WebhookConfig, signer: Signer, webhook_id: str, envelope: Mapping[str, Any]
    ) -> int:
        """The status: 2xx, or 413. Everything else is raised."""
        # Receivers refuse a time that is off by some minutes, as a machine's clock may be.
        now = self._context.database_clock.now()
        body = json.dumps(envelope, ensure_ascii=False)
        headers = {
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signer.sign(webhook_id, now, body),
            "user-agent": "CaptPathfinder",
        }
        response = await post(self._context, config.url, body.encode(), headers, "The receiver")
        status = response.status_code
        if response.is_success or status == 413:
            return status
        raise_if_passing(self._context, response, "The receiver")
        if status == 410:
            raise PermanentError(
                "The receiver says that this address is gone for good (HTTP 410). Switch the channel off, or "
                "give it the new address and redrive the job."
            )
        if status in (401, 403):
            raise PermanentError(
                f"The receiver refuses the signature (HTTP {status}): check that it has the secret that "
                f"{config.secret_env} holds."
            )
        if response.is_redirect:
            raise PermanentError(f"The receiver has moved (HTTP {status}): write its new address into url.")
        raise PermanentError(f"The receiver refuses the message (HTTP {status}): check url and the receiver.")


def envelope_of(message: Message, now: datetime) -> dict[str, Any]:
    """The body: an event as it is, other messages with words, links, and what they are made from."""
    source = message.source
    if isinstance(source, EventDocument):
        return source.envelope().model_dump(mode="json")
    data = {
        "subject": message.subject,
        "headline": message.summary,
        "total": message.total,
        "links": dict(message.links),
        **(source.model_dump(mode="json") if source is not None else {}),
    }
    return {"type": f"captpathfinder.{message.kind}", "timestamp": now.isoformat(), "data": data}


def people_of(envelope: Mapping[str, Any]) -> list[Any]:
    """The people of a digest or an alert, in whose number a body is large."""
    people = envelope["data"].get(_people_key(envelope))
    return people if isinstance(people, list) else []


def piece_of(envelope: Mapping[str, Any], start: int, count: int) -> dict[str, Any]:
    """The same body with `count` of its people from the place `start` on, and which they are."""
    people, key = people_of(envelope), _people_key(envelope)
    piece = {**envelope["data"], key: people[start : start + count], "from": start, "of": len(people)}
    return {**envelope, "data": piece}


def _people_key(envelope: Mapping[str, Any]) -> str:
    return "changes" if envelope["type"] == "captpathfinder.alert" else "people"
