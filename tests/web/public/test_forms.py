"""Forms of the shop's site: posted by our script or plainly, and what must not come through."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import httpx
import pytest
from django.test import Client

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.channels.operations import disconnect_channel
from sapa.channels.queries import get_settings
from sapa.contacts.models import Contact
from sapa.conversations.models import Note
from sapa.gateway import dispatch
from sapa.gateway.adapters.web.visitors import new_credential
from sapa.gateway.intake import digest_payloads
from sapa.gateway.models import Payload
from sapa.gateway.web import limits
from sapa.gateway.web.limits import Limit
from sapa.timeline.models import Touchpoint
from sapa.web.views.public.preview import consent_version, tags_of

pytestmark = pytest.mark.django_db

SITE = "https://tokosage.example"
FILLED = {"nama": "Rina Wulandari", "hp": "0812-9999-8888", "ukuran": "L", "alamat_situs": ""}


@pytest.fixture
def web(toko_sage: Business, now: datetime) -> Channel:
    with httpx.Client() as http:
        return dispatch.try_and_connect(
            business=toko_sage,
            kind="web",
            name="",
            settings={"origins": SITE, "consent_text": "Saya mau kabar promo."},
            base_url="https://sapa.example",
            by=None,
            now=now,
            http=http,
        )


def extra(**values: Any) -> str:
    return json.dumps({"id": "form-0001", "elapsed": 9000, **values})


def post(
    web: Channel, fields: dict[str, str], *, script: bool = False, origin: str = SITE, lang: str = ""
) -> Any:
    headers = {"origin": origin} if origin else {}
    if script:
        headers["accept"] = "application/json"
    return Client(enforce_csrf_checks=True).post(
        f"/form/{web.public_id}/tanya-stok/{'?lang=' + lang if lang else ''}", fields, headers=headers
    )


def stored() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bytes(Payload.objects.get().body))
    return found


def test_a_form_becomes_a_lead_with_where_they_came_from_and_what_they_saw_before(
    web: Channel, toko_sage: Business, now: datetime
) -> None:
    credential = new_credential(get_settings(web)["visitor_secret"])
    told = extra(
        visitor=credential, first={"source": "tiktok", "campaign": "sage"}, labels={"ukuran": "Ukuran baju"}
    )
    answer = post(
        web, {**FILLED, "setuju": consent_version("Saya mau kabar promo."), "_sapa": told}, script=True
    )
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, SITE)
    assert answer.json()["said"].startswith("Terima kasih")
    digest_payloads(business=toko_sage, now=now)
    lead = Contact.objects.get()
    assert lead.name == "Rina Wulandari"
    assert Note.objects.get().text == "tanya-stok\nhp: 0812-9999-8888\nUkuran baju: L"
    assert {one.kind for one in Touchpoint.objects.all()} >= {"lead.form", "origin.told"}
    assert stored()["consent"] == consent_version("Saya mau kabar promo.")
    assert credential not in json.dumps(stored())


def test_a_plain_post_gets_a_page_and_a_second_tap_is_the_same_form(
    web: Channel, toko_sage: Business, now: datetime
) -> None:
    for _tap in range(2):
        answer = post(web, FILLED)
        assert answer.status_code == 303
    page = Client().get(answer.headers["Location"])
    assert "Terima kasih" in page.content.decode()
    assert len(page.content) < 15_000
    assert not page.cookies
    digest_payloads(business=toko_sage, now=now)
    assert Note.objects.count() == 1


def test_a_number_that_cannot_be_read_is_said_and_everything_typed_is_still_there(web: Channel) -> None:
    plain = post(web, {**FILLED, "hp": "08<b>x"})
    page = plain.content.decode()
    assert plain.status_code == 422
    assert "Nomor ini tidak bisa dihubungi. Tulis seperti 0812-3456-7890." in page
    assert 'value="Rina Wulandari"' in page
    assert "08&lt;b&gt;x" in page
    by_script = post(web, {**FILLED, "hp": "12", "_sapa": extra()}, script=True, lang="en")
    assert (by_script.status_code, by_script.json()["field"], by_script.json()["code"]) == (
        422,
        "hp",
        "phone",
    )
    assert by_script.json()["said"] != "Nomor ini tidak bisa dihubungi. Tulis seperti 0812-3456-7890."
    assert Payload.objects.count() == 0


def test_a_program_that_fills_everything_is_thanked_and_not_kept(web: Channel) -> None:
    assert post(web, {**FILLED, "alamat_situs": "https://spam.example"}).status_code == 303
    assert Payload.objects.count() == 0


def test_what_comes_faster_than_a_hand_is_asked_to_come_again(web: Channel) -> None:
    answer = post(web, {**FILLED, "_sapa": extra(elapsed=200)}, script=True)
    assert (answer.status_code, answer.json()["code"]) == (422, "fast")
    assert Payload.objects.count() == 0


@pytest.mark.parametrize("origin", ["", "null", "https://jahat.example", "http://tokosage.example"])
def test_a_form_on_another_site_is_refused(web: Channel, origin: str) -> None:
    answer = post(web, FILLED, origin=origin)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert Payload.objects.count() == 0


def test_a_visitor_whom_nobody_vouches_for_is_left_out(web: Channel) -> None:
    assert (
        post(web, {**FILLED, "_sapa": extra(visitor="vAAAA.bukti-karangan")}, script=True).status_code == 200
    )
    assert stored()["visitor"] == ""


@pytest.mark.parametrize("consent", ["", "on <script>", "x" * 41])
def test_no_consent_is_said_where_no_version_of_the_words_was_agreed_to(web: Channel, consent: str) -> None:
    post(web, {**FILLED, "setuju": consent})
    assert stored()["consent"] == ""


@pytest.mark.parametrize(
    "told", ["{", "[]", "7", "[" * 3000, json.dumps({"labels": [1], "first": "x", "id": 3})]
)
def test_what_the_script_adds_may_be_anything(web: Channel, told: str) -> None:
    assert post(web, {**FILLED, "_sapa": told}, script=True).status_code == 200
    assert stored()["fields"] == [["hp", "0812-9999-8888"], ["ukuran", "L"]]


def test_an_empty_form_and_one_without_end_are_refused(web: Channel) -> None:
    assert post(web, {"nama": "", "hp": ""}).status_code == 422
    assert post(web, {f"isian{number}": "x" for number in range(61)}).status_code == 422


def test_too_many_forms_from_one_address_wait(web: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FORMS_OF_ADDRESS", Limit("few forms", 1, 60))
    assert [post(web, FILLED).status_code for _ in range(2)] == [303, 429]


def test_a_site_that_is_not_connected_has_no_forms(web: Channel, now: datetime) -> None:
    disconnect_channel(channel=web, by=None, now=now)
    assert post(web, FILLED).status_code == 404
    assert Client().get(f"/form/{web.public_id}/tanya/").status_code == 404


def test_what_the_owner_copies_names_this_site_and_escapes_their_words(
    web: Channel, owner: Client, now: datetime
) -> None:
    from sapa.channels.operations import save_settings
    from sapa.gateway.accounts import get_account

    save_settings(channel=web, settings={"consent_text": 'Mau <b>promo</b> "murah"'}, now=now)
    tags = tags_of(get_account(web), base="https://sapa.example")
    assert tags["tag"] == (
        f'<script src="https://sapa.example/static/public/sapa.js" data-key="{web.public_id}"'
        ' data-track="ask" async></script>'
    )
    assert "<b>" not in tags["form_tag"]
    assert f'action="https://sapa.example/form/{web.public_id}/tanya-stok/"' in tags["form_tag"]
    page = owner.get(f"/sites/{web.public_id}/preview/").content.decode()
    assert "data-copy" in page
    assert page.count("</textarea>") == 2
    assert "&lt;/textarea&gt;" in page
    assert 'action="https' not in page
    assert get_settings(web)["visitor_secret"] not in page


def test_another_wording_of_the_consent_is_another_version() -> None:
    assert consent_version("Saya mau kabar promo.") == consent_version(" Saya mau kabar promo. ")
    assert consent_version("Saya mau kabar promo.") != consent_version("Saya mau kabar promo dan diskon.")
