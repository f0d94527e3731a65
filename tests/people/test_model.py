"""Random histories of titles, companies, suppressions and erasures, against an independent model."""

from __future__ import annotations

import random

import pytest

from tests.ingest.platform import Platform
from tests.people.model import COMPANIES, DEPARTMENTS, SAME_COMPANY, TITLES, Change, World

USERS = ("1", "2", "3")

# Levels and functions as the model has them, whatever the rules in force.
_RULES = """
    create or replace function pathfinder.find_functions(title text, department text)
    returns text[] language sql stable set search_path = '' as $$
        select case
            when title ilike '%sales' or (title !~ 'Fin|CFO' and department = 'Sales') then '{sales}'::text[]
            when title ~ 'Finance|CFO' or department = 'Finance' then '{finance}'
            else '{}'
        end
    $$;
    create or replace function pathfinder.classify(
        title text, out level text, out matched_rule text, out rules_version bigint
    )
    language sql stable set search_path = '' as $$
        select case
            when title ~ '^(CEO|CFO|C[.]E[.]O)' then 'csuite'
            when title ~ '^VP' then 'vp'
        end, 'stand-in', 1
    $$
"""

_CHANGES = """
    select user_id, kind, title, nullif(company, ''), previous_title, previous_level, previous_company,
        origin, is_told
    from public.detections order by user_id, id
"""

_ANYWHERE = """
    select count(*) from public.user_state where user_id = %(user)s
    union all select count(*) from public.detections where user_id = %(user)s
    union all select count(*) from pathfinder.alerts
        join public.detections on detections.id = alerts.detection_id where user_id = %(user)s
    union all select count(*) from public.outbox where payload ->> 'user_id' = %(user)s
    union all select count(*) from public.digests
        where payload::text like '%%"user_id": "' || %(user)s || '"%%'
"""


def step(platform: Platform, world: World, chance: random.Random) -> str:  # noqa: PLR0911
    """Do something, to the database and to the model; returns what."""
    user = chance.choice(USERS)
    action = chance.choices(
        ("title", "company", "department", "suppress", "release", "forget", "digest"), (40, 25, 8, 6, 8, 1, 6)
    )[0]
    if action == "title":
        value = chance.choice(list(TITLES))
        platform.change(user, value)
        world.title(user, value)
        return f"title of {user}: {value!r}"
    if action in ("company", "department"):
        value = chance.choice(COMPANIES if action == "company" else list(DEPARTMENTS))
        platform.change(user, value, field="Company" if action == "company" else "Department")
        world.side(user, action, value)
        return f"{action} of {user}: {value!r}"
    if action == "suppress":
        kind = chance.choice(("member", "company"))
        key = user if kind == "member" else SAME_COMPANY[chance.choice(COMPANIES[:-1])]
        if key in (world.ids if kind == "member" else world.companies):
            return "nothing"
        ends = chance.random() < 0.5
        platform.db.execute(
            "insert into public.suppressions (kind, value, until) values (%s, %s, %s)",
            [kind, key, "2999-01-01" if ends else None],
        )
        world.suppress(kind, key, ends=ends)
        return f"suppress {kind} {key}, ends: {ends}"
    if action == "release":
        rows = [("member", key) for key in world.ids] + [("company", key) for key in world.companies]
        if not rows:
            return "nothing"
        kind, key = chance.choice(rows)
        platform.db.execute("delete from public.suppressions where kind = %s and key = %s", [kind, key])
        world.release(kind, key)
        return f"release {kind} {key}"
    if action == "forget":
        platform.db.execute("select public.forget_user(%s)", [user])
        world.forget(user)
        return f"forget {user}"
    platform.db.execute("update public.detections set included_in_digest = true where is_told")
    return "digest"


def check(platform: Platform, world: World) -> None:
    """Compare what the database holds with the model."""
    assert platform.rows("select value, error from public.events_raw where error is not null") == []
    expected = [
        (user, change.kind, change.title, change.company, change.previous_title, change.previous_level,
         change.previous_company, change.origin, change.told)
        for user, member in sorted(world.members.items())
        for change in member.changes
    ]  # fmt: skip
    assert platform.rows(_CHANGES) == expected
    executives = platform.rows(
        "select user_id, title, nullif(company, '') from public.user_state order by user_id"
    )
    assert executives == [
        (user, member.state.title, member.state.company)
        for user, member in sorted(world.members.items())
        if member.state
    ]
    for user, member in world.members.items():
        if member.state is None and not member.changes:
            assert {count for (count,) in platform.db.execute(_ANYWHERE, {"user": user})} == {0}
        if member.forgotten:
            assert platform.value("select count(*) from public.events_raw where user_id = %s", user) == 0


@pytest.mark.parametrize("seed", range(12))
def test_changes_are_those_of_the_model_whatever_the_order(platform: Platform, seed: int) -> None:
    platform.db.execute(_RULES)
    for table in ("field_registry", "events_raw"):
        platform.db.execute(
            f"alter table public.{table} drop constraint if exists {table}_attribute_check".encode()
        )
    platform.db.execute(
        "insert into public.field_registry (field_name, attribute) values ('Department', 'department')"
        " on conflict do nothing"
    )
    platform.db.execute("update public.settings set dedup_window = '0'")
    chance = random.Random(seed)  # noqa: S311 (a history, not a secret)
    world = World()
    history = []
    for _ in range(60):
        history.append(step(platform, world, chance))
        try:
            check(platform, world)
        except AssertionError as wrong:
            raise AssertionError("\n".join([*history, str(wrong)])) from wrong


def test_model_tells_what_its_own_examples_say() -> None:
    world = World()
    for title in ("VP Sales", "VP, Sales", "CFO", "Looking for new opportunities"):
        world.title("1", title)
    assert [change.kind for change in world.members["1"].changes] == ["new", "promotion", "left"]
    assert world.members["1"].changes[-1] == Change("left", None, None, "CFO", "csuite")
