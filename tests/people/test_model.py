"""Random histories of all that can happen to a member, in two communities, against an independent model."""

from __future__ import annotations

import random

import pytest
from psycopg.types.json import Jsonb

from tests.ingest.platform import MANY_AS_EACH, SECRET, Platform, basic
from tests.people.model import COMPANIES, DEPARTMENTS, DOMAINS, EDITED, SAME_COMPANY, TITLES, Change, World

USERS = ("main/1", "main/2", "partners/1")

# Levels and functions as the model has them, whatever the rules in force.
_RULES = """
    create table public.edited (title text);
    create or replace function pathfinder.find_functions(
        title text, department text, charges text[] default null
    )
    returns text[] language sql stable set search_path = '' as $$
        select case
            when title ilike '%sales' or (title !~ 'Fin|CFO' and department = 'Sales') then '{sales}'::text[]
            when title ~ 'Finance|CFO' or department = 'Finance' then '{finance}'
            else '{}'
        end
    $$;
    create or replace function pathfinder.classify(
        title text, out level text, out matched_rule text, out rules_version bigint, out charges text[]
    )
    language sql stable set search_path = '' as $$
        select levels.level, 'stand-in', 1, null::text[]
        from (
            select case
                when title ~ '^(CEO|CFO|C[.]E[.]O)' then 'csuite'
                when title = (select edited.title from public.edited) then null
                when title ~ '^VP' then 'vp'
            end as level
        ) as found
        left join public.levels on levels.level = found.level and levels.is_on
    $$;
"""

_CHANGES = """
    select community || '/' || user_id, kind, title, nullif(company, ''), previous_title, previous_level,
        previous_company, origin, is_told
    from public.detections order by community, user_id, id
"""

_ANYWHERE = """
    select count(*) from public.user_state where community || '/' || user_id = %(user)s
    union all select count(*) from public.detections where community || '/' || user_id = %(user)s
    union all select count(*) from pathfinder.alerts
        join public.detections on detections.id = alerts.detection_id
        where community || '/' || user_id = %(user)s
    union all select count(*) from public.outbox
        where payload ->> 'community' || '/' || (payload ->> 'user_id') = %(user)s
"""
# As a job ends that asked the community's API.
_ENRICH = """
    select pathfinder.apply_enrichment(jsonb_populate_record(null::public.outbox, jsonb_build_object(
        'id', 0, 'payload', jsonb_build_object('community', %s::text, 'user_id', %s::text),
        'result', jsonb_build_object('person', jsonb_strip_nulls(
            jsonb_build_object('company', %s::text, 'email_domain', nullif(%s::text, ''))
        ))
    )))
"""
# As time passes: the row has ended, and whoever nothing else covers is due to come back.
_END = """
    alter table public.suppressions disable trigger all;
    update public.suppressions set until = now() - interval '1 second' where id = {id};
    alter table public.suppressions enable trigger all;
    update pathfinder.set_aside set ends_at = coalesce(
        pathfinder.suppressed_until(community, user_id, email_domain, company), now() - interval '1 second'
    );
    select pathfinder.end_suppressions(now());
    delete from public.suppressions where id = {id}
"""
ACTIONS = {
    "title": 36, "company": 20, "department": 6, "domain": 8, "backfill": 10, "enrich": 8, "correct": 12,
    "undo": 6, "suppress": 7, "release": 6, "end": 4, "rules": 3, "level": 2, "reclassify": 5, "forget": 1,
    "digest": 4, "purge": 2,
}  # fmt: skip


def say(platform: Platform, user: str, field: str, value: str) -> None:
    """Post a webhook of the member's community."""
    community, number = user.split("/")
    platform.headers = basic(community, SECRET + community)
    platform.change(number, value, field=field)


def step(platform: Platform, world: World, chance: random.Random) -> str:  # noqa: PLR0911, PLR0912
    """Do something, to the database and to the model; returns what."""
    user = chance.choice(USERS)
    community, number = user.split("/")
    action = chance.choices(list(ACTIONS), list(ACTIONS.values()))[0]
    title, company = chance.choice(list(TITLES)), chance.choice(COMPANIES)
    match action:
        case "title":
            say(platform, user, "Job Title", title)
            world.title(user, title)
            return f"title of {user}: {title!r}"
        case "company":
            say(platform, user, "Company", company)
            world.side(user, "company", company)
            return f"company of {user}: {company!r}"
        case "department":
            department = chance.choice(list(DEPARTMENTS))
            say(platform, user, "Department", department)
            world.side(user, "department", department)
            return f"department of {user}: {department!r}"
        case "domain":
            domain = chance.choice(list(DOMAINS))
            say(platform, user, "Email", domain and f"ada@{domain}")
            world.side(user, "domain", domain)
            return f"domain of {user}: {domain!r}"
        case "backfill":
            told = chance.random() < 0.5
            member = {"user_id": number, "username": f"name of {number}", "title": title, "company": company}
            platform.db.execute(
                "select public.backfill_members(%s, %s, %s)", [Jsonb([member]), told, community]
            )
            world.backfill(user, title, company, told=told)
            return f"backfill of {user}: {title!r}, {company!r}, told: {told}"
        case "enrich":
            company = company or "Acme"
            domain = chance.choice(list(DOMAINS))
            platform.db.execute(_ENRICH, [community, number, company, domain])
            world.enrich(user, company, domain)
            return f"enrichment of {user}: {company!r}, {domain!r}"
        case "correct":
            attribute = chance.choice(("title", "company"))
            value = title or "CEO" if attribute == "title" else company
            platform.db.execute(
                f"select public.correct_person(%s, %s, {attribute} => %s)".encode(),
                [number, community, value],
            )
            world.correct(user, attribute, value)
            return f"correction of {user}: {attribute} {value!r}"
        case "undo":
            one = chance.choice(("title", "company", None))
            platform.db.execute("select public.undo_correction(%s, %s, %s)", [number, community, one])
            world.undo(user, one)
            return f"undoing of {user}: {one}"
        case "rules" | "level" | "reclassify" | "purge":
            return edit(platform, world, action)
        case "forget":
            platform.db.execute("select public.forget_user(%s, %s)", [number, community])
            world.forget(user)
            return f"forget {user}"
        case "digest":
            platform.db.execute(
                "insert into pathfinder.digest_ledger (channel, detection_id, outcome)"
                " select channels.name, detections.id, 'undone' from public.channels, public.detections"
                " on conflict do nothing"
            )
            world.digest()
            return "digest"
        case "suppress":
            return suppress(platform, world, chance, user)
        case _:
            return release(platform, world, chance, ends=action == "end")


