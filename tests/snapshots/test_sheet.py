"""The one sheet of a contact: who, from where, what happened, how they stand, and what to do."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import translation

from sapa.accounts.models import Business, Teammate
from sapa.contacts.models import Contact, Description
from sapa.contacts.operations import state
from sapa.conversations.models import Note
from sapa.orders.models import Order
from sapa.snapshots.operations import refresh_changed
from sapa.snapshots.queries import get_snapshot, list_contacts, list_ready, list_told_timeline
from sapa.snapshots.sharing import export_header, export_rows, snapshot_text
from sapa.snapshots.types import Snapshot
from tests.world import Someone, World, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(toko_sage: Business) -> World:
    return World(toko_sage)


def sheet(world: World, who: Someone, now: datetime, *, as_of: bool = False) -> Snapshot:
    assert who.contact
    return get_snapshot(who.contact, now=now, as_of=as_of)


def lines(world: World, who: Someone, now: datetime) -> list[tuple[str, str]]:
    return [(line.what, line.outcome) for line in sheet(world, who, now).history]


def buy(
    world: World, who: Someone, number: float, item: str, value: int, variant: str = "", **more: object
) -> Order:
    order = world.buys(who, day(number), value, **more)  # type: ignore[arg-type]
    order.items = [{"name": item, "variant": variant, "quantity": 1}]
    order.save()
    return order


def test_rina_s_sheet(world: World, dina: Teammate) -> None:
    """The example of the screen: TikTok, a purchase that pleased her, a size table, and now a question."""
    rina = world.someone("Rina Wulandari")
    world.touch(rina, "web.ad_click", day(0), measures={"utm_source": "tiktok", "utm_content": "Cara Pilih Ukuran", "button": "Tanya Stok"})  # fmt: skip
    buy(world, rina, 1, "Kemeja", 185_000, delivered_at=day(3))
    world.rates(rina, day(5), "csat", 5)
    world.asks(rina, day(100), "size_fit", "ukuran L lingkar dadanya berapa kak?")
    answer = world.answers(rina, day(100, "10:10"), "ini tabelnya ya kak https://tokosage.example/ukuran")
    answer.author_name = "Dina"
    answer.save()
    world.asks(rina, day(110), "stock", "kak, warna sage ukuran L masih ada?")
    now = day(110, "15:00")
    refresh_changed(world.business, now=now)
    found = sheet(world, rina, now)
    assert (found.origin.channel, found.origin.context) == ("tiktok", "Cara Pilih Ukuran → Tanya Stok")
    assert [(line.what, line.outcome) for line in found.history] == [
        ("Tanya stok sage L", "belum dijawab"),
        ("Tanya ukuran L", "dikirim tautan"),
        ("Beli Kemeja Rp185.000", "sampai, memberi nilai 5/5"),
    ]
    assert (found.trust, found.action.rule, found.action.owner) == ("trusting", "unanswered", "Dina")
    assert found.action.text == "Balas Rina: tanya stok sage L"
    assert found.action.id is not None
    assert found.preferences == ("ukuran L", "warna sage")
    assert (found.orders.count, found.orders.total, found.orders.currency) == (1, 185_000, "IDR")
    assert found.as_of == now


def test_the_example_of_the_seed(world: World) -> None:
    andi = world.someone("Andi Wijaya")
    world.asks(andi, day(0, "13:00"), "installment", "bisa nyicil kak?")
    assert lines(world, andi, day(0, "15:00")) == [("Tanya cicilan", "belum dikirim penawaran")]
    text = snapshot_text(sheet(world, andi, day(0, "15:00")))
    assert "• Tanya cicilan (2 jam lalu) → belum dikirim penawaran" in text


def test_who_answers_our_question_gladly_is_thanked_and_not_late(world: World) -> None:
    sari = world.someone("Sari Dewi")
    world.answers(sari, day(0), "Halo Kak, bajunya nyaman dipakai?")
    world.says(sari, day(0, "10:20"), "nyaman kak, adem", intent="testimonial", sentiment="positive")
    assert lines(world, sari, day(1)) == [("Bercerita puas", "puas")]
    action = sheet(world, sari, day(1)).action
    assert (action.rule, action.text) == ("next_step", "Ucapkan terima kasih ke Sari: “nyaman kak, adem”")
    assert action.evidence == ("nyaman kak, adem",)
    assert sheet(world, sari, day(20)).action.text == "Tanya Sari tahu toko dari mana"
    world.answers(sari, day(1), "Senang dengarnya Kak")
    assert sheet(world, sari, day(1, "11:00")).action.text == "Tanya Sari tahu toko dari mana"


def test_never_more_than_three_lines(world: World) -> None:
    andi = world.someone("Andi Wijaya")
    for number in range(0, 50, 10):
        world.asks(andi, day(number), "price")
        world.answers(andi, day(number, "10:10"))
    found = sheet(world, andi, day(41))
    assert len(found.history) == 3
    assert [line.at for line in found.history] == [day(40), day(30), day(20)]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("ada kak", "sudah dijawab"),
        ("cek di https://tokosage.example ya", "dikirim tautan"),
        ("besok kami kirim fotonya ya kak", "dijanjikan, tenggat besok"),
    ],
)
def test_what_became_of_a_question(world: World, answer: str, outcome: str) -> None:
    sari = world.someone("Sari Dewi")
    world.asks(sari, day(0), "stock")
    world.answers(sari, day(0, "10:10"), answer)
    assert lines(world, sari, day(0, "12:00")) == [("Tanya stok", outcome)]


def test_a_question_that_led_to_an_order_is_one_line(world: World) -> None:
    sari = world.someone("Sari Dewi")
    world.asks(sari, day(0), "stock")
    world.answers(sari, day(0, "10:10"))
    buy(world, sari, 1, "Kemeja", 185_000, status="shipped")
    assert lines(world, sari, day(2)) == [("Tanya stok", "membeli, dalam kiriman")]


def test_a_talk_does_not_take_the_order_of_the_next(world: World) -> None:
    sari = world.someone("Sari Dewi")
    world.asks(sari, day(0), "price")
    world.answers(sari, day(0, "10:10"))
    world.asks(sari, day(5), "payment", "bayar ke mana kak? yang L")
    world.answers(sari, day(5, "10:10"))
    buy(world, sari, 5.1, "Kemeja", 185_000, status="paid")
    assert lines(world, sari, day(6)) == [("Soal pembayaran", "membeli, sedang disiapkan"), ("Tanya harga", "sudah dijawab")]  # fmt: skip


def test_silence_after_an_answer_is_told(world: World) -> None:
    sari = world.someone("Sari Dewi")
    world.asks(sari, day(0), "ingredients")
    world.answers(sari, day(0, "10:10"), "tepung dan gula kak")
    world.says(sari, day(0, "10:12"), "oke makasih kak", intent="thanks", closes=True)
    assert lines(world, sari, day(20)) == [("Tanya bahan", "sudah dijawab, lalu diam")]


def test_a_complaint_open_and_settled(world: World) -> None:
    budi = world.someone("Budi Santoso")
    world.says(budi, day(0), "robek kak", intent="complaint", sentiment="negative", needs_human=True)
    assert lines(world, budi, day(0, "12:00")) == [("Ada keluhan", "belum dijawab")]
    world.answers(budi, day(0, "13:00"), "maaf kak, kami cek")
    assert lines(world, budi, day(0, "14:00")) == [("Ada keluhan", "sudah dijawab, belum selesai")]
    world.says(budi, day(1), "sudah beres kak, makasih", intent="thanks", sentiment="positive", closes=True)
    assert lines(world, budi, day(1, "12:00")) == [("Ada keluhan", "selesai")]


def test_notes_visits_and_answers_of_surveys_are_lines(world: World) -> None:
    sari, rina, budi = (world.someone(name) for name in ("Sari Dewi", "Rina Wulandari", "Budi Santoso"))
    Note.objects.create(
        business=world.business, identity=sari.identity, dedupe_key="n1", act="visit", text="Coba kemeja linen", outcome="pikir dulu", happened_at=day(0), learned_at=day(0)
    )  # fmt: skip
    world.touch(rina, "web.price_page", day(0), measures={"title": "Daftar harga"})
    world.rates(budi, day(0), "nps", 9)
    assert lines(world, sari, day(1)) == [("Coba kemeja linen", "pikir dulu")]
    assert lines(world, rina, day(1)) == [("Melihat Daftar harga", "belum bertanya")]
    assert lines(world, budi, day(1)) == [("Memberi nilai 9/10", "–")]


def test_a_group_is_named(world: World) -> None:
    sari = world.someone("Sari Dewi")
    world.asks(sari, day(0), "price", group="Pecinta Kopi Solo")
    assert lines(world, sari, day(1)) == [("Tanya harga di grup Pecinta Kopi Solo", "–")]


# The action is never missing


@pytest.mark.parametrize(
    ("story", "text"),
    [
        ("stranger", "Tanya Sari tahu toko dari mana"),
        ("known", "Tanya Sari apa yang bisa dibantu"),
        ("waiting", "Balas Sari: tanya jam buka"),
        ("on the way", "Kabari Sari sampai mana pesanannya"),
        ("in use", "Tanya Sari bagaimana barangnya dipakai"),
        ("long ago", "Ucapkan terima kasih ke Sari"),
    ],
)
def test_the_next_honest_step(world: World, story: str, text: str) -> None:
    sari = world.someone("Sari Dewi")
    now = day(100, "11:00")
    if story != "stranger":
        world.tells_origin(sari, day(0), "tiktok", "video cara rawat linen")
    if story == "waiting":
        world.asks(sari, day(100, "10:00"), "opening_hours")
    if story == "on the way":
        world.buys(sari, day(99))
    if story == "in use":
        world.buys(sari, day(97), delivered_at=day(99, "12:00"))
    if story == "long ago":
        world.buys(sari, day(0))
    action = sheet(world, sari, now).action
    assert (action.rule, action.text, action.owner) == ("next_step", text, "Bu Tuti")
    assert now <= action.due_at <= day(102, "11:00")
    assert action.id is None


# Origin, preferences, promises, trust


def test_a_bare_channel_is_flagged(world: World) -> None:
    sari = world.someone("Sari Dewi")
    world.asks(sari, day(0), "price")
    found = sheet(world, sari, day(0, "10:30"))
    assert (found.origin.channel, found.origin.context) == ("whatsapp", None)
    assert "Asal: WhatsApp (konteks belum diketahui)" in snapshot_text(found)


def test_preferences_come_from_all_that_is_known(world: World, dina: Teammate) -> None:
    sari = world.someone("Sari Dewi")
    assert sari.contact
    buy(world, sari, 0, "Kemeja", 100_000, variant="Jahitan dobel")
    world.asks(sari, day(1), "stock", "ada ukuran M kak?")
    Description.objects.create(
        business=world.business,
        identity=sari.identity,
        digest="d",
        at=day(0),
        preferences=[["rasa", "manis"]],
    )
    state(business=world.business, contact=sari.contact, field="preference", value="dikirim sore", by=dina, now=day(2))  # fmt: skip
    assert sheet(world, sari, day(3)).preferences == (
        "dikirim sore",
        "ukuran M",
        "varian Jahitan dobel",
        "rasa manis",
    )


def test_open_promises_stand_on_the_sheet(world: World) -> None:
    budi = world.someone("Budi Santoso")
    world.asks(budi, day(0), "shipping_status")
    made = world.answers(budi, day(0, "10:30"), "siap kak, besok kami kirim resinya ya")
    (promise,) = sheet(world, budi, day(1)).open_promises
    assert (promise.text, promise.kind, promise.is_late, promise.id) == ("besok kami kirim resinya ya", "send_tracking", False, f"{made.pk}-0")  # fmt: skip
    assert sheet(world, budi, day(3)).open_promises[0].is_late
    assert sheet(world, budi, day(17)).open_promises == ()


def test_why_a_contact_is_trusted_is_told(world: World, dina: Teammate) -> None:
    sari = world.someone("Sari Dewi")
    assert sari.contact
    world.buys(sari, day(0))
    world.buys(sari, day(9))
    assert sheet(world, sari, day(10)).trust_why == "Sudah 2 kali membeli, terakhir kemarin 10.00."
    state(business=world.business, contact=sari.contact, field="trust", value="needs_support", why="Suaminya sakit.", by=dina, now=day(10))  # fmt: skip
    found = sheet(world, sari, day(10, "12:00"))
    assert (found.trust, found.trust_why) == ("needs_support", "Ditetapkan Dina 2 jam lalu. Suaminya sakit.")


# As of a moment, absorbed contacts, the timeline, the lists


def test_as_of_a_moment_the_sheet_knows_nothing_later(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.asks(rina, day(0), "stock")
    world.answers(rina, day(1))
    world.buys(rina, day(2))
    found = sheet(world, rina, day(0, "13:00"), as_of=True)
    assert found.action.rule == "unanswered"
    assert (found.orders.count, found.trust) == (0, "considering")
    assert [line.outcome for line in found.history] == ["belum dijawab"]
    with pytest.raises(Contact.DoesNotExist):
        sheet(world, rina, day(-5), as_of=True)


def test_an_absorbed_contact_shows_the_one_that_stands(world: World) -> None:
    rina, other = world.someone("Rina Wulandari"), world.someone("Rina W")
    assert other.contact
    world.asks(other, day(0), "stock")
    other.identity.contact = rina.contact
    other.identity.save()
    other.contact.merged_into = rina.contact
    other.contact.save()
    assert get_snapshot(other.contact, now=day(1)).contact.name == "Rina Wulandari"
    assert [entry.kind for entry in list_told_timeline(other.contact)] == ["message.in"]


def test_the_timeline_is_told_in_order_with_its_phases(world: World) -> None:
    sari = world.someone("Sari Dewi")
    assert sari.contact
    world.touch(sari, "web.product", day(0), measures={"title": "Kemeja sage"})
    asked = world.asks(sari, day(1), "stock", "kak, sage L ada?")
    order = buy(world, sari, 2, "Kemeja sage", 185_000)
    told = world.tells_origin(sari, day(3), "tiktok", "video cara rawat linen")
    world.touch(sari, "origin.told", day(3), measures={"channel": "tiktok"}, source=("origin", str(told.pk)))
    world.rates(sari, day(5), "csat", 5)
    entries = list_told_timeline(sari.contact)
    assert [(entry.kind, entry.phase, entry.summary) for entry in entries] == [
        ("web.product", "awareness", "Melihat produk: Kemeja sage"),
        ("message.in", "transaction", "kak, sage L ada?"),
        ("order.placed", "transaction", f"Pesanan {order.number} dibuat, Kemeja sage, Rp185.000"),
        ("origin.told", "service", "Tahu toko dari video cara rawat linen"),
    ]
    assert (entries[1].source.kind, entries[1].source.id, entries[1].channel) == (
        "message",
        str(asked.pk),
        "whatsapp",
    )
    assert [entry.kind for entry in list_told_timeline(sari.contact, until=day(1))] == [
        "web.product",
        "message.in",
    ]


def test_the_list_of_contacts(world: World) -> None:
    rina, budi, silent = world.someone("Rina Wulandari"), world.someone("Budi Santoso"), world.someone("")
    world.asks(rina, day(0), "stock")
    world.buys(rina, day(2))
    world.asks(budi, day(1), "stock")
    refresh_changed(world.business, now=day(3))
    rows = list_contacts(world.business)
    assert [(row.name, row.touchpoints, row.orders) for row in rows[:2]] == [("Rina Wulandari", 2, 1), ("Budi Santoso", 1, 0)]  # fmt: skip
    assert (rows[0].first_seen_at, rows[0].last_seen_at) == (day(0), day(2))
    assert silent.contact
    assert (rows[2].first_seen_at, rows[2].touchpoints) == (None, 0)
    then = list_contacts(world.business, until=day(0, "12:00"))
    assert [(row.name, row.touchpoints, row.orders) for row in then] == [
        ("Rina Wulandari", 1, 0),
        (rows[2].name, 0, 0),
    ]
    assert [row.name for row in list_contacts(world.business, search="budi")] == ["Budi Santoso"]
    assert [row.name for row in list_contacts(world.business, search=rina.identity.value)] == [
        "Rina Wulandari"
    ]
    assert list_contacts(world.business, search="nobody") == []


def test_the_sheet_as_text_and_as_rows(world: World) -> None:
    sari = world.someone("Sari Dewi")
    world.buys(sari, day(0), 150_000)
    now = day(1)
    text = snapshot_text(sheet(world, sari, now)).splitlines()
    assert text[0] == "Sari Dewi"
    assert "Status: sedang pertimbangkan. Baru sekali membeli, kemarin 10.00." in text
    assert "Pesanan: 1, total Rp150.000" in text
    (row,) = export_rows(world.business, now=now)
    assert len(row) == len(export_header())
    assert row[0] == "Sari Dewi"
    assert row[15:17] == [1, 150_000]


def test_the_sheet_speaks_the_reader_s_language_for_times_and_money(world: World) -> None:
    sari = world.someone("Sari Dewi")
    world.asks(sari, day(0), "price")
    with translation.override("en"):
        assert "2 h ago" in snapshot_text(sheet(world, sari, day(0, "12:00")))


def test_a_sheet_takes_a_pinned_number_of_queries(world: World, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    sari = world.someone("Sari Dewi")
    assert sari.contact
    for number in range(30):
        world.asks(sari, day(number), "price")
        world.answers(sari, day(number, "10:10"), "besok kami kirim fotonya ya kak")
    refresh_changed(world.business, now=day(31))
    contact = Contact.objects.select_related("business").get(pk=sari.pk)
    with django_assert_max_num_queries(28):
        get_snapshot(contact, now=day(31))


def test_leads_by_readiness_with_their_reasons(world: World) -> None:
    andi, sari, gone = (world.someone(name) for name in ("Andi Wijaya", "Sari Dewi", "Budi Santoso"))
    world.asks(andi, day(20), "price")
    world.asks(andi, day(20, "11:00"), "price")
    world.touch(andi, "web.price_page", day(21), measures={"seconds": 90})
    world.asks(sari, day(21), "promo")
    world.asks(gone, day(0), "order")
    refresh_changed(world.business, now=day(22))
    found = list_ready(world.business, now=day(22))
    assert [(row.name, row.readiness, row.reasons) for row in found] == [
        ("Andi Wijaya", 46.0, ("tanya harga (2×)", "lama membaca halaman harga", "melihat halaman harga", "datang lagi di 1 hari lain")),
        ("Sari Dewi", 8.0, ("tanya promo",)),
    ]  # fmt: skip


def test_who_wrote_in_somebody_s_thread_does_not_wait_there(world: World) -> None:
    """A daughter asks from her mother's number: the thread stays the mother's, the words are the daughter's."""
    mother, daughter = world.someone("Sari Dewi"), world.someone("Rina Wulandari")
    world.asks(mother, day(0), "price")
    world.answers(mother, day(0, "10:10"))
    asked = world.asks(mother, day(0, "11:00"), "stock", "ini Rina, sage L ada?")
    asked.identity = daughter.identity
    asked.save()
    refresh_changed(world.business, now=day(1))
    assert lines(world, daughter, day(1)) == [("Tanya stok sage L", "belum dijawab")]
    assert sheet(world, daughter, day(1)).action.rule == "next_step"
    thread = asked.conversation
    thread.refresh_from_db()
    assert thread.waiting_since is None
