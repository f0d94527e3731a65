"""What a source's payload_paths may read."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.conftest import Connection


@pytest.mark.parametrize(
    "paths",
    [
        ["$headers", "authorization"],
        ["$headers", "Cookie"],
        ["$headers", "apikey"],
        ["$headers", "x-secret"],
        ["$headers"],
        [["user", "name"], ["$headers", "authorization"]],
    ],
    ids=str,
)
def test_header_with_a_secret_is_never_read(db: Connection, paths: list[object]) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="would read a header that holds a secret"):
        db.execute(
            "insert into public.webhook_sources (name, auth_kind, header_name, payload_paths)"
            " values ('crm', 'secret_header', 'x-secret', %s)",
            [Jsonb({"username": paths})],
        )


def test_header_that_comes_to_hold_the_secret_is_refused(db: Connection) -> None:
    db.execute(
        "insert into public.webhook_sources (name, auth_kind, header_name, payload_paths)"
        " values ('crm', 'secret_header', 'x-secret', %s)",
        [Jsonb({"event": ["$headers", "x-event"]})],
    )

    with pytest.raises(psycopg.errors.CheckViolation, match="would read a header that holds a secret"):
        db.execute("update public.webhook_sources set header_name = 'x-event'")
