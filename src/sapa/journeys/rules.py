"""How a road that was believed stands beside the real ones."""

from __future__ import annotations

from collections.abc import Sequence

from sapa.journeys.types import Believed, Path
from sapa.lib.intervals import share_interval

ENOUGH = 12


def is_along(path: Sequence[str], road: Sequence[str]) -> bool:
    """Whether every step of `road` occurs in `path` in that order; others may lie between."""
    left = iter(path)
    return all(step in left for step in road)


def hold_beside(paths: Sequence[Path], road: Sequence[str]) -> Believed:
    """How many of the buyers really came along the road, and which road most of them took.

    Below twelve buyers no share is said.
    """
    buyers = sum(path.contacts for path in paths)
    along = sum(path.contacts for path in paths if is_along(path.steps, road))
    is_enough = buyers >= ENOUGH
    return Believed(
        steps=tuple(road),
        buyers=buyers,
        along=along,
        share=along / buyers if is_enough else None,
        interval=share_interval(along, buyers) if is_enough else None,
        most=paths[0] if paths else None,
    )
