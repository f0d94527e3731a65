"""Calls between the stages go one way, to those before; a trigger is a call of who writes its table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from local.sources import SOURCES, STAGES, source_files

_COMMENT = re.compile(r"--[^\n]*")
_MADE = re.compile(r"create or replace function (?:public|pathfinder)\.(\w+)\s*\(")
_NAMED = re.compile(
    r"(?:(?:create or replace|revoke all on|on|execute) function)\s+(?:public|pathfinder)\.\w+"
)
_CALLED = re.compile(r"\b(?:public|pathfinder)\.(\w+)\s*\(")
_WRITTEN = re.compile(
    r"\b(?:insert into|update|delete from|truncate)\s+(?:public|pathfinder)\.(\w+)", re.IGNORECASE
)
_TRIGGER = re.compile(
    r"create (?:constraint )?trigger \w+[^;]*?\bon (?:public|pathfinder)\.(?P<table>\w+)"
    r"[^;]*?execute function pathfinder\.(?P<function>\w+)"
)


@dataclass(frozen=True)
class Call:
    """One call between stages: by which file, of which function, or of a trigger's function."""

    caller: Path
    function: str
    stage: str

    @property
    def is_allowed(self) -> bool:
        return STAGES.index(self.stage) <= STAGES.index(self.caller.parent.name)


def calls(folder: Path = SOURCES) -> Iterator[Call]:
    """Every call in the sources, those inside a stage included."""
    files = source_files("functions", folder)
    texts = {path: _COMMENT.sub("", path.read_text()) for path in files}
    stages = {name: path.parent.name for path, text in texts.items() for name in _MADE.findall(text)}
    triggers: dict[str, list[str]] = {}
    for path in source_files("triggers", folder):
        for trigger in _TRIGGER.finditer(_COMMENT.sub("", path.read_text())):
            triggers.setdefault(trigger["table"], []).append(trigger["function"])
    elsewhere = [path for topic in ("tables", "triggers", "data") for path in source_files(topic, folder)]
    texts |= {path: _COMMENT.sub("", path.read_text()) for path in elsewhere}
    for path, text in texts.items():
        called = set(_CALLED.findall(_NAMED.sub("", text)))
        for table in _WRITTEN.findall(text):
            called.update(triggers.get(table, ()))
        for trigger in _TRIGGER.finditer(text):
            called.add(trigger["function"])
        yield from (Call(path, name, stages[name]) for name in sorted(called & stages.keys()))


def test_calls_between_stages_go_one_way() -> None:
    found = list(calls())
    assert len(found) > 200
    assert {call.stage for call in found} == set(STAGES)
    assert [
        f"{call.caller.relative_to(SOURCES)} calls {call.stage}/{call.function}"
        for call in found
        if not call.is_allowed
    ] == []


def test_call_the_other_way_is_noticed_direct_in_a_string_and_by_a_trigger(tmp_path: Path) -> None:
    for stage in STAGES:
        (tmp_path / stage).mkdir()
    head = "create or replace function pathfinder.{}() returns void language plpgsql as $$ begin {} end $$;"
    (tmp_path / "admin" / "late.sql").write_text(head.format("late", "null;"))
    (tmp_path / "rules" / "direct.sql").write_text(head.format("direct", "perform pathfinder.late();"))
    (tmp_path / "outbox" / "dynamic.sql").write_text(
        head.format("dynamic", "execute 'select pathfinder.late()';")
    )
    (tmp_path / "people" / "writes.sql").write_text(head.format("writes", "delete from public.things;"))
    (tmp_path / "ingest" / "speaks.sql").write_text(head.format("speaks", "null; -- pathfinder.late()"))
    (tmp_path / "admin" / "_triggers.sql").write_text(
        "create trigger seen after delete on public.things for each row execute function pathfinder.late();"
    )

    wrong = {call.caller.stem for call in calls(tmp_path) if not call.is_allowed}

    assert wrong == {"direct", "dynamic", "writes"}
