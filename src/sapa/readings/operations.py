"""Reading messages in bulk, and what teammates correct: it holds, and teaches this shop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import sapa.lib.lookups  # noqa: F401  (id__among)
from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.contacts.models import Contact
from sapa.contacts.operations import note_changes
from sapa.conversations.models import Message
from sapa.lib.database import BULK_ROWS, write, yield_to_others
from sapa.readings.corrections import Corrections, adjust, learn
from sapa.readings.model import understand_many
from sapa.readings.models import Correction, Reading, ReferralWord
from sapa.readings.types import INTENTS, SENTIMENTS, Understood

TAUGHT_AT_MOST = 2000
"""Newest corrections that teach: past it old ones have long been drowned."""

_COLUMNS = [
    "intent",
    "sentiment",
    "needs_human",
    "is_question",
    "closes",
    "intent_confidence",
    "sentiment_confidence",
    "needs_human_confidence",
]

_Words = dict[int, tuple[str, str, bool | None]]


def read_messages(*, business: Business, contact_ids: Sequence[int]) -> int:
    """Read the customer messages of these contacts that were not read yet. Returns how many there were."""
    unread = Message.objects.filter(
        identity__contact_id__among=contact_ids, direction=Message.Direction.IN, reading__isnull=True
    )
    rows = list(unread.order_by("id").values_list("id", "text"))
    if not rows:
        return 0
    taught = _taught(business)
    for part in _parts(rows):
        readings = _read(business, part, taught)
        with write():
            Reading.objects.bulk_create(readings, ignore_conflicts=True)
        yield_to_others(alone=False)
    return len(rows)


def correct(
    *,
    business: Business,
    message: Message,
    intent: str = "",
    sentiment: str = "",
    needs_human: bool | None = None,
    by: Teammate | None,
    now: datetime,
) -> Correction:
    """A teammate says what a message says; what is left empty keeps the machine's word.

    Raises ValueError for a label that does not exist, and where nothing is said.
    """
    if (intent and intent not in INTENTS) or (sentiment and sentiment not in SENTIMENTS):
        raise ValueError(f"{intent or sentiment} is not a label")
    if not intent and not sentiment and needs_human is None:
        raise ValueError("a correction needs at least one word")
    with write():
        correction = Correction.objects.create(
            business=business,
            message=message,
            intent=intent,
            sentiment=sentiment,
            needs_human=needs_human,
            by=by,
            at=now,
        )
        _read_again(business, message)
    return correction


def undo_correction(*, business: Business, correction: Correction, now: datetime) -> None:
    """Take a correction back: the reading before it stands again."""
    with write():
        correction.undone_at, correction.is_learnt = now, False
        correction.save(update_fields=["undone_at", "is_learnt"])
        _read_again(business, correction.message)


def learn_corrections(*, business: Business) -> int:
    """Let the shop's other messages follow what was corrected since the last time. Returns how many changed.

    Notes the contacts whose readings changed, so that what rests on them is derived anew.
    """
    waiting = list(Correction.objects.filter(business=business, is_learnt=False).values_list("id", flat=True))
    if not waiting:
        return 0
    taught = _taught(business)
    changed = sum(_reread(business, part, taught) for part in _parts(_all_read(business)))
    with write():
        Correction.objects.filter(id__in=waiting).update(is_learnt=True)
    return changed


def recount(*, business: Business, message_ids: Sequence[int]) -> dict[int, Reading]:
    """The readings as they would be made now, by message, unsaved: to compare with what is stored."""
    rows = list(Message.objects.filter(id__in=message_ids).order_by("id").values_list("id", "text"))
    return {reading.message_id: reading for reading in _read(business, rows, _taught(business))}


def is_same(a: Reading, b: Reading) -> bool:
    """Whether two readings say the same with the same confidence."""
    return all(getattr(a, column) == getattr(b, column) for column in _COLUMNS)


def _read_again(business: Business, message: Message) -> None:
    reading = _read(business, [(message.pk, message.text)], _taught(business))[0]
    Reading.objects.bulk_create(
        [reading], update_conflicts=True, unique_fields=["message"], update_fields=_COLUMNS
    )
    if message.identity is not None:
        note_changes(business, [message.identity.contact_id])


def _reread(business: Business, rows: Sequence[tuple[int, str]], taught: Corrections) -> int:
    stored = {row.message_id: row for row in Reading.objects.filter(message_id__in=[pk for pk, _ in rows])}
    changed = []
    for fresh in _read(business, rows, taught):
        old = stored.get(fresh.message_id)
        if old is not None and not is_same(old, fresh):
            fresh.pk = old.pk
            changed.append(fresh)
    if changed:
        ids = [reading.message_id for reading in changed]
        with write():
            Reading.objects.bulk_update(changed, _COLUMNS)
            contacts = Message.objects.filter(id__in=ids).values_list("identity__contact_id", flat=True)
            note_changes(business, contacts)
        yield_to_others(alone=False)
    return len(changed)


def _all_read(business: Business) -> Iterator[tuple[int, str]]:
    rows = Message.objects.filter(business=business, reading__isnull=False).order_by("id")
    last = 0
    while page := list(rows.filter(id__gt=last).values_list("id", "text")[:2000]):
        yield from page
        last = page[-1][0]


def _parts(rows: Sequence[tuple[int, str]] | Iterator[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    left = iter(rows)
    while part := list(islice(left, BULK_ROWS)):
        yield part


def _taught(business: Business) -> Corrections:
    """What the shop's corrections teach, oldest first, so that the latest of two holds."""
    given = (
        Correction.objects.filter(business=business, undone_at__isnull=True)
        .exclude(intent="")
        .order_by("-at", "-id")
        .values_list("message__text", "intent")[:TAUGHT_AT_MOST]
    )
    return learn(reversed(list(given)))


