"""Pelanggan and the sheet: finding, writing down, saying what one knows, joining, handing out."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.test import Client

from sapa.accounts.models import Business
from sapa.contacts.models import Contact, Statement
from sapa.standings.directory import list_directory
from sapa.standings.models import Standing
from tests.web.conftest import Story, contact

pytestmark = pytest.mark.django_db


def _sheet(name: str) -> str:
    return f"/customers/{contact(name).public_id}/"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("rina", ["Rina Wulandari"]),
        ("wulan", ["Rina Wulandari"]),
        ("7890", ["Rina Wulandari"]),
        ("0812-3456-7890", ["Rina Wulandari"]),
        ("+62 812 3456 7890", ["Rina Wulandari"]),
        ("SARI", ["Sari Dewi"]),
        ("ina", []),
        ("9999", []),
    ],
)
def test_search_by_the_beginning_of_a_word_or_the_last_digits(
    people: Story, words: str, found: list[str]
) -> None:
    assert [row.name for row in list_directory(people.business, search=words)] == found


def test_pages_by_key_hold_everybody_once(people: Story) -> None:
    seen: list[str] = []
    after = None
    while page := list_directory(people.business, after=after, limit=2):
        seen += [row.name for row in page]
        after = (page[-1].last_seen_at, page[-1].contact_id)
    assert sorted(seen) == ["Budi Santoso", "Rina Wulandari", "Sari Dewi"]


def test_search_by_htmx_answers_rows_alone(owner: Client, people: Story) -> None:
    rows = owner.get("/customers/?q=7890", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in rows
    assert "Rina Wulandari" in rows
    assert "Sari Dewi" not in rows


def test_nothing_found_says_so(owner: Client, people: Story) -> None:
    assert "Tidak ada yang cocok dengan “zzz”." in owner.get("/customers/?q=zzz").content.decode()


def test_the_sheet_shows_who_and_what_next_without_a_tap(owner: Client, people: Story) -> None:
    page = owner.get(_sheet("Sari Dewi")).content.decode()
    assert "+62 857-0000-1111" in page
    assert "Cara pilih ukuran" in page
    assert "Rp370.000" in page
    assert page.count('<li><span class="hush nowrap">') <= 3


def test_a_name_with_html_in_it_stays_words(owner: Client, story: Story) -> None:
    story.tells(story.says("<b>Rina</b>", "harga <script>alert(1)</script>?", timedelta(hours=1)))
    story.settle()
    public_id = Contact.objects.get().public_id
    for page in (owner.get("/"), owner.get("/inbox/"), owner.get(f"/customers/{public_id}/")):
        assert b"<script>alert" not in page.content
        assert b"<b>Rina" not in page.content


def test_trust_is_changed_by_a_teammate_and_taken_back(owner: Client, people: Story) -> None:
    answer = owner.post(_sheet("Rina Wulandari") + "trust/", {"trust": "trusting"}, follow=True)
    page = answer.content.decode()
    assert Standing.objects.get(contact=contact("Rina Wulandari")).trust == "trusting"
    assert "Riwayat status" in page
    undo = re.search(r'action="(/history/\d+/undo/)"', page)
    assert undo
    owner.post(undo[1])
    assert Standing.objects.get(contact=contact("Rina Wulandari")).trust != "trusting"


def test_two_who_change_it_at_once_see_both_versions(owner: Client, teammate: Client, people: Story) -> None:
    teammate.post(_sheet("Rina Wulandari") + "trust/", {"trust": "trusting", "seen": "0"})
    answer = owner.post(_sheet("Rina Wulandari") + "trust/", {"trust": "needs_support", "seen": "0"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Dina" in page
    assert "butuh dukungan" in page
    assert Statement.objects.count() == 1
    owner.post(_sheet("Rina Wulandari") + "trust/", {"trust": "needs_support", "anyway": "1"})
    assert Standing.objects.get(contact=contact("Rina Wulandari")).trust == "needs_support"


def test_where_they_heard_of_us_is_asked_and_kept(owner: Client, people: Story) -> None:
    page = owner.get(_sheet("Rina Wulandari")).content.decode()
    assert "Dari mana Rina Wulandari tahu toko ini?" in page
    refused = owner.post(_sheet("Rina Wulandari") + "origin/", {"channel": "tiktok", "context": ""})
    assert refused.status_code == 422
    assert refused.content.decode().count("Persisnya belum diisi.") == 2
    owner.post(_sheet("Rina Wulandari") + "origin/", {"channel": "tiktok", "context": "video kain linen"})
    page = owner.get(_sheet("Rina Wulandari")).content.decode()
    assert "video kain linen" in page
    assert "Dari mana Rina Wulandari tahu toko ini?" not in page


def test_an_owner_is_one_of_the_team(owner: Client, teammate: Client, people: Story) -> None:
    from sapa.accounts.models import Teammate

    dina = Teammate.objects.get(name="Dina")
    owner.post(_sheet("Rina Wulandari") + "statement/", {"field": "owner", "value": str(dina.pk)})
    assert Standing.objects.get(contact=contact("Rina Wulandari")).owner == dina
    answer = owner.post(_sheet("Rina Wulandari") + "statement/", {"field": "owner", "value": "999999"})
    assert answer.status_code == 404


def test_one_customer_written_by_hand(owner: Client, toko_sage: Business) -> None:
    answer = owner.post(
        "/customers/new/",
        {
            "name": "Andi Wijaya",
            "phone": "0812 9999 0000",
            "asked": "Tanya harga kemeja",
            "channel": "instagram",
            "context": "reel warna",
        },
        follow=True,
    )
    page = answer.content.decode()
    assert "Andi Wijaya tercatat." in page
    assert "reel warna" in page
    assert "+62 812-9999-0000" in page


def test_the_same_number_by_hand_is_the_same_person(owner: Client, people: Story) -> None:
    before = Contact.objects.filter(merged_into=None).count()
    owner.post("/customers/new/", {"name": "Mbak Rina", "phone": "081234567890", "asked": "Mampir ke toko"})
    assert Contact.objects.filter(merged_into=None).count() == before


def test_a_number_that_is_none_keeps_what_was_typed(owner: Client, toko_sage: Business) -> None:
    answer = owner.post("/customers/new/", {"name": "Andi Wijaya", "phone": "12", "asked": "Tanya harga"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("Nomor ini tidak terbaca.") == 2
    assert 'aria-invalid="true"' in page
    assert "Tanya harga" in page


def test_joining_and_keeping_apart_can_both_be_taken_back(owner: Client, people: Story) -> None:
    rina, budi = contact("Rina Wulandari"), contact("Budi Santoso")
    pair = f"/customers/duplicates/{rina.public_id}/{budi.public_id}/"
    assert "Orang yang sama?" in owner.get(pair).content.decode()
    page = owner.post(pair + "join/", follow=True).content.decode()
    assert Contact.objects.filter(merged_into=None).count() == 2
    assert owner.get(f"/customers/{budi.public_id}/").status_code == 200
    undo = re.search(r'action="(/history/\d+/undo/)"', page)
    assert undo
    owner.post(undo[1])
    assert Contact.objects.filter(merged_into=None).count() == 3
    page = owner.post(pair + "part/", follow=True).content.decode()
    undo = re.search(r'action="(/history/\d+/undo/)"', page)
    assert undo
    assert "Diurungkan." in owner.post(undo[1], follow=True).content.decode()


def test_the_list_as_csv_and_xlsx_holds_no_formula(owner: Client, story: Story) -> None:
    story.tells(story.says("=HYPERLINK(1)", "harga?", timedelta(hours=1), phone="0812-0000-9999"))
    story.settle()
    answer = owner.get("/customers/export.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][0] == "Nama"
    assert not rows[1][0].startswith("=")
    book = openpyxl.load_workbook(io.BytesIO(owner.get("/customers/export.xlsx").content))
    assert not str(book.active["A2"].value).startswith("=")  # type: ignore[index]
    assert owner.get("/customers/export.pdf").status_code == 404


def test_a_member_may_not_hand_out_the_list(teammate: Client, people: Story) -> None:
    assert teammate.get("/customers/export.csv").status_code == 403
    assert "Unduh semua" not in teammate.get("/customers/").content.decode()


def test_the_sheet_as_text_to_share(owner: Client, people: Story) -> None:
    page = owner.get(_sheet("Sari Dewi") + "share/").content.decode()
    assert 'action="https://wa.me/"' in page
    assert "Sari Dewi" in page
