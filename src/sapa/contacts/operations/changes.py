"""The change log and its cursors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max, Min, Q

from sapa.accounts.models import Business
from sapa.contacts.models import Change, Cursor
from sapa.contacts.queries import get_head
from sapa.lib.database import write
from sapa.lib.inserting import insert_rows


def note_changes(business: Business, contact_ids: Iterable[int | None]) -> None:
    """Write down whose facts changed, in the transaction of the change; None stands for nobody known."""
    with write():
        _hold_log(business, shared=True)
        insert_rows(Change, [{"business_id": business.pk, "contact_id": one} for one in set(contact_ids)])


def settle_changes(business: Business) -> int:
    """The head of the log, up to which nothing more can appear: whoever is writing into it is waited for.

    Ids are drawn before a transaction ends, so that on PostgreSQL a smaller one may come to light after a greater.
    """
    if connection.vendor == "sqlite":
        return get_head(business)
    with write():
        _hold_log(business, shared=False)
        return get_head(business)


def _hold_log(business: Business, *, shared: bool) -> None:
    if connection.vendor == "postgresql":
        hold = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {hold}(%s, %s)", [0x5A9B, business.pk % 2**31])


def keep_for_consumer(business: Business, consumer: str, position: int) -> None:
    """From here on the log is kept for a consumer that has read it up to `position`."""
    with write():
        Cursor.objects.update_or_create(business=business, consumer=consumer, defaults={"position": position})


def lease_cursor(
    business: Business, consumer: str, *, now: datetime, lease: timedelta = timedelta(minutes=2)
) -> Cursor | None:
    """The consumer's cursor, taken until `now + lease`; None while another holds it."""
    with write():
        cursor, _ = Cursor.objects.get_or_create(business=business, consumer=consumer)
        free = Q(taken_until__isnull=True) | Q(taken_until__lte=now)
        if not Cursor.objects.filter(free, pk=cursor.pk).update(taken_until=now + lease):
            return None
        cursor.refresh_from_db()
        return cursor


def advance_cursor(cursor: Cursor, position: int, *, taken_until: datetime) -> None:
    """The consumer has digested the log up to `position` and goes on until `taken_until`."""
    with write():
        cursor.position, cursor.taken_until = position, taken_until
        cursor.save(update_fields=["position", "taken_until"])


def release_cursor(cursor: Cursor) -> None:
    """The consumer is done for now."""
    with write():
        Cursor.objects.filter(pk=cursor.pk).update(taken_until=None)


def prune_changes(business: Business) -> int:
    """Drop what every consumer has read, but keep the newest row: it is the head of the log."""
    slowest = Cursor.objects.filter(business=business).aggregate(slowest=Min("position"))["slowest"] or 0
    newest = Change.objects.filter(business=business).aggregate(newest=Max("id"))["newest"] or 0
    with write():
        dropped, _ = Change.objects.filter(business=business, id__lte=min(slowest, newest - 1)).delete()
    return dropped
