"""Riwayat: who changed what, with the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.models import AuditEntry
from sapa.accounts.queries import get_audit_entry, list_audit
from sapa.accounts.types import AccountError, Act
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import after_write, refresh, refresh_everybody, tell
from sapa.web.trail_words import tell_entry
from sapa.web.undo import NotUndoableError, can_undo, undo

PAGE = 30
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Line:
    entry: AuditEntry
    text: str
    can_undo: bool


@screen(Act.LOOK)
def history(request: SeatedRequest, seat: Seat) -> HttpResponse:
    before = request.GET.get("before", "")
    found = list_audit(seat.business, before_id=int(before) if before.isdecimal() else None, limit=PAGE + 1)
    lines = [
        Line(entry, tell_entry(entry), can_undo(entry, seat) and entry.at > seat.now - KEPT)
        for entry in found[:PAGE]
    ]
    following = f"before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return render(request, "web/history.html", {"lines": lines, "next": following})


@act_only(Act.WORK)
def undo_entry(request: SeatedRequest, seat: Seat, entry_id: int) -> HttpResponse:
    try:
        entry = get_audit_entry(seat.business, entry_id)
    except AuditEntry.DoesNotExist as error:
        raise Http404 from error
    try:
        undo(seat, entry)
    except NotUndoableError:
        tell(request, _("Ini sudah diurungkan, atau sudah berubah lagi sesudahnya."))
    except AccountError as error:
        tell(request, str(error))
    else:
        tell(request, _("Diurungkan."))
        is_for_all = entry.object_kind == "business" or entry.verb == "set_service"
        (refresh_everybody if is_for_all else refresh)(seat)
        if entry.verb == "written_down":
            return go(request, reverse("customers"))  # the sheet on which the toast stood is gone
    return after_write(request, reverse("history"))
