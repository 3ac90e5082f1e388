"""Answers to surveys beside the talks that came before them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sapa.analytics.questions import register
from sapa.analytics.tables import DAY
from sapa.metrics.definition import first_reason, hit, within
from sapa.metrics.definitions.complaint_recovery import troubled

LOOK_BACK_DAYS = 14
MOST_LISTED = 40


def _judged(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """Every answer of the window with what we did in the fourteen days before it: `is_late`, `rated`, `channel`.

    Low is NPS up to 6, CSAT up to 2, CES up to 3; high NPS from 9, CSAT from 4, CES from 6. A thread that wanted no
    answer counts for nothing, and a person who did not write in those days is not listed.
    """
    given = within(t.survey, t.survey.day, a)
    talks = t.talk.filter(~t.talk.needs_none).select(
        "contact", "channel", "opened_at", "answered_at", "deadline_at"
    )
    before = given.join(
        talks,
        [
            given.contact == talks.contact,
            talks.opened_at <= given.happened_at,
            talks.opened_at >= given.happened_at - LOOK_BACK_DAYS * DAY,
        ],
        rname="{name}_of_talk",
    )
    was_late = (before.answered_at > before.deadline_at).fill_null(before.deadline_at < before.happened_at)
    found = before.group_by("contact", "survey", "score", "happened_at").aggregate(
        is_late=was_late.max(), channel=before.channel.argmax(before.opened_at)
    )
    score, survey = found.score, found.survey
    is_low = (
        ((survey == "nps") & (score <= 6))
        | ((survey == "csat") & (score <= 2))
        | ((survey == "ces") & (score <= 3))
    )
    is_high = (
        ((survey == "nps") & (score >= 9))
        | ((survey == "csat") & (score >= 4))
        | ((survey == "ces") & (score >= 6))
    )
    return found.mutate(rated=first_reason((is_low, "low"), (is_high, "high"), (score.notnull(), "middle")))


def _counts(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    rows = _judged(t, a)
    return rows.group_by("is_late", "rated").aggregate(n=rows.count())


def _channels(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    rows = _judged(t, a)
    found = rows.group_by("channel").aggregate(
        n=rows.count(), late=rows.is_late.sum(), low=(rows.rated == "low").sum()
    )
    return found.order_by([found.n.desc(), found.channel])


def _gaps(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    rows = _judged(t, a)
    odd = rows.filter((~rows.is_late & (rows.rated == "low")) | (rows.is_late & (rows.rated == "high")))
    return odd.order_by([odd.happened_at.desc(), odd.contact]).limit(MOST_LISTED)


def _recovered(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    people = troubled(t, a)
    told = within(people, people.trouble_day, a)
    ripe = told.filter(told.trouble_at + 90 * DAY <= a.now)
    is_solved = ripe.is_solved.fill_null(False)
    counted = ripe.mutate(is_solved=is_solved, came=hit(ripe.next_order_at <= ripe.trouble_at + 90 * DAY))
    return counted.group_by("is_solved").aggregate(n=counted.count(), came=counted.came.sum())


def _calm(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    people = within(t.cust, t.cust.first_order_day, a)
    ripe = people.filter(people.trouble_at.isnull() & (people.first_order_at + 90 * DAY <= a.now))
    came = hit(ripe.second_order_at <= ripe.first_order_at + 90 * DAY)
    return ripe.aggregate(n=ripe.count(), came=came.sum())


register("perception.counts", _counts)
register("perception.channels", _channels)
register("perception.gaps", _gaps)
register("perception.recovered", _recovered)
register("perception.calm", _calm)
