"""Each number of the map leads to as many people as it says, with their words, and a part of the map to its own."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from tests.web.conftest import Story

pytestmark = pytest.mark.django_db

LINK = re.compile(r'<a (?:class="[^"]*" )?href="(/journey/people/[^"]*)">\s*(\d+)(?:<span| orang)')


def test_every_number_opens_to_so_many_people(owner: Client, people: Story) -> None:
    page = owner.get("/journey/?days=365").content.decode()
    links = LINK.findall(page)
    assert len(links) > 8
    for address, number in links:
        shown = owner.get(html.unescape(address)).content.decode()
        assert f"{number} orang" in shown, address
        assert shown.count("data-row") == min(int(number), 30), address


def test_who_left_over_a_question_is_shown_with_words_and_talk(owner: Client, people: Story) -> None:
    page = owner.get("/journey/people/?part=reached.asked&days=365").content.decode()
    assert "Sampai di langkah Tanya" in page
    assert "Buka percakapan" in page


def test_a_part_says_what_it_is_and_keeps_it_in_its_links(owner: Client, people: Story) -> None:
    page = owner.get("/journey/?days=365&channel=whatsapp").content.decode()
    assert "Hanya lewat WhatsApp" in page
    for address, _number in LINK.findall(page):
        assert "channel=whatsapp" in address
    nobody = owner.get("/journey/?days=365&origin=nowhere").content.decode()
    assert "Belum ada perjalanan di jangka waktu ini." in nobody
    assert "Semua pelanggan" in nobody


def test_what_is_no_number_of_the_map_is_not_there(owner: Client, people: Story) -> None:
    assert owner.get("/journey/people/?part=nothing").status_code == 404
    assert owner.get("/journey/people/?part=topic&page=-3&key=nothing").status_code == 200


def test_the_road_that_was_believed_stands_beside_the_real_ones(owner: Client, people: Story) -> None:
    page = owner.post(
        "/journey/believe/", {"step1": "tiktok", "step2": "whatsapp"}, follow=True
    ).content.decode()
    assert "TikTok → WhatsApp" in page
    assert "pembeli benar-benar lewat jalan itu" in page
    refused = owner.post("/journey/believe/", {"step1": "rahasia"})
    assert refused.status_code == 422
    gone = owner.post("/journey/believe/", {}, follow=True).content.decode()
    assert "Perkiraan jalan dihapus." in gone
    assert "benar-benar lewat jalan itu" not in gone
