"""The public pages over HTTP: who is let in, what a press does, and what no link can reach."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from unittest import mock
from urllib.parse import urlsplit

import httpx
import pytest
from pydantic import SecretStr

from captpathfinder.clock import utc_now
from captpathfinder.doctor import public_check
from captpathfinder.errors import SupabaseError
from captpathfinder.public_pages.allowance import Allowance
from captpathfinder.public_pages.links import LONGEST, Links
from captpathfinder.public_pages.site import PublicPages
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.api import SupabaseApi
from local.stack import Stack
from tests.channels.people import detect
from tests.feedback.conftest import Connection, Pages
from tests.feedback.test_proposals import mutes, proposals
from tests.worker.support import WorkerProcess, worker_environment

FORM = {"content-type": "application/x-www-form-urlencoded"}


def press(url: str, verdict: str) -> httpx.Response:
    return httpx.post(url, data={"verdict": verdict}, follow_redirects=True, timeout=60)


def test_a_press_mutes_the_person_for_the_channel_and_undo_takes_it_back(
    told: Connection, pages: Pages
) -> None:
    url = pages.feedback(detect(told, "1", name="Grace Hopper"))
    first = httpx.get(url)
    assert first.status_code == 200
    assert first.text.count("<button") == 3
    assert "Grace Hopper" in first.text
    after = press(url, "already_known")
    assert (after.status_code, str(after.url)) == (200, url)
    assert "The channel sales will not hear of Grace Hopper again." in after.text
    assert mutes(told) == [("sales", "1", "already known", None)]
    assert proposals(told) == [("sales", "1", "already_known", "open")]
    assert "Undo" not in press(url, "undo").text
    assert (mutes(told), proposals(told)) == ([], [])


def test_looking_changes_nothing(told: Connection, pages: Pages) -> None:
    url = pages.feedback(detect(told, "1"))
    asked = {method: httpx.request(method, url).status_code for method in ("GET", "HEAD", "PUT", "DELETE")}
    assert asked == {"GET": 200, "HEAD": 200, "PUT": 405, "DELETE": 405}
    assert httpx.head(url).text == ""
    assert (mutes(told), proposals(told)) == ([], [])


def test_a_scanner_that_presses_all_buttons_changes_that_channel_s_mute_at_most(
    told: Connection, pages: Pages
) -> None:
    url = pages.feedback(detect(told, "1"))
    states = "select to_jsonb(s) from (select * from public.user_state) as s"
    before = told.execute(states).fetchall()
    buttons = re.findall(r'name="verdict" value="(\w+)"', httpx.get(url).text)
    for verdict in buttons:
        press(url, verdict)
    assert mutes(told) == [("sales", "1", "not executive", None)]
    assert {row[3] for row in proposals(told)} == {"open"}
    assert told.execute(states).fetchall() == before
    assert told.execute("select from public.suppressions").fetchall() == []


def bad_links(pages: Pages, detection: int) -> dict[str, str]:
    good = pages.feedback(detection)
    base, _, token = good.rpartition("/")
    value, _, signature = token.rpartition(".")
    other = Settings(
        supabase_url="https://other.supabase.co", supabase_secret_key=SecretStr("sb_secret_" + "y" * 30)
    )
    foreign = Links(other).feedback("sales", detection, datetime(2099, 1, 1, tzinfo=UTC))
    board = pages.feedback(detection, "board").rpartition("/")[2].rpartition(".")[0]
    return {
        "expired": pages.feedback(detection, days=-0.001),
        "of another project": f"{base}/{foreign.rpartition('/')[2]}",
        "changed": f"{base}/{value[:-1]}{'A' if value[-1] != 'A' else 'B'}.{signature}",
        "signature of another channel's": f"{base}/{board}.{signature}",
        "unsigned": f"{base}/{value}",
        "empty signature": f"{base}/{value}.",
        "of a digest": f"{base}/{pages.digest(1).rpartition('/')[2]}",
        "too long": f"{base}/{token}{'x' * LONGEST}",
        "of no text": f"{base}/%00%ff%f0%9f.%20",
        "of nobody": pages.feedback(detection + 10_000),
        "of no channel": pages.feedback(detection, "nobody"),
    }


def test_forged_expired_and_foreign_links_are_refused_alike_and_name_nobody(
    told: Connection, pages: Pages
) -> None:
    detection = detect(told, "1", name="Grace Hopper")
    seen = set()
    for why, url in bad_links(pages, detection).items():
        for answer in (httpx.get(url), press(url, "already_known")):
            assert answer.status_code == 404, why
            assert "Grace" not in answer.text, why
            seen.add(answer.text)
    assert len(seen) == 1
    assert (mutes(told), proposals(told)) == ([], [])


def test_of_a_forgotten_person_a_link_names_nobody_and_does_nothing(told: Connection, pages: Pages) -> None:
    url = pages.feedback(detect(told, "1", name="Grace Hopper"))
    press(url, "not_executive")
    told.execute("select public.forget_user('1')")
    for answer in (httpx.get(url), press(url, "not_executive")):
        assert answer.status_code == 404
        assert "Grace" not in answer.text
    assert (mutes(told), proposals(told)) == ([], [])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"verdict=fire", 400), (b"verdict=", 400), (b"verdict=undo&verdict=undo", 400),
        (b"\xff\xfe", 400), (b"verdict=undo&a=1&b=2&c=3", 400), (b"verdict=" + b"x" * 5000, 413),
    ],
)  # fmt: skip
def test_what_is_no_button_is_refused(told: Connection, pages: Pages, body: bytes, status: int) -> None:
    answer = httpx.post(pages.feedback(detect(told, "1")), content=body, headers=FORM)
    assert answer.status_code == status
    assert proposals(told) == []


def test_no_page_sets_or_loads_anything_or_is_kept(told: Connection, pages: Pages) -> None:
    url = pages.feedback(detect(told, "1"))
    for answer in (httpx.get(url), httpx.get(f"{pages.url}/feedback/x"), httpx.get(f"{pages.url}/worker")):
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-frame-options"] == "DENY"
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; form-action 'self'; frame-ancestors 'none'")
        assert "unsafe" not in policy
        assert "server" not in answer.headers


def test_a_proxy_may_take_the_path_away(told: Connection, pages: Pages) -> None:
    url = pages.feedback(detect(told, "1"))
    bare = url.replace("/people/", "/")
    assert press(bare, "wrong_company").url.path == urlsplit(bare).path
    assert proposals(told) == [("sales", "1", "wrong_company", "open")]


@pytest.mark.parametrize("path", ["", "/feedback", "/digest", "/worker", "/a/b"])
async def test_every_page_is_found_below_any_path_and_when_a_proxy_took_it_away(path: str) -> None:
    settings = Settings(
        supabase_url="http://127.0.0.1:9",
        supabase_secret_key=SecretStr("sb_secret_" + "x" * 30),
        public_url=f"https://people.example.com{path}",
    )
    links = Links(settings)
    later = datetime(2099, 1, 1, tzinfo=UTC)
    async with SupabaseApi(settings) as api:
        site = PublicPages(settings, api, links, now=utc_now, monotonic=lambda: 0.0)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(site.application()))
        for url in (links.feedback("sales", 1, later), links.digest(1, later)):
            for asked in (url, url.replace(f".com{path}", ".com", 1)):
                # Found, and only the database is away.
                assert (await client.get(asked)).status_code == 503, asked
        for base in {path, ""}:
            assert (await client.get(f"https://people.example.com{base}/worker")).status_code == 200


def send_digest(db: Connection, people: int) -> int:
    for number in range(people):
        detect(db, f"u{number}", name=f"Person {number}")
    db.execute("update public.settings set digest_size = 2, digest_messages = 1")
    db.execute("select public.send_digests()")
    row = db.execute("select id from public.digests where channel = 'sales'").fetchone()
    assert row is not None
    return int(row[0])


def test_the_page_of_a_digest_has_everybody_with_a_link_to_say_what_is_not_right(
    told: Connection, pages: Pages
) -> None:
    url = pages.digest(send_digest(told, 5))
    answer = httpx.get(url)
    assert answer.status_code == 200
    assert sorted(re.findall(r"Person \d", answer.text)) == [f"Person {number}" for number in range(5)]
    assert answer.text.count('<span class="level">C-level executive</span>') == 5
    links = re.findall(r'class="wrong" href="([^"]+)"', answer.text)
    assert len(links) == 5
    press(links[0], "already_known")
    [(channel, *_)] = mutes(told)
    assert channel == "sales"
    [path] = re.findall(r'href="([^"]+people\.csv)"', answer.text)
    table = httpx.get(httpx.URL(url).join(path))
    assert table.headers["content-disposition"].startswith('attachment; filename="digest-')
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"), newline="")))
    assert sorted(row["Name"] for row in rows) == [f"Person {number}" for number in range(5)]
    told.execute("select public.forget_user('u3')")
    assert "Person 3" not in httpx.get(url).text + httpx.get(httpx.URL(url).join(path)).text


def test_a_long_digest_is_shown_in_pages_and_complete_as_csv(told: Connection, pages: Pages) -> None:
    url = pages.digest(send_digest(told, 303))
    names: list[str] = []
    seen, next_page = 0, "?after=0"
    while next_page:
        text = httpx.get(httpx.URL(url).join(next_page), timeout=60).text
        names += re.findall(r"Person \d+", text)
        found = re.search(r'href="(\?after=\d+)"', text)
        next_page = found[1] if found else ""
        seen += 1
    assert seen == 2
    assert len(names) == len(set(names)) == 303
    table = httpx.get(f"{url}/people.csv", timeout=60).text
    assert len(table.splitlines()) == 304


@pytest.mark.parametrize("after", ["-1", "x", "\u0663", "9" * 30, "1.5"])
def test_what_is_no_place_is_the_beginning(told: Connection, pages: Pages, after: str) -> None:
    url = pages.digest(send_digest(told, 1))
    assert "Person 0" in httpx.get(url, params={"after": after}).text


def test_the_links_of_digests_run_out_and_are_of_one_digest(told: Connection, pages: Pages) -> None:
    number = send_digest(told, 1)
    for url in (
        pages.digest(number, days=-0.001),
        pages.digest(number + 1000),
        pages.digest(number)[:-2],
        f"{pages.url}/digest/{pages.feedback(1).rpartition('/')[2]}",
    ):
        for path in ("", "/people.csv"):
            answer = httpx.get(f"{url}{path}")
            assert answer.status_code == 404
            assert "Person" not in answer.text


def test_nothing_personal_and_no_link_is_logged(told: Connection, pages: Pages) -> None:
    url = pages.feedback(detect(told, "secret-id", name="Grace Hopper"))
    press(url, "already_known")
    httpx.get(f"{url}x")
    logged = pages.worker.text()
    for text in ("Grace", "secret-id", url.rpartition("/")[2], "already_known"):
        assert text not in logged


def test_one_link_may_be_opened_and_pressed_so_often_and_others_still_work(
    told: Connection, pages: Pages
) -> None:
    first, second = pages.feedback(detect(told, "1")), pages.feedback(detect(told, "2"))
    with httpx.Client() as client:
        pressed = [client.post(first, data={"verdict": "undo"}).status_code for _ in range(21)]
        assert (pressed[:20], pressed[20]) == ([303] * 20, 429)
        answers = [client.get(first) for _ in range(61)]
        assert [answer.status_code for answer in answers].count(429) >= 1
        assert answers[-1].headers["retry-after"] == "60"
        assert client.get(second).status_code == 200


def test_readers_behind_a_trusted_proxy_do_not_lock_each_other_out(told: Connection, pages: Pages) -> None:
    feedback = pages.feedback(detect(told, "1"))
    told.execute("select public.send_digests()")
    digest = pages.digest(told.execute("select min(id) from public.digests").fetchall()[0][0])
    with httpx.Client() as client:

        def opened(url: str, reader: str) -> int:
            return client.get(url, headers={"X-Forwarded-For": reader}).status_code

        def pressed(reader: str) -> int:
            headers = {"X-Forwarded-For": reader}
            return client.post(feedback, data={"verdict": "undo"}, headers=headers).status_code

        # Of IPv6 a customer has a network of addresses.
        for reader, same, other in (
            ("203.0.113.1", "203.0.113.1", "203.0.113.2"),
            ("2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:2::1"),
        ):
            assert [opened(digest, reader) for _ in range(60)] == [200] * 60
            assert (opened(digest, same), opened(digest, other)) == (429, 200)
            assert [pressed(reader) for _ in range(20)] == [303] * 20
            assert (pressed(same), pressed(other)) == (429, 303)


async def test_many_readers_of_one_link_or_one_reader_of_many_are_told_to_wait() -> None:
    settings = Settings(
        supabase_url="http://127.0.0.1:9",
        supabase_secret_key=SecretStr("sb_secret_" + "x" * 30),
        public_url="https://people.example.com",
    )
    links, later, now = Links(settings), datetime(2099, 1, 1, tzinfo=UTC), [0.0]

    async def answers(digest: int, reader: str, times: int = 1) -> set[int]:
        transport = httpx.ASGITransport(application, client=(reader, 1))
        async with httpx.AsyncClient(transport=transport) as client:
            return {(await client.get(links.digest(digest, later))).status_code for _ in range(times)}

    # The database is away: whoever is let through is told so.
    api = mock.create_autospec(SupabaseApi, instance=True)
    api.rows.side_effect = SupabaseError("away")
    application = PublicPages(settings, api, links, now=utc_now, monotonic=lambda: now[0]).application()
    for number in range(20):
        assert await answers(1, f"192.0.2.{number}", 30) == {503}
    assert await answers(1, "192.0.2.99") == {429}
    now[0] += 61
    for number in range(6):
        assert await answers(10 + number, "198.51.100.1", 50) == {503}
    assert await answers(20, "198.51.100.1") == {429}
    # What was refused to one has cost the others nothing.
    assert await answers(20, "198.51.100.1", 1000) == {429}
    assert await answers(20, "198.51.100.2") == {503}


async def test_a_proxy_that_is_not_trusted_is_noticed() -> None:
    settings = Settings(
        supabase_url="http://127.0.0.1:9",
        supabase_secret_key=SecretStr("sb_secret_" + "x" * 30),
        public_url="https://people.example.com",
    )
    links = Links(settings)
    async with SupabaseApi(settings) as api:
        site = PublicPages(settings, api, links, now=utc_now, monotonic=lambda: 0.0)
        transport = httpx.ASGITransport(site.application(), client=("203.0.113.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="https://people.example.com") as client:
            known = [
                (await client.get("/worker", headers=headers)).json()["knows_readers"]
                for headers in (
                    {},
                    {"X-Forwarded-For": "198.51.100.7, 203.0.113.1"},
                    {"X-Forwarded-For": "198.51.100.7"},
                    {"X-Forwarded-For": "203.0.113.11"},
                )
            ]
    assert known == [True, True, False, False]
    answer = {"links": links.fingerprint, "knows_readers": False}
    said = public_check._judged("https://people.example.com", answer, links.fingerprint)
    assert "PUBLIC_TRUSTED_PROXIES" in str(said)


def test_an_allowance_comes_back_after_its_window() -> None:
    allowance = Allowance(2, 60)
    assert [allowance.takes("a", moment) for moment in (0, 1, 2, 60, 61, 61.6)] == [
        True, True, False, True, True, False,
    ]  # fmt: skip
    assert allowance.takes("b", 62)
    assert allowance.takes("c", 200)
    assert list(allowance._used) == ["c"]


async def test_while_the_database_is_away_a_page_says_so_and_names_nobody() -> None:
    settings = Settings(
        supabase_url="http://127.0.0.1:9",
        supabase_secret_key=SecretStr("sb_secret_" + "x" * 30),
        public_url="https://people.example.com",
    )
    links = Links(settings)
    later = datetime(2099, 1, 1, tzinfo=UTC)
    async with SupabaseApi(settings) as api:
        site = PublicPages(settings, api, links, now=utc_now, monotonic=lambda: 0.0)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(site.application()))
        for url in (links.feedback("sales", 1, later), links.digest(1, later)):
            answer = await client.get(url)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
            assert "Not at the moment" in answer.text


def test_the_doctor_opens_the_public_pages_as_a_reader_would(pages: Pages, stack: Stack) -> None:
    for number, (url, said) in enumerate([
        (pages.url, "! public pages: the worker answers at"),
        (f"{pages.url}/elsewhere", "what answers at"),
        ("http://127.0.0.1:9", "refused the connection"),
        ("", "- public pages: not configured"),
    ]):  # fmt: skip
        environment = worker_environment(stack, PUBLIC_URL=url, REALTIME_ENABLED="false")
        log = pages.worker.log.with_name(f"doctor-{number}")
        with WorkerProcess(environment, log, ("doctor",)) as doctor:
            doctor.process.wait(120)
            line = next(line for line in doctor.text().splitlines() if "public pages" in line)
        assert said in line
