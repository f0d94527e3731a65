from typing import Any

import pytest

from local.control_room.settings import Bot, Settings

from .conftest import Room, StartRoom, email_inputs, text

ANYTHING = Bot(id=7, name="Anything", inputs={"x": "ANY"})


async def test_v4_answers_the_deployment_id_and_the_name(room: Room) -> None:
    answer = await room.deploy("digest-7")
    assert answer.status_code == 200
    assert answer.json() == {"deploymentId": answer.json()["deploymentId"], "automationName": "digest-7"}
    assert await room.status(answer.json()["deploymentId"]) == "DEPLOYED"


async def test_v4_takes_every_documented_field(room: Room) -> None:
    answer = await room.deploy(
        description="d",
        botLabel="l",
        automationPriority="PRIORITY_HIGH",
        runElevated=True,
        hideBotAgentUi=True,
        unattendedRequest={
            "runAsUserIds": [3],
            "poolIds": [1],
            "numOfRunAsUsersToUse": 1,
            "deviceUsageType": "RUN_ON_POOL_DEVICES",
        },
        callbackInfo={"url": "https://example.org", "headers": {"X-Key": "k"}},
    )
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"botId": "101"}, "botId"),
        ({"automationPriority": "HIGH"}, "automationPriority"),
        ({"unattendedRequest": None}, "unattendedRequest"),
        ({"attendedRequest": {}}, "attendedRequest"),
        ({"unattendedRequest": {"runAsUserIds": ["3"]}}, "runAsUserIds"),
        ({"unattendedRequest": {"deviceUsageType": "ANY"}}, "deviceUsageType"),
        ({"botInputs": {}}, "botInputs"),
    ],
)
async def test_v4_names_a_wrong_field(room: Room, changes: dict[str, Any], named: str) -> None:
    answer = await room.deploy(**changes)
    assert answer.status_code == 400
    assert named in answer.json()["message"]
    assert (await room.counts())["total"] == 0


async def test_v3_names_the_automation_itself(room: Room) -> None:
    body = {"fileId": 101, "runAsUserIds": [3], "poolIds": [], "overrideDefaultDevice": False}
    answer = await room.call("/v3/automations/deploy", body | {"automationName": "mine"})
    assert set(answer.json()) == {"deploymentId", "automationId"}
    [row] = await room.rows()
    assert row["automationName"] == "Send e-mail.26.03.06.22.00.00.1"
    assert row["automationId"] == answer.json()["automationId"]


async def test_v3_keeps_the_name_when_told_to(start_room: StartRoom) -> None:
    room = await start_room(Settings(run_seconds=10.0, v3_keeps_names=True))
    await room.call("/v3/automations/deploy", {"fileId": 101, "automationName": "mine"})
    assert (await room.counts())["by_automation_name"] == {"mine": 1}


@pytest.mark.parametrize(
    ("path", "field"), [("/v3/automations/deploy", "fileId"), ("/v4/automations/deploy", "botId")]
)
async def test_an_unknown_bot_is_a_404(room: Room, path: str, field: str) -> None:
    extra: dict[str, Any] = {"unattendedRequest": {}} if field == "botId" else {}
    answer = await room.call(path, {field: 999, **extra})
    assert (answer.status_code, answer.json()["code"]) == (404, "BOT_NOT_FOUND")


