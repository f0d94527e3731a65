"""Keeps credentials out of whatever is written or shown."""

from collections.abc import Callable, Iterable

#: Shorter values would blank out ordinary words; a real API key has 40 characters.
SHORTEST_SECRET = 6

REMOVED = "[removed]"


class Secrets:
    """The values that must never be written; ``current`` tells which they are now, tokens included."""

    def __init__(self, current: Callable[[], Iterable[str]]) -> None:
        self._current = current

    def scrub_text(self, text: str) -> str:
        """The text without any of the secrets."""
        for value in self._current():
            if len(value) >= SHORTEST_SECRET and value in text:
                text = text.replace(value, REMOVED)
        return text

    def scrub(self, value: object) -> object:
        """A copy of a JSON value without the secrets in its texts."""
        if isinstance(value, str):
            return self.scrub_text(value)
        if isinstance(value, list):
            return [self.scrub(item) for item in value]
        return self.scrub_fields(value) if isinstance(value, dict) else value

    def scrub_fields(self, fields: dict[str, object]) -> dict[str, object]:
        """A copy of a JSON object without the secrets in its names and texts."""
        return {self.scrub_text(name): self.scrub(value) for name, value in fields.items()}


def without_callback_headers(request: dict[str, object]) -> dict[str, object]:
    """A deploy request without the values of its call-back headers, which often carry a key."""
    callback = request.get("callbackInfo")
    if not isinstance(callback, dict) or not isinstance(callback.get("headers"), dict):
        return request
    hidden = dict.fromkeys(callback["headers"], REMOVED)
    return {**request, "callbackInfo": {**callback, "headers": hidden}}