def edit(platform: Platform, world: World, action: str) -> str:
    """Edit a rule, switch a level, or do what follows from it later."""
    match action:
        case "rules":
            world.edited = not world.edited
            platform.db.execute("delete from public.edited")
            if world.edited:
                platform.db.execute("insert into public.edited values (%s)", [EDITED])
        case "level":
            world.off ^= {"vp"}
            world.rules = "level"
            platform.db.execute("update public.levels set is_on = not is_on where level = 'vp'")
        case "reclassify":
            platform.db.execute("select public.reclassify(false)")
            world.reclassify()
        case _:
            platform.db.execute("select public.purge_old_events()")
            world.purge()
    return f"{action}, edited: {world.edited}, off: {world.off}"


def suppress(platform: Platform, world: World, chance: random.Random, user: str) -> str:
    """Add a suppression of a member or, in all communities, of a company or a domain."""
    kind = chance.choice(("member", "company", "domain"))
    key = {"member": user, "domain": chance.choice(("acme.com", "mail.acme.com", "acme.com.br"))}.get(
        kind, SAME_COMPANY[chance.choice(COMPANIES[:-1])]
    )
    if key in world.rows(kind):
        return "nothing"
    ends = chance.random() < 0.5
    community, _, value = key.rpartition("/")
    platform.db.execute(
        "insert into public.suppressions (kind, value, until, community) values (%s, %s, %s, %s)",
        [kind, value, "2999-01-01" if ends else None, community or None],
    )
    world.suppress(kind, key, ends=ends)
    return f"suppress {kind} {key}, ends: {ends}"


def release(platform: Platform, world: World, chance: random.Random, *, ends: bool) -> str:
    """Delete a suppression, or let one that has an end come to it."""
    kinds = ("member", "company", "domain")
    known = {(kind, key): end for kind in kinds for key, end in world.rows(kind).items()}
    rows = [row for row, end in known.items() if end or not ends]
    if not rows:
        return "nothing"
    kind, key = chance.choice(rows)
    community, _, value = key.rpartition("/")
    number = platform.value(
        "select id from public.suppressions where kind = %s::public.suppression_kind and key = %s"
        " and community is not distinct from %s",
        kind, value, community or None,
    )  # fmt: skip
    statement = _END if ends else "delete from public.suppressions where id = {id}"
    platform.db.execute(statement.format(id=number).encode())
    world.release(kind, key)
    return f"{'end of' if ends else 'release'} {kind} {key}"


def check(platform: Platform, world: World) -> None:
    """Compare what the database holds with the model."""
    assert platform.rows("select value, error from public.events_raw where error is not null") == []
    expected = [
        (user, change.kind, change.title, change.company or None, change.previous_title,
         change.previous_level, change.previous_company, change.origin, change.told)
        for user, member in sorted(world.members.items())
        for change in member.changes
    ]  # fmt: skip
    assert platform.rows(_CHANGES) == expected
    executives = platform.rows(
        "select community || '/' || user_id, title, nullif(company, '') from public.user_state"
        " order by community, user_id"
    )
    assert executives == [
        (user, member.state.title, member.state.company or None)
        for user, member in sorted(world.members.items())
        if member.state
    ]
    for user, member in world.members.items():
        corrected = platform.rows(
            "select attribute, stated, value from pathfinder.corrections"
            " where community || '/' || user_id = %s",
            user,
        )
        assert {name: (stated or None, value or None) for name, stated, value in corrected} == {
            name: (stated or None, value or None) for name, (stated, value) in member.corrections.items()
        }
        if member.state is None and not member.changes:
            assert {count for (count,) in platform.db.execute(_ANYWHERE, {"user": user})} == {0}
        if member.forgotten:
            assert (
                platform.rows("select from public.events_raw where community || '/' || user_id = %s", user)
                == []
            )


@pytest.mark.parametrize("seed", range(12))
def test_changes_are_those_of_the_model_whatever_the_order(platform: Platform, seed: int) -> None:
    platform.db.execute((_RULES + MANY_AS_EACH).encode())
    for table in ("field_registry", "events_raw"):
        platform.db.execute(
            f"alter table public.{table} drop constraint if exists {table}_attribute_check".encode()
        )
    platform.db.execute(
        "insert into public.field_registry (field_name, attribute) values ('Department', 'department')"
        " on conflict do nothing"
    )
    platform.db.execute(
        "insert into public.webhook_sources (name, community, auth_kind, username)"
        " values ('partners', 'partners', 'basic', 'partners'), ('all', 'main', 'basic', 'main')"
    )
    for source, community in (("partners", "partners"), ("all", "main")):
        platform.db.execute("select public.set_webhook_secret(%s, %s)", [source, SECRET + community])
    platform.db.execute("update public.settings set dedup_window = '0'")
    chance = random.Random(seed)  # noqa: S311 (a history, not a secret)
    world = World()
    history = []
    for _ in range(70):
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
