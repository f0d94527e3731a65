"""Makes a month-end report: renders its files, uploads them, and signs links to them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from captpathfinder.context import Context
from captpathfinder.errors import PermanentError
from captpathfinder.jobs.base import GONE, Run
from captpathfinder.models import Report, ReportDocument, ReportRow
from captpathfinder.render import words
from captpathfinder.render.report import MOST_PEOPLE, report_html
from captpathfinder.render.report_csv import write_header, write_rows

CONTENT_TYPES = {"csv": "text/csv", "html": "text/html", "pdf": "application/pdf"}


@dataclass(frozen=True)
class Material:
    """What the files of a report are made from: its numbers, its first people by level, and the whole CSV."""

    document: ReportDocument
    people: dict[str, list[ReportRow]]
    csv: Path
    folder: Path


async def report(run: Run) -> dict[str, Any]:
    """Render, upload, sign. The result has the files' places, the links and when they end."""
    if run.is_gone:
        return GONE
    document = run.document(ReportDocument)
    storage = run.context.storage
    await storage.ensure_bucket()
    with tempfile.TemporaryDirectory(prefix="captpathfinder-") as name:
        material = await gather(run.context, document, Path(name))
        uris: dict[str, str] = {}
        for form, make in FORMATS.items():
            path = await make(material)
            uris[form] = await storage.upload(key_of(document.report, form), path, CONTENT_TYPES[form])
    made = document.report.model_copy(update={f"{form}_uri": uri for form, uri in uris.items()})
    links, expire_at = await sign_links(run.context, made)
    return {
        # What a link opens as it is: Storage serves HTML as plain text, so never that.
        "file_uri": uris.get("pdf") or uris["csv"],
        **{f"{form}_uri": uri for form, uri in uris.items()},
        "links": links,
        "links_expire_at": expire_at.isoformat(),
    }


async def report_links(run: Run) -> dict[str, Any]:
    """Sign new links to the files of a report."""
    if run.is_gone:
        return GONE
    links, expire_at = await sign_links(run.context, run.document(ReportDocument).report)
    return {"links": links, "links_expire_at": expire_at.isoformat()}


async def gather(context: Context, document: ReportDocument, folder: Path) -> Material:
    """Read the people page by page into the CSV, keeping only the first of each level in memory."""
    people: dict[str, list[ReportRow]] = {level: [] for level in words.LEVELS}
    path = folder / "report.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write_header(file)
        async for page in context.api.report_rows(document.report.id):
            await asyncio.to_thread(write_rows, file, page)
            for row in page:
                kept = people[row.seniority_level]
                if len(kept) < MOST_PEOPLE:
                    kept.append(row)
    return Material(document=document, people=people, csv=path, folder=folder)


async def _csv(material: Material) -> Path:
    return material.csv


async def _html(material: Material) -> Path:
    path = material.folder / "report.html"
    text = await asyncio.to_thread(report_html, material.document, material.people)
    await asyncio.to_thread(path.write_text, text, "utf-8")
    return path


# In the order in which they are made.
FORMATS: dict[str, Callable[[Material], Awaitable[Path]]] = {"csv": _csv, "html": _html}


def key_of(report: Report, form: str) -> str:
    """`2026-11/executives-2026-11-r1.csv`: sorts by month, then by revision."""
    return f"{report.month_label}/executives-{report.month_label}-r{report.revision}.{form}"


async def sign_links(context: Context, report: Report) -> tuple[dict[str, str], datetime]:
    """A link to each file that the report has, and when they end."""
    places = {"pdf": report.pdf_uri, "csv": report.csv_uri, "html": report.html_uri}
    links: dict[str, str] = {}
    expire_at = context.now() + timedelta(seconds=report.link_lifetime_seconds)
    for form, uri in places.items():
        if uri is None:
            continue
        bucket, _, key = uri.partition("/")
        if bucket != context.storage.bucket:
            raise PermanentError(f"{uri} is not in the bucket {context.storage.bucket}: check REPORTS_BUCKET")
        name = key.rsplit("/", 1)[-1] if form != "pdf" else None
        links[form] = await context.storage.sign(key, report.link_lifetime_seconds, download_as=name)
    return links, expire_at
