"""Pemberitahuan: mentions and what was handed up; how much waits; ending the morning's mail from its own link."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from sapa.accounts.types import Act
from sapa.conversations.queries import count_waiting, find_unread
from sapa.notices.models import Notice
from sapa.notices.operations import mark_all_read, mark_read, stop_morning_mail
from sapa.notices.operations.mornings import find_by_token
from sapa.notices.queries import count_unread, list_notices
from sapa.web.access import SapaRequest, Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import UNPROCESSABLE, tell
from sapa.web.views.inbox.listing import count_at_hand, forgotten_before

MOST = 99


@screen()
def notices(request: SeatedRequest, seat: Seat) -> HttpResponse:
    rows = list_notices(seat.teammate)
    context = {"rows": rows, "has_new": any(row.read_at is None for row in rows)}
    return render(request, "web/notices.html", context)


@screen()
def notice(request: SeatedRequest, seat: Seat, notice_id: UUID) -> HttpResponse:
    """Where a notice leads: its conversation, or the list. Opening it is reading it."""
    try:
        found = mark_read(teammate=seat.teammate, public_id=notice_id, now=seat.now)
    except Notice.DoesNotExist as error:
        raise Http404 from error
    if found.conversation is None:
        return go(request, reverse("notices"))
    return go(request, reverse("conversation", args=[found.conversation.public_id]))


@act_only(Act.LOOK)
def read_all(request: SeatedRequest, seat: Seat) -> HttpResponse:
    mark_all_read(teammate=seat.teammate, now=seat.now)
    tell(request, _("Semua ditandai sudah dibaca."))
    return go(request, reverse("notices"))


@screen()
def counts(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """How many conversations wait or are marked unread, and how many notices are new, as the menu and the title show them."""
    waiting = count_waiting(seat.business, up_to=MOST + 1, heard_since=forgotten_before(seat), now=seat.now)
    said = ngettext("%(n)d percakapan menunggu.", "%(n)d percakapan menunggu.", waiting) % {"n": waiting}
    at_hand = count_at_hand(waiting, find_unread(seat.teammate))
    answer = JsonResponse(
        {
            "waiting": at_hand,
            "shown": f"{MOST}+" if at_hand > MOST else str(at_hand),
            "unread": count_unread(seat.teammate),
            "said": said,
        }
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def morning_stop(request: SapaRequest, token: str) -> HttpResponse:
    """Ends the morning's mail. Looking does not end it; a mail program may POST by itself (RFC 8058)."""
    teammate = stop_morning_mail(token=token) if request.method == "POST" else find_by_token(token)
    context = {"mate": teammate, "done": request.method == "POST"}
    return render(request, "web/morning_stop.html", context, status=200 if teammate else UNPROCESSABLE)
