"""Why a contact is near to buying, in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from sapa.actions.rules.told import ASKED
from sapa.snapshots.timeline import bare_words
from sapa.standings.types import ReadinessReason


def tell_readiness(reasons: Sequence[ReadinessReason]) -> tuple[str, ...]:
    """Each reason with how often it came: `tanya harga (2×)`, `melihat halaman harga`."""
    return tuple(_tell(reason) for reason in reasons)


def _tell(reason: ReadinessReason) -> str:
    if reason.code == "days":
        return _("datang lagi di {count} hari lain").format(count=reason.count)
    words = _("lama membaca halaman harga") if reason.code == "long_look" else _words(reason.code)
    return f"{words} ({reason.count}×)" if reason.count > 1 else words


def _words(code: str) -> str:
    if code in ASKED:
        return _(ASKED[code])
    words = bare_words().get(code, code)
    return words[:1].lower() + words[1:]
