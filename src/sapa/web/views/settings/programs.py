"""Pengaturan › Program lain: the page, and the forms that stand on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from sapa.accounts.types import Act
from sapa.programs.kinds import TELLABLE
from sapa.programs.queries import list_listeners, list_tokens
from sapa.programs.types import Scope
from sapa.web.access import Seat, SeatedRequest, screen
from sapa.web.answers import UNPROCESSABLE
from sapa.web.forms import SapaForm

SCOPES = (
    (Scope.READ_CUSTOMERS.value, gettext_lazy("Membaca pelanggan, pesanan, dan tindakan")),
    (Scope.WRITE_CUSTOMERS.value, gettext_lazy("Menulis pelanggan, catatan, dan keputusan")),
    (Scope.READ_TALK.value, gettext_lazy("Membaca percakapan dan saluran")),
    (Scope.WRITE_TALK.value, gettext_lazy("Membalas dan mengurus percakapan")),
    (Scope.READ_FIGURES.value, gettext_lazy("Membaca metrik dan peta")),
    (Scope.WRITE_IMPORTS.value, gettext_lazy("Mengimpor berkas")),
    (Scope.MANAGE_WEBHOOKS.value, gettext_lazy("Mengatur webhook")),
)
ENDS = (
    ("90", gettext_lazy("90 hari")),
    ("365", gettext_lazy("1 tahun")),
    ("", gettext_lazy("sampai dicabut")),
)


class TokenForm(SapaForm):
    name = forms.CharField(
        label=gettext_lazy("Nama programnya"),
        help_text=gettext_lazy("Misalnya Kasir atau Laporan mingguan."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Yang boleh dilakukan"), choices=SCOPES, widget=forms.CheckboxSelectMultiple
    )
    ends = forms.ChoiceField(label=gettext_lazy("Berlaku"), choices=ENDS, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="token_%s", **kwargs)


GROUPS = (
    ("message", gettext_lazy("Pesan masuk dan keluar")),
    ("order", gettext_lazy("Pesanan")),
    ("payment", gettext_lazy("Pembayaran")),
    ("shipment", gettext_lazy("Pengiriman")),
    ("action", gettext_lazy("Tindakan yang muncul dan yang diputuskan")),
    ("review survey", gettext_lazy("Ulasan dan survei")),
    ("web lead", gettext_lazy("Kunjungan situs dan formulir")),
    ("consent", gettext_lazy("Izin dikirimi pesan")),
    ("note origin answered", gettext_lazy("Catatan dan asal pelanggan")),
)


class HookForm(SapaForm):
    address = forms.CharField(
        label=gettext_lazy("Alamat program"),
        help_text=gettext_lazy("Mulai dengan https:// dan terbuka di internet."),
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Nama (boleh kosong)"), required=False, max_length=60, widget=forms.TextInput
    )
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Yang dikabarkan"), choices=GROUPS, widget=forms.CheckboxSelectMultiple
    )
    with_text = forms.BooleanField(label=gettext_lazy("Sertakan isi pesan pelanggan"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="hook_%s", **kwargs)

    def kinds(self) -> list[str]:
        """The codes of the groups that were chosen."""
        heads = {head for group in self.cleaned_data["groups"] for head in group.split()}
        return [kind for kind in TELLABLE if kind.partition(".")[0] in heads]


@screen(Act.SETTINGS)
def settings_programs(request: SeatedRequest, seat: Seat) -> HttpResponse:
    return draw(request, seat)


def draw(request: SeatedRequest, seat: Seat, *, form: forms.Form | None = None, **extra: Any) -> HttpResponse:
    """The page; `form` is one that was refused. `secret` among `extra` is shown this once."""
    context: dict[str, Any] = {
        "token_form": form if isinstance(form, TokenForm) else TokenForm(),
        "hook_form": form if isinstance(form, HookForm) else HookForm(),
        "tokens": list_tokens(seat.business),
        "hooks": list_listeners(seat.business),
        "address": request.build_absolute_uri("/api/v1"),
        **extra,
    }
    return render(request, "web/settings_programs.html", context, status=UNPROCESSABLE if form else 200)
