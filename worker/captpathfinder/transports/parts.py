"""Messages that go in several requests: which parts there are, and which were taken already."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from captpathfinder.render.outline import Entry, Outline
from captpathfinder.transports.base import Delivery

Payload = dict[str, Any]


def encode(payload: Payload) -> bytes:
    """The payload as it goes over the wire."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def in_parts(
    outline: Outline, build: Callable[[Outline, Sequence[Entry], str], Payload], *, most_bytes: int, most: int
) -> list[bytes]:
    """The outline as payloads of at most `most` people and `most_bytes` each, in order.

    `build` makes one payload of some of the people and a mark such as ` (2/3)`, empty for a single one. A
    person is never cut in two; fields are bounded, so that one person always fits.
    """
    groups: list[list[Entry]] = [[]]
    for entry in outline.entries:
        grown = [*groups[-1], entry]
        if groups[-1] and (len(grown) > most or len(encode(build(outline, grown, " (99/99)"))) > most_bytes):
            groups.append([entry])
        else:
            groups[-1] = grown
    count = len(groups)
    return [
        encode(build(outline, group, f" ({place}/{count})" if count > 1 else ""))
        for place, group in enumerate(groups, start=1)
    ]


async def send_parts(
    delivery: Delivery, parts: Sequence[bytes], send: Callable[[bytes], Awaitable[None]]
) -> dict[str, Any]:
    """Send the parts that no earlier attempt has sent; the result is `{"parts", "requests"}`.

    Each part is noted as soon as it was taken, so a retry goes on behind it.
    """
    sent = int(delivery.progress.get("parts_sent") or 0)
    requests = 0
    for place in range(sent, len(parts)):
        await send(parts[place])
        requests += 1
        await delivery.record({"parts_sent": place + 1})
    return {"parts": len(parts), "requests": requests}
