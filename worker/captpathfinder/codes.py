"""What the codes of tables are called, in messages, on pages and on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

STATES = {"dead": "Dead", "running": "At work", "pending": "Waiting", "done": "Done"}
ATTEMPTS = {
    "done": "Done",
    "retry": "Failed; tried again later",
    "dead": "Failed; given up",
    "released": "Given back at a shutdown",
    "lease_expired": "The worker vanished",
}
JOBS = {
    "digest": "Weekly digest",
    "report": "Report: make the files",
    "report_message": "Report: tell a channel",
    "report_links": "Report: new links",
    "file_removal": "Remove a digest's file",
    "alert": "Instant alert",
    "enrichment": "Complete a profile",
    "event": "Event to a machine",
    "incident": "Incident: tell a channel",
    "realtime_test": "Check of Realtime",
}
TRANSPORTS = {
    "aa_bot": "Automation Anywhere bot",
    "aa_http": "Automation Anywhere endpoint",
    "teams_workflow": "Teams workflow",
    "slack_webhook": "Slack webhook",
    "email_smtp": "E-mail (SMTP)",
    "webhook": "Webhook",
}
OUTCOMES = {
    "processed": "Processed",
    "duplicate": "Repeated",
    "stale": "Older than what is known",
    "skipped": "A field that nobody asked about",
    "queued": "Processed a minute later",
    "held": "Held back for an earlier one",
    "malformed": "Refused: malformed",
    "unauthorised": "Refused: wrong secret",
    "too_large": "Refused: too large",
}


def named(words: Mapping[str, str], key: str | None) -> str:
    """The words for a key; for one that a later version of the database added, the key itself, readable."""
    return "" if key is None else words.get(key) or readable(key)


def readable(key: str) -> str:
    """A key as people write it: `Bot status` for `bot_status`."""
    return key.replace("_", " ").capitalize()


def month(label: str) -> str:
    """`November 2026` for `2026-11`; what is no month as it is."""
    try:
        return f"{date.fromisoformat(f'{label}-01'):%B %Y}"
    except ValueError:
        return label


def lower_first(text: str) -> str:
    """`vice president` for `Vice president`, but `C-level executive`."""
    return text if text[1:2] in ("", "-") or text[1:2].isupper() else text[:1].lower() + text[1:]
