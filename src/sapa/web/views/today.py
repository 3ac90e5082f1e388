"""Hari ini: what the team should do now, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.models import Teammate
from sapa.accounts.types import Act
from sapa.actions.models import Action, Decision
from sapa.actions.operations import decide
from sapa.actions.queries import (
    count_done,
    count_escalated,
    count_today,
    get_action,
    list_figures,
    list_today,
    list_today_steps,
)
from sapa.actions.types import TodayItem, TodayStep
from sapa.contacts.queries import count_contacts
from sapa.conversations.queries import count_waiting
from sapa.lib.database import write
from sapa.metrics.shifts.stored import list_shifts
from sapa.moments.queries import count_steps_done
from sapa.web.access import Seat, SeatedRequest, act_only, screen
from sapa.web.answers import after_write, fragment, refresh, tell, undo_address
from sapa.web.figures import Card, make_cards
from sapa.web.shift_words import make_shift_lines
from sapa.web.views.inbox.listing import forgotten_before

SHOWN = 12
TOMORROW_AT = time(9)
_BESIDE = ("replied_within_target", "promises_kept", "hot_leads_within_72h", "after_sales_coverage")
_MOST_BESIDE = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Actions of one urgency."""

    key: str
    title: str
    items: tuple[TodayItem | TodayStep, ...]


@screen()
def today(request: SeatedRequest, seat: Seat) -> HttpResponse:
    mine = not seat.is_alone and request.GET.get("for") == "me"
    whose = seat.teammate if mine else None
    if request.htmx and "left" in request.GET:
        return render(request, "web/components/today_left.html", left_today(seat, whose))
    found = list_today(seat.business, now=seat.now, teammate=whose, limit=SHOWN)
    steps = list_today_steps(seat.business, now=seat.now, teammate=whose)
    both: list[TodayItem | TodayStep] = [*found, *steps]
    items = sorted(both, key=lambda item: -item.score)
    context = {
        **left_today(seat, whose),
        "groups": _groups(items, seat),
        "shown": len(items),
        "mine": mine,
        "escalated": 0 if mine else count_escalated(seat.business, teammate=seat.teammate),
        "has_customers": bool(items) or count_contacts(seat.business) > 0,
        "shifts": make_shift_lines(list_shifts(seat.business, now=seat.now), seat)
        if seat.may(Act.TARGETS)
        else [],
        "waiting_count": count_waiting(seat.business, heard_since=forgotten_before(seat), now=seat.now),
    }
    return render(request, "web/today.html", context)


def left_today(seat: Seat, whose: Teammate | None) -> dict[str, int]:
    """How many actions are open and how many were done today; an open page asks for it again."""
    since = _midnight(seat.now, seat.zone)
    steps = len(list_today_steps(seat.business, now=seat.now, teammate=whose))
    return {
        "total": count_today(seat.business, teammate=whose) + steps,
        "done": count_done(seat.business, since=since) + count_steps_done(seat.business, since=since),
    }


def _groups(items: Sequence[TodayItem | TodayStep], seat: Seat) -> list[Group]:
    ends = _midnight(seat.now, seat.zone) + timedelta(days=1)
    late = tuple(item for item in items if item.due_at <= seat.now)
    now = tuple(item for item in items if seat.now < item.due_at <= ends)
    soon = tuple(item for item in items if item.due_at > ends)
    groups = [
        Group("late", _("Telat"), late),
        Group("today", _("Hari ini"), now),
        Group("soon", _("Dalam 48 jam"), soon),
    ]
    return [group for group in groups if group.items]


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(now.astimezone(zone).date(), time(), zone)


@screen()
def figures(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """The figures behind today's list; the page asks for them after it is drawn."""
    return render(request, "web/today_figures.html", {"cards": _beside(seat)})


def _beside(seat: Seat) -> list[Card]:
    shown = list_figures(seat.business, from_=None, to=None, now=seat.now, keys=_BESIDE)
    found = {figure.key: figure for figure in shown}
    known = [found[key] for key in _BESIDE if key in found and found[key].value is not None]
    return make_cards(known[:_MOST_BESIDE], seat)


@act_only(Act.WORK)
def decide_action(request: SeatedRequest, seat: Seat, action_id: UUID) -> HttpResponse:
    """Done, later or not needed; a toast takes it back."""
    try:
        action = get_action(seat.business, action_id)
        verdict = Decision.Verdict(request.POST.get("verdict", ""))
    except (Action.DoesNotExist, ValueError) as error:
        raise Http404 from error
    until = _tomorrow(seat.now, seat.zone) if verdict == Decision.Verdict.LATER else None
    with write():
        decision = decide(
            business=seat.business,
            contact=action.contact,
            rule=action.rule,
            evidence_key=action.evidence_key,
            verdict=verdict,
            until=until,
            by=seat.teammate,
            now=seat.now,
        )
    tell(request, _told(verdict), undo_address(seat, "decision", decision.pk))
    refresh(seat)
    if request.htmx and not request.POST.get("next"):
        return fragment(request, "web/today_left.html", left_today(seat, None))
    return after_write(request, reverse("today"))


def _tomorrow(now: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), TOMORROW_AT, zone)


def _told(verdict: str) -> str:
    return {
        Decision.Verdict.DONE: _("Selesai. Bagus!"),
        Decision.Verdict.LATER: _("Ditunda sampai besok 09.00."),
        Decision.Verdict.NOT_NEEDED: _("Dicatat: tidak perlu."),
    }[Decision.Verdict(verdict)]
