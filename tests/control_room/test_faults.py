import asyncio
from typing import Any

import httpx
import pytest

from .conftest import API_KEY, EMAIL_KEY, Room, eventually


async def post_email(room: Room) -> httpx.Response:
    body = {"to": ["a@b"], "subject": "S", "body": "B"}
    return await room.client.post("/bots/email", json=body, headers={"Authorization": f"Bearer {EMAIL_KEY}"})


async def test_a_status_is_answered_so_many_times_and_nothing_is_done(room: Room) -> None:
    await room.fault({"what": "status", "route": "deploy", "status": 503, "times": 2})
    assert [(await room.deploy()).status_code for _ in range(3)] == [503, 503, 200]
    assert (await room.counts())["total"] == 1


async def test_a_status_has_the_error_shape_unless_told_otherwise(room: Room) -> None:
    await room.fault(
        {"what": "status", "route": "any", "status": 500, "times": 1},
        {"what": "status", "route": "any", "status": 409, "body": {"code": "X"}, "times": 1},
        {"what": "status", "route": "any", "status": 200, "text": "<html>Log in", "times": 1},
    )
    first, second, third = [await room.sign_in() for _ in range(3)]
    assert set(first.json()) == {"code", "message", "details"}
    assert (second.status_code, second.json()) == (409, {"code": "X"})
    assert (third.status_code, third.text) == (200, "<html>Log in")


@pytest.mark.parametrize("value", [3, "Fri, 06 Mar 2026 22:00:03 GMT"])
async def test_retry_after_is_sent_in_both_forms(room: Room, value: int | str) -> None:
    await room.fault({"what": "status", "route": "authenticate", "status": 429, "retry_after": value})
    answer = await room.sign_in()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(value))


async def test_no_device_is_a_412(room: Room) -> None:
    await room.fault({"what": "no_device", "times": 1})
    answer = await room.deploy()
    assert (answer.status_code, answer.json()["code"]) == (412, "NO_DEVICE_AVAILABLE")
    assert (await room.deploy()).status_code == 200


async def test_a_hang_says_nothing_then_cuts_and_does_nothing(room: Room) -> None:
    token = await room.token()
    await room.fault({"what": "hang", "route": "deploy", "seconds": 30, "times": 1})
    hanging = asyncio.create_task(room.deploy(token=token))

    async def applied() -> bool:
        return bool((await room.client.get("/_faults")).json()[0]["applied"])

    await eventually(applied)
    assert not hanging.done()
    room.advance(30)
    with pytest.raises(httpx.TransportError):
        await asyncio.wait_for(hanging, 5)
    assert (await room.counts())["total"] == 0


async def test_a_cut_does_nothing(room: Room) -> None:
    token = await room.token()
    await room.fault({"what": "cut", "route": "deploy_v4", "times": 1})
    with pytest.raises(httpx.TransportError):
        await room.deploy(token=token)
    assert (await room.counts())["total"] == 0
    assert (await room.client.get("/_requests")).json()["deploy_v4"]["by_status"] == {"cut": 1}


async def test_a_slow_deploy_is_made_even_if_the_client_gave_up(room: Room) -> None:
    token = await room.token()
    await room.fault({"what": "slow", "route": "deploy", "seconds": 30})
    with pytest.raises(httpx.ReadTimeout):
        await room.call(
            "/v4/automations/deploy", {"botId": 101, "unattendedRequest": {}}, token=token, patience=0.1
        )
    assert (await room.counts())["total"] == 0
    room.advance(30)

    async def made() -> bool:
        return bool((await room.counts())["total"] == 1)

    await eventually(made)


async def test_a_lost_answer_leaves_a_deployment_that_can_be_found_by_its_name(room: Room) -> None:
    token = await room.token()
    await room.fault({"what": "lose_answer", "route": "deploy", "times": 1})
    with pytest.raises(httpx.TransportError):
        await room.deploy("unsure", token=token)
    assert (await room.counts())["by_automation_name"] == {"unsure": 1}
    [row] = await room.rows(filter={"operator": "eq", "field": "automationName", "value": "unsure"})
    assert row["status"] == "DEPLOYED"


async def test_only_a_success_can_lose_its_answer(room: Room) -> None:
    await room.fault({"what": "lose_answer", "route": "deploy", "times": 1})
    assert (await room.deploy(botId=999)).status_code == 404
    with pytest.raises(httpx.TransportError):
        await room.deploy()


async def test_an_email_can_be_sent_and_its_answer_lost(room: Room) -> None:
    await room.fault({"what": "lose_answer", "route": "email"})
    with pytest.raises(httpx.TransportError):
        await post_email(room)
    assert len(await room.messages()) == 1


