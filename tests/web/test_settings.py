"""Pengaturan and Riwayat: the shop, hours, team, limits, and the way back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from sapa.accounts.models import Business, Teammate
from sapa.accounts.types import Week
from sapa.actions.models import Action
from sapa.web.hours import current_week, tell_week
from tests.web.conftest import Story

pytestmark = pytest.mark.django_db


def _hours(**changes: str) -> dict[str, Any]:
    form = {f"{edge}_{day}_0": at for day in range(6) for edge, at in (("from", "09:00"), ("to", "17:00"))}
    return form | changes


def test_the_page_and_every_part_open(owner: Client, people: Story) -> None:
    for part in ("", "shop/", "hours/", "team/", "sources/", "names/", "limits/", "look/", "me/"):
        assert owner.get(f"/settings/{part}").status_code == 200
    assert owner.get("/settings/nothing/").status_code == 404


def test_times_stand_in_their_boxes_as_browsers_want_them(owner: Client, toko_sage: Business) -> None:
    page = owner.get("/settings/hours/").content.decode()
    assert 'value="09:00"' in page
    assert 'value="09.00' not in page


def test_split_days_are_saved(owner: Client, toko_sage: Business) -> None:
    form = _hours(to_4_0="11:30", from_4_1="13:00", to_4_1="00:00", open_on_holidays="on")
    assert owner.post("/settings/save/hours/", form).status_code == 303
    assert current_week(toko_sage)[4] == [[540, 690], [780, 1440]]
    toko_sage.refresh_from_db()
    assert toko_sage.open_on_holidays


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"to_0_0": ""}, "Senin: isi jam buka dan jam tutup."),
        ({"to_0_0": "08:00"}, "Jam kerja belum runtut."),
        ({"from_0_0": "25:00"}, "Jam ini tidak terbaca."),
    ],
)
def test_hours_that_cannot_be_are_refused(
    owner: Client, toko_sage: Business, changes: dict[str, str], said: str
) -> None:
    answer = owner.post("/settings/save/hours/", _hours(**changes))
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_days_with_the_same_hours_are_told_together() -> None:
    week: Week = [[[540, 720], [780, 1020]]] * 5 + [[[540, 720]], []]
    assert tell_week(week) == [
        ("Senin–Jumat", "09.00–12.00, 13.00–17.00"),
        ("Sabtu", "09.00–12.00"),
        ("Minggu", "tutup"),
    ]


def test_a_changed_limit_is_taken_back(owner: Client, toko_sage: Business) -> None:
    limits = {
        "reply_target_minutes": "30",
        "leave_after_days": "10",
        "churn_after_days": "60",
        "pushed_discount_percent": "15",
        "goal": "purchase",
    }
    page = owner.post("/settings/save/limits/", limits, follow=True).content.decode()
    toko_sage.refresh_from_db()
    assert toko_sage.reply_target_minutes == 30
    undo = re.search(r'action="(/history/\d+/undo/)"', page)
    assert undo
    owner.post(undo[1])
    toko_sage.refresh_from_db()
    assert toko_sage.reply_target_minutes == 120
    again = owner.post(undo[1], follow=True)
    assert "Ini sudah diurungkan" in again.content.decode()


def test_a_changed_target_moves_what_is_due_today(owner: Client, people: Story) -> None:
    rina = Action.objects.get(contact__name="Rina Wulandari")
    limits = {
        "reply_target_minutes": "600",
        "leave_after_days": "14",
        "churn_after_days": "90",
        "pushed_discount_percent": "20",
        "goal": "purchase",
    }
    owner.post("/settings/save/limits/", limits)
    now = Action.objects.filter(contact__name="Rina Wulandari").first()
    assert now is None or now.due_at > rina.due_at


def test_a_limit_out_of_range_is_refused(owner: Client, toko_sage: Business) -> None:
    answer = owner.post("/settings/save/limits/", {"reply_target_minutes": "x"})
    assert answer.status_code == 422
    assert "tulis angka saja" in answer.content.decode()


def test_own_names_are_one_a_line(owner: Client, toko_sage: Business) -> None:
    owner.post("/settings/save/names/", {"names": "Toko Sage\n  Sage  Official \n\nToko Sage"})
    toko_sage.refresh_from_db()
    assert toko_sage.own_names == ["Toko Sage", "Sage Official"]


def test_a_teammate_comes_by_link_and_leaves(owner: Client, toko_sage: Business) -> None:
    page = owner.post(
        "/settings/team/invite/", {"name": "Dina", "email": "", "role": "member"}
    ).content.decode()
    link = re.search(r'value="http://testserver(/sign-in/[^"]+)"', page)
    assert link
    client = Client()
    assert "Kata sandi baru" in client.post(link[1], follow=True).content.decode()
    assert client.get("/").status_code == 200
    assert client.get("/settings/team/").content.decode().count("Undang satu orang") == 0
    dina = Teammate.objects.get(name="Dina")
    owner.post(f"/settings/team/{dina.public_id}/role/", {"role": "supervisor"})
    dina.refresh_from_db()
    assert dina.role == "supervisor"
    page = owner.post(f"/settings/team/{dina.public_id}/remove/", follow=True).content.decode()
    assert client.get("/").status_code == 303
    owner.post(re.findall(r'action="(/history/\d+/undo/)"', page)[-1])
    assert client.get("/").status_code == 200


def test_two_of_one_name_without_e_mail_are_two(owner: Client, toko_sage: Business) -> None:
    for _ in range(2):
        owner.post("/settings/team/invite/", {"name": "Dina", "email": "", "role": "member"})
    assert Teammate.objects.filter(name="Dina").count() == 2


def test_the_last_owner_stays(owner: Client, bu_tuti: Teammate, teammate: Client) -> None:
    page = owner.post(f"/settings/team/{bu_tuti.public_id}/remove/", follow=True).content.decode()
    assert "satu-satunya pemilik" in page


def test_one_person_sees_no_list_of_the_team(owner: Client, toko_sage: Business) -> None:
    page = owner.get("/settings/").content.decode()
    assert "Anda sendiri" in page
    assert "Keluarkan" not in page


def test_the_catalogue_says_which_sources_are_covered(owner: Client, people: Story) -> None:
    page = owner.get("/settings/sources/").content.decode()
    assert "Chat WhatsApp" in page
    assert "belum ada" in page


def test_the_trail_is_paged_and_tells_in_sentences(owner: Client, toko_sage: Business) -> None:
    for minutes in range(10, 45):
        owner.post(
            "/settings/save/limits/",
            {
                "reply_target_minutes": str(minutes),
                "leave_after_days": "10",
                "churn_after_days": "60",
                "pushed_discount_percent": "15",
                "goal": "purchase",
            },
        )
    page = owner.get("/history/").content.decode()
    assert page.count("mengubah pengaturan toko</p>") + page.count("mengubah pengaturan toko") >= 30
    following = re.search(r'href="\?(before=\d+)"', page)
    assert following
    assert "membuat toko ini" in owner.get(f"/history/?{following[1]}").content.decode()
