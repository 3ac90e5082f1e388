"""The questions about replies and closings that are asked of the copy."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from sapa.analytics.questions import register
from sapa.channels.types import ChannelKind
from sapa.metrics.definition import within
from sapa.metrics.service.types import ALL, LOADS, NOBODY, What

Build = Callable[[SimpleNamespace, SimpleNamespace], Any]


def _asked(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """Every question of the window that wanted an answer, with whose it was and whether it is late."""
    rows = within(t.reply, t.reply.day, a)
    rows = rows.filter(~rows.needs_none)
    unanswered = rows.answered_at.isnull()
    return rows.mutate(
        who=rows.teammate.fill_null(NOBODY),
        is_open=unanswered & (rows.deadline_at >= a.now),
        is_late=(unanswered & (rows.deadline_at < a.now))
        | (rows.answered_at > rows.deadline_at).fill_null(False),
    )


def _paced(rows: Any, by: str | None) -> Any:
    first, following = rows.is_first, ~rows.is_first
    known = rows.minutes.notnull()
    sums = {
        "conversations": rows.conversation.nunique(where=known),
        "firsts": (first & known).sum(),
        "first_minutes": rows.minutes.median(where=first),
        "nexts": (following & known).sum(),
        "next_minutes": rows.minutes.median(where=following),
        "asked": (~rows.is_open).sum(),
        "late": rows.is_late.sum(),
    }
    return rows.group_by(by).aggregate(**sums) if by else rows.aggregate(**sums)


def _whole(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    return _paced(_asked(t, a), None)


def _by_mate(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    rows = _asked(t, a)
    return _paced(rows.filter(rows.answered_at.notnull()), "who")


def _by_channel(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    return _paced(_asked(t, a), "channel")


def _by_hour(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    return _paced(_asked(t, a), "hour")


def _by_load(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    rows = _asked(t, a)
    band: Any = len(LOADS) - 1
    for place in range(len(LOADS) - 2, -1, -1):
        band = (rows.others <= LOADS[place].high).ifelse(place, band)
    return _paced(rows.mutate(band=band), "band")


def _closings(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    rows = within(t.closing, t.closing.day, a)
    rows = rows.mutate(who=rows.teammate.fill_null(NOBODY))
    return rows.group_by("who").aggregate(n=rows.count(), minutes=rows.minutes.median())


def _closed(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    rows = within(t.closing, t.closing.day, a)
    return rows.aggregate(n=rows.count(), minutes=rows.minutes.median())


def _listed(what: What, channel: str) -> Build:
    def build(t: SimpleNamespace, a: SimpleNamespace) -> Any:
        rows = _asked(t, a)
        rows = rows.filter(
            ~rows.is_open,
            (a.teammate == ALL) | ((rows.who == a.teammate) & rows.answered_at.notnull()),
            (a.hour == ALL) | (rows.hour == a.hour),
            rows.others >= a.low,
            rows.others <= a.high,
            rows.asked_at < a.before,
        )
        if what is What.LATE:
            rows = rows.filter(rows.is_late)
        elif what is not What.ALL:
            rows = rows.filter(
                rows.is_first if what is What.FIRST else ~rows.is_first, rows.minutes.notnull()
            )
        if channel:
            rows = rows.filter(rows.channel == channel)
        newest = rows.order_by([rows.asked_at.desc(), rows.asked.desc()])
        ranked = newest.select(
            "conversation", "channel", "asked", "asked_at", "answer", "answered_at", "minutes", "wall_minutes", "is_late", "who"
        )  # fmt: skip
        return ranked.limit(MOST)

    return build


MOST = 51
"""A page and one more, which says that there is a next."""

for _name, _build in (
    ("whole", _whole),
    ("mates", _by_mate),
    ("channels", _by_channel),
    ("hours", _by_hour),
    ("loads", _by_load),
    ("closings", _closings),
    ("closed", _closed),
):
    register(f"service.{_name}", _build)
for _what in What:
    for _kind in ("", *ChannelKind):
        register(f"service.replies.{_what}.{_kind}", _listed(_what, str(_kind)))
