"""The first run, signing in and out, the language, the demo shop."""

from __future__ import annotations

import pytest
from django.test import Client

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import make_business, make_sign_in_link, set_password
from sapa.web.views.start import start_path
from tests.web.conftest import PASSWORD, Story

pytestmark = pytest.mark.django_db

SHOP = {"shop": "Toko Sage", "name": "Bu Tuti", "password": PASSWORD, "zone": "Asia/Makassar"}


def test_three_fields_make_a_shop_and_ask_where_to_begin() -> None:
    client = Client()
    assert client.get("/").headers["Location"] == "/start/"
    page = client.get("/start/").content.decode()
    assert page.count('<div class="field">') == 4  # the zone is guessed and folded away
    assert "Senin–Sabtu 09.00–17.00; Minggu tutup" in page
    answer = client.post("/start/", SHOP, follow=True)
    assert "Mulai dari mana?" in answer.content.decode()
    assert Business.objects.get().timezone == "Asia/Makassar"
    assert "Lain kali masuk dengan nama “Bu Tuti”" in answer.content.decode()


def test_a_weak_password_is_said_and_what_was_typed_stays() -> None:
    answer = Client().post("/start/", {**SHOP, "password": "pendek"})
    assert answer.status_code == 422
    assert 'value="Toko Sage"' in answer.content.decode()
    assert not Business.objects.exists()


def test_nobody_begins_twice(toko_sage: Business) -> None:
    assert Client().get("/start/").headers["Location"] == "/sign-in/"
    Client().post("/start/", SHOP)
    assert Business.objects.count() == 1


def test_from_another_machine_only_with_the_printed_address() -> None:
    away = Client(REMOTE_ADDR="192.0.2.7")
    assert away.get("/start/").status_code == 403
    assert away.post("/start/", SHOP).status_code == 403
    assert away.get(start_path()).status_code == 200


def test_signing_in_by_name_or_e_mail(bu_tuti: Teammate) -> None:
    set_password(user=bu_tuti.user, password=PASSWORD)
    for who in ("Bu Tuti", "bu tuti", "tuti@tokosage.example"):
        client = Client()
        answer = client.post("/sign-in/", {"who": who, "password": PASSWORD, "next": "/customers/"})
        assert answer.headers["Location"] == "/customers/"
        assert client.get("/").status_code == 200


def test_signing_in_leads_to_no_other_site(bu_tuti: Teammate) -> None:
    set_password(user=bu_tuti.user, password=PASSWORD)
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        answer = Client().post("/sign-in/", {"who": "Bu Tuti", "password": PASSWORD, "next": elsewhere})
        assert answer.headers["Location"] == "/"


def test_guessing_is_slowed_down_even_for_the_right_password(bu_tuti: Teammate) -> None:
    set_password(user=bu_tuti.user, password=PASSWORD)
    for _ in range(5):
        wrong = Client().post("/sign-in/", {"who": "Bu Tuti", "password": "salah"})
        assert "belum cocok" in wrong.content.decode()
    answer = Client().post("/sign-in/", {"who": "Bu Tuti", "password": PASSWORD})
    assert answer.status_code == 422
    assert "Terlalu banyak percobaan." in answer.content.decode()


def test_a_link_signs_in_once_and_looking_does_not_use_it_up(story: Story) -> None:
    shop = make_business(name="Kopi Andi", owner_email="andi@kopi.example", owner_name="Andi", now=story.now)
    token = make_sign_in_link(user=shop.teammates.get().user, now=story.now)
    for _ in range(3):
        assert "Halo, Andi" in Client().get(f"/sign-in/{token}/").content.decode()
    client = Client()
    answer = client.post(f"/sign-in/{token}/")
    assert answer.headers["Location"] == "/start/"  # no password yet: the three fields finish the shop
    client.post(
        "/start/", {"shop": "Kopi Andi", "name": "Andi", "password": PASSWORD, "zone": "Asia/Jakarta"}
    )
    assert client.get("/").status_code == 200
    assert Business.objects.count() == 2
    assert Client().post(f"/sign-in/{token}/").status_code == 422


def test_signing_out(owner: Client) -> None:
    owner.post("/sign-out/")
    assert owner.get("/").status_code == 303


def test_indonesian_unless_chosen_otherwise(bu_tuti: Teammate) -> None:
    client = Client(headers={"accept-language": "en-US,en"})
    page = client.get("/sign-in/").content.decode()
    assert '<html lang="id"' in page
    client.post("/language/", {"language": "en"})
    page = client.get("/sign-in/").content.decode()
    assert '<html lang="en"' in page
    assert "Sign in" in page


def test_the_language_goes_with_the_teammate(owner: Client, bu_tuti: Teammate) -> None:
    owner.post("/language/", {"language": "en"})
    bu_tuti.user.refresh_from_db()
    assert bu_tuti.user.language == "en"
    assert "Customers" in owner.get("/").content.decode()


def test_the_demo_needs_no_sign_in_on_its_own_machine(settings: object, people: Story) -> None:
    settings.SAPA_DEMO = True  # type: ignore[attr-defined]
    assert Client().get("/").status_code == 303  # no shop here is a sample
    Business.objects.update(is_sample=True)
    page = Client().get("/").content.decode()
    assert "Toko contoh: semua orang di sini rekaan." in page
    assert Client(REMOTE_ADDR="192.0.2.7").get("/").status_code == 303


def test_looks_and_shortcuts_are_kept(owner: Client) -> None:
    owner.post("/settings/save/look/", {"look": "dark"})
    page = owner.get("/").content.decode()
    assert 'data-look="dark"' in page
    assert 'data-keys="off"' in page