@pytest.mark.parametrize(
    "value",
    [
        text("a"),
        {"type": "NUMBER", "number": 1},
        {"type": "NUMBER", "number": 1.5},
        {"type": "BOOLEAN", "boolean": False},
        {"type": "DATETIME", "string": "2026-08-01T12:00:00Z"},
        {"type": "LIST", "list": [text("a"), {"type": "LIST", "list": []}]},
        {"type": "DICTIONARY", "dictionary": [{"key": "k", "value": {"type": "NUMBER", "number": 2}}]},
    ],
)
async def test_every_input_type_is_taken(start_room: StartRoom, value: dict[str, Any]) -> None:
    room = await start_room(bots=(ANYTHING,))
    answer = await room.deploy(botId=7, botInput={"x": value})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "value",
    [
        "plain",
        {"type": "TEXT", "string": "a"},
        {"type": "STRING", "string": 1},
        {"type": "STRING", "number": 1},
        {"type": "STRING", "string": "a", "number": 1},
        {"type": "NUMBER", "number": "1"},
        {"type": "NUMBER", "number": True},
        {"type": "BOOLEAN", "boolean": "true"},
        {"type": "BOOLEAN", "boolean": 1},
        {"type": "DATETIME", "string": "tomorrow"},
        {"type": "LIST", "list": ["a"]},
        {"type": "DICTIONARY", "dictionary": {"k": text("a")}},
    ],
)
async def test_an_input_that_is_not_of_its_type_is_refused(start_room: StartRoom, value: object) -> None:
    room = await start_room(bots=(ANYTHING,))
    answer = await room.deploy(botId=7, botInput={"x": value})
    assert answer.status_code == 400
    assert "botInput.x" in answer.json()["message"]


async def test_an_input_the_bot_does_not_have_is_refused_by_exact_name(room: Room) -> None:
    answer = await room.deploy(botInput=email_inputs() | {"Subject": text("x")})
    assert answer.status_code == 400
    assert "Subject: not a variable marked as input" in answer.json()["message"]


async def test_an_input_of_another_type_than_declared_is_refused(room: Room) -> None:
    answer = await room.deploy(botInput=email_inputs() | {"isHtml": text("true")})
    assert answer.status_code == 400
    assert answer.json()["details"] == ["isHtml: expected BOOLEAN, got STRING"]


async def test_unknown_inputs_can_be_let_pass(start_room: StartRoom) -> None:
    room = await start_room(Settings(run_seconds=10.0, refuse_unknown_inputs=False))
    assert (await room.deploy(botInput=email_inputs() | {"other": text("dropped")})).status_code == 200
    room.advance(10)
    [page] = await room.messages()
    assert "dropped" not in page


async def test_a_run_goes_through_its_states_with_time(room: Room) -> None:
    made = (await room.deploy()).json()["deploymentId"]
    seen = []
    for _ in range(11):
        [row] = await room.rows()
        seen.append((row["status"], row["progress"], row["endDateTime"] is None))
        room.advance(1)
    assert [status for status, _, _ in seen] == (
        ["DEPLOYED"] * 2 + ["QUEUED"] * 2 + ["RUNNING"] * 6 + ["COMPLETED"]
    )
    assert [progress for _, progress, _ in seen] == list(range(0, 101, 10))
    assert [open_end for _, _, open_end in seen] == [True] * 10 + [False]
    assert await room.status(made) == "COMPLETED"


async def test_a_bot_does_its_work_when_it_completes_and_once(room: Room) -> None:
    await room.deploy()
    room.advance(9)
    assert await room.messages() == []
    assert (await room.counts())["delivered_by_automation_name"] == {}
    room.advance(1)
    for _ in range(2):
        assert len(await room.messages()) == 1
    assert (await room.counts())["delivered_by_automation_name"] == {"digest-1": 1}


async def test_the_counts_show_a_deployment_made_twice(room: Room) -> None:
    await room.deploy("once")
    await room.deploy("twice")
    await room.deploy("twice")
    room.advance(10)
    counts = await room.counts()
    assert counts["by_automation_name"] == {"once": 1, "twice": 2}
    assert counts["delivered_by_automation_name"] == {"once": 1, "twice": 2}
    assert counts["by_status"] == {"COMPLETED": 3}
    assert len(counts["deployments"]) == 3
    assert (await room.client.get("/_deployments?rows=0")).json()["deployments"] == []


async def test_a_body_that_is_not_json_is_a_400(room: Room) -> None:
    headers = {"X-Authorization": await room.token()}
    answer = await room.client.post("/v4/automations/deploy", content=b"{nope", headers=headers)
    assert answer.status_code == 400
