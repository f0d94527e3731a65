"""The signed webhook, checked by the published library of Standard Webhooks."""

from __future__ import annotations

import os
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from captpathfinder.context import Context
from captpathfinder.worker.decisions import GiveUp, Retry
from tests.channels.deliveries import Job, digest
from tests.channels.servers import Answer, Request, Server


def verified(request: Request) -> dict[str, Any]:
    """The body, once the library has verified the signature."""
    body: dict[str, Any] = Webhook(os.environ["CHANNEL_CRM"]).verify(request.body, dict(request.headers))
    return body


def job_of(context: Context, receiver: Server, people: int = 1) -> Job:
    return Job(context, "webhook", {"url": f"{receiver.url}/in", "secret_env": "CHANNEL_CRM"}, digest(people))


async def test_receiver_can_verify_what_it_gets(context: Context, receiver: Server) -> None:
    result = await job_of(context, receiver, 2).attempt()
    [request] = receiver.requests
    body = verified(request)
    assert body["type"] == "captpathfinder.digest"
    assert [person["username"] for person in body["data"]["people"]] == ["Ada Example 0", "Ada Example 1"]
    assert isinstance(result, dict)
    assert result["http_status"] == 204
    assert request.headers["webhook-id"] == result["webhook_id"]


async def test_changed_body_is_not_verified(context: Context, receiver: Server) -> None:
    await job_of(context, receiver).attempt()
    [request] = receiver.requests
    forged = Request(request.method, request.path, request.headers, request.body.replace(b"Ada", b"Eve"))
    with pytest.raises(WebhookVerificationError):
        verified(forged)


async def test_a_repetition_has_the_same_id(context: Context, receiver: Server) -> None:
    receiver.answers = [Answer(503, headers={"Retry-After": "120"})]
    job = job_of(context, receiver)
    assert await job.attempt() == Retry("The receiver answered HTTP 503.", 120.0)
    assert isinstance(await job.attempt(), dict)
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1


async def test_gone_ends_the_job_and_says_so(context: Context, receiver: Server) -> None:
    receiver.answers = [Answer(410)]
    decision = await job_of(context, receiver).attempt()
    assert isinstance(decision, GiveUp)
    assert "gone for good (HTTP 410)" in decision.why


async def test_too_large_is_sent_in_pieces_that_each_arrive_once(context: Context, receiver: Server) -> None:
    receiver.answers = [Answer(413), Answer(413), Answer(204), Answer(500), Answer(204), Answer(413)]
    job = job_of(context, receiver, 10)
    assert isinstance(await job.attempt(), Retry)
    assert job.progress == {"people_at_once": 3, "people_sent": 3}
    result = await job.attempt()
    assert isinstance(result, dict)
    got: list[str] = []
    ids: list[str] = []
    outcomes = [413, 413, 204, 500, 204, 413]
    for request, status in zip(receiver.requests, outcomes + [204] * 20, strict=False):
        if status == 204:
            got += [person["user_id"] for person in verified(request)["data"]["people"]]
            ids.append(request.headers["webhook-id"])
    assert got == [str(2000 + number) for number in range(10)]
    assert len(set(ids)) == len(ids)


async def test_one_entry_that_is_too_large_ends_the_job(context: Context, receiver: Server) -> None:
    receiver.usually = Answer(413)
    decision = await job_of(context, receiver, 3).attempt()
    assert isinstance(decision, GiveUp)
    assert "413" in decision.why


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 301])
async def test_other_refusals_end_the_job(context: Context, receiver: Server, status: int) -> None:
    receiver.answers = [Answer(status)]
    decision = await job_of(context, receiver).attempt()
    assert isinstance(decision, GiveUp)
    assert str(status) in decision.why
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("secret", ["plain", "whsec_c2hvcnQ=", "whsec_***"])
async def test_a_secret_that_is_none_is_refused_unquoted(
    context: Context, receiver: Server, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANNEL_CRM", secret)
    decision = await job_of(context, receiver).attempt()
    assert isinstance(decision, GiveUp)
    assert "CHANNEL_CRM" in decision.why
    assert secret not in decision.why
    assert receiver.requests == []
