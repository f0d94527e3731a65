"""Webhooks a second in SQL, by kind, against the bare insert and the least that a function can do."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import conninfo, sql

from bench.common import BenchRow, percentile
from local.migrations import apply_migrations, apply_seed
from local.postgres import Cluster

CLIENTS = 16
ROUNDS = 3
SECONDS = 10
WARM_UP = 4
MEMBERS = 100_000

# One title in ten is senior; each event is a change that is new to the database.
TITLES = (
    "Software Engineer", "Product Manager", "Student", "Account Executive", "Marketing Specialist",
    "Customer Success Manager", "Data Analyst", "Freelance Writer", "Executive Assistant to the CEO",
    "Vice President, Sales",
)  # fmt: skip
_SETUP = r"""
\set member random(1, {members})
\set edit random(1, 1000000000)
\set title random(1, {titles})
"""
_WEBHOOK = """
select public.{function}((
    '{{"userId": "' || {member} || '", "username": "member ' || {member} || '", "profileFieldId": "12", '
    || '"profileField": "{field}", "value": "' || {value} || '"}}'
)::json);
"""
# Each kind by what it posts: the member, the field and the value.
_EDITED = "({titles})[:title] || ' ' || :edit"
KINDS = {
    "mix": (":member", "Job Title", _EDITED),
    "unregistered field": (":member", "Shoe size", ":edit"),
    "plain title": (":edit", "Job Title", "'Software Engineer ' || :edit"),
    "office but not held": (":edit", "Job Title", "'Executive Assistant to the CEO ' || :edit"),
    "new executive": (":edit", "Job Title", "'Vice President, Sales ' || :edit"),
    "duplicate": (":title", "Job Title", "'Data Analyst'"),
}
# What no webhook in PL/pgSQL can do without, and nothing more: the sender, what it says, the row, the answer.
_LEAST_FUNCTION = """
create function public.bench_webhook(payload json)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    headers constant jsonb := current_setting('request.headers')::jsonb;
    document constant jsonb := payload::text::jsonb;
    credentials constant bytea := decode(substring(headers ->> 'authorization' from 7), 'base64');
    source text;
    field public.field_registry;
    stored_id bigint;
begin
    select valid.source
    into source
    from pathfinder.webhook_secrets as valid
    where valid.digest = sha256(
        valid.salt || substring(credentials from position('\\x3a'::bytea in credentials) + 1)
    );
    if not found then
        raise sqlstate 'PT401';
    end if;
    select * into field from public.field_registry where field_name = document ->> 'profileField';
    perform pg_advisory_xact_lock(hashtextextended(document ->> 'userId', 0));
    insert into public.bench_events (
        idempotency_key, source, kind, user_id, username, profile_field, attribute, value, state,
        settled_at
    )
    values (
        encode(sha256(convert_to(document::text, 'UTF8')), 'hex'), source, 'profile_update',
        document ->> 'userId', document ->> 'username', field.field_name, field.attribute,
        document ->> 'value', 'processed', clock_timestamp()
    )
    returning id into stored_id;
    return json_build_object('status', 'accepted', 'event_id', stored_id);
