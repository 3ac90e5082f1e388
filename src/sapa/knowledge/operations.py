"""Writing, changing and using answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.knowledge.models import Answer
from sapa.knowledge.rules import make_shortcut, plain_shortcut
from sapa.knowledge.types import AnswerError, AnswerGiven
from sapa.lib.database import write
from sapa.lib.files import Stored

LONGEST = 4_000
_COLUMNS = (
    "text",
    "shortcut",
    "question",
    "topic",
    "picture",
    "picture_name",
    "picture_mime",
    "picture_size",
)


def write_answer(
    *,
    business: Business,
    given: AnswerGiven,
    picture: tuple[Stored, str] | None = None,
    by: Teammate | None,
    now: datetime,
) -> Answer:
    """A new answer; `picture` is a kept file and its name. Raises `AnswerError`."""
    with write():
        values = _checked(business, given, None)
        answer = Answer(business=business, by=by, created_at=now, changed_at=now, **values)
        _put_picture(answer, picture)
        answer.save()
        _audit(answer, "answer.written", by, now)
        return answer


def change_answer(
    *,
    answer: Answer,
    given: AnswerGiven,
    picture: tuple[Stored, str] | None = None,
    drops_picture: bool = False,
    by: Teammate | None,
    now: datetime,
) -> Answer:
    """An answer says something else from now on. Raises `AnswerError`."""
    with write():
        before = {name: getattr(answer, name) for name in _COLUMNS}
        for name, value in _checked(answer.business, given, answer).items():
            setattr(answer, name, value)
        if drops_picture:
            answer.picture = answer.picture_name = answer.picture_mime = ""
            answer.picture_size = 0
        _put_picture(answer, picture)
        answer.changed_at = now
        answer.save(update_fields=[*_COLUMNS, "changed_at"])
        _audit(answer, "answer.changed", by, now, {"before": before})
        return answer


def remove_answer(*, answer: Answer, by: Teammate | None, now: datetime) -> None:
    """An answer leaves the list."""
    with write():
        answer.removed_at = now
        answer.save(update_fields=["removed_at"])
        _audit(answer, "answer.removed", by, now)


def put_back_answer(
    *,
    business: Business,
    answer_id: int,
    verb: str,
    entry_data: Mapping[str, Any],
    by: Teammate | None,
    now: datetime,
) -> None:
    """What was done to an answer (`verb` of its entry in the trail) is taken back. Raises Answer.DoesNotExist, LookupError."""
    with write():
        answer = Answer.objects.get(business=business, pk=answer_id)
        before = entry_data["before"] if verb == "answer.changed" else {}
        wants_gone = verb == "answer.written"
        if (answer.removed_at is not None) is not (verb == "answer.removed"):
            raise LookupError("the answer has changed since")
        shortcut = before.get("shortcut", answer.shortcut)
        if not wants_gone and _is_taken(business, shortcut, answer):
            raise LookupError("the shortcut belongs to another answer now")
        for name, value in before.items():
            setattr(answer, name, value)
        answer.removed_at = now if wants_gone else None
        answer.save()
        _audit(answer, "answer.put_back", by, now)


def note_used(*, business: Business, answers: Iterable[Answer], now: datetime) -> None:
    """These answers were sent once more."""
    ids = [one.pk for one in answers]
    if ids:
        with write():
            Answer.objects.filter(business=business, pk__in=ids).update(uses=F("uses") + 1, last_used_at=now)


def record_answers(
    *, business: Business, approved: Sequence[tuple[str, str]], now: datetime
) -> list[tuple[int, bool]]:
    """(id, is new) of each (question, answer) that a source brings, in order; the same words are the same answer."""
    with write():
        keys = [_dedupe_key(question, text) for question, text in approved]
        known = dict(
            Answer.objects.filter(business=business, dedupe_key__in=keys).values_list("dedupe_key", "pk")
        )
        taken = set(Answer.objects.filter(business=business).values_list("shortcut", flat=True))
        found = []
        for key, (question, text) in zip(keys, approved, strict=True):
            is_new = key not in known
            if is_new:
                shortcut = make_shortcut(question, taken)
                taken.add(shortcut)
                row = Answer.objects.create(
                    business=business,
                    question=question.strip()[:300],
                    text=text.strip()[:LONGEST],
                    shortcut=shortcut,
                    dedupe_key=key,
                    created_at=now,
                    changed_at=now,
                )
                known[key] = row.pk
            found.append((known[key], is_new))
        return found


def take_back_answers(*, business: Business, ids: Iterable[int]) -> int:
    """What a source brought goes, where no teammate changed or used it; answers how many went."""
    with write():
        rows = Answer.objects.filter(
            business=business, pk__in=list(ids), uses=0, by__isnull=True, changed_at=F("created_at")
        )
        return rows.delete()[0]


def _checked(business: Business, given: AnswerGiven, own: Answer | None) -> dict[str, str]:
    text = given.text.strip()
    if not text:
        raise AnswerError("empty")
    if len(text) > LONGEST:
        raise AnswerError("long")
    try:
        shortcut = plain_shortcut(given.shortcut)
    except ValueError as error:
        raise AnswerError("shortcut") from error
    if _is_taken(business, shortcut, own):
        raise AnswerError("taken")
    question = " ".join(given.question.split())[:300]
    return {"text": text, "shortcut": shortcut, "question": question, "topic": given.topic[:40]}


def _is_taken(business: Business, shortcut: str, own: Answer | None) -> bool:
    rows = Answer.objects.filter(business=business, shortcut=shortcut, removed_at__isnull=True)
    return bool(shortcut) and (rows.exclude(pk=own.pk) if own else rows).exists()


def _put_picture(answer: Answer, picture: tuple[Stored, str] | None) -> None:
    if picture is not None:
        stored, name = picture
        answer.picture, answer.picture_name = stored.name, name[:200]
        answer.picture_mime, answer.picture_size = stored.mime, stored.size


def _dedupe_key(question: str, text: str) -> str:
    said = f"{' '.join(question.split()).casefold()}\n{' '.join(text.split())}"
    return hashlib.sha256(said.encode()).hexdigest()


def _audit(
    answer: Answer, verb: str, by: Teammate | None, now: datetime, data: dict[str, Any] | None = None
) -> None:
    record_audit(
        business=answer.business,
        by=by,
        verb=verb,
        object_kind="answer",
        object_id=str(answer.pk),
        data=data,
        now=now,
    )
