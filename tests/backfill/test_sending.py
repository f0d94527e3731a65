"""Batches on their way: what is told with them, and what comes of rows that the database refuses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from captpathfinder.backfill.ledger import Ledger, Progress
from captpathfinder.backfill.rejected_rows import RejectsFile
from captpathfinder.backfill.sending import Sender
from captpathfinder.errors import SupabaseError
from captpathfinder.supabase_project.api import SupabaseApi
from tests.backfill.exports import opened, write


class Database:
    """Answers backfill_members as told, and remembers what it was given."""

    def __init__(self) -> None:
        self.given: list[dict[str, Any]] = []

    async def call(self, _function: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        self.given.append(dict(arguments))
        rejected = [{"row": len(arguments["members"]) - 1, "reason": "=suppressed"}]
        return {"rows": 1, "executives": 1, "added": 1, "known": 0, "newer": 0, "rejected": rejected}


async def send(
    path: Path, community: str | None, database: Database | None = None
) -> tuple[Database, Progress]:
    source = opened(path)
    ledger = Ledger(path.with_suffix(".json"), Progress("x"))
    rejects = RejectsFile(path.with_suffix(".rejects"), source.form, source.columns.header, 0)
    sender = Sender(source.reads(), ledger, rejects, announce=True, community=community)
    database = database or Database()
    async for _ in sender.send(cast("SupabaseApi", database)):
        pass
    return database, ledger.progress


@pytest.mark.parametrize("community", [None, "partners"])
async def test_the_community_is_told_only_when_it_is_given(tmp_path: Path, community: str | None) -> None:
    path = write(tmp_path / "members.csv", "id;title;mail\n1;CEO;ann@x.org\n;CFO;b@x.org\n3;COO;c@y.org\n")
    database, done = await send(path, community)
    members = [
        {"user_id": "1", "title": "CEO", "email_domain": "x.org"},
        {"user_id": "3", "title": "COO", "email_domain": "y.org"},
    ]
    told = {"community": community} if community else {}
    assert database.given == [{"members": members, "announce": True, **told}]
    assert (done.rows, done.added, done.finished) == (3, 1, True)
    assert done.faults == {"no user id": 1, "refused by the database": 1}
    # In the order of the file, in its own form, and no formula.
    assert path.with_suffix(".rejects").read_text().splitlines() == [
        "id;title;mail;line;reason",
        ";CFO;b@x.org;3;There is no user id.",
        "3;COO;c@y.org;4;'=suppressed",
    ]


class Slow(Database):
    """Takes two members at most."""

    async def call(self, function: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        if len(arguments["members"]) > 2:
            raise SupabaseError("canceling statement due to statement timeout", status=500, code="57014")
        return await super().call(function, arguments)


async def test_what_takes_the_database_too_long_is_sent_in_halves(tmp_path: Path) -> None:
    path = write(tmp_path / "members.csv", "id,title\n" + "".join(f"{number},CEO\n" for number in range(5)))
    database, done = await send(path, None, Slow())
    assert [[member["user_id"] for member in told["members"]] for told in database.given] == [
        ["0", "1"],
        ["2"],
        ["3", "4"],
    ]
    assert (done.rows, done.added, done.finished) == (5, 3, True)
    # The last row of each part is refused, and is the row that it is of the file.
    assert [line.split(",")[0] for line in path.with_suffix(".rejects").read_text().splitlines()[1:]] == [
        "1",
        "2",
        "4",
    ]


async def test_no_part_of_an_address_but_its_domain_is_sent(tmp_path: Path) -> None:
    path = write(tmp_path / "members.csv", "id,title,e-mail\n1,CEO,ann.ames@x.org\n2,CFO,ann.ames\n")
    database, _ = await send(path, None)
    assert "ames" not in str(database.given)


async def test_an_answer_that_is_none_is_said_and_nothing_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def call(_self: Database, _function: str, _arguments: Mapping[str, Any]) -> list[str]:
        return ["what a proxy says"]

    monkeypatch.setattr(Database, "call", call)
    path = write(tmp_path / "members.csv", "id,title\n1,CEO\n")
    with pytest.raises(SupabaseError, match="answered something else than counts"):
        await send(path, None)
    assert not path.with_suffix(".json").exists()
