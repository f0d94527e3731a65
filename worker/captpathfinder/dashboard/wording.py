"""How the dashboard says things: numbers, moments, ages, and what became of a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from captpathfinder import codes
from captpathfinder.render.words import count, people, zone

KINDS = {
    "new": "New",
    "promotion": "Promoted",
    "demotion": "Stepped down",
    "moved": "Moved to another company",
    "role": "Other responsibilities",
    "left": "Executive no more",
}
SUBJECTS = {
    "rules": "Rules",
    "channels": "Channels",
    "suppressions": "Suppressions",
    "settings": "Settings",
    "accounts": "Accounts",
    "jobs": "Jobs",
    "people": "People",
    "reports": "Reports",
    "digests": "Digests",
    "feedback": "Feedback",
}
ACTIONS = {
    "insert": "Added",
    "update": "Changed",
    "delete": "Removed",
    "import": "Imported",
    "restore": "Brought back",
    "levels": "A level switched on or off",
    "retry": "Tried again",
    "cancel": "Cancelled",
    "postpone": "Postponed",
    "discard": "Discarded",
    "correct": "Corrected",
    "undo correction": "Correction undone",
    "forget": "Somebody forgotten",
    "accept": "Accepted",
    "reopen": "Opened again",
    "dismiss": "Dismissed",
    "not_executive": "Said: not an executive",
    "already_known": "Said: already known",
    "wrong_company": "Said: wrong company",
    "undo": "Taken back by the reader",
    "send": "Sent now",
    "send_again": "Sent again",
    "generate": "Made",
    "render_again": "Files made again",
}
SCOPES = {
    "segment": "a part of the title",
    "title": "the whole title",
    "person": "a part of the title, and rules out the person",
}
HEALTH = {"ok": "All is well", "degraded": "Needs attention", "down": "Down"}


def number(value: int) -> str:
    """`1,234`."""
    return f"{value:,}"


def plain(value: object) -> str:
    """A value of a table as people write it: `yes`, `nothing`, `digest, report`, `day: monday`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {plain(one)}" for key, one in value.items()) or "nothing"
    if isinstance(value, list):
        return ", ".join(map(plain, value)) or "nothing"
    return "nothing" if value in (None, "") else str(value)


def moment(value: datetime | None, time_zone: str) -> str:
    """`13 Nov 2026, 17:00` in that zone; empty for nothing."""
    if value is None:
        return ""
    local = value.astimezone(zone(time_zone))
    return f"{local.day} {local:%b %Y, %H:%M}"


def day(value: datetime | None, time_zone: str) -> str:
    """`13 Nov 2026` in that zone; empty for nothing."""
    if value is None:
        return ""
    local = value.astimezone(zone(time_zone))
    return f"{local.day} {local:%b %Y}"


def span(start: datetime, end: datetime, time_zone: str) -> str:
    """`13 to 20 Nov 2026` in that zone; years and months are said once where they are the same."""
    first, last = start.astimezone(zone(time_zone)), end.astimezone(zone(time_zone))
    if first.date() == last.date():
        return f"{last.day} {last:%b %Y}"
    year = f" {first:%Y}" if first.year != last.year else ""
    month = f" {first:%b}" if (first.year, first.month) != (last.year, last.month) else ""
    return f"{first.day}{month}{year} to {last.day} {last:%b %Y}"


def ago(value: datetime | None, now: datetime) -> str:
    """`12 seconds ago`, `3 minutes ago`, `2 days ago`; `never` for nothing."""
    if value is None:
        return "never"
    seconds = max(0, round((now - value).total_seconds()))
    for length, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= length:
            return f"{count(seconds // length, unit)} ago"
    return f"{count(seconds, 'second')} ago"


