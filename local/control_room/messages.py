"""What the bots did, written where a person can open it: e-mails as web pages, the rest as Markdown."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .settings import Bot

#: Scripts never run: the frame is sandboxed, and the policy forbids them besides. Links open in a new tab.
#: The frame keeps the page's origin: one of another may be drawn after a picture of the page was taken.
_EMAIL_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; style-src 'unsafe-inline'; img-src data: http: https:; font-src data:">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }}
dt {{ font-weight: 600; }} dd {{ margin: 0; overflow-wrap: anywhere; }}
iframe {{ width: 100%; height: 75vh; border: 1px solid #bbb; border-radius: 6px; background: #fff; }}
pre {{ white-space: pre-wrap; border: 1px solid #bbb; border-radius: 6px; padding: 1rem; }}
</style>
</head>
<body>
<dl>
{headers}
</dl>
{body}
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Message:
    """Something a bot sent: its headers in the order they are shown, and its body."""

    kind: str
    bot_name: str
    subject: str
    headers: tuple[tuple[str, str], ...]
    body: str
    #: html, markdown or text.
    body_type: str


def compose(bot: Bot, inputs: Mapping[str, Any], sent_at: datetime, sender: str) -> Message:
    """The message that a bot sends when it runs with these inputs."""
    left = dict(inputs)

    def take(part: str) -> object:
        variable = bot.variable(part)
        return left.pop(variable, None) if variable else None

    if bot.kind == "email":
        recipients, copies, subject, body = take("to"), take("cc"), take("subject"), take("body")
        is_html = take("is_html")
        headers = [("From", f"{bot.name} ({sender})"), ("To", readable(recipients))]
        headers += [("Cc", readable(copies))] if copies is not None else []
        headers += [("Subject", readable(subject))]
        body_type = "html" if is_html is None or is_html is True else "text"
    elif bot.kind == "teams":
        channel, body, written_in = take("channel"), take("message"), take("type")
        headers = [("Channel", readable(channel)), ("Type", readable(written_in))]
        subject = f"{bot.name}: {readable(channel)}"
        body_type = "markdown" if written_in is None or str(written_in).lower() == "markdown" else "text"
    else:
        subject, body, headers, body_type = (
            bot.name,
            json.dumps(left, indent=2, ensure_ascii=False),
            [],
            "text",
        )
        left = {}
    headers += [("Sent", sent_at.isoformat(sep=" ", timespec="seconds"))]
    headers += [(f"Input {name}", readable(value)) for name, value in left.items()]
    return Message(bot.kind, bot.name, readable(subject), tuple(headers), readable(body), body_type)


def readable(value: object) -> str:
    """A value as a person would write it: lists with commas, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(readable(item) for item in value)
    return json.dumps(value, ensure_ascii=False)


def render(message: Message) -> str:
    """The text of the file: a web page for an e-mail, Markdown for anything else."""
    return _email_page(message) if message.kind == "email" else _markdown(message)


def _email_page(message: Message) -> str:
    headers = "\n".join(
        f"<dt>{html.escape(label)}</dt><dd>{html.escape(value)}</dd>" for label, value in message.headers
    )
    if message.body_type == "html":
        inside = html.escape('<base target="_blank">' + message.body)
        body = (
            '<iframe title="Message" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"'
            f' srcdoc="{inside}"></iframe>'
        )
    else:
        body = f"<pre>{html.escape(message.body)}</pre>"
    return _EMAIL_PAGE.format(title=html.escape(message.subject), headers=headers, body=body)


def _markdown(message: Message) -> str:
    lines = [f"# {_one_line(message.bot_name)}", ""]
    lines += [f"- **{_one_line(label)}:** {_one_line(value)}" for label, value in message.headers]
    if message.body_type == "markdown":
        body = message.body
    else:
        longest = max((len(run) for run in re.findall(r"`+", message.body)), default=0)
        fence = "`" * max(3, longest + 1)
        body = f"{fence}text\n{message.body}\n{fence}"
    return "\n".join([*lines, "", "---", "", body, ""])


def _one_line(text: str) -> str:
    """Text that stays on its line and cannot be taken for Markdown or HTML."""
    return re.sub(r"([\\`*_\[\]<>#|!&~])", r"\\\1", " ".join(text.split()))


class Mailbox:
    """The folder of the messages. A file's name starts with the number of what caused it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._listing: list[dict[str, Any]] = []
        folder.mkdir(parents=True, exist_ok=True)
        for unfinished in folder.glob("*.part"):
            unfinished.unlink()
        self._on_disk = {int(found.name.split("-", 1)[0]): found.name for found in folder.glob("[0-9]*-*.*")}

    def has(self, sequence: int) -> str | None:
        """The file of this number, if it is there."""
        return self._on_disk.get(sequence)

    def write(self, sequence: int, message: Message, cause: Mapping[str, Any]) -> str:
        """Write a message, whole or not at all, and return the file's name."""
        slug = re.sub(r"[^a-z0-9]+", "-", message.bot_name.lower()).strip("-") or "bot"
        name = f"{sequence:06}-{slug}.{'html' if message.kind == 'email' else 'md'}"
        unfinished = self._folder / f"{name}.part"
        unfinished.write_text(render(message), encoding="utf-8")
        unfinished.rename(self._folder / name)
        self.note(sequence, name, message, cause)
        return name

    def note(self, sequence: int, name: str, message: Message, cause: Mapping[str, Any]) -> None:
        """Take a message that is on disk into the listing."""
        self._on_disk[sequence] = name
        shown = {"kind": message.kind, "bot": message.bot_name, "subject": message.subject}
        self._listing.append({"sequence": sequence, "file": f"messages/{name}", **shown, **cause})

    def listing(self) -> list[dict[str, Any]]:
        """Every message, in the order of writing."""
        return self._listing

    def empty(self) -> None:
        """Delete every message."""
        for name in self._on_disk.values():
            (self._folder / name).unlink(missing_ok=True)
        self._on_disk, self._listing = {}, []
