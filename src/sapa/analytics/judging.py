"""What the copy needs of the words of messages, judged one by one: texts themselves never reach DuckDB."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sapa.analytics.rules import is_promotional
from sapa.analytics.tables import DAY, SECOND
from sapa.conversations.rules import says_nothing
from sapa.readings.detectors import Referral, asks_origin, asks_review_or_referral, referral, told_origin
from sapa.standings.rules.glad import OurLastWord, is_glad
from sapa.standings.rules.talk import complains
from sapa.standings.types import MessageFact

Row = Sequence[Any]

_told_origin = lru_cache(maxsize=20_000)(told_origin)
_asks_origin = lru_cache(maxsize=20_000)(asks_origin)
_asks_for_word = lru_cache(maxsize=20_000)(asks_review_or_referral)
_is_promotional = lru_cache(maxsize=20_000)(is_promotional)


class Judge:
    """Says of each message, in order of threads and time, what the copy needs of its words.

    Texts that come again, as many short ones and answers do, are judged once.
    """

    def __init__(self, names: tuple[str, ...], teammates: dict[str, int]) -> None:
        self._names, self._teammates = names, teammates
        self._thread: int | None = None
        self._asked = False  # the shop's last word in this thread was "tahu dari mana?"
        self._questioned_at: int | None = None  # when the shop's last word was a question of any sort
        self._ours = OurLastWord()

    def __call__(self, row: Row) -> tuple[Row, Row | None]:
        """The staging row of a message, and where its author says they come from, if they do."""
        (pk, thread, identity, direction, at, rank, automatic, intent, question, closes, sentiment, needs_human,
         text, media, deleted, in_group, by, author, is_rejected) = row  # fmt: skip
        if thread != self._thread:
            self._thread, self._asked, self._questioned_at = thread, False, None
            self._ours = OurLastWord()
        if direction != "in":
            self._asked = not in_group and _asks_origin(text)
            offers, asks = _is_promotional(text), _asks_for_word(text) is not None
            if not in_group:  # what the shop says in a group it asks of nobody
                self._questioned_at = at if "?" in text and not asks else None
                self._ours.say(at / SECOND, text, is_automatic=bool(automatic))
            by = by or self._teammates.get(author.casefold())
            return (
                pk,
                thread,
                identity,
                0,
                at,
                rank,
                automatic,
                None,
                0,
                0,
                0,
                0,
                offers,
                asks,
                None,
                by,
            ), None
        closes = closes or _is_silent(text, media, bool(deleted)) or self._is_glad(row)
        self._ours.hear()
        before, later = _complaint(intent or None, sentiment or None, bool(needs_human))
        gives = None if is_rejected else self._gives(text, intent, sentiment, bool(in_group))
        if (
            gives == Referral.TESTIMONIAL
            and self._questioned_at is not None
            and at - self._questioned_at <= DAY
        ):
            gives = None  # praise that answers "nyaman dipakai, Kak?" was asked for
        message = (
            pk, thread, identity, 1, at, rank, 0, intent or None, question, closes, before, later, 0, 0, gives,
            None,
        )  # fmt: skip
        told = _told_origin(text, asked=self._asked) if text and identity is not None else None
        if told is None:
            return message, None
        self._asked = False
        return message, (identity, at, told.channel, told.context, told.referrer, 1)

    def _is_glad(self, row: Row) -> bool:
        """Whether it answers a question of ours gladly: it opens nothing, as on the contact's sheet."""
        at, intent, question, sentiment, needs_human, text = (row[index] for index in (4, 7, 8, 10, 11, 12))
        glad = is_glad(
            text,
            intent or None,
            sentiment or None,
            needs_human=bool(needs_human),
            is_question=bool(question),
        )
        return glad and self._ours.asks_still(at / SECOND)

    def _gives(self, text: str, intent: str | None, sentiment: str | None, in_group: bool) -> str | None:
        """What a message does for the shop's name, as `standings` reads it: a code of `Referral`, or None."""
        if not text or sentiment == "negative":
            return None
        if intent == "testimonial":
            return Referral.TESTIMONIAL.value
        if intent and intent != "referral" and not in_group:
            return None
        found = referral(text, brands=self._names, in_group=in_group)
        return found.value if found else None


def _is_silent(text: str, media: str, is_deleted: bool) -> bool:
    if text.strip():
        return False
    kinds = () if media in ("[]", "") else tuple(str(one.get("kind", "")) for one in json.loads(media))
    return says_nothing(text, kinds, is_deleted=is_deleted)


@lru_cache(maxsize=512)
def _complaint(intent: str | None, sentiment: str | None, needs_human: bool) -> tuple[bool, bool]:
    """Whether a message with this reading complains: of somebody who has not bought yet, of a buyer."""
    at = datetime.min  # noqa: DTZ901 - the rule does not look at it
    said = MessageFact(
        0, 0, None, True, "", at, 0, at, (), False, False, "", intent, sentiment, needs_human, False, False
    )
    return complains(said, has_bought=False), complains(said, has_bought=True)
