"""Three months in which return, value of repeat orders and unasked referrals rise together (S2.45, S2.46, S2.72, S2.73)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from sapa.accounts.models import Business
from sapa.contacts.queries import find_contact
from sapa.snapshots.queries import get_snapshot
from tests.flows.shop import (
    Bought,
    Line,
    Who,
    bring,
    crowd,
    day,
    figures,
    talk,
    write_chat,
    write_chats,
    write_orders,
    write_reviews,
)

pytestmark = pytest.mark.django_db

NOW = day(182, "09:00")
MONTHS = ((0, 10, 100_000), (27, 13, 120_000), (55, 16, 140_000))
"""First day of the month's buyers, how many of its 50 return within the month, and for how much."""
PEOPLE = crowd(150)
FRIENDS = crowd(2, begin=150)
SENDS = "Temen aku mau pesan juga kak, aku kasih nomor kakak ya"
PRAISES = "Kopinya mantap, pokoknya Toko Sage langganan keluarga kami"
ARRIVES = "Halo kak, saya tahu dari teman, katanya kopinya enak"


def of_month(month: int, number: int) -> Who:
    return PEOPLE[month * 50 + number]


def all_orders() -> list[Bought]:
    orders = []
    for month, (begin, returned, value) in enumerate(MONTHS):
        for number in range(50):
            who = of_month(month, number)
            at = day(begin + number // 10, "10:00")
            orders.append(Bought(f"R-{month}-{number}", who, at, 90_000))
            if number < returned:
                orders.append(Bought(f"R-{month}-{number}-lagi", who, at + timedelta(days=14), value))
    return orders


def all_chats() -> dict[Who, list[Line]]:
    """2, 4 and 6 unasked words that bring people, two of them reviews; and one that the shop asked for."""
    chats = {
        who: talk(who.phone, day(at, "19:00"), SENDS, "> Wah terima kasih banyak kak")
        for who, at in (
            *((of_month(0, 0), 8),),
            *((of_month(1, 0), 35), (of_month(1, 1), 36)),
            *((of_month(2, 0), 62), (of_month(2, 1), 63), (of_month(2, 2), 64)),
        )
    }
    asked = of_month(2, 3)
    chats[asked] = [
        *talk(asked.phone, day(64, "10:00"), "> Kak, boleh minta ulasannya dan ajak teman ya"),
        *talk(asked.phone, day(66, "10:00"), SENDS),
    ]
    for friend, at in zip(FRIENDS, (40, 70), strict=True):
        chats[friend] = talk(friend.phone, day(at, "11:00"), ARRIVES, "> Halo kak, senang mendengarnya")
    return chats


@pytest.fixture(scope="module")
def loved(story: Business, folder: Path) -> Business:
    group = [
        (day(1, "08:00"), "Toko Sage", "Selamat datang di grup"),
        (day(37, "20:00"), of_month(1, 2).shown_phone, PRAISES),
        (day(65, "20:00"), of_month(2, 4).shown_phone, PRAISES),
        (day(65, "21:00"), of_month(2, 4).shown_phone, PRAISES),
    ]
    reviews = [
        (day(9, "12:00"), of_month(0, 5), 5, "Kopinya segar"),
        (day(66, "12:00"), of_month(2, 5), 4, "Cocok untuk V60"),
        (day(67, "12:00"), of_month(2, 6), 2, "Kemasannya penyok"),
    ]
    bring(
        story,
        NOW,
        write_orders(folder, "pesanan.csv", all_orders()),
        write_chats(folder, "chat.zip", all_chats()),
        write_chat(folder, "Grup Pencinta Kopi", group),
        write_reviews(folder, "ulasan.csv", reviews),
    )
    return story


def test_three_rising_months_are_a_return_on_care(loved: Business) -> None:
    roi = figures(loved, NOW)["roi"]
    assert (roi.value, roi.why) == ("up", "Ketiganya naik tiap bulan.")
    months = [
        (point.value, point.sample_size, point.repeat_order_value, point.organic_referrals)  # type: ignore[union-attr]
        for point in roi.months
    ]
    assert months == [(0.2, 50, 100_000, 2), (0.26, 50, 120_000, 4), (0.32, 50, 140_000, 6)]


def test_only_what_nobody_asked_for_counts(loved: Business) -> None:
    march = figures(loved, NOW, date(2026, 3, 1), date(2026, 3, 31))
    assert (march["organic_referrals"].value, march["organic_referrals"].excluded) == (6, {"prompted": 1})
    # Of March's 50 buyers: three who sent a friend, one who praised us in the group, one good review.
    assert march["unprompted_referral"].value == 5 / 50
    found = find_contact(loved, of_month(2, 0).phone)
    assert found is not None
    assert get_snapshot(found, now=day(64, "09:00"), as_of=True).trust == "trusting"
