"""The figures as rows for a spreadsheet, and as a page or two for paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from sapa.lib import dates
from sapa.metrics.queries import get_metric
from sapa.metrics.types import Figure
from sapa.web.access import Seat
from sapa.web.figures import Card, name
from sapa.web.periods import Period

PDF = "application/pdf"
_FONTS = Path(__file__).parent / "fonts"
_WIDTHS = (50.0, 26.0, 28.0, 14.0, 30.0, 42.0)
_LINE = 3.6


def say_span(period: Period, seat: Seat) -> str:
    """The days that the figures are of."""
    if period.from_ is None or period.to is None:
        return _("jangka biasa tiap angka")
    return _("%(from)s sampai %(to)s") % {
        "from": dates.format_day(period.from_, seat.language),
        "to": dates.format_day(period.to, seat.language),
    }


def figure_rows(figures: Sequence[Figure], period: Period, seat: Seat) -> Iterator[Sequence[str | int]]:
    """One row a figure: values as plain numbers, shares from 0 to 1, what is not known left empty with its reason."""
    yield (
        _("Kunci"),
        _("Angka"),
        _("Pertanyaan"),
        _("Nilai"),
        _("Satuan"),
        _("Banyaknya"),
        _("Paling rendah"),
        _("Paling tinggi"),
        _("Target"),
        _("Penanggung jawab"),
        _("Besok"),
        _("Tindakan terbuka"),
        _("Kenapa belum ada"),
        _("Jangka"),
        _("Cara menghitung"),
    )
    span = say_span(period, seat)
    for figure in figures:
        low, high = figure.interval or (None, None)
        yield (
            figure.key,
            name(figure.key),
            figure.question,
            _plain(figure.value),
            figure.unit,
            figure.sample_size,
            _plain(low),
            _plain(high),
            _plain(figure.target),
            figure.owner,
            figure.tomorrow.text,
            figure.tomorrow.actions,
            figure.why_not or "",
            span,
            str(get_metric(figure.key).formula),
        )


def _plain(value: float | str | bool | None) -> str:
    """A number with a point, whatever the reader's language; a program reads it, too."""
    if value is None:
        return ""
    if isinstance(value, str | bool):
        return str(value).lower()
    return f"{value:.6f}".rstrip("0").rstrip(".")


def draw_pdf(cards: Sequence[Card], period: Period, seat: Seat) -> bytes:
    """The cards as a table on paper (A4): value with its range, target, who, and what is done tomorrow."""
    page = FPDF(format="A4")
    page.set_margin(10)
    page.set_auto_page_break(auto=True, margin=12)
    page.add_font("sans", "", _FONTS / "sans.ttf")
    page.add_font("sans", "B", _FONTS / "sans-bold.ttf")
    page.set_title(_("Metrik"))
    page.set_creation_date(seat.now)
    page.add_page()
    page.set_font("sans", "B", 13)
    page.cell(text=f"{seat.business.name} · {_('Metrik')}", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.set_font("sans", "", 7)
    made = dates.format_absolute(seat.now, seat.zone, seat.language, with_zone=True)
    page.cell(text=f"{say_span(period, seat)} · {made}", h=6, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.set_font("sans", "", 6.5)
    head = (_("Angka"), _("Nilai"), _("Target"), _("Dari"), _("Siapa"), _("Besok"))
    with page.table(col_widths=_WIDTHS, line_height=_LINE, padding=0.5, text_align="LEFT") as table:
        table.row(head)
        for card in cards:
            table.row(_cells(card))
    return bytes(page.output())


def _cells(card: Card) -> tuple[str, ...]:
    sign = {"kept": " ✓", "missed": " ▼"}.get(card.state, "")
    value = card.value if card.is_known else _("belum cukup")
    return (
        card.name,
        value,
        f"{card.target}{sign}",
        card.sample,
        card.owner,
        card.tomorrow,
    )
