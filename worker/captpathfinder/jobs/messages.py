"""The handlers that send one message to one channel."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

from captpathfinder.context import Context
from captpathfinder.events import EventDocument
from captpathfinder.jobs.base import GONE, Run
from captpathfinder.jobs.report import CONTENT_TYPES, sign_links
from captpathfinder.public_pages.links import Links
from captpathfinder.render.alert import alert_message
from captpathfinder.render.digest import digest_message
from captpathfinder.render.documents import Alert, Digest, Incident, ReportDocument
from captpathfinder.render.event import event_message
from captpathfinder.render.incident import incident_message
from captpathfinder.render.people_csv import write_header, write_rows
from captpathfinder.render.report import report_message
from captpathfinder.render.workspace import workspace

# A message whose links end within this time gets new ones.
SHORTEST_LINK = timedelta(hours=1)


async def digest(run: Run) -> dict[str, Any]:
    """Send one message of a digest; people whom no message names are behind its link.

    The messages of a channel go one after the other: they are claimed in order, and arrive so, unless one has
    to be tried again.
    """
    if run.is_gone:
        return GONE
    async with run.context.turn(run.job.channel or ""):
        return await _send_digest(run, run.document(Digest))


async def _send_digest(run: Run, document: Digest) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if run.context.links and document.digest_id is not None:
        # A copy goes to another channel, whose readers speak for that one.
        channel = run.job.channel or document.channel
        document = with_pages(run.context, run.context.links, document, document.digest_id, channel)
    elif document.rest and document.digest_id is not None:
        document, key = await with_csv(run, document, document.digest_id)
        result["csv_uri"] = key
        # Of a digest that is never delivered too, the file is removed in the end.
        await run.record(result)
    return {**await run.deliver(digest_message(document)), **result}


async def alert(run: Run) -> dict[str, Any]:
    """Tell what has just happened to executives."""
    if run.is_gone or not run.job.document.get("changes"):
        return GONE
    document = run.document(Alert)
    if links := run.context.links:
        expires_at = run.context.database_clock.now() + timedelta(seconds=document.link_lifetime_seconds)
        changes = links.with_feedback(document.channel, document.changes, expires_at)
        document = document.model_copy(update={"changes": changes})
    return await run.deliver(alert_message(document))


async def event(run: Run) -> dict[str, Any]:
    """Tell a machine what has happened."""
    if run.is_gone:
        return GONE
    return await run.deliver(event_message(run.document(EventDocument), run.job.channel or ""))


async def incident(run: Run) -> dict[str, Any]:
    """Tell that something is wrong with the system, or right again."""
    if run.is_gone:
        return GONE
    return await run.deliver(incident_message(run.document(Incident), run.job.channel or ""))


async def report_ready(run: Run) -> dict[str, Any]:
    """Tell that a report is ready, with its links; links that have run out are made anew for this message."""
    if run.is_gone:
        return GONE
    document = run.document(ReportDocument)
    report = document.report
    if (
        report.links_expire_at is None
        or report.links_expire_at < run.context.database_clock.now() + SHORTEST_LINK
    ):
        links, expire_at = await sign_links(run.context, report)
        document = document.model_copy(
            update={"report": report.model_copy(update={"links": links, "links_expire_at": expire_at})}
        )
    return await run.deliver(report_message(document, run.job.channel or ""))


async def file_removal(run: Run) -> dict[str, Any]:
    """Remove the files of a digest whose link has ended, or in which somebody stood who was erased."""
    folder, ending = str(run.job.document["folder"]), str(run.job.document["ending"])
    return {"removed": await run.context.storage.remove(folder, ending)}


def with_pages(context: Context, links: Links, document: Digest, digest_id: int, channel: str) -> Digest:
    """The digest with a link to its page, and one to say what is not right beside each person."""
    expires_at = context.database_clock.now() + timedelta(seconds=document.link_lifetime_seconds)
    return document.model_copy(
        update={
            "people": links.with_feedback(channel, document.people, expires_at),
            "link": links.digest(digest_id, expires_at) if document.people else None,
            "link_expires_at": expires_at,
        }
    )


async def with_csv(run: Run, document: Digest, digest_id: int) -> tuple[Digest, str]:
    """The digest with a link to everybody in it: a CSV in Storage. Returns it, and where the file lies.

    Each attempt makes the file anew, without who was erased meanwhile.
    """
    context, period = run.context, document.period
    await context.storage.ensure_bucket()
    key = csv_key(document)
    with workspace() as folder:
        path = folder / "digest.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            write_header(file)
            async for page in context.api.digest_people(digest_id):
                await asyncio.to_thread(write_rows, file, page, period.time_zone, document.levels)
        uri = await context.storage.upload(key, path, CONTENT_TYPES["csv"])
    lifetime = document.link_lifetime_seconds
    link = await context.storage.sign(key, lifetime, download_as=key.rsplit("/", 1)[-1])
    expire_at = context.database_clock.now() + timedelta(seconds=lifetime)
    return document.model_copy(update={"link": link, "link_expires_at": expire_at}), uri


def csv_key(document: Digest) -> str:
    """`digests/2026-11-20/board-17.csv`: by the day that the digest's period ends on, in UTC."""
    channel = re.sub(r"[^a-z0-9]+", "-", document.channel.lower()).strip("-")[:60] or "channel"
    return f"digests/{document.period.end:%Y-%m-%d}/{channel}-{document.digest_id}.csv"
