"""Random histories against a small model: the same answers, the same executives, the same detections.

Members of three communities, whose ids are the same, change titles; the changes overtake each other, come
twice, get lost, carry times or ids that are none, and say what they replaced in other words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tests.ingest.platform import SECRET, Json, Platform, basic

LEVELS = {"CEO": "csuite", "CFO": "csuite", "VP Sales": "vp", "SVP": "vp"}
TITLES = [*LEVELS, "Engineer", "Writer", ""]
COMMUNITIES = ("main", "forum", "chat")
# In minutes.
WINDOW = 24 * 60
HOLD = 15
STEPS = 2_000
STEPS_A_HISTORY = 200


@dataclass(frozen=True)
class Change:
    """A change as the platform sends it."""

    community: str
    user: str
    new: str
    old: str | None = None
    identifier: str | None = None
    time: int | str | None = None
    is_departure: bool = False

    def payload(self) -> Json:
        """The body of the webhook."""
        if self.is_departure:
            return {"event": "user_deleted", "userId": self.user, "jobTitle": "CEO"}
        payload: Json = {"userId": self.user, "profileField": "Job Title", "value": self.new}
        if self.old is not None:
            payload["oldValue"] = self.old
        if self.identifier is not None:
            payload["eventId"] = self.identifier
        if self.time is not None:
            payload["timestamp"] = self.time if isinstance(self.time, str) else 1_700_000_000 + self.time
        return payload


def decoded(written: str) -> str:
    """What a text says, without what a platform's editor made of it."""
    return " ".join(written.replace("&#80;", "P").split())


@dataclass
class Stored:
    """An event that the model holds to be stored."""

    change: Change
    received: int
    number: int
    applied: int | None = None
    held_until: int | None = None
    old: str | None = None
    time: int | None = None

    def __post_init__(self) -> None:
        self.old = None if self.change.old is None else decoded(self.change.old)
        self.time = self.change.time if isinstance(self.change.time, int) else None

    def same(self, other: Stored) -> bool:
        """Whether it says the same to the letter."""
        return (self.old, self.change.new, self.time, self.change.is_departure) == (
            other.old, other.change.new, other.time, other.change.is_departure,
        )  # fmt: skip

    def follows(self, value: str) -> bool:
        """Whether it says that it replaced the value, in whatever case."""
        return self.old is not None and self.old.lower() == value.lower()


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

    def apply(self, event: Stored, now: int) -> None:
        """Take the event's title for the member's, and then the held one's that follows it."""
        event.applied, event.held_until = now, None
        if event in self.settled:
            self.settled.remove(event)
        self.settled.append(event)
        self.chain.append(event)
        title = event.change.new
        level = LEVELS.get(title)
        if level and not self.level:
            self.detections.append((title, level, "new"))
        elif (self.level, level) == ("vp", "csuite"):
            self.detections.append((title, "csuite", "promotion"))
        self.level, self.title, self.title_time = level, title if level else None, event.time
        if event.change.is_departure:
            return
        for held in sorted(self.events, key=lambda other: other.number):
            if held.held_until is not None and held.follows(title):
                self.apply(held, now)
                return

    def judge(self, event: Stored, now: int, *, sends_old_values: bool) -> str:
        """Tell whether the event is newer than what is known."""
        if event.time is not None and self.title_time is not None and event.time < self.title_time:
            return "stale"
        if not self.chain:
            return "processed"
        latest = self.chain[-1]
        if event.time is not None and latest.time is not None and event.time != latest.time:
            return "stale" if event.time < latest.time else "processed"
        assert latest.applied is not None
        says_nothing = event.old is None or (event.old == "" and not sends_old_values)
        if says_nothing or event.follows(latest.change.new) or latest.applied <= now - WINDOW:
            return "processed"
        return "stale" if self.precedes(event, now) else "held"

    def precedes(self, event: Stored, now: int) -> bool:
        """Tell whether the event is one that came before, or leads to what is known."""
        assert event.old is not None
        for other in self.events:
            settled = other.applied if other.applied is not None else other.received
            if settled > now - WINDOW and (
                (other.applied is not None and other.follows(event.change.new))
                or (other.change.new == event.change.new and other.follows(event.old))
            ):
                return True
        return False

    def release(self, now: int) -> int:
        """Apply what was held long enough; return how many."""
        before = len(self.chain)
        due = [event for event in self.events if event.held_until is not None and event.held_until <= now]
        for event in sorted(due, key=lambda other: (other.held_until, other.number)):
            if event.held_until is None:
                continue
            if any(other.applied is not None and other.number > event.number for other in self.events):
                event.held_until = None
            else:
                self.apply(event, now)
        return len(self.chain) - before


SPELLINGS = (
    str,
    str.upper,
    str.lower,
    lambda text: text.replace(" ", "  "),
    lambda text: text.replace("P", "&#80;"),
)


