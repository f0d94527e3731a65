"""What is read of the rules, as frozen typed models."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from captpathfinder.models import Model, Timestamp
from captpathfinder.render.words import count

# A level, or none.
Expected = str


def _object(value: object) -> object:
    return {} if value is None else value


class Rule(Model):
    """A classification rule."""

    id: int
    category: str
    kind: str
    pattern: str
    scope: str
    description: str | None = None
    is_active: bool = True

    @property
    def label(self) -> str:
        """What the rule is called: its description, or else its pattern."""
        return self.description or self.pattern


class FailingExample(Model):
    """An example that the rules get wrong; without a title: a level that no rule finds."""

    title: str | None = None
    expected: Expected
    actual: Expected
    rule_id: int | None = None
    rule: str | None = None
    reason: str | None = None
    note: str | None = None


class MissedTitle(Model):
    """A title that found nobody, and how many members have it."""

    title: str
    members: int


class RuleVersion(Model):
    """A rule set that was in force, without its rules."""

    version: int
    created_at: Timestamp
    created_by: str
    label: str | None = None
    counts: Annotated[dict[str, Any], BeforeValidator(_object)]
    change: Annotated[dict[str, Any], BeforeValidator(_object)] = Field(default_factory=dict)


class Segment(Model):
    """A part of a title, and what the rules make of it."""

    text: str
    excluded: bool
    left: list[str] = Field(default_factory=list)
    matches: list[Rule] = Field(default_factory=list)


class Explanation(Model):
    """What `explain_title()` answers."""

    title: str | None = None
    normalized: str | None = None
    segments: list[Segment] = Field(default_factory=list)
    title_matches: list[Rule] = Field(default_factory=list)
    seniority_level: str | None = None
    decided_by: Rule | None = None
    reason: str
    functions: list[str] = Field(default_factory=list)
    rules_version: int | None = None


class ChangedTitle(Model):
    """A title whose level an edit of the rules would change."""

    title: str
    before: str | None = None
    after: str | None = None
    people: int = 0
    expected: str | None = None

    @property
    def is_broken(self) -> bool:
        """Whether it is an example that would be wrong."""
        return self.expected is not None and self.expected != (self.after or "none")


class Preview(Model):
    """What an edit of the rules would change."""

    examined: int
    changed: int
    broken_examples: int
    titles: list[ChangedTitle]
    warnings: list[str]

    @property
    def broken(self) -> list[ChangedTitle]:
        """The examples that would be wrong."""
        return [title for title in self.titles if title.is_broken]

    @property
    def other(self) -> list[ChangedTitle]:
        """All other titles."""
        return [title for title in self.titles if not title.is_broken]

    @property
    def told(self) -> str:
        """The same in a sentence."""
        changes = f"{self.changed:,} of {count(self.examined, 'known title')} would change"
        if not self.broken_examples:
            return f"{changes}; every example stays right."
        if self.changed > len(self.titles):
            # Some that would become wrong may not be listed.
            return f"{changes}; {count(self.broken_examples, 'example')} would be wrong."
        broken = len(self.broken)
        wrong = f"{count(broken, 'example')} would become wrong" if broken else "no example becomes wrong"
        already = self.broken_examples - broken
        return f"{changes}; {wrong}{f' ({already:,} wrong already)' if already else ''}."
