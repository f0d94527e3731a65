"""`captpathfinder channels preview` against a real stack: what would be sent, and nothing else happens."""

from __future__ import annotations

from pathlib import Path

from psycopg import sql

from captpathfinder.commands.channel_preview import preview_to_folder
from local.stack import Stack
from tests.channels.people import detect
from tests.feedback.conftest import Connection, settings_of

TOUCHED = ("public.digests", "public.outbox", "public.job_runs", "pathfinder.digest_ledger",
           "pathfinder.digest_cut_offs")  # fmt: skip


_ROWS = sql.SQL("select to_jsonb(t)::text from {} as t order by 1")


def states(db: Connection) -> list[list[str]]:
    return [
        [row[0] for row in db.execute(_ROWS.format(sql.Identifier(*table.split("."))))] for table in TOUCHED
    ]


async def test_a_preview_is_what_the_digest_then_says_and_changes_nothing(
    told: Connection, stack: Stack, tmp_path: Path
) -> None:
    told.execute("update public.settings set digest_size = 2, digest_messages = 2")
    settings = settings_of(stack, "https://people.example.com")
    assert await preview_to_folder(settings, "sales", tmp_path / "none") == []
    for number in range(5):
        detect(told, f"u{number}", name=f"Person {number}")
    before = states(told)
    written = await preview_to_folder(settings, "sales", tmp_path / "seen")
    assert states(told) == before
    assert [path.name for path in written] == ["1-digest.json", "2-digest.json"]
    texts = [path.read_text(encoding="utf-8") for path in written]
    told.execute("select public.send_digests()")
    sent = told.execute("select payload from public.digests where channel = 'sales' order by part").fetchall()
    for text, (payload,) in zip(texts, sent, strict=True):
        named = [number for number in range(5) if f"Person {number}" in text]
        assert named == sorted(int(person["username"][-1]) for person in payload["people"])
