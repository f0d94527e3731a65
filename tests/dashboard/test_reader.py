"""What the dashboard asks the database, and how often."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from captpathfinder.dashboard.reader import Reader
from captpathfinder.supabase_project.api import SupabaseApi


class Counting:
    """Answers what the filters offer, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def call(self, function: str, _arguments: object = None) -> dict[str, Any]:
        assert function == "list_choices"
        self.asked += 1
        await asyncio.sleep(0)
        return {name: [] for name in ("level", "function", "country", "account", "channel", "levels")} | {
            "time_zone": "Europe/Berlin"
        }


async def test_what_filters_offer_is_asked_once_by_a_page_that_wants_it_twice() -> None:
    api = Counting()
    reader = Reader(cast("SupabaseApi", api))
    first, second = await asyncio.gather(reader.choices(), reader.choices())
    assert first is second
    assert (await reader.choices()).time_zone == "Europe/Berlin"
    assert api.asked == 1
