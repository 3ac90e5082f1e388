"""How it is to be a customer here, as a few scores from 0 to 100, each of them one figure of the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sapa.metrics.types import Figure
from sapa.web.access import Seat
from sapa.web.figures import name

_CES_BEST = 7.0


@dataclass(frozen=True, slots=True)
class Dimension:
    """One side of the service: `score` None where the figure behind it cannot be said honestly."""

    key: str
    title: str
    score: int | None
    figure: str
    sample: int


def make_dimensions(figures: Sequence[Figure], seat: Seat) -> list[Dimension]:
    """Clarity, speed and care (S0.5), evenness and ease (S1.4): each scaled to 0..100, never added up."""
    known = {figure.key: figure for figure in figures}
    wanted = (
        ("answered_once", _("Kejelasan")),
        ("replied_within_target", _("Kecepatan")),
        ("after_sales_coverage", _("Sikap sesudah transaksi")),
        ("consistent_response", _("Konsistensi di tiap saluran")),
        ("ces", _("Kemudahan prosedur")),
        ("csat", _("Kepuasan")),
    )
    return [
        Dimension(key, title, _score(known[key]), name(key), known[key].sample_size)
        for key, title in wanted
        if key in known
    ]


def _score(figure: Figure) -> int | None:
    if figure.value is None or isinstance(figure.value, str | bool):
        return None
    if figure.key == "ces":
        return round((figure.value - 1) / (_CES_BEST - 1) * 100)
    return round(figure.value * 100)
