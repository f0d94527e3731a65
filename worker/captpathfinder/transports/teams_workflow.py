"""`teams_workflow`: posts an Adaptive Card to a Teams channel through a Workflow.

A channel's `config`, for example:

    {"secret_env": "CHANNEL_SALES_TEAMS"}

`secret_env` names a variable of the worker's environment that holds the whole URL of a Workflow with the
trigger "When a Teams webhook request is received": whoever has the URL can post, so it is the secret.

The card is of version 1.2, which phones show as well. A message takes about 28 KB, so longer ones go as
several cards of less than 25 KB; cards that were taken are not posted again. It takes 4 requests a second.
Sources: https://learn.microsoft.com/connectors/teams, https://adaptivecards.io/explorer
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from captpathfinder.errors import PermanentError, TransientError
from captpathfinder.render.letter import Fact
from captpathfinder.render.outline import Entry, Outline, outline
from captpathfinder.transports.base import Delivery, TransportConfig, parse_config
from captpathfinder.transports.parts import Payload, in_parts, send_parts
from captpathfinder.transports.posting import PASSING, post, raise_if_passing
from captpathfinder.transports.secrets import SecretName, secret_url

if TYPE_CHECKING:
    from captpathfinder.context import Context

MOST_BYTES = 25_000
# More would be a card that nobody scrolls through.
MOST_PEOPLE = 25
# Four requests a second.
PACE = 0.25


class WorkflowConfig(TransportConfig):
    """The `config` of a `teams_workflow` channel."""

    secret_env: SecretName


class TeamsWorkflow:
    """Posts a message as one card, or several."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def deliver(self, delivery: Delivery) -> dict[str, Any]:
        """Post what is not posted yet; the result is `{"parts", "requests"}`."""
        config = parse_config(WorkflowConfig, delivery.job)
        url = secret_url(self._context.settings, config.secret_env)
        parts = in_parts(outline(delivery.message), card, most_bytes=MOST_BYTES, most=MOST_PEOPLE)
        return await send_parts(delivery, parts, lambda body: self._send(url, config.secret_env, body))

    async def _send(self, url: str, name: str, body: bytes) -> None:
        await self._context.throttle(name, PACE).wait()
        response = await post(self._context, url, body, {}, "The Teams workflow")
        status = response.status_code
        if response.is_success:
            trouble = trouble_in(response.text) if status != 202 else None
            if trouble is None:
                return
            _raise_trouble(trouble, name)
        raise_if_passing(self._context, response, "The Teams workflow")
        if status in (401, 403, 404, 410):
            raise PermanentError(
                f"The Teams workflow is gone or switched off, or {name} is wrong (HTTP {status}). "
                "Copy its URL anew, set the variable, restart the worker, and redrive the job."
            )
        if status == 413:
            _raise_trouble(status, name)
        raise PermanentError(
            f"The Teams workflow refuses the card (HTTP {status}): look at its runs in Power Automate."
        )


def trouble_in(body: str) -> int | None:
    """What a 200 says in its body: None for delivered, else the status that Teams gave, 0 where it says none.

    A workflow answers 202 with nothing. What stands before it may answer 200: with nothing, with `1` or with
    JSON when the card was taken, with a sentence when it was not. A page is a proxy's, or the like.

    >>> trouble_in("Webhook message delivery failed with error: … returned HTTP error 413 …")
    413
    """
    said = body.strip()
    if failed := re.search(r"delivery failed(?:.*?\b([45]\d\d)\b)?", said, re.IGNORECASE | re.DOTALL):
        return int(failed[1] or 0)
    if not said:
        return None
    try:
        json.loads(said)
    except ValueError:
        return 0
    return None


def _raise_trouble(status: int, name: str) -> NoReturn:
    if status == 413:
        raise PermanentError("Teams says that the card is too large (413).")
    if status in PASSING or status >= 500:
        raise TransientError(f"Teams did not take the card ({status}).")
    if status:
        raise PermanentError(
            f"Teams refuses the card ({status}): look at the workflow's runs in Power Automate."
        )
    raise PermanentError(
        f"What {name} points to did not answer as a workflow of Teams does: is its URL right, and does a "
        "proxy stand between?"
    )


def card(outline: Outline, people: Sequence[Entry], mark: str) -> Payload:
    """The request's body: a card about some of the people.

    What members typed goes into text runs, which are shown as they are; text blocks would read Markdown.
    """
    body: list[Payload] = [
        _text([{"text": f"{outline.heading}{mark}", "weight": "Bolder", "size": "Large"}], "None")
    ]
    if outline.intro:
        body.append(_text([{"text": outline.intro}]))
    if outline.facts:
        body.append({"type": "ColumnSet", "columns": [_fact(fact) for fact in outline.facts]})
    for entry in people:
        if entry.heading:
            run = {"text": entry.heading, "weight": "Bolder", "isSubtle": True, "size": "Small"}
            body.append({**_text([run], "Medium"), "separator": True})
        body.append(_person(entry))
    if outline.closing:
        closing = {"text": outline.closing, "isSubtle": True, "size": "Small"}
        body.append({**_text([closing], "Medium"), "separator": True})
    content: Payload = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.2",
        "fallbackText": outline.subject,
        "msteams": {"width": "Full"},
        "body": body,
    }
    if outline.links:
        content["actions"] = [
            {"type": "Action.OpenUrl", "title": label, "url": link} for label, link in outline.links
        ]
    return {
        "type": "message",
        "summary": outline.subject,
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": content}],
    }


def _fact(fact: Fact) -> Payload:
    label = f"{fact.label} ({fact.change})" if fact.change else fact.label
    items = [
        _text([{"text": f"{fact.number:,}", "weight": "Bolder", "size": "ExtraLarge"}], "None"),
        _text([{"text": label, "isSubtle": True, "size": "Small"}], "None"),
    ]
    return {"type": "Column", "width": "stretch", "items": items}


def _person(entry: Entry) -> Payload:
    line = entry.line
    name: Payload = {"text": line.name, "weight": "Bolder"}
    if line.link:
        name |= {"color": "Accent", "selectAction": {"type": "Action.OpenUrl", "url": line.link}}
    small: list[Payload] = [{"text": line.known, "isSubtle": True, "size": "Small"}] if line.known else []
    if line.feedback:
        say: Payload = {"text": "  Not right?", "color": "Accent", "size": "Small"}
        small.append({**say, "selectAction": {"type": "Action.OpenUrl", "url": line.feedback}})
    items = [_text([name], "None"), _text([{"text": line.change}], "None")]
    return {"type": "Container", "items": [*items, _text(small, "None")] if small else items}


def _text(runs: list[Payload], spacing: str = "Small") -> Payload:
    return {
        "type": "RichTextBlock",
        "inlines": [{"type": "TextRun", **run} for run in runs],
        "spacing": spacing,
    }
