"""Who waits for an answer since when, and where one talk ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, TypeVar

TALK_ENDS = timedelta(hours=72)
SOUNDLESS = frozenset({"sticker", "gif"})
NEVER_ARRIVED = ("failed", "cancelled")
"""The statuses of a message of ours that said nothing to anybody: it answers no one and promises nothing."""

STATUSES = ("", "cancelled", "queued", "uncertain", "sent", "failed", "delivered", "read", "played")

_WORD = re.compile(r"\w+")
_NODS = frozenset(
    "makasih makasi mksh mks terima kasih trima terimakasih trimakasih thanks thank you thx tq ty suwun nuwun matur nuhun"
    " ok oke okay okey okee sip siap baik noted ya iya yaa iyaa y yup yes sama banyak ya ka kak kakak kk min gan sis bu ibu"
    " pak bapak mas mbak mba bun bunda so much yaudah yowes nggih inggih haha hehe wkwk wkwkwk".split()
)
_OPT_OUTS = frozenset(
    {
        "stop",
        "stop promo",
        "stop promosi",
        "stop iklan",
        "stop broadcast",
        "stop bc",
        "stop kirim promo",
        "stop all",
        "berhenti",
        "berhenti promo",
        "berhenti promosi",
        "berhenti langganan",
        "berhenti berlangganan",
        "unsubscribe",
        "unsub",
        "unreg",
        "batal langganan",
        "jangan kirim promo",
        "jangan kirim promo lagi",
        "jangan kirim iklan lagi",
        "tolong berhenti kirim promo",
        "tidak mau promo",
        "ga mau promo",
        "gak mau promo",
        "nggak mau promo",
    }
)


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


def wants_answer(text: str, media: Sequence[str] = ()) -> bool:
    """Whether a message opens something, as far as its words alone show: thanks, a nod and a sticker do not.

    A quick first word for the moment in which a message comes; the reading of the whole talk decides afterwards.
    """
    if says_nothing(text, media, is_deleted=False):
        return False
    words = _WORD.findall(text.casefold())
    return (bool(media) and not set(media) <= SOUNDLESS) or not words or not set(words) <= _NODS


def is_opt_out(text: str) -> bool:
    """Whether a whole message asks the shop to send no more promotions (STOP, BERHENTI, "stop promo" …)."""
    return " ".join(_WORD.findall(text.casefold())) in _OPT_OUTS


def better_status(known: str, told: str) -> str:
    """The further one of two statuses of a sent message: queued, uncertain, sent, failed, delivered, read, played.

    Providers report late, twice and out of order. A late `sent` does not bring a failed message back to life; that it
    was delivered does.
    """
    return max(known, told, key=STATUSES.index)


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
