"""What a control room answers now and then, and what becomes of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from captpathfinder.control_room import ControlRoom, DeployRequest
from captpathfinder.control_room.deployments import Deployment
from captpathfinder.errors import ControlRoomAuthError
from captpathfinder.transports.aa_bot import best_of
from tests.channels.servers import Answer, Server, serve

REFUSED = Answer(401, '{"code": "INVALID_CREDENTIALS"}')
SIGNED_IN = Answer(200, '{"token": "t"}')


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serve(SIGNED_IN) as server:
        yield server


@pytest.fixture
async def room(server: Server) -> AsyncIterator[ControlRoom]:
    async with httpx.AsyncClient() as http:
        yield ControlRoom(http, url=server.url, username="worker", api_key=SecretStr("k"))


async def test_one_refused_login_is_tried_again(server: Server, room: ControlRoom) -> None:
    server.answers = [REFUSED]
    await room.check_login()
    assert len(server.requests) == 2
    assert not room.key_rejected


async def test_a_second_one_says_that_the_key_is_refused(server: Server, room: ControlRoom) -> None:
    server.answers = [REFUSED, REFUSED]
    with pytest.raises(ControlRoomAuthError):
        await room.check_login()
    assert room.key_rejected
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("statuses", "best"),
    [
        (["UPDATE", "COMPLETED"], "1"),
        (["COMPLETED", "UPDATE"], "0"),
        (["RUN_FAILED", "QUEUED"], "1"),
        (["RUN_FAILED", "DEPLOY_FAILED", "RUN_ABORTED", "RUN_TIMED_OUT"], None),
        (["RUN_FAILED", "heard of never"], "1"),
        ([], None),
    ],
)
def test_of_several_deployments_the_one_that_completed_counts(statuses: list[str], best: str | None) -> None:
    rows = [{"deploymentId": str(place), "status": status} for place, status in enumerate(statuses)]
    assert best_of([Deployment.model_validate(row) for row in rows]) == best


async def test_a_number_is_the_id_of_a_deployment(server: Server, room: ControlRoom) -> None:
    row = {"deploymentId": 4711, "automationName": "a", "status": "COMPLETED"}
    server.answers = [
        SIGNED_IN,
        Answer(200, '{"deploymentId": 4711}'),
        Answer(200, json.dumps({"list": [row]})),
    ]
    made = await room.deploy(DeployRequest(bot_id=1, name="a", run_as_user_ids=(3,), inputs={}))
    assert made == "4711"
    found = await room.find_by_id(made)
    assert found is not None
    assert found.status == "COMPLETED"
