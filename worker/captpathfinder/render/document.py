"""The month-end report as a document: one template, read by browsers as HTML and by WeasyPrint as PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from captpathfinder.render import charts, theme, words
from captpathfinder.render.documents import NamedCount, Person, ReportDocument, SpanCount, Summary
from captpathfinder.render.escape import is_visible, shown
from captpathfinder.render.lists import CHANGED, LEFT, List, Row, row_of
from captpathfinder.render.people import function_name
from captpathfinder.render.report import facts, revision_note, sentences, so_far
from captpathfinder.render.templating import render

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
    """A chart as the page shows it: columns, or bars under their names. `keys` are labels and shades."""

    title: str
    columns: charts.Drawing | None = None
    bars: Sequence[Bar] = ()
    note: str = ""
    keys: Sequence[tuple[str, charts.Drawing]] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return self.columns is None and not self.bars and not self.note


def report_html(document: ReportDocument, people: Mapping[str, Sequence[Person]]) -> str:
    """The report as one self-contained HTML file, also what the PDF is made from.

    `people` are the ones to be shown of each list, in their order: at most `MOST_PEOPLE`. The lists are named
    by `lists.list_of`.
    """
    summary = document.summary
    return render(
        "report.html.j2",
        report=document.report,
        summary=summary,
        lists=lists(summary, people),
        lead=sentences(summary),
        so_far=so_far(document),
        tiles=facts(summary),
        panels=figures(document),
        revision_note=revision_note(summary),
        span=words.day_span(summary.period_start, summary.period_end, summary.time_zone),
        rules=words.versions(summary.rules_versions),
        light=theme.variables(theme.LIGHT),
        dark=theme.variables(theme.DARK),
        colours=list(theme.LIGHT),
        soft=theme.LIGHT["soft"],
    )


def lists(summary: Summary, people: Mapping[str, Sequence[Person]]) -> list[List]:
    """The lists that have people, those of the levels first."""
    levels = sorted(summary.levels, key=lambda level: level.rank)
    changed = sum(summary.by_kind.get(kind, 0) for kind in ("moved", "role", "demotion"))
    named = [
        (level.level, shown(level.label_plural), summary.by_level.get(level.level, 0)) for level in levels
    ]
    named += [(CHANGED, "Moved or changed role", changed), (LEFT, "Left", summary.by_kind.get("left", 0))]

    def rows_of(listed: Sequence[Person]) -> list[Row]:
        return [row_of(person, summary.levels, summary.time_zone) for person in listed]

    return [
        List(name, heading, max(count, len(people[name])), rows_of(people[name]))
        for name, heading, count in named
        if people.get(name)
    ]


def figures(document: ReportDocument) -> list[Figure]:
    """The charts that say something."""
    summary = document.summary
    labels = sorted(summary.levels, key=lambda level: level.rank)
    by_level = {level.level: shown(level.label_plural) for level in labels}
    made = [
        columns("Six months", summary.by_month, summary, "%b"),
        columns("By week", _weeks_begun(document), summary, "%d %b", WEEKS_NOTE),
        Figure("By level", bars=_choices(summary.by_level, by_level)),
        ranking("Top functions", _functions(summary), summary.total, "functions"),
        ranking("Top companies", summary.by_company, summary.total, "companies"),
        ranking("Top countries", summary.by_country, summary.total, "countries"),
    ]
    return [figure for figure in made if not figure.is_empty]


def columns(title: str, spans: Sequence[SpanCount], summary: Summary, form: str, note: str = "") -> Figure:
    """Columns of weeks or months, by level; empty unless two of them have people."""
    levels = sorted(summary.levels, key=lambda level: level.rank)
    stacks = []
    for span in spans:
        start = date.fromisoformat(span.start)
        counts = [span.by_level.get(level.level, 0) for level in levels]
        label = f"{start:{form}}".lstrip("0")
        # What a level that is switched off since has left is counted as well.
        stacks.append(charts.Stack(label, label, (*counts, max(0, span.total - sum(counts)))))
    told = "; ".join(f"{stack.spoken}: {stack.total:,}" for stack in stacks)
    drawing = charts.columns(stacks, f"Executives found, {title.lower()}. {told}.")
    if drawing is None:
        return Figure(title)
    used = [any(stack.counts[place] for stack in stacks) for place in range(len(levels))]
    keys = [
        (shown(level.label_plural), charts.swatch(charts.shade_of(place)))
        for place, level in enumerate(levels)
        if used[place]
    ]
    return Figure(title, columns=drawing, note=note, keys=keys if len(keys) > 1 else ())


def ranking(title: str, rows: Sequence[NamedCount], total: int, what: str) -> Figure:
    """The names with most people as shares of everybody; the rest, and who gave none, in a line of text.

    `rows` may leave out the smaller ones; `total` is everybody. A person may have several functions.
    """
    named = [row for row in rows if is_visible(row.name)]
    # One name, or one person a name, is what a list is for.
    if len(named) < 2 or named[0].count < 2 or not total:
        return Figure(title)
    first = named[:MOST_BARS]
    unknown = sum(row.count for row in rows if not is_visible(row.name))
    rest = total - unknown - sum(row.count for row in first)
    note = [f"{words.people(rest)} of other {what}"] if rest > 0 else []
    note += [f"not known: {words.people(unknown)}"] if unknown else []
    bars = [Bar(shown(row.name), row.count, row.count / total) for row in first]
    said = "; ".join(note)
    return Figure(title, bars=bars, note=f"{said[:1].upper()}{said[1:]}." if said else "")


def _functions(summary: Summary) -> list[NamedCount]:
    return [NamedCount(name=function_name(row.name), count=row.count) for row in summary.by_function]


def _weeks_begun(document: ReportDocument) -> list[SpanCount]:
    """The weeks that had begun when the report was made: a later one's zero would say what nobody knows."""
    summary = document.summary
    made_on = document.report.generated_at.astimezone(words.zone(summary.time_zone)).date().isoformat()
    return [week for week in summary.by_week if week.start <= made_on]


def _choices(counts: Mapping[str, int], names: Mapping[str, str]) -> list[Bar]:
    """A bar for each that has people; none when that is only one."""
    total = sum(counts.get(key, 0) for key in names)
    bars = [
        Bar(name, counts[key], counts[key] / total, charts.shade_of(place))
        for place, (key, name) in enumerate(names.items())
        if counts.get(key)
    ]
    return bars if len(bars) > 1 else []
