"""A coffee roaster who thought that people search on Google, and what people really did (S2.22 to S2.24, S2.28).

81 of the first 100 customers saw a friend's story on Instagram, looked on TikTok, asked in a WhatsApp group and only
then came to the website; from first hearing of the shop to buying they took 17 days. After the day of the change
(a story kit with its own link, ready answers for the group) the next 50 took 5.2 days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sapa.accounts.models import Business
from sapa.contacts.queries import find_contact
from sapa.journeys.queries import compare_around, get_journey
from sapa.snapshots.queries import get_snapshot, list_contacts, list_told_timeline
from tests.flows.shop import SHOP, Line, Who, bring, crowd, day, figures, web, write_chat, write_events

pytestmark = pytest.mark.django_db

CHANGE = 60
NOW = day(130, "09:00")
GROUP = "Grup Pencinta Kopi Nusantara"
REAL = ("instagram", "tiktok", "whatsapp", "web")
ASKED = ("Kak, gayo medium masih ready?", "Toraja 250 gram berapa kak?", "Kak, robusta cocok buat es kopi?")


def bought(at: datetime, visitor: str, who: Who, number: str) -> dict[str, Any]:
    call = web(at, visitor, "track", "Order Completed", order_id=number, currency="IDR")
    call["properties"] |= {
        "subtotal": 98_000,
        "products": [{"name": "Kopi Gayo 250 g", "sku": "GYO-250", "price": 98_000, "quantity": 1}],
        "phone": who.phone,
    }
    call["context"]["traits"] = {"name": who.name, "phone": who.phone}
    return call


def slow(who: Who, number: int, begin: datetime) -> tuple[list[dict[str, Any]], list[Line]]:
    """The first season: 17 days, an hour more or less for each person; the group comes four days before buying."""
    end = begin + timedelta(days=17, minutes=60 * number - 2970)
    visitor = f"awal-{number}"
    group: list[Line] = []
    visits: list[dict[str, Any]] = []
    if number < 81:
        visits.append(
            web(
                begin,
                visitor,
                name="Kopi Gayo dari story teman",
                referrer="https://l.instagram.com/",
                path="gayo",
            )
        )
        visits.append(
            web(
                begin + timedelta(days=3),
                visitor,
                name="Cara seduh",
                referrer="https://www.tiktok.com/",
                path="seduh",
            )
        )
        group.append((end - timedelta(days=4), who.shown_phone, ASKED[number % len(ASKED)]))
    elif number < 93:
        visits.append(web(begin, visitor, name="Beranda", referrer="https://www.google.com/", path=""))
    else:
        visits.append(
            web(begin, visitor, name="Cara seduh", referrer="https://www.tiktok.com/", path="seduh")
        )
        group.append((end - timedelta(days=4), who.shown_phone, ASKED[number % len(ASKED)]))
    visits.append(web(end - timedelta(hours=5), visitor, name="Kopi Gayo 250 g", path="gayo-250"))
    visits.append(bought(end, visitor, who, f"K-{number}"))
    return visits, group


def quick(who: Who, number: int, begin: datetime) -> tuple[list[dict[str, Any]], list[Line]]:
    """The second season: the story carries the kit's link, the group has ready answers; 5.2 days."""
    end = begin + timedelta(hours=124, minutes=48 + 30 * number - 735)
    visitor = f"kini-{number}"
    kit = {"utm_source": "instagram", "utm_medium": "story", "utm_content": "story kit komunitas"}
    visits = [
        web(begin, visitor, name="Kopi Gayo", path="gayo", **kit),
        web(
            begin + timedelta(days=1),
            visitor,
            name="Cara seduh",
            referrer="https://www.tiktok.com/",
            path="seduh",
        ),
        web(end - timedelta(hours=2), visitor, name="Kopi Gayo 250 g", path="gayo-250"),
        bought(end, visitor, who, f"L-{number}"),
    ]
    return visits, [(begin + timedelta(days=2), who.shown_phone, ASKED[number % len(ASKED)])]


