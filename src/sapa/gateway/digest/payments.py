"""Payments and parcels: what is stated of one reaches the order that it belongs to. Questions to providers are written down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sapa.contacts.models import Identity
from sapa.gateway.digest.work import Digestion
from sapa.gateway.models import Lookup
from sapa.gateway.types import LookAgain, PaymentStated, ShipmentStated
from sapa.orders.operations import (
    PaymentSeen,
    ScanSeen,
    join_parcels,
    join_payments,
    record_payments,
    record_scans,
)


def take_payments(work: Digestion, indexes: Sequence[int]) -> None:
    events: dict[int, PaymentStated] = {i: work.events[i] for i in indexes}  # type: ignore[misc]
    recorded = record_payments(
        business=work.business,
        seen=[
            PaymentSeen(
                work.channel_id(i),
                event.provider_id,
                event.order_number,
                event.status,
                event.amount,
                event.currency,
                event.method,
                event.at,
            )
            for i, event in events.items()
        ],
        now=work.now,
    )
    for i, (_payment, is_new) in zip(events, recorded, strict=True):
        work.results[i].result = "created" if is_new else "merged"
    payments = [payment for payment, _ in recorded]
    _touch(work, join_payments(business=work.business, payments=payments, now=work.now))


def take_shipments(work: Digestion, indexes: Sequence[int]) -> None:
    events: dict[int, ShipmentStated] = {i: work.events[i] for i in indexes}  # type: ignore[misc]
    recorded = record_scans(
        business=work.business,
        seen=[
            ScanSeen(event.waybill, event.courier, event.order_number, event.status, event.at, event.detail)
            for event in events.values()
        ],
        now=work.now,
    )
    for i, (_parcel, is_new) in zip(events, recorded, strict=True):
        work.results[i].result = "created" if is_new else "merged"
    parcels = {parcel.pk: parcel for parcel, _ in recorded}
    _touch(work, join_parcels(business=work.business, parcels=parcels.values(), now=work.now))


def join_waiting_payments(work: Digestion) -> None:
    """Payments that came before their orders."""
    _touch(work, join_payments(business=work.business, numbers=work.numbers, now=work.now))


def take_hints(work: Digestion, indexes: Sequence[int]) -> None:
    """Ten calls about one payment are one question; one that is waiting for its next try is asked at once."""
    hints: dict[int, LookAgain] = {i: work.events[i] for i in indexes}  # type: ignore[misc]
    _ask_the_stale(work, {i: event for i, event in hints.items() if event.fresh_for is not None})
    for i, event in hints.items():
        if event.fresh_for is not None:
            continue
        _row, is_new = Lookup.objects.update_or_create(
            business=work.business,
            channel_id=work.channel_id(i),
            ref=event.ref[:160],
            defaults={"due_at": work.now, "tries": 0},
        )
        work.results[i].result = "created" if is_new else "merged"


def _ask_the_stale(work: Digestion, hints: dict[int, LookAgain]) -> None:
    """What changes seldom is asked once, and again with the first hint after its answer has grown old."""
    wanted = {(work.channel_id(i), event.ref[:160]): event for i, event in hints.items()}
    if not wanted:
        return
    rows = Lookup.objects.filter(business=work.business, ref__in={ref for _, ref in wanted})
    known = {(row.channel_id, row.ref): row for row in rows}
    fresh = [key for key in wanted if key not in known]
    Lookup.objects.bulk_create(
        [
            Lookup(business=work.business, channel_id=channel, ref=ref, due_at=work.now)
            for channel, ref in fresh
        ]
    )
    for key, event in wanted.items():
        row = known.get(key)
        if row is not None and row.is_answered and row.due_at + (event.fresh_for or timedelta()) <= work.now:
            Lookup.objects.filter(pk=row.pk).update(due_at=work.now, tries=0, is_answered=False)
    for i, event in hints.items():
        is_new = (work.channel_id(i), event.ref[:160]) in fresh
        work.results[i].result = "created" if is_new else "merged"


def _touch(work: Digestion, identity_ids: Iterable[int]) -> None:
    ids = set(identity_ids)
    if ids:
        work.touched |= set(Identity.objects.filter(id__in=ids).values_list("contact_id", flat=True))
