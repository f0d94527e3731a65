"""A community platform as the database sees it: requests made as PostgREST makes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.conftest import Connection

SECRET = "correct horse battery staple"

Json = dict[str, Any]

# Titles of one meaning, whatever the rules in force: the tests here are about ingestion. To find functions by
# the rules takes longer than all else that becomes of a webhook.
_CLASSIFIER = """
    create or replace function pathfinder.classify(
        title text, out level text, out matched_rule text, out rules_version bigint, out charges text[]
    )
    language sql stable set search_path = '' as $$
        select case
            when title ~ '^(CEO|CFO|CTO)' then 'csuite'
            when title ~ '^(VP|SVP)' then 'vp'
        end, 'stand-in', 1, null::text[]
    $$;
    revoke all on function pathfinder.classify(text) from public, anon, authenticated, service_role;
    create or replace function pathfinder.find_functions(
        title text, department text, charges text[] default null
    ) returns text[]
    language sql stable set search_path = ''
    as $$
        select case
            when title ~ '^CFO' then '{finance}'::text[]
            when title ~ '^CTO' then '{technology}'
            when title ~ 'Sales$' then '{sales}'
            else '{}'
        end
    $$;
"""
# Many at once, as each alone: by whatever stands in for the rules.
MANY_AS_EACH = """
    create or replace function pathfinder.classify_many(titles text[])
    returns table (title text, seniority_level text, matched_rule text, charges text[])
    language sql stable set search_path = '' as $$
        select given, judged.level, judged.matched_rule, null::text[]
        from unnest(titles) as given cross join lateral pathfinder.classify(given) as judged
    $$;
    create or replace function pathfinder.find_many_functions(
        titles text[], departments text[], charges jsonb[] default null
    )
    returns table (title text, department text, functions text[])
    language sql stable set search_path = '' as $$
        select given.title, given.department, pathfinder.find_functions(given.title, given.department)
        from unnest(titles, departments) as given (title, department)
    $$
"""


def load_classifier(db: Connection) -> None:
    """Put plain classifiers in place of the rules: CEO, CFO, CTO are C-suite, VP and SVP vice presidents."""
    db.execute((_CLASSIFIER + MANY_AS_EACH).encode())


def basic(username: str, password: str) -> Json:
    """Return the header of HTTP Basic authentication."""
    credentials = base64.b64encode(f"{username}:{password}".encode()).decode()
    return {"authorization": f"Basic {credentials}"}


@dataclass(frozen=True)
class Answer:
    """What a request got: the HTTP status and the JSON body."""

    status: int
    body: Json

    @property
    def result(self) -> Json:
        """The `result` of an accepted webhook."""
        assert self.body["status"] == "accepted", self.body
        result: Json = self.body["result"]
        return result


class Platform:
    """Posts to `community_webhook` over one connection, each post in a transaction of its own, as `anon`."""

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.headers: Json = basic("community", SECRET)

    def post(
        self, payload: object, headers: Mapping[str, str] | None = None, *, role: str = "anon"
    ) -> Answer:
        """Post a payload (text is sent as it is) and return the answer."""
        body = payload if isinstance(payload, str) else json.dumps(payload)
        with self.db.transaction():
            self.db.execute(
                "select set_config('role', %s, true), set_config('request.headers', %s, true),"
                " set_config('response.status', '', true), set_config('statement_timeout', '3s', true)",
                [role, json.dumps(self.headers if headers is None else dict(headers))],
            )
            row = self.db.execute(
                "select public.community_webhook(%s::json), current_setting('response.status', true)", [body]
            ).fetchone()
        assert row is not None
        answer, status = row
        assert isinstance(answer, dict)
        return Answer(int(str(status or 200)), answer)

    def change(
        self,
        user: str,
        value: object,
        old: object = ...,
        *,
        field: str = "Job Title",
        **more: object,
    ) -> Json:
        """Post a change of a profile field, `old` left out unless given, and return the answer's result."""
        payload: Json = {"userId": user, "username": f"name of {user}", "profileField": field, "value": value}
        if old is not ...:
            payload["oldValue"] = old
        return self.post(payload | more).result

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run a query as the owner; parameters by position, or one mapping of them by name."""
        named = parameters[0] if len(parameters) == 1 and isinstance(parameters[0], dict) else None
        return self.db.execute(query.encode(), named or parameters).fetchall()

    def value(self, query: str, *parameters: object) -> Any:  # noqa: ANN401 (a query's value can be anything)
        """Run a query as the owner and return its first value."""
        return self.rows(query, *parameters)[0][0]

    def state(self, user: str) -> tuple[str, str] | None:
        """Return a member's title and level if they are known as an executive."""
        rows = self.rows("select title, seniority_level from public.user_state where user_id = %s", user)
        return rows[0] if rows else None

    def detections(self, user: str) -> list[tuple[str, str, str]]:
        """Return title, level and kind of the detections of a member who came or rose, in order."""
        return self.rows(
            "select title, seniority_level, kind from public.detections"
            " where user_id = %s and is_told and kind in ('new', 'promotion') order by id",
            user,
        )

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how many webhooks ended how, by source and outcome."""
        rows = self.rows(
            "select source, outcome, sum(count)::int from pathfinder.webhook_counters group by 1, 2"
        )
        return {(source, outcome): count for source, outcome, count in rows}

    def age(self, span: str) -> None:
        """Let time pass: make everything stored that much older."""
        self.db.execute(
            "update public.events_raw set received_at = received_at - %(span)s::interval,"
            " settled_at = settled_at - %(span)s::interval,"
            " due_at = due_at - %(span)s::interval",
            {"span": span},
        )
