"""How often something may be done: so many times in a while, for each key. Nothing here does I/O."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass
class Allowance:
    """Lets each key through `most` times in `window` seconds. Times are monotonic seconds.

    A key that was not used for a window is dropped, so that many keys fill nothing.
    """

    most: int
    window: float
    _used: dict[str, deque[float]] = field(default_factory=dict, init=False)
    _swept_at: float = field(default=0.0, init=False)

    def takes(self, key: str, now: float) -> bool:
        """Whether there is one left, which is then gone."""
        if now - self._swept_at >= self.window:
            self._used = {one: used for one, used in self._used.items() if used[-1] > now - self.window}
            self._swept_at = now
        used = self._used.setdefault(key, deque(maxlen=self.most))
        if len(used) == self.most and used[0] > now - self.window:
            return False
        used.append(now)
        return True
