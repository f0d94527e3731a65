"""Webhooks a second over HTTP, through the local gateway, against a function that only inserts the row."""

from __future__ import annotations

import asyncio
import base64
import random
import secrets
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.common import BenchRow, percentile
from bench.ingest import MEMBERS, TITLES
from local.migrations import MIGRATIONS
from local.stack import Stack

CLIENTS = 16
ROUNDS = 3
SECONDS = 8
WARM_UP = 3

# What a webhook has to do at the very least: take the body apart and insert the row, durably.
BARE_INSERT = """
create table public.bench_events (like public.events_raw including all);
create function public.bench_insert(json) returns json
language plpgsql security definer set search_path = '' as $$
declare
    body jsonb := case when json_typeof($1) = 'string' then ($1 #>> '{}')::jsonb else $1::jsonb end;
begin
    insert into public.bench_events (
        idempotency_key, source, kind, user_id, username, profile_field, attribute, value, state,
        settled_at
    )
    values (
        md5(body::text), 'bench', 'profile_update', body ->> 'userId', body ->> 'username', 'Job Title',
        'title', body ->> 'value', 'processed', clock_timestamp()
    );
    return json_build_object('status', 'accepted');
end
$$;
grant execute on function public.bench_insert(json) to anon;
"""


@dataclass(frozen=True)
class Load:
    """Requests a second, and their latencies in milliseconds."""

    per_second: float
    latencies: list[float]


def run() -> list[BenchRow]:
    """Start a durable stack and measure both functions in turns."""
    home = Path(tempfile.mkdtemp(prefix="captpf-bench-", dir="/var/tmp"))
    try:
        migrations = home / "migrations"
        shutil.copytree(MIGRATIONS, migrations)
        (migrations / "29990101000000_bench.sql").write_text(BARE_INSERT)
        with Stack(home / "stack", dies_with_caller=True, migrations=migrations) as stack:
            authorization = add_source(stack)
            rounds = [
                (load(stack, "community_webhook", authorization), load(stack, "bench_insert", authorization))
                for _ in range(ROUNDS)
            ]
            stack.down(purge=True)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    webhooks, inserts = (merged([pair[side] for pair in rounds]) for side in (0, 1))
    return [
        BenchRow(
            name="webhooks over HTTP",
            measured=described(webhooks),
            reference=described(inserts),
            ratio=webhooks.per_second / inserts.per_second,
            note="a function through the same gateway that only inserts the row;"
            f" {CLIENTS} connections, median of {ROUNDS} rounds in turns",
        )
    ]


def add_source(stack: Stack) -> str:
    """Add a Basic source; return the header that authenticates it."""
    secret = secrets.token_urlsafe(24)
    with stack.cluster.connect(autocommit=True) as connection:
        connection.execute(
            "insert into public.webhook_sources (name, community, auth_kind, username)"
            " values ('bench', 'main', 'basic', 'bench')"
        )
        connection.execute("select public.set_webhook_secret('bench', %s)", [secret])
    return "Basic " + base64.b64encode(f"bench:{secret}".encode()).decode()


def load(stack: Stack, function: str, authorization: str) -> Load:
    """Post changes of titles for some seconds over all connections."""
    environment = stack.environment
    url = f"{environment['SUPABASE_URL']}/rest/v1/rpc/{function}"
    headers = {"apikey": environment["SUPABASE_PUBLISHABLE_KEY"], "authorization": authorization}
    return asyncio.run(_load(url, headers))


async def _load(url: str, headers: dict[str, str]) -> Load:
    start = time.perf_counter() + WARM_UP
    end = start + SECONDS
    latencies: list[float] = []

    async with aiohttp.ClientSession(
        headers=headers, connector=aiohttp.TCPConnector(limit=CLIENTS)
    ) as session:

        async def client(choose: random.Random) -> None:
            while (sent := time.perf_counter()) < end:
                member = choose.randrange(MEMBERS)
                body = {
                    "userId": str(member),
                    "username": f"member {member}",
                    "profileFieldId": "12",
                    "profileField": "Job Title",
                    "value": f"{choose.choice(TITLES)} {choose.randrange(10**9)}",
                }
                async with session.post(url, json=body) as response:
                    text = await response.text()
                    if response.status != 200:
                        raise RuntimeError(f"{response.status}: {text}")
                if sent >= start:
                    latencies.append((time.perf_counter() - sent) * 1000)

        await asyncio.gather(*(client(random.Random(number)) for number in range(CLIENTS)))
    return Load(len(latencies) / SECONDS, latencies)


def merged(loads: list[Load]) -> Load:
    """The median rate, and the latencies of all rounds."""
    return Load(
        statistics.median(load.per_second for load in loads),
        [latency for load in loads for latency in load.latencies],
    )


def described(load: Load) -> str:
    """The rate and the latencies as text."""
    return (
        f"{load.per_second:.0f}/s, p50 {percentile(load.latencies, 50):.1f} ms,"
        f" p99 {percentile(load.latencies, 99):.1f} ms"
    )
