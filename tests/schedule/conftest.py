"""A database whose schedule starts when a test wants it to.

`schedule`  a `Schedule` over a fresh database with one channel, `email`, that sends digests and reports
`untouched` one such schedule for all tests of a module that only look
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from local.postgres import TemplateCluster
from tests.conftest import Connection

Row = dict[str, Any]

# When the channels of these tests begin: a week before the first digest.
BEGAN = "2026-10-30 21:00Z"


@dataclass(frozen=True)
class Schedule:
    """A fresh database and what tests of the schedule do with it; `dsn` for connections of their own."""

    dsn: str
    db: Connection

    def rows(self, query: str, *values: object) -> list[Row]:
        """Return the rows of a query as dictionaries."""
        with self.db.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode(), values or None).fetchall()

    def value(self, query: str, *values: object) -> Any:  # noqa: ANN401 (a column may hold anything)
        """Return the first column of the first row of a query."""
        row = self.db.execute(query.encode(), values or None).fetchone()
        assert row is not None
        return row[0]

    def start(self, moment: str | datetime, zone: str = "America/New_York") -> None:
        """Begin as if the schedule had been installed at `moment` in `zone`."""
        self.db.execute("update public.settings set time_zone = %s", [zone])
        self.db.execute("truncate public.job_runs")
        self.db.execute("select pathfinder.start_schedule(%s)", [moment])

    def tick(self, moment: str | datetime) -> Row:
        """Run one tick at `moment`."""
        result: Row = self.value("select public.tick(%s)", moment)
        return result

    def ran(self, moment: str | datetime) -> list[tuple[str, str, str]]:
        """Run one tick at `moment`; return (job, period, outcome) of each run, housekeeping left out."""
        runs = self.tick(moment)["runs"]
        return [(run["job"], run["period"], run["outcome"]) for run in runs if run["job"] != "housekeeping"]

    def detect(
        self,
        user_id: str,
        detected_at: str | datetime,
        *,
        level: str | None = "csuite",
        kind: str = "new",
        title: str | None = "Chief Executive Officer",
        company: str | None = "Acme",
        country: str | None = "Germany",
        rules_version: int = 1,
        **columns: object,
    ) -> int:
        """Insert one change and return its id. A promotion is one of a vice president."""
        row: Row = {
            "user_id": user_id,
            "username": f"name of {user_id}",
            "title": title,
            "seniority_level": level,
            "company": company,
            "country": country,
            "kind": kind,
            "detected_at": detected_at,
            "matched_rule": "chief … officer",
            "rules_version": rules_version,
        }
        if kind == "promotion":
            row |= {"previous_level": "vp", "previous_title": "VP Sales"}
        if kind == "left":
            row |= {"title": None, "seniority_level": None, "company": None}
            row |= {"previous_title": title, "previous_level": level, "previous_company": company}
        row |= columns
        return int(self.insert("detections", row)["id"])

    def add_channel(self, name: str, sends: str = "{digest}", **columns: object) -> None:
        """Insert a channel that begins when the schedule does; JSON columns as dictionaries."""
        row: Row = {
            "name": name,
            "transport": "slack_webhook",
            "sends": sends,
            "config": {"secret_env": "CHANNEL_HOOK"},
            "created_at": BEGAN,
        }
        row |= columns
        self.insert("channels", row)

    def insert(self, table: str, row: Row) -> Row:
        """Insert a row, its dictionaries as JSON, and return it as it is stored."""
        values = [Jsonb(value) if isinstance(value, dict) else value for value in row.values()]
        query = sql.SQL("insert into public.{} ({}) values ({}) returning *").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join([sql.Placeholder()] * len(row)),
        )
        with self.db.cursor(row_factory=dict_row) as cursor:
            stored = cursor.execute(query, values).fetchone()
        assert stored is not None
        return stored

    def digests(self) -> list[Row]:
        """Return the payloads of all digests in the order in which they were built."""
        return [row["payload"] for row in self.rows("select payload from public.digests order by id")]

    def people(self, digest: Row) -> list[str]:
        """Return the user ids in a digest's payload, in its order."""
        return [person["user_id"] for person in digest["people"]]

    def reports(self) -> list[Row]:
        """Return the summaries of all reports in the order in which they were built."""
        return [row["summary"] for row in self.rows("select summary from public.reports order by id")]

    def jobs(self, kind: str) -> list[Row]:
        """Return the outbox jobs of a kind in the order in which they were queued."""
        return self.rows("select * from public.outbox where kind = %s order by id", kind)


@contextlib.contextmanager
def open_schedule(dsn: str) -> Iterator[Schedule]:
    """Make the database of `dsn` one whose schedule starts on 2 November 2026, with one channel."""
    with psycopg.connect(dsn, autocommit=True) as db:
        db.execute("set timezone = 'UTC'")
        db.execute("delete from public.channels")
        schedule = Schedule(dsn, db)
        schedule.add_channel("email", "{digest,report}")
        schedule.start("2026-11-02 12:00Z")
        yield schedule


@pytest.fixture
def schedule(db_dsn: str) -> Iterator[Schedule]:
    """A schedule that starts on Monday, 2 November 2026, at 12:00 UTC in New York's zone."""
    with open_schedule(db_dsn) as schedule:
        yield schedule


@pytest.fixture(scope="module")
def untouched(template_cluster: TemplateCluster) -> Iterator[Schedule]:
    """One such schedule for all tests of a module that leave the database as it was."""
    dsn = template_cluster.new_database()
    with open_schedule(dsn) as schedule:
        yield schedule
    template_cluster.drop(dsn)
