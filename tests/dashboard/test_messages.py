"""A job's page shows what is sent, in a frame in which nothing can be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import Page

from captpathfinder.dashboard.queue_answers import JobMessage
from captpathfinder.dashboard.queue_pages import show
from tests.dashboard.seed import HOSTILE_NAME, Seeded

Opened = Callable[..., Page]


def digest_job(seeded: Seeded) -> int:
    """A digest about the hostile member and three others, and the job that sends it."""
    seeded.db.execute("select send_digests()")
    return int(seeded.value("select max(id) from outbox where kind = 'digest' and channel = 'board'"))


@pytest.fixture
def to_mail(seeded: Seeded) -> Seeded:
    """The channel of the digests goes out as a mail."""
    seeded.db.execute(
        "update channels set transport = 'email_smtp', config = %s where name = 'board'",
        ['{"host": "smtp.example.com", "from": "a@example.com", "to": ["b@example.com"]}'],
    )
    seeded.db.execute("update detections set included_in_digest = false where user_id = 'hostile'")
    seeded.db.execute(
        "delete from pathfinder.digest_ledger where detection_id in"
        " (select id from detections where user_id = 'hostile')"
    )
    return seeded


def test_a_mail_is_shown_as_it_would_be_sent(to_mail: Seeded, dashboard: str, open_page: Opened) -> None:
    job = digest_job(to_mail)
    page = open_page()
    page.goto(f"{dashboard}/job?id={job}")
    shown = page.frame_locator("iframe")
    assert HOSTILE_NAME in shown.locator("body").inner_text()
    frame = page.locator("iframe")
    assert frame.get_attribute("sandbox") == ""
    # Looking at it settles nothing.
    assert to_mail.value("select status from outbox where id = %s", job) == "pending"
    page.get_by_text("As plain text").click()
    assert HOSTILE_NAME in page.locator("details pre").inner_text()


def test_the_frame_is_this_dashboards_and_may_do_nothing(to_mail: Seeded, dashboard: str) -> None:
    job = digest_job(to_mail)
    answer = httpx.get(f"{dashboard}/job/message", params={"id": job}, timeout=60)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["cache-control"] == "no-store"
    assert HOSTILE_NAME not in answer.text
    whole = httpx.get(f"{dashboard}/job", params={"id": job}, timeout=60).headers
    assert "frame-ancestors 'none'" in whole["content-security-policy"]
    for nothing in ("x", "999999999"):
        assert httpx.get(f"{dashboard}/job/message", params={"id": nothing}, timeout=60).status_code >= 400


def test_what_is_posted_is_shown_as_text_and_as_it_is_posted(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    job = digest_job(seeded)
    page = open_page()
    page.goto(f"{dashboard}/job?id={job}")
    assert page.locator("iframe").count() == 0
    assert "Béla Nagy" in page.locator("pre.letter").inner_text()
    page.get_by_text("As it is posted").click()
    assert '"blocks"' in page.locator("details pre").inner_text()


def test_a_message_is_shown_with_the_channel_that_it_is_for() -> None:
    now = datetime(2026, 11, 6, 12, 0, tzinfo=UTC)
    incident = {"key": "k", "state": "begun", "kind": "silence", "title": "No webhook", "began_at": now}
    for channel in ("ops", None):
        job = JobMessage(id=1, kind="incident", channel=channel, transport="email_smtp", document=incident)
        shown = show(job, now)
        assert shown is not None
        assert ("to \u201cops\u201d" in shown.text) == (channel == "ops")


def test_what_no_worker_could_send_is_said(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    job = seeded.value("select max(id) from outbox where kind = 'digest'")
    digest = seeded.value("select max(id) from digests")
    seeded.db.execute(
        "update outbox set payload = jsonb_build_object('digest_id', %s::int) where id = %s", [digest, job]
    )
    page = open_page()
    page.goto(f"{dashboard}/job?id={job}")
    assert "It cannot be shown" in page.locator("main").inner_text()


def test_looking_at_an_alert_settles_nothing(seeded: Seeded, dashboard: str) -> None:
    seeded.db.execute("update settings set alert_delay = '0'")
    change = seeded.value("select max(id) from detections")
    job = seeded.value(
        "insert into outbox (kind, channel, dedupe_key) values ('alert', 'sales', 'shown') returning id"
    )
    seeded.db.execute("insert into pathfinder.alerts (detection_id, channel) values (%s, 'sales')", [change])
    answer = httpx.get(f"{dashboard}/job", params={"id": job}, timeout=60)
    assert answer.status_code == 200
    assert seeded.value("select count(*) from pathfinder.alerts where job_id is not null") == 0


def test_pages_say_how_many_people_a_digest_really_tells_of(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    job = digest_job(seeded)
    told = seeded.value(
        "select count(*) from pathfinder.digest_ledger where outcome = 'told' and digest_id ="
        " (select (payload ->> 'digest_id')::bigint from digests order by id desc limit 1)"
    )
    assert told > 1
    page = open_page()
    page.goto(f"{dashboard}/job?id={job}")
    assert f"{told} people in all." in page.locator("main").inner_text()
    page.goto(f"{dashboard}/deliveries")
    newest = page.locator("details.digest").first.locator("tbody tr").first
    assert newest.locator("[data-label='Told of']").inner_text() == f"{told} people"
