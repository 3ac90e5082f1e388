"""Biaya iklan: entered by hand or by file, all or none; what one new customer cost, where that is known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sapa.accounts.models import Business
from sapa.metrics.models import Spend
from sapa.metrics.spending.queries import list_returns
from sapa.metrics.spending.rules import SpendError, cost_of_one, part_within, read_rows
from sapa.metrics.spending.types import SpendGiven
from tests.web.conftest import Story
from tests.world import World

NOV = date(2026, 11, 1), date(2026, 11, 30)
HEAD = "dari,sampai,saluran,kampanye,rupiah\n"


@pytest.mark.parametrize(
    ("text", "channel", "amount"),
    [
        (HEAD + "2026-11-01,2026-11-30,instagram,Lebaran,250000", "instagram", 250_000),
        (HEAD + "01/11/2026,30/11/2026,IG,Lebaran,Rp250.000", "instagram", 250_000),
        (
            "Dari;Sampai;Saluran;Kampanye;Rupiah\n1.11.2026;30.11.2026;TikTok Shop;Lebaran;250.000,00",
            "marketplace:tiktokshop",
            250_000,
        ),
        (
            "\ufefffrom\tto\tchannel\tcampaign\tamount\n2026-11-01\t2026-11-30\tshopee\tLebaran\t1,250,000\n\n",
            "marketplace:shopee",
            1_250_000,
        ),
    ],
)
def test_files_as_people_write_them(text: str, channel: str, amount: int) -> None:
    assert read_rows(text) == [SpendGiven(*NOV, channel, "Lebaran", amount)]


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("", "empty", 0),
        ("tanggal,siapa\n2026-11-01,Rina", "columns", 0),
        (HEAD + "31/02/2026,30/11/2026,tiktok,,1000", "day", 2),
        (HEAD + "2026-11-30,2026-11-01,tiktok,,1000", "days", 2),
        (HEAD + "2026-11-01,,tiktok,,1000\n2026-11-01,,radio,,1000", "channel", 3),
        (HEAD + "2026-11-01,,tiktok,,gratis", "amount", 2),
        (HEAD + "2026-11-01,,tiktok,,0", "amount", 2),
        (HEAD + "2026-11-01,,tiktok,,-5000", "amount", 2),
    ],
)
def test_what_is_wrong_is_said_with_its_row(text: str, code: str, row: int) -> None:
    with pytest.raises(SpendError) as refused:
        read_rows(text)
    assert (refused.value.code, refused.value.row) == (code, row)


@pytest.mark.parametrize(
    ("first", "last", "part"),
    [
        (None, None, 1.0),
        (date(2026, 11, 1), date(2026, 11, 15), 0.5),
        (date(2026, 11, 28), None, 0.1),
        (date(2026, 12, 1), None, 0.0),
    ],
)
def test_only_the_days_of_the_window_are_counted(first: date | None, last: date | None, part: float) -> None:
    assert part_within(*NOV, first, last) == pytest.approx(part)


def test_few_buyers_make_a_wide_range() -> None:
    cost, interval = cost_of_one(1_000_000, 4)
    assert cost == 250_000
    assert interval is not None
    assert interval[0] < 110_000 < 250_000 < 900_000 < interval[1]
    assert cost_of_one(1_000_000, 0) == (None, None)


@pytest.fixture
def world(toko_sage: Business) -> World:
    return World(toko_sage)


@pytest.mark.django_db
class TestTheShop:
    def _came(self, world: World, story: Story) -> None:
        """Ten come by TikTok, of whom four buy; five just order, and nobody knows where they heard of the shop."""
        at = story.now - timedelta(days=20)
        for number, who in enumerate(world.someones(15)):
            if number < 10:
                world.tells_origin(who, at, "tiktok", "Cara pilih ukuran")
            if number < 4 or number >= 10:
                world.buys(who, at + timedelta(days=2), 300_000)

    def test_cost_and_return_by_where_people_came_from(
        self, owner: Client, world: World, story: Story
    ) -> None:
        self._came(world, story)
        given = {"since": "2026-11-01", "to": "2026-11-30", "channel": "tiktok", "amount": "600000"}
        page = owner.post("/spend/add/", given, follow=True).content.decode()
        assert "1 baris biaya dicatat" in page
        tiktok, unknown = list_returns(world.business, from_=None, to=None, now=story.now)
        assert (tiktok.channel, tiktok.spent, tiktok.contacts, tiktok.buyers) == ("tiktok", 600_000, 10, 4)
        assert (tiktok.cost, tiktok.returned) == (150_000, 2.0)
        assert (unknown.channel, unknown.contacts, unknown.cost) == (None, 5, None)
        page = owner.get("/spend/").content.decode()
        assert "Asal 33% orang baru belum diketahui" in page

    def test_a_file_comes_whole_or_not_at_all_and_is_taken_back_whole(
        self, owner: Client, world: World, story: Story
    ) -> None:
        wrong = (HEAD + "2026-11-01,,tiktok,,1000\n2026-11-01,,radio,,1000").encode()
        refused = owner.post("/spend/import/", {"file": SimpleUploadedFile("iklan.csv", wrong)})
        assert refused.status_code == 422
        assert "Baris 3: Tempat iklan ini tidak dikenal." in refused.content.decode()
        assert not Spend.objects.exists()
        assert owner.post("/spend/import/").status_code == 422
        picture = SimpleUploadedFile("iklan.csv", b"\x89PNG\xff\xfe")
        assert "bukan CSV" in owner.post("/spend/import/", {"file": picture}).content.decode()
        right = (HEAD + "2026-11-01,,tiktok,,1000\n2026-11-02,,tiktok,,2000").encode()
        page = owner.post("/spend/import/", {"file": SimpleUploadedFile("iklan.csv", right)}, follow=True)
        assert Spend.objects.count() == 2
        again = owner.post("/spend/import/", {"file": SimpleUploadedFile("iklan.csv", right)}, follow=True)
        assert "sudah tercatat" in again.content.decode()
        undo = page.content.decode().split('action="/history/')[1].split('"')[0]
        owner.post(f"/history/{undo}")
        assert not Spend.objects.exists()

    def test_a_line_is_dropped_and_put_back(self, owner: Client, world: World, story: Story) -> None:
        given = {"since": "2026-11-01", "to": "2026-11-30", "channel": "tiktok", "amount": "600000"}
        owner.post("/spend/add/", given)
        kept = Spend.objects.get()
        page = owner.post(f"/spend/{kept.public_id}/drop/", follow=True).content.decode()
        assert not Spend.objects.exists()
        undo = page.split('action="/history/')[-1].split('"')[0]
        owner.post(f"/history/{undo}")
        assert Spend.objects.get().amount == 600_000
