"""What the demonstration sets up, asks for, waits for, and looks at.

No part is taken at its own word: people are counted in the database, messages in what the control room's bots
were given, files by fetching their links.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
from rich.console import Console

from local.demo.people import ACCOUNTS, OWN
from local.demo.sender import Sent
from local.demo.stream import EXISTING
from local.errors import StackError
from local.stack import Stack


@dataclass(frozen=True)
class Change:
    """What happened to an executive; why is the rule that found them."""

    kind: str
    name: str
    title: str
    previous_title: str
    level: str
    company: str
    previous_company: str
    country: str
    account: str
    why: str


@dataclass
class Found:
    """What was really there at the end; `problems` holds a sentence for each part that did not happen.

    `told` is how many people a digest tells of, `reported` how many the report counts, `malformed` how many
    such webhooks the database counted.
    """

    changes: list[Change] = field(default_factory=list)
    executives: int = 0
    told: int = 0
    reported: int = 0
    malformed: int = 0
    levels: dict[str, str] = field(default_factory=dict)
    digests: list[tuple[str, int, int, bool]] = field(default_factory=list)
    messages: list[Path] = field(default_factory=list)
    reports: list[Path] = field(default_factory=list)
    links: int = 0
    report_name: str = ""
    problems: list[str] = field(default_factory=list)


def prepare(stack: Stack) -> int:
    """Set up what an operator does before the first webhook; return how many members were taken over.

    The companies that matter, the community's own company, and the members whom the community has already.
    """
    with psycopg.connect(stack.environment["SUPABASE_DB_URL"]) as db:
        db.cursor().executemany(
            "insert into public.accounts (name, tier, owner, region, is_watched) values (%s, %s, %s, %s, %s)",
            ACCOUNTS,
        )
        db.execute(
            "insert into public.suppressions (kind, value, reason) values ('company', %s, 'our own people')",
            [OWN],
        )
    path = stack.home / "members.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("User ID", "Name", "Job Title", "Company", "Country"))
        rows.writerows((who.user_id, who.name, who.title, who.company, who.country) for who in EXISTING)
    _command(stack, "backfill", str(path), "--yes")
    return len(EXISTING)


def build(stack: Stack) -> None:
    """Ask for the digest and the report now, as an operator does, rather than wait for Friday."""
    _command(stack, "send-digests")
    _command(stack, "generate-reports")


def _command(stack: Stack, *arguments: str) -> None:
    program = (sys.executable, "-m", "captpathfinder", *arguments)
    environment = {**os.environ, **stack.environment}
    answer = subprocess.run(program, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise StackError(f"captpathfinder {' '.join(arguments)} failed: {answer.stderr.strip()}")


def wait_for_deliveries(environment: dict[str, str], console: Console, deadline: float) -> list[str]:
    """Wait until the outbox is empty and something was delivered; return a problem if it does not happen."""
    with psycopg.connect(environment["SUPABASE_DB_URL"], autocommit=True) as db:

        def left() -> int:
            unfinished = "select count(*) from public.outbox where status in ('pending', 'running')"
            return _count(db, unfinished)

        if _wait("the worker delivers", lambda: left() == 0, console, deadline):
            return []
        return [f"{left()} jobs were not finished within {deadline:g} s"]


def wait_for_queued(environment: dict[str, str], console: Console, deadline: float) -> list[str]:
    """Wait until the schedule has processed what a slow machine only stored; return a problem if it fails."""
    with psycopg.connect(environment["SUPABASE_DB_URL"], autocommit=True) as db:

        def left() -> int:
            return _count(db, "select count(*) from public.events_raw where not processed")

        if left() == 0 or _wait("what was queued is processed", lambda: left() == 0, console, deadline):
            return []
        return [f"{left()} webhooks were stored and not processed within {deadline:g} s"]


def wait_for_tick(environment: dict[str, str], console: Console, deadline: float) -> list[str]:
    """Wait for pg_cron's first tick, at a full minute; return a problem if it fails or is not seen."""
    succeeded = (
        "select count(*) from cron.job_run_details where command ilike '%tick(%' and status = 'succeeded'"
    )
    with psycopg.connect(environment["SUPABASE_DB_URL"], autocommit=True) as db:
        if _wait(
            "pg_cron's first tick, at the full minute", lambda: _count(db, succeeded) > 0, console, deadline
        ):
            return []
    return [f"pg_cron did not run the schedule within {deadline:g} s"]


