"""A fashion shop that helps after the purchase instead of asking for a review (S2.1, S2.3, S2.44, S4.11, S4.27)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sapa.accounts.models import Business
from sapa.actions.queries import list_today
from sapa.contacts.models import Contact
from sapa.contacts.queries import find_contact
from sapa.snapshots.queries import get_snapshot, list_told_timeline
from tests.flows.shop import Bought, Line, Who, bring, crowd, day, figures, talk, write_chats, write_orders

pytestmark = pytest.mark.django_db

NOW = day(200, "09:00")
SHIRT = "Kemeja Linen"
ARRIVES = timedelta(days=2)
PEOPLE = crowd(20)
HELPED, VOUCHER, CHEAP, OFFERED, LATE, CANCELLED, GONE = (
    PEOPLE[:8],
    PEOPLE[8:12],
    PEOPLE[12],
    PEOPLE[13],
    PEOPLE[14:16],
    PEOPLE[16],
    PEOPLE[17:20],
)
"""8 come back because they were helped, 6 because of a lower price, 2 too late, 1 cancels, 3 stay away."""
RINA = HELPED[0]


def first_order(number: int, who: Who) -> Bought:
    at = day(number, "10:00")
    return Bought(f"P-{number}", who, at, 185_000, item=SHIRT, variant="Sage, L", delivered=at + ARRIVES)


def helped(who: Who, arrived: float) -> list[Line]:
    """Three days after the goods came: how to wear them, by size and colour; a photo comes back."""
    return talk(
        who.phone,
        day(arrived + 3, "15:00"),
        f"> Kak {who.name.split()[0]}, kemeja linen sage ukuran L yang kakak beli cocok dipadukan dengan celana krem ya",
        "IMG-20260110-WA0003.jpg (file terlampir)",
        "Cantik banget kak, aku pakai ke kantor",
        "> Wah serasi sekali kak",
    )


def all_orders() -> list[Bought]:
    orders = [first_order(number, who) for number, who in enumerate(PEOPLE)]
    firsts = {order.who: order for order in orders}

    def again(who: Who, days: float, number: str, **more: object) -> None:
        orders.append(Bought(f"U-{number}", who, firsts[who].at + timedelta(days=days), 150_000, **more))  # type: ignore[arg-type]

    for number, who in enumerate(HELPED):
        # Two things within three days of the word that helped (the fifth day after the order).
        again(who, 7, f"{number}", item="Celana Krem", variant="Krem, L")
        orders.append(
            Bought(f"U-{number}", who, firsts[who].at + timedelta(days=7), 60_000, item="Kerudung Sage")
        )
    for number, who in enumerate(VOUCHER):
        again(who, 30, f"v{number}", voucher="KEMBALI10")
    again(CHEAP, 30, "murah", list_total=200_000)
    again(OFFERED, 45, "promo")
    for number, who in enumerate(LATE):
        again(who, 95, f"l{number}")
    again(CANCELLED, 20, "batal", status="Dibatalkan")
    return orders


def all_chats() -> dict[Who, list[Line]]:
    chats = {who: helped(who, number + 2) for number, who in enumerate(HELPED)}
    for who in (*VOUCHER[:2], LATE[0]):
        at = PEOPLE.index(who) + 2 + 4
        chats[who] = talk(
            who.phone, day(at, "11:00"), "> Kak, bagaimana kemejanya, nyaman dipakai?", "Nyaman kak"
        )
    # Outside the 1st to 30th day after delivery: too early, and too late.
    chats[CANCELLED] = talk(CANCELLED.phone, day(18, "20:00"), "> Paketnya sudah sampai ya kak", "Sudah kak")
    chats[OFFERED] = talk(
        OFFERED.phone, day(13 + 43, "11:00"), "> Promo akhir bulan kak, diskon 10% semua kemeja"
    )
    return chats


@pytest.fixture(scope="module")
def fashion(story: Business, folder: Path) -> Business:
    bring(
        story,
        NOW,
        write_orders(folder, "pesanan.csv", all_orders()),
        write_chats(folder, "chat.zip", all_chats()),
    )
    return story


def known(shop: Business, who: Who) -> Contact:
    found = find_contact(shop, who.phone)
    assert found is not None
    return found


def test_who_comes_back_and_who_does_so_without_a_push(fashion: Business) -> None:
    found = figures(fashion, NOW)
    assert (found["repeat_order_90d"].value, found["repeat_order_90d"].sample_size) == (14 / 20, 20)
    assert (found["organic_repeat_90d"].value, found["organic_repeat_90d"].sample_size) == (8 / 20, 20)
    assert found["organic_repeat_90d"].interval is not None


def test_only_a_word_after_the_goods_came_counts_as_after_sale_care(fashion: Business) -> None:
    coverage = figures(fashion, NOW)["after_sales_coverage"]
    assert (coverage.value, coverage.sample_size, coverage.excluded) == (11 / 20, 20, {})
    assert coverage.tomorrow.text


def test_the_timeline_tells_help_photo_and_the_next_order_in_their_phases(fashion: Business) -> None:
    told = [
        (entry.kind, entry.phase)
        for entry in list_told_timeline(known(fashion, RINA))
        if entry.kind in ("message.out", "message.in", "order.placed")
    ]
    assert told == [
        ("order.placed", "transaction"),
        ("message.out", "after_sales"),
        ("message.in", "after_sales"),
        ("message.in", "after_sales"),
        ("message.out", "after_sales"),
        ("order.placed", "retention"),
    ]
    photo = next(e for e in list_told_timeline(known(fashion, RINA)) if e.kind == "message.in")
    assert "foto" in photo.summary.lower()


def test_the_sheet_remembers_what_fits_and_that_she_came_back(fashion: Business) -> None:
    sheet = get_snapshot(known(fashion, RINA), now=NOW)
    assert {"ukuran L", "warna sage"} <= set(sheet.preferences)
    assert (sheet.orders.count, sheet.orders.total, sheet.trust) == (2, 395_000, "trusting")
    assert len(sheet.history) <= 3


def test_before_the_word_sapa_says_whom_to_help_with_what(fashion: Business) -> None:
    then = day(4, "10:30")
    today = {item.contact.name: item for item in list_today(fashion, now=then, as_of=True)}
    rina = today[RINA.name]
    assert (rina.rule, rina.metric) == ("no_after_sale_word", "after_sales_coverage")
    assert rina.text.startswith(f"Tanya kabar Rina: bagaimana {SHIRT} dipakai")
    assert rina.due_at <= then + timedelta(hours=48)
    assert "ulasan" not in rina.text
    after = day(5, "16:00")
    assert RINA.name not in {item.contact.name for item in list_today(fashion, now=after, as_of=True)}
