"""Writes about people: recognise, merge, take apart, state, and note whose facts changed."""

from sapa.contacts.operations.changes import (
    advance_cursor,
    keep_for_consumer,
    lease_cursor,
    note_changes,
    prune_changes,
    release_cursor,
    settle_changes,
)
from sapa.contacts.operations.components import mark_shared, recompute_components
from sapa.contacts.operations.identify import identify_many, link_identities
from sapa.contacts.operations.merge import keep_apart, merge, unmerge
from sapa.contacts.operations.statements import describe_many, state, tell_origins, undo_statement
from sapa.contacts.operations.suggestions import refresh_suggestions, suggest_for

__all__ = [
    "advance_cursor",
    "describe_many",
    "identify_many",
    "keep_apart",
    "keep_for_consumer",
    "lease_cursor",
    "link_identities",
    "mark_shared",
    "merge",
    "note_changes",
    "prune_changes",
    "recompute_components",
    "refresh_suggestions",
    "release_cursor",
    "settle_changes",
    "state",
    "suggest_for",
    "tell_origins",
    "undo_statement",
    "unmerge",
]
