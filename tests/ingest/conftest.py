"""Fixtures of the ingestion tests: a database with one Basic source, and a platform that posts to it."""

from __future__ import annotations

import pytest

from tests.conftest import Connection
from tests.ingest.platform import SECRET, Platform, load_classifier


@pytest.fixture
def platform(db: Connection) -> Platform:
    """A platform known as the source `community`, which posts to a fresh database."""
    load_classifier(db)
    db.execute(
        "insert into public.webhook_sources (name, auth_kind, username)"
        " values ('community', 'basic', 'community')"
    )
    db.execute("select public.set_webhook_secret('community', %s)", [SECRET])
    return Platform(db)
