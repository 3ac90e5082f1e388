"""What one call of the digest works with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple

from sapa.accounts.models import Business
from sapa.channels.operations import Cache, find_or_make_channel
from sapa.contacts.operations import tell_origins
from sapa.contacts.operations.statements import OriginTold
from sapa.contacts.types import Identified
from sapa.gateway.types import Event, Origin
from sapa.timeline.operations import Happening, record_touchpoints


class FactKind(IntEnum):
    """The sorts of fact that a source can vouch for; the numbers are stored."""

    LINK = 1
    MESSAGE = 2
    ORDER_STEP = 3
    NOTE = 4
    REVIEW = 5
    RESPONSE = 6
    TOUCHPOINT = 7
    ORIGIN = 8
    DESCRIPTION = 9
    ANSWER = 10


class Fact(NamedTuple):
    """A stored row that a source vouches for; `is_new` where this event made it."""

    kind: FactKind
    id: int
    is_new: bool


WAITS = "waits"
"""The result of an event about a message that has not come yet."""


@dataclass(slots=True)
class Digested:
    """What one event did: `result` is created, merged, skipped or waits; `facts` are what its source vouches for."""

    result: str = "skipped"
    facts: list[Fact] = field(default_factory=list)


@dataclass(slots=True)
class Digestion:
    """One call's working state: the events with the identity of each one's person, and what became of them."""

    business: Business
    now: datetime
    channels: Cache
    events: Sequence[Event]
    identified: dict[int, Identified]
    results: list[Digested]
    touched: set[int | None] = field(default_factory=set)
    numbers: list[str] = field(default_factory=list)
    origins: dict[int, OriginTold] = field(default_factory=dict)
    dated: set[int] = field(default_factory=set)
    stirred: dict[str, set[int | None]] = field(default_factory=dict)

    def stir(self, what: str, conversation_id: int | None) -> None:
        """Open screens will be told, once for each conversation."""
        self.stirred.setdefault(what, set()).add(conversation_id)

    def channel_id(self, index: int) -> int:
        ref = self.events[index].channel  # type: ignore[union-attr]
        channel = find_or_make_channel(
            business=self.business, kind=ref.kind, name=ref.name, now=self.now, cache=self.channels
        )
        return channel.pk

    def settle(self, index: int, fact: Fact, *, is_new: bool | None = None) -> None:
        """Write down what an event did: `is_new` (default: the fact is) decides created or merged."""
        created = fact.is_new if is_new is None else is_new
        self.results[index].result = "created" if created else "merged"
        self.results[index].facts.append(fact)
        known = self.identified.get(index)
        if known is not None:
            self.results[index].facts += [Fact(FactKind.LINK, pk, new) for pk, new in known.links]
            if created or fact.is_new or known.is_new or any(new for _, new in known.links):
                self.touched.add(known.contact_id)

    def happening(
        self, index: int, kind: str, at: datetime, source: tuple[str, str], measures: dict[str, Any]
    ) -> Happening:
        """The touchpoint of an event's own person; `source` is the kind and key of the fact behind it."""
        return Happening(
            identity_id=self.identified[index].identity_id,
            kind=kind,
            at=at,
            source_kind=source[0],
            source_key=source[1],
            channel_id=self.channel_id(index),
            measures=measures,
        )

    def tell_origin(self, index: int, origin: Origin | None, at: datetime | None, key: str) -> None:
        """Remember what the person said of where they came from; `write_origins` stores it.

        A row without a date tells an origin and no moment: it gives no touchpoint, else everybody in
        a customer sheet would have been seen just now.
        """
        if origin is None or not (origin.channel or origin.context or origin.referrer):
            return
        self.dated |= {index} if at else set()
        self.origins[index] = OriginTold(
            identity_id=self.identified[index].identity_id,
            dedupe_key=key,
            at=at or self.now,
            channel=origin.channel,
            context=origin.context,
            referrer=origin.referrer,
        )

    def write_origins(self) -> None:
        rows = tell_origins(business=self.business, told=list(self.origins.values()))
        happenings = []
        for (index, told), (pk, is_new) in zip(self.origins.items(), rows, strict=True):
            self.results[index].facts.append(Fact(FactKind.ORIGIN, pk, is_new))
            if index not in self.dated:
                continue
            measures = {"channel": told.channel}
            happenings.append(self.happening(index, "origin.told", told.at, ("origin", str(pk)), measures))
        record_touchpoints(business=self.business, happenings=happenings, now=self.now)
        self.origins.clear()