def passers_by() -> Iterator[dict[str, Any]]:
    """Visitors of whom nothing is ever known: a timeline, but nobody's."""
    for number in range(40):
        yield web(day(number, "20:00"), f"lewat-{number}", name="Beranda", referrer="https://www.google.com/")


@pytest.fixture(scope="module")
def roaster(story: Business, folder: Path) -> Business:
    visits: list[dict[str, Any]] = list(passers_by())
    group: list[Line] = [(day(0, "07:00"), SHOP, "Selamat datang, tanya apa saja soal kopi di sini ya")]
    people = crowd(150)
    for number, who in enumerate(people):
        is_slow = number < 100
        begin = day(number * 0.3, "08:00") if is_slow else day(CHANGE + (number - 100) * 0.5, "08:00")
        seen, said = slow(who, number, begin) if is_slow else quick(who, number - 100, begin)
        visits += seen
        group += said
    bring(story, NOW, write_chat(folder, GROUP, group), write_events(folder, "situs.jsonl", visits))
    return story


def test_most_heard_of_the_shop_in_a_friends_story(roaster: Business) -> None:
    journey = get_journey(roaster, from_=day(0).date(), to=day(CHANGE - 1).date(), now=NOW)
    assert journey.contacts == 100
    assert [(row.channel, row.context, row.contacts, row.share) for row in journey.first_touch] == [
        ("instagram", "Kopi Gayo dari story teman", 81, 0.81),
        ("google", "Beranda", 12, 0.12),
        ("tiktok", "Cara seduh", 7, 0.07),
    ]


def test_the_real_path_stands_before_the_one_assumed(roaster: Business) -> None:
    journey = get_journey(roaster, from_=day(0).date(), to=day(CHANGE - 1).date(), now=NOW)
    assert [(path.steps, path.contacts, path.share) for path in journey.paths] == [
        (REAL, 81, 0.81),
        (("google", "web"), 12, 0.12),
        (("tiktok", "whatsapp", "web"), 7, 0.07),
    ]


def test_from_first_hearing_to_buying_took_17_days_and_takes_5_days_now(roaster: Business) -> None:
    end = day(CHANGE - 1).date()
    before = figures(roaster, NOW, day(0).date(), end)
    after = figures(roaster, NOW, day(CHANGE).date(), None)
    heard = "first_heard_to_purchase"
    assert (before[heard].value, before[heard].sample_size) == (17 * 24, 100)
    assert after[heard].value == pytest.approx(5.2 * 24)
    assert after[heard].sample_size == 50
    # First contact is another thing than first hearing: in the first season it is the word in the group.
    contact = before["first_contact_to_purchase"]
    assert (contact.value, contact.sample_size, contact.excluded) == (96.0, 88, {"no_contact_before": 12})
    found = compare_around(roaster, day=day(CHANGE).date(), days=60, follow_days=30, now=NOW)
    assert found.before.median_hours == 17 * 24
    assert found.after.median_hours == pytest.approx(5.2 * 24)
    assert found.before.median_interval is not None
    assert found.after.median_interval is not None
    assert found.after.median_interval[1] < found.before.median_interval[0]


def test_one_customer_is_one_timeline_from_the_story_to_the_order(roaster: Business) -> None:
    rina = crowd(1)[0]
    found = find_contact(roaster, rina.phone)
    assert found is not None
    told = list_told_timeline(found)
    kinds = ["web.page", "web.page", "message.in", "web.page", "order.placed", "order.paid"]
    assert [entry.kind for entry in told] == kinds
    assert [entry.at for entry in told] == sorted(entry.at for entry in told)
    sheet = get_snapshot(found, now=NOW)
    assert (sheet.contact.name, sheet.origin.channel) == (rina.name, "instagram")
    assert sheet.origin.context == "Kopi Gayo dari story teman"
    assert len(list_contacts(roaster)) == 150
