"""The database's time goes by its answers and the monotonic clock, whatever this machine's clock says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from captpathfinder.supabase_project.database_clock import DatabaseClock

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Machine:
    """A machine whose clocks stand where a test puts them."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.wall = NOON

    def clock(self) -> DatabaseClock:
        return DatabaseClock(lambda: self.seconds, lambda: self.wall)


def test_before_any_answer_it_is_this_machines() -> None:
    assert Machine().clock().now() == NOON


def test_after_an_answer_this_machines_clock_may_be_set() -> None:
    machine = Machine()
    clock = machine.clock()
    # Asked at 99, answered at 100: the database said so at about 99.5.
    clock.learn(99.0, NOON + timedelta(hours=1))
    machine.wall -= timedelta(days=3)
    machine.seconds = 130.0
    assert clock.now() == NOON + timedelta(hours=1, seconds=30.5)


def test_the_newest_answer_counts_though_the_database_was_set_back() -> None:
    machine = Machine()
    clock = machine.clock()
    clock.learn(100.0, NOON + timedelta(hours=1))
    clock.learn(100.0, NOON)
    assert clock.now() == NOON
