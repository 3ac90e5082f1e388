"""Asking a provider what is true, where a call of theirs proves too little, and where no call comes at all.

A question is a row, unique for what it asks about. Its answer is stored as any payload is, in the transaction that ends
the question; a provider that is down is asked again later.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx
from django.db.models import F

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.gateway.accounts import get_account
from sapa.gateway.contract import Failure, ProviderDownError, RawItem, TokenDeadError
from sapa.gateway.dispatch.polling import break_channel
from sapa.gateway.intake import store_items
from sapa.gateway.models import Lookup
from sapa.gateway.registry import find_adapter
from sapa.lib.database import write
from sapa.lib.secrets import UnreadableSecretError
from sapa.orders.models import Parcel
from sapa.orders.queries import list_open_waybills
from sapa.orders.rules import guess_courier

MOST_TRIES = 12
FOLLOWED_AT_ONCE = 100
KEPT = "person:"
"""How the questions begin that stay when they are answered: who somebody is, is asked again only when that grew old."""
_LEASE = timedelta(minutes=2)
_AT_ONCE = 50
_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(hours=2)


def look_up_due(*, now: datetime, http: httpx.Client) -> int:
    """Asks what is due, one question after the other; answers how many were answered."""
    due = Lookup.objects.filter(due_at__lte=now, tries__lt=MOST_TRIES, is_answered=False)
    due = due.select_related("channel__business")
    return sum(_ask(row, now, http) for row in due.order_by("due_at", "id")[:_AT_ONCE])


def _ask(row: Lookup, now: datetime, http: httpx.Client) -> int:
    adapter = find_adapter(row.channel.kind)
    if adapter is None or not row.channel.is_live or not _take(row, now):
        return 0
    try:
        found = adapter.look(row.ref, get_account(row.channel), http)
    except (TokenDeadError, UnreadableSecretError):
        break_channel(row.channel, Failure.TOKEN_DEAD, now)
        _put_off(row, now, Failure.TOKEN_DEAD)
    except (ProviderDownError, httpx.HTTPError) as error:
        _put_off(row, now, Failure.PROVIDER_DOWN, getattr(error, "after", None))
    else:
        _end(row, found, now)
        return 1
    return 0


def _take(row: Lookup, now: datetime) -> bool:
    """Only one process asks: whoever moves the row's time first."""
    free = Lookup.objects.filter(pk=row.pk, due_at=row.due_at)
    with write():
        return bool(free.update(due_at=now + _LEASE, tries=F("tries") + 1))


def _put_off(row: Lookup, now: datetime, why: Failure, after: timedelta | None = None) -> None:
    pause = after or min(_FIRST_PAUSE * 2**row.tries, _LONGEST_PAUSE)
    with write():
        Lookup.objects.filter(pk=row.pk).update(due_at=now + pause, problem=why.value)


def _end(row: Lookup, found: tuple[RawItem, ...], now: datetime) -> None:
    """A call that came while we asked has moved the row's time: then the question stays."""
    with write():
        store_items(channel=row.channel, items=found, now=now)
        asked = Lookup.objects.filter(pk=row.pk, due_at=now + _LEASE)
        if row.ref.startswith(KEPT):
            asked.update(due_at=now, is_answered=True, problem="")
        else:
            asked.delete()


def ask_open_parcels(*, business: Business, now: datetime) -> int:
    """Writes down a question for each parcel on its way, for shops with a channel that follows parcels; answers how many."""
    channel = Channel.objects.filter(business=business, kind__startswith="shipping:", is_live=True).first()
    if channel is None:
        return 0
    asked = 0
    for waybill, known in list_open_waybills(business, now=now, limit=FOLLOWED_AT_ONCE):
        courier = known or guess_courier(waybill)
        with write():
            Parcel.objects.update_or_create(
                business=business,
                waybill=waybill,
                defaults={"asked_at": now} | ({"courier": courier} if courier else {}),
            )
            if courier and waybill.replace("-", "").isalnum():
                Lookup.objects.get_or_create(
                    business=business,
                    channel=channel,
                    ref=f"waybill:{courier}:{waybill}"[:160],
                    defaults={"due_at": now},
                )
                asked += 1
    return asked
