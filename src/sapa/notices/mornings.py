"""What one teammate should know at eight, put together from the rooms below."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Teammate
from sapa.accounts.rules import may
from sapa.accounts.types import Act
from sapa.actions.queries import list_today
from sapa.conversations.models import Conversation
from sapa.metrics.definitions import METRICS
from sapa.metrics.shifts.stored import list_fresh_shifts
from sapa.metrics.voice.queries import get_voice, last_full_week, list_unsettled
from sapa.notices.types import Morning, MorningLine
from sapa.promises.queries import list_open
from sapa.readings.types import INTENT_LABELS

WAITING, PROMISES, ACTIONS, TOPICS = 5, 10, 5, 3


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
            figures=_figures(teammate, now),
            voice=_voice(business, now),
        )


def _figures(teammate: Teammate, now: datetime) -> tuple[MorningLine, ...]:
    """What moved beyond chance since the last letter, for those who set targets: told in one letter only."""
    if not may(teammate.role, Act.TARGETS):
        return ()
    fresh = list_fresh_shifts(teammate.business, since=now - timedelta(days=1), now=now)
    return tuple(
        MorningLine(
            text=str(METRICS[shift.metric].question),
            detail=_("naik sejak %(day)s") % {"day": shift.since.strftime("%d.%m")}
            if shift.is_up
            else _("turun sejak %(day)s") % {"day": shift.since.strftime("%d.%m")},
            path=reverse("metric", args=[shift.metric]),
        )
        for shift in fresh
        if shift.metric in METRICS
    )


def _voice(business: Business, now: datetime) -> tuple[MorningLine, ...]:
    """On Mondays: what customers spoke of last week, and the decisions that want to be looked at again."""
    monday = last_full_week(business, now)
    if now.astimezone(ZoneInfo(business.timezone)).weekday() != 0:
        return ()
    path = reverse("voice")
    language = get_language() or "id"
    topics = [
        MorningLine(
            text=INTENT_LABELS[line.topic].en if language.startswith("en") else INTENT_LABELS[line.topic].id,
            detail=_("%(n)d orang") % {"n": line.people},
            path=path,
        )
        for line in get_voice(business, monday).topics[:TOPICS]
    ]
    decided = list_unsettled(business, before=monday + timedelta(weeks=1))
    again = [MorningLine(text=one.text, detail=_("ditinjau lagi"), path=path) for one in decided[:TOPICS]]
    return (*topics, *again)


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
