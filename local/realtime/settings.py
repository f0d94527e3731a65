"""How one Realtime server is set up."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settings:
    """What a server is given. Durations are seconds, and by default those measured on the real server."""

    dsn: str = field(repr=False)
    publishable_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 0
    # Between two reads of the slot: while the last one brought changes, and otherwise.
    poll_busy: float = 0.1
    poll_idle: float = 0.5
    # From the first subscription to the first change that counts.
    cold_start: float = 2.4
    # Between losing Postgres and the next attempt to reach it; up to 21 were seen.
    reconnect: float = 5.0
