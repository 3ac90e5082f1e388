"""What a month would cost, from the shop's own messages."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sapa.accounts.models import Business
from sapa.gateway.digest import digest_events
from sapa.gateway.dispatch import count_written, estimate_month
from sapa.gateway.dispatch.estimating import Volume, Written
from sapa.gateway.dispatch.prices import PriceTable
from sapa.gateway.types import ChannelRef, ConversationRef, Event, MessageReceived, Person

PRICES = PriceTable(service=350, utility=360, marketing=600, authentication=360, free_service_a_month=10)


class _Chats:
    """WhatsApp chats as an import brings them."""

    def __init__(self, business: Business, now: datetime) -> None:
        self.business, self.now, self._count = business, now, 0

    def tell(self, *said: tuple[str, timedelta], kind: str = "whatsapp") -> None:
        digest_events(
            business=self.business, events=[self._event(*one, kind=kind) for one in said], now=self.now
        )

    def _event(self, who: str, ago: timedelta, *, kind: str) -> Event:
        self._count += 1
        return MessageReceived(
            channel=ChannelRef(kind),
            conversation=ConversationRef(key="Rina Wulandari", title="Rina Wulandari"),
            dedupe_key=f"{kind}-{self._count}",
            person=Person(record=("chat", "whatsapp:Rina"), name="Rina Wulandari") if who == "Rina" else None,
            text="Halo",
            at=self.now - ago,
            rank=self._count,
            teammate="" if who == "Rina" else "Toko Sage",
        )


@pytest.fixture
def chats(toko_sage: Business, now: datetime) -> _Chats:
    return _Chats(toko_sage, now)


def _days(count: float) -> timedelta:
    return timedelta(days=count)


@pytest.mark.django_db
class TestCounting:
    def test_an_answer_within_a_day_is_apart_from_a_later_one(self, chats: _Chats) -> None:
        chats.tell(
            ("Rina", _days(40)),
            ("Toko Sage", _days(39.5)),
            ("Toko Sage", _days(38.9)),
            ("Rina", _days(10)),
            ("Toko Sage", _days(9.9)),
            ("Toko Sage", _days(80)),
        )
        found = count_written(chats.business, "whatsapp", now=chats.now)
        assert found == Written((Volume(1, 0), Volume(1, 1)), 80)
        assert not found.is_rough

    def test_a_few_days_are_stretched_to_a_month_and_said_to_be_rough(self, chats: _Chats) -> None:
        chats.tell(("Rina", _days(10)), ("Toko Sage", _days(9.9)), ("Toko Sage", _days(8)))
        found = count_written(chats.business, "whatsapp", now=chats.now)
        assert found == Written((Volume(3, 3),), 10)
        assert found.is_rough

    def test_other_channels_other_shops_and_older_words_do_not_count(
        self, chats: _Chats, now: datetime
    ) -> None:
        chats.tell(("Toko Sage", _days(100)), ("Rina", _days(1)))
        chats.tell(("Toko Sage", _days(3)), kind="telegram")
        assert count_written(chats.business, "whatsapp", now=now) == Written((), 0)

    def test_it_asks_the_same_however_much_was_written(self, chats: _Chats) -> None:
        chats.tell(("Rina", _days(89)), ("Toko Sage", _days(88.9)))
        chats.tell(*[("Toko Sage", _days(day)) for day in range(1, 80)])
        with CaptureQueriesContext(connection) as queries:
            count_written(chats.business, "whatsapp", now=chats.now)
        assert len(queries) == 3


class TestEstimating:
    def test_nothing_written_says_nothing(self) -> None:
        assert estimate_month((), PRICES) is None

    def test_the_bounds_are_the_quietest_and_the_busiest_month(self) -> None:
        found = estimate_month((Volume(8, 1), Volume(30, 5)), PRICES)
        assert found is not None
        assert (found.low, found.high) == (360, 20 * 350 + 5 * 360)
        assert found.as_promotion == 20 * 350 + 5 * 600
        assert found.typical == Volume(19, 3)

    def test_one_month_alone_has_the_bounds_of_chance(self) -> None:
        found = estimate_month((Volume(100, 4),), PRICES)
        assert found is not None
        assert found.low == (80 - 10) * 350
        assert found.high == (120 - 10) * 350 + 8 * 360
