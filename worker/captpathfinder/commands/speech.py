"""How the commands say what the database calls by codes and UTC: levels, functions, moments, days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from captpathfinder.codes import lower_first, named

if TYPE_CHECKING:
    from captpathfinder.supabase_project.api import SupabaseApi


@dataclass(frozen=True)
class Speech:
    """What levels and functions are called in this project, and the time zone that its people think in.

    labels, plurals: of the levels by their codes, the highest first. functions: their labels.
    """

    time_zone: str = "UTC"
    labels: Mapping[str, str] = field(default_factory=dict)
    plurals: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)

    def level(self, code: str | None) -> str:
        """`Vice president`; `Not senior` for none."""
        return "Not senior" if code in {None, "none"} else named(self.labels, code)

    def rules(self, code: str, number: int) -> str:
        """`12 for vice presidents`, `30 exclusions`, `2 inactive`."""
        others = {"exclusion": "exclusions", "inactive": "inactive"}
        return f"{number:,} {others.get(code) or f'for {self.several(code)}'}"

    def several(self, code: str) -> str:
        """`vice presidents`."""
        return lower_first(named(self.plurals, code))

    def counts(self, numbers: Mapping[str, int]) -> str:
        """`2 C-level executives, 1 vice president`: the highest first, those that are none left out."""
        return ", ".join(
            f"{number:,} {lower_first(self.level(code)) if number == 1 else self.several(code)}"
            for code in self.ranked(numbers)
            if (number := numbers[code])
        )

    def ranked(self, codes: Iterable[str]) -> list[str]:
        """Levels, the highest first."""
        ranks = {code: rank for rank, code in enumerate(self.labels)}
        return sorted(codes, key=lambda code: ranks.get(code, len(ranks)))

    def charges(self, codes: Iterable[str]) -> str:
        """`Finance, Information technology`."""
        return ", ".join(named(self.functions, code) for code in codes)

    def moment(self, value: object) -> str:
        """`20 November 2026, 17:00 (America/New_York)` for a time in ISO form; `-` for none."""
        from captpathfinder.render.words import minute

        return minute(datetime.fromisoformat(str(value)), self.time_zone) if value else "-"

    def meant(self, written: str) -> str:
        """The moment that somebody means who writes a day or a time: with an offset, if they gave none."""
        from captpathfinder.render.words import zone

        given = datetime.fromisoformat(written)
        return (given if given.tzinfo else given.replace(tzinfo=zone(self.time_zone))).isoformat()


def day(label: object) -> str:
    """`20 November 2026` for `2026-11-20`."""
    known = date.fromisoformat(str(label))
    return f"{known.day} {known:%B %Y}"


async def learn(api: SupabaseApi) -> Speech:
    """Ask the project how it calls things."""
    answer: Any = await api.call("list_choices")
    levels = answer["levels"]
    return Speech(
        time_zone=answer["time_zone"],
        labels={row["level"]: row["label"] for row in levels},
        plurals={row["level"]: row["label_plural"] for row in levels},
        functions=dict(answer["function"]),
    )


async def spoken(
    api: SupabaseApi, function: str, arguments: Mapping[str, Any] | None = None
) -> tuple[Any, Speech]:
    """What a function answers, and how to say it."""
    return await api.call(function, arguments), await learn(api)
