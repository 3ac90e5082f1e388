"""The glad answer to the shop's own question: "bajunya nyaman dipakai, Kak?" – "nyaman kak, adem".

It asks nothing and nobody waits for a reply to it. Praise that nobody asked for still wants a word, and so does
whatever holds something back, wishes for something, or answers a question by which the shop meant to sell: where
it is not sure that all is well, it is no glad answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sapa.conversations.rules import TALK_ENDS
from sapa.readings.detectors import asks_review_or_referral
from sapa.readings.lexicon import NEGATIONS
from sapa.readings.rules import words
from sapa.standings.types import MessageFact

_HEARD = frozenset({"testimonial", "thanks", None})
_HOLDS_BACK = NEGATIONS | frozenset(
    """cuma hanya tapi namun agak sedikit krg sayang sayangnya kecuali walau walaupun meski meskipun padahal malah
    but though however except little bit slightly
    mau ingin kepengen minta tolong mohon bisa boleh tambah nambah lagi pesan beli ambil kirim transfer want please
    another""".split()
)
_HOW_IT_IS = frozenset(
    """nyaman nyamankah dipakai pakai dipakainya pemakaian pemakaiannya dicoba dicobain mencoba digunakan dirasakan
    rasanya enak hasil hasilnya sampai datang tiba diterima aman kabar kabarnya puas memuaskan membantu terbantu
    sesuai kendala keluhan kesan kesannya kemarin kondisinya
    comfortable arrive arrived received tried working happy satisfied""".split()
)
_SELLS = frozenset(
    """mau jadi ambil pilih pesan order beli mana berapa kapan transfer bayar cod qris alamat alamatnya dibantu bantu
    dikirim kirim kurir ekspedisi jne jnt sicepat gosend which when""".split()
)
_ONLY_ASKS = (("mau", "tanya"), ("mau", "nanya"), ("mau", "bertanya"))
_SECONDS = TALK_ENDS.total_seconds()


def asks_how_it_is(text: str) -> bool:
    """Whether the shop asks how goods are in use, whether they came, or for a word about them; not what to sell."""
    if asks_review_or_referral(text) is not None:
        return True
    if "?" not in text:
        return False
    meant = words(text)
    if _HOW_IT_IS.isdisjoint(meant):
        return False
    selling = _SELLS.intersection(meant)
    if "mau" in selling and any(pair in _ONLY_ASKS for pair in pairwise(meant)):
        selling = selling - {"mau"}
    return not selling


def is_glad(
    text: str, intent: str | None, sentiment: str | None, *, needs_human: bool, is_question: bool
) -> bool:
    """Whether a message only says that all is well: content or thankful, asking and wishing nothing."""
    if not text or is_question or needs_human or intent not in _HEARD:
        return False
    if sentiment != "positive" and not (intent == "thanks" and sentiment == "neutral"):
        return False
    return _HOLDS_BACK.isdisjoint(words(text))


class OurLastWord:
    """What the shop said last in a private thread: its messages with none of the person's between them.

    Moments are seconds since 1970. What a machine sends adds to it and ends nothing.
    """

    __slots__ = ("_is_over", "_said")

    def __init__(self) -> None:
        self._said: list[tuple[float, str]] = []
        self._is_over = False

    def say(self, at: float, text: str, *, is_automatic: bool) -> None:
        """The shop says something."""
        if self._is_over and not is_automatic:
            self._said, self._is_over = [], False
        self._said.append((at, text))

    def hear(self) -> None:
        """The person says something."""
        self._is_over = True

    def asks_still(self, at: float) -> bool:
        """Whether what the person says at `at` answers a question of ours on how it is, in the same talk."""
        return any(at - then < _SECONDS and asks_how_it_is(text) for then, text in self._said)


def find_glad_answers(messages: Sequence[MessageFact]) -> set[int]:
    """The ids of the messages of a private thread, in order of time, that answer a question of ours gladly."""
    glad = {said.id for said in messages if said.is_in and _is_glad(said)}
    if not glad:
        return glad
    last = OurLastWord()
    found = set()
    for said in messages:
        if not said.is_in:
            last.say(said.at.timestamp(), said.text, is_automatic=said.is_automatic)
            continue
        if said.id in glad and last.asks_still(said.at.timestamp()):
            found.add(said.id)
        last.hear()
    return found


def _is_glad(said: MessageFact) -> bool:
    return is_glad(
        said.text,
        said.intent,
        said.sentiment,
        needs_human=said.needs_human,
        is_question=said.is_question,
    )
