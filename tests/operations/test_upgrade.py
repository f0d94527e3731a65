"""A database with data is migrated while webhooks keep coming: nothing is refused, nothing is lost.

There is no release before the first. So the release before is what the migrations give, and a made-up next
one follows: a function of the webhook's path, changed, and a column added to the tables that it writes
to. The worker is not part of it; it is replaced after the database.
"""

from __future__ import annotations

import base64
import json
import shutil
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.machine import temporary_folder
from local.migrations import MIGRATIONS, apply_migrations
from local.sources import SOURCES
from local.stack import Stack
from tests.conftest import Connection

SENDERS = 4
TITLES = ("Chief Executive Officer", "VP Sales", "Baker")


class Platform:
    """A community platform that posts new members' titles without pause, from several connections."""

    def __init__(self, stack: Stack) -> None:
        environment = stack.environment
        pair = f"{environment['WEBHOOK_USERNAME']}:{environment['WEBHOOK_PASSWORD']}"
        self._url = environment["WEBHOOK_URL"]
        self._authorization = "Basic " + base64.b64encode(pair.encode()).decode()
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=[number]) for number in range(SENDERS)]
        self.accepted: dict[str, str] = {}
        self.refused: list[str] = []

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()

    def wait_for_more(self, count: int) -> None:
        """Wait until so many more webhooks have been accepted."""
        least = len(self.accepted) + count
        wait_for(lambda: len(self.accepted) >= least or bool(self.refused), "webhooks are accepted")

    def post(self, user: str, title: str) -> None:
        body = {"userId": user, "username": user, "profileField": "Job Title", "value": title}
        request = urllib.request.Request(
            self._url,
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Authorization": self._authorization},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read().decode()
        except (urllib.error.HTTPError, OSError) as error:
            said = error.read().decode() if isinstance(error, urllib.error.HTTPError) else ""
            self.refused.append(f"{user}: {error} {said}")
            return
        if json.loads(text)["result"]["status"] in ("processed", "queued"):
            self.accepted[user] = title
        else:
            self.refused.append(f"{user}: {text}")

    def _send(self, sender: int) -> None:
        number = 0
        while not self._stopping.is_set():
            self.post(f"{sender}-{number}", TITLES[number % len(TITLES)])
            number += 1


@pytest.fixture
def before() -> Iterator[tuple[Stack, Path]]:
    """A running stack of the release before, and its folder of migrations."""
    with temporary_folder() as place:
        folder = place / "migrations"
        shutil.copytree(MIGRATIONS, folder)
        stack = Stack(place / "home", durable=False, dies_with_caller=True, migrations=folder)
        try:
            stack.up()
            yield stack, folder
        finally:
            stack.down(purge=True)


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, f"not within {seconds} s: {what}"
        time.sleep(0.02)


def all_processed(db: Connection) -> bool:
    """Work off what was queued, whose minute of waiting is over at once here; say whether that was all."""
    db.execute("update public.events_raw set due_at = now() where not processed")
    db.execute("select pathfinder.process_pending_events()")
    return db.execute("select count(*) from public.events_raw where not processed").fetchone() == (0,)


def next_release(folder: Path) -> None:
    """Write a migration that changes a function of the webhook's path and adds a column under it."""
    text = (SOURCES / "ingest" / "store_event.sql").read_text()
    before, insert, after = text.partition("    insert into public.events_raw (")
    assert insert
    changed = before + "    reading.skip_reason := 'seen by the next release';\n" + insert + after
    (folder / "29990101000000_next_release.sql").write_text(
        "set lock_timeout = '3s';\n"
        "alter table public.events_raw add column next_release text;\n"
        "alter table public.user_state add column next_release text;\n" + changed
    )


def test_migrations_under_a_stream_of_webhooks_lose_and_refuse_nothing(before: tuple[Stack, Path]) -> None:
    stack, folder = before
    platform = Platform(stack)
    platform.start()
    try:
        platform.wait_for_more(20)
        next_release(folder)
        assert len(apply_migrations(stack.cluster.dsn(), folder)) == 1
        platform.wait_for_more(20)
    finally:
        platform.stop()

    assert platform.refused == []
    with stack.cluster.connect(autocommit=True) as db:
        wait_for(lambda: all_processed(db), "queued webhooks are processed")
        stored = db.execute("select user_id, value from public.events_raw").fetchall()
        found = {str(row[0]) for row in db.execute("select user_id from public.user_state")}
        counted = db.execute(
            "select (stats() -> 'executives' ->> 'csuite')::int + (stats() -> 'executives' ->> 'vp')::int,"
            " (stats() -> 'detections' ->> 'last_30_days')::int"
        ).fetchone()
        upgraded = db.execute(
            "select count(*) from information_schema.columns where column_name = 'next_release'"
        ).fetchone()
    assert sorted(str(user) for user, _ in stored) == sorted(platform.accepted)
    senior = {user for user, title in platform.accepted.items() if title != "Baker"}
    assert found == senior
    assert counted == (len(senior), len(senior))
    assert upgraded == (2,)
