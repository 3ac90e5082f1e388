"""The questions that the map asks of the copy, as Ibis expressions over the tables that it hands in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sapa.analytics.questions import Build, register
from sapa.analytics.tables import HOUR


def people(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """The contacts first seen in the window."""
    return t.cust.filter((t.cust.seen_day >= a.from_day) & (t.cust.seen_day < a.to_day))


def has_left(c: Any, a: SimpleNamespace) -> Any:
    """Whether a contact left: asked, never bought, and has not said a word for so long; groups do not count."""
    silent = (c.last_word_at + a.leave_after <= a.now).fill_null(False)
    return (c.questions > 0) & c.first_order_at.isnull() & ~c.is_only_in_group & silent


def _true(condition: Any) -> Any:
    return condition.fill_null(False)


def first_touch(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    c = people(t, a)
    found = c.group_by(["origin_channel", "origin_context"]).aggregate(n=c.count())
    return found.order_by([found.n.desc(), found.origin_channel, found.origin_context])


def reached(c: Any, a: SimpleNamespace) -> dict[str, Any]:
    """For each step, whether a contact came so far."""
    return {
        "heard": c.seen_at.notnull(),
        "asked": c.asked_at.notnull(),
        "bought": c.first_order_at.notnull(),
        "received": _true(c.received_at <= a.now),
        "returned": c.second_order_at.notnull(),
    }


def stopped(c: Any, a: SimpleNamespace) -> dict[str, Any]:
    """For each step, whether a contact came so far and went no further in time."""
    came = reached(c, a)
    patience = (c.rhythm * 2).fill_null(a.churn_after.cast("float64"))
    return {
        "heard": ~came["bought"]
        & ~came["asked"]
        & ~c.is_only_in_group
        & _true(c.last_seen_at + a.leave_after <= a.now),
        "asked": has_left(c, a),
        "bought": came["bought"] & ~came["received"] & _true(c.first_order_at + a.leave_after <= a.now),
        "received": came["received"] & ~came["returned"] & _true(c.received_at + a.churn_after <= a.now),
        "returned": came["returned"] & _true((a.now - c.last_order_at).cast("float64") > patience),
    }


def stages(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """One row: how many reached each step, the median way to the next, how many went no further in time."""
    c = people(t, a)
    received = reached(c, a)["received"]
    return c.aggregate(
        **{key: c.count(where=came) for key, came in reached(c, a).items()},
        heard_hours=((c.asked_at - c.seen_at) / HOUR).median(),
        asked_hours=((c.first_order_at - c.asked_at) / HOUR).median(
            where=_true(c.asked_at <= c.first_order_at)
        ),
        bought_hours=((c.received_at - c.first_order_at) / HOUR).median(where=received),
        received_hours=((c.second_order_at - c.received_at) / HOUR).median(
            where=_true(c.received_at <= c.second_order_at)
        ),
        **{f"{key}_left": c.count(where=gone) for key, gone in stopped(c, a).items()},
    )


def edges(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    steps = t.ev.filter((t.ev.seen_day >= a.from_day) & (t.ev.seen_day < a.to_day) & t.ev.prev.notnull())
    found = steps.group_by(["prev", "kind"]).aggregate(
        events=steps.count(), contacts=steps.opens_edge.sum(), median_hours=steps.gap.median() / HOUR
    )
    return found.order_by([found.events.desc(), found.prev, found.kind])


def paths(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    c = people(t, a)
    known = c.filter(c.path.notnull())
    found = known.group_by("path").aggregate(n=known.count())
    return found.order_by([found.n.desc(), found.path])


def friction(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """By topic of the last question of everybody who asked and whose case is settled: who left, who bought.

    `questions` are the ids of the newest last questions of those who left.
    """
    c = people(t, a)
    settled = c.filter(
        (c.questions > 0) & ~c.is_only_in_group & (c.first_order_at.notnull() | has_left(c, a))
    )
    gone = settled.first_order_at.isnull()
    found = settled.group_by("topic").aggregate(
        left=settled.count(where=gone),
        bought=settled.first_order_at.count(),
        questions=settled.question.collect(where=gone, order_by=settled.question_at.desc())[:6],
    )
    return found.order_by([found.left.desc(), found.topic])


def hesitation(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """By topic of the last question before the first purchase: how long buyers took and how much they asked."""
    c = people(t, a)
    asked = c.filter(c.topic.notnull() & _true(c.asked_at <= c.first_order_at) & (c.questions > 0))
    found = asked.group_by("topic").aggregate(
        n=asked.count(),
        hours=((asked.first_order_at - asked.asked_at) / HOUR).median(),
        questions=asked.questions.cast("float64").median(),
    )
    return found.order_by([found.n.desc(), found.topic])


def first_value(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """What a first order of the window's contacts is worth on average, and of how many orders that is said."""
    c = people(t, a)
    return c.aggregate(n=c.first_order_value.count(), mean=c.first_order_value.mean())


