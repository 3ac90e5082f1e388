"""The page on which a customer answers: no sign-in, no script. Looking stores nothing, so no link preview ever votes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from sapa.automations.asking.queries import is_running
from sapa.gateway.web.limits import Limit, Limiter
from sapa.lib import dates
from sapa.responses.rules import SCALES, is_on_scale
from sapa.surveys.models import Ask, Survey
from sapa.surveys.operations import answer, answer_openly
from sapa.surveys.operations.answering import CHANGE_FOR, LONGEST_WORDS, may_change
from sapa.surveys.queries import find_ask, find_open_survey, wording_of
from sapa.surveys.rules.wording import ENDS, LANGUAGES, call_by, fill
from sapa.surveys.types import TooLateError
from sapa.web.access import SapaRequest, SeeOther

# Mobile networks of Indonesia put thousands behind one address: these stop floods, not crowds.
LOOKS_OF_ADDRESS = Limit("survey pages", 240, 60)
ANSWERS_OF_ADDRESS = Limit("survey answers", 60, 60)
COOKIE = "sapa_answer"
COOKIE_SECONDS = 14 * 24 * 3600

_limiter = Limiter()


@dataclass(frozen=True, slots=True)
class _Page:
    """What the address leads to: the question to one person, or the page that is open to all (`ask` None)."""

    survey: Survey
    ask: Ask | None
    language: str


# Nobody is signed in here and the one cookie only spares a second answer: there is nothing that a foreign page could misuse.
@csrf_exempt
def survey_page(request: SapaRequest, token: UUID) -> HttpResponse:
    """GET shows the question, with the number of an e-mail's link chosen; POST stores the answer or its words."""
    page = _find(request, token)
    language = page.language if page else _asked_language(request, "id")
    with translation.override(language):
        response = _answer(request, page)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _find(request: SapaRequest, token: UUID) -> _Page | None:
    ask = find_ask(token)
    survey = ask.survey if ask else find_open_survey(token)
    if survey is None:
        return None
    return _Page(survey, ask, _asked_language(request, survey.language))


def _asked_language(request: SapaRequest, usual: str) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in LANGUAGES else usual


def _answer(request: SapaRequest, page: _Page | None) -> HttpResponse:
    limit = ANSWERS_OF_ADDRESS if request.method == "POST" else LOOKS_OF_ADDRESS
    if not _limiter.allows(limit, request.META.get("REMOTE_ADDR", "")):
        return _message(
            request, page, _("Sebentar ya"), _("Terlalu banyak permintaan. Coba lagi semenit lagi."), 429
        )
    if page is None:
        return _message(
            request,
            None,
            _("Tautan ini tidak ada"),
            _("Buka lagi tautan dari pesan toko, atau tanyakan ke toko."),
            404,
        )
    if request.method == "POST":
        return _store(request, page)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    return _own_answer(request, page) or _show(request, page)


def _own_answer(request: SapaRequest, page: _Page) -> HttpResponse | None:
    """Who has answered the open page from this browser sees their own answer."""
    if page.ask is not None or not (given := request.COOKIES.get(COOKIE)):
        return None
    try:
        ask = find_ask(UUID(given))
    except ValueError:
        return None
    return SeeOther(_address(ask, page.language)) if ask and ask.survey_id == page.survey.pk else None


def _store(request: SapaRequest, page: _Page) -> HttpResponse:
    score, words = _said(request, page)
    if score is None:
        return _show(request, page, error=_("Pilih satu angka dulu."), status=422)
    try:
        ask = _kept(page, score, words, request.moment)
    except TooLateError:
        return _show(request, page, status=410)
    if ask is None:
        return _show(request, page, status=410)
    response = SeeOther(_address(ask, page.language))
    if page.ask is None:
        secure = request.is_secure()
        response.set_cookie(
            COOKIE, str(ask.public_id), max_age=COOKIE_SECONDS, path=request.path, secure=secure, httponly=True, samesite="Lax"
        )  # fmt: skip
    return response


def _said(request: SapaRequest, page: _Page) -> tuple[int | None, str | None]:
    """The chosen score, else the one that stands; and the words where the form has a box for them."""
    words = request.POST.get("words")
    score = _number(request.POST.get("n", ""), page.survey.kind)
    if score is None and words is not None and page.ask is not None and page.ask.response is not None:
        score = page.ask.response.score
    return score, None if words is None else words.strip()[:LONGEST_WORDS]


def _number(text: str, kind: str) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) <= 2):
        return None
    return int(text) if is_on_scale(kind, int(text)) else None


def _kept(page: _Page, score: int, words: str | None, now: datetime) -> Ask | None:
    if page.ask is not None:
        return answer(ask=page.ask, score=score, words=words, at=now, now=now)
    if not is_running(page.survey, now=now):
        return None
    return answer_openly(survey=page.survey, score=score, now=now)


def _address(ask: Ask, language: str) -> str:
    return f"/s/{ask.public_id}/?lang={language}"


def _show(request: SapaRequest, page: _Page, *, error: str = "", status: int = 200) -> HttpResponse:
    survey, ask, now = page.survey, page.ask, request.moment
    given = ask.response if ask else None
    state = _state(page, now)
    if state == "ended":
        status = 410
    chosen = _number(request.GET.get("n", ""), survey.kind)
    said, name = (
        wording_of(survey, page.language),
        ask.identity.contact.name if ask and ask.identity.contact else "",
    )
    blanks = {
        "name": call_by(name, page.language),
        "product": ask.product if ask else "",
        "language": page.language,
    }
    low, high = SCALES[survey.kind]
    worst, best = ENDS[survey.kind][page.language]
    context = {
        "state": "form" if state == "thanks" and request.GET.get("change") == "1" else state,
        "question": fill(said.question, **blanks),
        "open_question": fill(said.open_question, **blanks),
        "scores": range(low, high + 1),
        "is_long": high - low > 8,
        "chosen": chosen if chosen is not None else (given.score if given else None),
        "is_linked": chosen is not None and given is None,
        "worst": worst,
        "best": best,
        "given": given,
        "error": error,
        "is_open": ask is None or ask.way == "page",
        "until": _until(ask, survey, page.language, now),
    }
    return _drawn(request, page, context, status)


def _state(page: _Page, now: datetime) -> str:
    """form, thanks (may still be changed), done (stands), or ended without an answer."""
    ask = page.ask
    if ask is None:
        return "form" if is_running(page.survey, now=now) else "ended"
    if ask.response is not None:
        return "thanks" if may_change(ask, now=now) else "done"
    return (
        "form"
        if ask.response_id is None and ask.answered_at is None and may_change(ask, now=now)
        else "ended"
    )


def _until(ask: Ask | None, survey: Survey, language: str, now: datetime) -> str:
    """Until when the page takes an answer, or its change; empty where it has no end."""
    if ask is None:
        return ""
    ends = ask.answered_at + CHANGE_FOR if ask.answered_at else ask.closes_at
    zone = ZoneInfo(survey.business.timezone)
    return dates.format_due(ends, now, zone, language) if ends else ""


def _message(request: SapaRequest, page: _Page | None, title: str, text: str, status: int) -> HttpResponse:
    return _drawn(request, page, {"state": "message", "title": title, "text": text}, status)


def _drawn(request: SapaRequest, page: _Page | None, context: dict[str, Any], status: int) -> HttpResponse:
    other = "en" if translation.get_language() == "id" else "id"
    context |= {
        "shop": page.survey.business.name if page else "",
        "other": other,
        "languages": dict(settings.LANGUAGES),
    }
    return render(request, "web/public/survey.html", context, status=status)