def look(stack: Stack, sent: list[Sent]) -> Found:
    """Look at the database, the files and the messages."""
    found = Found()
    wrong = [item for item in sent if not item.as_expected]
    if wrong:
        example = wrong[0]
        found.problems.append(
            f"{len(wrong)} webhooks got another answer than the right one, "
            f"such as {example.outcome} for {example.post.expected}: {example.post.body[:120]!r}"
        )
    with psycopg.connect(stack.environment["SUPABASE_DB_URL"], autocommit=True) as db:
        found.levels = {
            str(level): str(label)
            for level, label in db.execute(
                "select level, label_plural from public.levels where is_on order by rank"
            )
        }
        _look_at_people(db, sent, found)
        _look_at_deliveries(db, found)
        links = _look_at_report(db, found)
    _look_at_messages(stack, found)
    _follow_links(stack.environment["PUBLIC_URL"], found)
    _fetch_report(links, stack.home / "reports", found)
    return found


def _look_at_people(db: psycopg.Connection[tuple[object, ...]], sent: list[Sent], found: Found) -> None:
    rows = db.execute(
        """
        select kind, coalesce(username, user_id), coalesce(title, ''), coalesce(previous_title, ''),
            coalesce(seniority_level, ''), coalesce(detections.company, ''), coalesce(previous_company, ''),
            coalesce(countries.name, detections.country, ''), coalesce(accounts.name, ''),
            coalesce(matched_rule, '')
        from public.detections
        left join public.accounts on accounts.id = detections.account_id and accounts.is_watched
        left join public.countries on countries.code = detections.country_code
        where detections.origin = 'webhook' order by detections.id
        """
    )
    found.changes = [Change(*(str(value) for value in row)) for row in rows]
    if {change.level for change in found.changes if change.kind == "new"} != {"csuite", "vp"}:
        found.problems.append("not both levels were found")
    for kind in ("promotion", "moved", "left"):
        if not any(change.kind == kind for change in found.changes):
            found.problems.append(f"no change of the kind {kind} was found")
    if any(OWN in (change.company, change.previous_company) for change in found.changes):
        found.problems.append("somebody of the community's own company was found")
    if not any(change.account for change in found.changes):
        found.problems.append("nobody of a watched account was found")
    found.executives = _count(db, "select count(*) from public.user_state")
    # The last word on each member, in the order of the answers, against what the database remembers.
    known = {str(row[0]) for row in db.execute("select user_id from public.user_state")}
    events = _count(db, "select count(*) from public.events_raw where not processed")
    if events:
        found.problems.append(f"{events} webhooks were stored and not processed")
    answered = {
        item.result.user_id
        for item in sent
        if item.result
        and item.result.user_id
        and (item.result.is_senior or item.result.status in {"queued", "held"})
    }
    if not known <= answered | {member.user_id for member in EXISTING}:
        found.problems.append("somebody is remembered whose webhook did not say so")


def _look_at_deliveries(db: psycopg.Connection[tuple[object, ...]], found: Found) -> None:
    rows = db.execute(
        "select channel, part, parts, sent from public.digests order by channel, part"
    ).fetchall()
    found.digests = [
        (str(channel), int(str(part)), int(str(parts)), bool(sent)) for channel, part, parts, sent in rows
    ]
    if {channel for channel, *_ in found.digests} != {"email", "teams"}:
        found.problems.append("not every channel got a digest")
    if not all(sent for *_, sent in found.digests):
        found.problems.append("a digest was not sent")
    counted = "select coalesce(sum(count), 0) from pathfinder.webhook_counters where outcome = 'malformed'"
    found.malformed = _count(db, counted)
    found.told = _count(db, "select max((payload #>> '{counts,people}')::int) from public.digests")
    dead = _count(db, "select count(*) from public.outbox where status = 'dead'")
    if dead:
        found.problems.append(f"{dead} jobs are dead")
    twice = _count(
        db,
        """
        select count(*) from (
            select person ->> 'detection_id'
            from public.digests, jsonb_array_elements(payload -> 'people') as person
            group by 1, channel having count(*) > 1
        ) as repeated
        """,
    )
    if twice:
        found.problems.append(f"{twice} people were in a channel's digest twice")


