from typing import Any

import pytest

from local.control_room.settings import Settings

from .conftest import Room, StartRoom


def eq(field: str, value: object) -> dict[str, Any]:
    return {"operator": "eq", "field": field, "value": value}


@pytest.fixture
async def busy_room(room: Room) -> Room:
    """Five deployments a minute apart, the last one of another bot."""
    for number in range(5):
        changes: dict[str, Any] = {"botId": 102, "botInput": {}} if number == 4 else {}
        assert (await room.deploy(f"job-{number}", **changes)).status_code == 200
        room.advance(60)
    return room


async def names(room: Room, condition: dict[str, Any] | None) -> list[str]:
    rows = await room.rows(**({"filter": condition} if condition else {}))
    return [row["automationName"] for row in rows]


async def test_without_a_filter_everything_is_listed(busy_room: Room) -> None:
    assert await names(busy_room, None) == [f"job-{number}" for number in range(5)]


async def test_a_row_has_the_documented_fields(busy_room: Room) -> None:
    row = (await busy_room.rows())[0]
    documented = (
        "id automationName fileName type startDateTime endDateTime command status progress automationId "
        "userId deviceId deploymentId"
    )
    assert set(documented.split()) <= set(row)
    assert row["startDateTime"] == "2026-03-06T22:00:00.000Z"
    assert row["endDateTime"] == "2026-03-06T22:00:10.000Z"


T1, T3 = "2026-03-06T22:01:00.000Z", "2026-03-06T22:03:00Z"


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (eq("automationName", "job-2"), [2]),
        (eq("automationName", "job-9"), []),
        (eq("botId", 102), [4]),
        (eq("fileId", "102"), [4]),
        (eq("status", "COMPLETED"), [0, 1, 2, 3, 4]),
        ({"operator": "ne", "field": "fileName", "value": "Send e-mail"}, [4]),
        ({"operator": "substring", "field": "automationName", "value": "JOB-3"}, [3]),
        ({"operator": "gt", "field": "startDateTime", "value": T1}, [2, 3, 4]),
        ({"operator": "ge", "field": "startDateTime", "value": T1}, [1, 2, 3, 4]),
        ({"operator": "lt", "field": "startDateTime", "value": T1}, [0]),
        ({"operator": "le", "field": "startDateTime", "value": T1}, [0, 1]),
        (
            {
                "operator": "and",
                "operands": [
                    {"operator": "gt", "field": "startDateTime", "value": T1},
                    {"operator": "lt", "field": "startDateTime", "value": T3},
                    eq("botId", 101),
                ],
            },
            [2],
        ),
        (
            {"operator": "or", "operands": [eq("automationName", "job-3"), eq("automationName", "job-0")]},
            [0, 3],
        ),
        ({"operator": "or", "operands": [eq("automationName", "job-3"), eq("botId", 102)]}, [3, 4]),
        ({"operator": "and", "operands": [eq("automationName", "job-3"), eq("botId", 102)]}, []),
        ({"operator": "not", "operands": [eq("botId", 101)]}, [4]),
    ],
)
async def test_filters(busy_room: Room, condition: dict[str, Any], found: list[int]) -> None:
    assert await names(busy_room, condition) == [f"job-{number}" for number in found]


async def test_several_deployments_can_be_asked_for_at_once(busy_room: Room) -> None:
    wanted = [row["deploymentId"] for row in (await busy_room.rows())[1:3]]
    asked = {"operator": "or", "operands": [eq("deploymentId", one) for one in [*wanted, "unknown"]]}
    assert [row["deploymentId"] for row in await busy_room.rows(filter=asked)] == wanted


async def test_the_list_comes_in_pages(busy_room: Room) -> None:
    answer = await busy_room.call(
        "/v3/activity/list", {"filter": eq("botId", 101), "page": {"offset": 3, "length": 2}}
    )
    assert answer.json()["page"] == {"offset": 3, "total": 5, "totalFilter": 4}
    assert [row["automationName"] for row in answer.json()["list"]] == ["job-3"]


async def test_the_list_can_be_sorted(busy_room: Room) -> None:
    rows = await busy_room.rows(sort=[{"field": "startDateTime", "direction": "desc"}], page={"length": 2})
    assert [row["automationName"] for row in rows] == ["job-4", "job-3"]


@pytest.mark.parametrize(
    "condition",
    [
        eq("favouriteColour", "red"),
        {"operator": "like", "field": "status", "value": "x"},
        {"operator": "eq", "field": "status"},
        {"operator": "or"},
        {"operator": "gt", "field": "startDateTime", "value": "yesterday"},
    ],
)
async def test_a_filter_that_makes_no_sense_is_a_400(busy_room: Room, condition: dict[str, Any]) -> None:
    assert (await busy_room.call("/v3/activity/list", {"filter": condition})).status_code == 400


async def test_a_field_can_be_closed_to_filters_even_inside_others(start_room: StartRoom) -> None:
    room = await start_room(Settings(run_seconds=10.0, refused_filters=frozenset({"automationName"})))
    inner = {"operator": "and", "operands": [eq("botId", 101), eq("automationName", "x")]}
    refused = await room.call("/v3/activity/list", {"filter": inner})
    assert refused.status_code == 400
    assert "automationName" in refused.json()["message"]
    assert (await room.call("/v3/activity/list", {"filter": eq("botId", 101)})).status_code == 200


async def test_a_row_appears_only_after_a_while(start_room: StartRoom) -> None:
    room = await start_room(Settings(run_seconds=10.0, row_delay=3))
    made = (await room.deploy()).json()["deploymentId"]
    answer = await room.call("/v3/activity/list", {})
    assert answer.json() == {"page": {"offset": 0, "total": 0, "totalFilter": 0}, "list": []}
    room.advance(3)
    assert await room.status(made) == "QUEUED"
    answer = await room.call("/v3/activity/list", {})
    assert answer.json()["page"] == {"offset": 0, "total": 1, "totalFilter": 1}
