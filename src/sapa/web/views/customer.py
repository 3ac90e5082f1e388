"""One customer: the sheet, what teammates say of them, the timeline, the sheet for others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sapa.accounts.types import Act
from sapa.contacts.models import Contact, Identity, Statement
from sapa.contacts.operations import mark_shared, state
from sapa.contacts.queries import get_contact, get_identity, list_identities, list_statements
from sapa.conversations.operations import remark
from sapa.conversations.queries import list_conversations_of
from sapa.gateway.digest.stated import state_origin
from sapa.gateway.types import Origin
from sapa.snapshots.queries import get_snapshot, list_told_timeline
from sapa.snapshots.sharing import snapshot_text
from sapa.standings.queries import find_standing
from sapa.web import sheets, words
from sapa.web.access import Seat, SeatedRequest, act_only, screen
from sapa.web.answers import UNPROCESSABLE, after_write, attachment, refresh, tell, undo_address
from sapa.web.forms import SapaForm
from sapa.web.timeline import TIMELINE_PAGE, tell_entries
from sapa.web.views.customers import origin_choices
from sapa.web.views.inbox.composer import whatsapp_number

PAPERS = ("a6", "a4")


class OriginForm(SapaForm):
    """“Dari mana tahu toko ini?”: a channel alone is not enough, its context says what worked."""

    channel = forms.ChoiceField(label=gettext_lazy("Tahu dari mana?"))
    context = forms.CharField(
        label=gettext_lazy("Persisnya"),
        help_text=gettext_lazy("Misalnya video “Cara pilih ukuran”, atau nama teman."),
        max_length=300,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = origin_choices()[1:]  # type: ignore[attr-defined]


def _contact(seat: Seat, contact_id: UUID) -> Contact:
    try:
        return get_contact(seat.business, contact_id)
    except Contact.DoesNotExist as error:
        raise Http404 from error


def _sheet(request: SeatedRequest, seat: Seat, contact: Contact) -> dict[str, Any]:
    paper = request.GET.get("paper", "")
    entries, has_more = tell_entries(list_told_timeline(contact), TIMELINE_PAGE)
    standing = find_standing(contact)
    trust_history = list_statements(contact, "trust")
    return {
        "contact": contact,
        "snapshot": get_snapshot(contact, now=seat.now),
        "paper": paper if paper in PAPERS else "a4",
        "entries": entries,
        "has_more": has_more,
        "trusts": words.TRUST,
        "trust_history": trust_history,
        "newest_trust": _newest(trust_history),
        "owner_id": standing.owner_id if standing else None,
        "threads": list_conversations_of(contact),
        "keys": [one for one in list_identities(contact) if one.is_key],
        "whatsapp": whatsapp_number(contact),
        "origin_form": OriginForm(auto_id="origin_%s"),
        "write": request.GET.get("write") == "1",
    }


def _newest(statements: Sequence[Statement]) -> int:
    """The statement that stands; 0 where none does."""
    return next((one.pk for one in statements if one.undone_at is None), 0)


@screen()
def customer(request: SeatedRequest, seat: Seat, contact_id: UUID) -> HttpResponse:
    return render(request, "web/customer.html", _sheet(request, seat, _contact(seat, contact_id)))


@screen()
def timeline(request: SeatedRequest, seat: Seat, contact_id: UUID) -> HttpResponse:
    contact = _contact(seat, contact_id)
    entries, _more = tell_entries(list_told_timeline(contact), None)
    return render(request, "web/timeline.html", {"contact": contact, "entries": entries})


@act_only(Act.STATE)
def trust(request: SeatedRequest, seat: Seat, contact_id: UUID) -> HttpResponse:
    """A teammate's word on the trust status; where two change it at once both versions are shown."""
    contact = _contact(seat, contact_id)
    value = request.POST.get("trust", "")
    if value and value not in words.TRUST:
        raise Http404
    seen = request.POST.get("seen", "")
    if (
        seen.isdecimal()
        and int(seen) != _newest(list_statements(contact, "trust"))
        and "anyway" not in request.POST
    ):
        return _both_versions(request, seat, contact, value)
    statement = state(
        business=seat.business,
        contact=contact,
        field="trust",
        value=value or None,
        why=request.POST.get("why", "").strip(),
        by=seat.teammate,
        now=seat.now,
    )
    return _stated(request, seat, contact, statement, _("Status diubah: %(to)s.") % {"to": _said(value)})


def _said(value: str) -> str:
    return words.trust(value) if value else _("kembali ke usulan Sapa")


def _both_versions(request: SeatedRequest, seat: Seat, contact: Contact, value: str) -> HttpResponse:
    other = next(one for one in list_statements(contact, "trust") if one.undone_at is None)
    context = {"contact": contact, "other": other, "value": value, "newest_trust": other.pk}
    return render(request, "web/trust_both.html", context, status=UNPROCESSABLE)


