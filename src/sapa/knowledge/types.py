"""What crosses rooms about answers."""

from __future__ import annotations

from dataclasses import dataclass


class AnswerError(Exception):
    """An answer that cannot be kept: `code` is empty, long, shortcut or taken."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """An answer as a teammate writes it."""

    text: str
    shortcut: str = ""
    question: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class TopicAsked:
    """How often customers asked about a topic of late, and whether there is an answer for it."""

    topic: str
    count: int
    is_answered: bool
