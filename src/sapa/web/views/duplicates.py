"""People who may be one: side by side, joined or kept apart by a teammate, and taken back."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.contacts.models import Contact
from sapa.contacts.operations import keep_apart, merge
from sapa.contacts.operations.merge import SamePersonError
from sapa.contacts.queries import count_suggestions, get_contact, list_shared, list_suggestions
from sapa.snapshots.queries import get_snapshot
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import refresh, tell, undo_address

SHOWN = 30


@screen()
def duplicates(request: SeatedRequest, seat: Seat) -> HttpResponse:
    context = {
        "pairs": list_suggestions(seat.business, SHOWN),
        "total": count_suggestions(seat.business),
        "shared": list_shared(seat.business),
    }
    return render(request, "web/duplicates.html", context)


def _pair(seat: Seat, a: UUID, b: UUID) -> tuple[Contact, Contact]:
    try:
        return get_contact(seat.business, a), get_contact(seat.business, b)
    except Contact.DoesNotExist as error:
        raise Http404 from error


@screen(Act.LOOK)
def compare(request: SeatedRequest, seat: Seat, a: UUID, b: UUID) -> HttpResponse:
    one, two = _pair(seat, a, b)
    if one.pk == two.pk:
        return go(request, reverse("customer", args=[one.public_id]))
    evidence = next(
        (
            pair.evidence
            for pair in list_suggestions(seat.business, SHOWN)
            if {pair.a.id, pair.b.id} == {str(a), str(b)}
        ),
        (),
    )
    context = {
        "one": one,
        "two": two,
        "snapshots": [get_snapshot(one, now=seat.now), get_snapshot(two, now=seat.now)],
        "evidence": evidence,
    }
    return render(request, "web/compare.html", context)


@act_only(Act.MERGE)
def join(request: SeatedRequest, seat: Seat, a: UUID, b: UUID) -> HttpResponse:
    one, two = _pair(seat, a, b)
    try:
        link = merge(business=seat.business, a=one, b=two, by=seat.teammate, now=seat.now)
    except SamePersonError:
        return go(request, reverse("customer", args=[one.public_id]))
    tell(request, _("Digabung menjadi satu orang."), undo_address(seat, "link", link.pk))
    refresh(seat)
    return go(request, reverse("duplicates"))


@act_only(Act.MERGE)
def part(request: SeatedRequest, seat: Seat, a: UUID, b: UUID) -> HttpResponse:
    one, two = _pair(seat, a, b)
    if one.pk == two.pk:
        raise Http404
    apart = keep_apart(business=seat.business, a=one, b=two, by=seat.teammate, now=seat.now)
    tell(request, _("Dicatat: dua orang yang berbeda."), undo_address(seat, "apart", apart.pk))
    return go(request, reverse("duplicates"))
