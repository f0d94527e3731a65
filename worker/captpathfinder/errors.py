"""The errors of the worker: one small tree.

Each message says what happened, to what, and what to do, and may be shown to anybody: it ends up in
`outbox.last_error`. So it never holds a secret, nor what a member typed.
"""

from __future__ import annotations


class CaptPathfinderError(Exception):
    """Whatever this package raises on purpose."""


class SettingsError(CaptPathfinderError):
    """The environment is incomplete or malformed. `problems` holds one line a variable."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class PermanentError(CaptPathfinderError):
    """Trying again would give the same: somebody has to change something first."""


class TransientError(CaptPathfinderError):
    """Trying again later may help; `retry_after` (seconds) is when the other side asked for it."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UnknownOutcomeError(TransientError):
    """A request was sent and no usable answer came: it may have been carried out, or may yet be."""


class SupabaseError(TransientError):
    """Supabase did not do what was asked. `status` is the HTTP status, None when there was no answer."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, retry_after=retry_after)
        self.status = status
        self.code = code


class SupabaseRefusedError(SupabaseError):
    """The key is wrong, or the role may not do this."""


class SupabaseRequestError(SupabaseError, PermanentError):
    """The request itself is at fault (other 4xx): it will not get better by repeating."""


class ControlRoomAuthError(PermanentError):
    """The control room refuses the worker's user name and key."""


class SchemaError(CaptPathfinderError):
    """The database is older than this worker."""


class LeaseLostError(CaptPathfinderError):
    """Another worker may have this job now: stop, and leave its state alone."""
