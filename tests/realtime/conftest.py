"""A cluster for the Realtime server, a table to subscribe to, and servers in the test's own event loop.

`cluster` (session)  a running Postgres with the hosted roles and the publication
`db`                 autocommit connection of the superuser; the tables below are fresh for each test
`server`, `client`   a server that polls quickly, and a raw client with the secret key connected to it
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import psycopg
import pytest

from local.postgres import Cluster
from local.realtime.server import RealtimeServer
from local.realtime.settings import Settings
from tests.realtime.support import PUBLISHABLE_KEY, SECRET_KEY, RawClient, raw_client

Database = psycopg.Connection[tuple[Any, ...]]

TABLES = """
    drop table if exists public.t, public.nopub;
    create table public.t (
        id bigint primary key, body text, n int, j jsonb, created_at timestamptz default now()
    );
    create table public.nopub (id int primary key);
    alter publication supabase_realtime add table public.t;
"""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with Cluster.temporary() as cluster:
        yield cluster


@pytest.fixture
def db(cluster: Cluster) -> Iterator[Database]:
    with psycopg.connect(cluster.dsn("supabase_admin"), autocommit=True) as connection:
        # Commits reach the slot's reader only once flushed, which the test cluster does late by default.
        connection.execute("set synchronous_commit = on")
        connection.execute(TABLES)
        yield connection


@pytest.fixture
def settings(cluster: Cluster, db: Database) -> Settings:
    return Settings(
        cluster.dsn("supabase_admin"),
        PUBLISHABLE_KEY,
        SECRET_KEY,
        poll_busy=0.01,
        poll_idle=0.02,
        cold_start=0,
        reconnect=0.05,
    )


@pytest.fixture
async def server(settings: Settings) -> AsyncIterator[RealtimeServer]:
    async with RealtimeServer(settings) as server:
        yield server


@pytest.fixture
async def client(server: RealtimeServer) -> AsyncIterator[RawClient]:
    async with raw_client(server.port) as client:
        yield client
