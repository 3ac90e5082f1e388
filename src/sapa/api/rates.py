"""How fast one token may ask: a bucket that fills steadily, kept in the memory of the web process."""

from __future__ import annotations

import math
import threading
import time

A_SECOND = 10.0
AT_ONCE = 100.0
_MOST_KEPT = 10_000


class Buckets:
    """One bucket a key. Used by several threads."""

    def __init__(self, a_second: float = A_SECOND, at_once: float = AT_ONCE) -> None:
        self.a_second, self.at_once = a_second, at_once
        self._guard = threading.Lock()
        self._levels: dict[int, tuple[float, float]] = {}

    def take(self, key: int) -> int:
        """Takes one; answers 0, or after how many whole seconds to come again."""
        moment = time.monotonic()
        with self._guard:
            if len(self._levels) > _MOST_KEPT:
                self._levels.clear()
            level, since = self._levels.get(key, (self.at_once, moment))
            level = min(self.at_once, level + (moment - since) * self.a_second)
            if level < 1.0:
                self._levels[key] = level, moment
                return max(1, math.ceil((1.0 - level) / self.a_second))
            self._levels[key] = level - 1.0, moment
            return 0
