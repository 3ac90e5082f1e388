"""The forms of channels: what a guide asks for, the limits of sending, prices, a target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sapa.accounts.models import Business
from sapa.gateway.adapters.web.origins import list_origins
from sapa.gateway.connecting import SettingField, SignIn
from sapa.gateway.contract import ChannelAdapter
from sapa.gateway.dispatch.prices import SORTS, PriceTable
from sapa.web import channel_words
from sapa.web.forms import SapaForm, TimeField

_LONGEST = 4000
_MOST_PRICE = 1_000_000
_PREFIX = "set_"


class ConnectForm(SapaForm):
    """One box for each field of the guide. A secret that is kept is never shown again: an empty box leaves it as it is."""

    name = forms.CharField(label=gettext_lazy("Nama sambungan"), required=False, max_length=120)

    def __init__(
        self,
        *args: Any,
        adapter: ChannelAdapter,
        kept: Mapping[str, Any],
        is_fixed: bool = False,
        needs_name: bool = False,
        way: SignIn | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, auto_id="sign_in_%s" if way else "connect_%s", **kwargs)
        self._adapter, self._kept = adapter, kept
        if is_fixed:
            del self.fields["name"]
        elif needs_name:
            self.fields["name"].required = True
            self.fields["name"].help_text = _(
                "Akun jenis ini sudah ada. Beri nama lain, misalnya Cabang Bandung."
            )
        else:
            self.fields["name"].help_text = _("Boleh kosong kalau hanya satu akun.")
        wanted = (*way.needs, *way.helps) if way else [one.name for one in adapter.guide.fields]
        self._boxes = [one for one in adapter.guide.fields if one.name in wanted]
        for one in self._boxes:
            is_required = one.name in way.needs if way else one.is_required
            self.fields[_PREFIX + one.name] = self._box(replace(one, is_required=is_required))
        for field in self.fields.values():
            field.error_messages["required"] = _("%(label)s belum diisi.") % {"label": field.label}

    def _box(self, one: SettingField) -> forms.Field:
        kept = str(self._kept.get(one.name) or "")
        given: dict[str, Any] = {
            "label": one.label,
            "help_text": one.help,
            "required": one.is_required and not one.default and not (one.is_secret and kept),
        }
        if one.is_secret:
            hints = [str(one.help), _("Tersimpan. Isi hanya untuk mengganti.") if kept else ""]
            given["help_text"] = " ".join(filter(None, hints))
            widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
            return forms.CharField(max_length=_LONGEST, widget=widget, **given)
        given["initial"] = kept or one.default
        if one.choices:
            return forms.ChoiceField(choices=one.choices, **given | {"required": False})
        widget_plain = forms.TextInput(attrs={"autocomplete": "off"})
        return forms.CharField(max_length=_LONGEST, widget=widget_plain, **given)

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        box = f"{_PREFIX}origins"
        if self._adapter.kind == "web" and cleaned.get(box) and not list_origins({"origins": cleaned[box]}):
            self.add_error(
                box, _("Alamat situs ini belum terbaca. Tulis lengkap, seperti https://tokosage.example.")
            )
        return cleaned

    def settings(self) -> dict[str, Any]:
        """What was kept with what was written over it; an emptied box takes its value away."""
        merged = dict(self._kept)
        for one in self._boxes:
            given = str(self.cleaned_data.get(_PREFIX + one.name) or "").strip()
            if given or not one.is_secret:
                merged[one.name] = given
        return merged


class SendingForm(SapaForm):
    """When nobody is disturbed by what no person wrote, how often with promotion, and what a month may cost."""

    promotions_a_week = forms.IntegerField(
        label=gettext_lazy("Promosi paling banyak per pelanggan dalam tujuh hari"), min_value=0, max_value=100
    )
    month_cost_limit = forms.IntegerField(
        label=gettext_lazy("Batas biaya pesan sebulan (rupiah)"),
        help_text=gettext_lazy(
            "Kosong berarti tanpa batas. Yang berhenti hanya kiriman otomatis dan promosi."
        ),
        required=False,
        min_value=0,
        max_value=10**12,
    )

    def __init__(self, *args: Any, business: Business, **kwargs: Any) -> None:
        initial = {name: getattr(business, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, auto_id="sending_%s", **kwargs)
        for name, label, minute in (
            ("quiet_from", _("Jam tenang mulai"), business.quiet_from_minute),
            ("quiet_to", _("Jam tenang selesai"), business.quiet_to_minute),
        ):
            self.fields[name] = TimeField(label=label)
            self.fields[name].error_messages["required"] = _("%(label)s belum diisi.") % {"label": label}
            self.initial[name] = f"{minute // 60:02d}:{minute % 60:02d}"
        self.order_fields(["quiet_from", "quiet_to"])

    def values(self) -> dict[str, Any]:
        """As fields of `Business`."""
        given = self.cleaned_data
        ends = {
            f"{name}_minute": given[name].hour * 60 + given[name].minute
            for name in ("quiet_from", "quiet_to")
        }
        return ends | {name: given[name] for name in self.base_fields}


class PricesForm(SapaForm):
    """The owner's own prices by sort, in the currency's minor units; an empty box follows the table."""

    def __init__(self, *args: Any, table: PriceTable, own: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="price_%s", **kwargs)
        for sort in SORTS:
            self.fields[sort] = forms.IntegerField(
                label=channel_words.price_sort(sort),
                required=False,
                min_value=0,
                max_value=_MOST_PRICE,
                initial=own.get(sort),
                widget=forms.NumberInput(attrs={"placeholder": str(getattr(table, sort))}),
                error_messages={
                    "invalid": _("%(label)s: tulis angka saja.") % {"label": channel_words.price_sort(sort)}
                },
            )

    def prices(self) -> dict[str, int]:
        return {sort: self.cleaned_data[sort] for sort in SORTS if self.cleaned_data.get(sort) is not None}
