"""What several months say together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise


def rises(values: Iterable[float]) -> bool:
    """Whether each value is higher than the one before it."""
    return all(later > earlier for earlier, later in pairwise(values))


def is_satisfied_without_return(
    satisfied: Sequence[float], returned: Sequence[float], *, least: float = 0.01
) -> bool:
    """Whether satisfaction rose from the first month to the last while the share who return did not.

    A change of less than `least` (one point in a hundred) is none.
    """
    return satisfied[-1] - satisfied[0] >= least and returned[-1] - returned[0] < least
