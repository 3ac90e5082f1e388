"""Columns are matched by name, checked by content, and a person's word goes first."""

from __future__ import annotations

import pytest

from sapa.imports.formats.columns import is_date, is_phone, match, plain_name
from sapa.imports.formats.fields import KNOWN, ORDERS, PEOPLE

RINA = ("Rina Wulandari", "0812-3456-7890", "rina@contoh.example", "Sleman")


@pytest.mark.parametrize(
    ("name", "plain"),
    [("No. HP/WA ", "no hp wa"), ("Status Pembatalan/ Pengembalian", "status pembatalan pengembalian"), ("E-mail", "e mail"), ("Número", "numero"), ("客户", "")],
)  # fmt: skip
def test_names_lose_what_does_not_matter(name: str, plain: str) -> None:
    assert plain_name(name) == plain


@pytest.mark.parametrize("text", ["0812-3456-7890", "+62 812 3456 789", "(0274) 512345", "81234567890", "6281234567890", "+65 9123 4567"])  # fmt: skip
def test_phones(text: str) -> None:
    assert is_phone(text)


@pytest.mark.parametrize("text", ["89.000", "2026-11-19", "******45", "12345", "584697260225955022", "Rina"])
def test_no_phones(text: str) -> None:
    assert not is_phone(text)


@pytest.mark.parametrize(("text", "yes"), [("19/11/2026", True), ("31/02/2026", True), ("46347", False), ("12.500", False), ("1.5", False)])  # fmt: skip
def test_dates(text: str, yes: bool) -> None:
    assert is_date(text) is yes


def test_indonesian_and_english_names() -> None:
    for header in (
        ("Nama Pelanggan", "No. WhatsApp", "Email", "Kota"),
        ("Customer Name", "Phone Number", "E-mail address", "City"),
    ):
        matched = match(header, [RINA], PEOPLE)
        assert matched.named() == dict(zip(("name", "phone", "email", "city"), header, strict=True))
        assert min(matched.confidence.values()) >= 85


def test_content_speaks_where_names_are_silent() -> None:
    matched = match(("Kolom 1", "Kolom 2", "Kolom 3", "Kolom 4"), [RINA, RINA], PEOPLE)
    assert matched.named() == {"phone": "Kolom 2", "email": "Kolom 3"}
    assert matched.confidence["phone"] < 60


def test_content_speaks_against_a_name() -> None:
    rows = [("Rina", "belum ada", "0812-3456-7890"), ("Budi", "tanya dulu", "0813-3456-7890")]
    assert match(("Nama", "Telepon", "Nomor lama"), rows, PEOPLE).named()["phone"] == "Nomor lama"


def test_masked_phones_are_still_the_phone_column() -> None:
    assert match(("Nama", "No. Telepon"), [("B****i", "******45")], PEOPLE).has("phone")


def test_a_person_decides() -> None:
    header = ("Nama", "Total", "Total Bayar", "Tanggal", "Invoice")
    rows = [("Rina", "100.000", "95.000", "19/11/2026", "A1")]
    assert match(header, rows, ORDERS).named()["total"] == "Total Bayar"
    chosen = match(header, rows, ORDERS, {"total": "Total", "name": ""})
    assert chosen.named()["total"] == "Total"
    assert chosen.confidence["total"] == 100
    assert not chosen.has("name")


def test_a_remembered_column_that_is_not_there_is_looked_for_anew() -> None:
    matched = match(("Nama", "No HP"), [("Rina", "081234567890")], PEOPLE, {"phone": "Nomor WA lama"})
    assert matched.named()["phone"] == "No HP"


def test_the_product_column_is_nobodys_name() -> None:
    matched = match(
        ("Nama Produk", "Nama Pembeli", "Harga", "Jumlah"), [("Kopi", "Rina", "89.000", "2")], ORDERS
    )
    assert matched.named() == {"item_name": "Nama Produk", "name": "Nama Pembeli", "price": "Harga", "quantity": "Jumlah"}  # fmt: skip


def test_a_header_is_told_from_a_title() -> None:
    assert KNOWN.hits(("Laporan Penjualan",)) < KNOWN.hits(
        ("Nomor Invoice", "Status Terakhir", "Nama Pembeli")
    )
