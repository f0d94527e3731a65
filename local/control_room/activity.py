"""The activity list: filters, order and pages over the deployments it shows."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from operator import ge, gt, le, lt
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .auth import USER_ID
from .deployments import Deployment, Deployments, timestamp
from .errors import bad_request

Operator = Literal["eq", "ne", "gt", "ge", "lt", "le", "substring", "and", "or", "not"]

_TIMES = frozenset({"startDateTime", "endDateTime"})
_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {"gt": gt, "ge": ge, "lt": lt, "le": le}


class Filter(BaseModel):
    """A condition on one field, or ``and``, ``or``, ``not`` over others."""

    model_config = ConfigDict(extra="forbid")

    operator: Operator
    field: str | None = None
    value: str | int | float | None = None
    operands: "list[Filter]" = []

    @model_validator(mode="after")
    def _complete(self) -> "Filter":
        if self.operator in ("and", "or", "not"):
            if not self.operands:
                raise ValueError(f"{self.operator} needs operands")
        elif self.field is None or self.value is None:
            raise ValueError(f"{self.operator} needs a field and a value")
        return self

    def fields(self) -> Iterator[str]:
        """Every field it names."""
        if self.field is not None:
            yield self.field
        for operand in self.operands:
            yield from operand.fields()


class Page(BaseModel):
    """Which part of the list is wanted."""

    model_config = ConfigDict(extra="forbid")

    offset: int = Field(default=0, ge=0)
    length: int = Field(default=100, ge=1, le=1000)


class Sort(BaseModel):
    """A field to order by."""

    model_config = ConfigDict(extra="forbid")

    field: str
    direction: Literal["asc", "desc"] = "asc"


class Query(BaseModel):
    """The body of ``POST /v3/activity/list``."""

    model_config = ConfigDict(extra="forbid")

    filter: Filter | None = None
    sort: list[Sort] = []
    page: Page = Page()
    fields: list[str] = []


def row(deployment: Deployment, now: datetime) -> dict[str, Any]:
    """A deployment as the activity list shows it."""
    ended_at = deployment.ends_at if deployment.ended(now) else None
    return {
        "id": f"{deployment.sequence}",
        "automationName": deployment.automation_name,
        "fileName": deployment.bot_name,
        "fileId": f"{deployment.bot_id}",
        "type": "RUN_NOW",
        "startDateTime": timestamp(deployment.deployed_at),
        "endDateTime": timestamp(ended_at) if ended_at else None,
        "command": "",
        "status": deployment.status(now),
        "progress": deployment.progress(now),
        "automationId": deployment.automation_id,
        "userId": f"{USER_ID}",
        "deviceId": "1",
        "deploymentId": deployment.deployment_id,
    }


_FILTERABLE = frozenset(
    {
        "id",
        "automationName",
        "fileName",
        "fileId",
        "botId",
        "startDateTime",
        "endDateTime",
        "status",
        "automationId",
        "userId",
        "deviceId",
        "deploymentId",
    }
)


def _field(shown: dict[str, Any], name: str) -> object:
    """A field of a row; ``botId``, as v4 calls it, is the row's ``fileId``."""
    return shown["fileId" if name == "botId" else name]


def answer(query: Query, deployments: Deployments, now: datetime) -> dict[str, Any]:
    """The page of rows that the query asks for, with the totals before and after its filter."""
    for name in [*(query.filter.fields() if query.filter else ()), *(sort.field for sort in query.sort)]:
        if name not in _FILTERABLE:
            raise bad_request(f"The field {name!r} cannot be filtered or sorted by")
    candidates = _candidates(query.filter, deployments)
    shown = [row(one, now) for one in candidates if one.listed(now)]
    found = [one for one in shown if query.filter is None or _matches(query.filter, one)]
    for sort in reversed(query.sort):
        found.sort(key=lambda one: str(_field(one, sort.field) or ""), reverse=sort.direction == "desc")
    page = query.page
    return {
        "page": {
            "offset": page.offset,
            "total": deployments.listed(now),
            "totalFilter": len(found),
        },
        "list": found[page.offset : page.offset + page.length],
    }


def _candidates(condition: Filter | None, deployments: Deployments) -> list[Deployment]:
    """At least every deployment that can match, found through an index where there is one."""
    narrowed = _narrow(condition, deployments) if condition is not None else None
    return deployments.all() if narrowed is None else narrowed


def _narrow(condition: Filter, deployments: Deployments) -> list[Deployment] | None:
    if condition.operator == "eq" and condition.field == "deploymentId":
        return deployments.with_id(str(condition.value))
    if condition.operator == "eq" and condition.field == "automationName":
        return deployments.with_name(str(condition.value))
    narrowed = [_narrow(operand, deployments) for operand in condition.operands]
    if condition.operator == "and":
        return min((found for found in narrowed if found is not None), key=len, default=None)
    if condition.operator == "or" and all(found is not None for found in narrowed):
        union = {one.sequence: one for found in narrowed if found is not None for one in found}
        return [union[sequence] for sequence in sorted(union)]
    return None


def _matches(condition: Filter, shown: dict[str, Any]) -> bool:
    operands = (_matches(operand, shown) for operand in condition.operands)
    match condition.operator:
        case "and":
            return all(operands)
        case "or":
            return any(operands)
        case "not":
            return not any(operands)
        case _:
            return _compare(condition, shown)


def _compare(condition: Filter, shown: dict[str, Any]) -> bool:
    """Compare a field of the row with the value: times as times, anything else as text."""
    name = condition.field or ""
    actual: Any = _field(shown, name)
    wanted: Any = str(condition.value)
    if name in _TIMES:
        wanted = _time(wanted)
        actual = _time(actual) if actual is not None else None
    if condition.operator in _ORDERINGS:
        return actual is not None and _ORDERINGS[condition.operator](actual, wanted)
    if condition.operator == "substring":
        return str(condition.value).lower() in str(_field(shown, name) or "").lower()
    return bool((actual == wanted) == (condition.operator == "eq"))


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise bad_request("A time must be written like 2026-08-01T12:00:00.000Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