def _look_at_report(db: psycopg.Connection[tuple[object, ...]], found: Found) -> dict[str, str]:
    row = db.execute(
        """
        select summary ->> 'name', links, (summary ->> 'total')::int, (
            -- Whoever is new or was promoted, and is an executive still.
            select count(distinct user_id) from public.detections join public.user_state using (user_id)
            where detections.origin = 'webhook' and kind in ('new', 'promotion')
        )
        from public.reports order by revision desc limit 1
        """
    ).fetchone()
    if row is None:
        found.problems.append("no report was built")
        return {}
    name, links, total, people = row
    found.report_name, found.reported = str(name), int(str(total))
    if total != people:
        found.problems.append(f"the report counts {total} people, the database {people}")
    if not isinstance(links, dict) or not links:
        found.problems.append("the report has no links")
        return {}
    return {str(kind): str(link) for kind, link in links.items()}


def _look_at_messages(stack: Stack, found: Found) -> None:
    found.messages = sorted((stack.home / "control-room" / "messages").glob("*"))
    with httpx.Client(base_url=stack.url("control_room"), timeout=30) as client:
        delivered = client.get("/_deployments", params={"rows": 0}).raise_for_status().json()
    repeated = [name for name, count in delivered["delivered_by_automation_name"].items() if count > 1]
    if repeated:
        found.problems.append(f"{len(repeated)} messages were sent more than once")
    # Each digest part, and for each of the two channels the message that the report is ready.
    expected = len(found.digests) + 2
    if len(found.messages) != expected:
        found.problems.append(f"the bots sent {len(found.messages)} messages, not {expected}")


def _follow_links(public_url: str, found: Found) -> None:
    """Open what the messages link to, as their readers would: everybody in a digest, and "Not right?"."""
    texts = [path.read_text(encoding="utf-8") for path in found.messages if path.is_file()]
    for page in ("digest", "feedback"):
        pattern = re.compile(re.escape(f"{public_url}/{page}/") + r"[\w.=-]+")
        links = sorted({link for text in texts for link in pattern.findall(text)})
        if not links:
            found.problems.append(f"no message has a link to a page of {public_url}/{page}/")
        for link in links[:3]:
            answer = httpx.get(link, timeout=60)
            if answer.status_code != 200:
                found.problems.append(f"a link of a message to a {page} page answered {answer.status_code}")
        found.links += len(links)


def _fetch_report(links: dict[str, str], folder: Path, found: Found) -> None:
    """Download what the links open, so that it can be looked at after the stack has stopped."""
    folder.mkdir(exist_ok=True)
    for kind, link in sorted(links.items()):
        answer = httpx.get(link, timeout=60)
        if answer.status_code != 200 or not answer.content:
            found.problems.append(f"the link to the {kind} report answered {answer.status_code}")
            continue
        path = folder / f"executives.{kind}"
        path.write_bytes(answer.content)
        found.reports.append(path)


def _count(db: psycopg.Connection[tuple[object, ...]], query: str) -> int:
    row = db.execute(query.encode()).fetchone()
    return int(str(row[0])) if row else 0


def _wait(what: str, happened: Callable[[], bool], console: Console, deadline: float) -> bool:
    limit = time.monotonic() + deadline
    with console.status(f"waiting: {what}"):
        while not happened():
            if time.monotonic() > limit:
                return False
            time.sleep(0.1)
    console.print(f"  seen: {what}", style="dim")
    return True
