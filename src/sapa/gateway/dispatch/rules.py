"""Whether a message may go, when it is tried again, and whose turn it is: decisions without database and clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sapa.gateway.contract import Failure
from sapa.gateway.dispatch.types import MINUTES_A_DAY, Asked, Queued, Refusal, Situation

BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3600))
MOST_RATE_TRIES = 20
JUST_WROTE = timedelta(hours=24)
STILL_THERE = timedelta(minutes=15)
WAITS_FOR_THE_CHANNEL = frozenset({Failure.TOKEN_DEAD, Failure.CHANNEL_BROKEN})


def find_refusal(asked: Asked, situation: Situation) -> Refusal | None:
    """The first reason why this may not be sent now, None where it may."""
    for rule in RULES:
        refusal = rule(asked, situation)
        if refusal is not None:
            return refusal
    return None


def _channel(asked: Asked, situation: Situation) -> Refusal | None:
    if not situation.is_live or not situation.can_send:
        return Refusal(Failure.IMPORT_ONLY)
    return None


def _content(asked: Asked, situation: Situation) -> Refusal | None:
    if not asked.text.strip() and not asked.files and not asked.has_template:
        return Refusal(Failure.EMPTY)
    if len(asked.text) > situation.text_limit and not asked.has_template:
        return Refusal(Failure.TOO_LARGE, limit=situation.text_limit, detail="text")
    types = asked.file_types or ("",) * len(asked.files)
    for (kind, size), mime in zip(asked.files, types, strict=True):
        refusal = _file(kind, size, mime, situation)
        if refusal is not None:
            return refusal
    return None


def _file(kind: str, size: int, mime: str, situation: Situation) -> Refusal | None:
    largest = situation.media.get(kind, situation.media.get("document"))
    if largest is None:
        return Refusal(Failure.REFUSED_CONTENT, detail="address" if situation.lacks_address else kind)
    if size > largest:
        return Refusal(Failure.TOO_LARGE, limit=largest, detail=kind)
    known = situation.file_types.get(kind)
    if known and mime and mime not in known:
        return Refusal(Failure.REFUSED_CONTENT, detail="types:" + ",".join(sorted(known)))
    return None


def _consent(asked: Asked, situation: Situation) -> Refusal | None:
    """Who said no to promotion gets none; who said no to everything still gets an answer to what they just asked."""
    if asked.purpose == "promotion":
        refused = False in (situation.promotion_given, situation.service_given)
        return Refusal(Failure.NO_CONSENT, detail="promotion") if refused else None
    if situation.service_given is not False:
        return None
    heard = situation.last_in_at
    is_answer = heard is not None and situation.now - heard <= JUST_WROTE and not asked.is_automatic
    return None if is_answer else Refusal(Failure.NO_CONSENT, detail="service")


def _window(asked: Asked, situation: Situation) -> Refusal | None:
    window = situation.window
    if asked.has_template:
        return None
    if window is None:
        has_written = situation.first_contact or situation.last_in_at is not None
        return None if has_written else Refusal(Failure.WINDOW_CLOSED, detail="never")
    if situation.closes_at is None or situation.now >= situation.closes_at:
        return Refusal(Failure.WINDOW_CLOSED, at=situation.closes_at)
    if window.most_messages is not None and situation.sent_since >= window.most_messages:
        return Refusal(Failure.WINDOW_CLOSED, limit=window.most_messages, detail="count")
    return None


def _quiet_hours(asked: Asked, situation: Situation) -> Refusal | None:
    """Nobody is disturbed at night by what no person wrote to them; who wrote this minute is awake."""
    if not asked.is_unasked:
        return None
    heard = situation.last_in_at
    if asked.purpose != "promotion" and heard is not None and situation.now - heard <= STILL_THERE:
        return None
    until = quiet_until(situation.now, situation)
    return Refusal(Failure.QUIET_HOURS, at=until) if until else None


def quiet_until(at: datetime, situation: Situation) -> datetime | None:
    """When the quiet hours around `at` end, None outside of them; they may pass midnight."""
    start, end = situation.quiet
    if start == end:
        return None
    local = at.astimezone(situation.zone)
    minute = local.hour * 60 + local.minute
    is_quiet = start <= minute < end if start < end else minute >= start or minute < end
    if not is_quiet:
        return None
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    days = 1 if minute >= end else 0
    return midnight + timedelta(days=days, minutes=end % MINUTES_A_DAY)


def _frequency(asked: Asked, situation: Situation) -> Refusal | None:
    if asked.purpose != "promotion" or situation.promotions_this_week < situation.promotions_a_week:
        return None
    return Refusal(Failure.TOO_OFTEN, limit=situation.promotions_a_week)


def _cost(asked: Asked, situation: Situation) -> Refusal | None:
    """The owner's limit stops what no person wrote; a customer who asks is answered, and the composer tells the price."""
    limit = situation.cost_limit
    if limit is None or not asked.is_unasked or not situation.price:
        return None
    return Refusal(Failure.COST_LIMIT, limit=limit) if situation.spent + situation.price > limit else None


RULES: tuple[Callable[[Asked, Situation], Refusal | None], ...] = (
    _channel,
    _content,
    _consent,
    _window,
    _frequency,
    _cost,
    _quiet_hours,
)


def next_delay(code: Failure, tries: int, after: timedelta | None) -> timedelta | None:
    """How long to wait after the `tries`-th try failed for now; None where it is not tried again.

    Being too fast is no fault of the message: the provider's own word counts, and many more tries.
    """
    if code in (Failure.TOO_MANY, Failure.QUIET_HOURS):
        if tries >= MOST_RATE_TRIES:
            return None
        return after or BACKOFF[min(tries, len(BACKOFF)) - 1]
    if tries > len(BACKOFF):
        return None
    return max(BACKOFF[tries - 1], after or timedelta())


def pick_heads(rows: Iterable[Queued], now: datetime) -> list[Queued]:
    """The rows whose turn it is, in order: of each conversation the oldest, if it is due and not on its way already.

    One that waits for its next try holds back those behind it: an answer never overtakes another.
    """
    heads: list[Queued] = []
    seen: set[int] = set()
    for row in sorted(rows, key=_id):
        if row.is_held or row.conversation_id in seen:
            continue
        seen.add(row.conversation_id)
        if not row.is_taken and row.due_at <= now:
            heads.append(row)
    return heads


def _id(row: Queued) -> int:
    return row.id
