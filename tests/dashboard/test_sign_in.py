"""Logging in at an issuer of OpenID Connect: who is let in, as what, and what a forged way back opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import oidc_provider_mock
import pytest
from pydantic import SecretStr

from captpathfinder.dashboard.serve import check_exposure
from captpathfinder.dashboard.sign_in import role_of, verified_email
from captpathfinder.errors import SettingsError
from captpathfinder.settings import Settings
from local.stack import Stack
from tests.dashboard.conftest import dashboard_process
from tests.dashboard.seed import Seeded
from tests.dashboard.test_protection import form_token

PEOPLE: dict[str, dict[str, object]] = {
    "ada": {"email": "Ada@Example.com", "email_verified": True},
    "vic": {"email": "vic@viewers.example", "email_verified": True},
    "eve": {"email": "ada@example.com", "email_verified": False},
    "oda": {"email": "oda@elsewhere.example", "email_verified": True, "groups": ["Operations"]},
    "max": {"email": "max@elsewhere.example", "email_verified": True},
    "gus": {"email": "gus@elsewhere.example", "email_verified": False, "groups": ["Operations"]},
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    users = [oidc_provider_mock.User(sub=sub, claims=claims) for sub, claims in PEOPLE.items()]
    with oidc_provider_mock.run_server_in_thread(user_claims=users) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def signed(shared_stack: Stack, issuer: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a dashboard that sends people to the issuer."""
    log = tmp_path_factory.mktemp("signed") / "log"
    with dashboard_process(
        shared_stack,
        log,
        DASHBOARD_OIDC_ISSUER=issuer,
        DASHBOARD_OIDC_CLIENT_ID="captpathfinder",
        DASHBOARD_OIDC_CLIENT_SECRET="a-secret-for-the-tests",
        DASHBOARD_EDITORS="ada@example.com, group:Operations",
        DASHBOARD_VIEWERS="@viewers.example",
    ) as url:
        yield url


def sign_in(url: str, sub: str) -> tuple[httpx.Client, httpx.Response]:
    """A browser that went to the issuer as somebody, and what it got when it came back."""
    client = httpx.Client(base_url=url, timeout=60)
    start = client.get("/login/start", params={"next": "/queue"})
    assert start.status_code == 302
    away = httpx.post(start.headers["location"], data={"sub": sub}, timeout=60)
    return client, client.get(away.headers["location"])


@pytest.mark.parametrize("sub", ["ada", "oda"])
def test_an_editor_changes_something_and_the_audit_names_them(seeded: Seeded, signed: str, sub: str) -> None:
    client, answer = sign_in(signed, sub)
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    token = form_token(client.get("/digests/send").text)
    job = seeded.value("select min(id) from outbox where status = 'dead'")
    done = client.post("/queue/act", data={"action": "retry", "job": job, "form_token": token})
    assert done.status_code == 303
    assert seeded.value("select status from outbox where id = %s", job) == "pending"
    email = str(PEOPLE[sub]["email"])
    actor = seeded.value("select actor from audit where subject = 'jobs'")
    assert actor == f"{email} ({sub} at localhost)"


def test_a_viewer_sees_everything_and_changes_nothing(seeded: Seeded, signed: str) -> None:
    client, answer = sign_in(signed, "vic")
    assert answer.status_code == 303
    page = client.get("/deliveries")
    assert page.status_code == 200
    token = form_token(page.text)
    job = seeded.value("select min(id) from outbox where status = 'dead'")
    for path, form in (
        ("/queue/act", {"action": "retry", "job": str(job)}),
        ("/person/forget", {"id": "u9"}),
        ("/digests/send", {}),
    ):
        refused = client.post(path, data={**form, "form_token": token})
        assert refused.status_code == 403
        assert "for editors" in refused.text
    assert seeded.value("select status from outbox where id = %s", job) == "dead"
    assert "Forget" not in client.get("/person?id=u9").text
    assert client.post("/logout", data={"form_token": token}).status_code == 303


def again(seeded: Seeded) -> dict[str, str]:
    """The newest digest, in a form, to be sent to whoever asks."""
    return {
        "cut": seeded.value("select max(week_end) from digests").isoformat(),
        "channel": "board",
        "to": "me",
    }


