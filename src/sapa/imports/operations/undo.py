"""Take a whole import back: what it made goes, unless another batch vouches for it or a teammate built on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.contacts.models import Contact, Description, Identity, Link, ToldOrigin
from sapa.contacts.operations import note_changes, recompute_components
from sapa.conversations.models import Conversation, Message, Note
from sapa.gateway.digest import FactKind
from sapa.gateway.digest.clues import refresh_suggestions
from sapa.gateway.digest.mentions import drop_unnamed_links
from sapa.imports.models import Batch, Effect
from sapa.knowledge.operations import take_back_answers
from sapa.lib.database import BULK_ROWS, write, yield_to_others
from sapa.orders.models import OrderStep
from sapa.orders.operations import refold_orders
from sapa.responses.models import Response
from sapa.reviews.models import Review
from sapa.timeline.models import Touchpoint


class NotUndoableError(Exception):
    """The batch is still running, or was undone before."""


def undo_batch(
    *,
    business: Business,
    public_id: UUID | str,
    by: Teammate | None = None,
    now: datetime,
    alone: bool = False,
) -> Batch:
    """Undo in small transactions; what is left of a broken-off undo is taken up by calling it again.

    Raises Batch.DoesNotExist for another business's batch, NotUndoableError where there is nothing to undo.
    """
    batch = Batch.objects.get(business=business, public_id=public_id)
    if batch.state in (Batch.State.RUNNING, Batch.State.UNDONE):
        raise NotUndoableError(batch.state)
    with write():
        batch.state = Batch.State.UNDOING
        batch.save(update_fields=["state"])
    identities: set[int] = set()
    for kind in FactKind:
        if kind is not FactKind.LINK:
            identities |= _take_away(batch, kind, now, alone=alone)
    identities |= _take_away(batch, FactKind.LINK, now, alone=alone)
    settle_identities(business, identities, now, alone=alone)
    refresh_suggestions(business, alone=alone)
    with write():
        batch.state, batch.ended_at = Batch.State.UNDONE, now
        batch.save(update_fields=["state", "ended_at"])
        record_audit(
            business=business,
            by=by,
            verb="import.undone",
            object_kind="batch",
            object_id=str(batch.public_id),
            now=now,
        )
    return batch


def _take_away(batch: Batch, kind: FactKind, now: datetime, *, alone: bool) -> set[int]:
    """Withdraw the batch's word for facts of one kind; returns the identities whose facts went."""
    touched: set[int] = set()
    while rows := list(Effect.objects.filter(batch=batch, kind=kind).order_by("id")[:BULK_ROWS]):
        with write():
            ids = {row.object_id for row in rows}
            others = _others(batch, kind, ids)
            made = {row.object_id for row in rows if row.is_creator}
            _hand_on(made & others.keys(), others)
            touched |= _REMOVERS[kind](batch.business, sorted(made - others.keys()), now)
            Effect.objects.filter(pk__in=[row.pk for row in rows]).delete()
            note_changes(batch.business, _contacts_of(touched))
        yield_to_others(alone=alone)
    return touched


def _others(batch: Batch, kind: FactKind, ids: Iterable[int]) -> dict[int, int]:
    """Facts for which another batch vouches: fact id → one such effect."""
    rows = Effect.objects.filter(business=batch.business, kind=kind, object_id__in=ids).exclude(batch=batch)
    return dict(rows.values_list("object_id", "id"))


def _hand_on(ids: Iterable[int], others: dict[int, int]) -> None:
    """The batch that still vouches counts as the maker from now on."""
    Effect.objects.filter(pk__in=[others[one] for one in ids]).update(is_creator=True)


def _contacts_of(identity_ids: Iterable[int]) -> set[int | None]:
    return set(Identity.objects.filter(pk__in=list(identity_ids)).values_list("contact_id", flat=True))


def _remove_messages(business: Business, ids: Sequence[int], now: datetime) -> set[int]:
    built_on = Q(corrections__isnull=False) | Q(promise_statements__isnull=False)
    kept = set(Message.objects.filter(built_on, pk__in=ids).values_list("id", flat=True))
    messages = Message.objects.filter(business=business, pk__in=set(ids) - kept)
    rows = list(messages.values_list("id", "identity_id", "conversation_id", "conversation__identity_id"))
    _remove_touchpoints(business, "message", [pk for pk, *_ in rows])
    messages.delete()
    threads = Conversation.objects.filter(pk__in={thread for _, _, thread, _ in rows})
    empty = threads.filter(~Exists(Message.objects.filter(conversation=OuterRef("pk"))), marks__isnull=True)
    empty.delete()
    return {pk for _, author, _, party in rows for pk in (author, party) if pk}


