"""What a contact likes: stated by teammates, noticed in messages, bought, or written in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from sapa.readings.detectors import preferences
from sapa.standings.types import Dossier

MOST = 6


def tell_preferences(dossier: Dossier) -> tuple[str, ...]:
    """At most six, those that teammates stated first, then what came up most often."""
    stated = [
        str(one.value) for one in reversed(dossier.statements) if one.field == "preference" and one.value
    ]
    counted = Counter(_noticed(dossier))
    noticed = [words for words, _number in counted.most_common()]
    return tuple(dict.fromkeys([*stated, *noticed]))[:MOST]


def _noticed(dossier: Dossier) -> Iterator[str]:
    for said in dossier.messages:
        if said.is_in and said.text:
            for liked in preferences(said.text):
                yield tell_one(liked.kind, liked.value)
    for order in dossier.valid_orders:
        for item in order.items:
            variant = str(item.get("variant") or "").strip()
            found = preferences(variant) if variant else []
            for liked in found:
                yield tell_one(liked.kind, liked.value)
            if variant and not found:
                yield _("varian {value}").format(value=variant)
    for what, which in dossier.preferences:
        yield f"{what} {which}".strip()


def tell_one(kind: str, value: str) -> str:
    """`ukuran L`, `warna sage`."""
    if kind == "size":
        return _("ukuran {value}").format(value=value)
    if kind in ("colour", "color"):
        return _("warna {value}").format(value=value)
    if kind == "variant":
        return _("varian {value}").format(value=value)
    return value
