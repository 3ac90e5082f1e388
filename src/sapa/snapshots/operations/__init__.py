"""Keeping what is derived true: the refresh, emptying for a rebuild, and the recount of verify."""

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
    "refresh_all",
    "refresh_changed",
    "refresh_contacts",
    "refresh_due",
]
