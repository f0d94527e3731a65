"""Thousands of generated bodies and headers over HTTP: never a 5xx, never a stored half-event."""

from __future__ import annotations

import base64
import json
import os
from collections import Counter
from typing import TypeVar

import httpx
import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from local.stack import Stack
from tests.ingest.platform import SECRET, Json

ValueT = TypeVar("ValueT")

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1500"))
# What must never come back: these tell about the inside of the database.
LEAKS = ("pathfinder.", "PL/pgSQL", "webhook_secrets", SECRET)


def written(document: object) -> bytes:
    return json.dumps(document).encode()


def often(usual: st.SearchStrategy[ValueT], else_: st.SearchStrategy[ValueT]) -> st.SearchStrategy[ValueT]:
    """Seven values in eight from the first strategy, the others from the second."""
    return st.integers(0, 7).flatmap(lambda draw: usual if draw < 7 else else_)


KEYS = [
    "userId", "user_id", "username", "profileField", "profile_field", "profileFieldId", "value", "oldValue",
    "old_value", "event", "eventId", "timestamp", "date", "user", "jobTitle", "title", "country", "company",
    "joined_at", "id", "", "$headers",
]  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from([
        "CEO", "VP Sales", "Engineer", "", " ", "Job Title", "Company", "country", "1", "-1",
        "integration.UserRegistered", "integration.UserProfileUpdated", "2020-01-01T00:00:00Z", "9999-99-99",
        "\u202e", "'; select 1; --", "x" * 5000, "\x00", "\x1b[31m", "%s", "${jndi:x}", "{{7*7}}", "\\u0000",
    ]),
    st.text(max_size=40),
)  # fmt: skip
SCALARS = st.one_of(
    TEXTS,
    st.integers(),
    st.integers(min_value=-(10**400), max_value=10**400),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=5,
)
CHANGES = st.fixed_dictionaries(
    {
        "userId": st.one_of(st.integers(0, 30), TEXTS),
        "profileField": st.sampled_from(["Job Title", "job_title", "Company", "Country", "Shoe size"]),
        "value": st.one_of(st.sampled_from(["CEO", "VP", "Writer", None]), VALUES),
    },
    optional={
        "oldValue": VALUES,
        "username": VALUES,
        "timestamp": VALUES,
        "eventId": VALUES,
        "company": VALUES,
    },
)
DOCUMENTS = st.one_of(CHANGES, st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8), VALUES)
BODIES = often(DOCUMENTS.map(written), st.one_of(
    DOCUMENTS.map(lambda document: json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")),
    DOCUMENTS.flatmap(
        lambda document: st.integers(0, 60).map(lambda cut: json.dumps(document).encode()[: -cut or None])
    ),
    st.binary(max_size=200),
    st.sampled_from([
        b"", b"null", b"{}", b"[]", b'"', b'{"value": "\\u0000"}', b'{"value": "\\ud800"}', b'{"a":' * 3000,
        b"[" * 3000 + b"]" * 3000, b'{"userId": 1e400}', b'{"userId": 1, "userId": 2}', b"\xef\xbb\xbf{}",
        json.dumps({"note": "x" * 70_000}).encode(),
    ]),
))  # fmt: skip


def credentials(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()


GOOD = credentials(f"community:{SECRET}")
STRANGE_AUTHORIZATIONS = st.one_of(
    st.none(),
    st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60),
    st.text(max_size=40).map(credentials),
    st.sampled_from(
        ["Basic", "Basic " + "A" * 4000, GOOD.lower(), GOOD + "=", credentials(f"community:{SECRET} ")]
    ),
)
AUTHORIZATIONS = often(st.just(GOOD), STRANGE_AUTHORIZATIONS)
CONTENT_TYPES = st.sampled_from(
    ["application/json"] * 9 + ["application/json; charset=utf-8", "text/plain", ""]
)


@pytest.fixture
def front_door(stack: Stack) -> Stack:
    with stack.cluster.connect(autocommit=True) as db:
        db.execute("delete from public.webhook_sources")
        db.execute(
            "insert into public.webhook_sources (name, auth_kind, username)"
            " values ('community', 'basic', 'community')"
        )
        db.execute("select public.set_webhook_secret('community', %s)", [SECRET])
    return stack


@pytest.mark.timeout(900)
@pytest.mark.parametrize("near", [True, False], ids=["nearly valid", "anything"])
def test_no_body_and_no_header_breaks_the_front_door(front_door: Stack, near: bool) -> None:
    environment = front_door.environment
    url = f"{environment['SUPABASE_URL']}/rest/v1/rpc/community_webhook"
    key = {"apikey": environment["SUPABASE_PUBLISHABLE_KEY"]}
    answers: Counter[str] = Counter()

    with (
        httpx.Client(timeout=60) as client,
        psycopg.connect(front_door.cluster.dsn(), autocommit=True) as db,
    ):

        @settings(
            max_examples=EXAMPLES // 2,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            body=CHANGES.map(written) if near else BODIES,
            authorization=st.just(GOOD) if near else AUTHORIZATIONS,
            content_type=st.just("application/json") if near else CONTENT_TYPES,
        )
        def post(body: bytes, authorization: str | None, content_type: str) -> None:
            headers = {"content-type": content_type}
            if authorization is not None:
                headers["authorization"] = authorization.strip()
            encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
            before = stored(db)
            response = client.post(url, params=key, content=body, headers=encoded)
            assert response.status_code < 500, response.text
            assert not any(leak in response.text for leak in LEAKS), response.text
            result = checked(response, authorization)
            answers[f"{response.status_code} {result}"] += 1
            assert stored(db) - before == (1 if result in {"processed", "stale", "held"} else 0)

        post()
        assert_whole(db)
    print(dict(answers))
    expected = {"200 processed", "200 skipped", "400 "} if near else {"400 ", "401 "}
    assert {answer for answer, count in answers.items() if count >= EXAMPLES / 100} >= expected


def checked(response: httpx.Response, authorization: str | None) -> str:
    """Check the answer's form; return the result's status, or nothing for a refusal."""
    body: Json = response.json()
    if response.status_code == 200:
        assert authorization is not None
        assert authorization.rstrip("=") == GOOD.rstrip("=")
        assert body["status"] == "accepted"
        status: str = body["result"]["status"]
        assert status in {"processed", "duplicate", "stale", "held", "skipped"}
        return status
    # An empty body makes a call without an argument, and such a function does not exist.
    no_argument = body.get("code") in {"42883", "PGRST202"}
    assert response.status_code in {400, 401, 413, 415, *({404} if no_argument else ())}, response.text
    assert body["message"]
    return ""


def stored(db: psycopg.Connection[tuple[object, ...]]) -> int:
    row = db.execute("select count(*) from public.events_raw").fetchone()
    assert row is not None
    return int(str(row[0]))


def assert_whole(db: psycopg.Connection[tuple[object, ...]]) -> None:
    """Nothing is half done: every event is settled, every executive was detected and is senior."""
    broken = db.execute(
        """
        select 'unsettled event', id::text from public.events_raw
        where state not in ('processed', 'stale', 'held') or settled_at is null or error is not null
        union all
        select 'executive without detection', user_id from public.user_state
        where not exists (select from public.detections where detections.user_id = user_state.user_id)
        union all
        select 'not senior', user_id from public.user_state
        where (pathfinder.classify(title)).level is distinct from seniority_level
        union all
        select 'level of nobody', detections.user_id from public.detections
        where not exists (select from public.events_raw where events_raw.user_id = detections.user_id)
        """
    ).fetchall()
    assert broken == []
