"""Survei on screens: written with its risk, switched on, its results with their range, and who was left in peace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from sapa.accounts.models import Business
from sapa.automations.asking.queries import is_running
from sapa.contacts.models import Contact, Identity
from sapa.surveys.models import Survey
from sapa.surveys.operations import answer, note_asked, note_skipped
from sapa.surveys.results import get_results, list_given
from sapa.surveys.types import Due
from tests.surveys.conftest import running
from tests.web.test_undo import MOMENT, SURVEY

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
Filled = Callable[..., Survey]


@pytest.fixture
def filled(toko_sage: Business, now: datetime) -> Filled:
    """A survey with these answers as (name, score, words); None for somebody who was asked and said nothing."""

    def fill(*said: tuple[str, int | None, str], skipped: tuple[str, ...] = (), kind: str = "csat") -> Survey:
        survey = running(toko_sage, at=now - timedelta(days=9), kind=kind)
        for number, (name, score, words) in enumerate(said):
            ask = note_asked(
                survey=survey,
                due=_due(toko_sage, name, number, now),
                way="chat",
                conversation=None,
                message=None,
                now=now - 5 * HOUR,
            )
            if score is not None:
                answer(ask=ask, score=score, words=words, at=now - 4 * HOUR, now=now - 4 * HOUR)
        for number, reason in enumerate(skipped, 1000):
            due = _due(toko_sage, "Andi Wijaya", number, now)
            note_skipped(survey=survey, due=due, reason=reason, now=now - HOUR)
        return survey

    return fill


def _due(shop: Business, name: str, number: int, now: datetime) -> Due:
    contact = Contact.objects.create(business=shop, name=name, created_at=now)
    identity = Identity.objects.create(
        business=shop, kind="phone", value=f"+6281{number}", contact=contact, learned_at=now
    )
    return Due(identity.pk, contact.pk, f"order:{number}", now - 6 * HOUR)


def test_a_survey_is_written_permitted_and_switched_on(owner: Client, now: datetime) -> None:
    assert b"Belum ada survei" in owner.get("/surveys/").content
    choices = owner.get("/surveys/new/").content.decode()
    assert "?kind=csat&amp;occasion=delivered" in choices
    made = owner.post("/surveys/new/?kind=csat&occasion=delivered", SURVEY, follow=True)
    survey = Survey.objects.get()
    edit = f"/surveys/{survey.public_id}/edit/"
    assert made.redirect_chain[0][0].startswith(edit)
    assert "Halo Kak Ayu, puas dengan Kemeja sage L?" in made.content.decode()
    refused = owner.post(f"/surveys/{survey.public_id}/switch/", {"is_on": "1"})
    assert refused.status_code == 422
    assert "tulis perasaan pelanggan dan risikonya" in refused.content.decode()
    no_risk = owner.post(f"/surveys/{survey.public_id}/moment/", MOMENT | {"risk": "–"})
    assert no_risk.status_code == 422
    owner.post(f"/surveys/{survey.public_id}/moment/", MOMENT)
    owner.post(f"/surveys/{survey.public_id}/switch/", {"is_on": "1"})
    assert is_running(survey, now=now)
    assert "menyala" in owner.get("/surveys/").content.decode()
    owner.post(f"/surveys/{survey.public_id}/switch/", {"is_on": "0"})
    assert not is_running(survey, now=now)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"question_id": "Puas, {nma}?"}, "Isian {nma} tidak dikenal"),
        ({"question_en": " "}, "Pertanyaan dalam bahasa Inggris belum diisi"),
        ({"name": ""}, "Nama survei belum diisi"),
        ({"share": "0"}, "1"),
        ({"share": "abc"}, "tulis angka saja"),
        ({"delay_hours": "99999"}, "1440"),
        ({"ways": ["pigeon"]}, "pigeon"),
        ({"ways": []}, "Pilih sedikitnya satu cara bertanya"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(
    owner: Client, changed: dict[str, object], said: str
) -> None:
    refused = owner.post("/surveys/new/?kind=csat&occasion=delivered", SURVEY | changed)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert said in page
    assert "Hello {nama}, happy with" in page or "question_en" in changed
    assert not Survey.objects.exists()


def test_few_answers_are_shown_themselves_and_no_number(owner: Client, filled: Filled) -> None:
    survey = filled(("Rina Wulandari", 5, "rapi"), ("Budi Santoso", 2, "kurir lama"), ("Sari Dewi", None, ""))
    page = owner.get(f"/surveys/{survey.public_id}/").content.decode()
    assert "Baru 2 jawaban" in page
    assert "“kurir lama”" in page
    assert "kisaran" not in page.split("menjawab dari")[0]
    assert "2 menjawab dari 3 yang ditanya" in page
    assert "Hubungi yang kecewa (1)" in page
    unhappy = owner.get(f"/surveys/{survey.public_id}/?mood=unhappy").content.decode()
    assert "Budi Santoso" in unhappy
    assert "Rina Wulandari" not in unhappy
    assert f"/customers/{Contact.objects.get(name='Budi Santoso').public_id}/" in unhappy


def test_enough_answers_become_a_figure_with_its_range(owner: Client, filled: Filled) -> None:
    said = [(f"Orang {n}", 5 if n < 12 else 1, "") for n in range(16)]
    survey = filled(*said, *[(f"Diam {n}", None, "") for n in range(4)])
    results = get_results(survey, since=None, until=None)
    assert results.score.value == pytest.approx(0.75)
    assert results.score.interval == pytest.approx((0.5050, 0.8982), abs=0.0005)
    assert results.answered.value == pytest.approx(0.8)
    page = owner.get(f"/surveys/{survey.public_id}/").content.decode()
    assert '<span class="big">75%</span>' in page
    assert "kisaran 51% sampai 90%" in page or "kisaran 50% sampai 90%" in page
    assert "16 menjawab dari 20 yang ditanya" in page


def test_nps_is_told_with_its_sign(owner: Client, filled: Filled) -> None:
    survey = filled(*[(f"Orang {n}", 10 if n < 9 else 3, "") for n in range(12)], kind="nps")
    assert '<span class="big">+50</span>' in owner.get(f"/surveys/{survey.public_id}/").content.decode()


def test_each_skip_is_counted_with_its_reason(owner: Client, filled: Filled) -> None:
    survey = filled(skipped=("window_closed", "window_closed", "complaint", "not_drawn", "blocked"))
    page = owner.get(f"/surveys/{survey.public_id}/").content.decode()
    for why in (
        "waktu membalas sudah lewat dan tidak ada templat",
        "keluhannya masih terbuka",
        "nomor toko diblokir",
    ):
        assert why in page
    assert get_results(survey, since=None, until=None).skipped == {
        "window_closed": 2,
        "blocked": 1,
        "complaint": 1,
        "not_drawn": 1,
    }


def test_words_are_grouped_by_what_they_are_about(owner: Client, filled: Filled) -> None:
    survey = filled(
        ("Rina Wulandari", 2, "ongkirnya mahal sekali ke Makassar, berapa sih ongkirnya"),
        ("Budi Santoso", 5, ""),
    )
    page = owner.get(f"/surveys/{survey.public_id}/").content.decode()
    assert "Tanpa kata-kata" in page
    assert page.index("ongkirnya mahal") < page.index("Tanpa kata-kata")


def test_the_window_leaves_out_what_lies_outside(filled: Filled, now: datetime) -> None:
    survey = filled(("Rina Wulandari", 5, ""))
    assert get_results(survey, since=now, until=None).asked == 0
    assert [one.name for one in list_given(survey, since=now - 6 * HOUR)] == ["Rina Wulandari"]


def test_the_export_holds_every_turn_and_no_formula(owner: Client, filled: Filled) -> None:
    survey = filled(
        ("Rina Wulandari", 2, '=HYPERLINK("http://x")'), ("Sari Dewi", None, ""), skipped=("complaint",)
    )
    answer_ = owner.get(f"/surveys/{survey.public_id}/export.csv")
    lines = b"".join(answer_.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 4
    assert ",'=HYPERLINK" in lines[1] or ",\"'=HYPERLINK" in lines[1]
    assert "tidak ditanya: keluhannya masih terbuka" in lines[3]


def test_an_open_survey_shows_its_link_and_code(owner: Client, toko_sage: Business, now: datetime) -> None:
    survey = running(toko_sage, at=now, occasion="open", ways=())
    page = owner.get(f"/surveys/{survey.public_id}/").content.decode()
    assert f"/s/{survey.public_id}/" in page
    assert "yang ditanya" not in page, "who finds the link was not asked"
    code = owner.get(f"/surveys/{survey.public_id}/qr.svg")
    assert code.headers["Content-Type"] == "image/svg+xml"
    assert code.content.startswith(b"<svg xmlns")
    assert code.content.count(b"h1v1h-1z") > 100


def test_a_member_looks_and_changes_nothing(teammate: Client, filled: Filled) -> None:
    survey = filled(("Rina Wulandari", 5, "rapi"))
    assert teammate.get(f"/surveys/{survey.public_id}/").status_code == 200
    for part in ("edit/", "switch/", "moment/", "end/"):
        assert teammate.post(f"/surveys/{survey.public_id}/{part}", SURVEY).status_code == 403
    assert teammate.get(f"/surveys/{survey.public_id}/export.csv").status_code == 403
