"""The dossier: all facts of a contact in one bundle, read for many contacts by a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sapa.accounts.models import Business
from sapa.conversations.rules import Utterance, waiting_since
from sapa.lib.lookups import Ids
from sapa.promises.ledger import Outgoing, PromiseFact, keep_ledger
from sapa.promises.types import Said
from sapa.promises.types import Step as OrderStep
from sapa.readings.detectors import asks_origin, told_origin
from sapa.standings.asking import SELDOM
from sapa.standings.facts import FactReader, find_touched
from sapa.standings.rules.glad import find_glad_answers
from sapa.standings.rules.steps import list_purchases, list_steps
from sapa.standings.types import (
    ConversationFact,
    Dossier,
    MessageFact,
    OrderFact,
    ToldFact,
    Touch,
)
from sapa.timeline.rules import fold_phases

CHUNK = 500
"""Contacts read at once: bounds memory, and the length of the id lists in queries."""


def load_dossiers(
    business: Business, contact_ids: Sequence[int], *, until: datetime | None = None
) -> list[Dossier]:
    """The dossiers of these contacts, in order of id, with facts up to `until` (None: all).

    Absorbed contacts and those of other businesses are left out; so are, as of a moment, contacts
    of whom nothing was known then. Call it with at most `CHUNK` ids.
    """
    reader = FactReader(business, until)
    contacts = reader.contacts(contact_ids)
    if not contacts:
        return []
    ids = [contact[0] for contact in contacts]
    # Of one contact alone it is asked first what there is: mostly little of all that there can be.
    facts = _read(reader, Ids(ids), reader.kinds(ids[0]) if len(ids) == 1 else SELDOM)
    zone = ZoneInfo(business.timezone)
    later = _met_later(ids, facts) if until is not None else set()
    return [_dossier(contact, facts, zone) for contact in contacts if contact[0] not in later]


def _met_later(ids: Sequence[int], facts: _Facts) -> set[int]:
    """Those of whom nothing was known at the moment, but something is now; an undated row says nothing of time."""
    unknown = [pk for pk in ids if not any(facts.of(kind, pk) for kind in _TELLING)]
    return find_touched(unknown) if unknown else set()


class _Facts:
    """Facts of one chunk of contacts by kind and contact."""

    __slots__ = (
        "by_kind",
        "conversations",
        "marks",
        "verdicts",
    )

    def __init__(self) -> None:
        self.by_kind: dict[str, dict[int, list[Any]]] = {}
        self.conversations: dict[int, tuple[str, str, bool, int | None, int | None]] = {}
        self.marks: dict[int, datetime] = {}
        self.verdicts: dict[tuple[int, int], tuple[str, datetime]] = {}

    def of(self, kind: str, contact_id: int) -> list[Any]:
        return self.by_kind[kind].get(contact_id, [])


_KINDS = ("identities", "touches", "orders", "messages", "notes", "responses", "reviews", "told", "preferences", "statements")  # fmt: skip
_TELLING = ("touches", "orders", "messages", "notes", "responses", "reviews", "told")


def _read(reader: FactReader, ids: Ids, there: Collection[str]) -> _Facts:
    facts = _Facts()
    facts.by_kind = {
        kind: getattr(reader, kind)(ids) if kind in there or kind not in SELDOM else {} for kind in _KINDS
    }
    messages = [message for found in facts.by_kind["messages"].values() for message in found]
    if messages:
        threads = {message.conversation_id for message in messages}
        facts.conversations = reader.conversations(threads)
        facts.marks = reader.marks(threads)
        facts.verdicts = reader.promise_statements(
            {message.id for message in messages if not message.is_in and message.text}
        )
    return facts


def _dossier(contact: tuple[int, Any, str, datetime], facts: _Facts, zone: ZoneInfo) -> Dossier:
    pk, public_id, name, created_at = contact
    touches: list[Touch] = facts.of("touches", pk)
    orders: tuple[OrderFact, ...] = tuple(facts.of("orders", pk))
    messages: list[MessageFact] = facts.of("messages", pk)
    told = facts.of("told", pk)
    threads: tuple[ConversationFact, ...] = ()
    promises: tuple[PromiseFact, ...] = ()
    if messages:
        threads = _threads(messages, {one.id for one in facts.of("identities", pk)}, facts)
        promises = _promises(threads, orders, facts, zone)
        told = sorted([*told, *_told_in_chat(messages)], key=_told_at)
    return Dossier(
        contact_id=pk,
        public_id=str(public_id),
        name=name,
        created_at=created_at,
        identities=tuple(facts.of("identities", pk)),
        touches=tuple(touches),
        phases=tuple(fold_phases(list_steps(touches, messages, orders), list_purchases(orders))),
        conversations=threads,
        orders=orders,
        notes=tuple(facts.of("notes", pk)),
        responses=tuple(facts.of("responses", pk)),
        reviews=tuple(facts.of("reviews", pk)),
        told=tuple(told),
        statements=tuple(facts.of("statements", pk)),
        preferences=tuple(facts.of("preferences", pk)),
        promises=promises,
        messages=tuple(messages),
    )


def _told_at(told: ToldFact) -> datetime:
    return told.at


def _threads(messages: Sequence[MessageFact], own: set[int], facts: _Facts) -> tuple[ConversationFact, ...]:
    parted: dict[int, list[MessageFact]] = {}
    for message in messages:
        parted.setdefault(message.conversation_id, []).append(message)
    threads = []
    for conversation_id, said in parted.items():
        channel, title, is_group, identity_id, target = facts.conversations[conversation_id]
        answered_until = facts.marks.get(conversation_id)
        is_whole = identity_id in own and not is_group
        threads.append(
            ConversationFact(
                conversation_id,
                channel,
                title,
                is_group,
                identity_id,
                tuple(said),
                answered_until,
                thread_waits_since(said, answered_until) if is_whole else None,
                is_whole,
                target,
            )
        )
    return tuple(threads)


def thread_waits_since(messages: Sequence[MessageFact], answered_until: datetime | None) -> datetime | None:
    """Since when the person of a private thread waits. A group has no clock: its talk is not all to the shop.

    A glad answer to the shop's own question opens nothing, as thanks do not; nor does what was handed over as history.
    """
    glad = find_glad_answers(messages)
    utterances = (
        Utterance(said.at, said.is_in, said.closes or said.is_history or said.id in glad, said.is_automatic)
        for said in messages
    )
    return waiting_since(utterances, answered_until)


def _promises(
    threads: Sequence[ConversationFact], orders: Sequence[OrderFact], facts: _Facts, zone: ZoneInfo
) -> tuple[PromiseFact, ...]:
    """What the shop promised this person: in a group it promises nobody in particular."""
    outgoing = sorted(
        (
            Outgoing(message.id, Said(message.at, message.text, message.media, message.is_automatic))
            for thread in threads
            if not thread.is_group
            for message in thread.messages
            if not message.is_in
        ),
        key=_said_at,
    )
    return keep_ledger(outgoing, _order_steps(orders), zone, facts.verdicts) if outgoing else ()


def _said_at(outgoing: Outgoing) -> datetime:
    return outgoing.said.at


def _order_steps(orders: Sequence[OrderFact]) -> list[OrderStep]:
    steps: list[OrderStep] = []
    for order in orders:
        reached = (("shipped", order.shipped_at), ("delivered", order.delivered_at))
        steps.extend(OrderStep(status, at) for status, at in reached if at is not None)
        if order.status == "refunded" and order.ended_at is not None:
            steps.append(OrderStep("refunded", order.ended_at))
    return steps


def _told_in_chat(messages: Sequence[MessageFact]) -> list[ToldFact]:
    """What the person says of where they know the shop from; a bare `tiktok kak` counts where we had just asked."""
    found: list[ToldFact] = []
    asked = False
    for message in messages:
        if not message.is_in:
            asked = asks_origin(message.text)
        elif message.text:
            told = told_origin(message.text, asked=asked)
            if told is not None:
                found.append(ToldFact(message.at, told.channel, told.context, told.referrer, message.id))
                asked = False
    return found
