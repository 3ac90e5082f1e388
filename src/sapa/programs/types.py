"""What crosses the room: scopes, what a listener wants, what became of a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Scope(StrEnum):
    """What a token may do."""

    READ_CUSTOMERS = "read:customers"
    WRITE_CUSTOMERS = "write:customers"
    READ_TALK = "read:talk"
    WRITE_TALK = "write:talk"
    READ_FIGURES = "read:figures"
    WRITE_IMPORTS = "write:imports"
    MANAGE_WEBHOOKS = "manage:webhooks"


class ProgramError(Exception):
    """What cannot be done, in a sentence for the person who asked; `field` is what to put right."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class KeyReusedError(Exception):
    """The key of a write stands for another write."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that stands: its status and its body, as it went out the first time."""

    status: int
    body: str


class Outcome(StrEnum):
    """What became of one attempt: it arrived, it is tried again, or nobody wants it any more."""

    SENT = "sent"
    LATER = "later"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Answered:
    """One attempt at a call. `status` is 0 where no answer came; `problem` is a code."""

    outcome: Outcome
    status: int
    took_ms: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ToldContact:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Told:
    """The body of an outgoing webhook, as Standard Webhooks asks for it: type, timestamp, data."""

    type: str
    timestamp: datetime
    data: dict[str, Any]
