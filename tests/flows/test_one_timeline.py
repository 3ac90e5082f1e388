"""One person over every channel, and what follows for the day (S0.12, S0.16, S2.6, S2.63, S2.65, S3.7, S3.12)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sapa.accounts.models import Business
from sapa.actions.queries import list_today
from sapa.contacts.models import Contact
from sapa.contacts.queries import find_contact
from sapa.snapshots.queries import get_snapshot, list_contacts, list_told_timeline
from tests.flows.shop import (
    Bought,
    Who,
    bring,
    day,
    figures,
    talk,
    web,
    write_chat,
    write_events,
    write_orders,
    write_text,
)

pytestmark = pytest.mark.django_db

RINA = Who("Rina Wulandari", "+6281234567890")
BUDI = Who("Budi Santoso", "+6281311112222")
SARI = Who("Sari Dewi", "+6281399998888")
ANDI = Who("Andi Wijaya", "+6285712345678")
NOW = day(40, "09:30")


@pytest.fixture(scope="module")
def shop(story: Business, folder: Path) -> Business:
    """Rina goes from site to chat to counter to order and back to chat; Budi, Sari and Andi are others who wait."""
    seen = web(
        day(0, "21:00"), "tamu-1", name="Gamis Sage", path="gamis", referrer="https://www.instagram.com/"
    )
    again = web(day(1, "08:00"), "tamu-1", name="Panduan Ukuran", path="ukuran")
    form = web(
        day(1, "08:05"), "tamu-1", "track", "Form Submitted", who=RINA, form="tanya", button="Tanya Stok"
    )
    rina = [
        *talk(RINA.shown_phone, day(1, "10:00"), "Kak, gamis sage ukuran L masih ada?", "> Ada kak, ready"),
        *talk(RINA.shown_phone, day(6, "10:00"), "Paketnya sudah sampai kak, makasih", "> Sama-sama kak"),
        *talk(RINA.shown_phone, day(39, "14:00"), "Halo kak, ada model baru?"),
    ]
    notes = (
        "07/01/2026 13.00; 0812-3456-7890; datang mencoba gamis di toko; minta dikirim ke rumah\n"
        "09/01/2026 11.00; 0813-1111-2222; telepon tanya seragam kantor; minta dihubungi lagi\n"
        "30/01/2026 15.00; 0857-1234-5678; datang lihat-lihat; belum membeli\n"
    )
    order = Bought(
        "G-1", RINA, day(3, "09:00"), 245_000, item="Gamis", variant="Sage, L", delivered=day(5, "16:00")
    )
    # Sari asks every other day, then says nothing more: nobody heard a complaint.
    asked = ("Harganya berapa kak?", "Kalau warna navy ada?", "Ongkir ke Bandung berapa?", "Besok buka kak?")
    sari = [
        line
        for number, words in enumerate(asked)
        for line in talk(
            SARI.shown_phone, day(20 + 2 * number, "10:00"), words, "> Sebentar kak", "> 120.000 kak"
        )
    ]
    budi = talk(BUDI.shown_phone, day(39, "15:00"), "Kak, ukuran XL ada?")
    bring(
        story,
        NOW,
        write_events(folder, "situs.jsonl", [seen, again, form]),
        write_chat(folder, RINA.shown_phone, rina),
        write_chat(folder, SARI.shown_phone, sari),
        write_chat(folder, BUDI.shown_phone, budi),
        write_orders(folder, "pesanan.csv", [order]),
        write_text(folder, "catatan.txt", notes),
    )
    return story


def known(shop: Business, who: Who) -> Contact:
    found = find_contact(shop, who.phone)
    assert found is not None
    return found


def test_four_sources_are_one_ordered_timeline(shop: Business) -> None:
    told = list_told_timeline(known(shop, RINA))
    assert [(entry.kind, entry.channel) for entry in told] == [
        ("web.page", "web"),
        ("web.page", "web"),
        ("web.form", "web"),
        ("message.in", "whatsapp"),
        ("message.out", "whatsapp"),
        ("note.visit", "offline"),
        ("order.placed", "shop"),
        ("order.delivered", "shop"),
        ("message.in", "whatsapp"),
        ("message.out", "whatsapp"),
        ("message.in", "whatsapp"),
    ]
    assert [entry.phase for entry in told[:4]] == ["awareness", "awareness", "transaction", "transaction"]
    assert {entry.phase for entry in told[7:10]} == {"after_sales"}
    assert told[-1].phase == "retention"
    assert all(entry.summary for entry in told)


def test_first_contact_was_not_the_beginning(shop: Business) -> None:
    """The visits before the form were nobody's until she left her number (S3.7)."""
    row = next(row for row in list_contacts(shop) if row.name == RINA.name)
    assert (row.first_seen_at, row.orders) == (day(0, "21:00"), 1)
    origin = get_snapshot(known(shop, RINA), now=NOW).origin
    assert (origin.channel, origin.context) == ("instagram", "Gamis Sage → Tanya Stok")


def test_a_preference_told_once_is_known_at_the_second_meeting(shop: Business) -> None:
    sheet = get_snapshot(known(shop, RINA), now=NOW)
    assert {"ukuran L", "warna sage"} <= set(sheet.preferences)


def test_a_message_is_answered_within_two_open_hours_or_said_to_be_late(shop: Business) -> None:
    assert shop.reply_target_minutes == 120
    asked, budi = day(39, "15:00"), str(known(shop, BUDI).public_id)
    assert budi not in _waiting(shop, asked + timedelta(minutes=110))
    assert budi in _waiting(shop, asked + timedelta(minutes=130))
    waiting = next(item for item in list_today(shop, now=NOW) if item.contact.id == budi)
    assert (waiting.rule, waiting.metric) == ("unanswered", "replied_within_target")
    assert "target 2 jam" in waiting.why


def _waiting(shop: Business, now: datetime) -> set[str]:
    return {item.contact.id for item in list_today(shop, now=now, as_of=True) if item.rule == "unanswered"}


def test_who_left_without_a_word_is_found_against_their_own_rhythm(shop: Business) -> None:
    """Sari wrote every two days: after a week she is missed, long before the shop's 14 days."""
    sari = str(known(shop, SARI).public_id)
    soon = {item.contact.id: item.rule for item in list_today(shop, now=day(31, "09:00"), as_of=True)}
    assert soon.get(sari) != "silent_leaver"
    missed = {item.contact.id: item for item in list_today(shop, now=day(34, "09:00"), as_of=True)}[sari]
    assert (missed.rule, missed.metric) == ("silent_leaver", "conversion")
    assert "biasanya menulis tiap 2 hari" in missed.why


def test_a_visit_to_the_counter_is_a_contact_too(shop: Business) -> None:
    andi = known(shop, ANDI)
    assert [entry.kind for entry in list_told_timeline(andi)] == ["note.visit"]
    assert get_snapshot(andi, now=NOW).action.text
    assert figures(shop, NOW)["conversion"].sample_size == 4
