"""What the page of the audit says of each kind of change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from captpathfinder.dashboard.audit_words import lines_of
from captpathfinder.dashboard.system_answers import AuditEntry
from captpathfinder.dashboard.wording import ACTIONS
from tests.dashboard.seed import Seeded
from tests.dashboard.test_actions import Opened

CUT_OFF = "2026-11-27T15:30:00.123456+00:00"


def words_of(subject: str, action: str, detail: Mapping[str, Any]) -> list[str]:
    entry = {"id": 1, "happened_at": CUT_OFF, "actor": "Eve", "subject": subject, "action": action}
    return lines_of(AuditEntry.model_validate({**entry, "detail": detail}), "Europe/Berlin")


@pytest.mark.parametrize(
    ("subject", "action", "detail", "words"),
    [
        (
            "suppressions",
            "insert",
            {"name": "7", "changed": {"id": {"to": 7}, "kind": {"to": "company"}, "value": {}}},
            ["A company, for good", "Number 7"],
        ),
        (
            "suppressions",
            "delete",
            {"name": "7", "changed": {"kind": {"from": "member"}, "until": {"from": CUT_OFF}}},
            ["A member, until 27 Nov 2026, 16:30", "Number 7"],
        ),
        (
            "suppressions",
            "update",
            {"name": "7", "changed": {"until": {"from": CUT_OFF}}},
            ["Number 7", "Until: 27 Nov 2026, 16:30 \u2192 nothing"],
        ),
        (
            "settings",
            "update",
            {
                "changed": {
                    "digest_time": {"from": "17:00:00", "to": "09:30:00"},
                    "alert_delay": {"from": "00:02:00", "to": "01:30:00"},
                    "event_retention": {"from": "14 days", "to": "30 days"},
                    "digest_day": {"from": "friday", "to": "monday"},
                    "announced_changes": {
                        "from": {"alert": ["new"], "digest": ["new", "promotion", "role", "left"]},
                        "to": {"alert": [], "digest": ["new"]},
                    },
                }
            },
            [
                "Digest time: 17:00 \u2192 09:30",
                "Alert delay: 2 minutes \u2192 90 minutes",
                "Event retention: 14 days \u2192 30 days",
                "Digest day: Friday \u2192 Monday",
                (
                    "Announced changes: alert: new; digest: new, promoted, changed role, left"
                    " \u2192 alert: nothing; digest: new"
                ),
            ],
        ),
        (
            "channels",
            "update",
            {"name": "board", "changed": {"is_active": {"from": True, "to": False}, "config": {}}},
            ["board", "Switched off", "Config changed"],
        ),
        (
            "channels",
            "insert",
            {
                "name": "board",
                "changed": {
                    "sends": {"to": ["digest"]},
                    "filter": {"to": {}},
                    "config": {},
                    "is_active": {"to": True},
                },
            },
            ["board", "Sends: digest", "Switched on"],
        ),
        ("people", "correct", {"changed": ["title", "company"]}, ["Title and company"]),
        ("people", "forget", {}, []),
        (
            "accounts",
            "update",
            {"name": "Acme", "is_watched": True, "tier": "1", "owner": None},
            ["Acme", "Watched, tier 1"],
        ),
        (
            "feedback",
            "accept",
            {"as": "correction", "corrected_at": CUT_OFF, "proposal": 3, "verdict": "wrong_company"},
            ["\u201cWrong company\u201d, proposal 3", "As a correction"],
        ),
        ("feedback", "undo", {"channel": "board"}, ["By a reader of board"]),
        ("jobs", "postpone", {"job": 7, "jobs": 1, "delay": "02:00:00"}, ["Job 7", "For 2 hours"]),
        ("jobs", "retry", {"jobs": 3, "error": "busy"}, ["3 jobs", "That failed with: busy"]),
        ("rules", "restore", {"version": 4, "label": "autumn"}, ["Version 4", "autumn"]),
        (
            "digests",
            "send",
            {"channels": 2, "messages": 3, "cut_off": CUT_OFF},
            ["3 messages to 2 channels", "What happened until 27 Nov 2026, 16:30"],
        ),
        (
            "digests",
            "send_again",
            {"channel": "board", "to": "eve@example.com", "messages": 1, "cut_off": CUT_OFF},
            ["1 message to eve@example.com, as board got it", "What happened until 27 Nov 2026, 16:30"],
        ),
        (
            "reports",
            "generate",
            {"month": "2026-11", "revision": 2, "told": True},
            ["November 2026, revision 2", "Its channels are told"],
        ),
        ("reports", "send_again", {"report": 4, "to": "board"}, ["Report 4", "To board"]),
        ("something new", "made", {"some_day": CUT_OFF}, ["Some day: 27 Nov 2026, 16:30"]),
    ],
)
def test_an_entry_says_in_words_what_was_changed(
    subject: str, action: str, detail: Mapping[str, Any], words: list[str]
) -> None:
    assert words_of(subject, action, detail) == words


def test_what_the_database_really_notes_is_said_without_a_raw_word(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    db = seeded.db
    db.execute("select add_suppression('company', 'Globex', until => '2099-01-01')")
    db.execute("select correct_person('u1', title => 'Chief Financial Officer')")
    db.execute("select undo_correction('u1')")
    db.execute("select send_digests()")
    db.execute("update settings set silence_alarm = '36 hours', digest_time = '09:00'")
    db.execute("select add_rule('vp', 'keeper of the lighthouse')")
    page = open_page()
    answer = page.goto(f"{dashboard}/audit")
    assert answer is not None
    assert answer.status == 200
    text = page.locator("#audit-table").inner_text()
    for said in (
        "A company, until ",
        "Correction undone",
        "Sent now",
        "Silence alarm: 3 days \u2192 36 hours",
        "Digest time: 17:00 \u2192 09:00",
    ):
        assert said in text, said
    actions = {
        action for (action,) in db.execute("select distinct action from audit where subject <> 'rules'")
    }
    assert actions <= set(ACTIONS)
    for raw in ("T00:00", "+00:00", ":00:00", "_id", "is_", "slack_", "None", "{"):
        assert raw not in text, raw
