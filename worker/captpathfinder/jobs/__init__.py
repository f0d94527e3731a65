"""The handlers by kind of job. A new kind is a function `async (Run) -> result` and a line in `HANDLERS`."""

from __future__ import annotations

from collections.abc import Mapping

from captpathfinder.jobs import enrichment, messages, report
from captpathfinder.jobs.base import Handler, Run, delivery_name

HANDLERS: Mapping[str, Handler] = {
    "digest": messages.digest,
    "alert": messages.alert,
    "event": messages.event,
    "incident": messages.incident,
    "report": report.report,
    "report_message": messages.report_ready,
    "report_links": report.report_links,
    "file_removal": messages.file_removal,
    "enrichment": enrichment.enrichment,
}

__all__ = ["HANDLERS", "Handler", "Run", "delivery_name"]