def duration(seconds: float | None) -> str:
    """`0.4 seconds`, `12 seconds`, `3 minutes`, `2 hours`; empty for nothing."""
    if seconds is None:
        return ""
    if seconds < 9.95:
        return f"{seconds:.1f} seconds"
    for length, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * length:
            return count(round(seconds / length), unit)
    return count(round(seconds), "second")


def after_digest(answer: object) -> tuple[str, str]:
    """What `send_digests()` did, as a level (`done` or `problem`) and a sentence."""
    said = answer if isinstance(answer, dict) else {}
    status = said.get("status")
    if status == "built":
        found, messages = whole(said.get("people")), whole(said.get("digests"))
        return "done", f"{people(found)} went into {count(messages, 'message')}, which the worker sends now."
    if status == "empty":
        return "done", "Nobody waits for a digest: everybody found so far has been in one."
    if status == "no_channel":
        return "problem", (
            "No active channel sends digests. Add one to the table channels; nobody is forgotten meanwhile."
        )
    return "problem", "The database answered something this dashboard does not know."


def after_sending_again(answer: object) -> tuple[str, str]:
    """What `send_digest_again()` or `send_report_again()` did, as a level and a sentence."""
    messages = whole(answer)
    if messages:
        return "done", f"{count(messages, 'message')} {'goes' if messages == 1 else 'go'} out again now."
    return "problem", "It is there no more, or the channel is not active any more."


def after_report(answer: object) -> tuple[str, str]:
    """What `generate_reports()` did, as a level and a sentence."""
    said = answer if isinstance(answer, dict) else {}
    which = f"The report of {codes.month(str(said.get('month')))}, revision {said.get('revision')}"
    if said.get("status") == "built":
        return (
            "done",
            f"{which}, was built with {people(whole(said.get('total')))}; its files are being made.",
        )
    if said.get("status") == "unchanged":
        return "done", f"{which}, is up to date; its files and links are being made anew."
    return "problem", "The database answered something this dashboard does not know."


def after_correcting(answer: object) -> tuple[str, str]:
    """What `correct_person()` did, as a level and a sentence."""
    said = answer if isinstance(answer, dict) else {}
    *most, last = [str(name) for name in said.get("changed") or ()] or [""]
    corrected = f"{', '.join(most)} and {last} are corrected" if most else f"{last} is corrected"
    match said.get("status"):
        case "unchanged":
            return "done", "This is what is known already; nothing was changed."
        case "corrected":
            return "done", f"The {corrected}."
        case "left":
            return "done", f"The {corrected}: by this title they are no executive, and are let go."
        case "suppressed":
            return "done", f"The {corrected}: whoever is of this company is put aside."
    return "problem", "They are no executive any more: somebody was faster."


def after_undoing(answer: object) -> tuple[str, str]:
    """What `undo_correction()` did, as a level and a sentence."""
    said = answer if isinstance(answer, dict) else {}
    match said.get("status"):
        case "undone":
            return "done", (
                "Undone: what the community says counts again. If the correction had taken them out of a "
                "message that waits, the next digest tells of them."
            )
        case "left":
            return "done", "Undone: by what the community says they are no executive."
        case "suppressed":
            return (
                "done",
                "Undone. They are put aside all the same; what the community says counts when that ends.",
            )
        case "waits":
            return "done", "Undone. Nothing else is known of them; they count again with their next change."
    return "problem", "This was undone already, or the member has stated something else since."


def after_forgetting(answer: object) -> tuple[str, str]:
    """What `forget_user()` erased, as a level and a sentence."""
    said = answer if isinstance(answer, dict) else {}
    parts = [
        count(whole(said.get("detections")), "change"),
        count(whole(said.get("events")), "webhook"),
        count(whole(said.get("digests")), "digest"),
        count(whole(said.get("reports")), "report"),
    ]
    return "done", f"Forgotten. Erased from {', '.join(parts[:-1])} and {parts[-1]}."


def whole(value: object) -> int:
    """A number of an answer; 0 for anything else."""
    return value if isinstance(value, int) else 0