async def test_a_token_can_expire_in_the_middle_of_things(room: Room) -> None:
    token = await room.token()
    await room.fault({"what": "token_expired", "after": 1, "times": 1})
    statuses = [(await room.call("/v3/activity/list", {}, token=token)).status_code for _ in range(3)]
    assert statuses == [200, 401, 401]
    assert (await room.call("/v3/activity/list", {})).status_code == 200


@pytest.mark.parametrize(
    ("reason", "code"), [("invalid", "INVALID_CREDENTIALS"), ("expired", "API_KEY_EXPIRED")]
)
async def test_the_right_key_can_be_rejected(room: Room, reason: str, code: str) -> None:
    token = await room.token()
    await room.fault({"what": "reject_key", "reason": reason})
    answer = await room.sign_in(apiKey=API_KEY)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert (await post_email(room)).status_code == 401
    assert (await room.call("/v3/activity/list", {}, token=token)).status_code == 200


async def test_rows_can_be_missing_for_a_while_or_for_ever(room: Room) -> None:
    await room.fault(
        {"what": "rows_missing", "seconds": 5, "contains": "late"},
        {"what": "rows_missing", "contains": "never"},
    )
    late, never, normal = [
        (await room.deploy(name)).json()["deploymentId"] for name in ("late", "never", "normal")
    ]
    assert [await room.status(one) for one in (late, never, normal)] == [None, None, "DEPLOYED"]
    room.advance(5)
    assert [await room.status(one) for one in (late, never)] == ["RUNNING", None]
    room.advance(100_000)
    assert [await room.status(one) for one in (late, never)] == ["COMPLETED", None]
    assert (await room.counts())["delivered_by_automation_name"] == {"late": 1, "never": 1, "normal": 1}


async def test_a_filter_can_be_refused(room: Room) -> None:
    await room.fault({"what": "filter_refused", "times": 1})
    by_bot = {"filter": {"operator": "eq", "field": "botId", "value": 101}}
    by_name = {"filter": {"operator": "eq", "field": "automationName", "value": "x"}}
    statuses = [
        (await room.call("/v3/activity/list", body)).status_code for body in (by_bot, by_name, by_name)
    ]
    assert statuses == [200, 400, 200]


@pytest.mark.parametrize("status", ["DEPLOY_FAILED", "RUN_FAILED", "RUN_ABORTED", "RUN_TIMED_OUT"])
async def test_a_deployment_can_fail_without_sending(room: Room, status: str) -> None:
    await room.fault({"what": "ends", "status": status, "times": 1})
    failed = (await room.deploy("job")).json()["deploymentId"]
    second = (await room.deploy("job")).json()["deploymentId"]
    room.advance(9)
    assert await room.status(failed) == ("QUEUED" if status == "DEPLOY_FAILED" else "RUNNING")
    room.advance(1)
    assert [await room.status(failed), await room.status(second)] == [status, "COMPLETED"]
    counts = await room.counts()
    assert counts["by_automation_name"] == {"job": 2}
    assert counts["delivered_by_automation_name"] == {"job": 1}
    assert len(await room.messages()) == 1


async def test_a_bot_can_fail_after_its_work_is_done(room: Room) -> None:
    await room.fault({"what": "ends", "status": "RUN_FAILED", "takes": 1, "delivers": True})
    failed = (await room.deploy()).json()["deploymentId"]
    room.advance(1)
    assert await room.status(failed) == "RUN_FAILED"
    assert len(await room.messages()) == 1


async def test_a_deployment_can_never_end(room: Room) -> None:
    await room.fault({"what": "never_ends", "status": "UNKNOWN"})
    stuck = (await room.deploy()).json()["deploymentId"]
    room.advance(100_000)
    assert await room.status(stuck) == "UNKNOWN"
    assert (await room.rows())[0]["endDateTime"] is None
    assert await room.messages() == []


async def test_a_run_can_be_made_long(room: Room) -> None:
    await room.fault({"what": "takes", "seconds": 100})
    slow = (await room.deploy()).json()["deploymentId"]
    room.advance(99)
    assert await room.status(slow) == "RUNNING"
    room.advance(1)
    assert await room.status(slow) == "COMPLETED"


async def test_a_refused_deploy_does_not_use_up_a_fault_of_deployments(room: Room) -> None:
    await room.fault({"what": "ends", "status": "RUN_FAILED", "times": 1})
    assert (await room.deploy(botId=999)).status_code == 404
    made = (await room.deploy()).json()["deploymentId"]
    room.advance(10)
    assert await room.status(made) == "RUN_FAILED"


