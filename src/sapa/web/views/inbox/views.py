"""Saved views: what the list is narrowed to, kept under a name."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.models import AuditEntry
from sapa.accounts.types import Act
from sapa.conversations.models import SavedView
from sapa.conversations.operations import ViewError, drop_view, move_view, save_view
from sapa.conversations.queries import get_view
from sapa.web.access import Seat, SeatedRequest, act_only, go
from sapa.web.answers import tell

_KEPT = ("channel", "label", "who", "team")


@act_only(Act.WORK)
def view_new(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """The filter that is open, under a name: one's own, or the team's."""
    choice = {name: request.POST[name] for name in _KEPT if request.POST.get(name)}
    try:
        view, entry = save_view(
            business=seat.business,
            name=request.POST.get("name", ""),
            tab=request.POST.get("tab", ""),
            choice=choice,
            for_team=not seat.is_alone and request.POST.get("for") == "team",
            by=seat.teammate,
            now=seat.now,
        )
    except ViewError as error:
        tell(request, _say_why(error))
        return go(request, reverse("inbox"))
    _tell(request, entry, _("Tampilan “%(name)s” disimpan.") % {"name": view.name})
    return go(request, address_of(view))


@act_only(Act.WORK)
def view_deed(request: SeatedRequest, seat: Seat, view_id: UUID) -> HttpResponse:
    """Further, back, or away."""
    try:
        view = get_view(seat.business, seat.teammate, view_id)
    except SavedView.DoesNotExist as error:
        raise Http404 from error
    deed = request.POST.get("do", "")
    if deed in ("back", "forward"):
        entry = move_view(view=view, forward=deed == "forward", by=seat.teammate, now=seat.now)
        _tell(request, entry, _("Urutan tampilan diubah."))
        return go(request, address_of(view))
    if deed != "drop":
        raise Http404
    _tell(
        request,
        drop_view(view=view, by=seat.teammate, now=seat.now),
        _("Tampilan “%(name)s” dihapus.") % {"name": view.name},
    )
    return go(request, reverse("inbox"))


def address_of(view: SavedView) -> str:
    """Where a view is looked at."""
    return f"{reverse('inbox')}?view={view.public_id}"


def _tell(request: SeatedRequest, entry: AuditEntry | None, told: str) -> None:
    tell(request, told, reverse("undo", args=[entry.pk]) if entry else "")


def _say_why(error: ViewError) -> str:
    if error.reason == "too_many":
        return _("Sudah ada 20 tampilan. Hapus satu yang tidak dipakai, lalu simpan lagi.")
    if error.reason == "no_name":
        return _("Beri nama dulu, misalnya “Komplain Shopee”, lalu simpan lagi.")
    return _("Tampilan ini belum terbaca. Pilih saringannya lagi, lalu simpan.")
