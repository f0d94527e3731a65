"""Random histories against a small model: the same answers, the same executives, the same detections."""

from __future__ import annotations

from dataclasses import dataclass, field

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tests.ingest.platform import Json, Platform

LEVELS = {"CEO": "csuite", "CFO": "csuite", "VP Sales": "vp", "SVP": "vp"}
TITLES = [*LEVELS, "Engineer", "Writer", ""]
WINDOW = 24


@dataclass
class Stored:
    """An event that the model holds to be stored."""

    old: str | None
    new: str
    received: float
    applied: float | None = None
    held_until: float | None = None
    number: int = 0
    identifier: str | None = None
    time: int | None = None


@dataclass
class Member:
    """One member as the model sees them: stored events, newest known last, and what follows from them."""

    events: list[Stored] = field(default_factory=list)
    settled: list[Stored] = field(default_factory=list)
    chain: list[Stored] = field(default_factory=list)
    level: str | None = None
    title: str | None = None
    title_time: int | None = None
    detections: list[tuple[str, str, str]] = field(default_factory=list)

    def apply(self, event: Stored, now: float) -> None:
        """Take the event's title for the member's."""
        event.applied, event.held_until = now, None
        if event in self.settled:
            self.settled.remove(event)
        self.settled.append(event)
        self.chain.append(event)
        level = LEVELS.get(event.new)
        if level and not self.level:
            self.detections.append((event.new, level, "new"))
        elif (self.level, level) == ("vp", "csuite"):
            self.detections.append((event.new, "csuite", "promotion"))
        self.level, self.title, self.title_time = level, event.new if level else None, event.time
        for held in sorted(self.events, key=lambda other: other.number):
            if held.held_until is not None and held.old == event.new:
                self.apply(held, now)
                return

    def judge(self, event: Stored, now: float) -> str:
        """Tell whether the event is newer than what is known."""
        if event.time is not None and self.title_time is not None and event.time < self.title_time:
            return "stale"
        if not self.chain:
            return "apply"
        latest = self.chain[-1]
        if event.time is not None and latest.time is not None:
            return "stale" if event.time < latest.time else "apply"
        assert latest.applied is not None
        if event.old is None or event.old == latest.new or latest.applied <= now - WINDOW:
            return "apply"
        return "stale" if self.precedes(event, now) else "held"

    def precedes(self, event: Stored, now: float) -> bool:
        """Tell whether the event is one that came before, or leads to what is known."""
        for other in self.events:
            settled = other.applied if other.applied is not None else other.received
            if settled > now - WINDOW and (
                (other.applied is not None and other.old == event.new)
                or (other.old, other.new) == (event.old, event.new)
            ):
                return True
        return False


class Ingestion(RuleBasedStateMachine):
    """Posts, retries, reorders, lets time pass and loses connections, in the database and in the model."""

    dsn: str
    sent = Bundle("sent")

    @initialize()
    def open(self) -> None:
        self.db = psycopg.connect(self.dsn, autocommit=True)
        self.db.execute(
            "truncate public.events_raw, public.user_state, public.detections, pathfinder.registrations"
            " cascade"
        )
        self.platform = Platform(self.db)
        self.members: dict[str, Member] = {}
        self.identifiers: set[str] = set()
        self.truth: dict[str, str] = {}
        self.now = 0.0
        self.count = 0

    def teardown(self) -> None:
        if hasattr(self, "db"):
            self.db.close()

    @rule(
        target=sent,
        user=st.sampled_from("ab"),
        titles=st.lists(st.sampled_from(TITLES), min_size=1, max_size=4),
        order=st.randoms(use_true_random=False),
        shape=st.sampled_from(["old", "old", "old", "plain", "id", "time"]),
    )
    def edit(self, user: str, titles: list[str], order: object, shape: str) -> object:
        """A member changes the title some times; the changes arrive in any order, some more than once."""
        changes = []
        for title in titles:
            self.count += 1
            old = self.truth.get(user, "")
            self.truth[user] = title
            identifier = f"e{self.count}" if shape == "id" else None
            time = self.count if shape == "time" else None
            changes.append((user, None if shape in {"plain", "time"} else old, title, identifier, time))
        order.shuffle(changes)  # type: ignore[attr-defined]  # hypothesis's Random
        for change in changes:
            self.post(*change)
        return multiple(*changes)

    @rule(change=sent)
    def retry(self, change: tuple[str, str | None, str, str | None, int | None]) -> None:
        """The platform sends again what it sent before, however long ago."""
        self.post(*change)

    @rule(user=st.sampled_from("ab"), title=st.sampled_from(TITLES))
    def lose(self, user: str, title: str) -> None:
        """A webhook never arrives."""
        self.truth[user] = title

    @rule(hours=st.sampled_from([1, 11, 25]))
    def wait(self, hours: int) -> None:
        """Time passes, and the tick with it."""
        self.now += hours
        self.platform.age(f"{hours} hours")
        done = self.platform.value("select pathfinder.process_pending_events()")
        expected = 0
        for member in self.members.values():
            due = [
                event
                for event in member.events
                if event.held_until is not None and event.held_until <= self.now
            ]
            for event in sorted(due, key=lambda other: (other.held_until, other.number)):
                if event.held_until is None:
                    continue
                if any(other.applied is not None and other.number > event.number for other in member.events):
                    event.held_until = None
                    continue
                before = len(member.chain)
                member.apply(event, self.now)
                expected += len(member.chain) - before
        assert done == expected

    @rule()
    def restart(self) -> None:
        """The connection is lost and made anew."""
        self.db.close()
        self.db = psycopg.connect(self.dsn, autocommit=True)
        self.platform = Platform(self.db)

    def post(self, user: str, old: str | None, new: str, identifier: str | None, time: int | None) -> None:
        payload: Json = {"userId": user, "profileField": "Job Title", "value": new}
        if old is not None:
            payload["oldValue"] = old
        if identifier is not None:
            payload["eventId"] = identifier
        if time is not None:
            payload["timestamp"] = 1_700_000_000 + time
        result = self.platform.post(payload).result
        assert result["status"] == self.expect(
            Stored(old, new, self.now, identifier=identifier, time=time), user
        )
        if result["status"] == "processed":
            assert result["seniority_level"] == self.members[user].level

    def expect(self, event: Stored, user: str) -> str:
        member = self.members.setdefault(user, Member())
        if event.identifier is not None:
            if event.identifier in self.identifiers:
                return "duplicate"
            self.identifiers.add(event.identifier)
        elif member.settled:
            latest = member.settled[-1]
            same = (latest.old, latest.new, latest.time) == (event.old, event.new, event.time)
            if same and latest.received > self.now - WINDOW:
                return "duplicate"
        verdict = member.judge(event, self.now)
        event.number = 1 + max((other.number for other in member.events), default=0)
        member.events.append(event)
        if verdict == "apply":
            member.apply(event, self.now)
            return "processed"
        member.settled.append(event)
        event.held_until = self.now + WINDOW if verdict == "held" else None
        return "stale"

    @invariant()
    def same_people(self) -> None:
        for user, member in getattr(self, "members", {}).items():
            expected = (member.title, member.level) if member.level else None
            assert self.platform.state(user) == expected
            assert self.platform.detections(user) == member.detections


# When it fails, hypothesis looks for the shortest history that fails.
@pytest.mark.timeout(600)
def test_any_history_ends_as_the_model_says(platform: Platform, db_dsn: str) -> None:
    assert platform.counts() == {}
    Ingestion.dsn = db_dsn
    run_state_machine_as_test(
        Ingestion,
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
