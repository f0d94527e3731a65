"""What the contract tests run against: the one-machine stack, Supabase's official images, or any Supabase.

For `--stack=url` these are read from the environment: SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY,
SUPABASE_SECRET_KEY (or the legacy SUPABASE_ANON_KEY, SUPABASE_SERVICE_ROLE_KEY) and SUPABASE_DB_URL, with the
role `postgres`. The migrations have to be applied, and no worker may run: it would take the tests' jobs. What
they leave there is removed after them, as they have a community of their own.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from local.machine import free_port
from local.migrations import PROJECT
from local.provision import register_webhook_source
from local.services import Service
from local.stack import Stack
from tests.supabase_cli import CLI, cli_environment

USERNAME, PASSWORD = "local", "a secret for the contract tests"
# The name that `register_webhook_source` gives it.
SOURCE = "local"
# What can be restarted: its name in the one-machine stack, and in the names of the official containers.
SERVICES: dict[str, tuple[Service, str]] = {
    "gateway": ("gateway", "kong"),
    "rest": ("lite", "rest"),
    "storage": ("lite", "storage"),
    "realtime": ("realtime", "realtime"),
    "database": ("postgres", "db"),
}
# Of what `supabase start` runs, the contract needs Postgres, PostgREST, Realtime, Storage and the gateway.
UNUSED = "edge-runtime,imgproxy,logflare,mailpit,postgres-meta,studio,supavisor,vector"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    content_type: str
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def json(self) -> object:
        """The body, parsed."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Platform:
    """A running Supabase with the migrations applied and a webhook source with Basic authentication.

    source: the source's name. restart: by the name of a service, what restarts it; empty where it is not ours
    to restart.
    """

    url: str
    publishable_key: str
    secret_key: str
    dsn: str
    username: str
    password: str
    source: str = SOURCE
    restart: Mapping[str, Callable[[], None]] = field(default_factory=dict)

    def call(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Make a request; path: from the API's root, query included, or a whole URL."""
        url = path if path.startswith("http") else self.url + path
        request = urllib.request.Request(url, body, headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers.get_content_type(), answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers.get_content_type(), error.read())


def local_platform(stack: Stack) -> Platform:
    """Return the one-machine stack as a platform."""
    keys = stack.secrets

    def restart(service: Service) -> None:
        stack.kill(service)
        stack.start(service)
        if service == "postgres":
            # PostgREST and Storage outlive their database. The driver of what stands in for them here
            # (postgres 3.4.9) may never again open a connection that closed amid a transaction.
            stack.kill("lite")
            stack.start("lite")

    return Platform(
        stack.url("gateway"),
        keys.publishable_key,
        keys.secret_key,
        stack.cluster.dsn(),
        keys.webhook_username,
        keys.webhook_password,
        restart={name: partial(restart, service) for name, (service, _) in SERVICES.items()},
    )


@contextmanager
def url_platform(environment: Mapping[str, str]) -> Iterator[Platform]:
    """Use a Supabase that runs somewhere, and leave nothing of the tests there."""

    def value(*names: str) -> str:
        found = next((environment[name] for name in names if environment.get(name)), None)
        if found is None:
            raise pytest.UsageError(f"--stack=url needs {' or '.join(names)} in the environment")
        return found

    platform = Platform(
        value("SUPABASE_URL").rstrip("/"),
        value("SUPABASE_PUBLISHABLE_KEY", "SUPABASE_ANON_KEY"),
        value("SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY"),
        value("SUPABASE_DB_URL"),
        "contract-tests",
        secrets.token_urlsafe(24),
        source="contract-tests",
    )
    with psycopg.connect(platform.dsn, autocommit=True) as db:
        try:
            _add_source(db, platform)
            yield platform
        finally:
            db.execute("delete from public.outbox where starts_with(dedupe_key, 'contract:')")
            for table in ("detections", "user_state", "events_raw", "webhook_sources"):
                rows = sql.SQL("delete from {} where community = %s").format(sql.Identifier("public", table))
                db.execute(rows, [platform.source])


def _add_source(db: psycopg.Connection[tuple[object, ...]], platform: Platform) -> None:
    db.execute(
        "insert into public.webhook_sources (name, community, auth_kind, username)"
        " values (%s, %s, 'basic', %s) on conflict (name) do update set username = excluded.username",
        [platform.source, platform.source, platform.username],
    )
    answer = db.execute(
        "select public.set_webhook_secret(%s, %s, interval '0') ->> 'status'",
        [platform.source, platform.password],
    ).fetchone()
    if answer != ("set",):
        raise RuntimeError("the secret of the source of the contract tests was refused")


def why_no_docker() -> str | None:
    """Say what is missing to run containers; None if nothing is."""
    if shutil.which("docker") is None:
        return "there is no `docker` command on this machine"
    answer = subprocess.run(
        ["docker", "info", "--format", "{{.ServerVersion}}"], capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        said = (answer.stderr.strip() or answer.stdout.strip() or "no answer").splitlines()[-1]
        return f"no Docker daemon answers: {said}"
    return None


@contextmanager
def docker_platform(folder: Path) -> Iterator[Platform]:
    """Run the official images, wired by the Supabase CLI, for as long as the block runs.

    folder: where a copy of the project's folder goes, with other ports and another name, so that a project
    that somebody else runs on this machine is left alone.
    """
    shutil.copytree(PROJECT / "supabase", folder / "supabase")
    config = folder / "supabase" / "config.toml"
    text = config.read_text().replace('project_id = "captpathfinder"', 'project_id = "captpathfinder-test"')
    config.write_text(
        re.sub(r"(?m)^((?:shadow_)?port) = \d+", lambda match: f"{match[1]} = {free_port()}", text)
    )
    try:
        _supabase(folder, "start", f"--exclude={UNUSED}")
        settings = dict(re.findall(r'(?m)^([A-Z_]+)="?(.*?)"?$', _supabase(folder, "status", "--output=env")))
        register_webhook_source(settings["DB_URL"], USERNAME, PASSWORD)
        yield Platform(
            settings["API_URL"],
            settings.get("PUBLISHABLE_KEY") or settings["ANON_KEY"],
            settings.get("SECRET_KEY") or settings["SERVICE_ROLE_KEY"],
            settings["DB_URL"],
            USERNAME,
            PASSWORD,
            restart={name: partial(_restart_container, part) for name, (_, part) in SERVICES.items()},
        )
    finally:
        _supabase(folder, "stop", "--no-backup")


def _restart_container(name: str) -> None:
    container = f"supabase_{name}_captpathfinder-test"
    subprocess.run(["docker", "restart", container], capture_output=True, check=True)


def _supabase(folder: Path, *arguments: str) -> str:
    answer = subprocess.run(
        [CLI, *arguments, f"--workdir={folder}"],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=cli_environment(Path.home()),
    )
    if answer.returncode != 0:
        raise RuntimeError(f"supabase {arguments[0]} failed: {answer.stderr[-2000:]}")
    return answer.stdout
