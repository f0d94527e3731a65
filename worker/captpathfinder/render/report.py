"""What is said of a month-end report: its headline numbers in words, and the message that it is ready."""

from __future__ import annotations

from datetime import timedelta

from captpathfinder.codes import lower_first, month
from captpathfinder.messages import Message
from captpathfinder.render import words
from captpathfinder.render.documents import NamedCount, Report, ReportDocument, Summary
from captpathfinder.render.escape import is_visible, shown
from captpathfinder.render.letter import Action, Fact, Letter, why
from captpathfinder.render.people import apart

# How many people the HTML and the PDF show in each list, the most important first; the CSV has them all. 200
# of each are some twenty pages: more than anybody reads, and still a file that opens at once on a phone.
MOST_PEOPLE = 200
FOUND = ("new", "promotion")
# A report made so shortly before the period's end is of the whole month: the schedule's is minutes early.
NEARLY = timedelta(days=1)
# From which share of the month on a company or a country is named beside the number of people.
WORTH_SAYING = 0.2
NO_PDF = "The PDF could not be made; the HTML and the CSV hold the same."


def report_message(document: ReportDocument, channel: str = "") -> Message:
    """The message that the report is ready, with its headline numbers and links."""
    report, summary = document.report, document.summary
    name = shown(summary.name) + (" so far" if so_far(document) else "")
    revision = f", revision {report.revision}" if report.revision > 1 else ""
    links = {form: report.links[form] for form in words.FORMATS if form in report.links}
    said = sentences(summary)
    letter = Letter(
        subject=f"{name}{revision}: {words.count(summary.total, 'executive')} found{_left(summary)}",
        eyebrow=f"CaptPathfinder \u00b7 Month-end report{revision}",
        heading=f"{words.count(summary.total, 'executive')} found in {name}",
        preheader=said[1] if len(said) > 1 else said[0],
        paragraphs=tuple(filter(None, (" ".join(said[1:]), revision_note(summary)))),
        facts=facts(summary),
        action=_action(report, links),
        footer=why(channel, "the month-end report"),
    )
    return Message("report", letter, " ".join(said), links, summary.total, document)


def so_far(document: ReportDocument) -> bool:
    """Whether the month was still going on when the report was made."""
    return document.report.generated_at < document.summary.period_end - NEARLY


def facts(summary: Summary) -> tuple[Fact, ...]:
    """Three numbers, with their change against the month before."""
    previous = summary.compared_with
    kinds = previous.by_kind if previous else {}
    top = min(summary.levels, key=lambda level: level.rank)

    def change(number: int, before: int | None) -> str:
        if previous is None or before is None:
            return ""
        return f"{words.signed(number - before)} against {month(previous.month)}"

    highest, left = summary.by_level.get(top.level, 0), summary.by_kind.get("left", 0)
    return (
        Fact("executives found", summary.total, change(summary.total, previous.total if previous else None)),
        Fact(
            shown(top.label_plural),
            highest,
            change(highest, previous.by_level.get(top.level) if previous else None),
        ),
        Fact("left", left, change(left, kinds.get("left"))),
    )


def sentences(summary: Summary) -> list[str]:
    """The month in a few sentences: how many, against before, where from, and who left."""
    name = shown(summary.name)
    if not summary.total:
        said = [f"Nobody was found in {name}: no member took a title that the rules count as senior."]
    else:
        said = [f"{words.count(summary.total, 'executive')} found in {name}: {by_level(summary)}."]
    if compared := comparison(summary):
        said.append(f"{compared}.")
    if largest := _largest(summary):
        said.append(largest)
    if promoted := summary.by_kind.get("promotion", 0):
        said.append(f"Of those found, {promoted:,} {'was' if promoted == 1 else 'were'} promoted.")
    if left := summary.by_kind.get("left", 0):
        said.append(f"{words.people(left)} {'is' if left == 1 else 'are'} no longer among the executives.")
    if watched := [account for account in summary.watched if account.found]:
        names = words.listing([apart(shown(account.name, 60)) for account in watched[:3]])
        more = f" and {len(watched) - 3:,} more" if len(watched) > 3 else ""
        said.append(f"Found at watched accounts: {names}{more}.")
    return said


def by_level(summary: Summary) -> str:
    """`5 C-level executives and 18 vice presidents`."""
    parts = []
    for level in sorted(summary.levels, key=lambda level: level.rank):
        if number := summary.by_level.get(level.level, 0):
            label = level.label_plural if number != 1 else level.label
            parts.append(f"{number:,} {lower_first(shown(label))}")
    return words.listing(parts)


def comparison(summary: Summary) -> str | None:
    """`6 more than in October 2026 (17)`, or None when there is nothing to compare with."""
    previous = summary.compared_with
    if previous is None:
        return None
    before = f"in {month(previous.month)}"
    if previous.days:
        before = f"in the first {words.count(previous.days, 'day')} of {month(previous.month)}"
    return words.difference(summary.total - previous.total, previous.total, before)


def revision_note(summary: Summary) -> str:
    """`Revision 2: 3 people added.`, or nothing for a first revision."""
    if summary.revision <= 1:
        return ""
    return f"Revision {summary.revision}: {words.people(summary.people_added)} added."


def _action(report: Report, links: dict[str, str]) -> Action | None:
    if not links:
        return None
    first, *others = links
    notes = [] if report.pdf_uri or "pdf" in links else [NO_PDF]
    if report.links_expire_at:
        notes.append(f"The links work until {words.minute(report.links_expire_at, report.time_zone)}.")
    rest = tuple((words.FORMATS[form], links[form]) for form in others)
    return Action(f"Open the report: {words.FORMATS[first]}", links[first], tuple(notes), rest)


def _left(summary: Summary) -> str:
    left = summary.by_kind.get("left", 0)
    return f", {left:,} left" if left else ""


def _largest(summary: Summary) -> str:
    """The company and the country with the most people, where that is a share worth saying."""
    tops = [_top(summary.by_company), _top(summary.by_country)]
    named = [
        f"{apart(shown(top.name, 60))} ({top.count:,})"
        for top in tops
        if top and top.count >= summary.total * WORTH_SAYING
    ]
    return f"The largest group{'s' if len(named) > 1 else ''}: {words.listing(named)}." if named else ""


def _top(rows: list[NamedCount]) -> NamedCount | None:
    named = [row for row in rows if is_visible(row.name)]
    return named[0] if named and named[0].count > 1 and len(named) > 1 else None
