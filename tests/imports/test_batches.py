"""Files in, people out: a batch counts each row once, repeats change nothing, and a whole one can be taken back."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from sapa.accounts.models import Business
from sapa.contacts import queries as people
from sapa.contacts.models import Contact, Identity
from sapa.conversations.models import Conversation, Message
from sapa.gateway.digest import digest_events
from sapa.gateway.models import OrderMention
from sapa.gateway.types import ChannelRef, ConversationRef, MessageReceived, Person, PersonDescribed
from sapa.imports import queries
from sapa.imports.models import Batch, Effect
from sapa.imports.operations import (
    NotUndoableError,
    add_file,
    answer,
    ask_run,
    cancel_batch,
    import_files,
    preview_files,
    run_batch,
    start_batch,
    undo_batch,
)
from sapa.imports.tasks import run_waiting_task
from sapa.imports.types import FileResult
from sapa.orders.models import Order, OrderStep
from sapa.timeline.models import Touchpoint

pytestmark = pytest.mark.django_db

CHAT = """\
20/11/26 09.00 - Pesan dan panggilan terenkripsi secara end-to-end. Hanya orang di chat ini yang dapat membaca.
20/11/26 09.01 - Rina Wulandari: Kak, sage L masih ada?
20/11/26 09.05 - Toko Sage: Ada, Kak. Mau berapa?
20/11/26 09.06 - Rina Wulandari: 2 ya
buat hari Minggu
"""
LONGER = CHAT + "21/11/26 10.00 - Rina Wulandari: kak kapan dikirim?\n"
SHEET = "nama,no hp,sumber\nRina Wulandari,081234567890,TikTok\nBudi Santoso,0813-1111-2222,teman\n"
ORDERS = (
    "nomor pesanan,tanggal,nama,no hp,total,status\n"
    "A-1001,2026-11-18 10:00,Rina Wulandari,081234567890,185000,Selesai\n"
    "A-1002,2026-11-19 11:00,Budi Santoso,081311112222,90000,Dikirim\n"
    "A-1003,31/02/2026,Sari Dewi,081399998888,70000,Selesai\n"
)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def bring(shop: Business, now: datetime, *paths: Path) -> tuple[FileResult, ...]:
    return import_files(business=shop, paths=paths, now=now, alone=True).files


def counts(result: FileResult) -> tuple[int, int, int, int, int]:
    assert result.rows == result.created + result.merged + result.skipped + result.failed
    return result.rows, result.created, result.merged, result.skipped, result.failed


def stored() -> tuple[int, ...]:
    tables = (Contact, Identity, Conversation, Message, Order, OrderStep, Touchpoint)
    return tuple(table.objects.count() for table in tables)


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    return write(tmp_path, "Chat WhatsApp dengan Rina Wulandari.txt", CHAT)


def test_a_chat_is_counted_message_by_message(toko_sage: Business, now: datetime, chat: Path) -> None:
    (result,) = bring(toko_sage, now, chat)
    assert result.kind == "whatsapp"
    assert counts(result) == (4, 3, 0, 1, 0)
    assert Message.objects.filter(direction="in").count() == 2
    assert Contact.objects.get(business=toko_sage).name == "Rina Wulandari"


def test_the_same_files_again_create_nothing(
    toko_sage: Business, now: datetime, chat: Path, tmp_path: Path
) -> None:
    files = (chat, write(tmp_path, "pelanggan.csv", SHEET), write(tmp_path, "pesanan.csv", ORDERS))
    bring(toko_sage, now, *files)
    before = stored()
    again = bring(toko_sage, now, *files)
    assert [one.created for one in again] == [0, 0, 0]
    assert stored() == before


def test_a_longer_export_adds_only_what_is_new(
    toko_sage: Business, now: datetime, chat: Path, tmp_path: Path
) -> None:
    bring(toko_sage, now, chat)
    (folder := tmp_path / "later").mkdir()
    (result,) = bring(toko_sage, now, write(folder, chat.name, LONGER))
    assert counts(result) == (5, 1, 3, 1, 0)
    assert Message.objects.count() == 4


def test_a_failed_row_says_why_and_can_be_mended(toko_sage: Business, now: datetime, tmp_path: Path) -> None:
    path = write(tmp_path, "pesanan.csv", ORDERS)
    (result,) = bring(toko_sage, now, path)
    assert counts(result) == (3, 2, 0, 0, 1)
    (error,) = result.errors
    assert error.row == 4
    assert "31/02/2026" in error.reason
    file = queries.list_files(Batch.objects.get())[0]
    mendable = queries.write_failed_rows(file)
    assert "A-1003" in mendable
    mended = write(tmp_path, "perbaikan.csv", mendable.replace("31/02/2026", "2026-02-28"))
    (second,) = bring(toko_sage, now, mended)
    assert counts(second) == (1, 1, 0, 0, 0)
    assert Order.objects.count() == 3


def test_sheet_and_order_of_one_phone_are_one_person(
    toko_sage: Business, now: datetime, tmp_path: Path
) -> None:
    bring(toko_sage, now, write(tmp_path, "pelanggan.csv", SHEET), write(tmp_path, "pesanan.csv", ORDERS))
    rina = people.find_contact(toko_sage, "0812 3456 7890")
    assert rina is not None
    assert rina.identities.filter(kind="order").count() == 1


def test_one_zip_holds_many_chats(toko_sage: Business, now: datetime, tmp_path: Path) -> None:
    path = tmp_path / "chats.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Rina/_chat.txt", CHAT)
        archive.writestr("Budi/_chat.txt", CHAT.replace("Rina Wulandari", "Budi Santoso"))
    results = bring(toko_sage, now, path)
    assert [one.kind for one in results] == ["whatsapp", "whatsapp"]
    assert Contact.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("foto.txt", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        ("kosong.csv", b""),
        ("rusak.zip", b"PK\x03\x04" + bytes(40)),
        ("surat.txt", b"Halo, ini surat biasa saja.\n"),
    ],
)
def test_a_file_that_cannot_be_read_says_so_and_leaves_nothing(
    toko_sage: Business, now: datetime, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    (result,) = bring(toko_sage, now, path)
    assert result.problem
    assert len(result.problem.split()) > 4
    assert counts(result) == (0, 0, 0, 0, 0)
    assert Batch.objects.get().state == Batch.State.FAILED


def test_a_dry_run_tells_the_result_and_stores_nothing(
    toko_sage: Business, now: datetime, chat: Path
) -> None:
    (result,) = preview_files(business=toko_sage, paths=[chat], now=now).files
    assert counts(result) == (4, 3, 0, 1, 0)
    assert stored() == (0,) * 7
    assert not Batch.objects.exists()


def test_an_import_can_be_taken_back_whole(
    toko_sage: Business, now: datetime, chat: Path, tmp_path: Path
) -> None:
    result = import_files(
        business=toko_sage,
        paths=[chat, write(tmp_path, "pelanggan.csv", SHEET), write(tmp_path, "pesanan.csv", ORDERS)],
        now=now,
    )
    undo_batch(business=toko_sage, public_id=result.id, now=now)
    assert stored() == (0,) * 7
    assert not Effect.objects.exists()
    assert not OrderMention.objects.exists()
    with pytest.raises(NotUndoableError):
        undo_batch(business=toko_sage, public_id=result.id, now=now)
    (again,) = bring(toko_sage, now, chat)
    assert again.created == 3


def test_undo_keeps_what_another_batch_vouches_for(
    toko_sage: Business, now: datetime, chat: Path, tmp_path: Path
) -> None:
    first = import_files(business=toko_sage, paths=[chat], now=now)
    (folder := tmp_path / "later").mkdir()
    second = import_files(business=toko_sage, paths=[write(folder, chat.name, LONGER)], now=now)
    undo_batch(business=toko_sage, public_id=first.id, now=now)
    assert Message.objects.count() == 4
    undo_batch(business=toko_sage, public_id=second.id, now=now)
    assert stored() == (0,) * 7


def test_undoing_an_update_folds_the_order_back(toko_sage: Business, now: datetime, tmp_path: Path) -> None:
    bring(toko_sage, now, write(tmp_path, "pesanan.csv", ORDERS))
    update = ORDERS.replace("90000,Dikirim", "90000,Batal")
    second = import_files(business=toko_sage, paths=[write(tmp_path, "baru.csv", update)], now=now)
    assert Order.objects.get(number="A-1002").status == "cancelled"
    undo_batch(business=toko_sage, public_id=second.id, now=now)
    assert Order.objects.get(number="A-1002").status == "shipped"
    assert Order.objects.count() == 2
    kinds = Touchpoint.objects.filter(identity__orders__number="A-1002").values_list("kind", flat=True)
    assert "order.cancelled" not in kinds


def test_taking_back_a_sheet_takes_apart_whom_it_joined(
    toko_sage: Business, now: datetime, tmp_path: Path
) -> None:
    shop = "nama,no hp,email\nRina Wulandari,081234567890,\nRina W,,rina@mail.example\n"
    bring(toko_sage, now, write(tmp_path, "dua.csv", shop))
    assert Contact.objects.filter(merged_into__isnull=True).count() == 2
    joiner = "nama,no hp,email\nRina,081234567890,rina@mail.example\n"
    second = import_files(business=toko_sage, paths=[write(tmp_path, "satu.csv", joiner)], now=now)
    assert Contact.objects.filter(merged_into__isnull=True).count() == 1
    undo_batch(business=toko_sage, public_id=second.id, now=now)
    assert Contact.objects.filter(merged_into__isnull=True).count() == 2
    assert list(people.find_component_differences(toko_sage)) == []


def test_on_screen_files_wait_are_asked_about_and_run_in_the_background(
    toko_sage: Business, now: datetime, chat: Path
) -> None:
    toko_sage.own_names = []
    toko_sage.save()
    batch = start_batch(business=toko_sage, by=None, now=now)
    with chat.open("rb") as content:
        (file,) = add_file(batch=batch, name="chat.txt", content=content, now=now)
    asked = queries.list_asked(batch)
    assert [question.code for question in asked[0][1].questions] == ["own_name"]
    answer(file=file, answers={"own_names": ["Toko Sage"]}, now=now)
    assert queries.list_asked(batch) == []
    ask_run(batch=batch, now=now)
    (done,) = run_waiting_task(now=now)
    assert done.state == Batch.State.DONE
    toko_sage.refresh_from_db()
    assert toko_sage.own_names == ["Toko Sage"]
    assert queries.count_progress(done, now=now).rows_done == 4


def test_a_cancelled_batch_stops_and_can_be_taken_back(
    toko_sage: Business, now: datetime, chat: Path
) -> None:
    batch = start_batch(business=toko_sage, by=None, now=now)
    add_file(batch=batch, name="chat.txt", content=io.BytesIO(chat.read_bytes()), now=now)
    ask_run(batch=batch, now=now)
    cancel_batch(batch=batch, now=now)
    batch.refresh_from_db()
    run_batch(batch=batch, now=now)
    assert batch.state == Batch.State.CANCELLED
    undo_batch(business=toko_sage, public_id=batch.public_id, now=now)
    assert stored() == (0,) * 7


def test_the_result_says_who_is_covered_and_which_file_is_worth_most_next(
    toko_sage: Business, now: datetime, chat: Path, tmp_path: Path
) -> None:
    assert queries.get_coverage(toko_sage).next_kind == "orders"
    bring(toko_sage, now, write(tmp_path, "pesanan.csv", ORDERS))
    coverage = queries.get_coverage(toko_sage)
    assert (coverage.contacts, coverage.with_orders, coverage.next_kind) == (2, 2, "whatsapp")
    assert coverage.next_names == ("Budi Santoso", "Rina Wulandari")


def test_a_chat_that_cannot_tell_day_from_month_takes_the_order_of_its_siblings(
    toko_sage: Business, now: datetime, tmp_path: Path
) -> None:
    unsure = "03/02/26 09.01 - Budi Santoso: halo kak\n03/02/26 09.05 - Toko Sage: Halo Kak\n"
    alone = write(tmp_path, "Chat WhatsApp dengan Budi Santoso.txt", unsure)
    (result,) = bring(toko_sage, now, alone)
    assert len(result.warnings) == 1
    american = "2/25/26, 9:01 AM - Rina Wulandari: halo\n2/25/26, 9:05 AM - Toko Sage: Halo Kak\n"
    sure = write(tmp_path, "WhatsApp Chat with Rina Wulandari.txt", american)
    other = write(
        tmp_path,
        "WhatsApp Chat with Sari.txt",
        american.replace("2/25", "3/2").replace("Rina Wulandari", "Sari"),
    )
    both = bring(toko_sage, now, other, sure)
    assert [one.warnings for one in both] == [(), ()]
    assert Message.objects.filter(identity__name="Sari").get().happened_at.month == 3


def test_coverage_counts_who_wrote_alone_or_in_a_group_and_follows_every_change(
    toko_sage: Business, now: datetime, tmp_path: Path
) -> None:
    rina, budi, sari = (Person(("chat", name), name) for name in ("Rina", "Budi", "Sari"))
    alone, group = ConversationRef("Rina", "Rina"), ConversationRef("PO", "Grup PO", is_group=True)
    shop = ChannelRef("whatsapp")
    digest_events(
        business=toko_sage,
        events=[
            MessageReceived(shop, alone, "1", rina, "halo", now),
            MessageReceived(shop, group, "2", budi, "ikut PO kak", now),
            PersonDescribed(ChannelRef("contacts"), sari),
        ],
        now=now,
    )
    covered = queries.get_coverage(toko_sage)
    assert (covered.contacts, covered.with_messages, covered.with_orders) == (3, 2, 0)
    assert queries.get_coverage(toko_sage) == covered
    digest_events(
        business=toko_sage, events=[MessageReceived(shop, group, "3", sari, "saya juga", now)], now=now
    )
    assert queries.get_coverage(toko_sage).with_messages == 3
