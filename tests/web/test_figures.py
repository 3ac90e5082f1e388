"""Metrik and Peta: figures with their people, targets, the map with its table, a marked day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from sapa.accounts.models import Business, Teammate
from sapa.journeys.operations import mark_day
from sapa.metrics.models import Target
from sapa.metrics.queries import list_metrics
from sapa.web import figures
from tests.web.conftest import Story

pytestmark = pytest.mark.django_db


def test_the_three_that_matter_stand_first(owner: Client, people: Story) -> None:
    page = owner.get("/metrics/").content.decode()
    places = [page.index(f'id="m-{key}"') for key in figures.FIRST]
    assert places == sorted(places)
    assert all(page.index(f'id="m-{one.key}"') >= places[0] for one in list_metrics())


def test_every_metric_has_a_name_and_its_line_for_tomorrow(owner: Client, people: Story) -> None:
    page = owner.get("/metrics/").content.decode()
    for metric in list_metrics():
        assert figures.name(metric.key) != metric.key
    assert page.count("Besok:") == len(list_metrics())


def test_below_the_honest_sample_the_people_stand_instead_of_a_number(owner: Client, people: Story) -> None:
    page = owner.get("/metrics/repeat_order_90d/").content.decode()
    assert "belum bisa dihitung" in page
    assert "tercapai" not in page


def test_a_target_is_kept_from_today_on_in_the_unit_shown(owner: Client, people: Story) -> None:
    answer = owner.post("/metrics/repeat_order_90d/", {"value": "25"}, follow=True)
    assert "target 25%" in answer.content.decode()
    assert Target.objects.get().value == 0.25
    refused = owner.post("/metrics/repeat_order_90d/", {"value": ""})
    assert refused.status_code == 422
    assert refused.content.decode().count("Target belum diisi.") == 2
    assert owner.get("/metrics/nothing/").status_code == 404


def test_a_member_sees_figures_and_sets_none(teammate: Client, people: Story) -> None:
    page = teammate.get("/metrics/repeat_order_90d/").content.decode()
    assert "Simpan target" not in page
    assert teammate.post("/metrics/repeat_order_90d/", {"value": "25"}).status_code == 403


def test_the_map_stands_in_words_and_in_a_table_too(owner: Client, people: Story) -> None:
    page = owner.get("/journey/?days=365").content.decode()
    assert page.count('role="img"') == 2
    for word in ("Tahu", "Tanya", "Beli", "Terima", "Kembali"):
        assert f'<th scope="row">{word}</th>' in page
    assert "dari 3" in page or "dari 2" in page  # so few are told in words, not per cent


def test_an_empty_map_says_what_it_will_show(owner: Client, toko_sage: Business) -> None:
    page = owner.get("/journey/").content.decode()
    assert "Tahu → Tanya → Beli → Terima → Kembali" in page


def test_before_and_after_a_marked_day(owner: Client, people: Story) -> None:
    day = (people.now - timedelta(days=20)).date().isoformat()
    page = owner.post("/journey/markers/", {"label": "Tabel ongkir", "day": day}, follow=True)
    assert "Tabel ongkir" in page.content.decode()
    assert "Belum cukup orang" in page.content.decode()
    refused = owner.post("/journey/markers/", {"label": "Tabel ongkir", "day": "31/02/2026"})
    assert refused.status_code == 422
    assert "Tanggal ini tidak ada." in refused.content.decode()


def test_figures_beside_today_are_asked_for_alone(owner: Client, people: Story) -> None:
    part = owner.get("/today/figures/").content.decode()
    assert "<html" not in part
    assert "Semua metrik" in part


def _months_of_buyers(story: Story, sizes: tuple[int, ...]) -> None:
    """Buyers of full months, each of whom bought once more within 90 days or did not."""
    from tests.world import World

    world, now = World(story.business), story.now
    for back, returning in enumerate(sizes):
        for number, someone in enumerate(world.someones(12)):
            first = now - timedelta(days=30 * (len(sizes) - back) + 95)
            world.buys(someone, first)
            if number < returning:
                world.buys(someone, first + timedelta(days=30))


def test_the_own_months_propose_a_target_that_one_tap_takes_and_another_takes_back(
    owner: Client, story: Story
) -> None:
    _months_of_buyers(story, (2, 3, 4, 5))
    page = owner.get("/metrics/repeat_order_90d/").content.decode()
    assert "Pakai target" in page
    taken = owner.post("/metrics/repeat_order_90d/accept/", follow=True).content.decode()
    kept = Target.objects.get()
    assert kept.value is not None
    assert kept.value > 0.25
    assert "Pakai target" not in taken
    again = owner.post("/metrics/repeat_order_90d/accept/", follow=True).content.decode()
    assert "sudah tidak berlaku" in again
    undo = taken.split('action="/history/')[1].split('"')[0]
    owner.post(f"/history/{undo}")
    assert not Target.objects.exists()


def test_a_member_takes_no_proposal(teammate: Client, story: Story) -> None:
    _months_of_buyers(story, (2, 3, 4, 5))
    assert "Pakai target" not in teammate.get("/metrics/repeat_order_90d/").content.decode()
    assert teammate.post("/metrics/repeat_order_90d/accept/").status_code == 403
    assert not Target.objects.exists()


def test_what_was_changed_stands_in_the_picture_and_in_its_table(
    owner: Client, story: Story, bu_tuti: Teammate
) -> None:
    _months_of_buyers(story, (2, 3, 4, 5))
    day = (story.now - timedelta(days=140)).date()
    mark_day(business=story.business, day=day, label="Kartu ucapan", by=bu_tuti, now=story.now)
    page = owner.get("/metrics/repeat_order_90d/").content.decode()
    assert "<title>Kartu ucapan</title>" in page
    assert '<td class="number">Kartu ucapan</td>' in page
    assert "Yang diubah:" in page


def test_each_team_sees_its_part_and_what_is_missing(owner: Client, story: Story) -> None:
    from tests.world import World

    world = World(story.business)
    for someone in world.someones(12):
        world.touch(someone, "message.in", story.now - timedelta(days=21), phase="transaction")
        world.buys(someone, story.now - timedelta(days=20))
    page = owner.get("/metrics/conversion/").content.decode()
    assert 'Penjualan</span> <span class="chip">100%</span>' in page
    assert "bukan siapa penyebabnya" in page
    assert "belum siap" in owner.get("/metrics/resolution_time/").content.decode()


def test_the_sides_of_service_are_figures_of_the_register(owner: Client, people: Story) -> None:
    page = owner.get("/metrics/").content.decode()
    for side in ("Kejelasan", "Kecepatan", "Sikap sesudah transaksi", "Kemudahan prosedur"):
        assert side in page
