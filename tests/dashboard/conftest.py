"""A seeded stack, the dashboard over it as a process of its own, and a browser."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from local.machine import find_browser, free_port
from local.migrations import PROJECT
from local.stack import Stack
from tests import warm
from tests.dashboard.seed import Seeded, seed, switched_on, tick
from tests.stack_state import StackState

BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TOKEN = "a-token-for-the-tests-only"


def end(process: warm.Process) -> None:
    """Ask it to end, and see to it."""
    process.terminate()
    try:
        process.wait(60)
    finally:
        process.kill()
        process.wait()


@contextmanager
def dashboard_process(stack: Stack, log: Path, **changes: str) -> Iterator[str]:
    """`captpathfinder dashboard` over a stack; its URL."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(PROJECT / "worker"), str(PROJECT)]),
        "SUPABASE_URL": stack.environment["SUPABASE_URL"],
        "SUPABASE_SECRET_KEY": stack.environment["SUPABASE_SECRET_KEY"],
        "DASHBOARD_PORT": str(port),
        "LOG_FORMAT": "json",
        **changes,
    }
    with log.open("wb") as output:
        process = warm.start(["dashboard"], env=environment, output=output)
    try:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 120
        while True:
            try:
                httpx.get(f"{url}/style.css", timeout=60)
                break
            except httpx.TransportError:
                said = log.read_text()
                assert process.poll() is None, f"the dashboard ended: {said}"
                assert time.monotonic() < deadline, f"the dashboard did not answer: {said}"
                time.sleep(0.05)
        yield url
    finally:
        end(process)


@pytest.fixture(scope="session")
def dashboard_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dashboard") / "log"


@pytest.fixture(scope="session")
def dashboard(shared_stack: Stack, dashboard_log: Path) -> Iterator[str]:
    """The URL of a dashboard on loopback, without a token."""
    with dashboard_process(shared_stack, dashboard_log) as url:
        yield url


@pytest.fixture(scope="session")
def guarded_dashboard(shared_stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a dashboard behind a token, which answers to a name of its own as well."""
    log = tmp_path_factory.mktemp("guarded") / "log"
    names = "captpathfinder.example.com, other.example.com"
    with dashboard_process(shared_stack, log, DASHBOARD_TOKEN=TOKEN, DASHBOARD_HOSTS=names) as url:
        yield url


@dataclass
class Seeding:
    """Whether what is in the stack is still as it was seeded."""

    is_clean: bool = False


@pytest.fixture(scope="session")
def seeding() -> Seeding:
    return Seeding()


@pytest.fixture
def seeded(stack: Stack, seeding: Seeding) -> Iterator[Seeded]:
    """The stack with something in it, for a test that changes it."""
    seeding.is_clean = False
    dsn = stack.cluster.dsn("supabase_admin")
    with psycopg.connect(dsn, autocommit=True) as db, switched_on(db):
        db.execute("delete from cron.job_run_details")
        seed(db)
        yield Seeded(stack, db)


@pytest.fixture
def seen(stack_at_start: tuple[Stack, StackState], seeding: Seeding) -> Iterator[Seeded]:
    """The same for a test that only looks: written once for all of them."""
    stack, state = stack_at_start
    dsn = stack.cluster.dsn("supabase_admin")
    with psycopg.connect(dsn, autocommit=True) as db, switched_on(db):
        here = Seeded(stack, db)
        if not (
            seeding.is_clean and here.value("select exists (select from outbox where dedupe_key = 'seed:d1')")
        ):
            state.restore(stack)
            db.execute("delete from cron.job_run_details")
            seed(db)
            seeding.is_clean = True
        db.execute("update worker_heartbeats set seen_at = now()")
        tick(db)
        yield here


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, headless; for one module, as no event loop can be run while it is open."""
    program = find_browser()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages; what the browser complains about on its console fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def failed(request: Request) -> None:
        # The icon of the tab is fetched after the page has loaded: who leaves early breaks that off.
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"failed: {request.url} ({request.failure})")

    def opened(**options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]  # whatever a test needs
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", failed)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints
