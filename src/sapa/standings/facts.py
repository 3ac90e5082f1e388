"""Bulk reads of the facts of many contacts: one query a kind, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sapa.accounts.models import Business
from sapa.conversations.rules import says_nothing
from sapa.lib.kept import Kept
from sapa.lib.lookups import Ids
from sapa.lib.reading import document, moment, moment_or_none
from sapa.orders.types import INVALID_STATUSES
from sapa.standings import asking
from sapa.standings.asking import END, SELDOM
from sapa.standings.types import (
    IdentityFact,
    MessageFact,
    NoteFact,
    OrderFact,
    ResponseFact,
    ReviewFact,
    StatementFact,
    ToldFact,
    Touch,
)
from sapa.timeline.models import Touchpoint

ASSUMED_DELIVERY = timedelta(days=2)
UNPAID = "unpaid"

Rows = dict[int, list[Any]]


class FactReader:
    """Reads the facts of a business up to a moment (None: all of them). Keeps only its channels in memory."""

    def __init__(self, business: Business, until: datetime | None) -> None:
        self.business = business
        self.until = until
        self._before = until or END
        self._channels: dict[int, tuple[str, str]] = {}
        self._targets: dict[int, int] = {}

    def channel(self, channel_id: int | None) -> tuple[str, str]:
        """Kind and name of a channel; both empty for None."""
        if channel_id is None:
            return "", ""
        if channel_id not in self._channels:
            rows = asking.channels(business=self.business.pk)
            self._channels = {pk: (kind, name) for pk, kind, name, _ in rows}
            self._targets = {pk: minutes for pk, _, _, minutes in rows if minutes is not None}
        return self._channels[channel_id]

    def contacts(self, ids: Sequence[int]) -> list[tuple[int, Any, str, datetime]]:
        """(id, public id, name, created at) of those of this business that stand for themselves."""
        return asking.contacts(business=self.business.pk, ids=ids)

    def kinds(self, contact_id: int) -> frozenset[str]:
        """What of `SELDOM` is known of one contact: most have none of most, and need not be asked for it."""
        there = asking.seldom.first(contact=contact_id)
        return frozenset(kind for kind, is_there in zip(SELDOM, there, strict=True) if is_there)

    def identities(self, ids: Ids) -> Rows:
        rows: Rows = defaultdict(list)
        for contact_id, *values in asking.identities(ids=ids):
            rows[contact_id].append(IdentityFact._make(values))
        return rows

    def touches(self, ids: Ids) -> Rows:
        rows: Rows = defaultdict(list)
        for contact_id, channel_id, at, rank, pk, identity_id, kind, source_kind, source_key, learned_at, measures, phase in asking.touches(
            ids=ids, until=self._before
        ):  # fmt: skip
            kind_of, name = self.channel(channel_id)
            rows[contact_id].append(
                Touch(
                    moment(at), rank, pk, identity_id, kind, kind_of, name, source_kind, source_key,
                    moment(learned_at), document(measures), phase,
                )
            )  # fmt: skip
        for touches in rows.values():
            touches.sort(key=_in_order)
        return rows

    def orders(self, ids: Ids) -> Rows:
        rows: Rows = defaultdict(list)
        for contact_id, channel_id, *values in asking.orders(ids=ids, until=self._before):
            rows[contact_id].append(order_fact(self.channel(channel_id)[0], values, self.until))
        return rows

    def messages(self, ids: Ids) -> dict[int, list[MessageFact]]:
        """By contact: own messages, and the shop's in threads of one person; in order of time.

        What the shop says in a group is no one's.
        """
        rows: Rows = defaultdict(list)
        for asked in (asking.messages_here, asking.messages_elsewhere):
            for contact_id, *values in asked(ids=ids, until=self._before):
                rows[contact_id].append(message_fact(values))
        for messages in rows.values():
            messages.sort(key=_message_order)
        return rows

    def conversations(self, ids: Iterable[int]) -> dict[int, tuple[str, str, bool, int | None, int | None]]:
        """(kind of channel, title, is a group, identity, the channel's reply target) of conversations by id."""
        return {
            pk: (self.channel(channel_id)[0], title, is_group, identity_id, self._targets.get(channel_id))
            for pk, channel_id, title, is_group, identity_id in asking.conversations(ids=ids)
        }

    def marks(self, conversation_ids: Iterable[int]) -> dict[int, datetime]:
        """The newest word of a teammate on each conversation that it is answered or needs no answer."""
        return dict(asking.marks(ids=conversation_ids, until=self._before))

    def notes(self, ids: Ids) -> Rows:
        return self._by_contact(asking.notes, NoteFact, ids)

    def responses(self, ids: Ids) -> Rows:
        return self._by_contact(asking.responses, ResponseFact, ids)

    def reviews(self, ids: Ids) -> Rows:
        return self._by_contact(asking.reviews, ReviewFact, ids)

    def _by_contact(self, asked: Kept, kind: Any, ids: Ids) -> Rows:
        rows: Rows = defaultdict(list)
        for contact_id, *values in asked(ids=ids, until=self._before):
            rows[contact_id].append(kind._make(values))
        return rows

    def told(self, ids: Ids) -> Rows:
        rows: Rows = defaultdict(list)
        for contact_id, at, channel, context, referrer in asking.told(ids=ids, until=self._before):
            rows[contact_id].append(ToldFact(at, channel, context, referrer, None))
        return rows

    def preferences(self, ids: Ids) -> dict[int, list[tuple[str, str]]]:
        """What rows say that people like, as (what, which), newest first."""
        rows: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for contact_id, liked in asking.preferences(ids=ids, until=self._before):
            rows[contact_id].extend((str(what), str(which)) for what, which in liked)
        return rows

    def statements(self, ids: Ids) -> Rows:
        """What teammates declared of the contacts and of those they absorbed, oldest first."""
        heirs = survivors(ids.numbers)
        rows: Rows = defaultdict(list)
        for contact_id, *values in asking.statements(ids=list(heirs), until=self._before):
            rows[heirs[contact_id]].append(StatementFact._make(values))
        return rows

    def promise_statements(self, message_ids: Iterable[int]) -> dict[tuple[int, int], tuple[str, datetime]]:
        """The newest verdict of a teammate on a promise, by message and ordinal."""
        found = asking.promise_statements(ids=message_ids, until=self._before)
        return {(message_id, ordinal): (verdict, at) for message_id, ordinal, verdict, at in found}


def survivors(ids: Sequence[int]) -> dict[int, int]:
    """Each contact, and each absorbed one, to the contact among `ids` that now stands for it."""
    heirs = {contact_id: contact_id for contact_id in ids}
    level = list(ids)
    while level:
        absorbed, level = asking.absorbed(ids=level), []
        for contact_id, heir_id in absorbed:
            if contact_id not in heirs and heir_id is not None:
                heirs[contact_id] = heirs[heir_id]
                level.append(contact_id)
    return heirs


def find_touched(ids: Sequence[int]) -> set[int]:
    """Those of these contacts who have a touchpoint at any time."""
    found = Touchpoint.objects.filter(identity__contact_id__among=ids).order_by()
    return {pk for pk in found.values_list("identity__contact_id", flat=True).distinct() if pk is not None}


def _in_order(touch: Touch) -> tuple[datetime, int, int]:
    return touch[0], touch[1], touch[2]


def _message_order(message: MessageFact) -> tuple[datetime, int, int]:
    return message.at, message.rank, message.id


def message_fact(values: Sequence[Any]) -> MessageFact:
    """A message from its row; without a reading only what has no words is known to open nothing."""
    (pk, conversation_id, identity_id, direction, text, at, rank, learned_at, media, is_deleted, is_automatic,
     author, intent, sentiment, needs_human, is_question, closes, source) = values  # fmt: skip
    kinds = tuple(str(one.get("kind", "")) for one in media) if media else ()
    is_in = direction == "in"
    if is_in and not closes:
        closes = says_nothing(text, kinds, is_deleted=is_deleted)
    return MessageFact(
        pk, conversation_id, identity_id, is_in, text, at, rank, learned_at, kinds, is_deleted, is_automatic,
        author, intent or None, sentiment or None, bool(needs_human), bool(is_question), bool(closes), source == "history",
    )  # fmt: skip


def _times_of(status: str, *reached: datetime | None) -> tuple[datetime | None, ...]:
    """Of (paid, shipped, delivered, ended) those that tell when the status was reached."""
    if status in INVALID_STATUSES:
        return reached[3:]
    places = {"delivered": slice(2, 3), "completed": slice(2, 4), "shipped": slice(1, 2)}
    return reached[places.get(status, slice(0, 1))]


def _status_by(paid: datetime | None, shipped: datetime | None, delivered: datetime | None) -> str:
    if delivered or shipped:
        return "delivered" if delivered else "shipped"
    return "paid" if paid else UNPAID


def order_fact(channel: str, values: Sequence[Any], until: datetime | None) -> OrderFact:
    """An order from its row, times and items as text, as of `until`: what ended later had not ended then."""
    (pk, number, identity_id, status, placed, paid, shipped, delivered, ended, currency,
     goods_total, items, tracking_number) = values  # fmt: skip
    placed_at = moment(placed)
    paid_at, shipped_at, delivered_at, ended_at = map(moment_or_none, (paid, shipped, delivered, ended))
    if until is not None:
        reached = (paid_at, shipped_at, delivered_at, ended_at)
        paid_at, shipped_at, delivered_at, ended_at = (
            at if at is not None and at <= until else None for at in reached
        )
        if any(at is not None and at > until for at in _times_of(status, *reached)):
            status = _status_by(paid_at, shipped_at, delivered_at)
    is_valid = status not in INVALID_STATUSES
    paid_at = paid_at or shipped_at or (placed_at if status != UNPAID else None)
    received_at = None
    if is_valid and status != UNPAID:
        received_at = delivered_at or placed_at + ASSUMED_DELIVERY
    return OrderFact(
        pk, number, channel, identity_id, status, is_valid, placed_at, paid_at, shipped_at, delivered_at,
        ended_at, received_at, currency, goods_total or 0, document(items), tracking_number,
    )  # fmt: skip
