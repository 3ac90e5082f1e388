"""Answers to writes: a page or a fragment, with a toast that can take the deed back."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme

from sapa.accounts.queries import list_audit
from sapa.contacts.operations import note_changes
from sapa.contacts.queries import count_changes_behind
from sapa.snapshots.operations import refresh_changed
from sapa.snapshots.operations.refresh import CONSUMER
from sapa.standings.queries import iterate_contacts
from sapa.web.access import SapaRequest, Seat, go

UNPROCESSABLE = 422
MOST_AT_ONCE = 200
PATIENCE_SECONDS = 1.0
NOTED_AT_ONCE = 500


def tell(request: HttpRequest, text: str, undo: str = "") -> None:
    """A toast on the next page or beside the next fragment; `undo` is the address that takes the deed back."""
    messages.success(request, text, extra_tags=undo)


def undo_address(seat: Seat, object_kind: str, object_id: int | str) -> str:
    """Where the newest deed on an object can be taken back; empty where the audit trail knows none."""
    newest = list_audit(seat.business, object_kind=object_kind, object_id=str(object_id), limit=1)
    return reverse("undo", args=[newest[0].pk]) if newest else ""


def refresh(seat: Seat) -> None:
    """What follows from a teammate's deed is worked out before the answer, so that the next screen shows it."""
    if count_changes_behind(seat.business, CONSUMER, up_to=MOST_AT_ONCE) >= MOST_AT_ONCE:
        return  # a large import is on its way: the worker goes through it in order
    with suppress(TimeoutError):
        refresh_changed(seat.business, now=seat.now, wait_seconds=PATIENCE_SECONDS)


def refresh_everybody(seat: Seat) -> None:
    """A setting on which every sheet rests has changed: all are worked out again, in a large shop by the worker."""
    for contact_ids in iterate_contacts(seat.business, NOTED_AT_ONCE):
        note_changes(seat.business, contact_ids)
    refresh(seat)


def fragment(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A piece of a page for htmx, with the toasts that wait."""
    response = render(request, template, context, status=status)
    toasts = render(request, "web/components/toasts_beside.html")
    response.content = response.content + toasts.content
    return response


def after_write(request: SapaRequest, fallback: str) -> HttpResponse:
    """Back to where the form stood: its `next`, else `fallback`."""
    return go(request, safe_next(request, fallback))


def safe_next(request: HttpRequest, fallback: str) -> str:
    """The address in `next` if it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return fallback


def draw_form(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with a form: 422 where the form in `context["form"]` was sent and refused."""
    form = context.get("form")
    refused = form is not None and form.is_bound and not form.is_valid()
    return render(request, template, context, status=UNPROCESSABLE if refused else 200)


def attachment(name: str) -> str:
    """The header that makes a browser keep an answer as a file of this name."""
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"
