"""Completes a detected person from the community's API: the database fills in what is missing."""

from __future__ import annotations

from typing import Any

from captpathfinder.errors import PermanentError
from captpathfinder.jobs.base import GONE, Run


async def enrichment(run: Run) -> dict[str, Any]:
    """Ask for the member; the result is `{"found", "person"}`, of which the database keeps `found`."""
    user_id = run.job.payload.get("user_id")
    if run.is_gone or user_id is None:
        return GONE
    if run.context.community is None:
        raise PermanentError(
            "settings.enrichment is on, but the worker has no COMMUNITY_API_URL with COMMUNITY_API_KEY or "
            "client credentials. Set them and redrive, or switch it off."
        )
    facts = await run.context.community.member(str(user_id))
    return {"found": sorted(facts), "person": facts}
