"""The month-end report: the HTML file, and the message that carries its links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from captpathfinder.messages import Message
from captpathfinder.models import ReportDocument, ReportRow, Summary
from captpathfinder.render import words
from captpathfinder.render.escape import one_line
from captpathfinder.render.templating import render

# How many people the HTML shows of each level; the CSV has them all.
MOST_PEOPLE = 500


def report_html(document: ReportDocument, people: Mapping[str, Sequence[ReportRow]]) -> str:
    """The report as one self-contained HTML file. `people` are the first `MOST_PEOPLE` of each level."""
    return render(
        "report.html.j2",
        report=document.report,
        summary=document.summary,
        people=people,
        most_people=MOST_PEOPLE,
        revision_note=revision_note(document.summary),
        highest_week=max((week.total for week in document.summary.by_week), default=0),
    )


def report_message(document: ReportDocument) -> Message:
    """The message that the report is ready, with its headline numbers and links."""
    report, summary = document.report, document.summary
    name = one_line(summary.name)
    revision = f", revision {report.revision}" if report.revision > 1 else ""
    intro = f"{words.people(summary.total)} in {name}: {words.breakdown(summary.by_level)}"
    change = None
    if summary.previous is not None and summary.change and summary.change.get("total") is not None:
        change = f"{words.signed(summary.change['total'] or 0)} against {summary.previous.month}"
    values = {
        "report": report,
        "summary": summary,
        "heading": f"Senior executives, {name}{revision}",
        "intro": intro,
        "change": change,
        "revision_note": revision_note(summary),
        "links": {form: report.links[form] for form in words.FORMATS if form in report.links},
    }
    return Message(
        kind="report",
        subject=f"Senior executives, {name}{revision}: {words.people(summary.total)}",
        summary=f"{intro}{f' ({change})' if change else ''}.",
        text=render("report_message.txt.j2", **values),
        html=render("report_message.html.j2", **values),
        markdown=render("report_message.md.j2", **values),
        links=dict(report.links),
        total=summary.total,
        source=document,
    )


def revision_note(summary: Summary) -> str | None:
    """`Revision 2: 3 people added.`, or None for a first revision."""
    if summary.revision <= 1:
        return None
    return f"Revision {summary.revision}: {words.people(summary.people_added)} added."
