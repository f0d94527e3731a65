"""Who is let in, which requests may change something, and what a page never shows."""

from __future__ import annotations

import base64
import itertools
import json
import re
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from captpathfinder.dashboard.access import (
    MOST_FAILURES,
)
from local.migrations import PROJECT
from local.stack import Stack
from tests import warm
from tests.dashboard.conftest import TOKEN, dashboard_process
from tests.dashboard.seed import CONFIG_SECRET, PAYLOAD_SECRET, Seeded

PAGES = [
    "/",
    "/people",
    "/people?text=a&level=vp&sort=name",
    "/changes?kind=new&days=90",
    "/person?id=hostile",
    "/accounts",
    "/queue",
    "/deliveries",
    "/rules?title=CEO",
    "/numbers?days=30",
    "/audit",
]
CHANGES = {
    "/queue/act": {"action": "retry", "job": "1"},
    "/person/aside": {"id": "u9", "days": "30"},
    "/person/correct": {"id": "u9", "title": "Gardener"},
    "/person/uncorrect": {"id": "u9", "attribute": "title"},
    "/person/back": {"id": "u9", "suppression": "1"},
    "/person/forget": {"id": "u9"},
    "/accounts/edit": {"account": "1"},
    "/digests/again": {"cut": "2026-11-20T22:00:00+00:00", "channel": "board", "to": "channel:sales"},
    "/reports/again": {"report": "2", "to": "channel:board"},
    "/feedback/accept": {"id": "1"},
    "/feedback/dismiss": {"id": "1"},
    "/feedback/reopen": {"id": "1"},
    "/rules/new": {"category": "vp", "pattern": "keeper"},
    "/rules/switch": {"id": "1", "to": "off"},
    "/rules/restore": {"version": "1"},
    "/digests/send": {},
    "/reports/generate": {"month": "2026-11"},
    "/logout": {},
}
STATE = (
    "select (select count(*) from outbox where status = 'dead') * 1000000"
    " + (select count(*) from digests) * 1000 + (select count(*) from reports)"
    " + (select count(*) from classification_rules where is_active) * 10"
    " + (select count(*) from suppressions) * 100 + (select count(*) from user_state) * 100000"
)


