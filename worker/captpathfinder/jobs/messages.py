"""The handlers that send one message to one channel."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from captpathfinder.jobs.base import GONE, Run
from captpathfinder.jobs.report import sign_links
from captpathfinder.models import AlertDocument, Digest, ReportDocument
from captpathfinder.render.digest import alert_message, digest_message
from captpathfinder.render.report import report_message
from captpathfinder.render.sample import sample_message

# A message whose links end within this time gets new ones.
SHORTEST_LINK = timedelta(hours=1)


async def digest(run: Run) -> dict[str, Any]:
    """Send one part of a weekly digest."""
    if run.is_gone:
        return GONE
    return await run.deliver(digest_message(run.document(Digest)))


async def alert(run: Run) -> dict[str, Any]:
    """Tell about people just found."""
    if run.is_gone or not run.job.document.get("people"):
        return GONE
    return await run.deliver(alert_message(run.document(AlertDocument)))


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
    return await run.deliver(report_message(document))


async def channel_test(run: Run) -> dict[str, Any]:
    """Send a sample, so that somebody can see whether a channel works."""
    return await run.deliver(sample_message(run.job.channel or ""))