def _remove_steps(business: Business, ids: Sequence[int], now: datetime) -> set[int]:
    steps = OrderStep.objects.filter(business=business, pk__in=ids)
    orders = sorted(set(steps.values_list("order_id", flat=True)))
    steps.delete()
    return set(refold_orders(business=business, order_ids=orders, now=now))


def _remover(table: Any, source_kind: str) -> Callable[[Business, Sequence[int], datetime], set[int]]:
    def remove(business: Business, ids: Sequence[int], now: datetime) -> set[int]:
        rows = table.objects.filter(business=business, pk__in=ids)
        identities = set(rows.values_list("identity_id", flat=True))
        if source_kind:
            _remove_touchpoints(business, source_kind, ids)
        rows.delete()
        return identities

    return remove


def _remove_answers(business: Business, ids: Sequence[int], now: datetime) -> set[int]:
    take_back_answers(business=business, ids=ids)
    return set()


def _remove_links(business: Business, ids: Sequence[int], now: datetime) -> set[int]:
    links = Link.objects.filter(business=business, pk__in=ids)
    ends = {end for pair in links.values_list("a_id", "b_id") for end in pair}
    links.delete()
    return ends


def _remove_touchpoints(business: Business, source_kind: str, ids: Iterable[int]) -> None:
    keys = [str(pk) for pk in ids]
    Touchpoint.objects.filter(business=business, source_kind=source_kind, source_key__in=keys).delete()


_REMOVERS: dict[FactKind, Callable[[Business, Sequence[int], datetime], set[int]]] = {
    FactKind.MESSAGE: _remove_messages,
    FactKind.ORDER_STEP: _remove_steps,
    FactKind.NOTE: _remover(Note, "note"),
    FactKind.REVIEW: _remover(Review, "review"),
    FactKind.RESPONSE: _remover(Response, "response"),
    FactKind.TOUCHPOINT: _remover(Touchpoint, ""),
    FactKind.ORIGIN: _remover(ToldOrigin, "origin"),
    FactKind.DESCRIPTION: _remover(Description, ""),
    FactKind.ANSWER: _remove_answers,
    FactKind.LINK: _remove_links,
}


def settle_identities(business: Business, identity_ids: set[int], now: datetime, *, alone: bool) -> None:
    """Identities that nothing speaks of any more go, then contacts without identities; the rest is joined anew."""
    contacts: set[int] = set()
    for chunk in _pieces(sorted(identity_ids)):
        identity_ids = identity_ids | drop_unnamed_links(business=business, identity_ids=chunk)
    for chunk in _pieces(sorted(identity_ids)):
        with write():
            contacts |= {pk for pk in _contacts_of(chunk) if pk}
            _bare(Identity.objects.filter(business=business, pk__in=chunk)).delete()
        yield_to_others(alone=alone)
    for chunk in _pieces(sorted(contacts)):
        with write():
            left = Identity.objects.filter(business=business, contact__in=chunk)
            contacts |= recompute_components(business, set(left.values_list("id", flat=True)), now=now)
        yield_to_others(alone=alone)
    _drop_empty_contacts(business, contacts)


def _bare(identities: Any) -> Any:
    facts = (
        "touchpoints",
        "messages",
        "orders",
        "notes",
        "reviews",
        "responses",
        "descriptions",
        "told_origins",
    )
    bare = identities.filter(**{f"{name}__isnull": True for name in (*facts, "conversations")})
    links = Link.objects.filter(Q(a=OuterRef("pk")) | Q(b=OuterRef("pk")))
    return Identity.objects.filter(pk__in=list(bare.filter(~Exists(links)).values_list("id", flat=True)))


def _drop_empty_contacts(business: Business, contact_ids: Iterable[int]) -> None:
    with write():
        Contact.objects.filter(
            business=business, pk__in=list(contact_ids), identities__isnull=True, statements__isnull=True
        ).delete()
        note_changes(business, [None])


def _pieces(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), BULK_ROWS):
        yield ids[start : start + BULK_ROWS]
