"""Teams and Slack, on the wire."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from captpathfinder.context import Context
from captpathfinder.jobs import Run
from captpathfinder.messages import Message
from captpathfinder.render.letter import Fact
from captpathfinder.render.outline import Entry, Outline
from captpathfinder.render.people import Line
from captpathfinder.transports.slack_webhook import blocks, cut
from captpathfinder.worker.decisions import GiveUp, Retry
from tests.channels.deliveries import Job, digest, person
from tests.channels.servers import Answer, Server

HOSTILE = "<!channel> **Bold** [x](https://evil.example) <at>all</at> & Co"
# As it is shown: nobody can click it.
SHOWN = "<!channel> **Bold** [x](https: //evil\u2024example) <at>all</at> & Co"


def texts(value: object) -> list[str]:
    """Every text of a card or of blocks."""
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for item in value.values() for text in texts(item)]
    return [text for item in value for text in texts(item)] if isinstance(value, list) else []


async def test_teams_gets_an_adaptive_card(context: Context, teams: Server) -> None:
    job = Job(context, "teams_workflow", {"secret_env": "CHANNEL_SALES_TEAMS"}, digest(3, username=HOSTILE))
    assert await job.attempt() == {"parts": 1, "requests": 1}
    [request] = teams.requests
    body = request.json()
    assert body["type"] == "message"
    [attachment] = body["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.2")
    assert texts(card).count(SHOWN) == 3
    # What members type is in runs only, which no client reads as Markdown.
    assert not [item for item in json.dumps(card).split('"type": ') if item.startswith('"TextBlock"')]


async def test_teams_cards_stay_small_and_lose_nobody(context: Context, teams: Server) -> None:
    people = 60
    document = digest(people, title="\U0001f981" * 200, company="\u00fc" * 200, functions=["w" * 200])
    job = Job(context, "teams_workflow", {"secret_env": "CHANNEL_SALES_TEAMS"}, document)
    result = await job.attempt()
    assert isinstance(result, dict)
    assert len(teams.requests) == result["parts"] > 2
    assert all(len(request.body) < 25_000 for request in teams.requests)
    shown = [text for request in teams.requests for text in texts(request.json()) if text.startswith("Ada ")]
    assert shown == [f"Ada Example {number}" for number in range(people)]


async def test_parts_of_a_digest_arrive_in_order_though_the_first_takes_longest(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived: list[str] = []

    async def deliver(_run: Run, message: Message) -> dict[str, Any]:
        heading = message.letter.heading
        for _ in range(50 if "(1 of 3)" in heading else 1):
            await asyncio.sleep(0)
        arrived.append(heading)
        return {}

    monkeypatch.setattr(Run, "deliver", deliver)
    parts = [{**digest(9), "part": part, "parts": 3} for part in (1, 2, 3)]
    jobs = [Job(context, "teams_workflow", {"secret_env": "CHANNEL_X"}, part) for part in parts]
    await asyncio.gather(*(job.attempt() for job in jobs))
    assert arrived == [f"9 new executives ({part} of 3)" for part in (1, 2, 3)]


async def test_teams_is_posted_to_four_times_a_second_at_most(context: Context, teams: Server) -> None:
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    context.sleep = note
    context.monotonic = lambda: 100.0
    job = Job(context, "teams_workflow", {"secret_env": "CHANNEL_SALES_TEAMS"}, digest(60))
    await job.attempt()
    assert len(teams.requests) == 3
    assert waits == [0.25, 0.5]


async def test_parts_that_were_taken_are_not_posted_again(context: Context, teams: Server) -> None:
    teams.answers = [Answer(202), Answer(429, headers={"Retry-After": "17"})]
    job = Job(context, "teams_workflow", {"secret_env": "CHANNEL_SALES_TEAMS"}, digest(60))
    assert await job.attempt() == Retry("The Teams workflow answered HTTP 429.", 17.0)
    assert job.progress == {"parts_sent": 1}
    assert await job.attempt() == {"parts": 3, "requests": 2}
    bodies = [request.body for request in teams.requests]
    assert bodies[1] == bodies[2]
    assert len(set(bodies)) == 3


async def test_slack_gets_blocks_whose_texts_are_plain(context: Context, slack: Server) -> None:
    document = digest(2, username=HOSTILE, profile_url="https://c.example/u/1?a=1&b=%7C")
    job = Job(context, "slack_webhook", {"secret_env": "CHANNEL_SALES_SLACK"}, document)
    assert await job.attempt() == {"parts": 1, "requests": 1}
    body = slack.requests[0].json()
    assert len(body["blocks"]) <= 50
    assert "mrkdwn" not in json.dumps(body)
    runs = [
        element
        for block in body["blocks"]
        if block["type"] == "rich_text"
        for element in block["elements"][0]["elements"]
    ]
    links = [(run["url"], run["text"]) for run in runs if run["type"] == "link"]
    assert links == [("https://c.example/u/1?a=1&b=%7C", SHOWN)] * 2


async def test_slack_notification_cannot_call_everybody(context: Context, slack: Server) -> None:
    alert = {"changes": [person(1, username="<!channel> & <@U1>")]}
    job = Job(context, "slack_webhook", {"secret_env": "CHANNEL_SALES_SLACK"}, alert, kind="alert")
    assert isinstance(await job.attempt(), dict)
    body = slack.requests[0].json()
    assert "&lt;!channel&gt; &amp; &lt;@U1&gt;" in body["text"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(410, "channel_is_archived"), "the channel is archived"),
        (Answer(404, "no_service"), "the webhook was removed"),
        (Answer(404, "channel_not_found"), "the channel was deleted"),
        (Answer(403, "action_prohibited"), "an administrator"),
        (Answer(400, "invalid_payload"), "cannot be read"),
        (Answer(200, "<html>Sign in</html>"), "is it a webhook of Slack"),
        (Answer(302, "", {"Location": "https://elsewhere.example"}), "check CHANNEL_SALES_SLACK"),
    ],
)
async def test_slack_refusals_end_the_job_in_words(
    context: Context, slack: Server, answer: Answer, outcome: str
) -> None:
    slack.answers = [answer]
    decision = await Job(context, "slack_webhook", {"secret_env": "CHANNEL_SALES_SLACK"}).attempt()
    assert isinstance(decision, GiveUp)
    assert outcome in decision.why
    assert "verysecret" not in decision.why
    assert len(slack.requests) == 1


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        (Answer(429, "rate_limited", {"Retry-After": "30"}), 30.0),
        (Answer(500, "rollup_error"), None),
        (Answer(503, ""), None),
    ],
)
async def test_slack_trouble_that_passes_is_tried_again(
    context: Context, slack: Server, answer: Answer, after: float | None
) -> None:
    slack.answers = [answer]
    job = Job(context, "slack_webhook", {"secret_env": "CHANNEL_SALES_SLACK"})
    decision = await job.attempt()
    assert isinstance(decision, Retry)
    assert decision.after == after
    assert await job.attempt() == {"parts": 1, "requests": 1}


async def test_missing_variable_is_named(context: Context) -> None:
    decision = await Job(context, "slack_webhook", {"secret_env": "CHANNEL_NOT_THERE"}).attempt()
    assert isinstance(decision, GiveUp)
    assert "NOT_THERE is not set" in decision.why


async def test_unencrypted_url_is_refused_unquoted(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANNEL_SALES_SLACK", "http://hooks.slack.example/services/verysecret")
    decision = await Job(context, "slack_webhook", {"secret_env": "CHANNEL_SALES_SLACK"}).attempt()
    assert decision == GiveUp(
        "CHANNEL_SALES_SLACK in the worker's environment is not a URL that starts with https://"
    )


async def test_nobody_listening_is_tried_again(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANNEL_SALES_SLACK", "http://127.0.0.1:1/services/verysecret")
    decision = await Job(context, "slack_webhook", {"secret_env": "CHANNEL_SALES_SLACK"}).attempt()
    assert decision == Retry("Slack cannot be reached (ConnectError).")


@pytest.mark.parametrize("answer", [Answer(202), Answer(200), Answer(200, "1"), Answer(200, '{"ok": true}')])
async def test_what_teams_answers_when_it_took_the_card(
    context: Context, teams: Server, answer: Answer
) -> None:
    teams.answers = [answer]
    job = Job(context, "teams_workflow", {"secret_env": "CHANNEL_SALES_TEAMS"})
    assert await job.attempt() == {"parts": 1, "requests": 1}


FAILED = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<!doctype html><title>Sign in</title>", "did not answer as a workflow"),
        (f"{FAILED} 413 with ContextId tcid=0", "too large (413)"),
        (f"{FAILED} 400 with ContextId tcid=0", "refuses the card (400)"),
        (json.dumps(f"{FAILED} 413"), "too large (413)"),
    ],
)
async def test_a_200_of_teams_that_did_not_take_the_card_is_no_success(
    context: Context, teams: Server, body: str, said: str
) -> None:
    teams.answers = [Answer(200, body)]
    decision = await Job(context, "teams_workflow", {"secret_env": "CHANNEL_SALES_TEAMS"}).attempt()
    assert isinstance(decision, GiveUp)
    assert said in decision.why
    assert "verysecret" not in decision.why


async def test_teams_that_is_busy_behind_its_200_is_tried_again(context: Context, teams: Server) -> None:
    teams.answers = [Answer(200, f"{FAILED} 429 with ContextId tcid=0")]
    job = Job(context, "teams_workflow", {"secret_env": "CHANNEL_SALES_TEAMS"})
    assert await job.attempt() == Retry("Teams did not take the card (429).")
    assert isinstance(await job.attempt(), dict)


async def test_slack_takes_headers_of_150_and_texts_of_3000_characters(
    context: Context, slack: Server
) -> None:
    link = "https://c.example/?" + "x" * 2970
    document = digest(15, username="\U0001f981" * 200, title="\u738b" * 5000, profile_url=link)
    job = Job(context, "slack_webhook", {"secret_env": "CHANNEL_SALES_SLACK"}, document)
    assert isinstance(await job.attempt(), dict)
    for request in slack.requests:
        for block in request.json()["blocks"]:
            size = len(block.get("text", {"text": ""})["text"].encode("utf-16-le")) // 2
            assert size <= (150 if block["type"] == "header" else 3000)
    assert cut("\U0001f981" * 200, 150) == "\U0001f981" * 74 + "\u2026"


def longest(block: object) -> int:
    """The longest text within a block, as Slack counts it."""
    return max((len(text.encode("utf-16-le")) // 2 for text in texts(block)), default=0)


@pytest.mark.parametrize("letter", ["w", "\U0001f981"])
@pytest.mark.parametrize("mark", ["", " (2 of 3)"])
def test_whatever_a_message_holds_slack_takes_it(letter: str, mark: str) -> None:
    text = letter * 7000
    line = Line(
        text,
        text,
        text,
        (text,),
        "new",
        link="https://a.example/" + "x" * 3000,
        feedback="https://a.example/",
    )
    long = Outline(
        heading=text,
        subject=text,
        intro=text,
        facts=(Fact(text, 1, text),),
        entries=(Entry(line, text),),
        links=((text, "https://a.example/"), (text, "https://a.example/" + "x" * 3000)),
        closing=text,
    )
    body = blocks(long, long.entries, mark)
    limits = {"header": 150, "section": 3000, "rich_text": 3000, "context": 2000, "divider": 0}
    assert [block for block in body["blocks"] if longest(block) > limits[block["type"]]] == []
    assert {block["type"] for block in body["blocks"]} == set(limits)
    assert len(body["text"].encode("utf-16-le")) // 2 <= 3000
    assert body["blocks"][0]["text"]["text"].endswith(mark or "\u2026")
    assert not [block for block in body["blocks"] if "x" * 3000 in json.dumps(block)]


async def test_a_name_that_cannot_be_seen_is_not_known(
    context: Context, slack: Server, teams: Server
) -> None:
    document = digest(1, username="\u3164\u200b \u2800")
    for transport, name in (
        ("slack_webhook", "CHANNEL_SALES_SLACK"),
        ("teams_workflow", "CHANNEL_SALES_TEAMS"),
    ):
        assert isinstance(await Job(context, transport, {"secret_env": name}, document).attempt(), dict)
    for server in (slack, teams):
        assert "Name not known" in server.requests[0].body.decode()
