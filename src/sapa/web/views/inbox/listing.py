"""The list: who waits longest stands first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sapa.accounts.models import Team
from sapa.channels.models import Channel
from sapa.channels.queries import list_channels
from sapa.conversations.models import Conversation, SavedView
from sapa.conversations.queries import (
    PAGE,
    count_waiting,
    find_next_waiting,
    find_unread,
    has_conversations,
    list_inbox,
    list_labels,
    list_returned,
    list_teams,
    list_views,
)
from sapa.conversations.service.targets import Due
from sapa.conversations.types import Choice, InboxRow, Tab
from sapa.gateway.dispatch.queries import count_at_risk
from sapa.standings.waiting import Circumstance, Waiter, find_circumstances, weigh
from sapa.web.access import Seat, SeatedRequest, go, screen
from sapa.web.paging import read_spot, write_spot

FEW = 3
"""With so few conversations there is nothing to sort: no tabs, no filters."""

_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Broken:
    """A channel that does not work: since when, and how many messages it holds back."""

    channel: Channel
    at_risk: int


def forgotten_before(seat: Seat) -> datetime:
    """Whose last word is older than this no longer waits for today's answer: the shop's own limit for leaving."""
    return seat.now - timedelta(days=seat.business.leave_after_days)


def find_next(seat: Seat, *but: Conversation) -> Conversation | None:
    """Whom this teammate should answer next."""
    return find_next_waiting(
        seat.business,
        now=seat.now,
        edge=forgotten_before(seat),
        me=None if seat.is_alone else seat.teammate,
        but=[one.pk for one in but],
    )


def pane_context(request: SeatedRequest, seat: Seat) -> dict[str, Any]:
    """What a talk needs of the list beside it, which comes by itself where there is room for it."""
    waiting = count_waiting(seat.business, heard_since=forgotten_before(seat), now=seat.now, up_to=_COUNTED)
    unread = find_unread(seat.teammate)
    return {
        "tab": _tab(request, waiting).value,
        "unread": unread,
        "mates": {mate.pk: mate.name for mate in seat.teammates},
        "waiting_count": _shown(count_at_hand(waiting, unread)),
    }


def count_at_hand(waiting: int, unread: Mapping[int, bool]) -> int:
    """What the menu counts: those that wait, and those marked unread in which nobody does."""
    return waiting + sum(not waits for waits in unread.values())


def _shown(number: int) -> str | int:
    return f"{_COUNTED - 1}+" if number >= _COUNTED else number


def list_context(request: SeatedRequest, seat: Seat) -> dict[str, Any]:
    """What the list shows, at a cost that does not grow with the shop."""
    edge = forgotten_before(seat)
    waiting = count_waiting(seat.business, heard_since=edge, now=seat.now, up_to=_COUNTED)
    views = list_views(seat.teammate)
    view = _chosen_view(request, views)
    tab = Tab(view.tab) if view else _tab(request, waiting)
    choice = read_choice(view.choice if view else request.GET)
    unread = find_unread(seat.teammate)
    after = read_spot(request)
    rows = list_inbox(
        seat.business,
        now=seat.now,
        tab=tab,
        edge=edge,
        me=seat.teammate,
        choice=choice,
        after=after,
        limit=PAGE + 1,
    )
    shown = rows[:PAGE]
    is_first = after is None and tab in (Tab.WAITING, Tab.MINE)
    returned = list_returned(seat.business, now=seat.now, choice=choice) if is_first else []
    known = find_circumstances(row.contact_id for row in shown + returned if row.contact_id)
    return {
        "rows": shown,
        "returned": returned,
        "dues": _dues(seat, shown, known),
        "trusts": {pk: one.trust for pk, one in known.items()},
        "mates": {mate.pk: mate.name for mate in seat.teammates},
        "tab": tab.value,
        "tabs": bool(unread or views) or len(rows) > FEW or has_conversations(seat.business, more_than=FEW),
        "tab_count": _shown(waiting),
        "waiting_count": _shown(count_at_hand(waiting, unread)),
        "unread": unread,
        "views": views,
        "view": view,
        "has_old": tab is Tab.OLD
        or (is_first and count_waiting(seat.business, heard_before=edge, up_to=1) > 0),
        "leave_after_days": seat.business.leave_after_days,
        "next": _next(request, shown, tab) if len(rows) > PAGE else "",
        **_channels(seat),
        **_filters(request, seat, choice),
    }


def _tab(request: SeatedRequest, waiting: int) -> Tab:
    try:
        return Tab(request.GET.get("tab", ""))
    except ValueError:
        # With nobody waiting the list of everyone is the useful one.
        return Tab.WAITING if waiting else Tab.ALL


def read_choice(asked: Mapping[str, str]) -> Choice:
    """What the list is narrowed to, from the address; what cannot be read narrows nothing."""
    wanted = {name: _uuid(asked.get(name, "")) for name in ("channel", "label", "team")}
    who = asked.get("who", "")
    return Choice(**wanted, assignee=_uuid(who), nobody=who == "nobody")


def _chosen_view(request: SeatedRequest, views: Sequence[SavedView]) -> SavedView | None:
    wanted = request.GET.get("view", "")
    return next((one for one in views if wanted and str(one.public_id) == wanted), None)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _dues(seat: Seat, rows: Sequence[InboxRow], known: Mapping[int, Circumstance]) -> dict[int, Due]:
    """By when each of these should be answered, by id; who does not wait is left out."""
    waiters = [
        Waiter(row.id, row.waiting_since, row.target_minutes, row.contact_id)
        for row in rows
        if row.waiting_since
    ]
    return weigh(seat.business, waiters, known, seat.now)


def _channels(seat: Seat) -> dict[str, Any]:
    channels = list_channels(seat.business)
    broken = [one for one in channels if one.is_live and one.broken_since]
    return {
        "broken": [Broken(one, count_at_risk(one)) for one in broken],
        "channels": channels,
    }


def _filters(request: SeatedRequest, seat: Seat, choice: Choice) -> dict[str, Any]:
    if not choice and "filter" not in request.GET:
        return {"choice": choice}
    teams: list[Team] = [] if seat.is_alone else list_teams(seat.business)
    return {"choice": choice, "filters": True, "labels": list_labels(seat.business), "teams": teams}


def _next(request: SeatedRequest, rows: Sequence[InboxRow], tab: Tab) -> str:
    last = rows[-1]
    rests = tab is Tab.MINE and last.waiting_since is None
    at = {
        Tab.WAITING: last.waiting_since,
        Tab.OLD: last.waiting_since,
        Tab.MINE: last.last_message_at if rests else last.waiting_since,
        Tab.SNOOZED: last.snoozed_until,
        Tab.UNREAD: last.last_message_at,
        Tab.ALL: last.last_message_at,
    }[tab]
    return write_spot(request, at, last.id, rests=rests) if at else ""


@screen()
def inbox(request: SeatedRequest, seat: Seat) -> HttpResponse:
    context = list_context(request, seat)
    if request.htmx and request.htmx.target == "list":
        opened = request.GET.get("open", "")
        heading = "h2" if opened else "h1"
        return render(
            request, "web/components/inbox_list.html", context | {"heading": heading, "opened": opened}
        )
    return render(request, "web/inbox.html", context)


@screen()
def go_next(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """To whoever waits longest; to the list where nobody does."""
    thread = find_next(seat)
    if thread is None:
        return go(request, reverse("inbox"))
    return go(request, reverse("conversation", args=[thread.public_id]) + "?tab=waiting#reply")
