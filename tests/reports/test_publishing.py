"""What the jobs of digests and reports put into Storage, and what they say of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from captpathfinder.errors import TransientError
from captpathfinder.jobs import HANDLERS, Run
from captpathfinder.jobs.report import PDF_ATTEMPTS
from captpathfinder.models import ClaimedJob
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
        for changes in ({}, {"rest": 3, "link": "https://p.example/d"}):
            document = {**digest(1), **changes}
            job = Job(context, "slack_webhook", {"secret_env": "CHANNEL_SALES_SLACK"}, document)
            assert isinstance(await job.attempt(), dict)
    assert fake.uploads == []


async def publish(fake: FakeStorage, attempt: int) -> dict[str, Any]:
    """The result of one attempt at a report of three people."""
    fake.people = [person(number) for number in range(1, 4)]
    document = json.loads(month(3).document.model_dump_json())
    async with opened(supabase_url=fake.url) as context:

        async def record(_added: Mapping[str, Any]) -> None: ...

        job = ClaimedJob(
            id=1, kind="report", attempt=attempt, document=document, lease_expires_at=CREATED_AT,
            created_at=CREATED_AT,
        )  # fmt: skip
        return await HANDLERS["report"](Run(context, job, record))


async def test_a_report_is_published_in_three_forms(fake: FakeStorage) -> None:
    result = await publish(fake, 1)
    assert set(result["links"]) == {"pdf", "csv", "html"}
    assert result["file_uri"] == result["pdf_uri"]
    assert len(fake.objects["2026-11/executives-2026-11-r1.csv"].splitlines()) == 4


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
