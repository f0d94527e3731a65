"""Every matching difference reaches every channel exactly once, whatever happens: against a model."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from tests.schedule.conftest import Row, Schedule
from tests.schedule.subscriptions import Change, Channel, State, Told, kind_of

START = datetime(2026, 11, 2, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
# Fridays at 17:00 and, for the channel with a day of its own, Wednesdays at 08:00.
COMMON = datetime(2026, 11, 6, 17, tzinfo=UTC)
OWN = datetime(2026, 11, 4, 8, tzinfo=UTC)
COUNTRIES = {"FR": "France", "DE": "Germany"}


class World:
    """The database and the model beside it, moved alike."""

    def __init__(self, schedule: Schedule, seed: int) -> None:
        """Three channels, eight members, nothing known."""
        self.schedule = schedule
        self.chance = random.Random(seed)  # noqa: S311 (a reproducible sample)
        self.now = START
        self.due = {"common": COMMON, "own": OWN}
        self.members = {f"member {number}": State() for number in range(8)}
        self.changes: list[Change] = []
        self.said: dict[str, list[tuple[datetime, list[Told]]]] = {}
        schedule.db.execute("delete from public.channels")
        self.channels = {name: Channel(name, START, START) for name in ("all", "picky", "own")}
        for name in self.channels:
            own = {"day": "wednesday", "time": "08:00"} if name == "own" else {}
            schedule.add_channel(name, created_at=START, schedule=own)
            self.said[name] = []
        schedule.start(START, "UTC")
        schedule.db.execute("update public.settings set digest_size = 2, digest_messages = 2")

    def step(self) -> None:
        """Do one thing at random."""
        doings = [self.change] * 8 + [self.tick] * 4
        doings += [self.commit_late, self.edit, self.edit, self.switch, self.mute, self.by_hand, self.enrich]
        self.chance.choice(doings)()

    def change(self, at: datetime | None = None) -> None:
        """A member becomes something else."""
        if at is None:
            self.now += timedelta(hours=self.chance.random() * 14)
        at = at or self.now
        member = self.chance.choice(list(self.members))
        if any(change.at > at for change in self.changes if change.member == member):
            return
        before = self.members[member]
        after = State(
            self.chance.choice([None, "vp", "csuite"]),
            self.chance.choice(["finance", "technology"]),
            self.chance.choice(["Acme", "Globex"]),
        )
        kind = kind_of(before, after)
        if kind is None:
            return
        is_told = self.chance.random() < 0.85
        country = self.chance.choice([None, "FR", "DE"])
        number = self.record(member, at, before, after, kind, is_told=is_told, country=country)
        self.changes.append(Change(number, member, at, before, after, is_told, country))
        self.members[member] = after

    def record(
        self,
        member: str,
        at: datetime,
        before: State,
        after: State,
        kind: str,
        *,
        is_told: bool,
        country: str | None,
    ) -> int:
        """Write the change as the ingestion does: only what changed stands in previous_…."""
        row: Row = {"is_told": is_told, "country": COUNTRIES.get(country or "")}
        if kind == "left":
            return self.schedule.detect(
                member, at, kind=kind, title=before.title, level=before.level, company=before.company, **row
            )
        row |= {"title": after.title, "company": after.company, "functions": [after.function]}
        if kind != "new":
            row["previous_title"] = before.title if before.title != after.title else None
            row["previous_level"] = before.level if before.level != after.level else None
            row["previous_company"] = before.company if before.company != after.company else None
            row["previous_functions"] = [before.function] if before.function != after.function else None
        return self.schedule.detect(member, at, kind=kind, level=after.level, **row)

    def tick(self) -> None:
        """Ticks come again after a while, perhaps of weeks."""
        self.now += self.chance.choice([timedelta(minutes=1), timedelta(hours=9), WEEK / 2, 3 * WEEK])
        while self.schedule.tick(self.now)["runs"]:
            pass
        while (due := self.next_due()) is not None:
            at, group = due
            self.due[group] += WEEK
            for name, channel in self.channels.items():
                if (name == "own") == (group == "own") and channel.is_active and channel.told_until < at:
                    self.say(channel, at)

    def next_due(self) -> tuple[datetime, str] | None:
        """The oldest cut-off that is owed. The own one of a channel that is off waits."""
        owed = [
            (at, group)
            for group, at in self.due.items()
            if at <= self.now and (group == "common" or self.channels["own"].is_active)
        ]
        return min(owed, default=None)

    def by_hand(self) -> None:
        """Somebody asks for digests now."""
        self.schedule.value("select public.build_weekly_digest(%s)", self.now)
        for channel in self.channels.values():
            if channel.is_active:
                self.say(channel, max(self.now, channel.told_until))

    def say(self, channel: Channel, cut_off: datetime) -> None:
        """Note what the model has the channel told."""
        if said := channel.digest(self.changes, cut_off):
            self.said[channel.name].append((cut_off, said))

    def commit_late(self) -> None:
        """A change from before a cut-off becomes visible after it."""
        self.tick()
        cut_offs = [at - WEEK for at in self.due.values() if at - WEEK > START]
        if cut_offs:
            self.change(self.chance.choice(cut_offs) - timedelta(microseconds=1))

    def edit(self) -> None:
        """Somebody edits a filter."""
        channel = self.channels[self.chance.choice(["picky", "own"])]
        channel.levels = set(self.chance.sample(["csuite", "vp"], self.chance.choice([0, 1, 1, 2])))
        channel.countries = set(self.chance.sample(["FR", "DE"], self.chance.choice([0, 0, 1])))
        channel.kinds = set(self.chance.sample(["new", "left", "moved"], self.chance.choice([0, 0, 2])))
        given = {"level": channel.levels, "country": channel.countries, "kind": channel.kinds}
        self.schedule.db.execute(
            "update public.channels set filter = %s where name = %s",
            [Jsonb({key: sorted(values) for key, values in given.items() if values}), channel.name],
        )

    def switch(self) -> None:
        """A channel is switched off, or on again."""
        channel = self.channels[self.chance.choice(list(self.channels))]
        channel.is_active = not channel.is_active
        self.schedule.db.execute(
            "update public.channels set is_active = %s where name = %s", [channel.is_active, channel.name]
        )

    def mute(self) -> None:
        """A channel does not want to hear of a member, or does again."""
        channel, member = self.channels["picky"], self.chance.choice(list(self.members))
        if member in channel.muted:
            channel.muted.remove(member)
            self.schedule.db.execute("delete from public.mutes where user_id = %s", [member])
        else:
            channel.muted.add(member)
            self.schedule.db.execute(
                "insert into public.mutes (channel, user_id) values ('picky', %s)", [member]
            )

    def enrich(self) -> None:
        """What was not known of a change is learned."""
        unknown = [change for change in self.changes if change.country is None and change.after.level]
        if not unknown:
            return
        change = self.chance.choice(unknown)
        country = self.chance.choice(list(COUNTRIES))
        was_covered = self.schedule.value(
            "select included_in_digest from public.detections where id = %s", change.number
        )
        with self.schedule.db.transaction():
            self.schedule.db.execute(
                "insert into public.outbox (kind, dedupe_key, status, finished_at)"
                " values ('enrichment', %s, 'done', now())",
                [f"enrichment:{change.number}"],
            )
            self.schedule.db.execute(
                "update public.detections set country = %s where id = %s",
                [COUNTRIES[country], change.number],
            )
        self.changes[self.changes.index(change)] = replace(change, country=country)
        if was_covered:
            for channel in self.channels.values():
                channel.reopen(self.changes, change.number)

    def finish(self) -> None:
        """Everything is switched on, and every cut-off comes."""
        for channel in self.channels.values():
            channel.is_active = True
        self.schedule.db.execute("update public.channels set is_active = true")
        self.now += 2 * WEEK
        self.tick()
        self.by_hand()

    def in_database(self, name: str) -> list[tuple[datetime, list[Any]]]:
        """What the channel's digests say, everybody behind the link included."""
        digests = self.schedule.rows(
            "select payload from public.digests where channel = %s and part = 1 order by id", name
        )
        return [
            (
                datetime.fromisoformat(row["payload"]["period"]["end"]),
                sorted(
                    as_said(each["person"])
                    for each in self.schedule.rows(
                        "select public.digest_people(%s) as person", row["payload"]["digest_id"]
                    )
                ),
            )
            for row in digests
        ]


