"""The answer page: light, without script or sign-in; looking never votes, and one answer stands."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from sapa.accounts.models import Business
from sapa.automations.asking.operations import switch_survey
from sapa.automations.asking.queries import find_moment_of
from sapa.contacts.models import Contact, Identity
from sapa.gateway.web.limits import Limit
from sapa.responses.models import Response
from sapa.surveys.models import Ask, Survey
from sapa.surveys.operations import note_asked
from sapa.surveys.rules.wording import USUAL
from sapa.surveys.types import Due, Wording
from sapa.web.views.public import surveys as views
from tests.surveys.conftest import running

pytestmark = pytest.mark.django_db

MOST_BYTES = 15_000
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _fresh_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_limiter", type(views._limiter)())


@pytest.fixture
def asked(toko_sage: Business, now: datetime) -> Ask:
    """Rina has been asked by mail, an hour ago, how likely she is to recommend the shop."""
    survey = running(toko_sage, at=now - timedelta(days=1), kind="nps")
    contact = Contact.objects.create(business=toko_sage, name="Rina Wulandari", created_at=now)
    identity = Identity.objects.create(
        business=toko_sage, kind="email", value="rina@contoh.example", contact=contact, learned_at=now
    )
    due = Due(identity.pk, contact.pk, "order:1", now - HOUR, product="Kemeja sage L")
    return note_asked(survey=survey, due=due, way="email", conversation=None, message=None, now=now - HOUR)


@pytest.fixture
def open_survey(toko_sage: Business, now: datetime) -> Survey:
    return running(toko_sage, at=now - timedelta(days=1), occasion="open", ways=())


def path(thing: Ask | Survey, more: str = "") -> str:
    return f"/s/{thing.public_id}/{more}"


def later(monkeypatch: pytest.MonkeyPatch, now: datetime, after: timedelta) -> None:
    monkeypatch.setattr("sapa.web.middleware.now", lambda: now + after)


def test_one_tap_is_saved_and_words_may_follow(asked: Ask) -> None:
    guest = Client()
    page = guest.get(path(asked)).content.decode()
    assert "Toko Sage" in page
    assert "Halo Kak Rina, seberapa mungkin Kakak merekomendasikan toko kami ke teman?" in page
    assert "Tidak ditampilkan kepada orang lain" in page
    assert re.findall(r'name="n" value="(\d+)"', page) == [str(n) for n in range(11)]
    answer = guest.post(path(asked), {"n": "9"}, follow=True)
    assert answer.redirect_chain[0][1] == 303
    assert "Sudah tersimpan" in answer.content.decode()
    guest.post(path(asked), {"words": "  Bahannya adem <b>sekali</b> "})
    found = Response.objects.get()
    assert (found.survey, found.score, found.words) == ("nps", 9, "Bahannya adem <b>sekali</b>")
    assert "Bahannya adem &lt;b&gt;sekali&lt;/b&gt;" in guest.get(path(asked)).content.decode()


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_link_preview_never_votes(asked: Ask, method: str) -> None:
    answer = getattr(Client(), method)(path(asked, "?n=3"))
    assert answer.status_code == 200
    assert not Response.objects.exists()
    assert Ask.objects.get().state == "asked"


def test_the_number_of_a_link_is_chosen_and_sent_by_a_button(asked: Ask) -> None:
    page = Client().get(path(asked, "?n=3")).content.decode()
    assert "Kakak memilih <strong>3</strong>" in page
    assert "Kirim 3" in page
    Client().post(path(asked, "?n=3"), {"n": "3"})
    assert Response.objects.get().score == 3


def test_an_answer_may_be_changed_for_an_hour_and_then_stands(
    asked: Ask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = Client()
    guest.post(path(asked), {"n": "9"})
    assert "Ganti angkanya" in guest.get(path(asked)).content.decode()
    guest.post(path(asked, "?change=1"), {"n": "4"})
    assert Response.objects.get().score == 4
    later(monkeypatch, now, 2 * HOUR)
    assert guest.post(path(asked), {"n": "10"}).status_code == 410
    assert Response.objects.get().score == 4
    assert "tidak berubah lagi" in guest.get(path(asked)).content.decode()


def test_the_page_ends(asked: Ask, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, now, timedelta(days=15))
    for answer in (Client().get(path(asked)), Client().post(path(asked), {"n": "9"})):
        assert answer.status_code == 410
        assert "sudah ditutup" in answer.content.decode()
    assert not Response.objects.exists()


@pytest.mark.parametrize("sent", ["", "11", "-1", "9.5", "９", "abc", "1" * 400])
def test_what_is_no_number_of_the_scale_is_said(asked: Ask, sent: str) -> None:
    answer = Client().post(path(asked), {"n": sent})
    assert answer.status_code == 422
    assert "Pilih satu angka dulu" in answer.content.decode()
    assert not Response.objects.exists()


def test_an_address_that_is_nobodys_says_so_in_both_languages(db: None) -> None:
    for language, words in (("id", "Tautan ini tidak ada"), ("en", "This link does not exist")):
        answer = Client().get(f"/s/{uuid4()}/?lang={language}")
        assert answer.status_code == 404
        assert words in answer.content.decode()


def test_a_question_that_was_never_asked_has_no_page(asked: Ask) -> None:
    Ask.objects.update(state="skipped")
    assert Client().get(path(asked)).status_code == 404


def test_the_page_speaks_english_when_asked(asked: Ask) -> None:
    answer = Client().get(path(asked, "?lang=en"))
    page = answer.content.decode()
    assert '<html lang="en">' in page
    assert "Hello Rina, how likely are you to recommend our shop to a friend?" in page
    assert "One tap is saved at once" in page
    assert answer.headers["Content-Language"] == "en"
    for word in ("Kakak", "Jawaban", "Terbuka"):
        assert word not in page


def test_the_open_page_takes_one_answer_a_browser(open_survey: Survey) -> None:
    guest = Client()
    assert "tanpa nama" in guest.get(path(open_survey)).content.decode()
    first = guest.post(path(open_survey), {"n": "5"})
    asked = Ask.objects.get()
    assert first.headers["Location"].startswith(path(asked))
    again = guest.get(path(open_survey))
    assert (again.status_code, again.headers["Location"].startswith(path(asked))) == (303, True)
    assert Response.objects.get().identity.contact is None
    Client().post(path(open_survey), {"n": "2"})
    assert sorted(Response.objects.values_list("score", flat=True)) == [2, 5]


def test_the_open_page_is_shut_while_the_survey_is_off(open_survey: Survey, now: datetime) -> None:
    moment = find_moment_of(open_survey)
    switch_survey(survey=open_survey, moment=moment, is_on=False, by=None, now=now)
    assert Client().get(path(open_survey)).status_code == 410
    assert Client().post(path(open_survey), {"n": "5"}).status_code == 410
    assert not Response.objects.exists()


def test_a_survey_that_asks_people_has_no_open_page(asked: Ask) -> None:
    assert Client().get(path(asked.survey)).status_code == 404


def test_a_flood_is_slowed_down(open_survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "ANSWERS_OF_ADDRESS", Limit("few", 3, 3600))
    answers = [Client().post(path(open_survey), {"n": "5"}).status_code for _ in range(5)]
    assert answers == [303, 303, 303, 429, 429]
    assert Response.objects.count() == 3


@pytest.mark.parametrize("query", ["", "?n=4", "?lang=en"])
def test_the_page_weighs_little_and_runs_no_script(asked: Ask, query: str) -> None:
    """With the longest question there may be, and its style sheet, uncompressed."""
    long = Wording("Seberapa mungkin? " * 16, "Mengapa? " * 33)
    asked.survey.words = {
        language: {"question": long.question, "open": long.open_question} for language in USUAL["nps"]
    }
    asked.survey.save()
    answer = Client().get(path(asked, query))
    style = finders.find("public/page.css")
    assert isinstance(style, str)
    weight = len(answer.content) + len(Path(style).read_bytes())
    assert weight <= MOST_BYTES
    page = answer.content.decode().lower()
    assert "<script" not in page
    assert " style=" not in page
    assert page.count("<link") == 1
    assert 'name="robots" content="noindex"' in page
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]


def test_nothing_of_the_person_but_the_first_name_is_shown(asked: Ask) -> None:
    page = Client().get(path(asked)).content.decode()
    assert "Wulandari" not in page
    assert "rina@contoh.example" not in page
