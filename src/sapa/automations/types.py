"""What crosses rooms about automations."""

from __future__ import annotations

from enum import StrEnum

SENT = "sent"
"""The outcome of a run in which something went out; any other is a code of why nothing did."""


class AutomationKind(StrEnum):
    """What Sapa can do by itself."""

    AFTER_HOURS = "after_hours"


class AutomationError(Exception):
    """What cannot be switched on or said, in a sentence for the person who asked (str of it)."""
