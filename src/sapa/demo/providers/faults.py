"""How badly the providers behave, and chance that the same seed repeats."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares are between 0 and 1, times in seconds of the story.

    - `duplicate`: of calls that come a second time although they were answered
    - `reorder`: of calls that are held back for up to `hold` seconds, so that later ones overtake them
    - `delay`: every call takes up to so long
    - `refuse`: of our sends that are refused with an error of the provider's own that passes
    - `break_off`: of our sends that are taken, and whose answer never comes
    - `early`: of receipts and echoes that come before our send is answered
    - `lost_receipts`: of receipts that never come; `shuffled`: read may come before delivered
    """

    duplicate: float = 0.0
    reorder: float = 0.0
    hold: float = 5.0
    delay: float = 0.0
    refuse: float = 0.0
    break_off: float = 0.0
    early: float = 0.0
    lost_receipts: float = 0.0
    shuffled: bool = False


NONE = Faults()


class Chance:
    """Decides by what a question is about and not by when it is asked, so that threads do not change the story."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def of(self, *about: object) -> random.Random:
        return random.Random(":".join(map(str, (self._seed, *about))))

    def falls(self, share: float, *about: object) -> bool:
        return share > 0 and self.of(*about).random() < share
