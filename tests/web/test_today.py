"""Hari ini: the list, a decision, its way back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from sapa.actions.models import Action, Decision
from tests.web.conftest import Story, contact

pytestmark = pytest.mark.django_db


def test_an_empty_shop_is_told_what_to_do_first(owner: Client) -> None:
    page = owner.get("/").content.decode()
    assert "Belum ada pelanggan di sini." in page
    assert 'href="/imports/"' in page


def test_the_longest_waiting_stand_under_late_with_their_reason(owner: Client, people: Story) -> None:
    page = owner.get("/").content.decode()
    late = page.index("Telat")
    assert page.index("Rina", late) > late
    assert "menunggu" in page.lower()
    assert page.count('class="deed"') == Action.objects.count()


def test_done_leaves_the_list_and_undo_brings_it_back(owner: Client, people: Story) -> None:
    action = Action.objects.get(contact=contact("Rina Wulandari"))
    answer = owner.post(f"/today/{action.public_id}/decide/", {"verdict": "done"}, follow=True)
    page = answer.content.decode()
    assert "Selesai. Bagus!" in page
    assert not Action.objects.filter(contact=contact("Rina Wulandari"), rule=action.rule).exists()
    undo = re.search(r'action="(/history/\d+/undo/)"', page)
    assert undo
    again = owner.post(undo[1], follow=True)
    assert "Diurungkan." in again.content.decode()
    assert Action.objects.filter(contact=contact("Rina Wulandari"), rule=action.rule).exists()


def test_later_comes_back_tomorrow_at_nine(owner: Client, people: Story) -> None:
    action = Action.objects.get(contact=contact("Rina Wulandari"))
    owner.post(f"/today/{action.public_id}/decide/", {"verdict": "later"})
    until = Decision.objects.get().until
    assert until is not None
    assert until.isoformat() == "2026-11-22T02:00:00+00:00"


def test_htmx_gets_an_empty_row_a_toast_and_the_new_count(owner: Client, people: Story) -> None:
    action = Action.objects.get(contact=contact("Rina Wulandari"))
    answer = owner.post(
        f"/today/{action.public_id}/decide/", {"verdict": "not_needed"}, headers={"HX-Request": "true"}
    )
    fragment = answer.content.decode()
    assert "<html" not in fragment
    assert 'id="left"' in fragment
    assert "Dicatat: tidak perlu." in fragment
    assert "Urungkan" in fragment


def test_an_unknown_word_on_an_action_is_no_page(owner: Client, people: Story) -> None:
    action = Action.objects.get(contact=contact("Rina Wulandari"))
    assert owner.post(f"/today/{action.public_id}/decide/", {"verdict": "maybe"}).status_code == 404


def test_one_person_sees_no_team(owner: Client, people: Story) -> None:
    page = owner.get("/").content.decode()
    assert "Bagian saya" not in page
    assert "Bu Tuti" not in page


def test_a_team_may_look_at_its_own_part(owner: Client, teammate: Client, people: Story) -> None:
    assert "Bagian saya" in owner.get("/").content.decode()
    assert 'class="deed"' not in teammate.get("/?for=me").content.decode()


def test_who_is_greeted_first_is_greeted_when_they_usually_answer(owner: Client, story: Story) -> None:
    evening = datetime(2026, 11, 21, 12, 10, tzinfo=UTC)  # 19.10 in Jakarta
    for days in (30, 29, 27):
        story.tells(
            story.says("Sari Dewi", "harganya berapa kak?", story.now - evening + timedelta(days=days)),
            story.says(
                "Sari Dewi", "185 ribu Kak", story.now - evening + timedelta(days=days - 0.1), ours=True
            ),
        )
    story.settle()
    assert "Biasanya membalas sekitar 19.00." in owner.get("/").content.decode()
    sheet = owner.get(f"/customers/{contact('Sari Dewi').public_id}/").content.decode()
    assert "Biasanya membalas sekitar 19.00." in sheet
