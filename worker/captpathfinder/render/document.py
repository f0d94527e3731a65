"""The month-end report as a document: one template, read by browsers as HTML and by WeasyPrint as PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from captpathfinder.models import NamedCount, ReportDocument, ReportRow
from captpathfinder.render import charts, theme, words
from captpathfinder.render.escape import shown
from captpathfinder.render.report import lead, revision_note, tiles
from captpathfinder.render.templating import render

# A report made so shortly before the period's end is of the whole month: the schedule's is minutes early.
NEARLY = timedelta(days=1)

WEEKS_NOTE = "Weeks begin on the Monday named; the first and the last count only their days in this month."


# The names shown before the rest is one line.
MOST_BARS = 6


@dataclass(frozen=True)
class Bar:
    """One line of a ranking: a name, how many, and their share of the whole, drawn."""

    name: str
    count: int
    share: float
    shade: str = "strong"

    @property
    def drawing(self) -> charts.Drawing:
        """The share as a bar."""
        return charts.share_bar(self.share, self.shade)


@dataclass(frozen=True)
class Figure:
    """A chart as the page shows it: columns, or bars under their names."""

    title: str
    columns: charts.Drawing | None = None
    bars: Sequence[Bar] = ()
    note: str = ""


def report_html(document: ReportDocument, people: Mapping[str, Sequence[ReportRow]]) -> str:
    """The report as one self-contained HTML file, also what the PDF is made from.

    `people` are the ones to be shown of each level, in their order: at most `MOST_PEOPLE`.
    """
    summary = document.summary
    return render(
        "report.html.j2",
        report=document.report,
        summary=summary,
        people=people,
        lead=lead(summary),
        so_far=so_far(document),
        tiles=tiles(summary),
        panels=figures(document),
        revision_note=revision_note(summary),
        span=words.day_span(summary.period_start, summary.period_end, summary.time_zone),
        rules=words.versions(summary.rules_versions),
        light=theme.variables(theme.LIGHT),
        dark=theme.variables(theme.DARK),
        colours=list(theme.LIGHT),
        soft=theme.LIGHT["soft"],
    )


def so_far(document: ReportDocument) -> bool:
    """Whether the month was still going on when the report was made."""
    return document.report.generated_at < document.summary.period_end - NEARLY


def figures(document: ReportDocument) -> list[list[Figure]]:
    """The charts that say something, in panels: those of one panel stand below each other."""
    summary = document.summary
    panels = [
        [Figure("By week", columns=weeks(document), note=WEEKS_NOTE)],
        [
            Figure("By level", bars=_choices(summary.by_level, words.LEVEL_HEADINGS)),
            Figure("New against promoted", bars=_choices(summary.by_kind, words.SHORT_KINDS)),
        ],
        [places("By country", summary.by_country, summary.total, "countries")],
        [places("By company", summary.by_company, summary.total, "companies")],
    ]
    drawn = [[figure for figure in panel if figure.columns or figure.bars] for panel in panels]
    return [panel for panel in drawn if panel]


def weeks(document: ReportDocument) -> charts.Drawing | None:
    """The weeks that had begun when the report was made: a later one's zero would say what nobody knows."""
    summary = document.summary
    made_on = document.report.generated_at.astimezone(words.zone(summary.time_zone)).date().isoformat()
    stacks = []
    for week in summary.by_week:
        if week.start <= made_on:
            start = date.fromisoformat(week.start)
            label = f"{start.day} {start:%b}"
            stacks.append(charts.Stack(label, f"Week of {label}", (week.csuite, week.vp)))
    told = "; ".join(
        f"{stack.spoken}: {stack.total:,}, of them {stack.counts[0]:,} in the C-suite" for stack in stacks
    )
    return charts.columns(stacks, f"People by week. {told}.")


def places(title: str, rows: Sequence[NamedCount], total: int, what: str) -> Figure:
    """The names with most people as shares of everybody; the rest, and who gave none, in a line of text.

    `rows` may leave out the smaller ones; `total` is everybody.
    """
    named = [row for row in rows if shown(row.name)]
    # One name, or one person a name, is what a list is for.
    if len(named) < 2 or named[0].count < 2:
        return Figure(title)
    first = named[:MOST_BARS]
    unknown = sum(row.count for row in rows if not shown(row.name))
    rest = total - unknown - sum(row.count for row in first)
    note = [f"{words.people(rest)} of other {what}"] if rest > 0 else []
    note += [f"not known of {unknown:,}"] if unknown else []
    bars = [Bar(shown(row.name), row.count, row.count / total) for row in first]
    return Figure(title, bars=bars, note="; ".join(note)[:1].upper() + "; ".join(note)[1:])


def _choices(counts: Mapping[str, int], names: Mapping[str, str]) -> list[Bar]:
    """A bar for each that has people; none when that is only one."""
    total = sum(counts.get(key, 0) for key in names)
    bars = [
        Bar(name, counts[key], counts[key] / total, charts.shade_of(place))
        for place, (key, name) in enumerate(names.items())
        if counts.get(key)
    ]
    return bars if len(bars) > 1 else []
