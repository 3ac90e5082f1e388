"""Who stands behind one number of the map (S3.24): each question has the condition by which the map counts."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from sapa.analytics.paging import page_of
from sapa.analytics.questions import register
from sapa.journeys.questions import concerned, has_left, part, people, reached, stopped

Choose = Callable[[Any, SimpleNamespace], Any]
"""(contacts, parameters) → which of them."""


def _people(choose: Choose) -> Callable[[SimpleNamespace, SimpleNamespace], Any]:
    """A page of contacts: when they were last seen, and the question that they asked last."""

    def asked(t: SimpleNamespace, a: SimpleNamespace) -> Any:
        c = people(t, a)
        chosen = c.filter(choose(c, a))
        return page_of(chosen.select("contact", "question", at=chosen.last_seen_at), a)

    return asked


def _topic(c: Any, a: SimpleNamespace) -> Any:
    """`key` is the topic; "" are those whose last question could not be read."""
    return has_left(c, a) & (c.topic.fill_null("") == a.key)


def _hesitated(c: Any, a: SimpleNamespace) -> Any:
    """Buyers whose last question before the first purchase was about the topic `key`."""
    asked = (c.asked_at <= c.first_order_at).fill_null(False) & (c.questions > 0)
    return asked & (c.topic == a.key).fill_null(False)


def _path(c: Any, a: SimpleNamespace) -> Any:
    return (c.path == a.key).fill_null(False)


def _touch(c: Any, a: SimpleNamespace) -> Any:
    """`key` is the channel of the origin and `other` its context; without a channel nothing else counts."""
    channel, context = c.origin_channel.fill_null(""), c.origin_context.fill_null("")
    return (channel == a.key) & ((a.key == "") | (context == a.other))


def edge(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """A page of contacts who went from `key` straight to `other`, when they last did."""
    steps = t.ev.filter((t.ev.seen_day >= a.from_day) & (t.ev.seen_day < a.to_day))
    steps = steps.filter((steps.prev == a.key) & (steps.kind == a.other))
    return page_of(steps.group_by("contact").aggregate(at=steps.happened_at.max()), a)


def _reached(key: str) -> Choose:
    return lambda c, a: reached(c, a)[key]


def _stopped(key: str) -> Choose:
    return lambda c, a: stopped(c, a)[key]


def _missed(phase: str) -> Choose:
    """Those whom a phase concerns and for whom it did not do its part."""

    def missed(c: Any, a: SimpleNamespace) -> Any:
        whom, good = concerned(c, a)[phase]
        return whom & ~good

    return missed


CHOICES: dict[str, Choose] = {
    "topic": _topic,
    "hesitated": _hesitated,
    "path": _path,
    "touch": _touch,
    **{f"reached.{key}": _reached(key) for key in ("heard", "asked", "bought", "received", "returned")},
    **{f"stopped.{key}": _stopped(key) for key in ("heard", "asked", "bought", "received", "returned")},
    **{
        f"missed.{phase}": _missed(phase)
        for phase in ("awareness", "transaction", "service", "after_sales", "retention")
    },
}

for _name, _choose in CHOICES.items():
    register(f"journey.behind.{_name}", part(_people(_choose)))
register("journey.behind.edge", part(edge))