def test_a_report_is_told_again_to_who_asks_and_to_nobody_else(seeded: Seeded, signed: str) -> None:
    client, _ = sign_in(signed, "ada")
    report = seeded.value("select min(id) from reports where published_at is not null")
    assert "Me, " not in client.get("/reports/again", params={"report": report}).text
    seeded.db.execute(
        "insert into channels (name, transport, config, sends) values ('post', 'email_smtp', %s, '{digest}')",
        ['{"host": "smtp.example.com", "from": "a@example.com", "to": ["board@example.com"]}'],
    )
    page = client.get("/reports/again", params={"report": report}).text
    assert "Me, Ada@Example.com" in page
    form = {"report": report, "to": "me", "form_token": form_token(page)}
    assert client.post("/reports/again", data=form).status_code == 303
    row = seeded.db.execute(
        "select channel, config -> 'to', (document #>> '{report,id}')::bigint"
        " from claim_outbox('w', array['report_message'], 10) where payload ? 'to'"
    ).fetchall()
    assert row == [("post", ["Ada@Example.com"], report)]
    # Somebody else's address is nobody's to choose.
    for to in ("mallory@example.com", "", "channel"):
        assert client.post("/reports/again", data={**form, "to": to}).status_code == 400


def test_what_somebody_edits_is_a_version_by_them(seeded: Seeded, signed: str) -> None:
    client, _ = sign_in(signed, "ada")
    page = client.get("/rules/new").text
    rule = {"category": "vp", "pattern": "keeper of the lighthouse", "form_token": form_token(page)}
    assert client.post("/rules/new", data=rule).status_code == 303
    by = seeded.value("select created_by from rule_versions order by version desc limit 1")
    assert by == seeded.value("select actor from audit order by id desc limit 1")
    assert by.startswith("Ada@Example.com (")
    assert by in client.get("/rules").text


def test_a_digest_is_sent_again_to_who_asks_and_to_nobody_else(seeded: Seeded, signed: str) -> None:
    client, _ = sign_in(signed, "ada")
    form = again(seeded)
    assert "Me, " not in client.get("/digests/again", params=form).text
    seeded.db.execute(
        "insert into channels (name, transport, config, sends) values ('post', 'email_smtp', %s, '{report}')",
        ['{"host": "smtp.example.com", "from": "a@example.com", "to": ["board@example.com"]}'],
    )
    page = client.get("/digests/again", params=form).text
    assert "Me, Ada@Example.com" in page
    sent = client.post("/digests/again", data={**form, "form_token": form_token(page)})
    assert sent.status_code == 303
    row = seeded.db.execute(
        "select channel, config -> 'to' from claim_outbox('w', array['digest'], 10) where payload ? 'to'"
    ).fetchall()
    assert row == [("post", ["Ada@Example.com"])]
    job = seeded.value("select id from outbox where payload ? 'to'")
    # What the channel got, and whether it did, stays as it was.
    sent_before = seeded.value("select count(*) from digests where sent")
    assert seeded.value("select complete_outbox(%s, 'w', 1)", job)
    assert seeded.value("select count(*) from digests where sent") == sent_before


def test_an_address_that_is_not_verified_gets_nothing(seeded: Seeded, signed: str) -> None:
    client, answer = sign_in(signed, "gus")
    assert answer.status_code == 303
    form = again(seeded)
    page = client.get("/digests/again", params=form).text
    assert "Me, " not in page
    refused = client.post("/digests/again", data={**form, "form_token": form_token(page)})
    assert refused.status_code == 400
    assert seeded.value("select count(*) from outbox where payload ? 'to'") == 0
    assert "gus@elsewhere.example" not in client.get("/").text


@pytest.mark.parametrize("sub", ["eve", "max", "a stranger"])
def test_who_is_not_known_or_not_verified_is_not_let_in(signed: str, sub: str) -> None:
    client, answer = sign_in(signed, sub)
    assert answer.status_code == 403
    assert "not let in" in answer.text
    assert client.get("/queue").status_code == 303


def test_a_way_back_that_did_not_begin_here_opens_nothing(signed: str) -> None:
    # Somebody else's login, put upon this browser.
    theirs = httpx.Client(base_url=signed, timeout=60)
    start = theirs.get("/login/start")
    back = httpx.post(start.headers["location"], data={"sub": "ada"}, timeout=60).headers["location"]
    mine = httpx.Client(base_url=signed, timeout=60)
    assert mine.get(back).status_code == 403
    mine.get("/login/start")
    assert mine.get(back).status_code == 403
    assert mine.get("/login/done?code=x&state=y").status_code == 403
    assert mine.get("/queue").status_code == 303


