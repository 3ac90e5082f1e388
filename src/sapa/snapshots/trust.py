"""Why a contact's trust is what it is, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from sapa.actions.rules.told import ASKED
from sapa.actions.wording import reader_language
from sapa.lib.dates import format_relative
from sapa.standings.types import ShopSettings


def tell_trust_why(why: Mapping[str, Any], now: datetime, settings: ShopSettings) -> str:
    """One sentence for a reason's code and data."""
    when = format_relative(datetime.fromisoformat(why["at"]), now, settings.zone, reader_language()) if why.get("at") else ""  # fmt: skip
    match why.get("code"):
        case "stated":
            return _tell_stated(why, when, settings)
        case "complaint":
            return _("Ada keluhan yang belum selesai ({when}).").format(when=when)
        case "bought_again":
            return _("Sudah {count} kali membeli, terakhir {when}.").format(count=why["count"], when=when)
        case "testimonial":
            return _("Bercerita puas {when}.").format(when=when)
        case "referral":
            return _("Mengajak orang lain {when}.").format(when=when)
        case "content":
            return _("Memberi nilai tinggi ({score}) {when}.").format(score=why["score"], when=when)
        case "good_review":
            return _("Menulis ulasan {stars} bintang {when}.").format(stars=why["stars"], when=when)
        case "bought_once":
            return _("Baru sekali membeli, {when}.").format(when=when)
        case "asked":
            topic = ASKED.get(str(why.get("topic") or ""))
            asked = _(topic) if topic else _("bertanya")
            return _("{asked} {when}, belum membeli.").format(asked=asked[:1].upper() + asked[1:], when=when)
        case "cart":
            return _("Sudah memilih barang atau mengisi formulir {when}, belum membeli.").format(when=when)
    return _("Belum bertanya dan belum membeli.")


def _tell_stated(why: Mapping[str, Any], when: str, settings: ShopSettings) -> str:
    names = {mate.id: mate.name for mate in settings.teammates}
    by = names.get(int(why["by"]), "") if why.get("by") else ""
    line = (
        _("Ditetapkan {by} {when}.").format(by=by, when=when)
        if by
        else _("Ditetapkan {when}.").format(when=when)
    )
    if why.get("why"):
        line = f"{line} {why['why']}"
    if why.get("complaint_at"):
        line = _("{line} Setelah itu ada keluhan.").format(line=line)
    return line
