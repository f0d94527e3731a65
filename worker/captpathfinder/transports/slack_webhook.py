"""`slack_webhook`: posts to a Slack channel through an incoming webhook.

A channel's `config`, for example:

    {"secret_env": "CHANNEL_SALES_SLACK"}

`secret_env` names a variable of the worker's environment that holds the whole URL
(https://hooks.slack.com/services/…): whoever has it can post, so it is the secret.

Slack answers 200 `ok`, or a status with a word that says why not. A message has at most 50 blocks, so longer
ones go in parts; parts that were taken are not posted again. Slack takes about one message a second.
Sources: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks,
https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from captpathfinder.errors import PermanentError
from captpathfinder.render.escape import shorten
from captpathfinder.render.outline import Entry, Outline, outline
from captpathfinder.render.people import Line
from captpathfinder.transports.base import Delivery, TransportConfig, parse_config
from captpathfinder.transports.parts import Payload, in_parts, send_parts
from captpathfinder.transports.posting import post, raise_if_passing
from captpathfinder.transports.secrets import SecretName, secret_url

if TYPE_CHECKING:
    from captpathfinder.context import Context

# Three blocks a person at most, and a few around them, are less than the 50 that a message may have.
MOST_PEOPLE = 13
MOST_BYTES = 100_000
PACE = 1.0
# The longest texts of a header, of a section and of one of its fields, in characters.
HEADER, SECTION, FIELD = 150, 3000, 2000

# What Slack's words mean, and what to do.
_WORDS = {
    "channel_is_archived": "the channel is archived: bring it back, or make a webhook for another",
    "channel_not_found": "the channel was deleted: make a webhook for another",
    "no_service": "the webhook was removed or switched off: make a new one",
    "no_service_id": "the webhook's URL is incomplete: copy it again",
    "no_team": "the workspace is gone",
    "team_disabled": "the workspace is switched off",
    "user_not_found": "whom the webhook posts to is gone: make a new one",
    "action_prohibited": "an administrator of the workspace forbids it",
    "posting_to_general_channel_denied": "the webhook's maker may not post to this channel",
    "invalid_token": "the webhook's URL is wrong or was revoked: copy it again",
    "no_text": "it holds no text",
    "invalid_payload": "it cannot be read",
    "invalid_blocks": "it has a block that is not allowed",
}


class SlackConfig(TransportConfig):
    """The `config` of a `slack_webhook` channel."""

    secret_env: SecretName


class SlackWebhook:
    """Posts a message in one part, or several."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def deliver(self, delivery: Delivery) -> dict[str, Any]:
        """Post what is not posted yet; the result is `{"parts", "requests"}`."""
        config = parse_config(SlackConfig, delivery.job)
        url = secret_url(self._context.settings, config.secret_env)
        parts = in_parts(outline(delivery.message), blocks, most_bytes=MOST_BYTES, most=MOST_PEOPLE)
        return await send_parts(delivery, parts, lambda body: self._send(url, config.secret_env, body))

    async def _send(self, url: str, name: str, body: bytes) -> None:
        await self._context.throttle(name, PACE).wait()
        response = await post(self._context, url, body, {}, "Slack")
        status = response.status_code
        if status == 200 and response.text.strip() == "ok":
            return
        raise_if_passing(self._context, response, "Slack")
        if response.is_success:
            raise PermanentError(
                f"What {name} points to did not answer as Slack does: is it a webhook of Slack?"
            )
        word = response.text.strip()
        said = word if re.fullmatch(r"[a-z_]{1,60}", word) else ""
        meaning = _WORDS.get(said, f"check {name}")
        raise PermanentError(f"Slack refuses the message (HTTP {status}{said and ' ' + said}): {meaning}.")


def blocks(outline: Outline, people: Sequence[Entry], mark: str) -> Payload:
    """The request's body: blocks about some of the people.

    What members typed goes into `plain_text` and into the texts of rich text, which are shown as they are.
    `text` is what notifications show; there Slack reads `<!channel>` and the like, so it is escaped.
    """
    heading = cut(outline.heading, HEADER - len(mark)) + mark
    made: list[Payload] = [{"type": "header", "text": _plain(heading, HEADER)}]
    if outline.intro:
        made.append({"type": "section", "text": _plain(outline.intro, SECTION)})
    if outline.facts:
        facts = [
            f"{fact.number:,} {fact.label}" + (f" ({fact.change})" if fact.change else "")
            for fact in outline.facts
        ]
        made.append({"type": "section", "fields": [_plain(fact, FIELD) for fact in facts]})
    for entry in people:
        if entry.heading:
            made += [{"type": "divider"}, _rich([_run(entry.heading, bold=True)])]
        made.append(_person(entry.line))
    # Each by itself: three signed links are longer than a text may be.
    made += [_rich([_link(url, label)]) for label, url in outline.links]
    if outline.closing:
        made.append({"type": "context", "elements": [_plain(outline.closing, FIELD)]})
    return {"text": cut(escape(outline.subject), SECTION), "blocks": made, "unfurl_links": False}


def escape(text: str) -> str:
    """The three characters that Slack gives a meaning."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _person(line: Line) -> Payload:
    name = _run(line.name, bold=True)
    runs = [_link(line.link, line.name, bold=True) if line.link else name, _run(f"\n{line.change}")]
    if line.known:
        runs.append(_run(f"\n{line.known}"))
    if line.feedback:
        runs += [_run(" \u00b7 " if line.known else "\n"), _link(line.feedback, "Not right?")]
    return _rich(runs)


def _rich(runs: list[Payload]) -> Payload:
    section = {"type": "rich_text_section", "elements": runs}
    return {"type": "rich_text", "elements": [section]}


def _run(text: str, *, bold: bool = False) -> Payload:
    run: Payload = {"type": "text", "text": cut(text, SECTION)}
    return {**run, "style": {"bold": True}} if bold else run


def _link(url: str, label: str, *, bold: bool = False) -> Payload:
    """A link; buttons would ask for an app that answers them. One that is too long is its label."""
    if len(url) > SECTION:
        return _run(label, bold=bold)
    link: Payload = {"type": "link", "url": url, "text": cut(label, SECTION)}
    return {**link, "style": {"bold": True}} if bold else link


def _plain(text: str, limit: int) -> Payload:
    return {"type": "plain_text", "text": cut(text, limit), "emoji": False}


def cut(text: str, limit: int) -> str:
    """At most `limit` characters as Slack's own programs count them, an emoji as two."""
    while _length(text) > limit:
        text = shorten(text, len(text) - max(1, (_length(text) - limit) // 2))
    return text


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
