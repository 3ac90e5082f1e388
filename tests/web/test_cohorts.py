"""Siapa yang kembali: months, the people behind each cell, who is expected to buy again, and both as sheets."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from django.test import Client
from openpyxl import load_workbook

from sapa.accounts.models import Business
from sapa.contacts.models import Contact
from tests.world import World, day

pytestmark = pytest.mark.django_db

# The screens' clock stands on 21 November 2026, day 320 of the world.


@pytest.fixture
def world(toko_sage: Business) -> World:
    return World(toko_sage)


@pytest.fixture
def few(world: World) -> World:
    """Eleven buyers in January, of whom three came back; one more in November."""
    for number in range(11):
        name = ("Rina Wulandari", "Budi Santoso", "Sari Dewi")[number] if number < 3 else ""
        someone = world.someone(name)
        world.buys(someone, day(number))
        if number < 3:
            world.buys(someone, day(number + 20 + 20 * number))
    world.buys(world.someone("Andi Wijaya"), day(310))
    return world


def text_of(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_a_small_shop_reads_people_instead_of_per_cent(owner: Client, few: World) -> None:
    page = text_of(owner.get("/metrics/cohorts/"))
    assert "Jan 2026: 3 dari 11 kembali" in page
    assert "Rina Wulandari" in page
    assert "Baru 12 pembeli; perkiraan dibuat mulai 200." in page
    table = page.partition("<table>")[2]
    assert re.search(r">3/11<", table)
    assert "%" not in re.sub(r"<[^>]*>", "", table.partition("</table>")[0])
    assert "belum cukup lama" in table  # November has no 30 days behind it


def test_a_cell_opens_to_its_people(owner: Client, few: World) -> None:
    page = text_of(owner.get("/metrics/cohorts/?as=each"))
    addresses = [
        one.replace("&amp;", "&") for one in re.findall(r'<td class="number"><a href="([^"]+)"', page)
    ]
    first = text_of(owner.get(addresses[0]))
    assert "Pembeli pertama Jan 2026" in first
    assert "Rina Wulandari" in first
    assert "Budi Santoso" not in first  # came back after 40 days
    assert "Sudah kembali 1" in first
    assert "Belum kembali 10" in first
    rest = text_of(owner.get(addresses[0] + "&who=not"))
    assert "Budi Santoso" in rest
    assert "Rina Wulandari" not in rest


@pytest.mark.parametrize("given", ["", "?month=2026-13&period=1", "?month=2026-01&period=99", "?month=x", "?month=2025-01&period=1"])  # fmt: skip
def test_what_has_no_people_is_said(owner: Client, few: World, given: str) -> None:
    answer = owner.get(f"/metrics/cohorts/people/{given}")
    assert answer.status_code == 200
    assert "Pilih bulan lain." in text_of(answer)


def test_a_shop_without_buyers_is_told_what_to_do(owner: Client, world: World) -> None:
    for path in ("/metrics/cohorts/", "/metrics/expected/"):
        assert "Impor pesanan" in text_of(owner.get(path))


def test_own_rhythms_stand_first_in_a_small_shop(owner: Client, few: World) -> None:
    tuti = few.someone("Bu Wati")
    for number in (230, 260, 290):
        few.buys(tuti, day(number))
    page = text_of(owner.get("/metrics/expected/"))
    assert page.index("Bu Wati") < page.index("Andi Wijaya")
    assert "biasanya tiap 30 hari, kira-kira 21 Nov 2026" in page


@pytest.fixture
def many(world: World) -> World:
    """300 buyers over ten months, each with a pace and a life of their own, as the model has them."""
    chance = np.random.default_rng(9)
    begun = np.sort(chance.integers(0, 300, 300))
    pace, life = chance.gamma(0.7, 1 / 6, 300) / 7, chance.exponential(7 / chance.gamma(0.8, 1 / 12, 300))
    for number, first in enumerate(begun.tolist()):
        someone = world.someone()
        stay = min(320 - first, life[number])
        for later in (0.0, *np.sort(stay * chance.random(chance.poisson(pace[number] * stay)))):
            world.buys(someone, day(first + int(later)), 90_000 + 1_000 * (number % 37))
    return world


def test_a_larger_shop_reads_shares_with_their_range_and_a_curve(owner: Client, many: World) -> None:
    page = text_of(owner.get("/metrics/cohorts/"))
    assert "Pernah kembali sejak pembelian pertama" in page
    assert 'role="img"' in page
    assert "kemungkinan besar antara" in page
    assert "Lihat angka" in page
    assert "pembelian lagi, kemungkinan besar antara" in page
    assert "Diuji pada" in page
    ranked = text_of(owner.get("/metrics/expected/"))
    said = [float(one.replace(",", ".")) for one in re.findall(r"perkiraan ([\d,]+) kali", ranked)]
    assert len(said) == 50
    assert said == sorted(said, reverse=True)
    assert "page=2" in ranked
    assert text_of(owner.get("/metrics/expected/?page=2")).count("perkiraan ") > 20


def test_masked_orders_are_said(owner: Client, few: World) -> None:
    few.buys(few.someone(known=False), day(3), masked=True)
    assert "1 pesanan dengan nama pembeli disamarkan tidak ikut." in text_of(owner.get("/metrics/cohorts/"))


def test_both_go_out_as_sheets(owner: Client, few: World) -> None:
    Contact.objects.filter(name="Rina Wulandari").update(name="=Rina")
    lines = b"".join(owner.get("/metrics/cohorts/export.csv")).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("2026-01,11,30,1,1")
    names = b"".join(owner.get("/metrics/expected/export.csv")).decode("utf-8-sig")
    assert "'=Rina" in names
    book = load_workbook(io.BytesIO(owner.get("/metrics/cohorts/export.xlsx").content))
    assert book.active is not None
    assert book.active.max_row == len(lines)
    assert owner.get("/metrics/expected/export.xlsx").status_code == 200
    assert owner.get("/metrics/cohorts/export.pdf").status_code == 404


def test_a_viewer_looks_and_takes_nothing_out(viewer: Client, few: World) -> None:
    page = text_of(viewer.get("/metrics/cohorts/"))
    assert "export.csv" not in page
    assert viewer.get("/metrics/cohorts/export.csv").status_code == 403


def test_another_shop_sees_none_of_it(stranger: Client, few: World) -> None:
    page = text_of(stranger.get("/metrics/cohorts/"))
    assert "Rina Wulandari" not in page
    assert "Pilih bulan lain." in text_of(stranger.get("/metrics/cohorts/people/?month=2026-01&period=1"))
    assert "Rina Wulandari" not in text_of(stranger.get("/metrics/expected/"))


def test_it_reads_in_english(owner: Client, few: World) -> None:
    owner.post("/language/", {"language": "en"})
    page = text_of(owner.get("/metrics/cohorts/"))
    assert "Who came back" in page
    assert "Jan 2026: 3 of 11 came back" in page
