"""What crosses rooms about businesses and the people who work in them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

Week = list[list[list[int]]]
"""Seven lists, Monday first, of [from, to] in minutes after the shop's midnight; `to` may be 1440."""


class Act(StrEnum):
    """What a teammate may want to do."""

    LOOK = "look"
    WORK = "work"
    STATE = "state"
    MERGE = "merge"
    IMPORT = "import"
    UNDO_IMPORT = "undo_import"
    EXPORT = "export"
    TARGETS = "targets"
    SETTINGS = "settings"
    TEAM = "team"
    FORGET = "forget"


class AccountError(Exception):
    """What cannot be done, in a sentence for the person who asked (str of it)."""


class TooManyAttemptsError(AccountError):
    """Guessing is slowed down: nobody may try again before `until`."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until
