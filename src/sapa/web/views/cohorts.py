"""Siapa yang kembali: buyers by month of first purchase, the people behind each cell, and who is expected to buy again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.lib import dates, money
from sapa.metrics.lifetime.cohorts import get_retention, list_cohort_people, name_people
from sapa.metrics.lifetime.queries import get_expected, list_expected
from sapa.metrics.lifetime.types import Cell, Cohort, Expected, ExpectedBuyer, Retention
from sapa.web import sheets
from sapa.web.access import Seat, SeatedRequest, screen
from sapa.web.answers import attachment
from sapa.web.charts import draw_retention

PAGE = 50
NAMED = 12
FIRST_EXPECTED = 7
_NO_PAGE_PAST = 100_000


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell as it is read: a share, or so many of so many people; `address` leads to them."""

    text: str
    told: str
    address: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    name: str
    buyers: int
    cells: tuple[ShownCell | None, ...]


@dataclass(frozen=True, slots=True)
class NamedMonth:
    """A month of so few buyers that people say more than a share."""

    text: str
    names: tuple[str, ...]
    more: int
    address: str


@dataclass(frozen=True, slots=True)
class BuyerRow:
    """One expected buyer in words."""

    id: str
    name: str
    purchases: int
    last_day: date
    expected: str
    value: str
    rhythm: str


@screen()
def cohorts(request: SeatedRequest, seat: Seat) -> HttpResponse:
    found = get_retention(seat.business, now=seat.now)
    is_ever = request.GET.get("as", "ever") != "each"
    title = _("Pernah kembali sejak pembelian pertama")
    outlook = get_expected(seat.business, now=seat.now)
    context = {
        "found": found,
        "is_ever": is_ever,
        "periods": [_period(number) for number in range(1, _longest(found) + 1)],
        "rows": [_row(cohort, _longest(found), seat, is_ever=is_ever) for cohort in reversed(found.cohorts)],
        "named": _named_months(found, seat),
        "title": title,
        "chart": draw_retention(found.curve, key="kept", title=title, say=_say(seat), say_period=_period),
        **_outlook_words(outlook, seat),
        "first": [
            _buyer(one, seat) for one in list_expected(seat.business, now=seat.now, limit=FIRST_EXPECTED)
        ],
    }
    return render(request, "web/cohorts.html", context)


def _say(seat: Seat) -> Any:
    return lambda share: money.format_percent(share, seat.language, 0)


def _period(number: int) -> str:
    return _("{days} hari").format(days=number * 30)


def _month(day: date, seat: Seat) -> str:
    """`Jan 2026`."""
    return dates.format_day(day, seat.language).split(" ", 1)[1]


def _longest(found: Retention) -> int:
    return max((len(cohort.cells) for cohort in found.cohorts), default=0)


def _address(month: date, period: int, *, is_ever: bool, **more: str | int) -> str:
    given = {"month": f"{month:%Y-%m}", "period": period, "as": "ever" if is_ever else "each", **more}
    return f"{reverse('cohort_people')}?{urlencode(given)}"


def _row(cohort: Cohort, longest: int, seat: Seat, *, is_ever: bool) -> ShownRow:
    cells = cohort.ever if is_ever else cohort.cells
    shown = [_cell(cohort, cell, seat, is_ever=is_ever) for cell in cells]
    return ShownRow(_month(cohort.from_, seat), cohort.buyers, (*shown, *[None] * (longest - len(shown))))


def _cell(cohort: Cohort, cell: Cell, seat: Seat, *, is_ever: bool) -> ShownCell:
    told = _("{back} dari {buyers}").format(back=cell.back, buyers=cell.buyers)
    if cell.share is not None and cell.interval is not None:
        low, high = (_say(seat)(edge) for edge in cell.interval)
        told += ", " + _("kemungkinan besar antara {low} dan {high}").format(low=low, high=high)
        text = _say(seat)(cell.share)
    else:
        text = f"{cell.back}/{cell.buyers}"
    return ShownCell(text, told, _address(cohort.from_, cell.period, is_ever=is_ever))


