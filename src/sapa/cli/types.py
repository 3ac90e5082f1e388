"""What every command has: its words, and how it says that something cannot be done."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sapa.accounts.models import Business


class CannotError(Exception):
    """It could not be done; str is the reason in one sentence for the person who called."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a command. `now` is the moment asked for; `as_of` says that it was given, so nothing is stored."""

    words: argparse.Namespace
    now: datetime
    as_of: bool
    business: Business | None = None

    @property
    def shop(self) -> Business:
        """The business of a command that needs one."""
        if self.business is None:
            raise CannotError("This command was called without a business.")
        return self.business


@dataclass(frozen=True, slots=True)
class Command:
    """One word of `sapa`: what it takes and what it does. `run` answers the exit status.

    `reads` says that it takes `--json` and `--limit`, `answers` that it takes `--json` alone. `needs` is "business" (the usual), "database" (tables, no business) or "nothing".
    """

    name: str
    help: str
    run: Callable[[Call], int]
    add_words: Callable[[argparse.ArgumentParser], None] = lambda parser: None
    needs: str = "business"
    reads: bool = False
    answers: bool = False
