"""Decisions about names, roles, hours and sign-in attempts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Sequence
from datetime import datetime, timedelta
from itertools import count, pairwise

from sapa.accounts.types import Act, Week

ROLES = ("owner", "supervisor", "member", "viewer")

_VIEWER = frozenset({Act.LOOK})
_MEMBER = _VIEWER | {Act.WORK, Act.STATE, Act.MERGE, Act.IMPORT}
_SUPERVISOR = _MEMBER | {Act.UNDO_IMPORT, Act.EXPORT, Act.TARGETS}
_MAY: dict[str, frozenset[Act]] = {
    "viewer": _VIEWER,
    "member": _MEMBER,
    "supervisor": _SUPERVISOR,
    "owner": frozenset(Act),
}

LINK_MINUTES = (15, 60)
ATTEMPT_WINDOW = timedelta(minutes=15)
ATTEMPTS_BY_EMAIL = 5
ATTEMPTS_BY_ADDRESS = 20

_DAY = 24 * 60
_GUESS = [[9 * 60, 17 * 60]]


def may(role: str, act: Act | str) -> bool:
    """Whether a teammate with `role` may do `act`; an unknown role may do nothing.

    Raises ValueError for an act that does not exist.
    """
    return Act(act) in _MAY.get(role, frozenset())


def normalise_email(raw: str) -> str:
    """An address as it is kept: without space around it, in lower case."""
    return unicodedata.normalize("NFC", raw).strip().lower()


def make_slug(name: str, taken: Container[str]) -> str:
    """A short name for addresses and commands, not in `taken`: `Toko Sage` gives `toko-sage`, then `toko-sage-2`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:50].rstrip("-") or "toko"
    if base not in taken:
        return base
    return next(slug for number in count(2) if (slug := f"{base}-{number}") not in taken)


def guess_week() -> Week:
    """The hours of most small shops, until the owner says otherwise: Monday to Saturday, 09.00 to 17.00."""
    return [[list(span) for span in _GUESS] if day < 6 else [] for day in range(7)]


def is_week(week: object) -> bool:
    """Whether `week` has seven days of spans in order that neither overlap nor leave the day."""
    return isinstance(week, list) and len(week) == 7 and all(_is_day(day) for day in week)


def _is_day(day: object) -> bool:
    if not isinstance(day, list) or not all(_is_span(span) for span in day):
        return False
    return all(before[1] <= after[0] for before, after in pairwise(day))


def _is_span(span: object) -> bool:
    if not isinstance(span, list) or len(span) != 2 or not all(type(minute) is int for minute in span):
        return False
    return bool(0 <= span[0] < span[1] <= _DAY)


def may_try_at(failed_at: Sequence[datetime], allowed: int, now: datetime) -> datetime | None:
    """When somebody may try again after the failures at `failed_at` (in order), or None where it is now."""
    recent = [moment for moment in failed_at if moment > now - ATTEMPT_WINDOW]
    return recent[-allowed] + ATTEMPT_WINDOW if len(recent) >= allowed else None


_FRIDAY, _PRAYER = 4, (11 * 60 + 30, 13 * 60)


def prays_on_friday(week: Week) -> bool:
    """Whether Friday is open but leaves room for prayer, from 11.30 to 13.00."""
    return bool(week[_FRIDAY]) and week[_FRIDAY] == _without_prayer(week[_FRIDAY])


def with_prayer(week: Week) -> Week:
    """The same week in which Friday leaves room for prayer."""
    return [_without_prayer(spans) if day == _FRIDAY else spans for day, spans in enumerate(week)]


def without_prayer_break(week: Week) -> Week:
    """The same week in which Friday is like the other days; where it is like none of them, only the gap closes."""
    friday = week[_FRIDAY]
    for day, spans in enumerate(week):
        if day != _FRIDAY and spans and _without_prayer(spans) == friday:
            return [*week[:_FRIDAY], [list(span) for span in spans], *week[_FRIDAY + 1 :]]
    closed: list[list[int]] = []
    for span in friday:
        if closed and closed[-1][1] == _PRAYER[0] and span[0] == _PRAYER[1]:
            closed[-1] = [closed[-1][0], span[1]]
        else:
            closed.append(list(span))
    return [*week[:_FRIDAY], closed, *week[_FRIDAY + 1 :]]


def _without_prayer(spans: list[list[int]]) -> list[list[int]]:
    parts = [
        part
        for start, end in spans
        for part in ([start, min(end, _PRAYER[0])], [max(start, _PRAYER[1]), end])
    ]
    return [part for part in parts if part[0] < part[1]]
