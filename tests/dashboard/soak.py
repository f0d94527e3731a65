"""Every page at every width, in light and dark, with nothing, little and much to show: `make soak`.

Names are as long as they may be, or run from the right, or are Chinese. What is wider than the screen, has
too little contrast, fails or breaks in the browser is printed, and is the exit code. With `--pictures` each
page is photographed, for people to look at.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import psycopg
from playwright.sync_api import Browser, sync_playwright
from psycopg.types.json import Jsonb

from local.machine import find_browser
from local.stack import Stack
from tests.dashboard.conftest import BROWSER_ARGUMENTS, dashboard_process
from tests.dashboard.seed import switched_on, tick
from tests.dashboard.test_access import COLOURS, contrast

ROWS = (0, 10, 100_000)
WIDTHS = (1440, 768, 390)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

# {rows} of each, in turn: the longest there can be, from the right, Chinese, markup, plain, nothing.
_NAMES = [
    "Wolfeschlegelsteinhausenbergerdorff " * 5,
    "عبد الرحمن بن محمد الفارسي",
    "王小明 株式会社",
    "<b>Ada</b> & \u202eELIVE",
    "Ada Example",
    None,
]
_FILL = (
    """
    insert into public.accounts (name, tier, owner, region, is_watched)
    select left(coalesce(names[1 + n %% 6], 'Nobody') || ' account ' || n, 200), 'A', names[1 + (n + 1) %% 6],
        'EMEA', n %% 2 = 0
    from (select %(names)s::text[] as names) as given, generate_series(1, least(%(rows)s, 1000)) as n
    """,
    """
    insert into public.user_state (
        user_id, username, title, seniority_level, functions, country, country_code, company, matched_rule,
        first_detected_at, profile_url
    )
    select
        'u' || n, names[1 + n %% 6],
        (array['Chief Financial Officer', 'VP Sales', '財務最高責任者', repeat('Chief', 60)])[1 + n %% 4],
        (array['csuite', 'vp'])[1 + n %% 2], array['finance', 'technology'],
        (array['Germany', 'Nigeria', null])[1 + n %% 3], (array['DE', 'NG', null])[1 + n %% 3],
        names[1 + (n + 2) %% 6], 'Chief … officer', now() - n * interval '3 minutes',
        'https://community.example.com/members/' || n
    from (select %(names)s::text[] as names) as given, generate_series(1, %(rows)s) as n
    """,
    """
    insert into public.detections (
        user_id, username, title, seniority_level, company, country, detected_at, kind, previous_level,
        previous_title, previous_company, matched_rule
    )
    select
        user_id, username, title, seniority_level, company, country, first_detected_at,
        (array['new', 'promotion', 'demotion', 'moved', 'role'])[1 + right(user_id, 1)::int %% 5], 'vp',
        'Vice President', username, matched_rule
    from public.user_state
    where user_id ~ '^u[0-9]+$'
    """,
    """
    insert into public.outbox (
        kind, channel, dedupe_key, status, attempts, last_error, finished_at, created_at
    )
    select
        (array['digest', 'report', 'alert', 'event', 'incident', 'enrichment'])[1 + n %% 6],
        (array['board', repeat('very-long-channel-', 4), null])[1 + n %% 3], 'soak ' || n,
        (array['done', 'done', 'dead', 'pending'])[1 + n %% 4], 3,
        case when n %% 4 > 1 then repeat('Slack answered with HTTP 503. ', 1 + n %% 7) end,
        case when n %% 4 < 3 then now() end, now() - n * interval '1 minute'
    from generate_series(1, %(rows)s) as n
    """,
    """
    insert into public.digests (week_start, week_end, channel, payload, sent, sent_at, part, parts)
    select
        now() - make_interval(weeks => n / 3 + 1), date_trunc('day', now()) - make_interval(weeks => n / 3),
        (array['board', repeat('very-long-channel-', 4), '董事会'])[1 + n %% 3],
        jsonb_build_object('counts', jsonb_build_object('people', n)), n > 3,
        case when n > 3 then now() end, 1, 1
    from generate_series(1, least(%(rows)s, 60)) as n
    """,
    """
    insert into public.reports (month_label, revision, period_start, period_end, time_zone, summary, links,
        links_expire_at, published_at)
    select to_char(now() - make_interval(months => n), 'YYYY-MM'), 1, now() - interval '1 day', now(), 'UTC',
        jsonb_build_object('total', n), %(links)s, now() + make_interval(days => n - 5), now()
    from generate_series(1, least(%(rows)s, 20)) as n
    """,
    """
    insert into public.audit (actor, subject, action, detail)
    select coalesce(names[1 + n %% 6], 'nobody'), 'channels', 'update',
        jsonb_build_object('name', names[1 + (n + 1) %% 6], 'changed', jsonb_build_object('is_active',
        jsonb_build_object('from', true, 'to', false)))
    from (select %(names)s::text[] as names) as given, generate_series(1, least(%(rows)s, 1000)) as n
    """,
    """
    insert into public.events_raw (
        source, community, user_id, idempotency_key, attribute, value, state, profile_field
    )
    select 'community', 'main', 'm' || n, 'soak ' || n, 'title',
        (array['Keeper of the Lighthouse', '園芸家', 'بستاني'])[1 + n %% 3], 'processed', 'Title'
    from generate_series(1, least(%(rows)s, 20000)) as n
    """,
)  # fmt: skip

# As many proposals as there are people, at most a thousand.
_FEEDBACK = """
    insert into public.feedback_proposals (
        channel, community, user_id, verdict, title, company, status, decided_at
    )
    select
        'weekly', community, user_id,
        (array['not_executive', 'already_known', 'wrong_company'])[1 + row_number() over () % 3],
        title, company, (array['open', 'open', 'accepted', 'dismissed'])[1 + row_number() over () % 4],
        case when row_number() over () % 4 > 1 then now() end
    from public.user_state
    limit 1000;
