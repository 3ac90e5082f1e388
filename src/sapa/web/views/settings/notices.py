"""Pengaturan › Pemberitahuan: which devices are woken, for what, when not, and what that needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sapa.accounts.types import Act
from sapa.notices.models import Wish
from sapa.notices.operations import save_wish
from sapa.notices.queries import find_wish, get_push_key, list_devices
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import UNPROCESSABLE, tell
from sapa.web.forms import SapaForm, TimeField
from sapa.web.views.start import NO_MAIL


class WishForm(SapaForm):
    """What one wants to be told. The quiet stretch has both ends or none."""

    wants_messages = forms.BooleanField(label=gettext_lazy("Pesan baru untuk saya"), required=False)
    wants_mentions = forms.BooleanField(label=gettext_lazy("Teman setim menyebut saya"), required=False)
    wants_escalations = forms.BooleanField(
        label=gettext_lazy("Percakapan yang terlalu lama menunggu"), required=False
    )
    wants_morning_mail = forms.BooleanField(
        label=gettext_lazy("Surat pagi jam 08.00 lewat e-mail"), required=False
    )

    def __init__(self, *args: Any, wish: Wish, **kwargs: Any) -> None:
        initial = {name: getattr(wish, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, auto_id="wish_%s", **kwargs)
        for name, label, minute in (
            ("quiet_from", _("Hening dari jam"), wish.quiet_from_minute),
            ("quiet_to", _("sampai jam"), wish.quiet_to_minute),
        ):
            self.fields[name] = TimeField(required=False, label=label)
            if minute is not None:
                self.initial[name] = f"{minute // 60:02d}:{minute % 60:02d}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ends = [cleaned.get("quiet_from"), cleaned.get("quiet_to")]
        if ends.count(None) == 1 and not self.errors:
            self.add_error(
                "quiet_from" if ends[0] is None else "quiet_to",
                _("Isi kedua jam hening, atau kosongkan keduanya."),
            )
        return cleaned

    def values(self) -> dict[str, Any]:
        """As fields of `Wish`."""
        given = self.cleaned_data
        ends = (given["quiet_from"], given["quiet_to"])
        minutes = [None if end is None else end.hour * 60 + end.minute for end in ends]
        kept = {name: given[name] for name in self.base_fields}
        return kept | {"quiet_from_minute": minutes[0], "quiet_to_minute": minutes[1]}


@screen()
def settings_notices(request: SeatedRequest, seat: Seat) -> HttpResponse:
    return _draw(request, seat, WishForm(wish=find_wish(seat.teammate)))


@act_only(Act.LOOK)
def save_notices(request: SeatedRequest, seat: Seat) -> HttpResponse:
    form = WishForm(request.POST, wish=find_wish(seat.teammate))
    if not form.is_valid():
        return _draw(request, seat, form, status=UNPROCESSABLE)
    save_wish(teammate=seat.teammate, **form.values())
    tell(request, _("Tersimpan."))
    return go(request, reverse("settings_notices"))


def _draw(request: SeatedRequest, seat: Seat, form: WishForm, status: int = 200) -> HttpResponse:
    email = seat.teammate.user.email
    context = {
        "form": form,
        "devices": list_devices(seat.teammate),
        "push_key": get_push_key(),
        "host": request.get_host(),
        "mail_is_set": settings.EMAIL_IS_SET,
        "email": "" if email.endswith(f"@{NO_MAIL}") else email,
    }
    return render(request, "web/settings_notices.html", context, status=status)