def as_said(person: Row) -> tuple[str, ...]:
    """A person of a digest, comparable."""
    keys = (
        "user_id",
        "kind",
        "level",
        "title",
        "company",
        "previous_level",
        "previous_title",
        "previous_company",
    )
    return tuple(str(person[key]) for key in keys)


def as_expected(told: Told) -> tuple[str, ...]:
    """The same, as the model has it."""
    before, after = told.before, told.after
    is_new, has_left = before.level is None, after.level is None
    now = (after.level, None, None) if has_left else (after.level, after.title, after.company)
    was = (
        None if is_new or before.level == after.level else before.level,
        None if is_new or (before.title == after.title and not has_left) else before.title,
        None if is_new or (before.company == after.company and not has_left) else before.company,
    )
    return tuple(str(value) for value in (told.member, told.kind, *now, *was))


@pytest.mark.parametrize("seed", range(8))
def test_every_matching_difference_reaches_every_channel_exactly_once(schedule: Schedule, seed: int) -> None:
    world = World(schedule, seed)
    for _ in range(70):
        world.step()
    world.finish()

    assert len(world.changes) > 20
    for name, channel in world.channels.items():
        expected = [(cut_off, sorted(map(as_expected, said))) for cut_off, said in world.said[name]]
        assert world.in_database(name) == expected
        # Nobody is missed: whatever was to be told has an outcome, once.
        covered = schedule.rows(
            "select detection_id, outcome from pathfinder.digest_ledger where channel = %s", name
        )
        assert {row["detection_id"] for row in covered} == {
            change.number for change in world.changes if change.is_told
        }
        assert channel.outcomes == {
            row["detection_id"]: row["outcome"].replace("merged", "told") for row in covered
        }
    outcomes = Counter(
        outcome for channel in world.channels.values() for outcome in channel.outcomes.values()
    )
    assert outcomes["told"] > 20
