"""The forms of the settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sapa.accounts.models import Business
from sapa.accounts.rules import ROLES, is_week
from sapa.accounts.types import Week
from sapa.web import words
from sapa.web.forms import SapaForm, TimeField
from sapa.web.hours import day_names
from sapa.web.views.start import ZONES

SPANS = 2
SERVER = "server"
"""The last word of a channel whose key is a server's: one name may stand for a site and for its server."""


class ShopForm(SapaForm):
    name = forms.CharField(label=gettext_lazy("Nama toko"), max_length=120)
    timezone = forms.ChoiceField(label=gettext_lazy("Zona waktu"), choices=ZONES)

    def __init__(self, *args: Any, business: Business, **kwargs: Any) -> None:
        initial = {"name": business.name, "timezone": business.timezone}
        super().__init__(*args, initial=initial, auto_id="shop_%s", **kwargs)
        if business.timezone not in dict(ZONES):
            zones = [*ZONES, (business.timezone, business.timezone)]
            self.fields["timezone"].choices = zones  # type: ignore[attr-defined]


class LimitsForm(SapaForm):
    reply_target_minutes = forms.IntegerField(
        label=gettext_lazy("Target balas (menit, dalam jam kerja)"), min_value=5, max_value=10_000
    )
    leave_after_days = forms.IntegerField(
        label=gettext_lazy("Dianggap pergi setelah diam (hari)"), min_value=1, max_value=365
    )
    churn_after_days = forms.IntegerField(
        label=gettext_lazy("Pembeli dianggap pergi setelah (hari)"), min_value=7, max_value=1000
    )
    pushed_discount_percent = forms.IntegerField(
        label=gettext_lazy("Potongan yang dihitung sebagai dorongan (%)"), min_value=1, max_value=100
    )
    goal = forms.ChoiceField(
        label=gettext_lazy("Yang dianggap berhasil"),
        choices=[("purchase", gettext_lazy("membeli")), ("registration", gettext_lazy("mendaftar"))],
    )

    def __init__(self, *args: Any, business: Business, **kwargs: Any) -> None:
        initial = {name: getattr(business, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, auto_id="limit_%s", **kwargs)


class NamesForm(SapaForm):
    names = forms.CharField(
        label=gettext_lazy("Nama toko di chat"),
        help_text=gettext_lazy("Satu nama per baris, persis seperti di ekspor chat."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )

    def __init__(self, *args: Any, business: Business, **kwargs: Any) -> None:
        initial = {"names": "\n".join(business.own_names)}
        super().__init__(*args, initial=initial, auto_id="own_%s", **kwargs)

    def clean_names(self) -> list[str]:
        lines = (" ".join(line.split()) for line in str(self.cleaned_data["names"]).splitlines())
        return list(dict.fromkeys(line for line in lines if line))


class InviteForm(SapaForm):
    name = forms.CharField(label=gettext_lazy("Nama"), max_length=120)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("Boleh kosong: ia masuk dengan namanya."),
        required=False,
    )
    role = forms.ChoiceField(label=gettext_lazy("Peran"), initial="member")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="invite_%s", **kwargs)
        roles = [(code, words.role(code)) for code in ROLES]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        self.fields["email"].error_messages["invalid"] = _(
            "E-mail ini tidak terbaca. Tulis seperti nama@contoh.id."
        )


class KeyForm(SapaForm):
    name = forms.CharField(
        label=gettext_lazy("Nama situs atau aplikasi"),
        help_text=gettext_lazy("Boleh kosong kalau hanya satu."),
        required=False,
        max_length=100,
    )
    use = forms.ChoiceField(
        label=gettext_lazy("Dipakai di mana?"),
        choices=[
            ("site", gettext_lazy("halaman web atau aplikasi")),
            (SERVER, gettext_lazy("komputer toko")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="key_%s", **kwargs)


class PasswordForm(SapaForm):
    password = forms.CharField(
        label=gettext_lazy("Kata sandi baru"),
        help_text=gettext_lazy("Sedikitnya 10 huruf; boleh ditempel."),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="own_%s", **kwargs)


class HoursForm(SapaForm):
    """Seven days of up to two spans each: split days for the midday rest."""

    open_on_holidays = forms.BooleanField(
        label=gettext_lazy("Tetap buka di hari libur nasional"), required=False
    )

    def __init__(self, *args: Any, week: Week, open_on_holidays: bool, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"open_on_holidays": open_on_holidays}
        super().__init__(*args, initial=initial, auto_id="hours_%s", **kwargs)
        for day, name in enumerate(day_names()):
            for at in range(SPANS):
                span = week[day][at] if at < len(week[day]) else None
                self._add(day, at, name, span)

    def _add(self, day: int, at: int, name: str, span: Sequence[int] | None) -> None:
        for edge, word, minutes in (
            ("from", _("jam buka"), span[0] if span else None),
            ("to", _("jam tutup"), span[1] if span else None),
        ):
            field = TimeField(required=False, label=f"{name} {at + 1} {word}")
            field.widget.attrs["aria-label"] = f"{name}, {word} {at + 1}"
            self.fields[f"{edge}_{day}_{at}"] = field
            if minutes is not None:
                self.initial[f"{edge}_{day}_{at}"] = f"{minutes % 1440 // 60:02d}:{minutes % 60:02d}"

    def rows(self) -> list[tuple[str, list[Any]]]:
        """Each day with its four fields, for the table of the page."""
        return [
            (
                name,
                [self[f"{edge}_{day}_{at}"] for at in range(SPANS) for edge in ("from", "to")],
            )
            for day, name in enumerate(day_names())
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        week = [self._day(day) for day in range(7)]
        if not self.errors and not is_week(week):
            self.add_error(
                None,
                _("Jam kerja belum runtut. Tulis jam buka sebelum jam tutup, dan istirahat di antaranya."),
            )
        cleaned["week"] = week
        return cleaned

    def _day(self, day: int) -> list[list[int]]:
        spans = []
        for at in range(SPANS):
            edges = [self.cleaned_data.get(f"{edge}_{day}_{at}") for edge in ("from", "to")]
            if all(edge is not None for edge in edges):
                first, last = (edge.hour * 60 + edge.minute for edge in edges if edge is not None)
                spans.append([first, last or 1440])
            elif any(edge is not None for edge in edges):
                missing = f"{'to' if edges[0] is not None else 'from'}_{day}_{at}"
                self.add_error(missing, _("%(day)s: isi jam buka dan jam tutup.") % {"day": day_names()[day]})
        return spans
