"""How numbers, times and codes stand on a screen; no word of ours that is not theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation

from sapa.lib.hours import Calendar, Week
from sapa.web.forms import DateField, TimeField
from tests.conftest import ROOT
from tests.web.conftest import Story, contact, thread

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
TEMPLATES = sorted((ROOT / "src/sapa/web/templates").rglob("*.html"))


ALWAYS = Calendar("Asia/Jakarta", ((date(2000, 1, 1), Week((((0, 24 * 60),),) * 7)),))


def _draw(source: str, **values: object) -> str:
    request = RequestFactory().get("/")
    request.moment = NOW  # type: ignore[attr-defined]
    request.calendar = ALWAYS  # type: ignore[attr-defined]
    return re.sub("<[^>]+>", "", Template(source).render(Context({"request": request, **values})))


@pytest.mark.parametrize(
    ("source", "value", "indonesian", "english"),
    [
        ("{{ x|rupiah }}", 12500, "Rp12.500", "Rp12,500"),
        ("{{ x|short_money }}", 12_500_000, "Rp12,5 jt", "Rp12.5M"),
        ("{{ x|percent }}", 0.756, "76%", "76%"),
        ("{{ x|number }}", 300000, "300.000", "300,000"),
        ("{{ x|about }}", 999, "999", "999"),
        ("{{ x|about }}", 1234, "± 1.200", "± 1,200"),
        ("{{ x|about }}", 298_700, "± 300 rb", "± 300k"),
        ("{{ x|about }}", 2_430_000, "± 2,4 jt", "± 2.4M"),
        ("{{ x|day }}", date(2026, 11, 21), "21 Nov 2026", "21 Nov 2026"),
        ("{{ x|day }}", datetime(2026, 8, 1, 18, tzinfo=UTC), "2 Agu 2026", "2 Aug 2026"),
        ("{{ x|clock }}", NOW, "14.30", "14:30"),
        ("{% ago x %}", NOW - timedelta(minutes=3), "3 mnt lalu", "3 min ago"),
        ("{% ago x %}", NOW - timedelta(days=1), "kemarin 14.30", "yesterday 14:30"),
        ("{% due x %}", NOW + timedelta(hours=9, minutes=30), "hari ini", "today"),
        ("{% waited x %}", NOW - timedelta(minutes=130), "2 j 10 mnt", "2 h 10 min"),
        ("{% waited x %}", NOW - timedelta(days=29), "29 hari", "29 days"),
        ("{% short_day x %}", date(2026, 11, 2), "2 Nov", "2 Nov"),
        ("{% short_day x %}", date(2025, 11, 2), "2 Nov 2025", "2 Nov 2025"),
        ("{{ x|hours }}", 61.0, "61 jam", "61 hours"),
        ("{{ x|phone }}", "+6281234567890", "+62 812-3456-7890", "+62 812-3456-7890"),
        ("{{ x|trust }}", "considering", "sedang pertimbangkan", "considering"),
        ("{{ x|channel }}", "marketplace:shopee", "Shopee", "Shopee"),
        ("{{ x|channel }}", None, "belum diketahui", "not known yet"),
    ],
)
def test_formats_in_both_languages(source: str, value: object, indonesian: str, english: str) -> None:
    with translation.override("id"):
        assert _draw(source, x=value) == indonesian
    with translation.override("en"):
        assert _draw(source, x=value) == english


def test_native_inputs_get_what_browsers_understand() -> None:
    class Form(forms.Form):
        def __init__(self) -> None:
            super().__init__(initial={"day": date(2026, 11, 21), "at": datetime(2026, 1, 1, 14, 30).time()})  # noqa: DTZ001
            self.fields["day"], self.fields["at"] = DateField(), TimeField()

    with translation.override("id"):
        drawn = str(Form())
    assert 'value="2026-11-21"' in drawn
    assert 'value="14:30"' in drawn


def test_django_itself_writes_indonesian_without_a_dot_behind_the_month() -> None:
    from django.utils.formats import date_format, get_format

    with translation.override("id"):
        assert date_format(date(2026, 11, 21)) == "21 Nov 2026"
        assert date_format(datetime(2026, 11, 21, 9, 5), "TIME_FORMAT") == "09.05"  # noqa: DTZ001
        assert "%m/%d/%Y" not in get_format("DATE_INPUT_FORMATS")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.name))
def test_no_page_carries_style_script_or_handler(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert not re.search(r"\son[a-z]+=", source)
    assert not re.search(r'(?:src|href)="https?://', source)


class _Words(HTMLParser):
    """The words of a page that a person sees or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        self.found += [
            value for name, value in attrs if name in ("aria-label", "placeholder", "title") and value
        ]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def _jargon() -> list[str]:
    table = (ROOT / "docs/words.md").read_text(encoding="utf-8").split("<!-- jargon -->")[1]
    rows = table.split("<!-- /jargon -->")[0].strip().splitlines()[2:]
    return [row.split("|")[1].strip() for row in rows]


def _screens() -> Iterator[str]:
    sari, rina = contact("Sari Dewi").public_id, contact("Rina Wulandari").public_id
    yield from ("/team/", "/team/messages/", "/settings/service/", "/settings/automations/")
    yield from ("/", "/inbox/", "/inbox/?tab=all", "/customers/", "/customers/new/", "/metrics/", "/more/")
    yield from (
        "/journey/?days=365",
        "/imports/",
        "/settings/",
        "/history/",
        "/today/figures/",
        "/start/where/",
    )
    yield from (f"/customers/{sari}/", f"/customers/{sari}/timeline/", f"/customers/{sari}/share/")
    yield from (f"/inbox/{thread('Rina Wulandari').public_id}/", "/customers/duplicates/")
    yield f"/customers/duplicates/{sari}/{rina}/"


@pytest.mark.django_db
def test_no_screen_shows_a_word_of_the_jargon_list(owner: Client, teammate: Client, people: Story) -> None:
    jargon = _jargon()
    assert len(jargon) > 30
    never = re.compile(r"\b(" + "|".join(map(re.escape, jargon)) + r")\b", re.IGNORECASE)
    for path in _screens():
        words = _Words()
        words.feed(owner.get(path).content.decode())
        assert not never.findall(" ".join(words.found)), path


@pytest.mark.django_db
def test_an_error_neither_begs_nor_blames(owner: Client, people: Story) -> None:
    words = _Words()
    words.feed(owner.post("/customers/new/", {"name": "", "phone": "12"}).content.decode())
    said = " ".join(words.found)
    assert "Nama belum diisi." in said
    assert not re.search(r"maaf|aduh|tidak valid|kesalahan terjadi", said, re.IGNORECASE)
