"""Pelanggan: the list, a new customer by hand, and the list as a sheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sapa.accounts.types import Act
from sapa.contacts.models import Contact, Identity
from sapa.contacts.queries import count_suggestions
from sapa.contacts.rules import normalise_key
from sapa.gateway.types import Key, Origin
from sapa.imports.operations.by_hand import write_down
from sapa.snapshots.queries import list_ready
from sapa.standings.directory import (
    PAGE,
    count_by_trust,
    find_addresses,
    list_directory,
)
from sapa.web import sheets, words
from sapa.web.access import Seat, SeatedRequest, go, screen
from sapa.web.answers import attachment, draw_form, refresh, tell, undo_address
from sapa.web.charts import draw_trust
from sapa.web.forms import SapaForm
from sapa.web.paging import read_spot, write_spot

CHART_FROM = 8
ORIGINS = (
    "",
    "instagram",
    "tiktok",
    "whatsapp",
    "google",
    "web",
    "marketplace:shopee",
    "offline",
    "referral",
)


@screen()
def customers(request: SeatedRequest, seat: Seat) -> HttpResponse:
    search, trust = request.GET.get("q", "").strip(), request.GET.get("trust", "")
    trust = trust if trust in words.TRUST else ""
    spot = read_spot(request)
    after = (spot.at, spot.id) if spot else None
    found = list_directory(seat.business, search=search, trust=trust, after=after, limit=PAGE + 1)
    rows = found[:PAGE]
    counts = count_by_trust(seat.business)
    context: dict[str, Any] = {
        "rows": rows,
        "addresses": find_addresses([row.contact_id for row in rows]),
        "search": search,
        "trust": trust,
        "filters": [(code, counts.get(code, 0)) for code in words.TRUST],
        "total": sum(counts.values()),
        "next": write_spot(request, rows[-1].last_seen_at, rows[-1].contact_id) if len(found) > PAGE else "",
        "is_first_page": spot is None,
    }
    if request.htmx:
        return render(request, "web/components/customer_rows.html", context)
    context["duplicates"] = count_suggestions(seat.business)
    context["chart"] = draw_trust(counts, key="trust") if context["total"] >= CHART_FROM else None
    return render(request, "web/customers.html", context)


@screen()
def ready(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """Who is nearest to buying, with the reasons."""
    return render(request, "web/ready.html", {"rows": list_ready(seat.business, now=seat.now)})


class CustomerForm(SapaForm):
    name = forms.CharField(label=gettext_lazy("Nama"), max_length=200)
    phone = forms.CharField(
        label=gettext_lazy("Nomor WhatsApp"),
        help_text=gettext_lazy("Boleh kosong. Tulis seperti biasa, misalnya 0812…"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    asked = forms.CharField(
        label=gettext_lazy("Apa yang ditanyakan atau terjadi?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    channel = forms.ChoiceField(label=gettext_lazy("Tahu toko dari mana?"), required=False)
    context = forms.CharField(
        label=gettext_lazy("Persisnya"),
        help_text=gettext_lazy("Misalnya video “Cara pilih ukuran”, atau nama teman yang mengajak."),
        required=False,
        max_length=300,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = origin_choices()  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        written = str(self.cleaned_data["phone"])
        if written and normalise_key("phone", written) is None:
            raise forms.ValidationError(
                _("Nomor ini tidak terbaca. Tulis seperti 0812-3456-7890, atau kosongkan.")
            )
        return written


def origin_choices() -> list[tuple[str, str]]:
    return [(code, words.channel(code)) for code in ORIGINS]


@screen(Act.WORK, write=Act.WORK)
def customer_new(request: SeatedRequest, seat: Seat) -> HttpResponse:
    form = CustomerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        identity, contact = _write_down(seat, form.cleaned_data)
        refresh(seat)
        told = _("%(name)s tercatat.") % {"name": contact.name or form.cleaned_data["name"]}
        tell(request, told, undo_address(seat, "row", identity.pk))
        return go(request, reverse("customer", args=[contact.public_id]))
    return draw_form(request, "web/customer_new.html", {"form": form})


def _write_down(seat: Seat, given: dict[str, Any]) -> tuple[Identity, Contact]:
    told = Origin(channel=given["channel"], context=given["context"])
    try:
        return write_down(
            business=seat.business,
            name=given["name"],
            keys=(Key("phone", given["phone"]),) if given["phone"] else (),
            asked=given["asked"],
            origin=told if given["channel"] or given["context"] else None,
            by=seat.teammate,
            now=seat.now,
        )
    except LookupError as error:
        raise Http404 from error


@screen(Act.EXPORT)
def customers_export(request: SeatedRequest, seat: Seat, form: str) -> HttpResponseBase:
    """All customers as a sheet: streamed as CSV, or as XLSX up to fifty thousand."""
    rows = sheets.list_rows(seat)
    if form == "csv":
        response: HttpResponseBase = StreamingHttpResponse(
            sheets.write_csv(rows), content_type="text/csv; charset=utf-8"
        )
    elif form == "xlsx":
        response = HttpResponse(sheets.write_xlsx(rows), content_type=sheets.XLSX)
    else:
        raise Http404
    response.headers["Content-Disposition"] = attachment(f"{_('pelanggan')}-{seat.business.slug}.{form}")
    return response
