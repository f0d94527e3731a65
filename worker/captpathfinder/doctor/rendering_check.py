"""What the doctor asks of this machine: whether a report becomes a PDF here."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

from captpathfinder.context import Context
from captpathfinder.doctor.findings import Finding, ok, wrong
from captpathfinder.errors import CaptPathfinderError
from captpathfinder.render.documents import Report, ReportDocument, Summary
from captpathfinder.render.process import Material
from captpathfinder.renderer import render_files

# What WeasyPrint draws with, by the names of Debian and Ubuntu; the Dockerfile installs the same.
LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core"


async def check_rendering(context: Context) -> list[Finding]:
    """Whether an empty report can be rendered, by the process that renders real ones."""
    started = context.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="captpathfinder-") as name:
            made = await render_files(Material(document=_empty_report(context), people={}), Path(name))
            head = await asyncio.to_thread(_head, made["pdf"])
    except CaptPathfinderError as error:
        return [
            wrong(
                "PDF",
                str(error),
                f"The libraries that draw are probably missing: apt-get install {LIBRARIES}.",
            )
        ]
    if not head.startswith(b"%PDF"):
        return [wrong("PDF", "what was rendered is no PDF.", f"Install the libraries anew: {LIBRARIES}.")]
    return [ok("PDF", f"a report renders in {context.monotonic() - started:.1f} s")]


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4)


def _empty_report(context: Context) -> ReportDocument:
    end = context.now()
    month = f"{end:%Y-%m}"
    period = {"period_start": end - timedelta(days=30), "period_end": end, "time_zone": "UTC"}
    return ReportDocument(
        report=Report.model_validate({"id": 0, "month_label": month, "generated_at": end, **period}),
        summary=Summary.model_validate({"month": month, "name": f"{end:%B %Y}", **period}),
    )
