"""Misbehaviour on command. The vocabulary, with examples, is in the package's docstring."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, model_validator

Route = Literal[
    "authenticate",
    "refresh",
    "deploy",
    "deploy_v3",
    "deploy_v4",
    "activity",
    "files",
    "email",
    "teams",
    "any",
]

_DEPLOYS = frozenset({"deploy", "deploy_v3", "deploy_v4"})
_EVERY: frozenset[str] = _DEPLOYS | {"authenticate", "refresh", "activity", "files", "email", "teams", "any"}


class Rule(BaseModel):
    """When a fault applies. Every condition given must hold; one without any applies until it is deleted."""

    model_config = ConfigDict(extra="forbid")
    routes: ClassVar[frozenset[str]] = _EVERY

    what: str
    route: Route
    #: How often it applies in all.
    times: int | None = Field(default=None, ge=1)
    #: How many matching requests it lets pass first.
    after: int = Field(default=0, ge=0)
    #: How long it applies, counted from when it was posted.
    for_seconds: float | None = Field(default=None, gt=0)
    #: The chance that it applies to a matching request.
    probability: float = Field(default=1.0, gt=0, le=1)
    #: Only requests whose body holds this text.
    contains: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _can_apply(self) -> "Rule":
        if self.route not in self.routes:
            raise ValueError(f"{self.what} applies to {', '.join(sorted(self.routes))}, not to {self.route}")
        return self


class Status(Rule):
    """Answer this and do nothing. A 200 with ``text`` is a proxy's web page in place of the API."""

    what: Literal["status"]
    status: int = Field(ge=200, le=599)
    body: JsonValue = None
    text: str | None = None
    #: The header Retry-After: seconds, or an HTTP date.
    retry_after: int | str | None = None


class NoDevice(Rule):
    """Answer 412: no device is available."""

    routes = _DEPLOYS
    what: Literal["no_device"]
    route: Route = "deploy"


class Hang(Rule):
    """Say nothing for so long, then cut the connection; nothing is done."""

    what: Literal["hang"]
    seconds: float = Field(default=3600.0, gt=0)


class Cut(Rule):
    """Cut the connection at once; nothing is done."""

    what: Literal["cut"]


class Slow(Rule):
    """Wait, then go on as usual, even if the client has given up meanwhile."""

    what: Literal["slow"]
    seconds: float = Field(gt=0)


class LoseAnswer(Rule):
    """Do everything that was asked, then cut the connection instead of answering success."""

    what: Literal["lose_answer"]
    #: How long the connection stays open before the cut.
    seconds: float = Field(default=0.0, ge=0)


class TokenExpired(Rule):
    """Forget the token of the request and answer 401."""

    routes = _DEPLOYS | {"activity", "refresh", "any"}
    what: Literal["token_expired"]
    route: Route = "any"


class RejectKey(Rule):
    """Answer 401 to a key or password that is right."""

    routes = frozenset({"authenticate", "email", "teams", "any"})
    what: Literal["reject_key"]
    route: Route = "any"
    reason: Literal["invalid", "expired"] = "invalid"


class RowsMissing(Rule):
    """The activity list does not know the new deployment for so long; without ``seconds``, ever."""

    routes = _DEPLOYS
    what: Literal["rows_missing"]
    route: Route = "deploy"
    seconds: float | None = Field(default=None, gt=0)


class FilterRefused(Rule):
    """Answer 400 to an activity filter on this field."""

    routes = frozenset({"activity"})
    what: Literal["filter_refused"]
    route: Route = "activity"
    field: str = "automationName"


class Ends(Rule):
    """The new deployment ends in this status, after ``takes`` seconds if given."""

    routes = _DEPLOYS
    what: Literal["ends"]
    route: Route = "deploy"
    status: str = Field(pattern="^[A-Z_]+$")
    takes: float | None = Field(default=None, ge=0)
    #: Whether the bot did its work all the same before it failed.
    delivers: bool | None = None


