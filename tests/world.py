"""A small planted world: facts laid down one by one, so that a test can count every figure by hand.

It writes the facts as the digest of events leaves them (a touchpoint beside each), without going through
files; readings are given by the test, not by the model. Times are `day(n)` or `day(n, "14:30")` in Jakarta.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.contacts.models import Change, Contact, Identity, ToldOrigin
from sapa.conversations.models import Conversation, Mark, Message
from sapa.orders.models import Order
from sapa.promises.models import Promise
from sapa.readings.models import Reading
from sapa.responses.models import Response
from sapa.timeline.models import Touchpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

JAKARTA = ZoneInfo("Asia/Jakarta")
START = date(2026, 1, 5)
"""Day 0: a Monday."""


def day(number: float, clock: str = "10:00") -> datetime:
    """The moment so many days after Monday 5 January 2026, in Jakarta."""
    hour, minute = clock.split(":")
    whole = int(number)
    at = datetime.combine(START + timedelta(days=whole), time(int(hour), int(minute)), JAKARTA)
    return at + timedelta(days=number - whole)


@dataclass(frozen=True)
class Someone:
    """A contact with the identity that its facts point to."""

    contact: Contact | None
    identity: Identity

    @property
    def pk(self) -> int:
        assert self.contact is not None
        return self.contact.pk


class World:
    """Lays facts of one business; every fact writes its change, as operations do."""

    def __init__(self, business: Business) -> None:
        self.business = business
        self._numbers = count(1)

    def channel(self, kind: str, name: str = "") -> Channel:
        found, _ = Channel.objects.get_or_create(
            business=self.business, kind=kind, name=name, defaults={"created_at": day(0)}
        )
        return found

    def someone(self, name: str = "", *, kind: str = "phone", known: bool = True) -> Someone:
        """A contact with one identity; `known=False` is an anonymous visitor or a masked buyer."""
        number = next(self._numbers)
        contact = None
        if known:
            contact = Contact.objects.create(
                business=self.business, name=name or f"Orang {number}", created_at=day(0)
            )
        identity = Identity.objects.create(
            business=self.business,
            kind=kind,
            value=f"{kind}-{number}",
            is_key=known,
            learned_at=day(0),
            contact=contact,
        )
        return Someone(contact, identity)

    def someones(self, number: int) -> list[Someone]:
        return [self.someone() for _ in range(number)]

    def touch(
        self,
        who: Someone,
        kind: str,
        at: datetime,
        *,
        channel: str = "web",
        phase: str = "",
        measures: Mapping[str, Any] | None = None,
        source: tuple[str, str] | None = None,
        rank: int = 0,
    ) -> Touchpoint:
        source_kind, source_key = source or ("event", str(next(self._numbers)))
        Change.objects.create(business=self.business, contact=who.contact)
        return Touchpoint.objects.create(
            business=self.business,
            identity=who.identity,
            channel=self.channel(channel) if channel else None,
            kind=kind,
            happened_at=at,
            learned_at=at,
            rank=rank,
            source_kind=source_kind,
            source_key=source_key,
            measures=dict(measures or {}),
            phase=phase,
        )

    def thread(self, who: Someone, *, channel: str = "whatsapp", group: str = "") -> Conversation:
        """The private thread with a person, or the group of that name."""
        found, _ = Conversation.objects.get_or_create(
            business=self.business,
            channel=self.channel(channel),
            key=group or f"thread-{who.identity.pk}",
            defaults={"title": group, "is_group": bool(group), "identity": None if group else who.identity},
        )
        return found

    def says(
        self,
        who: Someone,
        at: datetime,
        text: str = "",
        *,
        intent: str = "",
        asks: bool = False,
        closes: bool = False,
        sentiment: str = "",
        needs_human: bool = False,
        group: str = "",
        channel: str = "whatsapp",
        rank: int = 0,
    ) -> Message:
        """A message of the person, with what a reading makes of it."""
        message = self._message(who, at, text or "…", "in", group=group, channel=channel, rank=rank)
        Reading.objects.create(
            business=self.business,
            message=message,
            intent=intent,
            sentiment=sentiment,
            needs_human=needs_human,
            is_question=asks,
            closes=closes,
        )
        return message

    def asks(self, who: Someone, at: datetime, topic: str, text: str = "", **more: Any) -> Message:
        """A question about a topic."""
        return self.says(who, at, text or f"tanya {topic} kak?", intent=topic, asks=True, **more)

    def answers(
        self, who: Someone, at: datetime, text: str = "baik kak", *, automatic: bool = False, **more: Any
    ) -> Message:
        """A message of the shop to the person."""
        return self._message(who, at, text, "out", automatic=automatic, **more)

    def _message(
        self,
        who: Someone,
        at: datetime,
        text: str,
        direction: str,
        *,
        group: str = "",
        channel: str = "whatsapp",
        automatic: bool = False,
        rank: int = 0,
    ) -> Message:
        message = Message.objects.create(
            business=self.business,
            conversation=self.thread(who, channel=channel, group=group),
            identity=who.identity if direction == "in" else None,
            direction=direction,
            text=text,
            happened_at=at,
            learned_at=at,
            rank=rank,
            dedupe_key=f"message-{next(self._numbers)}",
            is_automatic=automatic,
        )
        measures: dict[str, Any] = {"group": True} if group else {}
        if automatic:
            measures["automatic"] = True
        self.touch(
            who,
            f"message.{direction}",
            at,
            channel=channel,
            measures=measures,
            source=("message", str(message.pk)),
            rank=rank,
        )
        return message

    def buys(
        self,
        who: Someone,
        at: datetime,
        value: int = 100_000,
        *,
        status: str = "completed",
        channel: str = "shop",
        list_total: int | None = None,
        vouchers: tuple[str, ...] = (),
        delivered_at: datetime | None = None,
        ended_at: datetime | None = None,
        masked: bool = False,
    ) -> Order:
        order = Order.objects.create(
            business=self.business,
            channel=self.channel(channel),
            number=f"INV-{next(self._numbers)}",
            identity=who.identity,
            status=status,
            placed_at=at,
            delivered_at=delivered_at,
            ended_at=ended_at,
            goods_total=value,
            list_total=list_total,
            voucher_codes=list(vouchers),
            is_masked=masked,
        )
        self.touch(who, "order.placed", at, channel=channel, source=("order", str(order.pk)))
        return order

    def tells_origin(
        self, who: Someone, at: datetime, channel: str, context: str = "", referrer: str = ""
    ) -> ToldOrigin:
        Change.objects.create(business=self.business, contact=who.contact)
        return ToldOrigin.objects.create(
            business=self.business,
            identity=who.identity,
            dedupe_key=f"told-{next(self._numbers)}",
            at=at,
            channel=channel,
            context=context,
            referrer=referrer,
        )

    def promises(
        self,
        who: Someone,
        made_at: datetime,
        due_at: datetime,
        done_at: datetime | None = None,
        *,
        dismissed: bool = False,
    ) -> Promise:
        message = self.answers(who, made_at, "besok kami kirim resinya ya kak")
        return Promise.objects.create(
            business=self.business,
            contact=who.contact,
            message=message,
            kind="send",
            made_at=made_at,
            due_at=due_at,
            done_at=done_at,
            is_dismissed=dismissed,
        )

    def rates(self, who: Someone, at: datetime, survey: str, score: int) -> Response:
        Change.objects.create(business=self.business, contact=who.contact)
        return Response.objects.create(
            business=self.business,
            channel=self.channel("shop"),
            identity=who.identity,
            dedupe_key=f"response-{next(self._numbers)}",
            survey=survey,
            score=score,
            happened_at=at,
            learned_at=at,
        )

    def marks(self, who: Someone, at: datetime, kind: str = "answered", **more: Any) -> Mark:
        Change.objects.create(business=self.business, contact=who.contact)
        return Mark.objects.create(
            business=self.business, conversation=self.thread(who, **more), kind=kind, at=at
        )
