"""The site behind a public key, and what a visitor is told of the shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from sapa.accounts.queries import get_calendar
from sapa.channels.models import Channel
from sapa.gateway.accounts import get_account
from sapa.gateway.connecting import Account
from sapa.lib.hours import Calendar, is_open, next_opening
from sapa.lib.phones import normalise_phone

LANGUAGES = ("id", "en")


@dataclass(frozen=True, slots=True)
class Site:
    """A connected site: whose it is, when that shop is open, and what its owner set."""

    account: Account
    business_id: int
    business_public_id: str
    shop: str
    calendar: Calendar

    @property
    def secret(self) -> str:
        return str(self.account.settings.get("visitor_secret") or "")

    @property
    def identity_secret(self) -> str:
        return str(self.account.settings.get("identity_secret") or "")


def find_site(public_id: str) -> Site | None:
    """The live site with this public key."""
    try:
        key = UUID(public_id)
    except ValueError:
        return None
    found = Channel.objects.filter(public_id=key, kind="web", is_live=True).select_related("business").first()
    if found is None:
        return None
    account = get_account(found)
    return Site(
        account,
        found.business_id,
        str(found.business.public_id),
        found.business.name,
        get_calendar(found.business),
    )


def tell_shop(site: Site, *, language: str, now: datetime) -> dict[str, Any]:
    """What a visitor may know: {shop, open, sentence, greeting, whatsapp, track, now}; the sentence is worded."""
    settings = site.account.settings
    phone = normalise_phone(str(settings.get("whatsapp") or ""))
    track = str(settings.get("track") or "ask")
    with translation.override(language if language in LANGUAGES else "id"):
        return {
            "shop": site.shop,
            "open": is_open(site.calendar, now),
            "sentence": _opening_words(site, now),
            "greeting": str(settings.get("greeting") or "") or _("Halo, ada yang bisa kami bantu?"),
            "whatsapp": f"https://wa.me/{phone.lstrip('+')}" if phone else "",
            "track": track if track in ("ask", "always", "never") else "ask",
            "now": now.isoformat(),
        }


def _opening_words(site: Site, now: datetime) -> str:
    here = now.astimezone(site.account.timezone)
    opens = next_opening(site.calendar, here)
    if opens is None:
        return _("Tinggalkan nomor WA, nanti kami balas.")
    if opens == here:
        return _("Kami sedang buka. Tulis saja.")
    days = (opens.date() - here.date()).days
    hour = opens.strftime("%H.%M")
    if days == 0:
        return _("Kami buka hari ini %(hour)s. Tinggalkan nomor WA.") % {"hour": hour}
    if days == 1:
        return _("Kami buka besok %(hour)s. Tinggalkan nomor WA.") % {"hour": hour}
    if opens - here < timedelta(days=7):
        day = str(WEEKDAYS[opens.weekday()])
        return _("Kami buka %(day)s %(hour)s. Tinggalkan nomor WA.") % {"day": day, "hour": hour}
    date = f"{opens.day}/{opens.month}"
    return _("Kami buka tanggal %(date)s. Tinggalkan nomor WA.") % {"date": date}
