"""What a contact likes: stated by teammates, noticed in messages, bought, or written in a row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from sapa.readings.detectors import preferences
from sapa.standings.types import Dossier

MOST = 6
_PARTS = re.compile(r"[,/|;]|\s-\s")
_BARE_SIZE = re.compile(r"x{0,4}[sl]|m|[2-6]xl|all ?size|3[4-9]|4[0-6]", re.IGNORECASE)


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
            yield from _of_variant(str(item.get("variant") or "").strip())
    for what, which in dossier.preferences:
        yield f"{what} {which}".strip()


def _of_variant(variant: str) -> Iterator[str]:
    """`Sage, L` as an order names it: there a single letter is a size, which in a sentence it would not be."""
    found = [tell_one(liked.kind, liked.value) for liked in preferences(variant)]
    sizes = [part.strip() for part in _PARTS.split(variant) if _BARE_SIZE.fullmatch(part.strip())]
    found += [tell_one("size", size.upper()) for size in sizes]
    if variant and not found:
        found = [_("varian {value}").format(value=variant)]
    yield from dict.fromkeys(found)


def tell_one(kind: str, value: str) -> str:
    """`ukuran L`, `warna sage`."""
    if kind == "size":
        return _("ukuran {value}").format(value=value)
    if kind in ("colour", "color"):
        return _("warna {value}").format(value=value)
    if kind == "variant":
        return _("varian {value}").format(value=value)
    return value