def _named_months(found: Retention, seat: Seat) -> list[NamedMonth]:
    """Where every month is small: who came back, by name."""
    followed = [cohort for cohort in found.cohorts if cohort.ever]
    if any(cohort.buyers >= NAMED for cohort in followed):
        return []
    months = []
    for cohort in reversed(followed):
        last = cohort.ever[-1]
        people = list_cohort_people(
            seat.business, month=cohort.from_, period=last.period, ever=True, now=seat.now
        )
        back = people[0] if people else []
        text = _("{month}: {back} dari {buyers} kembali").format(
            month=_month(cohort.from_, seat), back=last.back, buyers=last.buyers
        )
        names = tuple(one.name or _("Belum bernama") for one in name_people(seat.business, back))
        months.append(NamedMonth(text, names, 0, _address(cohort.from_, last.period, is_ever=True)))
    return months


def _outlook_words(outlook: Expected, seat: Seat) -> dict[str, Any]:
    """What is expected of a year, and how the model did on weeks that it had not seen, in sentences."""
    said: dict[str, Any] = {"outlook": outlook, "purchases": "", "value": "", "trial": "", "came_back": ""}
    if outlook.purchases is not None and outlook.purchases_interval is not None:
        low, high = (_number(edge, seat) for edge in outlook.purchases_interval)
        said["purchases"] = _("{about} pembelian lagi, kemungkinan besar antara {low} dan {high}.").format(
            about=_number(outlook.purchases, seat), low=low, high=high
        )
    if outlook.value is not None and outlook.value_interval is not None:
        low, high = (_rupiah(edge, seat) for edge in outlook.value_interval)
        said["value"] = _("Nilainya kira-kira {about}, antara {low} dan {high}.").format(
            about=_rupiah(outlook.value, seat), low=low, high=high
        )
    trial = outlook.calibration
    if trial is not None and trial.error is not None and not outlook.why_not:
        said["trial"] = _(
            "Diuji pada {weeks} minggu terakhir: ditebak {predicted} pembelian, terjadi {actual} ({error})."
        ).format(
            weeks=trial.weeks,
            predicted=_number(trial.predicted, seat),
            actual=_number(trial.actual, seat),
            error=("+" if trial.error > 0 else "−") + _say(seat)(abs(trial.error)),
        )
    if outlook.buyers:
        said["came_back"] = _("{back} dari {buyers} pembeli sudah kembali").format(
            back=_number(outlook.came_back, seat), buyers=_number(outlook.buyers, seat)
        )
    return said


def _number(value: float, seat: Seat) -> str:
    return money.format_number(round(value), seat.language)


def _rupiah(value: float, seat: Seat) -> str:
    if seat.business.currency == "IDR":
        return money.format_rupiah_short(round(value), seat.language)
    return money.format_money(round(value), seat.business.currency, seat.language)


def _buyer(one: ExpectedBuyer, seat: Seat) -> BuyerRow:
    rhythm = ""
    if one.rhythm_days is not None and one.due_day is not None:
        rhythm = _("biasanya tiap {days} hari, kira-kira {day}").format(
            days=max(1, round(one.rhythm_days)), day=dates.format_day(one.due_day, seat.language)
        )
    expected = "" if one.expected is None else money.format_number(one.expected, seat.language, 1)
    return BuyerRow(
        id=one.id,
        name=one.name,
        purchases=one.purchases,
        last_day=one.last_day,
        expected=expected,
        value="" if one.value is None else _rupiah(one.value, seat),
        rhythm=rhythm,
    )


