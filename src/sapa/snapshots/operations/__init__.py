"""Keeping what is derived true: the refresh, emptying for a rebuild, the recount of verify; handing over with context."""

from sapa.snapshots.operations.handover import hand_over, tell_context
from sapa.snapshots.operations.refresh import (
    empty_derived,
    refresh_all,
    refresh_changed,
    refresh_contacts,
    refresh_due,
)
from sapa.snapshots.operations.verify import Difference, find_differences

__all__ = [
    "Difference",
    "empty_derived",
    "find_differences",
    "hand_over",
    "refresh_all",
    "refresh_changed",
    "refresh_contacts",
    "refresh_due",
    "tell_context",
]
