"""What an entry of the audit says, in words: a line that says which, and below it what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from captpathfinder import codes
from captpathfinder.dashboard import wording
from captpathfinder.dashboard.system_answers import AuditEntry
from captpathfinder.render.feedback_page import VERDICTS
from captpathfinder.render.words import KINDS, count, listing

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")
_SPAN = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")
_COVERED = {"member": "A member", "domain": "A domain", "company": "A company"}
# What a switch says when it is turned.
_SWITCHES = {"is_active": ("Switched on", "Switched off"), "is_watched": ("Watched", "Not watched any more")}
_ACCEPTED = {
    "example": "an example of the rules",
    "suppression": "a suppression",
    "correction": "a correction",
}
_KINDS: Mapping[str, str] = {str(kind): said for kind, said in KINDS.items()}
# Columns that say nothing to a person.
_UNTOLD = ("id", "name", "kind")


def lines_of(entry: AuditEntry, time_zone: str) -> list[str]:
    """The lines; none where the entry has nothing to add. `time_zone` is the one of the page."""
    told = _TOLD.get(entry.subject)
    if told is None:
        return [f"{codes.readable(name)}: {said(value, time_zone)}" for name, value in entry.detail.items()]
    return told(entry, time_zone)


def said(value: object, time_zone: str) -> str:
    """A value as a page writes it: moments in its time zone, spans of time and everything else in words."""
    if isinstance(value, str):
        if _MOMENT.fullmatch(value):
            try:
                return wording.moment(datetime.fromisoformat(value), time_zone)
            except ValueError:
                return value
        if span := _SPAN.fullmatch(value):
            return wording.duration(int(span[1]) * 3600 + int(span[2]) * 60 + float(span[3]))
    return wording.plain(value)


def _suppression(entry: AuditEntry, time_zone: str) -> list[str]:
    """What it covers is not noted: whoever it is about may want to be forgotten."""
    which = f"Number {entry.detail.get('name')}"
    if entry.action == "update":
        return [which, *_columns(entry, time_zone)]
    row = {name: value.get("to", value.get("from")) for name, value in _changed(entry).items() if value}
    covered = _COVERED.get(str(row.get("kind")), "Somebody")
    until = f"until {said(row['until'], time_zone)}" if row.get("until") else "for good"
    where = f", in the community {row['community']}" if row.get("community") else ""
    return [f"{covered}, {until}{where}", which]


def _channel(entry: AuditEntry, time_zone: str) -> list[str]:
    return [str(entry.detail.get("name")), *_columns(entry, time_zone)]


def _changed(entry: AuditEntry) -> Mapping[str, Any]:
    changed: Mapping[str, Any] = entry.detail.get("changed") or {}
    return changed


def _columns(entry: AuditEntry, time_zone: str) -> list[str]:
    """A line a column; of what is not noted (addresses, whom it is about) only that it changed."""
    lines = []
    for name, change in _changed(entry).items():
        if entry.action != "update":
            value = change.get("to" if entry.action == "insert" else "from")
            if name in _SWITCHES:
                lines.append(_SWITCHES[name][0 if value else 1])
            elif name not in _UNTOLD and value not in (None, {}, [], ""):
                lines.append(f"{codes.readable(name)}: {_value(name, value, time_zone)}")
        elif not change:
            lines.append(f"{codes.readable(name)} changed")
        elif name in _SWITCHES:
            lines.append(_SWITCHES[name][0 if change.get("to") else 1])
        else:
            before, after = (_value(name, change.get(end), time_zone) for end in ("from", "to"))
            lines.append(f"{codes.readable(name)}: {before} \u2192 {after}")
    return lines


def _value(name: str, value: object, time_zone: str) -> str:
    if name == "transport":
        return codes.named(codes.TRANSPORTS, str(value))
    if name == "digest_day":
        return str(value).capitalize()
    if name == "announced_changes" and isinstance(value, Mapping):
        return wording.plain(
            {what: [_KINDS.get(kind, kind) for kind in kinds] for what, kinds in value.items()}
        )
    # A time of the day looks as a span of time does.
    return str(value)[:5] if value and name.endswith("_time") else said(value, time_zone)


def _account(entry: AuditEntry, _time_zone: str) -> list[str]:
    detail = entry.detail
    known = [f"{name} {detail[name]}" for name in ("tier", "owner") if detail.get(name)]
    state = "watched" if detail.get("is_watched") else "not watched"
    return [str(detail.get("name")), _first_up(", ".join([state, *known]))]


def _person(entry: AuditEntry, _time_zone: str) -> list[str]:
    """Only what was changed of somebody: they may want to be forgotten."""
    changed = entry.detail.get("changed")
    return [_first_up(listing([str(name) for name in changed]))] if changed else []


def _feedback(entry: AuditEntry, _time_zone: str) -> list[str]:
    detail = entry.detail
    if "channel" in detail:
        return [f"By a reader of {detail['channel']}"]
    verdict = VERDICTS.get(str(detail.get("verdict")), "")
    lines = [f"\u201c{verdict}\u201d, proposal {detail.get('proposal')}"]
    return [*lines, f"As {_ACCEPTED[detail['as']]}"] if detail.get("as") in _ACCEPTED else lines


def _jobs(entry: AuditEntry, time_zone: str) -> list[str]:
    detail = entry.detail
    lines = [f"Job {detail['job']}" if detail.get("job") else count(wording.whole(detail.get("jobs")), "job")]
    if detail.get("error"):
        lines.append(f"That failed with: {detail['error']}")
    if detail.get("delay"):
        lines.append(f"For {said(detail['delay'], time_zone)}")
    return lines


def _rules(entry: AuditEntry, _time_zone: str) -> list[str]:
    label = entry.detail.get("label")
    return [f"Version {entry.detail.get('version')}", *([str(label)] if label else [])]


def _digests(entry: AuditEntry, time_zone: str) -> list[str]:
    detail = entry.detail
    messages = count(wording.whole(detail.get("messages")), "message")
    where = str(detail.get("channel") or count(wording.whole(detail.get("channels")), "channel"))
    if detail.get("to") not in (None, detail.get("channel")):
        where = f"{detail['to']}, as {where} got it"
    return [f"{messages} to {where}", f"What happened until {said(detail.get('cut_off'), time_zone)}"]


def _reports(entry: AuditEntry, _time_zone: str) -> list[str]:
    detail = entry.detail
    if "to" in detail:
        return [f"Report {detail.get('report')}", f"To {detail['to']}"]
    which = f"{codes.month(str(detail.get('month')))}, revision {detail.get('revision')}"
    return [which, "Its channels are told" if detail.get("told") else "Nobody is told"]


def _first_up(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


_TOLD: Mapping[str, Callable[[AuditEntry, str], list[str]]] = {
    "suppressions": _suppression,
    "channels": _channel,
    "settings": _columns,
    "accounts": _account,
    "people": _person,
    "feedback": _feedback,
    "jobs": _jobs,
    "rules": _rules,
    "digests": _digests,
    "reports": _reports,
}
