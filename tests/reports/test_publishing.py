"""What the jobs of digests and reports put into Storage, and what they say of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from captpathfinder.errors import TransientError
from captpathfinder.jobs import HANDLERS, Run
from captpathfinder.jobs.messages import with_csv
from captpathfinder.jobs.report import PDF_ATTEMPTS, gather, sign_links
from captpathfinder.models import ClaimedJob
from captpathfinder.render.documents import Digest
from captpathfinder.render.report import NO_PDF, report_message
from tests.channels.deliveries import CREATED_AT, Job, digest, opened, person
from tests.channels.servers import Answer, serve
from tests.reports.fake_storage import FakeStorage, open_fake
from tests.reports.samples import month


@pytest.fixture
async def fake() -> AsyncIterator[FakeStorage]:
    async with open_fake() as opened_fake:
        yield opened_fake


async def test_whom_no_message_names_is_behind_a_link_to_the_csv(
    fake: FakeStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.people = [person(number, username=f"=Ada {number}") for number in range(1, 6)]
    document = {**digest(1), "counts": {"new": 5, "people": 5}, "rest": 4, "channel": "out/..\u00e4"}
    async with opened(supabase_url=fake.url) as context, serve(Answer(200, "ok")) as slack:
        monkeypatch.setenv("CHANNEL_SALES_SLACK", slack.url)
        job = Job(context, "slack_webhook", {"secret_env": "CHANNEL_SALES_SLACK"}, document)
        result = await job.attempt()
    assert isinstance(result, dict), result
    key = "digests/2026-11-20/out-1.csv"
    assert result["csv_uri"] == f"reports/{key}"
    text = fake.objects[key].decode("utf-8-sig")
    assert [row["Name"] for row in csv.DictReader(io.StringIO(text, newline=""))] == [
        f"'=Ada {number}" for number in range(1, 6)
    ]
    said = slack.requests[0].body.decode()
    assert f"{fake.url}/storage/v1/object/sign/reports/{key}?token=604800" in said
    assert "See all 5 people" in said


async def test_a_digest_that_names_everybody_uploads_nothing(
    fake: FakeStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(supabase_url=fake.url) as context, serve(Answer(200, "ok")) as slack:
        monkeypatch.setenv("CHANNEL_SALES_SLACK", slack.url)
        job = Job(context, "slack_webhook", {"secret_env": "CHANNEL_SALES_SLACK"}, digest(1))
        assert isinstance(await job.attempt(), dict)
    assert fake.uploads == []


# Years from what this machine's clock says.
DATABASE_NOW = datetime(2031, 3, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def test_a_digests_link_ends_by_the_databases_clock(fake: FakeStorage) -> None:
    fake.people = [person(1)]
    document = Digest.model_validate({**digest(1), "rest": 4, "channel": "board"})
    async with opened(supabase_url=fake.url) as context:
        context.database_clock.learn(context.monotonic(), DATABASE_NOW)
        job = ClaimedJob(id=1, kind="digest", attempt=1, lease_expires_at=CREATED_AT, created_at=CREATED_AT)
        made, _ = await with_csv(Run(context, job, keep_nothing), document, 1)
    assert made.link_expires_at is not None
    assert abs(made.link_expires_at - DATABASE_NOW - timedelta(days=7)) < MINUTE


@pytest.mark.parametrize(
    ("left", "is_renewed"), [(timedelta(minutes=59), True), (timedelta(minutes=62), False), (None, True)]
)
async def test_links_that_end_within_the_hour_by_the_databases_clock_are_made_anew(
    fake: FakeStorage, monkeypatch: pytest.MonkeyPatch, left: timedelta | None, is_renewed: bool
) -> None:
    document = json.loads(month(3).document.model_dump_json())
    document["report"] |= {
        "links_expire_at": left and (DATABASE_NOW + left).isoformat(),
        "csv_uri": "reports/2026-11/executives-2026-11-r1.csv",
        "pdf_uri": None,
        "html_uri": None,
    }
    async with opened(supabase_url=fake.url) as context, serve(Answer(200, "ok")) as slack:
        context.database_clock.learn(context.monotonic(), DATABASE_NOW)
        monkeypatch.setenv("CHANNEL_SALES_SLACK", slack.url)
        config = {"secret_env": "CHANNEL_SALES_SLACK"}
        job = Job(context, "slack_webhook", config, document, kind="report_message")
        result = await job.attempt()
    assert isinstance(result, dict), result
    said = slack.requests[0].body.decode()
    assert (f"{fake.url}/storage/v1/object/sign/" in said) is is_renewed


async def test_a_reports_links_end_by_the_databases_clock(fake: FakeStorage) -> None:
    document = month(3).document
    row = document.report.model_copy(update={"csv_uri": "reports/a.csv", "link_lifetime_seconds": 3600})
    async with opened(supabase_url=fake.url) as context:
        context.database_clock.learn(context.monotonic(), DATABASE_NOW)
        _, expire_at = await sign_links(context, row)
    assert abs(expire_at - DATABASE_NOW - timedelta(hours=1)) < MINUTE


async def keep_nothing(_added: Mapping[str, Any]) -> None: ...


async def publish(fake: FakeStorage, attempt: int) -> dict[str, Any]:
    """The result of one attempt at a report of three people."""
    fake.people = [person(number) for number in range(1, 4)]
    document = json.loads(month(3).document.model_dump_json())
    async with opened(supabase_url=fake.url) as context:
        job = ClaimedJob(
            id=1, kind="report", attempt=attempt, document=document, lease_expires_at=CREATED_AT,
            created_at=CREATED_AT,
        )  # fmt: skip
        return await HANDLERS["report"](Run(context, job, keep_nothing))


async def test_a_report_is_published_in_three_forms(fake: FakeStorage) -> None:
    result = await publish(fake, 1)
    assert set(result["links"]) == {"pdf", "csv", "html"}
    assert result["file_uri"] == result["pdf_uri"]
    assert len(fake.objects["2026-11/executives-2026-11-r1.csv"].splitlines()) == 4


async def test_a_report_keeps_the_most_important_of_more_than_it_shows(
    fake: FakeStorage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("captpathfinder.jobs.report.MOST_PEOPLE", 2)
    fake.people = [person(number) for number in range(1, 6)]
    fake.people[1]["account"] = {"name": "Acme", "is_watched": True}
    async with opened(supabase_url=fake.url) as context:
        _, lists = await gather(context, month(3).document, tmp_path)
    assert [one.user_id for one in lists["csuite"]] == ["2002", "2005"]


async def test_a_report_whose_pdf_cannot_be_made_is_published_without(
    fake: FakeStorage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # The renderer finds a WeasyPrint that cannot be loaded, as where its libraries are missing.
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    for attempt in range(1, PDF_ATTEMPTS):
        with pytest.raises(TransientError):
            await publish(fake, attempt)
    assert fake.uploads == []
    result = await publish(fake, PDF_ATTEMPTS)
    assert set(result["links"]) == {"csv", "html"}
    assert result["file_uri"] == result["csv_uri"]
    assert b"Executives, November 2026" in fake.objects["2026-11/executives-2026-11-r1.html"]

    document = month(3).document
    row = document.report.model_copy(update={"links": result["links"], "pdf_uri": None})
    message = report_message(document.model_copy(update={"report": row}), "board")
    for text in (message.text, message.html, message.markdown.replace("\\", "")):
        assert NO_PDF in text
        assert "PDF)" not in text