async def test_faults_of_a_deployment_add_up(room: Room) -> None:
    await room.fault(
        {"what": "takes", "seconds": 2},
        {"what": "rows_missing", "seconds": 1},
        {"what": "ends", "status": "RUN_ABORTED"},
        {"what": "lose_answer", "route": "deploy", "times": 1},
    )
    token = await room.token()
    with pytest.raises(httpx.TransportError):
        await room.deploy(token=token)
    assert await room.rows() == []
    room.advance(2)
    assert [row["status"] for row in await room.rows()] == ["RUN_ABORTED"]


async def test_a_rule_can_end_by_time(room: Room) -> None:
    await room.fault({"what": "status", "route": "any", "status": 500, "for_seconds": 60})
    assert (await room.sign_in()).status_code == 500
    room.advance(60)
    assert (await room.sign_in()).status_code == 200
    assert (await room.client.get("/_faults")).json()[0]["over"] is True


async def test_a_rule_can_apply_by_chance(room: Room) -> None:
    await room.fault({"what": "status", "route": "authenticate", "status": 500, "probability": 0.5})
    statuses = [(await room.sign_in()).status_code for _ in range(60)]
    assert 15 <= statuses.count(500) <= 45


async def test_a_rule_applies_to_its_route_alone(room: Room) -> None:
    await room.fault(
        {"what": "status", "route": "deploy_v3", "status": 500},
        {"what": "status", "route": "teams", "status": 500},
    )
    assert (await room.deploy()).status_code == 200
    assert (await post_email(room)).status_code == 202
    assert (await room.call("/v3/automations/deploy", {"fileId": 101})).status_code == 500


async def test_rules_are_listed_counted_and_taken_back(room: Room) -> None:
    await room.fault({"what": "no_device"}, {"what": "status", "route": "email", "status": 500, "times": 1})
    await room.deploy()
    await room.deploy()
    await post_email(room)
    device, status = (await room.client.get("/_faults")).json()
    assert (device["what"], device["route"], device["applied"], device["over"]) == (
        "no_device",
        "deploy",
        2,
        False,
    )
    assert (status["applied"], status["over"]) == (1, True)
    assert (await room.client.delete(f"/_faults/{device['id']}")).status_code == 200
    assert (await room.client.delete(f"/_faults/{device['id']}")).status_code == 404
    assert (await room.deploy()).status_code == 200
    await room.client.delete("/_faults")
    assert (await room.client.get("/_faults")).json() == []


@pytest.mark.parametrize(
    "rule",
    [
        {"what": "explode"},
        {"what": "status", "status": 500},
        {"what": "status", "route": "deploy", "status": 99},
        {"what": "ends", "status": "RUN_FAILED", "route": "email"},
        {"what": "token_expired", "route": "authenticate"},
        {"what": "cut", "route": "deploy", "time": 1},
        {"what": "cut", "route": "nowhere"},
    ],
)
async def test_a_rule_that_could_never_apply_is_refused(room: Room, rule: dict[str, Any]) -> None:
    answer = await room.client.post("/_faults", json=[rule])
    assert answer.status_code == 400
    assert answer.json()["details"]
    assert (await room.client.get("/_faults")).json() == []


async def test_requests_are_counted_by_route_and_status(room: Room) -> None:
    await room.deploy()
    await room.deploy(botId=999)
    await room.client.get("/nowhere")
    assert (await room.client.get("/_requests")).json() == {
        "authenticate": {"total": 2, "by_status": {"200": 2}},
        "deploy_v4": {"total": 2, "by_status": {"200": 1, "404": 1}},
        "unknown": {"total": 1, "by_status": {"404": 1}},
    }


async def test_the_time_can_be_moved(room: Room) -> None:
    token = await room.token()
    answer = await room.client.post("/_clock", json={"advance_seconds": 1200})
    assert answer.json() == {"now": "2026-03-06T22:20:00+00:00"}
    assert (await room.call("/v3/activity/list", {}, token=token)).status_code == 401
    assert (await room.client.post("/_clock", json={"advance_seconds": -1})).status_code == 400


async def test_a_reset_forgets_and_deletes_everything(room: Room) -> None:
    token = await room.token()
    await room.deploy()
    room.advance(10)
    assert len(await room.messages()) == 1
    await room.fault({"what": "no_device"})
    assert (await room.client.post("/_reset")).status_code == 200
    assert (await room.call("/v3/activity/list", {}, token=token)).status_code == 401
    assert (await room.counts())["total"] == 0
    assert (await room.client.get("/_faults")).json() == []
    assert list((room.folder / "messages").iterdir()) == []
    assert (room.folder / "deployments.jsonl").read_text() == ""
    assert (await room.deploy()).status_code == 200


async def test_the_controls_answer_to_loopback_names_alone(room: Room) -> None:
    for path in ("/_faults", "/_deployments"):
        assert (await room.client.get(path, headers={"Host": "evil.example:80"})).status_code == 403
        assert (await room.client.get(path, headers={"Host": "localhost:80"})).status_code == 200
