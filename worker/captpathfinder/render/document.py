"""The month-end report as a document: one template, read by browsers as HTML and by WeasyPrint as PDF.

Only the renderer's process imports this: the charts bring Matplotlib with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from captpathfinder.models import ReportDocument, ReportRow, WeekCount
from captpathfinder.render import charts, theme, words
from captpathfinder.render.report import lead, revision_note, tiles
from captpathfinder.render.templating import render

# A report made so shortly before the period's end is of the whole month: the schedule's is minutes early.
NEARLY = timedelta(days=1)

WEEKS_NOTE = "Weeks begin on the Monday named; the first and the last count only their days in this month."


@dataclass(frozen=True)
class Figure:
    """A chart as the page shows it."""

    title: str
    drawing: charts.Drawing
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
    countries = charts.places_chart(
        "chart-countries", "People by country", summary.by_country, summary.total, "Other countries"
    )
    companies = None
    # One person a company is what a list is for.
    if any(row.count > 1 for row in summary.by_company if row.name is not None):
        companies = charts.places_chart(
            "chart-companies", "People by company", summary.by_company, summary.total, "Other companies"
        )
    panels = [
        [("By week", charts.weeks_chart(weeks_begun(document)), WEEKS_NOTE)],
        [
            ("By level", charts.levels_chart(summary.by_level), ""),
            ("New against promoted", charts.kinds_chart(summary.by_kind), ""),
        ],
        [("By country", countries, "")],
        [("By company", companies, "")],
    ]
    drawn = [
        [Figure(title, drawing, note) for title, drawing, note in panel if drawing is not None]
        for panel in panels
    ]
    return [panel for panel in drawn if panel]


def weeks_begun(document: ReportDocument) -> list[WeekCount]:
    """The weeks that had begun when the report was made: a later one's zero would say what nobody knows."""
    summary = document.summary
    made_on = document.report.generated_at.astimezone(words.zone(summary.time_zone)).date().isoformat()
    return [week for week in summary.by_week if week.start <= made_on]
