import pytest

from local.control_room.settings import Settings

from .conftest import API_KEY, PASSWORD, USERNAME, Room, StartRoom


async def works(room: Room, token: str) -> bool:
    answer = await room.call("/v3/activity/list", {}, token=token)
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


async def test_an_api_key_gives_a_token_that_opens_the_api(room: Room) -> None:
    answer = await room.sign_in(apiKey=API_KEY)
    assert answer.status_code == 200
    assert answer.json()["user"]["username"] == USERNAME
    assert await works(room, answer.json()["token"])


@pytest.mark.parametrize(
    "body", [{"apiKey": "wrong"}, {"password": "wrong"}, {"apiKey": API_KEY, "username": "someone"}]
)
async def test_a_wrong_key_password_or_user_is_refused_in_the_error_shape(
    room: Room, body: dict[str, str]
) -> None:
    answer = await room.sign_in(**body)
    assert answer.status_code == 401
    assert set(answer.json()) == {"code", "message", "details"}
    assert answer.json()["code"] == "INVALID_CREDENTIALS"


@pytest.mark.parametrize(
    "body", [{"apiKey": API_KEY, "password": PASSWORD}, {"multipleLogin": True}, {"key": "x"}]
)
async def test_a_sign_in_with_both_secrets_or_none_is_malformed(room: Room, body: dict[str, object]) -> None:
    answer = await room.sign_in(**body)
    assert answer.status_code == 400
    assert API_KEY not in answer.text
    assert PASSWORD not in answer.text


async def test_a_token_lives_twenty_minutes(room: Room) -> None:
    token = await room.token()
    room.advance(1199)
    assert await works(room, token)
    room.advance(1)
    assert not await works(room, token)


async def test_the_lifetime_of_tokens_can_be_set(start_room: StartRoom) -> None:
    room = await start_room(Settings(run_seconds=10.0, token_lifetime=5))
    token = await room.token()
    room.advance(5)
    assert not await works(room, token)


@pytest.mark.parametrize("multiple", [False, True])
async def test_a_second_password_login_ends_the_first(room: Room, multiple: bool) -> None:
    first = await room.token(password=PASSWORD)
    assert await works(room, first)
    second = await room.token(password=PASSWORD, multipleLogin=multiple)
    assert not await works(room, first)
    assert await works(room, second)


async def test_api_key_tokens_live_side_by_side(room: Room) -> None:
    first, second = await room.token(), await room.token()
    await room.token(password=PASSWORD)
    assert await works(room, first)
    assert await works(room, second)


async def test_an_expired_api_key_is_told_apart_from_a_wrong_one(start_room: StartRoom) -> None:
    room = await start_room(Settings(run_seconds=10.0, api_key_lifetime=60))
    token = await room.token()
    room.advance(60)
    answer = await room.sign_in(apiKey=API_KEY)
    assert (answer.status_code, answer.json()["code"]) == (401, "API_KEY_EXPIRED")
    assert (await room.sign_in(apiKey="wrong")).json()["code"] == "INVALID_CREDENTIALS"
    assert await works(room, token)


async def test_a_missing_token_is_reported_as_the_vendor_does(room: Room) -> None:
    answer = await room.client.post("/v3/activity/list", json={})
    assert (answer.status_code, answer.json()["code"]) == (401, "UM1117")


@pytest.mark.parametrize(
    "path",
    ["/v3/activity/list", "/v3/automations/deploy", "/v4/automations/deploy", "/v2/authentication/token"],
)
@pytest.mark.parametrize("token", [API_KEY, "made-up", None])
async def test_every_call_needs_a_token_and_takes_no_api_key(
    room: Room, path: str, token: str | None
) -> None:
    headers = {"X-Authorization": token} if token else {}
    answer = await room.client.post(path, json={}, headers=headers)
    assert answer.status_code == 401
    assert ("exchange it for a token" in answer.json()["message"]) == (token == API_KEY)
    assert API_KEY not in answer.text


async def test_a_token_can_be_refreshed_by_body_or_header(room: Room) -> None:
    token = await room.token(password=PASSWORD)
    room.advance(1000)
    by_body = await room.client.post("/v2/authentication/token", json={"token": token})
    by_header = await room.client.post("/v2/authentication/token", headers={"X-Authorization": token})
    assert await works(room, token)
    room.advance(500)
    assert not await works(room, token)
    assert await works(room, by_body.json()["token"])
    assert await works(room, by_header.json()["token"])


async def test_the_discontinued_v1_form_is_gone(room: Room) -> None:
    answer = await room.client.post("/v1/authentication", json={"username": USERNAME, "apiKey": API_KEY})
    assert answer.status_code == 404