class Ingestion(RuleBasedStateMachine):
    """Posts, retries, reorders, lets time pass and loses connections, in the database and in the model."""

    db: psycopg.Connection[tuple[object, ...]]
    sent = Bundle("sent")
    steps = 0

    @initialize()
    def open(self) -> None:
        self.db.execute("delete from public.events_raw")
        self.db.execute("delete from public.user_state")
        self.db.execute("delete from public.detections")
        self.db.execute("update public.webhook_sources set sends_old_values = false")
        self.platforms = {name: Platform(self.db) for name in COMMUNITIES}
        for name in COMMUNITIES[1:]:
            self.platforms[name].headers = basic(name, f"{SECRET} {name}")
        self.members: dict[tuple[str, str], Member] = {}
        self.stored: list[Stored] = []
        self.sends_old_values: set[str] = set()
        self.truth: dict[tuple[str, str], str] = {}
        self.now = 0
        self.count = 0

    @rule(
        target=sent,
        community=st.sampled_from(COMMUNITIES),
        user=st.sampled_from("ab"),
        titles=st.lists(st.sampled_from(TITLES), min_size=1, max_size=3),
        order=st.randoms(use_true_random=False),
        shape=st.sampled_from(
            ["old", "old", "old", "empty", "plain", "id", "one id", "time", "old and time", "odd time"]
        ),
        spelling=st.sampled_from(SPELLINGS),
    )
    def edit(  # noqa: PLR0917 (what hypothesis chooses)
        self,
        community: str,
        user: str,
        titles: list[str],
        order: object,
        shape: str,
        spelling: Callable[[str], str],
    ) -> object:
        """A member changes the title some times; the changes arrive in any order, some more than once."""
        changes = []
        for title in titles:
            self.count += 1
            old = self.truth.get((community, user), "")
            self.truth[community, user] = title
            changes.append(
                Change(
                    community,
                    user,
                    title,
                    old={"empty": "", "plain": None, "time": None}.get(shape, spelling(old)),
                    identifier={"id": f"e{self.count}", "one id": "hook"}.get(shape),
                    # Two changes have one time.
                    time="soon" if shape == "odd time" else self.count // 2 if "time" in shape else None,
                )
            )
        order.shuffle(changes)  # type: ignore[attr-defined]  # hypothesis's Random
        for change in changes:
            self.post(change)
        return multiple(*changes)

    @rule(change=sent)
    def retry(self, change: Change) -> None:
        """The platform sends again what it sent before, however long ago."""
        self.post(change)

    @rule(community=st.sampled_from(COMMUNITIES), user=st.sampled_from("ab"), title=st.sampled_from(TITLES))
    def lose(self, community: str, user: str, title: str) -> None:
        """A webhook never arrives."""
        self.truth[community, user] = title

    @rule(target=sent, community=st.sampled_from(COMMUNITIES), user=st.sampled_from("ab"))
    def leave(self, community: str, user: str) -> Change:
        """A member deletes the account; with the next change they are there anew."""
        self.truth[community, user] = ""
        change = Change(community, user, "", is_departure=True)
        self.post(change)
        return change

    @rule(minutes=st.sampled_from([5, 16, 11 * 60, 25 * 60]))
    def wait(self, minutes: int) -> None:
        """Time passes, and the tick with it."""
        self.step()
        self.now += minutes
        self.platforms["main"].age(f"{minutes} minutes")
        done = self.platforms["main"].value("select pathfinder.process_pending_events()")
        assert done == sum(member.release(self.now) for member in self.members.values())
        for community, user in self.members:
            self.compare(community, user)

    def post(self, change: Change) -> None:
        self.step()
        result = self.platforms[change.community].post(change.payload()).result
        assert result["status"] == self.expect(change)
        if result["status"] == "processed":
            assert result["seniority_level"] == self.members[change.community, change.user].level
        self.compare(change.community, change.user)

    def expect(self, change: Change) -> str:
        member = self.members.setdefault((change.community, change.user), Member())
        event = Stored(change, self.now, len(self.stored))
        if change.identifier is not None:
            named = [
                (other.change.user, other.change.new, other.change.is_departure)
                for other in self.stored
                if (other.change.community, other.change.identifier) == (change.community, change.identifier)
            ]
            if named and set(named) == {(change.user, change.new, change.is_departure)}:
                return "duplicate"
        if member.settled:
            latest = member.settled[-1]
            names = {latest.change.identifier, change.identifier} - {None}
            if latest.same(event) and len(names) < 2 and latest.received > self.now - WINDOW:
                return "duplicate"
        verdict = member.judge(event, self.now, sends_old_values=change.community in self.sends_old_values)
        if event.old:
            self.sends_old_values.add(change.community)
        self.stored.append(event)
        member.events.append(event)
        if verdict == "processed":
            member.apply(event, self.now)
        else:
            member.settled.append(event)
            event.held_until = self.now + HOLD if verdict == "held" else None
        return verdict

    def compare(self, community: str, user: str) -> None:
        """The database knows the same of the member as the model."""
        member = self.members[community, user]
        found = self.platforms[community].rows(
            "select (select array[title, seniority_level] from public.user_state"
            " where (community, user_id) = (%(community)s, %(user)s)),"
            " array(select title || '|' || seniority_level || '|' || kind from public.detections"
            " where (community, user_id) = (%(community)s, %(user)s) and kind in ('new', 'promotion')"
            " order by id)",
            {"community": community, "user": user},
        )
        assert found == [
            (
                [member.title, member.level] if member.level else None,
                ["|".join(detection) for detection in member.detections],
            )
        ]

    @classmethod
    def step(cls) -> None:
        cls.steps += 1


# When it fails, hypothesis looks for the shortest history that fails.
@pytest.mark.timeout(1800)
def test_any_history_ends_as_the_model_says(platform: Platform) -> None:
    for name in COMMUNITIES[1:]:
        platform.db.execute(
            "insert into public.webhook_sources (name, auth_kind, username, community)"
            " values (%s, 'basic', %s, %s)",
            [name, name, name],
        )
        platform.value("select public.set_webhook_secret(%s, %s)", name, f"{SECRET} {name}")
    Ingestion.db = platform.db
    Ingestion.steps = 0
    run_state_machine_as_test(
        Ingestion,
        settings=settings(
            # Hypothesis ends some histories early.
            max_examples=STEPS // STEPS_A_HISTORY * 6 // 5,
            stateful_step_count=STEPS_A_HISTORY,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Ingestion.steps >= STEPS
