"""Metrik and Peta: figures with their people, targets, the map with its table, a marked day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from sapa.accounts.models import Business
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
        assert f"<td>{word}</td>" in page
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