def concerned(c: Any, a: SimpleNamespace) -> dict[str, tuple[Any, Any]]:
    """For each phase, whether a contact is concerned by it and whether it did its part for them."""
    bought = c.first_order_at.notnull()
    received = _true(c.received_at <= a.now)
    settled = received & _true(c.received_at + a.churn_after <= a.now)
    fated = bought | has_left(c, a)
    told = received & c.is_reachable
    return {
        "awareness": (c.seen_at.notnull(), c.asked_at.notnull() | bought),
        "transaction": (fated, bought),
        "service": (received, ~c.has_service_trouble),
        "after_sales": (told, c.first_spoke_after_at.notnull()),
        "retention": (settled, c.second_order_at.notnull()),
    }


def phases(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """One row: for each phase how many are concerned and for how many it did its part."""
    c = people(t, a)
    counts: dict[str, Any] = {}
    for phase, (whom, good) in concerned(c, a).items():
        counts |= {phase: c.count(where=whom), f"{phase}_good": c.count(where=whom & good)}
    return c.aggregate(**counts)


def _followed(t: SimpleNamespace, a: SimpleNamespace) -> tuple[Any, Any]:
    c = people(t, a)
    followed = c.filter(c.seen_at + a.follow <= a.now)
    return followed, _true(followed.first_order_at <= followed.seen_at + a.follow)


def side(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """One row on the contacts of a side who have been followed long enough; purchases of that time only."""
    c, bought = _followed(t, a)
    hours = (c.first_order_at - c.seen_at) / HOUR
    timed = bought & ~c.order_came_first
    return c.aggregate(
        n=c.count(),
        bought=c.count(where=bought),
        asked=c.count(where=(c.questions > 0) & ~c.is_only_in_group),
        timed=c.count(where=timed),
        median=hours.median(where=timed),
    )


def side_middle(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    c, bought = _followed(t, a)
    hours = (c.first_order_at - c.seen_at) / HOUR
    ordered = c.aggregate(all=hours.collect(where=bought & ~c.order_came_first, order_by=hours))
    return ordered.select(low=ordered.all[a.middle_low], high=ordered.all[a.middle_high])


def side_left(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    c, bought = _followed(t, a)
    gone = c.filter((c.questions > 0) & ~c.is_only_in_group & ~bought & c.topic.notnull())
    found = gone.group_by("topic").aggregate(n=gone.count())
    return found.order_by([found.n.desc(), found.topic])


def channels(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """The channels on which anybody of the window was met, for the choice of a part."""
    met = t.ev.filter((t.ev.seen_day >= a.from_day) & (t.ev.seen_day < a.to_day) & t.ev.channel.notnull())
    found = met.group_by("channel").aggregate(n=met.contact.nunique())
    return found.order_by([found.n.desc(), found.channel])


def part(build: Build) -> Build:
    """The same question of a part of the shop's people: an origin, its context, a channel on which they were met.

    A text that is empty leaves that choice open.
    """

    def asked(t: SimpleNamespace, a: SimpleNamespace) -> Any:
        c = t.cust
        met = t.ev.filter(t.ev.channel == a.channel).contact
        own = c.filter(
            ((a.origin == "") | _true(c.origin_channel == a.origin))
            & ((a.context == "") | _true(c.origin_context == a.context))
            & ((a.channel == "") | c.contact.isin(met))
        )
        whose = t.ev.filter(t.ev.contact.isin(own.contact))
        return build(SimpleNamespace(**{**vars(t), "cust": own, "ev": whose}), a)

    return asked


MAP = (first_touch, stages, edges, paths, friction, first_value, hesitation, phases)

for _question in MAP:
    register(f"journey.{_question.__name__}", _question)
    register(f"journey.part.{_question.__name__}", part(_question))
for _question in (channels, side, side_middle, side_left):
    register(f"journey.{_question.__name__}", _question)
