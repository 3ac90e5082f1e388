"""What the shop promised in its chats, kept, late and broken, counted from the exports alone (S0.8, S3.4)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sapa.accounts.models import Business
from sapa.actions.queries import list_today
from sapa.contacts.queries import find_contact
from sapa.snapshots.queries import get_snapshot
from tests.flows.shop import Bought, Line, Who, bring, crowd, day, figures, talk, write_chats, write_orders

pytestmark = pytest.mark.django_db

NOW = day(40, "09:00")
PEOPLE = crowd(21)
KEPT, LATE, BROKEN, OPEN, NONE = PEOPLE[:12], PEOPLE[12:14], PEOPLE[14:16], PEOPLE[16:17], PEOPLE[17:20]
SHIPPED = PEOPLE[20]
PROMISE = "> Besok kami kirim resinya ya kak"
RECEIPT = "> Ini resinya kak: JNE 0123456789012"
NO_PROMISE = (
    "> Kalau transfer hari ini, besok dikirim ya kak",
    "> Biasanya 2-3 hari sampai kak",
    "> Kami usahakan secepatnya ya kak",
)


def asked(who: Who, at: float, answer: str) -> list[Line]:
    return talk(who.phone, day(at, "10:00"), "Kak resinya mana ya?", answer, "Oke makasih kak")


@pytest.fixture(scope="module")
def shop(story: Business, folder: Path) -> Business:
    chats: dict[Who, list[Line]] = {}
    for number, who in enumerate(KEPT):
        chats[who] = [*asked(who, number, PROMISE), *talk(who.phone, day(number + 1, "16:00"), RECEIPT)]
    for number, who in enumerate(LATE):
        chats[who] = [*asked(who, number, PROMISE), *talk(who.phone, day(number + 4, "16:00"), RECEIPT)]
    for number, who in enumerate(BROKEN):
        chats[who] = asked(who, number, PROMISE)
    for who in OPEN:
        chats[who] = asked(who, 39, PROMISE)
    for number, who in enumerate(NONE):
        chats[who] = asked(who, number, NO_PROMISE[number])
    # Kept by a deed in another file: the order book says that it was sent in time.
    chats[SHIPPED] = talk(
        SHIPPED.phone, day(5, "10:00"), "Kapan dikirim kak?", "> Lusa pesanannya kami kirim ya kak"
    )
    order = Bought("J-1", SHIPPED, day(5, "09:00"), status="Selesai", delivered=day(7, "15:00"))
    bring(story, NOW, write_chats(folder, "chat.zip", chats), write_orders(folder, "pesanan.csv", [order]))
    return story


def test_promises_kept_are_those_done_by_the_day_that_was_named(shop: Business) -> None:
    kept = figures(shop, NOW)["promises_kept"]
    assert (kept.sample_size, kept.value) == (17, pytest.approx(13 / 17))
    parts = {part.key: part.sample_size for part in kept.parts}
    assert parts == {"kept": 13, "late": 2, "broken": 2}


def test_an_open_promise_stands_on_the_sheet_and_in_today(shop: Business) -> None:
    contact = find_contact(shop, OPEN[0].phone)
    assert contact is not None
    (promise,) = get_snapshot(contact, now=NOW).open_promises
    assert promise.due_at == day(41, "00:00")
    assert not promise.is_late
    assert "resinya" in promise.text
    (item,) = [item for item in list_today(shop, now=NOW) if item.rule == "promise"]
    assert (item.contact.id, item.metric) == (str(contact.public_id), "promises_kept")
    assert item.due_at == day(41, "00:00")
    assert item.text.startswith("Kirim nomor resi ke")


def test_a_late_promise_is_pressed_and_after_14_days_only_counted(shop: Business) -> None:
    contact = find_contact(shop, BROKEN[0].phone)
    assert contact is not None
    late = get_snapshot(contact, now=day(6, "09:00"), as_of=True)
    assert [promise.is_late for promise in late.open_promises] == [True]
    assert late.action.rule == "promise"
    assert get_snapshot(contact, now=day(2, "00:00") + timedelta(days=15), as_of=True).open_promises == ()


def test_sentences_that_only_sound_like_promises_are_none(shop: Business) -> None:
    for who in NONE:
        contact = find_contact(shop, who.phone)
        assert contact is not None
        assert get_snapshot(contact, now=day(3, "23:00"), as_of=True).open_promises == ()