"""

# A digest to a mailbox, so that a job has a message to show.
_DIGEST = """
    insert into public.channels (name, transport, config, sends)
    values ('weekly', 'email_smtp',
        '{"host": "smtp.example.com", "from": "a@example.com", "to": ["b@example.com"]}', '{digest}');
    insert into public.detections (user_id, username, title, seniority_level, company, country)
    select user_id || ' again', username, title, seniority_level, company, country
    from public.user_state
    limit 6;
    select public.send_digests();
"""

PAGES = (
    "/", "/people", "/people?text=ada&sort=name", "/changes", "/changes?kind=moved&days=90", "/person?id=u4",
    "/person?id=u6", "/person/forget?id=u4", "/person/aside?id=u4", "/person/correct?id=u4", "/accounts",
    "/accounts?watched=1", "/queue", "/queue?status=dead&kind=digest", "/job?id={job}",
    "/queue/act?action=retry&job={job}", "/deliveries", "/digests/send", "/reports/generate?month=2026-11",
    "/rules", "/rules?title=Former+CFO,+now+CEO", "/rules/missed", "/rules/examples",
    "/rules/new", "/rules/new?category=vp&pattern=keeper", "/rules/switch?id=1&to=off",
    "/rules/restore?version=1", "/feedback", "/feedback?status=accepted", "/feedback/decide?id=1",
    "/feedback/decide?id=2&pattern=chief+happiness", "/numbers?days=90", "/audit", "/nope",
)  # fmt: skip

WIDER = """
() => [...document.querySelectorAll('main *, header *')].filter((e) => e.checkVisibility()
  && getComputedStyle(e).clipPath === 'none' && !e.closest('.hidden, caption, thead, .skip, svg')
  && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 100))
