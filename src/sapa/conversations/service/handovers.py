"""What got lost when a talk changed hands or channels: the customer says it again, or is asked it again (S1.9, S3.16, S3.22).

Pure, over the messages of one contact in their order. Two sorts, both read from words alone and only where they are plain:
`repeated`: after the change the customer sends nearly the words of a question from before it; `asked_again`: who answers
after the change asks for what somebody else had asked for before it, and the customer had answered. A change is another
teammate's answer, or a word on another channel. A lower bound: what is said again in other words is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WITHIN = timedelta(days=7)
"""After a week somebody may ask again for good reason."""

ALIKE = 0.6
"""The share of words that two questions have in common to be the same one."""

LEAST_WORDS = 3

ASKED = {
    "order_number": re.compile(
        r"\b(no(mor)?|kode|id)\.?\s*(pesanan|order|invoice|resi)(nya)?\b", re.IGNORECASE
    ),
    "address": re.compile(r"\balamat(nya)?\b", re.IGNORECASE),
    "name": re.compile(r"\bnama(nya)?\b", re.IGNORECASE),
    "phone": re.compile(r"\b(no(mor)?\.?\s*(hp|wa|telp|telepon|whatsapp)(nya)?)\b", re.IGNORECASE),
    "size": re.compile(r"\b(ukuran|size)(nya)?\b", re.IGNORECASE),
    "proof": re.compile(r"\b(foto|video|bukti)(nya)?\b", re.IGNORECASE),
}
"""What shops ask customers for, by the words in which they do."""

_ASKS = re.compile(r"\?|\b(boleh|minta|mohon|bisa|tolong|berapa|apa|mana)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_SMALL = frozenset(
    [
        "kak",
        "kakak",
        "min",
        "admin",
        "gan",
        "sis",
        "ya",
        "yah",
        "dong",
        "nih",
        "sih",
        "halo",
        "hai",
        "permisi",
    ]
)


@dataclass(frozen=True, slots=True)
class Utterance:
    """One message: `by` is who wrote it for the shop (empty: the customer), `is_automatic` that no person did."""

    id: int
    at: datetime
    by: str
    channel_id: int
    text: str
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """That something was said twice: `again_id` repeats `first_id`; `sort` is repeated or asked_again, `what` of ASKED or empty.

    `change` is what lay between: teammate or channel.
    """

    again_id: int
    first_id: int
    first_at: datetime
    sort: str
    change: str
    what: str = ""


def find_lost(talk: Iterable[Utterance]) -> list[Lost]:
    """Every place in a talk where a change of hands or of channel lost what was known, oldest first."""
    said = [one for one in talk if one.text.strip() and not one.is_automatic]
    found = []
    for at, one in enumerate(said):
        lost = _asked_again(said[:at], one) if one.by else _repeated(said[:at], one)
        if lost is not None:
            found.append(lost)
    return found


def _repeated(before: Sequence[Utterance], again: Utterance) -> Lost | None:
    words = _words(again.text)
    if len(words) < LEAST_WORDS or not _asks(again.text):
        return None
    for first in reversed(before):
        if first.at < again.at - WITHIN:
            return None
        if first.by or not _asks(first.text) or not _is_alike(words, _words(first.text)):
            continue
        change = _change_between(before, first, again)
        return Lost(again.id, first.id, first.at, "repeated", change) if change else None
    return None


def _asked_again(before: Sequence[Utterance], again: Utterance) -> Lost | None:
    what = _asked_for(again)
    if not what:
        return None
    for place in range(len(before) - 1, -1, -1):
        first = before[place]
        if first.at < again.at - WITHIN:
            return None
        if not first.by or _asked_for(first) != what:
            continue
        is_answered = any(not one.by and one.channel_id == first.channel_id for one in before[place + 1 :])
        if not is_answered or (first.by == again.by and first.channel_id == again.channel_id):
            return None  # nobody has answered, or the same person makes sure
        change = "teammate" if first.by != again.by else "channel"
        return Lost(again.id, first.id, first.at, "asked_again", change, what)
    return None


def _change_between(before: Sequence[Utterance], first: Utterance, again: Utterance) -> str:
    """What changed between two words of the customer; empty where nothing did."""
    if first.channel_id != again.channel_id:
        return "channel"
    start = before.index(first)
    earlier = next((one.by for one in reversed(before[:start]) if one.by), "")
    later = [one.by for one in before[start:] if one.by]
    hands = dict.fromkeys([*([earlier] if earlier else []), *later])
    return "teammate" if later and len(hands) > 1 else ""


def _asked_for(one: Utterance) -> str:
    if not _asks(one.text):
        return ""
    return next((what for what, words in ASKED.items() if words.search(one.text)), "")


def _asks(text: str) -> bool:
    return bool(_ASKS.search(text))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold())) - _SMALL


def _is_alike(one: frozenset[str], two: frozenset[str]) -> bool:
    return len(one & two) >= ALIKE * len(one | two) > 0
