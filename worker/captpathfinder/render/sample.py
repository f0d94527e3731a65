"""Samples: what `captpathfinder channels test` sends, about people who do not exist."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from captpathfinder.events import EventDocument
from captpathfinder.messages import Message
from captpathfinder.render.alert import alert_message
from captpathfinder.render.digest import digest_message
from captpathfinder.render.documents import Alert, Digest, Incident, Report, ReportDocument, Summary
from captpathfinder.render.escape import shown
from captpathfinder.render.event import event_message
from captpathfinder.render.incident import incident_message
from captpathfinder.render.report import report_message

_ACCOUNT = {"name": "Analytical Engines", "tier": "1", "owner": "Charles Babbage", "is_watched": True}
_PEOPLE: list[dict[str, Any]] = [
    {"kind": "new", "username": "Grace Hopper", "title": "Chief Technology Officer", "level": "csuite",
     "company": "Eckert\u2013Mauchly", "country_name": "United States", "functions": ["technology"]},
    {"kind": "new", "username": "Ada Lovelace", "title": "Chief Financial Officer", "level": "csuite",
     "company": "Analytical Engines", "country_name": "United Kingdom", "functions": ["finance"],
     "account": {**_ACCOUNT, "is_first": True}},
    {"kind": "new", "username": "Katherine Johnson", "title": "VP Trajectories", "level": "vp",
     "company": "Langley", "country_name": "United States", "functions": ["technology"]},
    {"kind": "promotion", "username": "Hedy Lamarr", "title": "Chief Product Officer", "level": "csuite",
     "previous_title": "VP Engineering", "previous_level": "vp", "company": "Spread Spectrum",
     "country_name": "Austria", "functions": ["product"]},
    {"kind": "moved", "username": "Alan Turing", "title": "VP Research", "level": "vp",
     "company": "Ferranti", "previous_company": "Bletchley", "country_name": "United Kingdom"},
    {"kind": "left", "username": "Konrad Zuse", "previous_title": "Chief Executive Officer",
     "previous_level": "csuite", "company": "Zuse KG", "country_name": "Germany"},
]  # fmt: skip


def sample_message(channel: str, sends: str, now: datetime) -> Message:
    """A message such as the channel gets, which says that it is a test.

    `sends` is what the channel sends: `digest`, `alert`, `report`, `event` or `incident`.
    """
    message = _MADE.get(sends, _digest)(channel, now)
    line = f"This is a test of the channel {shown(channel)}. Nobody named here exists."
    letter = replace(
        message.letter,
        subject=f"Test: {message.letter.subject}",
        preheader=line,
        lead=line,
        footer=("Sent by the command: captpathfinder channels test.",),
    )
    return replace(message, kind="test", letter=letter, summary=f"{line} {message.summary}")


def sample_digest(channel: str, now: datetime) -> Digest:
    """A digest of a week."""
    return Digest.model_validate(
        {
            "channel": channel,
            "period": {"start": now - timedelta(days=7), "end": now, "time_zone": "UTC"},
            "counts": {"new": 12, "promotion": 1, "moved": 1, "left": 1, "people": 15},
            "trend": {"last_week": 9, "mean_of_eight": 7.5},
            "people": _people(now),
            "rest": 9,
            "link": "https://example.com/",
        }
    )


def _digest(channel: str, now: datetime) -> Message:
    return digest_message(sample_digest(channel, now))


def _alert(channel: str, now: datetime) -> Message:
    promoted = [person for person in _people(now) if person["kind"] == "promotion"]
    return alert_message(Alert.model_validate({"channel": channel, "changes": promoted}))


def _report(channel: str, now: datetime) -> Message:
    end = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    start = (end - timedelta(days=1)).replace(day=1)
    span = {"period_start": start, "period_end": end, "time_zone": "UTC"}
    month, before = f"{start:%Y-%m}", f"{start - timedelta(days=1):%Y-%m}"
    links = dict.fromkeys(("pdf", "csv", "html"), "https://example.com/")
    summary = Summary.model_validate(
        {
            **span, "month": month, "name": f"{start:%B %Y}", "total": 40,
            "by_level": {"csuite": 14, "vp": 26}, "by_kind": {"new": 36, "promotion": 4, "left": 3},
            "previous": {"month": before, "total": 34, "by_level": {"csuite": 15}, "by_kind": {"left": 1}},
        }
    )  # fmt: skip
    report = Report.model_validate(
        {**span, "id": 0, "month_label": month, "generated_at": end, "links": links}
    )
    return report_message(ReportDocument(report=report, summary=summary), channel)


def _event(channel: str, now: datetime) -> Message:
    promoted = next(person for person in _people(now) if person["kind"] == "promotion")
    event = {"event": "executive.promoted", "occurred_at": now, "person": promoted}
    return event_message(EventDocument.model_validate(event), channel)


def _incident(channel: str, now: datetime) -> Message:
    incident = Incident(
        key="test",
        state="begun",
        kind="silence",
        title="No webhook has arrived for 3 days",
        details=["The last one came on Monday."],
        advice="Look at the platform's list of deliveries, and at health().",
        began_at=now,
    )
    return incident_message(incident, channel)


_MADE = {"digest": _digest, "alert": _alert, "report": _report, "event": _event, "incident": _incident}


def _people(now: datetime) -> list[dict[str, Any]]:
    return [
        {"detection_id": number, "user_id": f"sample-{number}", "changed_at": now, **person}
        for number, person in enumerate(_PEOPLE, start=1)
    ]
