"""What each channel is to be told, worked out from whole states, without the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

RANKS = {"csuite": 1, "vp": 2}
ANNOUNCED = {"new", "promotion", "moved", "role", "left"}


@dataclass(frozen=True)
class State:
    """What a member is. No level: no executive."""

    level: str | None = None
    function: str = "finance"
    company: str = "Acme"

    @property
    def title(self) -> str:
        """A title that names level and function."""
        return f"{self.level} of {self.function}"


@dataclass(frozen=True)
class Change:
    """A change of one member at a moment, as it was recorded."""

    number: int
    member: str
    at: datetime
    before: State
    after: State
    is_told: bool = True
    country: str | None = None


@dataclass(frozen=True)
class Told:
    """What one digest says of one member."""

    member: str
    kind: str
    before: State
    after: State
    country: str | None


def kind_of(before: State, after: State) -> str | None:
    """The kind of a difference; None for none."""
    if before.level is None:
        return "new" if after.level else None
    if after.level is None:
        return "left"
    if before.level != after.level:
        return "promotion" if RANKS[after.level] < RANKS[before.level] else "demotion"
    if before.company != after.company:
        return "moved"
    return "role" if before.function != after.function else None


@dataclass
class Channel:
    """A subscription: what it wants, how far it has been told, and what became of each change."""

    name: str
    told_until: datetime
    began: datetime
    levels: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    muted: set[str] = field(default_factory=set)
    is_active: bool = True
    outcomes: dict[int, str] = field(default_factory=dict)

    def wants(self, told: Told) -> bool:
        """Whether the filter lets a difference through."""
        levels = {told.before.level, told.after.level}
        return (
            (not self.levels or bool(self.levels & levels))
            and (not self.countries or told.country in self.countries)
            and (not self.kinds or told.kind in self.kinds)
        )

    def digest(self, changes: Iterable[Change], cut_off: datetime) -> list[Told]:
        """What the digest of a cut-off says."""
        changes = sorted(changes, key=lambda change: change.number)
        said = []
        for member in {change.member for change in changes}:
            mine = [change for change in changes if change.member == member and change.at < cut_off]
            fresh = [
                change
                for change in mine
                if change.is_told and change.at >= self.began and change.number not in self.outcomes
            ]
            if not fresh:
                continue
            first, last = fresh[0], mine[-1]
            kind = kind_of(first.before, last.after)
            told = Told(member, kind or "", first.before, last.after, last.country)
            if kind is None:
                outcome = "undone"
            elif member in self.muted:
                outcome = "muted"
            elif kind in ANNOUNCED and self.wants(told):
                outcome = "told"
                said.append(told)
            else:
                outcome = "unmatched"
            self.outcomes |= {change.number: outcome for change in fresh}
        self.told_until = max(self.told_until, cut_off)
        return said

    def reopen(self, changes: list[Change], number: int) -> None:
        """Enrichment completed a change: untold for its filter, nothing newer told, it gets a chance."""
        [change] = [change for change in changes if change.number == number]
        newer = [other.number for other in changes if other.member == change.member and other.number > number]
        if self.outcomes.get(number) == "unmatched" and not any(
            self.outcomes.get(other) == "told" for other in newer
        ):
            del self.outcomes[number]
