"""Who may post: each kind of authentication, its refusals, rotation of secrets, and what a refusal tells."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets

import psycopg
import pytest

from tests.ingest.platform import SECRET, Answer, Json, Platform, basic

CHANGE = {"userId": "1", "username": "x", "profileField": "Job Title", "value": "CEO", "oldValue": ""}
BODY = json.dumps(CHANGE)


def add_source(platform: Platform, name: str, kind: str, secret: str, **columns: object) -> None:
    columns = {"name": name, "auth_kind": kind, "community": "main", **columns}
    platform.db.execute(
        f"insert into public.webhook_sources ({', '.join(columns)})"  # noqa: S608 (the test's own names)
        f" values ({', '.join(['%s'] * len(columns))})".encode(),
        [json.dumps(value) if isinstance(value, dict) else value for value in columns.values()],
    )
    assert set_secret(platform, name, secret)["status"] == "set"


def set_secret(platform: Platform, source: str, secret: str, keep: str = "24 hours") -> Json:
    answer: Json = platform.value("select public.set_webhook_secret(%s, %s, %s)", source, secret, keep)
    return answer


def refused(answer: Answer) -> bool:
    return answer.status == 401 and answer.body["code"] == "PT401"


def hex_hmac(secret: str, content: str) -> str:
    return hmac.new(secret.encode(), content.encode(), hashlib.sha256).hexdigest()


class StandardSigner:
    """Signs as Standard Webhooks says, independently of the code under test."""

    def __init__(self, platform: Platform) -> None:
        self.now = int(platform.value("select extract(epoch from now())::bigint"))
        self.secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()

    def headers(
        self, body: str, *, identifier: str = "msg_1", age: int = 0, secret: str | None = None
    ) -> Json:
        sent_at = str(self.now - age)
        key = base64.b64decode((secret or self.secret).removeprefix("whsec_"))
        digest = hmac.new(key, f"{identifier}.{sent_at}.{body}".encode(), hashlib.sha256).digest()
        return {
            "webhook-id": identifier,
            "webhook-timestamp": sent_at,
            "webhook-signature": "v1," + base64.b64encode(digest).decode(),
        }


@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("community", "wrong"),
        basic("community", SECRET + " "),
        basic("community", ""),
        basic("Community", SECRET),
        basic("", SECRET),
        {"authorization": "Basic"},
        {"authorization": "Basic "},
        {"authorization": "Basic A"},
        {"authorization": "Basic AAAAA"},
        {"authorization": "Basic !!!!"},
        {"authorization": "Basic " + base64.b64encode(b"\xff\xfe:\x00").decode()},
        {"authorization": "Basic " + base64.b64encode(SECRET.encode()).decode()},
        {"authorization": "Bearer " + base64.b64encode(f"community:{SECRET}".encode()).decode()},
        {"authorization": SECRET},
        {"apikey": SECRET},
        {"authorization": "Basic " + "A" * 60000},
    ],
)
def test_every_refusal_is_the_same_and_only_counts(platform: Platform, headers: dict[str, str]) -> None:
    answer = platform.post(BODY, headers)
    assert refused(answer)
    assert answer.body == platform.post(BODY, basic("nobody", "nothing")).body
    assert "webhook_sources" in answer.body["hint"]
    assert SECRET not in json.dumps(answer.body)
    assert platform.value("select count(*) from public.events_raw") == 0
    assert platform.counts() == {("(unknown)", "unauthorised"): 2}


def test_a_malformed_body_without_credentials_is_unauthorised_not_malformed(platform: Platform) -> None:
    assert refused(platform.post("[]", {}))


def test_without_any_source_everything_is_refused(platform: Platform) -> None:
    platform.db.execute("delete from public.webhook_sources")
    assert refused(platform.post(BODY))


def test_a_source_without_a_secret_and_one_switched_off_are_refused(platform: Platform) -> None:
    platform.db.execute("update public.webhook_sources set enabled = false")
    assert refused(platform.post(BODY))
    platform.db.execute("update public.webhook_sources set enabled = true")
    platform.db.execute("delete from pathfinder.webhook_secrets")
    assert refused(platform.post(BODY, basic("community", "")))


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC "])
@pytest.mark.parametrize("padded", [True, False])
def test_basic_is_read_as_lenient_as_senders_write_it(platform: Platform, scheme: str, padded: bool) -> None:
    credentials = base64.b64encode(f"community:{SECRET}".encode()).decode()
    header = f"{scheme} {credentials if padded else credentials.rstrip('=')}"
    assert platform.post(BODY, {"authorization": header}).status == 200


def test_a_basic_secret_may_hold_colons_and_any_script(platform: Platform) -> None:
    secret = "päss:wörd:🔑:0123456789"
    set_secret(platform, "community", secret)
    assert platform.post(BODY, basic("community", secret)).status == 200


def test_a_secret_header_is_compared_whole(platform: Platform) -> None:
    add_source(platform, "header", "secret_header", "0123456789abcdef", header_name="x-webhook-secret")
    assert platform.post(BODY, {"x-webhook-secret": "0123456789abcdef"}).status == 200
    assert platform.value("select source from public.events_raw") == "header"
    for wrong in ["", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF", SECRET]:
        assert refused(platform.post(BODY, {"x-webhook-secret": wrong}))


def test_rotation_keeps_two_secrets_and_no_third(platform: Platform) -> None:
    first, second, third = SECRET, "second secret 123456", "third secret 1234567"
    assert set_secret(platform, "community", second)["previous_valid_until"] is not None
    assert platform.post(BODY, basic("community", first)).status == 200
    assert platform.post(BODY, basic("community", second)).status == 200
    set_secret(platform, "community", third)
    assert refused(platform.post(BODY, basic("community", first)))
    assert platform.post(BODY, basic("community", second)).status == 200
    assert platform.post(BODY, basic("community", third)).status == 200


def test_a_secret_that_is_set_ends_that_of_no_other_source(platform: Platform) -> None:
    add_source(platform, "header", "secret_header", "0123456789abcdef", header_name="x-webhook-secret")
    for keep in ("24 hours", "0"):
        set_secret(platform, "community", f"another secret, kept {keep}", keep)
        kept = "select array_agg(expires_at) from pathfinder.webhook_secrets where source = 'header'"
        assert platform.value(kept) == [None]
    assert platform.post(BODY, {"x-webhook-secret": "0123456789abcdef"}).status == 200


def test_a_previous_secret_ends_with_its_time_or_at_once(platform: Platform) -> None:
    set_secret(platform, "community", "second secret 123456")
    platform.db.execute(
        "update pathfinder.webhook_secrets set expires_at = now() where expires_at is not null"
    )
    assert refused(platform.post(BODY))
    answer = set_secret(platform, "community", "third secret 1234567", "0")
    assert answer == {"status": "set", "source": "community", "previous_valid_until": None}
    assert refused(platform.post(BODY, basic("community", "second secret 123456")))
    assert platform.post(BODY, basic("community", "third secret 1234567")).status == 200


@pytest.mark.parametrize(
    ("source", "secret", "keep", "said"),
    [
        ("community", "too short", "1 hour", "16"),
        ("community", "", "1 hour", "16"),
        ("community", "x" * 1001, "1 hour", "1000"),
        ("community", "sixteen characters\nand a line", "1 hour", "control"),
        ("community", "a perfectly good one", "-1 hour", "30 days"),
        ("community", "a perfectly good one", "31 days", "30 days"),
        ("nobody", "a perfectly good one", "1 hour", "webhook_sources"),
        ("signed", "a perfectly good one", "1 hour", "whsec_"),
        ("signed", "whsec_" + base64.b64encode(b"x" * 23).decode(), "1 hour", "whsec_"),
        ("signed", "whsec_" + base64.b64encode(b"x" * 65).decode(), "1 hour", "whsec_"),
        ("signed", "whsec_" + "A" * 33, "1 hour", "whsec_"),
    ],
)
def test_an_unfit_secret_is_answered_without_being_repeated_or_raised(
    platform: Platform, source: str, secret: str, keep: str, said: str
) -> None:
    platform.db.execute(
        "insert into public.webhook_sources (name, auth_kind, community)"
        " values ('signed', 'standard_webhooks', 'main')"
    )
    answer = set_secret(platform, source, secret, keep)
    assert answer["status"] == "refused"
    assert said in answer["message"]
    assert not secret or secret not in json.dumps(answer)
    assert platform.post(BODY).status == 200


@pytest.mark.parametrize("size", [24, 25, 32, 64])
def test_standard_webhook_secrets_of_any_permitted_size_sign(platform: Platform, size: int) -> None:
    secret, other = ("whsec_" + base64.b64encode(secrets.token_bytes(size)).decode() for _ in range(2))
    signer = StandardSigner(platform)
    add_source(platform, "signed", "standard_webhooks", secret)
    assert refused(platform.post(BODY, signer.headers(BODY, secret=other)))
    assert platform.post(BODY, signer.headers(BODY, secret=secret)).status == 200
    assert platform.value("select source from public.events_raw") == "signed"


def test_no_table_holds_a_secret_that_is_only_compared(platform: Platform) -> None:
    stored = platform.value(
        "select jsonb_agg(to_jsonb(webhook_secrets))::text from pathfinder.webhook_secrets"
    )
    assert SECRET not in stored
    assert SECRET.encode().hex() not in stored


def test_the_same_secret_is_stored_differently_each_time(platform: Platform) -> None:
    set_secret(platform, "community", SECRET)
    assert platform.value("select count(distinct digest) from pathfinder.webhook_secrets") == 2


def test_a_standard_webhook_is_accepted_and_its_id_is_the_event_id(platform: Platform) -> None:
    signer = StandardSigner(platform)
    add_source(platform, "signed", "standard_webhooks", signer.secret)
    assert platform.post(BODY, signer.headers(BODY)).result["status"] == "processed"
    assert platform.rows("select event_id, idempotency_key from public.events_raw") == [
        ("msg_1", "signed:msg_1")
    ]
    assert platform.post(BODY, signer.headers(BODY, age=-5)).result["status"] == "duplicate"


def test_a_standard_webhook_with_one_good_signature_among_several_is_accepted(platform: Platform) -> None:
    signer = StandardSigner(platform)
    add_source(platform, "signed", "standard_webhooks", signer.secret)
    headers = signer.headers(BODY)
    headers["webhook-signature"] = "v1,AAAA v1a,xyz v2,AAAA  " + headers["webhook-signature"]
    assert platform.post(BODY, headers).status == 200


def test_a_standard_webhook_may_be_signed_with_the_key_before_until_that_ends(platform: Platform) -> None:
    signer, later = StandardSigner(platform), StandardSigner(platform)
    add_source(platform, "signed", "standard_webhooks", signer.secret)
    set_secret(platform, "signed", later.secret)
    assert platform.post(BODY, signer.headers(BODY)).status == 200
    assert platform.post(BODY, later.headers(BODY, identifier="msg_2")).status == 200
    platform.db.execute(
        "update pathfinder.webhook_secrets set expires_at = now() where expires_at is not null"
    )
    assert refused(platform.post(BODY, signer.headers(BODY, identifier="msg_3")))
    assert platform.post(BODY, later.headers(BODY, identifier="msg_4")).status == 200


@pytest.mark.parametrize("age", [301, -301, 10**6])
def test_a_standard_webhook_out_of_tolerance_is_refused(platform: Platform, age: int) -> None:
    signer = StandardSigner(platform)
    # Fresh to the database a moment later, so the border is left alone.
    add_source(platform, "signed", "standard_webhooks", signer.secret)
    assert refused(platform.post(BODY, signer.headers(BODY, age=age if age > 0 else age - 60)))
    platform.db.execute("update public.webhook_sources set tolerance = '1 day' where name = 'signed'")
    assert (platform.post(BODY, signer.headers(BODY, age=age)).status == 200) == (abs(age) < 86000)


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "-1"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v2," + "A" * 44},
        {"webhook-signature": " ".join(["v1,AAAA"] * 5000)},
    ],
)
def test_a_tampered_standard_webhook_is_refused(platform: Platform, change: dict[str, str]) -> None:
    signer = StandardSigner(platform)
    add_source(platform, "signed", "standard_webhooks", signer.secret)
    headers = signer.headers(BODY)
    assert refused(platform.post(BODY, headers | change))
    assert refused(platform.post(BODY + " ", headers))
    for missing in headers:
        assert refused(platform.post(BODY, {name: text for name, text in headers.items() if name != missing}))


def test_a_discourse_like_source_is_one_row(platform: Platform) -> None:
    key = "a discourse webhook secret"
    add_source(
        platform,
        "discourse",
        "hmac",
        key,
        header_name="x-discourse-event-signature",
        signature_prefix="sha256=",
        payload_paths={
            "event": ["$headers", "x-discourse-event"],
            "user_id": ["user", "id"],
            "username": [["user", "name"], ["user", "username"]],
            "title": ["user", "custom_fields", "job"],
            "company": ["user", "user_fields", "1"],
        },
    )
    body = json.dumps(
        {
            "user": {
                "id": 7,
                "username": "jd",
                "name": "Jane Doe",
                "title": "Regular",
                "custom_fields": {"job": "CTO"},
                "user_fields": {"1": "Initech"},
            }
        },
        indent=1,
    )
    headers = {
        "x-discourse-event": "user_updated",
        "x-discourse-event-id": "4711",
        "x-discourse-event-signature": "sha256=" + hex_hmac(key, body),
    }
    assert platform.post(body, headers).result["status"] == "processed"
    assert platform.rows("select user_id, username, title, company from public.user_state") == [
        ("7", "Jane Doe", "CTO", "Initech")
    ]
    # Its header with an id is not signed.
    assert platform.rows("select event_id, source from public.events_raw") == [(None, "discourse")]
    assert platform.post(body, headers).result["status"] == "duplicate"

    post = json.dumps({"post": {"id": 1, "username": "jd"}})
    signed = headers | {
        "x-discourse-event": "post_created",
        "x-discourse-event-signature": "sha256=" + hex_hmac(key, post),
    }
    assert platform.post(post, signed).result["status"] == "skipped"
    assert refused(platform.post(post, headers))
    assert refused(platform.post(body, headers | {"x-discourse-event-signature": hex_hmac(key, body)}))


@pytest.mark.parametrize("milliseconds", [False, True])
def test_a_bettermode_like_source_is_one_row(platform: Platform, milliseconds: bool) -> None:
    key = "a bettermode webhook secret"
    add_source(
        platform,
        "bettermode",
        "hmac",
        key,
        header_name="x-bettermode-signature",
        signed_content="{timestamp}:{body}",
        timestamp_header="x-bettermode-request-timestamp",
    )
    now = platform.value("select extract(epoch from now())::bigint")

    def headers(age: int) -> dict[str, str]:
        sent_at = str((now - age) * (1000 if milliseconds else 1))
        return {
            "x-bettermode-request-timestamp": sent_at,
            "x-bettermode-signature": hex_hmac(key, f"{sent_at}:{BODY}").upper(),
        }

    assert platform.post(BODY, headers(0)).status == 200
    assert refused(platform.post(BODY, headers(1000)))
    assert refused(platform.post(BODY, headers(0) | {"x-bettermode-request-timestamp": str(now - 1)}))


def test_placeholders_in_what_is_sent_are_not_filled_in(platform: Platform) -> None:
    key = "a webhook secret of some length"
    add_source(
        platform,
        "templated",
        "hmac",
        key,
        header_name="x-signature",
        signed_content="{id}|{body}|{timestamp}",
        timestamp_header="x-time",
        event_id_header="x-id",
    )
    now = str(platform.value("select extract(epoch from now())::bigint"))
    body = json.dumps(CHANGE | {"note": "{timestamp} {id} {body}"})
    headers = {"x-id": "e1", "x-time": now, "x-signature": hex_hmac(key, f"e1|{body}|{now}")}
    assert platform.post(body, headers).status == 200


@pytest.mark.parametrize(
    "paths",
    ['{"user": ["id"]}', '{"user_id": []}', '{"user_id": "user.id"}', '{"user_id": [["user"], "id"]}',
     '{"user_id": [[]]}', '{"user_id": [1]}', '{"user_id": null}', '{"user_id": {"a": "b"}}'],
)  # fmt: skip
def test_payload_paths_that_cannot_work_are_refused_with_a_hint(platform: Platform, paths: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as caught:
        platform.db.execute("update public.webhook_sources set payload_paths = %s", [paths])
    assert caught.value.diag.message_hint


def test_a_body_read_by_configured_paths_only_adds_to_the_usual_keys(platform: Platform) -> None:
    platform.db.execute(
        """update public.webhook_sources set payload_paths =
        '{"user_id": ["data", "member"], "value": [["data", "none"], ["data", "list", "0"]]}'"""
    )
    answer = platform.post(
        {
            "profileField": "Job Title",
            "username": "x",
            "data": {"member": "m1", "list": ["CEO"]},
            "value": "x",
        }
    )
    assert answer.result["user_id"] == "m1"
    assert platform.state("m1") == ("CEO", "csuite")