@screen()
def cohort_people(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """The people behind a cell: who came back, and who did not."""
    month, period = _read_month(request.GET.get("month", "")), _read_number(request, "period")
    is_ever, is_gone = request.GET.get("as") != "each", request.GET.get("who") == "not"
    found = (
        list_cohort_people(seat.business, month=month, period=period, ever=is_ever, now=seat.now)
        if month
        else None
    )
    if month is None or found is None:
        return render(request, "web/cohort_people.html", {"month": ""})
    page = max(1, _read_number(request, "page"))
    ids = found[1 if is_gone else 0]
    following = {"who": "not" if is_gone else "back", "page": page + 1}
    context = {
        "month": _month(month, seat),
        "until": _period(period),
        "is_ever": is_ever,
        "is_gone": is_gone,
        "back": len(found[0]),
        "gone": len(found[1]),
        "back_address": _address(month, period, is_ever=is_ever),
        "gone_address": _address(month, period, is_ever=is_ever, who="not"),
        "people": name_people(seat.business, ids[(page - 1) * PAGE : page * PAGE]),
        "next": _address(month, period, is_ever=is_ever, **following).partition("?")[2]
        if len(ids) > page * PAGE
        else "",
    }
    return render(request, "web/cohort_people.html", context)


def _read_month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _read_number(request: SeatedRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 7 and int(text) < _NO_PAGE_PAST else 0


@screen()
def expected(request: SeatedRequest, seat: Seat) -> HttpResponse:
    page = max(1, _read_number(request, "page"))
    outlook = get_expected(seat.business, now=seat.now)
    found = list_expected(seat.business, now=seat.now, limit=PAGE, offset=(page - 1) * PAGE)
    context = {
        **_outlook_words(outlook, seat),
        "people": [_buyer(one, seat) for one in found],
        "next": f"page={page + 1}" if outlook.buyers > page * PAGE else "",
    }
    return render(request, "web/expected.html", context)


@screen(Act.EXPORT)
def cohorts_export(request: SeatedRequest, seat: Seat, form: str) -> HttpResponseBase:
    return _export(_cohort_rows(get_retention(seat.business, now=seat.now)), _("pembeli-kembali"), seat, form)


def _cohort_rows(found: Retention) -> Iterator[Sequence[str | int]]:
    yield (
        _("Bulan pembelian pertama"),
        _("Pembeli"),
        _("Sampai hari ke"),
        _("Membeli di 30 hari itu"),
        _("Pernah kembali"),
        _("Bagian pernah kembali"),
        _("Paling rendah"),
        _("Paling tinggi"),
    )
    for cohort in found.cohorts:
        for cell, ever in zip(cohort.cells, cohort.ever, strict=True):
            low, high = ever.interval or (None, None)
            shares = [_share(value) for value in (ever.share, low, high)]
            yield (f"{cohort.from_:%Y-%m}", cohort.buyers, cell.period * 30, cell.back, ever.back, *shares)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


@screen(Act.EXPORT)
def expected_export(request: SeatedRequest, seat: Seat, form: str) -> HttpResponseBase:
    found = list_expected(seat.business, now=seat.now, limit=None if form == "csv" else 50_000)
    return _export(_expected_rows(found), _("perkiraan-pembelian"), seat, form)


def _expected_rows(found: Iterable[ExpectedBuyer]) -> Iterator[Sequence[str | int]]:
    yield (
        _("Nama"),
        _("Pembelian"),
        _("Terakhir"),
        _("Perkiraan pembelian 12 bulan"),
        _("Perkiraan nilai 12 bulan"),
        _("Biasanya tiap (hari)"),
    )
    for one in found:
        yield (
            one.name,
            one.purchases,
            one.last_day.isoformat(),
            "" if one.expected is None else f"{one.expected:.3f}",
            "" if one.value is None else one.value,
            "" if one.rhythm_days is None else round(one.rhythm_days),
        )


def _export(rows: Iterable[Sequence[str | int]], name: str, seat: Seat, form: str) -> HttpResponseBase:
    if form == "csv":
        response: HttpResponseBase = StreamingHttpResponse(
            sheets.write_csv(rows), content_type="text/csv; charset=utf-8"
        )
    elif form == "xlsx":
        response = HttpResponse(sheets.write_xlsx(rows), content_type=sheets.XLSX)
    else:
        raise Http404
    response.headers["Content-Disposition"] = attachment(f"{name}-{seat.business.slug}.{form}")
    return response
