"""What a webhook runs is planned once for a connection, not once for a webhook."""

from __future__ import annotations

import re
from pathlib import Path

from local.sources import source_files
from tests.migrations.test_stages import calls

_HEAD = re.compile(
    r"^create or replace function (?:public|pathfinder)\.(\w+)\((.*?)\)\nreturns .*?^language (\w+)$",
    re.MULTILINE | re.DOTALL,
)
# What fails is queued, and who is suppressed is taken back: neither is every webhook's way.
_RARE = {"queue_event", "suppress_executive"}


def test_a_function_that_a_webhook_calls_keeps_its_plans() -> None:
    heads = {
        head[1]: (path, head)
        for path in source_files("functions")
        for head in _HEAD.finditer(path.read_text())
    }
    called_by: dict[Path, set[str]] = {}
    for call in calls():
        called_by.setdefault(call.caller, set()).add(call.function)
    reached: set[str] = set()
    waiting = {"community_webhook"}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        if name in heads:
            waiting |= called_by.get(heads[name][0], set()) - reached - _RARE

    # One in SQL is planned anew wherever it is called; without arguments it is a constant in a plan.
    assert len(reached) > 80
    assert {"decode_entities", "plain_document", "match_title"} <= reached
    assert {
        name for name in reached & heads.keys() if heads[name][1][3] == "sql" and heads[name][1][2].strip()
    } == set()
