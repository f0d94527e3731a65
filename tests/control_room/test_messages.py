import json
from html.parser import HTMLParser

from local.control_room.settings import Bot

from .conftest import API_KEY, EMAIL_KEY, TEAMS_KEY, Room, StartRoom, email_inputs, text


class Page(HTMLParser):
    """The tags of a page as a browser sees them, and the text outside any frame."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.shown = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.shown += data

    def frame(self) -> dict[str, str | None]:
        [found] = [attributes for tag, attributes in self.tags if tag == "iframe"]
        return found


async def sent(room: Room, **inputs: object) -> str:
    answer = await room.deploy(botInput=email_inputs() | inputs)
    assert answer.status_code == 200, answer.text
    room.advance(10)
    return (await room.messages())[-1]


async def test_an_email_is_a_page_with_its_headers_and_its_body_in_a_frame(room: Room) -> None:
    page = Page(await sent(room))
    for shown in ("Send e-mail (robot)", "ann@example.org, bob@example.org", "Weekly digest"):
        assert shown in page.shown
    body = page.frame()["srcdoc"]
    assert body is not None
    assert body.endswith("<h1>Ten executives</h1>")
    assert [path.name for path in (room.folder / "messages").iterdir()] == ["000001-send-e-mail.html"]


async def test_nothing_in_an_email_escapes_its_place(room: Room) -> None:
    hostile = "\"'></iframe></title><script>alert(1)</script>"
    page = Page(await sent(room, subject=text(hostile), to=text(hostile), body=text(hostile)))
    assert not [tag for tag, _ in page.tags if tag == "script"]
    assert page.shown.count(hostile) == 3
    frame = page.frame()
    assert frame["srcdoc"] == '<base target="_blank">' + hostile
    assert "allow-scripts" not in (frame["sandbox"] or "allow-scripts")


async def test_a_plain_text_email_shows_its_tags_as_text(room: Room) -> None:
    page = Page(await sent(room, isHtml={"type": "BOOLEAN", "boolean": False}, body=text("<b>5 < 6</b>")))
    assert "<b>5 < 6</b>" in page.shown
    assert "iframe" not in dict(page.tags)


async def test_a_teams_message_is_markdown_below_headers_that_stay_on_their_line(room: Room) -> None:
    inputs = {
        "channelUrl": text("https://t/1\n# <b>big"),
        "message": text("**hello**\n\n- one"),
        "messageType": text("markdown"),
    }
    assert (await room.deploy(botId=102, botInput=inputs)).status_code == 200
    room.advance(10)
    [message] = await room.messages()
    headers, _, body = message.partition("\n---\n")
    assert body.strip() == "**hello**\n\n- one"
    assert "- **Channel:** https://t/1 \\# \\<b\\>big\n" in headers
    assert (room.folder / "messages" / "000001-post-to-teams.md").exists()


async def test_a_teams_message_that_is_no_markdown_is_fenced(room: Room) -> None:
    inputs = {"channelUrl": text("c"), "message": text("```\n# no heading"), "messageType": text("text")}
    await room.deploy(botId=102, botInput=inputs)
    room.advance(10)
    assert (await room.messages())[0].rstrip().endswith("````text\n```\n# no heading\n````")


async def test_any_other_bot_shows_its_inputs(start_room: StartRoom) -> None:
    room = await start_room(bots=(Bot(id=7, name="Ticket", inputs={"title": "STRING"}),))
    await room.deploy(botId=7, botInput={"title": text("Printer on fire")})
    room.advance(10)
    assert '"title": "Printer on fire"' in (await room.messages())[0]


async def test_a_bot_with_inputs_of_other_names_says_which_is_which(start_room: StartRoom) -> None:
    bot = Bot(
        id=7,
        name="Mailer",
        kind="email",
        inputs={"recipients": "STRING", "title": "STRING", "html": "STRING", "ticket": "NUMBER"},
        parts={"to": "recipients", "subject": "title", "body": "html"},
    )
    room = await start_room(bots=(bot,))
    inputs = {
        "recipients": text("a@b"),
        "title": text("T"),
        "html": text("<i>x</i>"),
        "ticket": {"type": "NUMBER", "number": 5},
    }
    await room.deploy(botId=7, botInput=inputs)
    room.advance(10)
    page = Page((await room.messages())[0])
    assert "a@b" in page.shown
    assert "Input ticket" in page.shown
    assert (page.frame()["srcdoc"] or "").endswith("<i>x</i>")


async def test_the_email_endpoint_sends_at_once(room: Room) -> None:
    body = {"to": ["ann@example.org"], "subject": "S", "body": "<p>B</p>", "is_html": True}
    answer = await room.client.post(
        "/bots/email", json=body, headers={"Authorization": f"Bearer {EMAIL_KEY}"}
    )
    assert answer.status_code == 202
    page = Page((await room.messages())[0])
    assert "ann@example.org" in page.shown
    assert (page.frame()["srcdoc"] or "").endswith("<p>B</p>")
    assert json.loads((room.folder / "posts.jsonl").read_text())["request"] == body


async def test_the_teams_endpoint_sends_at_once_and_shows_repeats(room: Room) -> None:
    for message in ("**hi**", "**hi**", "other"):
        answer = await room.client.post(
            "/bots/teams",
            json={"channel_url": "https://t/1", "message": message, "message_type": "markdown"},
            headers={"Authorization": f"Bearer {TEAMS_KEY}"},
        )
        assert answer.status_code == 202
    listed = (await room.client.get("/_messages")).json()
    assert sorted(listed["posts_by_fingerprint"].values()) == [1, 2]
    assert (await room.messages())[0].endswith("---\n\n**hi**\n")


async def test_the_simple_endpoints_want_their_own_key_and_the_documented_body(room: Room) -> None:
    body = {"to": ["a@b"], "subject": "S", "body": "B"}
    for headers in ({}, {"Authorization": f"Bearer {TEAMS_KEY}"}, {"Authorization": f"Basic {EMAIL_KEY}"}):
        assert (await room.client.post("/bots/email", json=body, headers=headers)).status_code == 401
    right = {"Authorization": f"Bearer {EMAIL_KEY}"}
    for wrong in ({**body, "to": "a@b"}, {**body, "to": []}, {"to": ["a@b"]}, {**body, "is_html": "yes"}):
        assert (await room.client.post("/bots/email", json=wrong, headers=right)).status_code == 400
    assert await room.messages() == []


async def test_no_secret_reaches_a_file_or_an_answer(room: Room) -> None:
    token = await room.token()
    callback = {"url": "https://example.org", "headers": {"X-Key": "callback-secret"}}
    leaky = f"{API_KEY} {token} {EMAIL_KEY}"
    await room.deploy(f"name {token}", token=token, callbackInfo=callback, botInput={"body": text(leaky)})
    post = {"channel_url": f"https://t/{TEAMS_KEY}", "message": leaky}
    await room.client.post("/bots/teams", json=post, headers={"Authorization": f"Bearer {TEAMS_KEY}"})
    room.advance(10)
    assert len(await room.messages()) == 2
    written = "".join(path.read_text() for path in room.folder.rglob("*") if path.is_file())
    shown = (await room.client.get("/_deployments")).text + (await room.client.get("/_messages")).text
    for secret in (API_KEY, token, EMAIL_KEY, TEAMS_KEY, "callback-secret"):
        assert secret not in written + shown
    assert "[removed]" in written
