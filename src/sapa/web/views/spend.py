"""Biaya iklan: what was spent, what one new customer cost, and what came back, where that is known."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sapa.accounts.types import Act
from sapa.lib import dates, money
from sapa.metrics.models import Spend
from sapa.metrics.spending.operations import drop_spend, record_spends
from sapa.metrics.spending.queries import get_spend, list_returns, list_spends
from sapa.metrics.spending.rules import CHANNELS, SpendError, find_problem, read_rows
from sapa.metrics.spending.types import ChannelReturn, SpendGiven
from sapa.web import words
from sapa.web.access import Seat, SeatedRequest, act_only, screen
from sapa.web.answers import UNPROCESSABLE, after_write, tell, undo_address
from sapa.web.forms import DateField, SapaForm
from sapa.web.periods import read_period

_DAYS = 90
_MOST_BYTES = 2 * 1024 * 1024


class SpendForm(SapaForm):
    channel = forms.ChoiceField(label=gettext_lazy("Tempat iklan"))
    amount = forms.IntegerField(label=gettext_lazy("Rupiah"))
    campaign = forms.CharField(label=gettext_lazy("Kampanye (boleh kosong)"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = [(code, words.channel(code)) for code in CHANNELS]  # type: ignore[attr-defined]
        self.fields["since"] = DateField(label=_("Dari tanggal"))
        self.fields["to"] = DateField(label=_("Sampai tanggal"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            problem = find_problem(self.given())
            if problem:
                self.add_error(
                    {"days": "to", "amount": "amount"}.get(problem, "channel"), say_problem(problem)
                )
        return cleaned

    def given(self) -> SpendGiven:
        said = self.cleaned_data
        return SpendGiven(
            said["since"], said["to"], said["channel"], said["campaign"].strip(), said["amount"]
        )


def say_problem(code: str, row: int = 0) -> str:
    """What is wrong with a line or a file, and what to do."""
    said = {
        "days": _("Tanggal akhir lebih dulu daripada tanggal awal."),
        "amount": _("Rupiah: tulis angka bulat lebih dari nol, misalnya 250000."),
        "channel": _("Tempat iklan ini tidak dikenal. Pilih dari daftar, misalnya instagram atau tiktok."),
        "day": _("Tanggal ini tidak ada. Tulis seperti 2026-11-21."),
        "columns": _("Kolom tidak lengkap. Perlu: dari, sampai, saluran, rupiah; kampanye boleh kosong."),
        "empty": _("Berkas ini kosong."),
        "too_many": _("Terlalu banyak baris. Bagi menjadi beberapa berkas."),
        "not_text": _("Berkas ini bukan CSV. Simpan sebagai CSV, lalu coba lagi."),
    }.get(code, code)
    return _("Baris %(row)d: %(said)s") % {"row": row, "said": said} if row else said


@screen()
def spend(request: SeatedRequest, seat: Seat) -> HttpResponse:
    return render(request, "web/spend.html", _context(request, seat, SpendForm()))


def _context(request: SeatedRequest, seat: Seat, form: SpendForm, problem: str = "") -> dict[str, Any]:
    period = read_period(request, seat, default=_DAYS)
    found = list_returns(seat.business, from_=period.from_, to=period.to, now=seat.now)
    people = sum(one.contacts for one in found)
    unknown = sum(one.contacts for one in found if one.channel is None)
    share = money.format_percent(unknown / people, seat.language, 0) if people else ""
    return {
        "period": period,
        "returns": [_line(one, seat) for one in found],
        "has_spend": any(one.spent for one in found),
        "unknown": share if unknown else "",
        "spends": list_spends(seat.business)[:200],
        "form": form,
        "problem": problem,
    }


def _line(one: ChannelReturn, seat: Seat) -> dict[str, Any]:
    def short(amount: float) -> str:
        return money.format_rupiah_short(round(amount), seat.language)

    cost = ""
    if one.cost is not None and one.cost_interval is not None:
        low, high = (short(edge) for edge in one.cost_interval)
        cost = _("%(about)s (antara %(low)s dan %(high)s)") % {
            "about": short(one.cost),
            "low": low,
            "high": high,
        }
    return {
        "name": words.channel(one.channel) if one.channel else _("asal belum diketahui"),
        "spent": short(one.spent) if one.spent else "",
        "contacts": one.contacts,
        "buyers": one.buyers,
        "cost": cost,
        "returned": "" if one.returned is None else money.format_number(one.returned, seat.language, 1),
        "value": short(one.value),
    }


@act_only(Act.TARGETS)
def spend_add(request: SeatedRequest, seat: Seat) -> HttpResponse:
    form = SpendForm(request.POST)
    if not form.is_valid():
        return render(request, "web/spend.html", _context(request, seat, form), status=UNPROCESSABLE)
    return _keep(request, seat, [form.given()])


@act_only(Act.TARGETS)
def spend_import(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """Lines of a CSV: all of them, or none with the row that is wrong."""
    file = request.FILES.get("file")
    try:
        given = read_rows(_text(file))
    except SpendError as error:
        context = _context(request, seat, SpendForm(), say_problem(error.code, error.row))
        return render(request, "web/spend.html", context, status=UNPROCESSABLE)
    return _keep(request, seat, given)


def _text(file: UploadedFile[Any] | None) -> str:
    if file is None:
        raise SpendError("empty")
    if (file.size or 0) > _MOST_BYTES:
        raise SpendError("too_many")
    try:
        return str(file.read().decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SpendError("not_text") from error


def _keep(request: SeatedRequest, seat: Seat, given: list[SpendGiven]) -> HttpResponse:
    made = record_spends(business=seat.business, given=given, by=seat.teammate, now=seat.now)
    if made:
        told = ngettext("%(n)d baris biaya dicatat.", "%(n)d baris biaya dicatat.", len(made)) % {
            "n": len(made)
        }
        tell(request, told, undo_address(seat, "spend", made[0].pk))
    else:
        tell(request, _("Biaya itu sudah tercatat. Hapus dulu bila angkanya berubah."))
    return after_write(request, reverse("spend"))


@act_only(Act.TARGETS)
def spend_drop(request: SeatedRequest, seat: Seat, spend_id: UUID) -> HttpResponse:
    try:
        found = get_spend(seat.business, spend_id)
    except Spend.DoesNotExist as error:
        raise Http404 from error
    number = found.pk
    drop_spend(spend=found, by=seat.teammate, now=seat.now)
    told = _("Biaya %(day)s dihapus.") % {"day": dates.format_day(found.since, seat.language)}
    tell(request, told, undo_address(seat, "spend", number))
    return after_write(request, reverse("spend"))