class NeverEnds(Rule):
    """The new deployment stays in this status."""

    routes = _DEPLOYS
    what: Literal["never_ends"]
    route: Route = "deploy"
    status: str = Field(default="RUNNING", pattern="^[A-Z_]+$")


class Takes(Rule):
    """The new deployment needs this long to its end."""

    routes = _DEPLOYS
    what: Literal["takes"]
    route: Route = "deploy"
    seconds: float = Field(ge=0)


AnyRule = Annotated[
    Status
    | NoDevice
    | Hang
    | Cut
    | Slow
    | LoseAnswer
    | TokenExpired
    | RejectKey
    | RowsMissing
    | FilterRefused
    | Ends
    | NeverEnds
    | Takes,
    Field(discriminator="what"),
]
RULES: TypeAdapter[list[AnyRule]] = TypeAdapter(list[AnyRule])

RuleT = TypeVar("RuleT", bound=Rule)


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as the rules see it: the name of its route and the text of its body."""

    route: str
    text: str


@dataclass(slots=True)
class _Posted:
    id: int
    rule: Rule
    until: datetime | None
    matched: int = 0
    applied: int = 0


class Faults:
    """The rules in force, in the order they were posted."""

    def __init__(self, now: Callable[[], datetime], seed: int | None = None) -> None:
        self._now = now
        self._random = random.Random(seed)  # noqa: S311 - chance, not secrecy
        self._posted: list[_Posted] = []
        self._next_id = 1

    def post(self, rules: list[AnyRule]) -> None:
        """Add rules after those already there."""
        for rule in rules:
            lasts = timedelta(seconds=rule.for_seconds) if rule.for_seconds else None
            until = self._now() + lasts if lasts else None
            self._posted.append(_Posted(self._next_id, rule, until))
            self._next_id += 1

    def remove(self, rule_id: int) -> bool:
        """Take one rule back; False if there is none of this id."""
        kept = [posted for posted in self._posted if posted.id != rule_id]
        found = len(kept) < len(self._posted)
        self._posted = kept
        return found

    def clear(self) -> None:
        """Take every rule back."""
        self._posted = []

    def listing(self) -> list[dict[str, Any]]:
        """Each rule as posted, with its id, how often it applied, and whether it is over."""
        return [
            {
                "id": posted.id,
                **posted.rule.model_dump(mode="json", exclude_unset=True),
                "route": posted.rule.route,
                "applied": posted.applied,
                "over": self._over(posted),
            }
            for posted in self._posted
        ]

    def first(
        self,
        kinds: type[RuleT] | tuple[type[RuleT], ...],
        seen: Seen,
        fits: Callable[[RuleT], bool] | None = None,
    ) -> RuleT | None:
        """The first rule of these kinds that applies to the request, which counts as applied; or None."""
        return next(self.each(kinds, seen, fits), None)

    def each(
        self,
        kinds: type[RuleT] | tuple[type[RuleT], ...],
        seen: Seen,
        fits: Callable[[RuleT], bool] | None = None,
    ) -> Iterator[RuleT]:
        """The rules of these kinds that apply to the request, in order; each one taken counts as applied."""
        for posted in list(self._posted):
            rule = posted.rule
            if isinstance(rule, kinds) and (fits is None or fits(rule)) and self._applies(posted, seen):
                yield rule

    def _applies(self, posted: _Posted, seen: Seen) -> bool:
        rule = posted.rule
        here = rule.route in ("any", seen.route) or (rule.route == "deploy" and seen.route in _DEPLOYS)
        if not here or self._over(posted) or (rule.contains is not None and rule.contains not in seen.text):
            return False
        posted.matched += 1
        if posted.matched <= rule.after or self._random.random() >= rule.probability:
            return False
        posted.applied += 1
        return True

    def _over(self, posted: _Posted) -> bool:
        used_up = posted.rule.times is not None and posted.applied >= posted.rule.times
        return used_up or (posted.until is not None and self._now() >= posted.until)
