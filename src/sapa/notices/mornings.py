"""What one teammate should know at eight, put together from the rooms below."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import override

from sapa.accounts.models import Business, Teammate
from sapa.actions.queries import list_today
from sapa.conversations.models import Conversation
from sapa.notices.types import Morning, MorningLine
from sapa.promises.queries import list_open

WAITING, PROMISES, ACTIONS = 5, 10, 5


def make_morning(teammate: Teammate, *, now: datetime) -> Morning:
    """Who waits for this teammate or for nobody, what was promised for today, and what to do first."""
    business = teammate.business
    zone = ZoneInfo(business.timezone)
    with override(teammate.user.language):
        total, waiting = _waiting(teammate, now)
        return Morning(
            shop=business.name,
            name=teammate.name,
            at=now.astimezone(zone),
            waiting_total=total,
            waiting=waiting,
            promises=_promises(business, now, zone),
            actions=_actions(teammate, now),
        )


def _waiting(teammate: Teammate, now: datetime) -> tuple[int, tuple[MorningLine, ...]]:
    """Threads in which somebody waits and that are this teammate's or nobody's, the longest first."""
    heard = now - timedelta(days=teammate.business.leave_after_days)
    found = Conversation.objects.filter(
        business=teammate.business,
        waiting_since__isnull=False,
        last_in_at__gte=heard,
        closed_at__isnull=True,
        merged_into__isnull=True,
    ).exclude(snoozed_until__gt=now)
    mine = [
        row
        for row in found.select_related("identity__contact").order_by("waiting_since", "id")
        if row.assignee_id in (None, teammate.pk)
    ]
    lines = tuple(
        MorningLine(
            text=_name(row),
            detail=_("menunggu %(time)s") % {"time": timesince(row.waiting_since, now, depth=1)},
            path=reverse("conversation", args=[row.public_id]),
        )
        for row in mine[:WAITING]
        if row.waiting_since is not None
    )
    return len(mine), lines


def _name(thread: Conversation) -> str:
    identity = thread.identity
    contact = identity.contact if identity else None
    return (contact.name if contact else "") or thread.title or _("Pelanggan")


def _promises(business: Business, now: datetime, zone: ZoneInfo) -> tuple[MorningLine, ...]:
    """What was promised until the end of this day, what is late included."""
    ends = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)
    due = [promise for promise in list_open(business, now=now) if promise.due_at < ends]
    return tuple(
        MorningLine(
            text=" ".join(promise.message.text.split())[:120],
            detail=_("untuk %(name)s, %(time)s")
            % {
                "name": promise.contact.name or _("Pelanggan"),
                "time": promise.due_at.astimezone(zone).strftime("%H.%M"),
            },
            path=reverse("customer", args=[promise.contact.public_id]),
        )
        for promise in due[:PROMISES]
    )


def _actions(teammate: Teammate, now: datetime) -> tuple[MorningLine, ...]:
    """The first actions of this teammate and those that nobody has."""
    items = list_today(teammate.business, now=now, limit=50)
    mine = [item for item in items if item.owner in ("", teammate.name)]
    return tuple(
        MorningLine(text=item.text, detail=item.why, path=reverse("customer", args=[item.contact.id]))
        for item in mine[:ACTIONS]
    )