def _corrected(message_ids: Sequence[int]) -> _Words:
    """What teammates said of these messages themselves; of each label the newest word."""
    words: _Words = {}
    given = Correction.objects.filter(message_id__in=message_ids, undone_at__isnull=True).order_by("at", "id")
    for pk, intent, sentiment, needs in given.values_list("message_id", "intent", "sentiment", "needs_human"):
        before = words.get(pk, ("", "", None))
        words[pk] = (intent or before[0], sentiment or before[1], before[2] if needs is None else needs)
    return words


def _read(business: Business, rows: Sequence[tuple[int, str]], taught: Corrections) -> list[Reading]:
    corrected = _corrected([pk for pk, _ in rows])
    understood = understand_many([text for _, text in rows])
    return [
        _reading(business, pk, adjust(one, text, taught), corrected.get(pk))
        for (pk, text), one in zip(rows, understood, strict=True)
    ]


def _reading(
    business: Business,
    message_id: int,
    understood: Understood,
    corrected: tuple[str, str, bool | None] | None,
) -> Reading:
    reading = Reading(
        business=business,
        message_id=message_id,
        intent=understood.intent or "",
        sentiment=understood.sentiment or "",
        needs_human=understood.needs_human,
        is_question=understood.is_question,
        closes=understood.closes,
        intent_confidence=_percent(understood, "intent"),
        sentiment_confidence=_percent(understood, "sentiment"),
        needs_human_confidence=_percent(understood, "needs_human"),
    )
    if corrected is not None:
        _apply(reading, *corrected)
    return reading


def _apply(reading: Reading, intent: str, sentiment: str, needs_human: bool | None) -> None:
    if intent:
        reading.intent, reading.intent_confidence = intent, 100
        reading.closes = reading.closes and intent in ("thanks", "greeting", "other")
    if sentiment:
        reading.sentiment, reading.sentiment_confidence = sentiment, 100
    if needs_human is not None:
        reading.needs_human, reading.needs_human_confidence = needs_human, 100


def _percent(understood: Understood, label: str) -> int:
    return round(understood.confidence[label] * 100)


def judge_referral(
    *,
    business: Business,
    message: Message,
    is_one: bool,
    referrer: Contact | None = None,
    by: Teammate,
    now: datetime,
) -> ReferralWord:
    """Keeps whether a message is a referral, and who sent its author; a later word replaces an earlier one."""
    verdict = ReferralWord.Verdict.CONFIRMED if is_one else ReferralWord.Verdict.REJECTED
    with write():
        before = ReferralWord.objects.filter(business=business, message=message).first()
        former = {"verdict": before.verdict, "referrer": before.referrer_id} if before else None
        word, _made = ReferralWord.objects.update_or_create(
            business=business,
            message=message,
            defaults={"verdict": verdict, "referrer": referrer if is_one else None, "by": by, "at": now},
        )
        _tell_referral(word, "referral.judged", by, now, {"before": former, "verdict": word.verdict})
    return word


def take_back_referral_word(
    *, business: Business, word_id: int, entry_data: dict[str, Any], by: Teammate, now: datetime
) -> None:
    """What was said before holds again. Raises LookupError where it was said otherwise since."""
    with write():
        word = ReferralWord.objects.filter(business=business, pk=word_id).select_related("message").first()
        if word is None or word.verdict != entry_data["verdict"]:
            raise LookupError(word_id)
        former = entry_data["before"]
        if former is None:
            _tell_referral(word, "referral.unjudged", by, now, {})
            word.delete()
            return
        word.verdict, word.referrer_id = former["verdict"], former["referrer"]
        word.save(update_fields=["verdict", "referrer"])
        _tell_referral(word, "referral.unjudged", by, now, {})


def _tell_referral(word: ReferralWord, verb: str, by: Teammate, now: datetime, data: dict[str, Any]) -> None:
    identity = word.message.identity
    note_changes(word.business, [identity.contact_id if identity else None])
    record_audit(
        business=word.business,
        by=by,
        verb=verb,
        object_kind="referral",
        object_id=str(word.pk),
        data=data,
        now=now,
    )