def form_token(html: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', html)
    assert found is not None
    return found[1]


@pytest.fixture
def client(dashboard: str) -> httpx.Client:
    return httpx.Client(base_url=dashboard, timeout=60)


def test_a_form_of_this_dashboard_is_accepted(seeded: Seeded, client: httpx.Client) -> None:
    token = form_token(client.get("/digests/send").text)
    job = seeded.value("select min(id) from outbox where status = 'dead'")
    answer = client.post("/queue/act", data={"action": "discard", "job": job, "form_token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    assert seeded.value("select count(*) from outbox where status = 'dead'") == 2


@pytest.mark.parametrize("path", CHANGES)
def test_a_forged_request_changes_nothing(
    seen: Seeded, client: httpx.Client, dashboard: str, path: str
) -> None:
    before = seen.value(STATE)
    ours = {
        "origin": dashboard,
        "sec-fetch-site": "same-origin",
        "content-type": "application/x-www-form-urlencoded",
    }
    token = form_token(client.get("/digests/send").text)
    another = form_token(httpx.get(f"{dashboard}/digests/send", timeout=60).text)
    assert another != token
    cookies = dict(client.cookies)
    client.cookies.clear()
    forgeries: list[tuple[dict[str, str], dict[str, str], dict[str, str], int]] = [
        ({}, {}, cookies, 403),
        ({"form_token": ""}, {}, cookies, 403),
        ({"form_token": another}, {}, cookies, 403),
        ({"form_token": token}, {}, {}, 403),
        ({"form_token": token}, {"origin": "https://evil.example.com"}, cookies, 403),
        ({"form_token": token}, {"origin": "null"}, cookies, 403),
        ({"form_token": token}, {"sec-fetch-site": "same-site"}, cookies, 403),
        ({"form_token": token}, {"sec-fetch-site": "none"}, cookies, 403),
        ({"form_token": token}, {"content-type": "text/plain"}, cookies, 415),
    ]
    for fields, headers, its_cookies, status in forgeries:
        content = urlencode({**CHANGES[path], **fields})
        sent = "; ".join(f"{name}={value}" for name, value in its_cookies.items())
        answer = httpx.post(
            dashboard + path, content=content, headers={**ours, **headers, "cookie": sent}, timeout=20
        )
        assert answer.status_code == status, (fields, headers)
        assert "Nothing was changed" in answer.text
        assert seen.value(STATE) == before


@pytest.mark.parametrize("path", CHANGES)
def test_reading_changes_nothing(seen: Seeded, client: httpx.Client, path: str) -> None:
    before = seen.value(STATE)
    # What asks back is read with the same address.
    asks = path not in (
        "/person/back",
        "/person/uncorrect",
        "/accounts/edit",
        "/logout",
    ) and not path.startswith("/feedback/")
    assert client.get(path, params=CHANGES[path]).status_code == (200 if asks else 405)
    assert seen.value(STATE) == before


def test_a_form_that_is_too_large_or_makes_no_sense_is_refused(client: httpx.Client) -> None:
    token = form_token(client.get("/digests/send").text)
    large = client.post("/queue/act", data={"job": "1" * 40_000, "form_token": token})
    assert large.status_code == 413
    for job in ("", "x", "-1", "1" * 40, "\u0661"):
        answer = client.post("/queue/act", data={"action": "retry", "job": job, "form_token": token})
        assert answer.status_code == 400
    for path in (
        "/queue/act?action=explode&job=1",
        "/queue/act?action=retry",
        "/job?id=x",
        "/person",
        "/person?id=",
        "/job/message?id=x",
        "/reports/generate?month=2026-13",
        "/digests/again?cut=never",
    ):
        assert client.get(path).status_code == 400
    for path in ("/people?after=!", "/queue?after=AAAA", "/audit?after=e30x"):
        assert client.get(path).status_code == 404
    for path in ("/job?id=999999999", "/person?id=nobody", "/nope"):
        assert client.get(path).status_code == 404
    # What a filter does not offer is not looked for.
    assert client.get("/people?level=emperor&sort=random&text=%00").status_code == 200


@pytest.mark.parametrize("host", ["evil.example.com", "127.0.0.1.nip.io", "localhost.evil.example", "", "["])
def test_a_foreign_name_is_refused(client: httpx.Client, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code in (400, 421)
    assert "Overview" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9999", "[::1]:80", "LOCALHOST"])
def test_the_names_of_this_machine_are_accepted(seen: Seeded, client: httpx.Client, host: str) -> None:
    assert client.get("/rules", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/rules?title=CEO", "/nope", "/style.css"])
def test_every_answer_has_the_headers(seen: Seeded, client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    for part in ("default-src 'none'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers
    if path != "/style.css":
        assert headers["cache-control"] == "no-store"
    for cookie in headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie


def test_no_page_shows_a_secret(
    seeded: Seeded, client: httpx.Client, dashboard_log: Path, guarded_dashboard: str
) -> None:
    seeded.db.execute(
        "update outbox set last_error = %s where status = 'dead'",
        [f"refused sb_secret_abcdefghij and {seeded.stack.secrets.secret_key}"],
    )
    secrets = [
        CONFIG_SECRET,
        "verysecretpath",
        PAYLOAD_SECRET,
        "sb_secret_",
        seeded.stack.secrets.secret_key,
        seeded.stack.secrets.webhook_password,
        TOKEN,
    ]
    texts = [client.get(path).text for path in PAGES]
    texts += [httpx.get(f"{guarded_dashboard}/login").text, dashboard_log.read_text()]
    for text in texts:
        assert [secret for secret in secrets if secret in text] == []


# -- behind a token ----------------------------------------------------------------------------------


def log_in(url: str, token: str = TOKEN, target: str = "/") -> tuple[httpx.Client, httpx.Response]:
    client = httpx.Client(base_url=url, timeout=60)
    page = client.get("/login", params={"next": target}).text
    return client, client.post(
        "/login", data={"token": token, "next": target, "form_token": form_token(page)}
    )


@pytest.mark.parametrize("path", PAGES)
def test_without_a_session_there_is_only_the_login(guarded_dashboard: str, path: str) -> None:
    answer = httpx.get(guarded_dashboard + path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")
    assert answer.text == ""


@pytest.mark.parametrize("path", CHANGES)
def test_without_a_session_nothing_is_changed(seen: Seeded, guarded_dashboard: str, path: str) -> None:
    before = seen.value(STATE)
    with httpx.Client(base_url=guarded_dashboard) as client:
        token = form_token(client.get("/login").text)
        answer = client.post(path, data={**CHANGES[path], "form_token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert seen.value(STATE) == before


def test_the_token_opens_a_session_that_logging_out_ends(seen: Seeded, guarded_dashboard: str) -> None:
    client, answer = log_in(guarded_dashboard, target="/queue")
    copied = dict(client.cookies)
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    page = client.get("/queue")
    assert page.status_code == 200
    assert TOKEN not in "".join(str(cookie.value) for cookie in client.cookies.jar)
    done = client.post("/logout", data={"form_token": form_token(page.text)})
    assert done.headers["location"] == "/login"
    assert client.get("/queue").status_code == 303
    # A copy of the cookie opens nothing either.
    assert httpx.get(f"{guarded_dashboard}/queue", cookies=copied).status_code == 303


@pytest.mark.parametrize("trusts", [True, False])
def test_wrong_tokens_close_the_login_for_the_address_they_came_from(
    seen: Seeded, tmp_path: Path, trusts: bool
) -> None:
    proxies = {"DASHBOARD_TRUSTED_PROXIES": "127.0.0.1"} if trusts else {}
    with dashboard_process(seen.stack, tmp_path / "log", DASHBOARD_TOKEN=TOKEN, **proxies) as url:

        def tried(token: str, address: str) -> httpx.Response:
            said = {"x-forwarded-for": address, "x-forwarded-proto": "https"}
            page = httpx.get(f"{url}/login", headers=said, timeout=60)
            return httpx.post(
                f"{url}/login",
                data={"token": token, "form_token": form_token(page.text)},
                headers=said,
                cookies=dict(page.cookies),
                timeout=60,
            )

        # Who does not come through a trusted proxy is who they are, whatever they say.
        wrong = [tried("wrong", "192.0.2.1" if trusts else f"192.0.2.{n}") for n in range(MOST_FAILURES)]
        assert {answer.status_code for answer in wrong} == {403}
        closed = tried(TOKEN, "192.0.2.1")
        assert closed.status_code == 429
        assert not any("session" in cookie for cookie in closed.headers.get_list("set-cookie"))
        other = tried(TOKEN, "198.51.100.1")
        assert other.status_code == (303 if trusts else 429)
        if trusts:
            session = next(cookie for cookie in other.headers.get_list("set-cookie") if "_session_" in cookie)
            assert "Secure" in session
            assert "HttpOnly" in session
            assert "SameSite=lax" in session


def test_a_session_that_cannot_be_asked_about_opens_nothing(shared_stack: Stack, tmp_path: Path) -> None:
    away = {"DASHBOARD_TOKEN": TOKEN, "SUPABASE_URL": "http://127.0.0.1:1"}
    with dashboard_process(shared_stack, tmp_path / "log", **away) as url:
        client, answer = log_in(url)
        assert answer.status_code == 303
        refused = client.get("/queue")
    assert refused.status_code == 503
    assert "cannot tell whether your session holds" in refused.text


def test_wrong_tokens_open_nothing_and_after_some_not_even_the_right_one(
    shared_stack: Stack, tmp_path: Path
) -> None:
    wrong = itertools.cycle(["", "wrong", TOKEN[:-1], TOKEN + "x", TOKEN.upper()])
    with dashboard_process(shared_stack, tmp_path / "log", DASHBOARD_TOKEN=TOKEN) as url:
        for token in itertools.islice(wrong, MOST_FAILURES):
            client, answer = log_in(url, token)
            assert answer.status_code == 403, token
            assert client.get("/queue").status_code == 303
        client, answer = log_in(url)
        assert answer.status_code == 429
        assert client.get("/queue").status_code == 303


def test_a_session_cannot_be_made_up(guarded_dashboard: str) -> None:
    port = guarded_dashboard.rsplit(":", 1)[1]
    client, _ = log_in(guarded_dashboard)
    name = f"captpathfinder_session_{port}"
    session = client.cookies[name]
    body, signature = session.split(".")
    another = base64.urlsafe_b64encode(
        json.dumps({"id": "x", "until": 10**11, "name": "x"}).encode()
    ).decode()
    for forged in (f"{another}.{signature}", f"x.{signature}", f"{body}.", f"{body}", "", "x"):
        answer = httpx.get(f"{guarded_dashboard}/queue", cookies={name: forged})
        assert answer.status_code == 303


def test_a_named_host_is_accepted_and_others_are_not(guarded_dashboard: str) -> None:
    accepted = httpx.get(f"{guarded_dashboard}/login", headers={"host": "captpathfinder.example.com"})
    assert accepted.status_code == 200
    assert httpx.get(f"{guarded_dashboard}/login", headers={"host": "evil.example.com"}).status_code == 421


def test_it_is_not_bound_where_others_reach_it_without_a_token() -> None:
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": f"{PROJECT / 'worker'}:{PROJECT}",
        "SUPABASE_URL": "http://127.0.0.1:1",
        "SUPABASE_SECRET_KEY": "sb_secret_x",
        "DASHBOARD_HOST": "0.0.0.0",  # noqa: S104  (it is refused)
    }
    refused = warm.run(["dashboard"], env=environment)
    assert refused.returncode == 2
    assert "DASHBOARD_TOKEN" in refused.stderr
    assert "Traceback" not in refused.stderr


# -- Supabase away -----------------------------------------------------------------------------------


def test_an_absent_supabase_is_said_on_every_page(shared_stack: Stack, tmp_path: Path) -> None:
    with dashboard_process(shared_stack, tmp_path / "log", SUPABASE_URL="http://127.0.0.1:1") as url:
        for path in PAGES:
            answer = httpx.get(url + path, timeout=60)
            assert answer.status_code == 503
            assert "Cannot reach Supabase" in answer.text
            assert answer.headers["retry-after"] == "10"


def test_a_slow_supabase_is_said_in_time(seeded: Seeded, client: httpx.Client) -> None:
    gateway = seeded.stack.url("gateway")
    headers = {"X-Control-Token": seeded.stack.secrets.gateway_control_token}
    # Said before Supabase answers, which would be a page with numbers.
    fault = {"path": "/rest/v1/rpc/stats", "action": "delay", "delay": 120}
    httpx.post(f"{gateway}/_faults", json=fault, headers=headers).raise_for_status()
    answer = client.get("/", timeout=100)
    assert answer.status_code == 503
    assert "Cannot reach Supabase" in answer.text


def test_a_refused_key_is_said(seen: Seeded, tmp_path: Path) -> None:
    with dashboard_process(seen.stack, tmp_path / "log", SUPABASE_SECRET_KEY="sb_secret_not_this_one") as url:
        answer = httpx.get(url, timeout=60)
    assert answer.status_code == 503
    assert "Supabase refuses the worker" in answer.text
    assert "sb_secret_not_this_one" not in answer.text


# -- the pure parts ----------------------------------------------------------------------------------
