"""Impor: from the file to the result, in one piece and in many, with questions, failures and the way back."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.test import Client

from sapa.accounts.models import Business
from sapa.contacts.models import Contact
from sapa.conversations.models import Message
from sapa.imports.models import Batch
from sapa.imports.tasks import run_waiting_task
from sapa.snapshots.operations import refresh_changed
from tests.web.conftest import Story

pytestmark = pytest.mark.django_db

CHAT = """25/10/26 13.10 - Rina Wulandari: Kak, sage L masih ada?
25/10/26 13.12 - Toko Sage: Ada, Kak
26/10/26 09.01 - Rina Wulandari: mau 2 untuk Minggu
"""
SHEET = "Nama,No HP,Tahu dari mana\nRina Wulandari,0812-3456-7890,TikTok\nBudi Santoso,08x,IG\n"


def _send(owner: Client, name: str, text: str) -> str:
    file = io.BytesIO(text.encode())
    file.name = name
    return owner.post("/imports/upload/", {"files": file}).headers["Location"]


def _work(business: Business, story: Story) -> None:
    run_waiting_task(now=story.now, alone=True)
    refresh_changed(business, now=story.now)


def test_a_chat_goes_in_with_a_look_before(owner: Client, story: Story, toko_sage: Business) -> None:
    address = _send(owner, "Chat WhatsApp dengan Rina Wulandari.txt", CHAT)
    look = owner.get(address).content.decode()
    assert "3 pesan" in look
    assert "2 orang" in look
    assert not Message.objects.exists()
    owner.post(address + "run/")
    running = owner.get(address).content.decode()
    assert 'hx-trigger="every 1s"' in running
    _work(toko_sage, story)
    result = owner.get(address).content.decode()
    assert "Hasil impor" in result
    assert Message.objects.count() == 3
    assert "Rina Wulandari" in owner.get("/customers/").content.decode()


def test_htmx_is_led_on_when_the_import_is_done(owner: Client, story: Story, toko_sage: Business) -> None:
    address = _send(owner, "kontak.csv", SHEET)
    owner.post(address + "run/")
    moving = owner.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in moving
    assert "<progress" in moving
    _work(toko_sage, story)
    assert owner.get(address, headers={"HX-Request": "true"}).headers["HX-Redirect"] == address


def test_who_the_shop_is_and_the_day_order_are_asked(owner: Client, toko_sage: Business) -> None:
    chat = (
        "05/08/26 13.10 - Rina Wulandari: halo\n05/08/26 13.12 - Bu Tuti: ya\n06/08/26 13.12 - Andi: halo\n"
    )
    address = _send(owner, "grup.txt", chat)
    look = owner.get(address).content.decode()
    assert "Anda yang mana?" in look or "Tanggalnya ditulis bagaimana?" in look
    name = re.search(r'name="(day_order-\d+)"', look)
    if name:
        owner.post(address + "run/", {name[1]: "month_first", "look": "1"})
        assert Batch.objects.get().files.get().answers["day_first"] is False


def test_columns_are_matched_by_hand_and_looked_at_again(owner: Client, toko_sage: Business) -> None:
    address = _send(owner, "kontak.csv", SHEET)
    file = Batch.objects.get().files.get()
    owner.post(
        address + "run/",
        {
            "look": "1",
            f"column-{file.pk}-0": "name",
            f"column-{file.pk}-1": "phone",
            f"column-{file.pk}-2": "note",
        },
    )
    file.refresh_from_db()
    assert file.answers["columns"]["note"] == "Tahu dari mana"
    assert "Pratinjau impor" in owner.get(address).content.decode()


def test_failed_rows_are_listed_and_handed_out_to_mend(
    owner: Client, story: Story, toko_sage: Business
) -> None:
    rows = "Nomor Pesanan,Tanggal Pesanan,Nama Pembeli,No HP,Total Bayar\nA-1,2026-10-01,Rina,0812-3456-7890,185000\nA-2,31/02/2026,Budi,0813-1111-2222,99000\n"
    address = _send(owner, "pesanan.csv", rows)
    owner.post(address + "run/")
    _work(toko_sage, story)
    result = owner.get(address).content.decode()
    assert "1 baris gagal" in result
    link = re.search(r'href="(/imports/[^"]+failed\.csv)"', result)
    assert link
    answer = owner.get(link[1])
    text = answer.content.decode("utf-8-sig")
    assert "A-2" in text
    assert "A-1" not in text
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_whole_import_is_taken_back(owner: Client, story: Story, toko_sage: Business) -> None:
    address = _send(owner, "kontak.csv", SHEET)
    owner.post(address + "run/")
    _work(toko_sage, story)
    assert Contact.objects.exists()
    page = owner.post(address + "undo/", follow=True).content.decode()
    assert "Impor diurungkan." in page
    assert not Contact.objects.exists()
    assert "belum bisa diurungkan" in owner.post(address + "undo/", follow=True).content.decode()


def test_a_member_may_import_but_not_undo(teammate: Client, story: Story, toko_sage: Business) -> None:
    address = _send(teammate, "kontak.csv", SHEET)
    teammate.post(address + "run/")
    _work(toko_sage, story)
    assert teammate.post(address + "undo/").status_code == 403
    assert "Urungkan impor" not in teammate.get(address).content.decode()


def test_no_file_is_said_at_the_field_and_above(owner: Client, toko_sage: Business) -> None:
    answer = owner.post("/imports/upload/", {})
    assert answer.status_code == 422
    assert answer.content.decode().count("Belum ada berkas yang dipilih.") == 2


def test_what_is_no_known_file_is_said_in_a_sentence(owner: Client, toko_sage: Business) -> None:
    address = _send(owner, "foto.txt", "\x89PNG\r\n\x1a\n" + "\x00" * 40)
    assert "alert bad" in owner.get(address).content.decode()


def test_a_file_in_pieces_goes_on_where_it_stopped(owner: Client, story: Story, toko_sage: Business) -> None:
    body = CHAT.encode()
    query = {"name": "chat.txt", "size": str(len(body)), "stamp": "1"}

    def received() -> int:
        return int(json.loads(owner.get("/imports/pieces/", query).content)["received"])

    def send(at: int, piece: bytes) -> tuple[int, dict[str, object]]:
        answer = owner.post(
            "/imports/pieces/?"
            + "&".join(f"{key}={value}" for key, value in {**query, "at": str(at)}.items()),
            piece,
            content_type="application/octet-stream",
        )
        return answer.status_code, json.loads(answer.content)

    assert received() == 0
    assert send(0, body[:50]) == (200, {"received": 50, "done": False})
    assert received() == 50
    assert send(0, body[:50]) == (409, {"received": 50})
    assert send(50, body[50:] + b"more") == (409, {"received": 50})
    assert send(50, body[50:]) == (200, {"received": len(body), "done": True})
    answer = owner.post("/imports/upload/", {"uploaded": "1"})
    assert "3 pesan" in owner.get(answer.headers["Location"]).content.decode()


def test_the_result_waits_for_the_sheets_by_itself(owner: Client, story: Story, toko_sage: Business) -> None:
    address = _send(owner, "kontak.csv", SHEET)
    owner.post(address + "run/")
    run_waiting_task(now=story.now, alone=True)
    result = owner.get(address).content.decode()
    assert "Lembar pelanggan sedang disusun…" in result
    assert "Lihat lembar" not in result
    refresh_changed(toko_sage, now=story.now)
    part = owner.get(address + "?ready=1", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Lihat lembar" in part


def test_sample_customers_come_and_go(owner: Client, story: Story, toko_sage: Business) -> None:
    address = owner.post("/imports/sample/").headers["Location"]
    _work(toko_sage, story)
    assert Contact.objects.filter(name__contains="contoh", merged_into=None).count() == 3
    assert Batch.objects.get().files.filter(failed__gt=0).count() == 0
    owner.post(address + "undo/")
    assert not Contact.objects.filter(merged_into=None).exists()


def test_the_screen_says_which_file_is_worth_most_next(
    owner: Client, story: Story, toko_sage: Business
) -> None:
    address = _send(owner, "kontak.csv", SHEET)
    owner.post(address + "run/")
    _work(toko_sage, story)
    page = owner.get("/imports/").content.decode()
    assert "Berkas berikut yang paling berguna:" in page
    assert "Pesanan." in page
    assert "Tanpa media" in page
