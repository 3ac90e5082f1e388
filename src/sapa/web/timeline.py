"""The told timeline as a screen shows it: newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sapa.snapshots.types import TimelineEntry
from sapa.timeline.kinds import KINDS

TIMELINE_PAGE = 30


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry with who did it."""

    at: datetime
    summary: str
    channel: str
    phase: str
    is_ours: bool


def tell_entries(entries: Sequence[TimelineEntry], most: int | None) -> tuple[list[Shown], bool]:
    """The newest `most` entries (all where None), newest first, and whether there are more."""
    newest = list(reversed(entries))
    shown = newest if most is None else newest[:most]
    return [_shown(entry) for entry in shown], len(shown) < len(newest)


def _shown(entry: TimelineEntry) -> Shown:
    kind = KINDS.get(entry.kind)
    return Shown(entry.at, entry.summary, entry.channel, entry.phase, bool(kind and kind.by_shop))
