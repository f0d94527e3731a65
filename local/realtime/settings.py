"""How one Realtime server is set up."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settings:
    """Everything a server needs to know before it starts.

    Durations are seconds, sizes bytes. The defaults are those measured on the hosted server, so that
    figures taken with this one are not flattered.
    """

    dsn: str = field(repr=False)
    jwt_secret: str | None = field(default=None, repr=False)
    publishable_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 0
    publication: str = "supabase_realtime"
    # Between two reads of the slot: while the last one brought changes, and otherwise.
    poll_busy: float = 0.1
    poll_idle: float = 0.5
    # From the first subscription to the moment its changes are listened for.
    cold_start: float = 2.4
    # Between losing Postgres and each attempt to reach it again; up to 21 s were seen on the hosted server.
    reconnect: float = 5.0
    # How long the slot is kept when nobody is subscribed any more.
    linger: float = 600.0
    # From a refreshed token to the subscriptions made anew with it; hosted waits one to three seconds.
    resubscribe: float = 1.0
    # Per read of the slot; Postgres rounds up to whole transactions.
    max_changes: int = 100
    max_record_bytes: int = 1024 * 1024

    def __post_init__(self) -> None:
        if not (self.jwt_secret or self.publishable_key or self.secret_key):
            raise ValueError("no key could be accepted: neither a JWT secret nor an sb_ key is configured")
        for name in ("poll_busy", "poll_idle", "reconnect"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be more than 0 seconds")
