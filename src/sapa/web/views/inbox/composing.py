"""While somebody writes: the draft is kept, others see it, and the team's own remarks stand beside."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.conversations.mentions import find_mentions
from sapa.conversations.models import Conversation
from sapa.conversations.operations import add_remark, be_present, drop_draft, save_draft
from sapa.conversations.operations.drafts import KINDS
from sapa.conversations.operations.presence import STATES
from sapa.conversations.queries import get_title, list_present
from sapa.notices.operations import notify
from sapa.web.access import Seat, SeatedRequest, act_only, screen
from sapa.web.answers import after_write, tell, undo_address
from sapa.web.views.inbox.composer import find_chip
from sapa.web.views.inbox.talk import get_thread

_LINE = 120


@act_only(Act.WORK)
def draft(request: SeatedRequest, seat: Seat, conversation_id: UUID) -> HttpResponse:
    """Keeps what is typed (after 800 ms of silence); answers the chip of the time that the reply names."""
    thread = get_thread(seat, conversation_id)
    kind, text = request.POST.get("kind", "reply"), request.POST.get("text", "")
    if kind not in KINDS:
        raise Http404
    save_draft(
        business=seat.business,
        conversation=thread,
        teammate=seat.teammate,
        kind=kind,
        text=text,
        now=seat.now,
    )
    chip = find_chip(seat, text) if kind == "reply" else None
    return render(request, "web/components/promise_chip.html", {"chip": chip})


@screen(Act.LOOK, write=Act.WORK)
def presence(request: SeatedRequest, seat: Seat, conversation_id: UUID) -> HttpResponse:
    """“Dina sedang membalas”: a screen says that it is open, and learns who else has it open."""
    thread = get_thread(seat, conversation_id)
    if request.method == "POST":
        state = request.POST.get("state", "")
        if state not in STATES:
            raise Http404
        be_present(
            business=seat.business, conversation=thread, teammate=seat.teammate, state=state, now=seat.now
        )
    present = [] if seat.is_alone else list_present(thread, now=seat.now, but=seat.teammate)
    return render(request, "web/components/present.html", {"present": present})


@act_only(Act.WORK)
def remark(request: SeatedRequest, seat: Seat, conversation_id: UUID) -> HttpResponse:
    """A note for the team; who is called by `@` is told."""
    thread = get_thread(seat, conversation_id)
    text = request.POST.get("text", "").strip()
    address = reverse("conversation", args=[conversation_id])
    if not text:
        tell(request, _("Catatannya masih kosong. Tulis dulu, lalu simpan."))
        return after_write(request, address)
    called = find_mentions(text, {mate.pk: mate.name for mate in seat.teammates})
    made = add_remark(
        business=seat.business,
        conversation=thread,
        text=text,
        mentions=called,
        by=seat.teammate,
        now=seat.now,
    )
    drop_draft(business=seat.business, conversation=thread, teammate=seat.teammate, kind="remark")
    _tell_called(seat, thread, [pk for pk in called if pk != seat.teammate.pk], text)
    tell(request, _("Catatan tim disimpan."), undo_address(seat, "remark", made.pk))
    return after_write(request, address)


def _tell_called(seat: Seat, thread: Conversation, called: list[int], text: str) -> None:
    if called:
        notify(
            business=seat.business,
            teammate_ids=called,
            kind="mention",
            conversation=thread,
            title=_("%(name)s menyebut Anda di %(chat)s")
            % {"name": seat.teammate.name, "chat": get_title(thread)},
            line=text[:_LINE],
            now=seat.now,
        )
