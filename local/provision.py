"""What a fresh stack needs besides the migrations: the buckets, and a source that may post webhooks."""

from __future__ import annotations

import json
import re
import tomllib
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from local.errors import StackError
from local.migrations import MIGRATIONS, PROJECT, read_migrations

_UNITS = {"": 1, "KIB": 1024, "MIB": 1024**2, "GIB": 1024**3, "KB": 1000, "MB": 1000**2, "GB": 1000**3}


def create_buckets(url: str, secret_key: str) -> None:
    """Create the buckets of supabase/config.toml in Storage, or bring them up to date.

    The Supabase CLI does the same for a hosted project (`supabase seed buckets`).
    """
    configuration = tomllib.loads((PROJECT / "supabase" / "config.toml").read_text())
    for name, bucket in configuration.get("storage", {}).get("buckets", {}).items():
        body: dict[str, Any] = {"id": name, "name": name, "public": bucket.get("public", False)}
        if "file_size_limit" in bucket:
            body["file_size_limit"] = parse_size(bucket["file_size_limit"])
        if "allowed_mime_types" in bucket:
            body["allowed_mime_types"] = bucket["allowed_mime_types"]
        status, answer = _call("POST", f"{url}/storage/v1/bucket", secret_key, body)
        if "Duplicate" in answer:
            status, answer = _call("PUT", f"{url}/storage/v1/bucket/{name}", secret_key, body)
        if status != 200:
            raise StackError(f"the bucket {name} could not be created: {answer[:200]}")


def parse_size(text: str | int) -> int:
    """Return the bytes that a size such as `50MiB` means."""
    match = re.fullmatch(r"(\d+)\s*([a-zA-Z]*)", str(text).strip())
    if match is None or match[2].upper() not in _UNITS:
        raise StackError(f"supabase/config.toml: {text!r} is no size", hint="write for example 50MiB")
    return int(match[1]) * _UNITS[match[2].upper()]


def edited_migrations(dsn: str, folder: Path | None = None) -> list[str]:
    """Return the versions that this database applied and that the folder has no more, or otherwise."""
    now = {entry.version: entry.statements for entry in read_migrations(folder or MIGRATIONS)}
    with psycopg.connect(dsn) as connection:
        if connection.execute("select to_regclass('supabase_migrations.schema_migrations')").fetchone() == (
            None,
        ):
            return []
        applied = connection.execute("select version, statements from supabase_migrations.schema_migrations")
        return [version for version, statements in applied if now.get(version) != statements]


def register_webhook_source(dsn: str, username: str, password: str) -> None:
    """Let `local` post webhooks with this user name and password (Basic authentication)."""
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "insert into public.webhook_sources (name, auth_kind, username, description)"
            " values ('local', 'basic', %s, 'The one-machine stack, see .local/env')"
            " on conflict (name) do update set username = excluded.username, enabled = true",
            [username],
        )
        row = connection.execute(
            "select public.set_webhook_secret('local', %s, interval '0') ->> 'status'", [password]
        ).fetchone()
        if row != ("set",):
            raise StackError("the secret of the webhook source `local` was refused")


def worker_is_heard(dsn: str, since: datetime) -> bool:
    """Whether a worker has said since then that it is alive."""
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "select exists (select from public.worker_heartbeats where seen_at > %s)", [since]
        ).fetchone()
    return row is not None and bool(row[0])


def _call(method: str, url: str, key: str, body: dict[str, Any]) -> tuple[int, str]:
    headers = {"apikey": key, "Content-Type": "application/json"}
    request = urllib.request.Request(  # noqa: S310 (a fixed http address)
        url, json.dumps(body).encode(), headers, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (a fixed http address)
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError as error:
        raise StackError(f"Storage did not answer: {error}") from error
