"""Reports from the job to the link, over the stack."""

import csv
import io
from typing import Any

import httpx
import pytest
from psycopg.types.json import Jsonb

from tests.worker.support import Bench, wait_until

SUMMARY: dict[str, Any] = {
    "month": "2026-11",
    "name": "November 2026",
    "period_start": "2026-11-01T04:00:00+00:00",
    "period_end": "2026-12-01T05:00:00+00:00",
    "time_zone": "America/New_York",
    "revision": 1,
    "total": 0,
    "by_level": {},
    "by_kind": {},
}


def queue_report(bench: Bench, people: int) -> int:
    """A report of so many people, and its job; returns the report's id."""
    summary = {**SUMMARY, "total": people, "by_level": {"csuite": people, "vp": 0}}
    row = bench.db.execute(
        "insert into reports (month_label, period_start, period_end, time_zone, summary)"
        " values ('2026-11', %s, %s, %s, %s) returning id",
        [SUMMARY["period_start"], SUMMARY["period_end"], SUMMARY["time_zone"], Jsonb(summary)],
    ).fetchone()
    assert row is not None
    bench.db.execute(
        "insert into detections (user_id, username, title, seniority_level, report_id, matched_rule)"
        " select 'u' || n, '=Member ' || n, 'Chief Executive Officer', 'csuite', %s, 'chief executive'"
        " from generate_series(1, %s) as n",
        [row[0], people],
    )
    bench.db.execute(
        "select pathfinder.enqueue('report', null, jsonb_build_object('report_id', id), 'report:' || id)"
        " from reports where id = %s",
        [row[0]],
    )
    return int(row[0])


def links_of(bench: Bench, report: int) -> dict[str, str]:
    row = bench.db.execute("select links from reports where id = %s", [report]).fetchone()
    assert row is not None
    links: dict[str, str] = row[0]
    return links


def drop_bucket(bench: Bench) -> None:
    with bench.stack.cluster.connect("supabase_admin") as admin:
        admin.execute("set local storage.allow_delete_query = 'true'")
        admin.execute("delete from storage.objects where bucket_id = 'reports'")
        admin.execute("delete from storage.buckets where id = 'reports'")


def test_a_report_becomes_files_links_and_messages(bench: Bench) -> None:
    report = queue_report(bench, 2500)
    with bench.worker():
        bench.wait_done(2)
    links = links_of(bench, report)
    answer = httpx.get(links["csv"])
    assert answer.status_code == 200
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [line["Member id"] for line in lines] == [f"u{number}" for number in range(1, 2501)]
    assert {line["Name"][:2] for line in lines} == {"'="}
    page = httpx.get(links["html"]).text
    assert "The most important 200 of 2,500" in page
    row = bench.db.execute(
        "select csv_uri, html_uri, file_uri, published_at is not null from reports"
    ).fetchone()
    assert row == (
        "reports/2026-11/executives-2026-11-r1.csv",
        "reports/2026-11/executives-2026-11-r1.html",
        "reports/2026-11/executives-2026-11-r1.pdf",
        True,
    )
    bench.assert_each_sent_once(1)


def test_the_bucket_is_made_if_it_is_missing_and_is_private(bench: Bench) -> None:
    drop_bucket(bench)
    queue_report(bench, 1)
    with bench.worker():
        bench.wait_done(2)
    assert bench.db.execute("select public from storage.buckets where id = 'reports'").fetchone() == (False,)


def test_a_public_bucket_is_refused(bench: Bench) -> None:
    drop_bucket(bench)
    bench.db.execute("insert into storage.buckets (id, name, public) values ('reports', 'reports', true)")
    try:
        report = queue_report(bench, 1)
        with bench.worker():
            wait_until(lambda: bench.statuses() == {"dead": 1}, "refused")
        row = bench.db.execute("select last_error from outbox").fetchone()
        assert row is not None
        assert "public" in row[0]
        assert links_of(bench, report) == {}
    finally:
        bench.db.execute("update storage.buckets set public = false where id = 'reports'")


def test_an_upload_that_is_cut_is_repeated(bench: Bench) -> None:
    bench.gateway_fault(path="/storage/v1/object", action="cut", times=5)
    report = queue_report(bench, 10)
    with bench.worker():
        bench.wait_done(2)
    assert httpx.get(links_of(bench, report)["csv"]).status_code == 200


def test_a_report_that_was_deleted_meanwhile_is_not_an_error(bench: Bench) -> None:
    queue_report(bench, 1)
    bench.db.execute("delete from reports")
    with bench.worker():
        # No message follows: there is nothing to tell of.
        bench.wait_done(1)
    assert bench.deployments()["total"] == 0


@pytest.mark.parametrize("known", [True, False])
def test_links_are_renewed_on_request(bench: Bench, known: bool) -> None:
    queue_report(bench, 1)
    with bench.worker():
        bench.wait_done(2)
    with bench.worker("reports", "links", "2026-11" if known else "2026-10") as command:
        code = command.process.wait(30)
    if known:
        assert code == 0
        lines = command.text().splitlines()
        assert lines[0] == "The report of November 2026, revision 1."
        assert lines[1].startswith("These links work until ")
        assert httpx.get(lines[lines.index("CSV (spreadsheet):") + 1]).status_code == 200
    else:
        assert code == 1
        assert "There is no report of 2026-10" in command.text()
