"""Precision, recall and F1 of the rules on labelled titles, with every miss."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg

DATA = Path(__file__).with_name("data")
LEVELS = ("csuite", "vp", "none")


@dataclass(frozen=True)
class Labelled:
    """A title, the level it should get, and where it comes from (a vocabulary or a language)."""

    title: str
    label: str
    source: str


@dataclass(frozen=True)
class Score:
    """What the rules said about labelled titles."""

    pairs: list[tuple[Labelled, str]]

    @property
    def misses(self) -> list[tuple[Labelled, str]]:
        """The titles that got another level than their label, with that level."""
        return [(row, got) for row, got in self.pairs if row.label != got]

    def f1(self, level: str) -> float:
        """Harmonic mean of precision and recall for one level; 0 if nothing was found."""
        hits = sum(row.label == got == level for row, got in self.pairs)
        said = sum(got == level for _, got in self.pairs)
        is_so = sum(row.label == level for row, _ in self.pairs)
        return 2 * hits / (said + is_so) if hits else 0.0

    def wrongly_senior(self) -> float:
        """Share of the titles labelled none that were given a level."""
        nobodies = [got for row, got in self.pairs if row.label == "none"]
        return sum(got != "none" for got in nobodies) / len(nobodies)

    def recall(self, level: str) -> float:
        """Share of the titles of one level that got it."""
        holders = [got for row, got in self.pairs if row.label == level]
        return sum(got == level for got in holders) / len(holders)

    def report(self, name: str) -> str:
        """The confusion matrix, the scores, and each miss, for people to read."""
        table = Counter((row.label, got) for row, got in self.pairs)
        lines = [
            f"{name}: {len(self.pairs)} titles",
            f"{'label / got':>12}" + "".join(f"{level:>8}" for level in LEVELS),
            *(f"{label:>12}" + "".join(f"{table[label, got]:>8}" for got in LEVELS) for label in LEVELS),
            f"F1 csuite {self.f1('csuite'):.3f}, vp {self.f1('vp'):.3f}",
            *(f"  {row.title!r} ({row.source}): {row.label}, got {got}" for row, got in self.misses),
        ]
        return "\n".join(lines)


def read_titles(name: str) -> list[Labelled]:
    """Read data/<name>.csv; its third column is the source or the language."""
    with (DATA / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    return [Labelled(*row[:3]) for row in rows]


def classify_all(db: psycopg.Connection[tuple[object, ...]], titles: Iterable[str]) -> list[str]:
    """Return the level of each title by the rules in force, `none` for none."""
    rows = db.execute(
        "select coalesce(verdict.level, 'none')"
        " from unnest(%s::text[]) with ordinality as listed (title, position)"
        " cross join lateral pathfinder.classify(listed.title) as verdict order by listed.position",
        [list(titles)],
    ).fetchall()
    return [str(level) for (level,) in rows]


def score(db: psycopg.Connection[tuple[object, ...]], rows: list[Labelled]) -> Score:
    """Classify labelled titles by the rules in force."""
    return Score(list(zip(rows, classify_all(db, [row.title for row in rows]), strict=True)))