"""


def fill(db: psycopg.Connection[tuple[Any, ...]], rows: int) -> None:
    """Write so many of everything, without triggers, as a restored backup would be."""
    values = {
        "rows": rows,
        "names": _NAMES,
        "links": Jsonb({form: f"https://storage.example.com/{form}" for form in ("pdf", "csv", "html")}),
    }
    db.execute("set session_replication_role = replica")
    db.execute("set statement_timeout = 0")
    for statement in _FILL:
        db.execute(statement.encode(), values)
    db.execute("reset session_replication_role")
    db.execute("vacuum (analyze)")


def look(
    browser: Browser, url: str, job: int, *, pictures: Path | None, name: str, widths: Sequence[int]
) -> list[str]:
    """Open everything; returns what is wrong."""
    wrong: list[str] = []
    for width in widths:
        for scheme in SCHEMES:
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            page = context.new_page()
            page.set_default_timeout(60_000)
            at = ""
            page.on("pageerror", lambda error: wrong.append(f"{at}: {error}"))  # noqa: B023  (where it is now)
            for path in PAGES:
                at = f"{name} {width} {scheme} {path.format(job=job)}"
                answer = page.goto(url + path.format(job=job))
                if answer is None or answer.status >= 500:
                    wrong.append(f"{at}: answered {answer.status if answer else 'nothing'}")
                    continue
                wrong += [f"{at}: wider than the screen: {one}" for one in page.evaluate(WIDER)]
                for item in page.evaluate(COLOURS):
                    seen = contrast(item["front"], item["back"])
                    if seen < item["least"]:
                        wrong.append(f"{at}: contrast {seen:.1f}: {item['what']}")
                if pictures is not None:
                    file = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "overview"
                    page.screenshot(path=pictures / f"{name}-{width}-{scheme}-{file}.png", full_page=True)
            context.close()
    return wrong


@contextmanager
def filled(rows: int) -> Iterator[tuple[Stack, str, int]]:
    """A stack with so many rows, the dashboard's URL, and a job."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "stack", durable=False, dies_with_caller=True)
        try:
            stack.up()
            with (
                psycopg.connect(stack.cluster.dsn("supabase_admin"), autocommit=True) as db,
                switched_on(db),
            ):
                fill(db, rows)
                if rows:
                    db.execute(_DIGEST)
                    db.execute(_FEEDBACK)
                tick(db)
                found = db.execute("select coalesce(max(id), 1) from public.outbox").fetchone()
                with dashboard_process(stack, Path(folder) / "log") as url:
                    yield stack, url, int(found[0]) if found else 1
        finally:
            stack.down(purge=True)


def main() -> int:
    """Look at all of it; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=ROWS)
    parser.add_argument("--widths", type=int, nargs="*", default=WIDTHS)
    parser.add_argument("--pictures", type=Path)
    arguments = parser.parse_args()
    if arguments.pictures:
        arguments.pictures.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=BROWSER_ARGUMENTS)
        for rows in arguments.rows:
            with filled(rows) as (stack, url, job):
                wrong += look(
                    browser, url, job,
                    pictures=arguments.pictures, name=f"{rows}", widths=arguments.widths,
                )  # fmt: skip
                pages = len(PAGES) * len(arguments.widths) * len(SCHEMES)
                print(f"{rows:,} rows: {pages} pages seen.", flush=True)
                if rows == arguments.rows[-1]:
                    wrong += away(browser, stack, arguments.pictures)
        browser.close()
    for one in wrong:
        print(one)
    print(f"{len(wrong)} things are wrong." if wrong else "Nothing is wrong.")
    return 1 if wrong else 0


def away(browser: Browser, stack: Stack, pictures: Path | None) -> list[str]:
    """Every page while the database is away: it says so, in time."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with dashboard_process(stack, log, SUPABASE_URL="http://127.0.0.1:1") as url:
            page = browser.new_page(viewport={"width": 390, "height": 900})
            for path in PAGES[:-1]:
                answer = page.goto(url + path.format(job=1))
                if answer is None or answer.status != 503 or "Cannot reach" not in page.content():
                    wrong.append(f"away {path}: answered {answer.status if answer else 'nothing'}")
            if pictures is not None:
                page.screenshot(path=pictures / "away.png", full_page=True)
            page.close()
    return wrong


if __name__ == "__main__":
    sys.exit(main())
