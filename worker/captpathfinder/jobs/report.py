"""Makes a month-end report: renders its files, uploads them, and signs links to them."""

from __future__ import annotations

import asyncio
import heapq
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from captpathfinder.context import Context
from captpathfinder.errors import PermanentError
from captpathfinder.jobs.base import GONE, Run
from captpathfinder.render.documents import Person, Report, ReportDocument
from captpathfinder.render.lists import importance, list_of
from captpathfinder.render.people_csv import write_header, write_rows
from captpathfinder.render.process import Material
from captpathfinder.render.report import MOST_PEOPLE
from captpathfinder.render.workspace import workspace
from captpathfinder.renderer import render_files

# Without a charset: servers of before September 2026 fail to find it in the bucket's list of types. The CSV
# has its byte order mark, the HTML its meta element. Source: https://github.com/supabase/storage/issues/1381
CONTENT_TYPES = {"csv": "text/csv", "html": "text/html", "pdf": "application/pdf"}
# From this attempt on, a report whose PDF cannot be made is published without it.
PDF_ATTEMPTS = 3


async def report(run: Run) -> dict[str, Any]:
    """Render, upload, sign. The result has the files' places, the links and when they end.

    What keeps the PDF from being made may pass, so it is waited for in the first attempts; after that the
    HTML and the CSV are published without it.
    """
    if run.is_gone:
        return GONE
    document = run.document(ReportDocument)
    storage = run.context.storage
    await storage.ensure_bucket()
    uris: dict[str, str] = {}
    with workspace() as folder:
        csv, people = await gather(run.context, document, folder)
        material = Material(document=document, people=people)
        rendered = await render_files(material, folder, needs_pdf=run.job.attempt < PDF_ATTEMPTS)
        for form, path in {"csv": csv, **rendered}.items():
            uris[form] = await storage.upload(key_of(document.report, form), path, CONTENT_TYPES[form])
    made = document.report.model_copy(update={f"{form}_uri": uris.get(form) for form in CONTENT_TYPES})
    links, expire_at = await sign_links(run.context, made)
    return {
        # What a link opens as it is: Storage serves HTML as plain text, so never that.
        "file_uri": uris.get("pdf", uris["csv"]),
        **{f"{form}_uri": uri for form, uri in uris.items()},
        "links": links,
        "links_expire_at": expire_at.isoformat(),
    }


async def report_links(run: Run) -> dict[str, Any]:
    """Sign new links to the files of a report."""
    if run.is_gone:
        return GONE
    document = run.document(ReportDocument)
    if not has_files(document.report):
        # Its rendering failed, or is still to come and will sign links itself.
        return {"skipped": "the report has no files yet"}
    links, expire_at = await sign_links(run.context, document.report)
    return {"links": links, "links_expire_at": expire_at.isoformat()}


async def gather(
    context: Context, document: ReportDocument, folder: Path
) -> tuple[Path, dict[str, list[Person]]]:
    """Read the people page by page into the CSV; returns it, and who is first in each of its lists.

    No more than a page and the people to be shown are in memory at a time.
    """
    summary = document.summary
    first: dict[str, list[Person]] = {level.level: [] for level in summary.levels}
    order = partial(importance, levels=summary.levels)
    path = folder / "report.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write_header(file)
        async for page in context.api.report_rows(document.report.id):
            await asyncio.to_thread(write_rows, file, page, summary.time_zone, summary.levels)
            for person in page:
                first.setdefault(list_of(person), []).append(person)
            for name, kept in first.items():
                first[name] = heapq.nsmallest(MOST_PEOPLE, kept, key=order)
    return path, first


def has_files(report: Report) -> bool:
    """Whether the report has been rendered."""
    return bool(report.csv_uri or report.html_uri or report.pdf_uri)


def key_of(report: Report, form: str) -> str:
    """`2026-11/executives-2026-11-r1.csv`: sorts by month, then by revision."""
    return f"{report.month_label}/executives-{report.month_label}-r{report.revision}.{form}"


async def sign_links(context: Context, report: Report) -> tuple[dict[str, str], datetime]:
    """A link to each file that the report has, and when they end."""
    places = {"pdf": report.pdf_uri, "csv": report.csv_uri, "html": report.html_uri}
    links: dict[str, str] = {}
    expire_at = context.database_clock.now() + timedelta(seconds=report.link_lifetime_seconds)
    for form, uri in places.items():
        if uri is None:
            continue
        bucket, _, key = uri.partition("/")
        if bucket != context.storage.bucket:
            raise PermanentError(f"{uri} is not in the bucket {context.storage.bucket}: check REPORTS_BUCKET")
        name = key.rsplit("/", 1)[-1] if form != "pdf" else None
        links[form] = await context.storage.sign(key, report.link_lifetime_seconds, download_as=name)
    return links, expire_at
