"""From a month's people to files that links open, over the running stack."""

from __future__ import annotations

import csv
import io
import subprocess

import httpx
import psycopg
import pytest

from captpathfinder.render.people_csv import BYTE_ORDER_MARK
from local.stack import Stack
from tests import warm
from tests.worker.support import worker_environment


def captpathfinder(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the worker against the stack."""
    environment = worker_environment(stack, REALTIME_ENABLED="false", WORKER_LEASE_SECONDS="60")
    return warm.run(arguments, env=environment)


@pytest.fixture
def reported(stack: Stack) -> psycopg.Connection[tuple[object, ...]]:
    """A connection to the stack's database, with a report of October 2025 that is to be rendered."""
    db = psycopg.connect(stack.environment["SUPABASE_DB_URL"], autocommit=True)
    db.execute("delete from public.channels")
    db.execute(
        "insert into public.detections (user_id, username, title, seniority_level, detected_at, kind)"
        " select n::text, '=name ' || n, 'CEO', 'csuite', '2025-10-10Z'::timestamptz + n * interval '1 s',"
        " 'new'"
        " from generate_series(1, 1234) as n"
    )
    db.execute("delete from public.outbox")
    db.execute("select public.generate_reports('2025-10')")
    return db


def test_a_report_is_uploaded_linked_and_its_links_renewed(
    stack: Stack, reported: psycopg.Connection[tuple[object, ...]]
) -> None:
    done = captpathfinder(stack, "once")
    assert done.returncode == 0, done.stdout + done.stderr
    row = reported.execute(
        "select file_uri, csv_uri, html_uri, pdf_uri, links, links_expire_at - now() > interval '6 days'"
        " from public.reports"
    ).fetchone()
    assert row is not None
    stem = "reports/2025-10/executives-2025-10-r1"
    assert row[:4] == (f"{stem}.pdf", f"{stem}.csv", f"{stem}.html", f"{stem}.pdf")
    assert row[5] is True
    links = row[4]
    assert isinstance(links, dict)
    assert links.keys() == {"csv", "html", "pdf"}
    files = {form: httpx.get(link, timeout=60).raise_for_status() for form, link in links.items()}
    assert files["pdf"].headers["content-type"] == "application/pdf"
    assert files["pdf"].content.startswith(b"%PDF-")
    text = files["csv"].content.decode("utf-8")
    assert text.startswith(BYTE_ORDER_MARK)
    rows = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert len(rows) == 1235
    assert len({row[-1] for row in rows}) == 1235
    assert rows[1][0] == "'=name 1"
    assert "The most important 200 of 1,234" in files["html"].text
    # Nobody without a link gets at them.
    bare = f"{stack.environment['SUPABASE_URL']}/storage/v1/object/public/{stem}.pdf"
    assert httpx.get(bare, timeout=60).status_code >= 400

    reported.execute("update public.reports set links = '{}', links_expire_at = now()")
    renewed = captpathfinder(stack, "reports", "links", "2025-10")
    assert renewed.returncode == 0, renewed.stderr
    kept = reported.execute(
        "select links ->> 'pdf' from public.reports where links_expire_at > now()"
    ).fetchone()
    assert kept is not None
    assert str(kept[0]) in renewed.stdout.replace("\n", "")
    assert httpx.get(str(kept[0]), timeout=60).content == files["pdf"].content

    # By the schedule: a job of its own.
    reported.execute("update public.reports set links = '{}', links_expire_at = now(), generated_at = now()")
    reported.execute("select pathfinder.renew_report_links(now())")
    assert captpathfinder(stack, "once").returncode == 0
    again = reported.execute(
        "select links ->> 'csv' from public.reports where links_expire_at > now()"
    ).fetchone()
    assert again is not None
    assert httpx.get(str(again[0]), timeout=60).content == files["csv"].content


def test_links_of_a_month_without_files_are_explained(
    stack: Stack, reported: psycopg.Connection[tuple[object, ...]]
) -> None:
    assert reported.closed is False
    none = captpathfinder(stack, "reports", "links", "2024-01")
    assert none.returncode == 1
    assert "There is no report of 2024-01" in none.stderr
    early = captpathfinder(stack, "reports", "links", "2025-10")
    assert early.returncode == 1
    assert "has no files yet" in early.stderr
