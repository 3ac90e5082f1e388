"""How often one visitor and one address may call: buckets in memory, of this process alone."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` at once, and `count` in `seconds` over time."""

    name: str
    count: int
    seconds: float


# Mobile networks of Indonesia put thousands behind one address: those limits stop floods, not crowds.
CALLS_OF_ADDRESS = Limit("calls", 600, 60)
NEW_VISITORS_OF_ADDRESS = Limit("visitors", 60, 60)
MESSAGES_OF_VISITOR = Limit("messages", 20, 60)
MESSAGES_OF_ADDRESS = Limit("messages of address", 120, 60)
VIEWS_OF_VISITOR = Limit("views", 60, 60)
FILES_OF_VISITOR = Limit("files", 10, 600)
FORMS_OF_ADDRESS = Limit("forms", 20, 60)


class Limiter:
    """Token buckets by limit and caller; the callers heard longest ago are forgotten first."""

    def __init__(self, remembered: int = 20_000) -> None:
        self._remembered = remembered
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    def allows(self, limit: Limit, caller: str, moment: float | None = None) -> bool:
        """Takes one from the caller's bucket; False where it is empty. `moment` is in monotonic seconds."""
        moment = time.monotonic() if moment is None else moment
        key = (limit.name, caller)
        with self._one_at_a_time:
            left, since = self._buckets.pop(key, (float(limit.count), moment))
            left = min(limit.count, left + (moment - since) * limit.count / limit.seconds)
            allowed = left >= 1
            self._buckets[key] = (left - 1 if allowed else left, moment)
            while len(self._buckets) > self._remembered:
                self._buckets.popitem(last=False)
            return allowed
