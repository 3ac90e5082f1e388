"""From the change log to calls: whose facts changed, what of it is new, who wants to hear it.

A call is made once whatever happens: (listener, source, kind) is unique. On PostgreSQL a smaller id of the log may be
committed after a larger one, so there the cursor stays three seconds behind and the rows above it are read again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from sapa.accounts.models import Business
from sapa.actions.models import Action, Decision
from sapa.contacts.models import Change, Cursor
from sapa.contacts.operations import advance_cursor, lease_cursor, release_cursor
from sapa.contacts.queries import get_head
from sapa.lib.database import write
from sapa.programs.kinds import ACTION_DECIDED, ACTION_OPENED, TOUCHPOINTS
from sapa.programs.models import Call, Listener
from sapa.timeline.models import Touchpoint

CONSUMER = "hooks"
AT_ONCE = 200
FRESH = timedelta(days=3)
"""What happened longer before Sapa learned of it is history, as files bring it: it is not told one by one."""

_LATE = timedelta(days=10)
_LEASE = timedelta(minutes=1)
_HOLES = timedelta(seconds=3)


class Follower:
    """Follows the log of one business. What it remembers spares work only: another one may take over at any time."""

    def __init__(self, business: Business) -> None:
        self._business = business
        self._heads: list[tuple[datetime, int]] = []
        self._told: set[int] = set()

    def turn(self, *, now: datetime) -> int:
        """Notes the calls that are due to listeners; answers how many changes and actions it read."""
        wanting = list(Listener.objects.filter(business=self._business, off_at__isnull=True).order_by("id"))
        if not wanting:
            stop_following(self._business)
            return 0
        cursor = lease_cursor(self._business, CONSUMER, now=now, lease=_LEASE)
        if cursor is None:
            return 0
        try:
            return self._follow(cursor, wanting, now) + _tell_of_actions(self._business, wanting, now)
        finally:
            release_cursor(cursor)

    def _follow(self, cursor: Cursor, wanting: Sequence[Listener], now: datetime) -> int:
        settled = self._settled(now)
        found = Change.objects.filter(business=self._business, id__gt=cursor.position).order_by("id")
        rows = list(found.exclude(id__in=self._told).values_list("id", "contact_id")[:AT_ONCE])
        contacts = sorted({contact for _, contact in rows if contact is not None})
        with write():
            # In one transaction: what a change brings is noted, and the cursor is behind it.
            _note([*_of_touchpoints(self._business, contacts, wanting, now)])
            _note([*_of_decisions(self._business, contacts, wanting, now)])
            last = rows[-1][0] if len(rows) == AT_ONCE else max(settled, cursor.position)
            advance_cursor(cursor, max(min(last, settled), cursor.position), taken_until=now + _LEASE)
        self._told |= {pk for pk, _ in rows}
        self._told = {pk for pk in self._told if pk > cursor.position}
        return len(rows)

    def _settled(self, now: datetime) -> int:
        """Up to which id of the log nothing more can appear."""
        head = get_head(self._business)
        if connection.vendor == "sqlite":
            return head
        self._heads.append((now, head))
        old = [pk for at, pk in self._heads if at <= now - _HOLES]
        self._heads = [(at, pk) for at, pk in self._heads if at > now - _HOLES] + (
            [(now - _HOLES, old[-1])] if old else []
        )
        return old[-1] if old else 0


def stop_following(business: Business) -> None:
    """Nobody listens: the log need not be kept for anybody."""
    if Cursor.objects.filter(business=business, consumer=CONSUMER).exists():
        with write():
            if not Listener.objects.filter(business=business, off_at__isnull=True).exists():
                Cursor.objects.filter(business=business, consumer=CONSUMER).delete()


def _of_touchpoints(
    business: Business, contacts: Sequence[int], wanting: Sequence[Listener], now: datetime
) -> Iterator[Call]:
    kinds = sorted({kind for one in wanting for kind in one.kinds if kind in TOUCHPOINTS})
    if not kinds or not contacts:
        return
    recent = Touchpoint.objects.filter(
        identity__contact__in=contacts, business=business, happened_at__gte=now - _LATE, kind__in=kinds
    )
    for touch in recent.select_related("identity", "channel").order_by("happened_at", "rank", "id"):
        if touch.happened_at < touch.learned_at - FRESH:
            continue
        data = {
            "id": str(touch.pk),
            "phase": touch.phase,
            "channel": touch.channel.kind if touch.channel else None,
            "source": {"kind": touch.source_kind, "id": touch.source_key},
            "measures": touch.measures,
        }
        for one in wanting:
            if touch.kind in one.kinds and touch.learned_at >= one.since:
                source = (touch.kind, touch.source_kind, touch.source_key)
                yield _call(one, source, touch.identity.contact_id, touch.happened_at, data, now)


def _of_decisions(
    business: Business, contacts: Sequence[int], wanting: Sequence[Listener], now: datetime
) -> Iterator[Call]:
    hearing = [one for one in wanting if ACTION_DECIDED in one.kinds]
    if not hearing or not contacts:
        return
    recent = Decision.objects.filter(business=business, contact__in=contacts, at__gte=now - _LATE)
    for decision in recent.select_related("by").order_by("at", "id"):
        data = {
            "rule": decision.rule,
            "verdict": decision.verdict,
            "until": decision.until.isoformat() if decision.until else None,
            "by": str(decision.by.public_id) if decision.by else None,
        }
        for one in hearing:
            if decision.at >= one.since:
                source = (ACTION_DECIDED, "decision", str(decision.pk))
                yield _call(one, source, decision.contact_id, decision.at, data, now)


def _tell_of_actions(business: Business, wanting: Sequence[Listener], now: datetime) -> int:
    """Actions are derived by one process at a time, so that here the highest id that was told is enough."""
    hearing = [one for one in wanting if ACTION_OPENED in one.kinds]
    if not hearing:
        return 0
    after = min(one.told_actions for one in hearing)
    found = Action.objects.filter(business=business, id__gt=after).select_related("owner")
    rows = list(found.order_by("id")[:AT_ONCE])
    if not rows:
        return 0
    with write():
        _note([_opened(one, row, now) for row in rows for one in hearing if row.pk > one.told_actions])
        Listener.objects.filter(pk__in=[one.pk for one in hearing], told_actions__lt=rows[-1].pk).update(
            told_actions=rows[-1].pk
        )
    return len(rows)


def _opened(listener: Listener, action: Action, now: datetime) -> Call:
    data = {
        "id": str(action.public_id),
        "rule": action.rule,
        "metric": action.metric,
        "due_at": action.due_at.isoformat(),
        "owner": str(action.owner.public_id) if action.owner else None,
    }
    source = (ACTION_OPENED, "action", str(action.public_id))
    return _call(listener, source, action.contact_id, now, data, now)


def _call(
    listener: Listener,
    source: tuple[str, str, str],
    contact_id: int | None,
    at: datetime,
    data: dict[str, Any],
    now: datetime,
) -> Call:
    return Call(
        business_id=listener.business_id,
        listener=listener,
        kind=source[0],
        source_kind=source[1],
        source_key=source[2],
        contact_id=contact_id,
        happened_at=at,
        data=data,
        next_try_at=now,
        created_at=now,
    )


def _note(calls: Sequence[Call]) -> None:
    for start in range(0, len(calls), AT_ONCE):
        part = calls[start : start + AT_ONCE]
        known = _known(part)
        fresh = [one for one in part if _key(one) not in known]
        Call.objects.bulk_create(fresh, ignore_conflicts=True)


def _known(calls: Sequence[Call]) -> set[tuple[int, str, str, str]]:
    """Who writes to us often changes often: what was told of them before is not written again each time."""
    found = Call.objects.filter(
        business=calls[0].business_id,
        listener__in={one.listener_id for one in calls},
        source_kind__in={one.source_kind for one in calls},
        source_key__in={one.source_key for one in calls},
    )
    return set(found.values_list("listener_id", "source_kind", "source_key", "kind"))


def _key(call: Call) -> tuple[int, str, str, str]:
    return call.listener_id, call.source_kind, call.source_key, call.kind
