"""Reads of promises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from sapa.accounts.models import Business
from sapa.lib.kept import MANY, kept
from sapa.promises.models import Promise, PromiseStatement
from sapa.promises.rules import PATIENCE


def list_open(business: Business, *, now: datetime) -> list[Promise]:
    """Promises still to be done, the earliest due first, with their contacts and messages."""
    return list(_open(business, now).select_related("contact", "message").order_by("due_at", "id"))


def count_open(business: Business, *, now: datetime) -> int:
    return _open(business, now).count()


def get_promise(business: Business, key: str) -> Promise:
    """One promise by the id that a sheet shows (`message-ordinal`). Raises `Promise.DoesNotExist`."""
    message_id, _, ordinal = key.partition("-")
    if not (message_id.isdecimal() and ordinal.isdecimal()):
        raise Promise.DoesNotExist(key)
    found = Promise.objects.select_related("message", "message__conversation__identity").filter(
        business=business, message_id=int(message_id), ordinal=int(ordinal)
    )
    promise = found.order_by("id").first()
    if promise is None:
        raise Promise.DoesNotExist(key)
    return promise


def _open(business: Business, now: datetime) -> QuerySet[Promise, Any]:
    return Promise.objects.filter(
        business=business,
        contact__merged_into__isnull=True,
        is_dismissed=False,
        done_at__isnull=True,
        due_at__gte=now - PATIENCE,
    )


def find_promises_of_messages(message_ids: Sequence[int]) -> dict[int, list[Promise]]:
    """The promises made in each of these messages, in the order of its words; those that are none left out."""
    found: dict[int, list[Promise]] = {}
    for row in _of_messages(ids=message_ids) if message_ids else ():
        found.setdefault(row.message_id, []).append(row)
    return found


@kept(ids=MANY)
def _of_messages(ids: Any) -> QuerySet[Promise]:
    return Promise.objects.filter(message_id__among=ids, is_dismissed=False).order_by("message_id", "ordinal")


def get_statement(business: Business, statement_id: int) -> PromiseStatement:
    """A word on a promise, to take it back. Raises `PromiseStatement.DoesNotExist`."""
    return PromiseStatement.objects.select_related("message__conversation__identity").get(
        business=business, pk=statement_id
    )