def test_an_issuer_that_is_away_is_said(shared_stack: Stack, tmp_path: Path) -> None:
    with dashboard_process(
        shared_stack,
        tmp_path / "log",
        DASHBOARD_OIDC_ISSUER="http://127.0.0.1:1",
        DASHBOARD_OIDC_CLIENT_ID="captpathfinder",
        DASHBOARD_EDITORS="ada@example.com",
    ) as url:
        page = httpx.get(f"{url}/login", timeout=60).text
        assert "Log in at 127.0.0.1" in page
        assert 'name="token"' not in page
        answer = httpx.get(f"{url}/login/start", timeout=60)
    assert answer.status_code == 503
    assert "does not answer" in answer.text


def test_a_cookie_is_secure_where_a_trusted_proxy_says_https(shared_stack: Stack, tmp_path: Path) -> None:
    said = {"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1"}
    names = {"DASHBOARD_TOKEN": "a-token-for-the-tests-only"}
    with dashboard_process(shared_stack, tmp_path / "one", **names) as url:
        assert "Secure" not in httpx.get(f"{url}/login", headers=said, timeout=60).headers["set-cookie"]
    trusted = {**names, "DASHBOARD_TRUSTED_PROXIES": "127.0.0.1"}
    with dashboard_process(shared_stack, tmp_path / "two", **trusted) as url:
        assert "Secure" in httpx.get(f"{url}/login", headers=said, timeout=60).headers["set-cookie"]
        assert "Secure" not in httpx.get(f"{url}/login", timeout=60).headers["set-cookie"]


def settings(**changes: object) -> Settings:
    values: dict[str, object] = {
        "supabase_url": "https://abc.supabase.co",
        "supabase_secret_key": SecretStr("sb_secret_x"),
        "dashboard_oidc_issuer": "https://issuer.example.com",
        "dashboard_oidc_client_id": "captpathfinder",
        "dashboard_editors": ("Ada@Example.com", "group:Ops"),
        "dashboard_viewers": ("@example.com", "group:Everybody"),
        **changes,
    }
    return Settings.model_validate(values)


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"email": "ada@example.com", "email_verified": True}, "editor"),
        ({"email": "ADA@EXAMPLE.COM", "email_verified": "true"}, "editor"),
        ({"email": "bo@example.com", "email_verified": True}, "viewer"),
        ({"email": "ada@example.com", "email_verified": False}, None),
        ({"email": "ada@example.com", "email_verified": "false"}, None),
        ({"email": "ada@example.com", "email_verified": 1.5}, None),
        ({"email": "ada@example.com"}, None),
        ({"email": "ada@example.com@evil.example", "email_verified": True}, None),
        ({"email": "ada@evil.example@example.com", "email_verified": True}, None),
        ({"email": "ada@sub.example.com", "email_verified": True}, None),
        ({"email": ["ada@example.com"], "email_verified": True}, None),
        ({"groups": ["Ops"]}, "editor"),
        ({"groups": ["ops"]}, None),
        ({"groups": "Ops"}, None),
        ({"groups": ["Everybody"]}, "viewer"),
        ({"email": "group:Ops", "email_verified": True}, None),
        ({"roles": ["Ops"]}, None),
        ({}, None),
    ],
)
def test_only_verified_addresses_and_named_groups_count(claims: dict[str, Any], role: str | None) -> None:
    assert role_of(claims, settings()) == role


def test_what_has_two_signs_is_no_address_that_anything_is_sent_to() -> None:
    two = {"email": "ada@example.com@evil.example", "email_verified": True}
    assert (verified_email(two), verified_email({**two, "email": " ada@example.com "})) == (
        "",
        "ada@example.com",
    )


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"dashboard_oidc_client_id": None}, "DASHBOARD_OIDC_CLIENT_ID"),
        ({"dashboard_editors": (), "dashboard_viewers": ()}, "DASHBOARD_EDITORS"),
    ],
)
def test_what_is_missing_for_the_issuer_is_named(changes: dict[str, object], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        check_exposure(settings(**changes))
    check_exposure(settings(dashboard_host="0.0.0.0"))  # noqa: S104  (whoever reaches it has to log in)
