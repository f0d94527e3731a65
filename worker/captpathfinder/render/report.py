"""What is said of a month-end report: its headline numbers in words, and the message that it is ready."""

from __future__ import annotations

from dataclasses import dataclass

from captpathfinder.messages import Message
from captpathfinder.models import ReportDocument, Summary
from captpathfinder.render import words
from captpathfinder.render.escape import shown
from captpathfinder.render.templating import render

# How many people the HTML and the PDF show of each level, the newest first; the CSV has them all. 200 of each
# are some twenty pages: more than anybody reads, and still a file that opens at once on a phone.
MOST_PEOPLE = 200


@dataclass(frozen=True)
class Tile:
    """A headline number, and its change in words."""

    label: str
    number: int
    change: str | None


def report_message(document: ReportDocument) -> Message:
    """The message that the report is ready, with its headline numbers and links."""
    report, summary = document.report, document.summary
    name = shown(summary.name)
    revision = f", revision {report.revision}" if report.revision > 1 else ""
    intro = f"{words.people(summary.total)} in {name}: {words.breakdown(summary.by_level)}"
    if not summary.total:
        intro = f"Nobody was found in {name}"
    change = comparison(summary)
    links = {form: report.links[form] for form in words.FORMATS if form in report.links}
    values = {
        "report": report,
        "summary": summary,
        "heading": f"Senior executives, {name}{revision}",
        "intro": intro,
        "change": change,
        "revision_note": revision_note(summary),
        "tiles": tiles(summary),
        "links": links,
    }
    return Message(
        kind="report",
        subject=f"Senior executives, {name}{revision}: {words.people(summary.total)}",
        summary=f"{intro}{f' ({change[0].lower()}{change[1:]})' if change else ''}.",
        text=render("report_message.txt.j2", **values),
        html=render("report_message.html.j2", **values),
        markdown=render("report_message.md.j2", **values),
        links=links,
        total=summary.total,
        source=document,
    )


def lead(summary: Summary) -> str:
    """The month in a sentence or two."""
    name = shown(summary.name)
    if not summary.total:
        said = f"Nobody was found in {name}: no member took a title that the rules count as senior."
    else:
        said = f"{words.people(summary.total)} in {name}: {words.breakdown(summary.by_level)}."
    compared = comparison(summary)
    return f"{said} {compared}." if compared else said


def comparison(summary: Summary) -> str | None:
    """`6 more than in October 2026 (17)`, or None when there is nothing to compare with."""
    previous = summary.compared_with
    if previous is None or summary.change is None or summary.change.get("total") is None:
        return None
    change = summary.change["total"] or 0
    before = f"in {words.month(previous.month)}"
    if change == 0:
        return f"As many as {before}"
    return f"{abs(change):,} {'more' if change > 0 else 'fewer'} than {before} ({previous.total:,})"


def tiles(summary: Summary) -> list[Tile]:
    """The headline numbers with their change against the month before."""
    previous = summary.compared_with

    def change(key: str) -> str | None:
        if previous is None or summary.change is None:
            return None
        number = summary.change.get(key)
        if number is None:
            return None
        return f"{words.signed(number)} against {words.month(previous.month)}"

    return [
        Tile("People", summary.total, change("total")),
        Tile("C-suite", summary.by_level.get("csuite", 0), change("csuite")),
        Tile("Vice presidents", summary.by_level.get("vp", 0), change("vp")),
        Tile("Promotions", summary.by_kind.get("promotion", 0), change("promotion")),
    ]


def revision_note(summary: Summary) -> str | None:
    """`Revision 2: 3 people added.`, or None for a first revision."""
    if summary.revision <= 1:
        return None
    return f"Revision {summary.revision}: {words.people(summary.people_added)} added."


def closing_lines(document: ReportDocument) -> list[str]:
    """What stands below the links: what a revision added, and how long the links work."""
    report = document.report
    lines = [revision_note(document.summary) or ""]
    if report.links and report.links_expire_at:
        lines.append(f"The links work until {words.minute(report.links_expire_at, report.time_zone)}.")
    return [line for line in lines if line]
