"""Who waits for an answer since when, and where one talk ends and the next begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, TypeVar

TALK_ENDS = timedelta(hours=72)
SOUNDLESS = frozenset({"sticker", "gif"})


class Utterance(NamedTuple):
    """What the fold needs of a message. `closes`: a thank-you, a nod or a sticker, which opens nothing."""

    at: datetime
    is_in: bool
    closes: bool = False
    is_automatic: bool = False


class Timed(Protocol):
    @property
    def at(self) -> datetime: ...


T = TypeVar("T", bound=Timed)


def waiting_since(utterances: Iterable[Utterance], answered_until: datetime | None = None) -> datetime | None:
    """Since when the person waits, None where nobody waits.

    Utterances in order of time. An automatic answer is no reply; what closes opens nothing.
    `answered_until` is the newest word of a teammate that this was answered elsewhere or needs no answer:
    it stops the clock for all that came until then.
    """
    since: datetime | None = None
    for said in utterances:
        if not said.is_in:
            if not said.is_automatic:
                since = None
        elif since is None and not said.closes and (answered_until is None or said.at > answered_until):
            since = said.at
    return since


def says_nothing(text: str, media: Sequence[str], *, is_deleted: bool) -> bool:
    """Whether a message without words opens nothing: deleted, or only a sticker or a moving picture."""
    if text.strip():
        return False
    return is_deleted or (bool(media) and set(media) <= SOUNDLESS)


def split_talks(messages: Iterable[T]) -> list[list[T]]:
    """Messages in order of time, parted where 72 hours passed without one (docs: interface, "Conversation")."""
    talks: list[list[T]] = []
    last: datetime | None = None
    for message in messages:
        if last is None or message.at - last >= TALK_ENDS:
            talks.append([])
        talks[-1].append(message)
        last = message.at
    return talks
