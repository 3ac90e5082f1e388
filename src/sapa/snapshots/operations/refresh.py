"""The refresh: what is derived follows what is stored, a chunk of contacts at a time.

readings → promises → standings → actions, the phase of touchpoints and the clocks of conversations. A refresh
writes no touchpoint and no change, else it would wake itself. One process refreshes at a time: it holds the
lease of the cursor `derived`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

import sapa.lib.lookups  # noqa: F401  (id__among)
from sapa.accounts.models import Business
from sapa.actions.deriving import Derived, derive_many
from sapa.actions.models import Action, Escalation
from sapa.actions.operations import Chosen, forget_actions, store_actions
from sapa.contacts.models import Change, Cursor
from sapa.contacts.operations import (
    advance_cursor,
    lease_cursor,
    prune_changes,
    release_cursor,
    settle_changes,
)
from sapa.lib.collecting import without_collecting
from sapa.lib.database import BULK_ROWS, write, yield_to_others
from sapa.promises.models import Promise
from sapa.promises.operations import store_promises
from sapa.readings.models import Reading
from sapa.readings.operations import learn_corrections, read_messages
from sapa.snapshots.operations.clocks import store_clocks
from sapa.standings.dossiers import CHUNK
from sapa.standings.models import Standing
from sapa.standings.operations import forget_standings, make_row, store_standings
from sapa.standings.queries import get_settings, iterate_contacts, list_due
from sapa.standings.types import ShopSettings
from sapa.timeline.models import Touchpoint

CONSUMER = "derived"
LEASE = timedelta(minutes=5)
WAIT_SECONDS = 0.05

Progress = Callable[[int], None]


def refresh_changed(
    business: Business,
    *,
    now: datetime,
    wait_seconds: float = 60.0,
    most: int | None = None,
    progress: Progress | None = None,
) -> int:
    """Read the change log to its end and derive whose facts changed. Returns how many contacts that were.

    With `most` it ends before, once so many are derived: what is left is read the next time. Where another holds the lease it waits for its turn, at most `wait_seconds`; the other then most likely
    did the work. Raises TimeoutError where the turn did not come.
    """
    cursor = _take_turn(business, now, wait_seconds)
    try:
        learn_corrections(business=business)
        settings = get_settings(business)
        began, done = time.monotonic(), 0
        while (part := _next_part(business, cursor.position)) is not None:
            contact_ids, position = part
            refresh_contacts(business, contact_ids, now=now, settings=settings)
            cursor.position = position
            _keep_turn(cursor, now, began)
            done += len(contact_ids)
            if progress is not None:
                progress(done)
            if most is not None and done >= most:
                break
        prune_changes(business)
        return done
    finally:
        release_cursor(cursor)


def refresh_due(business: Business, *, now: datetime, wait_seconds: float = 60.0) -> int:
    """Derive the contacts about whom something changes by time alone. Returns how many there were."""
    if not Standing.objects.filter(business=business, look_again_at__lte=now).exists():
        return 0
    cursor = _take_turn(business, now, wait_seconds)
    try:
        settings = get_settings(business)
        began, done = time.monotonic(), 0
        while due := list_due(business, now=now, limit=CHUNK):
            refresh_contacts(business, due, now=now, settings=settings)
            _keep_turn(cursor, now, began)
            done += len(due)
        return done
    finally:
        release_cursor(cursor)


def refresh_all(
    business: Business, *, now: datetime, wait_seconds: float = 600.0, progress: Progress | None = None
) -> int:
    """Derive every contact, whatever the log says; afterwards the cursor stands at its end."""
    cursor = _take_turn(business, now, wait_seconds)
    try:
        head = Change.objects.filter(business=business).order_by("-id").values_list("id", flat=True).first()
        settings = get_settings(business)
        began, done = time.monotonic(), 0
        for ids in iterate_contacts(business, CHUNK):
            refresh_contacts(business, ids, now=now, settings=settings)
            _keep_turn(cursor, now, began)
            done += len(ids)
            if progress is not None:
                progress(done)
        if head is not None and head > cursor.position:
            cursor.position = head
            _keep_turn(cursor, now, began)
        return done
    finally:
        release_cursor(cursor)


def refresh_contacts(
    business: Business, contact_ids: Sequence[int], *, now: datetime, settings: ShopSettings | None = None
) -> None:
    """Derive at most `CHUNK` contacts and store what came out; the absorbed among them lose theirs."""
    settings = settings or get_settings(business)
    read_messages(business=business, contact_ids=contact_ids)
    with without_collecting():
        found = derive_many(business, contact_ids, now=now, settings=settings)
    _forget(set(contact_ids) - {one.dossier.contact_id for one in found})
    for start in range(0, len(found), BULK_ROWS):
        with write():
            _store(business, found[start : start + BULK_ROWS])
        yield_to_others(alone=False)


def _store(business: Business, found: Sequence[Derived]) -> None:
    store_promises(business=business, found={one.dossier.contact_id: one.dossier.promises for one in found})
    store_standings(rows=[make_row(business, one.standing, one.look_again_at) for one in found])
    store_actions(
        business=business,
        chosen={one.dossier.contact_id: Chosen(one.action, one.owner_id) for one in found},
        table=Action,
    )
    store_actions(business=business, chosen=escalations_of(found), table=Escalation)
    _store_phases(found)
    store_clocks([thread for one in found for thread in one.dossier.conversations])


def escalations_of(found: Sequence[Derived]) -> dict[int, Chosen]:
    """By contact what the supervisor should see to, and who that is."""
    late = {one.dossier.contact_id: one.escalation for one in found}
    return {contact_id: Chosen(one, one.owner_id if one else None) for contact_id, one in late.items()}


def _store_phases(found: Sequence[Derived]) -> None:
    """Only touchpoints whose phase moved are written, those of one phase at once."""
    moved: dict[str, list[int]] = {}
    for one in found:
        for touch, phase in zip(one.dossier.touches, one.dossier.phases, strict=True):
            if touch.phase != phase:
                moved.setdefault(phase, []).append(touch.id)
    for phase, ids in moved.items():
        for start in range(0, len(ids), CHUNK):
            Touchpoint.objects.filter(id__in=ids[start : start + CHUNK]).update(phase=phase)


def _forget(contact_ids: set[int]) -> None:
    gone = list(contact_ids)
    if not gone:
        return
    with write():
        forget_standings(contact_ids=gone)
        forget_actions(contact_ids=gone)
        Promise.objects.filter(contact_id__in=gone).delete()


def _next_part(business: Business, position: int) -> tuple[list[int], int] | None:
    """The next contacts of the log, at most `CHUNK`, and the position behind them; None at its end.

    A contact's turn comes where the log names it last: who bought three times within a file is derived once.
    """
    ids: list[int] = []
    start = position
    while len(ids) <= CHUNK // 2 and (page := _next_page(business, position)):
        position = page[-1][0]
        named = dict.fromkeys(contact_id for _, contact_id in page if contact_id is not None)
        again = Change.objects.filter(contact_id__among=named, id__gt=position)
        ids += named.keys() - set(again.values_list("contact_id", flat=True))
    return (ids, position) if position > start else None


def _next_page(business: Business, position: int) -> list[tuple[int, int | None]]:
    until = settle_changes(business)
    rows = Change.objects.filter(business=business, id__gt=position, id__lte=until).order_by("id")
    return list(rows.values_list("id", "contact_id")[: CHUNK // 2])


def _take_turn(business: Business, now: datetime, wait_seconds: float) -> Cursor:
    """The lease, waited for on the monotonic clock: `now` stands still while we wait."""
    waited = 0.0
    while True:
        moment = now + timedelta(seconds=waited)
        cursor = lease_cursor(business, CONSUMER, now=moment, lease=LEASE)
        if cursor is not None:
            return cursor
        if waited >= wait_seconds:
            raise TimeoutError(f"another process is deriving the contacts of {business.slug}")
        began = time.monotonic()
        time.sleep(WAIT_SECONDS)
        waited += time.monotonic() - began


def _keep_turn(cursor: Cursor, now: datetime, began: float) -> None:
    """Write down how far we are, and hold the lease on: `now` stands still however long the refresh takes."""
    elapsed = timedelta(seconds=time.monotonic() - began)
    advance_cursor(cursor, cursor.position, taken_until=now + elapsed + LEASE)


def empty_derived(business: Business) -> None:
    """Throw away all that the refresh makes, readings included; `refresh_all` makes it again."""
    _delete_in_parts(Action.objects.filter(business=business))
    _delete_in_parts(Escalation.objects.filter(business=business))
    _delete_in_parts(Standing.objects.filter(business=business))
    _delete_in_parts(Promise.objects.filter(business=business))
    _delete_in_parts(Reading.objects.filter(business=business))


def _delete_in_parts(rows: QuerySet[Any]) -> None:
    while ids := list(rows.order_by("id").values_list("id", flat=True)[:CHUNK]):
        with write():
            rows.filter(id__in=ids).delete()
        yield_to_others(alone=False)
