"""A skincare shop whose buyers stopped at "cek komposisi", and what one clear answer changed (S2.12, S2.18).

125 people write in the 90 days before the day of the change: 25 buy, 100 leave, and of those 73 asked about
ingredients last. In the 90 days from that day on 53 of 125 buy: a conversion 112 % higher, as in the story told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sapa.accounts.models import Business
from sapa.actions.queries import list_today
from sapa.journeys.operations import mark_day
from sapa.journeys.queries import compare_around, get_journey, list_markers
from tests.flows.shop import Bought, Line, Who, bring, crowd, day, figures, talk, write_chats, write_orders

pytestmark = pytest.mark.django_db

CHANGE = 90
NOW = day(300, "09:00")

INGREDIENTS = (
    "Kak, komposisi serumnya apa saja ya?",
    "Ini mengandung alkohol nggak kak?",
    "Aman nggak buat ibu hamil?",
    "Bahan-bahannya apa aja kak, saya alergi paraben",
    "Ada kandungan merkuri atau hidrokuinon nggak?",
    "Sudah BPOM belum kak?",
    "Halal nggak kak serumnya?",
    "niacinamide nya berapa persen kak?",
    "aman utk busui ga kak?",
)
PRICES = ("Harganya berapa kak?", "brp harga serumnya kak?", "Kalau yang 30 ml harganya berapa?")
DELIVERY = ("Ongkir ke Bekasi berapa ya?", "ongkirnya brp kak kalau ke Medan?")
STOCK = ("masih ready ga kak", "Serumnya ready stok kak?")
CLOSING = ("Oke makasih kak", "oke kak terima kasih", "Baik kak, makasih infonya")
"""What people say when they leave politely: no question, so never the friction point."""


def leaver(who: Who, at: datetime, last: str, number: int) -> list[Line]:
    """Asks the price on the way, then something else, thanks, and is never heard of again."""
    said = [
        "Halo kak",
        "> Halo kak, ada yang bisa dibantu?",
        PRICES[number % len(PRICES)],
        "> Serum 30 ml 125.000 ya kak, komposisinya ada di kemasan",
        last,
        "> Lengkapnya ada di website kami ya kak",
        CLOSING[number % len(CLOSING)],
    ]
    return talk(who.phone, at, *said)


def buyer(who: Who, at: datetime, number: int) -> list[Line]:
    """Asks about ingredients too, understands the answer, and orders."""
    said = [
        INGREDIENTS[number % len(INGREDIENTS)],
        "> Isinya air mawar, niacinamide 5 persen dan gliserin, aman untuk kulit sensitif ya kak",
        "Harganya berapa kak?",
        "> 125.000 kak",
        "Saya mau pesan 1 ya kak",
    ]
    return talk(who.phone, at, *said)


def season(
    people: Sequence[Who], begin: float, buyers: int, last: Sequence[str]
) -> tuple[dict[Who, list[Line]], list[Bought]]:
    """People who write over 90 days from `begin` on; the first of them buy a day later, the others leave."""
    chats: dict[Who, list[Line]] = {}
    orders: list[Bought] = []
    for number, who in enumerate(people):
        at = day(begin + number * 90 / len(people), "09:00")
        if number % len(people) < buyers:
            chats[who] = buyer(who, at, number)
            orders.append(Bought(f"{begin:.0f}-{number:03d}", who, at + timedelta(hours=20), total=125_000))
        else:
            chats[who] = leaver(who, at, last[number - buyers], number)
    return chats, orders


def stops(ingredients: int, prices: int, delivery: int, stock: int) -> list[str]:
    """The last questions of those who leave, in turn over the ways in which people ask."""
    wanted = ((ingredients, INGREDIENTS), (prices, PRICES), (delivery, DELIVERY), (stock, STOCK))
    return [ways[turn % len(ways)] for number, ways in wanted for turn in range(number)]


@pytest.fixture(scope="module")
def skincare(story: Business, folder: Path) -> Business:
    """The shop with both seasons read from a zip of chats and its order book."""
    before, sold_before = season(crowd(125), 0, 25, stops(73, 12, 9, 6))
    after, sold_after = season(crowd(125, begin=125), CHANGE, 53, stops(20, 24, 16, 12))
    again = [
        Bought(f"ulang-{number}", order.who, order.at + timedelta(days=40), total=125_000)
        for number, order in enumerate([*sold_before[:3], *sold_after[:22]])
    ]
    *chats, orders = bring(
        story,
        NOW,
        write_chats(folder, "chat.zip", before | after),
        write_orders(folder, "pesanan.csv", [*sold_before, *sold_after, *again]),
    )
    assert {file.kind for file in chats} == {"whatsapp"}
    assert (len(chats), orders.kind, orders.created) == (250, "orders", 103)
    return story


def test_people_stop_at_the_ingredients_and_one_clear_answer_changes_that(skincare: Business) -> None:
    day_before = (day(CHANGE) - timedelta(days=1)).date()
    changed = day(CHANGE).date()
    journey = get_journey(skincare, from_=day(0).date(), to=day_before, now=NOW)
    stages = {stage.key: stage for stage in journey.stages}
    assert (journey.contacts, stages["asked"].contacts, stages["bought"].contacts) == (125, 125, 25)
    assert stages["asked"].left == 100
    assert [(point.topic, point.contacts, point.share) for point in journey.friction] == [
        ("ingredients", 73, 0.73),
        ("price", 12, 0.12),
        ("shipping_cost", 9, 0.09),
        ("stock", 6, 0.06),
    ]
    assert journey.unread == 0
    worst = journey.friction[0]
    assert (worst.stage, worst.topic_label) == ("asked", "bahan dan keamanan")
    assert len(worst.examples) == 3
    assert {example.text for example in worst.examples} <= set(INGREDIENTS)
    assert {example.name or example.contact for example in worst.examples}
    # 73 people at the share of the other askers who bought (25 of 25 + 27), a first order being 125,000
    assert worst.estimated_cost == round(73 * 25 / 52 * 125_000)

    mark_day(business=skincare, day=changed, label="Jawaban komposisi yang jelas", by=None, now=NOW)
    assert [marker.day for marker in list_markers(skincare)] == [changed]
    found = compare_around(skincare, day=changed, days=90, follow_days=30, now=NOW)
    assert (found.before.contacts, found.before.bought, found.before.conversion) == (125, 25, 0.2)
    assert (found.after.contacts, found.after.bought, found.after.conversion) == (125, 53, 0.424)
    assert found.after.conversion / found.before.conversion == pytest.approx(2.12)
    assert found.is_clear
    assert [(row.topic, row.contacts) for row in found.before.left][:1] == [("ingredients", 73)]
    assert {row.topic: row.contacts for row in found.after.left}["ingredients"] == 20


def test_the_figures_of_both_seasons_say_the_same(skincare: Business) -> None:
    end = day(CHANGE) - timedelta(days=1)
    before = figures(skincare, NOW, day(0).date(), end.date())
    after = figures(skincare, NOW, day(CHANGE).date(), day(CHANGE + 89).date())
    assert (before["conversion"].value, after["conversion"].value) == (0.2, 0.424)
    channels = {part.key: (part.value, part.sample_size) for part in after["conversion"].parts}
    assert channels == {"whatsapp": (0.424, 125)}
    # Each buyer orders 20 hours after the first message: nobody dawdles.
    assert before["first_contact_to_purchase"].value == 20.0
    assert before["repeat_order_90d"].value == 3 / 25
    assert after["repeat_order_90d"].value == pytest.approx(22 / 53)


def test_each_leaver_is_somebody_to_greet_again_while_it_is_not_too_late(skincare: Business) -> None:
    then = day(60, "09:00")
    today = list_today(skincare, now=then, as_of=True)
    silent = [item for item in today if item.rule == "silent_leaver"]
    assert silent
    assert all(item.metric == "conversion" and item.text.startswith("Sapa lagi") for item in silent)
    assert all(item.due_at <= then + timedelta(hours=48) for item in silent)
    assert all(item.evidence for item in silent)
