"""What can go wrong with the local stack, said so that a person can act on it."""

from __future__ import annotations


class StackError(Exception):
    """Something the user can put right: what happened, and a hint at what to do about it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        """Return the message and, after a semicolon, the hint."""
        message = super().__str__()
        return f"{message}; {self.hint}" if self.hint else message
