"""What the contract tests run against: the one-machine stack, or the official images of Supabase."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.machine import free_port
from local.migrations import PROJECT
from local.provision import register_webhook_source
from local.stack import Stack

CLI = PROJECT / "local" / "node_modules" / ".bin" / "supabase"
USERNAME, PASSWORD = "local", "a secret for the contract tests"
# Of what `supabase start` runs, the contract needs Postgres, PostgREST, Realtime, Storage and the gateway.
UNUSED = "edge-runtime,imgproxy,logflare,mailpit,postgres-meta,studio,supavisor,vector"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    content_type: str
    text: str

    @property
    def json(self) -> object:
        """The body, parsed."""
        return json.loads(self.text)


@dataclass(frozen=True)
class Platform:
    """A running Supabase with the migrations applied and a webhook source with Basic authentication."""

    url: str
    publishable_key: str
    secret_key: str
    dsn: str
    username: str
    password: str

    def call(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Make a request; path: from the API's root, query included, or a whole URL."""
        url = path if path.startswith("http") else self.url + path
        request = urllib.request.Request(url, body, headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers.get_content_type(), answer.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers.get_content_type(), error.read().decode())


def local_platform(stack: Stack) -> Platform:
    """Return the one-machine stack as a platform."""
    secrets = stack.secrets
    return Platform(
        stack.url("gateway"),
        secrets.publishable_key,
        secrets.secret_key,
        stack.cluster.dsn(),
        secrets.webhook_username,
        secrets.webhook_password,
    )


def why_no_docker() -> str | None:
    """Say what is missing to run containers; None if nothing is."""
    if shutil.which("docker") is None:
        return "--stack=docker needs Docker, and there is no `docker` command on this machine"
    answer = subprocess.run(
        ["docker", "info", "--format", "{{.ServerVersion}}"], capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        said = (answer.stderr.strip() or answer.stdout.strip() or "no answer").splitlines()[-1]
        return f"--stack=docker needs a running Docker daemon: {said}"
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
        )
    finally:
        _supabase(folder, "stop", "--no-backup")


def _supabase(folder: Path, *arguments: str) -> str:
    answer = subprocess.run(
        [CLI, *arguments, f"--workdir={folder}"],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "SUPABASE_TELEMETRY_DISABLED": "1", "DO_NOT_TRACK": "1"},
    )
    if answer.returncode != 0:
        raise RuntimeError(f"supabase {arguments[0]} failed: {answer.stderr[-2000:]}")
    return answer.stdout
