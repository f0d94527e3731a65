"""The bodies of events for machines: signed, as their schemas say, with what was and what is."""

from __future__ import annotations

import os
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from standardwebhooks import Webhook

from captpathfinder.context import Context
from captpathfinder.events import EVENTS, Envelope, EventDocument
from captpathfinder.worker.decisions import Retry
from local.events import PAGE, page, schema_of
from tests.channels.deliveries import Job, person
from tests.channels.servers import Answer, Server

AT = "2026-11-20T22:00:00.5+00:00"
PERIOD = {"start": "2026-11-13T22:00:00+00:00", "end": "2026-11-20T22:00:00+00:00", "time_zone": "UTC"}
GONE = {"title": None, "level": None}
ABOUT: dict[str, dict[str, Any]] = {
    "executive.detected": {"person": person(1, account={"name": "Acme", "tier": 1})},
    "executive.promoted": {
        "person": person(1, kind="promotion", previous_title="VP", previous_level="vp")
    },
    "executive.demoted": {
        "person": person(1, kind="demotion", previous_title="CEO", previous_level="csuite")
    },
    "executive.moved": {"person": person(1, kind="moved", previous_company="Old Ltd")},
    "executive.left": {
        "person": person(1, **GONE, kind="left", previous_title="CEO", previous_level="csuite")
    },
    "executive.forgotten": {"member": {"community": "main", "user_id": "0042"}},
    "digest.sent": {
        "digest": {"digest_id": 4, "channel": "board", "period": PERIOD, "part": 1, "parts": 2,
                   "counts": {"new": 2, "people": 2}}
    },
    "report.published": {
        "report": {"report_id": 3, "month": "2026-11", "revision": 1, "total": 40, "published_at": AT}
    },
}  # fmt: skip


def document(event: str) -> dict[str, Any]:
    return {"event": event, "occurred_at": AT, **ABOUT[event]}


def job_of(context: Context, receiver: Server, event: str) -> Job:
    config = {"url": f"{receiver.url}/in", "secret_env": "CHANNEL_CRM"}
    return Job(context, "webhook", config, document(event), kind="event")


@pytest.mark.parametrize("event", EVENTS)
async def test_an_event_is_signed_and_as_its_schema_says(
    context: Context, receiver: Server, event: str
) -> None:
    assert isinstance(await job_of(context, receiver, event).attempt(), dict)
    [request] = receiver.requests
    body: Any = Webhook(os.environ["CHANNEL_CRM"]).verify(request.body, dict(request.headers))
    assert body["type"] == event
    assert body["timestamp"] == "2026-11-20T22:00:00.500000Z"
    for value, model in ((body, Envelope), (body["data"], EVENTS[event][0])):
        schema = schema_of(model)
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema).validate(value)


def test_a_schema_refuses_what_it_does_not_say() -> None:
    schema = Draft202012Validator(schema_of(EVENTS["executive.detected"][0]))
    data = EventDocument.model_validate(document("executive.detected")).envelope().data
    assert schema.is_valid(data)
    assert not schema.is_valid({**data, "user_id": 42})
    assert not schema.is_valid({key: value for key, value in data.items() if key != "current"})


def test_an_event_has_what_is_and_what_was() -> None:
    def standing(event: str) -> tuple[Any, Any]:
        data = EventDocument.model_validate(document(event)).envelope().data
        return data["previous"], data["current"]

    ceo = {"title": "Chief Executive Officer", "level": "csuite", "company": "Example Ltd"}
    assert standing("executive.detected") == (None, ceo)
    assert standing("executive.promoted") == ({"title": "VP", "level": "vp", "company": "Example Ltd"}, ceo)
    assert standing("executive.moved") == ({**ceo, "company": "Old Ltd"}, ceo)
    assert standing("executive.left") == ({**ceo, "title": "CEO"}, None)


def test_forgetting_says_who_and_nothing_more() -> None:
    event = EventDocument.model_validate(document("executive.forgotten")).envelope()
    assert event.data == {"member": {"community": "main", "user_id": "0042"}}


async def test_a_repetition_of_an_event_has_its_id_and_its_time(context: Context, receiver: Server) -> None:
    receiver.answers = [Answer(503)]
    job = job_of(context, receiver, "executive.left")
    assert isinstance(await job.attempt(), Retry)
    assert isinstance(await job.attempt(), dict)
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


async def test_people_can_read_an_event_too(context: Context, slack: Server) -> None:
    config = {"secret_env": "CHANNEL_SALES_SLACK"}
    job = Job(context, "slack_webhook", config, document("executive.promoted"), kind="event")
    assert isinstance(await job.attempt(), dict)
    assert "Ada Example 1 (Example Ltd) promoted: VP" in slack.requests[0].body.decode()


def test_the_page_about_events_is_what_the_models_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