end
$$;
"""
_INSERT = """
insert into public.bench_events (
    idempotency_key, source, kind, user_id, username, profile_field, attribute, value, state,
    settled_at
)
values (
    md5(:edit::text) || md5(:member::text), 'community', 'profile_update', :member::text,
    'member ' || :member, 'Job Title', 'title', ({array})[:title] || ' ' || :edit, 'processed',
    clock_timestamp()
);
"""


@dataclass(frozen=True)
class Load:
    """What a run of pgbench measured: transactions a second, latencies in milliseconds, the server's effort.

    cpu: microseconds of processor time of all server processes, for each transaction.
    """

    per_second: float
    latencies: list[float]
    cpu: float


def run() -> list[BenchRow]:
    """Measure webhooks in SQL, durable, 16 clients on one core."""
    folder = Path(tempfile.mkdtemp(prefix="captpf-bench-", dir="/var/tmp"))
    cluster = Cluster(folder, durable=True, dies_with_caller=True)
    try:
        cluster.create()
        cluster.start()
        prepare(cluster)
        loads = measure(cluster)
    finally:
        cluster.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
    references = {
        "insert": "durable insert of the same row into a table with the same indexes",
        "least": "a PL/pgSQL function that authenticates, parses and inserts the row, and decides nothing",
    }
    return [
        BenchRow(
            name=f"webhooks in SQL, {kind}, against the {reference}",
            measured=describe(loads[kind]),
            reference=describe(loads[reference]),
            ratio=loads[kind].per_second / loads[reference].per_second,
            note=f"{note}; of the server's processor time {loads[reference].cpu / loads[kind].cpu:.2f};"
            f" pgbench, {CLIENTS} clients, one core for them, median of {ROUNDS} rounds in turns",
        )
        for kind in KINDS
        for reference, note in references.items()
    ]


def prepare(cluster: Cluster) -> None:
    """Apply the migrations, add a source, and make the table for the bare insert."""
    apply_migrations(cluster.dsn())
    apply_seed(cluster.dsn())
    secret = secrets.token_urlsafe(24)
    credentials = base64.b64encode(f"bench:{secret}".encode()).decode()
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        connection.execute(
            "insert into public.webhook_sources (name, auth_kind, username)"
            " values ('bench', 'basic', 'bench')"
        )
        connection.execute("select public.set_webhook_secret('bench', %s)", [secret])
        connection.execute("create table public.bench_events (like public.events_raw including all)")
        connection.execute(_LEAST_FUNCTION)
    # What PostgREST sets for each request, here for each connection.
    with psycopg.connect(cluster.dsn("supabase_admin"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("alter database postgres set request.headers = {}").format(
                json.dumps({"authorization": f"Basic {credentials}"})
            )
        )


def measure(cluster: Cluster) -> dict[str, Load]:
    """Run all loads in turns; return the median round of each."""
    titles = "array[" + ", ".join(f"'{title}'" for title in TITLES) + "]"
    setup = _SETUP.format(members=MEMBERS, titles=len(TITLES))

    def webhook(function: str, member: str, field: str, value: str) -> str:
        said = value.format(titles=titles)
        return setup + _WEBHOOK.format(function=function, member=member, field=field, value=said)

    scripts = {
        "insert": setup + _INSERT.format(array=titles),
        "least": webhook("bench_webhook", *KINDS["mix"]),
    } | {kind: webhook("community_webhook", *posted) for kind, posted in KINDS.items()}
    rounds = [{name: pgbench(cluster, script) for name, script in scripts.items()} for _ in range(ROUNDS)]
    return {name: median_load([loads[name] for loads in rounds]) for name in scripts}


def median_load(loads: list[Load]) -> Load:
    """Return the median rate and cost, and the latencies of all rounds."""
    return Load(
        statistics.median(load.per_second for load in loads),
        [latency for load in loads for latency in load.latencies],
        statistics.median(load.cpu for load in loads),
    )


def server_cpu(cluster: Cluster) -> float:
    """Seconds of processor time that the server's processes have used, those that ended included."""
    postmaster = int((cluster.data / "postmaster.pid").read_text().split()[0])
    ticks = 0
    for process in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = process.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # It has just ended.
        if int(process.parent.name) == postmaster:
            ticks += sum(map(int, fields[11:15]))
        elif int(fields[1]) == postmaster:
            ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def pgbench(cluster: Cluster, script: str, seconds: int = SECONDS) -> Load:
    """Run a script with all clients for some seconds; what it does while warming up does not count."""
    target = conninfo.conninfo_to_dict(cluster.dsn())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "script.sql")
        path.write_text(script.replace("\n    ", " ").replace("(\n", "(").replace("\n)", ")"))
        used = server_cpu(cluster)
        answer = subprocess.run(
            [
                cluster.installation.bin / "pgbench",
                "--no-vacuum",
                "--protocol=prepared",
                f"--client={CLIENTS}",
                "--jobs=1",
                f"--time={seconds}",
                f"--file={path}",
                "--log",
                f"--log-prefix={folder}/log",
                f"--host={target['host']}",
                f"--port={target['port']}",
                f"--username={target['user']}",
                str(target["dbname"]),
            ],
            env={
                **os.environ,
                "PGPASSWORD": str(target["password"]),
                "PGOPTIONS": "-c client_min_messages=warning",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            raise RuntimeError(answer.stderr)
        used = server_cpu(cluster) - used
        finished = [
            (float(fields[4]) + float(fields[5]) / 1e6, int(fields[2]) / 1000)
            for log in Path(folder).glob("log.*")
            for fields in map(str.split, log.read_text().splitlines())
        ]
    # A new connection prepares its statements and compiles the rules; PostgREST keeps its connections.
    warm = min(moment for moment, _ in finished) + WARM_UP
    latencies = [latency for moment, latency in finished if moment >= warm]
    return Load(
        len(latencies) / (max(moment for moment, _ in finished) - warm), latencies, used / len(finished) * 1e6
    )


def describe(load: Load) -> str:
    """Return the rate and the latencies as text."""
    return (
        f"{load.per_second:.0f}/s, p50 {percentile(load.latencies, 50):.1f} ms,"
        f" p99 {percentile(load.latencies, 99):.1f} ms, {load.cpu:.0f} µs of processor time each"
    )
