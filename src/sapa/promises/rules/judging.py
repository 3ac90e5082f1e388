"""What became of a promise by what followed it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from sapa.promises.rules.deeds import deed
from sapa.promises.rules.promised import detect
from sapa.promises.rules.wording import OPENERS
from sapa.promises.types import Judgement, PromiseKind, PromiseState, Said, Step

PATIENCE = timedelta(days=14)
_SAME_BREATH = timedelta(minutes=15)

_KEPT_BY: dict[PromiseKind, frozenset[PromiseKind]] = {
    PromiseKind.SEND_GOODS: frozenset(
        {PromiseKind.SEND_GOODS, PromiseKind.SEND_TRACKING, PromiseKind.DELIVER, PromiseKind.REPLACE}
    ),
    PromiseKind.REPLACE: frozenset({PromiseKind.REPLACE, PromiseKind.SEND_GOODS, PromiseKind.SEND_TRACKING}),
    PromiseKind.OTHER: frozenset(PromiseKind) - {PromiseKind.REPLY},
}
_STEPS: dict[str, frozenset[PromiseKind]] = {
    "shipped": frozenset({PromiseKind.SEND_GOODS, PromiseKind.SEND_TRACKING}),
    "delivered": frozenset({PromiseKind.SEND_GOODS, PromiseKind.SEND_TRACKING, PromiseKind.DELIVER}),
    "completed": frozenset({PromiseKind.SEND_GOODS, PromiseKind.SEND_TRACKING, PromiseKind.DELIVER}),
    "refunded": frozenset({PromiseKind.REFUND}),
}
_FILLER = re.compile(
    r"^(?:\W|\b(?:sama-sama|sama2|samasama|mohon|sabar|tunggu|ditunggu|dulu|sebentar|bentar|ya+|siap|baik|oke?|makasih|terima\s?kasih|kembali"
    r"|kak|kakak|kk|bu|ibu|pak|bapak|sis|gan|mas|mbak|bun|bunda|nggih|sip|noted|monggo|hehe+|haha+|you're|welcome|thank\s?you|thanks|please|wait)\b)*$",
    re.I,
)


def judge(
    *,
    kind: PromiseKind,
    made_at: datetime,
    due_at: datetime,
    said: Iterable[Said],
    steps: Iterable[Step] = (),
    now: datetime,
) -> Judgement:
    """Kept where the deed was announced by `due_at`, late where it came within 14 days after, broken from then on.

    `said` are the shop's messages to that contact, `steps` those of the contact's orders; what lies at or before
    `made_at` or after `now` is passed over. `reply` is kept by the next message that says something, at least
    15 minutes after the promise and no new promise itself.
    """
    end = min(now, due_at + PATIENCE)
    announced = [at for at in _announcements(kind, made_at, said, steps) if made_at < at <= end]
    if announced:
        done_at = min(announced)
        return Judgement(PromiseState.KEPT if done_at <= due_at else PromiseState.LATE, done_at)
    return Judgement(PromiseState.BROKEN if now > due_at + PATIENCE else PromiseState.OPEN)


def _announcements(
    kind: PromiseKind, made_at: datetime, said: Iterable[Said], steps: Iterable[Step]
) -> Iterator[datetime]:
    wanted = _KEPT_BY.get(kind, frozenset({kind}))
    for message in said:
        if message.automatic or message.at <= made_at:
            continue
        word_given = (
            kind is PromiseKind.REPLY and message.at >= made_at + _SAME_BREATH and _says_something(message)
        )
        if word_given or wanted & deed(message.text, message.media):
            yield message.at
    for step in steps:
        if kind in _STEPS.get(step.status, frozenset()):
            yield step.at


def _says_something(message: Said) -> bool:
    if any(kind != "sticker" for kind in message.media):
        return True
    rest = OPENERS.sub("", message.text)
    return not _FILLER.match(rest) and not detect(message.text, message.at, UTC)