def _stated(
    request: SeatedRequest, seat: Seat, contact: Contact, statement: Statement, told: str
) -> HttpResponse:
    tell(request, told, undo_address(seat, "statement", statement.pk))
    refresh(seat)
    return after_write(request, reverse("customer", args=[contact.public_id]))


@act_only(Act.STATE)
def statement(request: SeatedRequest, seat: Seat, contact_id: UUID) -> HttpResponse:
    """A teammate says who looks after a customer, what they are called, or what they like."""
    contact = _contact(seat, contact_id)
    field, value = request.POST.get("field", ""), request.POST.get("value", "").strip()[:200]
    made = _checked(seat, field, value)
    if made is None:
        raise Http404
    stored, told = made
    done = state(
        business=seat.business, contact=contact, field=field, value=stored, by=seat.teammate, now=seat.now
    )
    return _stated(request, seat, contact, done, told)


def _checked(seat: Seat, field: str, value: str) -> tuple[Any, str] | None:
    """What is stored of a statement and how it is told; None where it is none."""
    if field == "owner":
        mate = next((one for one in seat.teammates if str(one.pk) == value), None)
        return (mate.pk, _("Penanggung jawab: %(name)s.") % {"name": mate.name}) if mate else None
    if field == "name" and value:
        return value, _("Nama diubah: %(name)s.") % {"name": value}
    if field == "preference" and value:
        return value, _("Kesukaan dicatat: %(what)s.") % {"what": value}
    return None


@act_only(Act.MERGE)
def shared(request: SeatedRequest, seat: Seat, identity_id: int) -> HttpResponse:
    """A number that a family or a reseller uses says nothing of who writes; or it does after all."""
    try:
        identity = get_identity(seat.business, identity_id)
    except Identity.DoesNotExist as error:
        raise Http404 from error
    is_shared = request.POST.get("is_shared") == "1"
    if not identity.is_key or identity.is_shared == is_shared:
        raise Http404
    contact = identity.contact
    mark_shared(
        business=seat.business, identity=identity, is_shared=is_shared, by=seat.teammate, now=seat.now
    )
    value = words.identity(identity.kind, identity.value)
    said = _("%(value)s dipakai bersama: nomor ini tidak menyatukan siapa pun.")
    told = said if is_shared else _("%(value)s milik satu orang lagi.")
    tell(request, told % {"value": value}, undo_address(seat, "identity", identity.pk))
    refresh(seat)
    stays = contact is not None and contact.identities.exists()
    here = reverse("customer", args=[contact.public_id]) if contact and stays else reverse("duplicates")
    return after_write(request, here)


@act_only(Act.STATE)
def origin(request: SeatedRequest, seat: Seat, contact_id: UUID) -> HttpResponse:
    """The answer to “tahu dari mana?”."""
    contact = _contact(seat, contact_id)
    form = OriginForm(request.POST, auto_id="origin_%s")
    if not form.is_valid():
        context = _sheet(request, seat, contact) | {"origin_form": form}
        return render(request, "web/customer.html", context, status=UNPROCESSABLE)
    told = Origin(channel=form.cleaned_data["channel"], context=form.cleaned_data["context"])
    stated = state_origin(
        business=seat.business, contact=contact, origin=told, by=seat.teammate, now=seat.now
    )
    tell(request, _("Asal dicatat."), undo_address(seat, "origin", stated))
    refresh(seat)
    return after_write(request, reverse("customer", args=[contact.public_id]))


@act_only(Act.WORK)
def note(request: SeatedRequest, seat: Seat, contact_id: UUID) -> HttpResponse:
    contact = _contact(seat, contact_id)
    text = request.POST.get("text", "").strip()[:2000]
    if text:
        made = remark(business=seat.business, contact=contact, text=text, by=seat.teammate, now=seat.now)
        tell(request, _("Catatan disimpan, hanya untuk tim."), undo_address(seat, "note", made.pk))
        refresh(seat)
    return after_write(request, reverse("customer", args=[contact.public_id]))


@screen()
def share(request: SeatedRequest, seat: Seat, contact_id: UUID) -> HttpResponse:
    contact = _contact(seat, contact_id)
    text = snapshot_text(get_snapshot(contact, now=seat.now))
    return render(request, "web/share.html", {"contact": contact, "text": text})


@screen(Act.EXPORT)
def export(request: SeatedRequest, seat: Seat, contact_id: UUID, form: str) -> HttpResponse:
    contact = _contact(seat, contact_id)
    rows = sheets.snapshot_rows(get_snapshot(contact, now=seat.now), seat)
    if form == "csv":
        body: str | bytes = "".join(sheets.write_csv(rows))
        response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    elif form == "xlsx":
        response = HttpResponse(sheets.write_xlsx(rows), content_type=sheets.XLSX)
    else:
        raise Http404
    response.headers["Content-Disposition"] = attachment(f"{contact.name or contact.public_id}.{form}")
    return response
