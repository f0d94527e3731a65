"""The levels of seniority as the pages name and colour them: the table `levels` says which there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from captpathfinder.codes import lower_first
from captpathfinder.render.charts import LEVEL_SHADES, shade_of
from captpathfinder.render.documents import Level


class LevelRow(Level):
    """A level, and whether its rules count."""

    is_on: bool


@dataclass(frozen=True)
class Levels:
    """All levels, the highest first. One that is off has a name as well: older changes may speak of it."""

    rows: Sequence[LevelRow] = ()

    @property
    def on(self) -> list[LevelRow]:
        """Those whose holders are executives."""
        return [row for row in self.rows if row.is_on]

    @property
    def labels(self) -> dict[str, str]:
        """What one person of each level is called."""
        return {row.level: row.label for row in self.rows}

    @property
    def expected(self) -> dict[str, str]:
        """The same for what a title may come out as."""
        return {**self.labels, "none": "Not senior"}

    @property
    def categories(self) -> dict[str, str]:
        """What rules are about: whom they find, or keep out."""
        return {**{row.level: row.label_plural for row in self.rows}, "exclusion": "Exclusions"}

    @property
    def effects(self) -> dict[str, str]:
        """What a rule of each category does."""
        found = {row.level: f"finds {lower_first(row.label_plural)}" for row in self.rows}
        return {**found, "exclusion": "excludes"}

    def shade(self, level: str) -> str:
        """The shade of a level by its place among those that are on, as in the report; else the last."""
        on = [row.level for row in self.on]
        return shade_of(on.index(level)) if level in on else LEVEL_SHADES[-1]
