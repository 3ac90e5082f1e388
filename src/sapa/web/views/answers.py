"""Balasan: what everybody answers the same, with a shortcut, blanks and a picture."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sapa.accounts.types import Act
from sapa.knowledge.models import Answer
from sapa.knowledge.operations import LONGEST, change_answer, remove_answer, write_answer
from sapa.knowledge.queries import get_answer, list_answers, list_most_asked
from sapa.knowledge.rules import find_blanks, long_sentences
from sapa.knowledge.types import AnswerError, AnswerGiven
from sapa.lib.files import Stored, TooLargeError, store
from sapa.readings.types import INTENTS
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import draw_form, tell, undo_address
from sapa.web.forms import SapaForm
from sapa.web.labels import intent_label
from sapa.web.views.inbox.files import serve

_MOST_PICTURE = 5 * 1024 * 1024


class AnswerForm(SapaForm):
    """An answer as a teammate writes it."""

    text = forms.CharField(
        label=gettext_lazy("Isi balasan"),
        help_text=gettext_lazy(
            "{nama} diisi nama pelanggan. Kosongan lain, misalnya {kota}, ditanyakan sebelum dikirim."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=LONGEST,
        error_messages={"required": gettext_lazy("Tulis isi balasannya.")},
    )
    shortcut = forms.CharField(
        label=gettext_lazy("Kata singkat"),
        help_text=gettext_lazy("Dipakai dengan garis miring di kotak balasan, misalnya /ongkir."),
        required=False,
        max_length=31,
    )
    question = forms.CharField(label=gettext_lazy("Menjawab pertanyaan"), required=False, max_length=300)
    topic = forms.ChoiceField(label=gettext_lazy("Topik"), required=False)
    picture = forms.FileField(
        label=gettext_lazy("Gambar"),
        help_text=gettext_lazy("JPG, PNG, GIF atau WebP, paling besar 5 MB. Ikut terkirim."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )

    def __init__(self, *args: Any, language: str, **more: Any) -> None:
        super().__init__(*args, **more)
        topics = [(code, intent_label(code, language)) for code in INTENTS]
        self.fields["topic"].choices = [("", _("tanpa topik")), *topics]  # type: ignore[attr-defined]


@screen()
def answers(request: SeatedRequest, seat: Seat) -> HttpResponse:
    search = request.GET.get("q", "")[:100]
    context = {
        "answers": list_answers(seat.business, search=search),
        "q": search,
        "asked": [(intent_label(one.topic, seat.language), one) for one in list_most_asked(seat.business)],
    }
    return render(request, "web/answers.html", context)


@screen()
def answer_menu(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """The answers that fit what stands behind `/`, as the menu of the composer."""
    found = list_answers(seat.business, search=request.GET.get("q", "")[:100], limit=8)
    return render(request, "web/components/answer_menu.html", {"answers": found})


@screen(Act.WORK, write=Act.WORK)
def answer_new(request: SeatedRequest, seat: Seat) -> HttpResponse:
    if request.method == "POST":
        return _save(request, seat, None)
    initial = {name: request.GET.get(name, "") for name in ("topic", "text", "question")}
    return _draw(request, AnswerForm(initial=initial, language=seat.language), None)


@screen(write=Act.WORK)
def answer(request: SeatedRequest, seat: Seat, answer_id: UUID) -> HttpResponse:
    found = _find(seat, answer_id)
    if request.method == "POST":
        return _save(request, seat, found)
    initial = {name: getattr(found, name) for name in ("text", "shortcut", "question", "topic")}
    return _draw(request, AnswerForm(initial=initial, language=seat.language), found)


def _save(request: SeatedRequest, seat: Seat, found: Answer | None) -> HttpResponse:
    form = AnswerForm(request.POST, request.FILES, language=seat.language)
    if form.is_valid():
        data = form.cleaned_data
        given = AnswerGiven(data["text"], data["shortcut"], data["question"], data["topic"])
        try:
            picture = _keep(seat, data["picture"])
            if found is None:
                made = write_answer(
                    business=seat.business, given=given, picture=picture, by=seat.teammate, now=seat.now
                )
            else:
                made = change_answer(
                    answer=found,
                    given=given,
                    picture=picture,
                    drops_picture="drop_picture" in request.POST,
                    by=seat.teammate,
                    now=seat.now,
                )
        except AnswerError as error:
            form.add_error("shortcut" if error.code in ("shortcut", "taken") else "text", _tell(error.code))
        except TooLargeError:
            form.add_error("picture", _("Gambarnya lebih dari 5 MB. Pilih yang lebih kecil."))
        except ValueError:
            form.add_error("picture", _("Berkas ini bukan gambar. Pilih JPG, PNG, GIF atau WebP."))
        else:
            told = _("Balasan disimpan.")
            if long_sentences(made.text):
                told = _("Balasan disimpan. Ada kalimat lebih dari 20 kata: lebih enak dibaca bila dipotong.")
            tell(request, told, undo_address(seat, "answer", made.pk))
            return go(request, reverse("answers"))
    return _draw(request, form, found)


def _keep(seat: Seat, upload: Any) -> tuple[Stored, str] | None:
    """Raises TooLargeError, ValueError for what is no picture."""
    if not upload:
        return None
    stored = store(upload.chunks(), owner=f"{seat.business.public_id}/answers", most=_MOST_PICTURE)
    if stored.kind not in ("image", "gif"):
        raise ValueError(stored.mime)
    return stored, str(upload.name or "")


def _tell(code: str) -> str:
    return {
        "empty": _("Tulis isi balasannya."),
        "long": _("Balasannya terlalu panjang. Potong sampai 4.000 huruf."),
        "shortcut": _("Pakai huruf dan angka saja, misalnya ongkir."),
        "taken": _("Kata singkat ini sudah dipakai balasan lain. Pilih yang lain."),
    }[code]


def _draw(request: SeatedRequest, form: AnswerForm, found: Answer | None) -> HttpResponse:
    blanks = find_blanks(found.text) if found else []
    return draw_form(request, "web/answer.html", {"form": form, "answer": found, "blanks": blanks})


@act_only(Act.WORK)
def answer_remove(request: SeatedRequest, seat: Seat, answer_id: UUID) -> HttpResponse:
    found = _find(seat, answer_id)
    remove_answer(answer=found, by=seat.teammate, now=seat.now)
    tell(request, _("Balasan dihapus dari daftar."), undo_address(seat, "answer", found.pk))
    return go(request, reverse("answers"))


@screen()
def answer_picture(request: SeatedRequest, seat: Seat, answer_id: UUID) -> HttpResponseBase:
    found = _find(seat, answer_id)
    if not found.picture:
        raise Http404
    return serve(found.picture, found.picture_name, found.picture_mime)


def _find(seat: Seat, answer_id: UUID) -> Answer:
    try:
        return get_answer(seat.business, answer_id)
    except Answer.DoesNotExist as error:
        raise Http404 from error
