"""What was understood in a message, put right by one tap; what was promised, put right as well."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.operations import record_audit
from sapa.accounts.types import Act
from sapa.conversations.models import Conversation, Message
from sapa.conversations.queries import get_conversation, get_message
from sapa.lib.database import write
from sapa.promises.models import PromiseStatement
from sapa.promises.operations import state_promise
from sapa.readings.operations import correct
from sapa.readings.queries import find_readings
from sapa.readings.types import INTENTS
from sapa.web.access import Seat, SeatedRequest, act_only, screen
from sapa.web.answers import after_write, fragment, refresh, tell, undo_address
from sapa.web.labels import intent_label


def _message(seat: Seat, conversation_id: UUID, message_id: int) -> Message:
    try:
        return get_message(get_conversation(seat.business, conversation_id), message_id)
    except (Conversation.DoesNotExist, Message.DoesNotExist) as error:
        raise Http404 from error


@screen(Act.LOOK, write=Act.WORK)
def reading(request: SeatedRequest, seat: Seat, conversation_id: UUID, message_id: int) -> HttpResponse:
    """All topics as buttons; the one that a teammate taps holds, and teaches this shop."""
    message = _message(seat, conversation_id, message_id)
    if request.method == "POST":
        return _correct(request, seat, conversation_id, message)
    read = find_readings([message.pk]).get(message.pk)
    context = {
        "message": message,
        "conversation_id": conversation_id,
        "current": read.intent if read else "",
        "labels": [(code, intent_label(code, seat.language)) for code in INTENTS],
    }
    template = "web/components/topics.html" if request.htmx else "web/reading.html"
    return render(request, template, context)


def _correct(request: SeatedRequest, seat: Seat, conversation_id: UUID, message: Message) -> HttpResponse:
    intent = request.POST.get("intent", "")
    if intent not in INTENTS:
        raise Http404
    with write():
        correction = correct(
            business=seat.business, message=message, intent=intent, by=seat.teammate, now=seat.now
        )
        record_audit(
            business=seat.business,
            by=seat.teammate,
            verb="reading.corrected",
            object_kind="correction",
            object_id=str(correction.pk),
            data={"intent": intent},
            now=seat.now,
        )
    label = intent_label(intent, seat.language)
    tell(
        request,
        _("Diingat: pesan ini tentang %(topic)s.") % {"topic": label},
        undo_address(seat, "correction", correction.pk),
    )
    refresh(seat)
    if request.htmx:
        context = {"message": message, "conversation_id": conversation_id, "topic": label}
        return fragment(request, "web/components/topic.html", context)
    return after_write(request, reverse("conversation", args=[conversation_id]) + f"#m{message.pk}")


@act_only(Act.WORK)
def promise(request: SeatedRequest, seat: Seat, conversation_id: UUID, message_id: int) -> HttpResponse:
    """A promise was kept, or was none."""
    message = _message(seat, conversation_id, message_id)
    verdict, ordinal = request.POST.get("verdict", ""), request.POST.get("ordinal", "0")
    if verdict not in PromiseStatement.Verdict.values or not ordinal.isdecimal():
        raise Http404
    with write():
        statement = state_promise(
            business=seat.business,
            message=message,
            ordinal=int(ordinal),
            verdict=verdict,
            by=seat.teammate,
            now=seat.now,
        )
        record_audit(
            business=seat.business,
            by=seat.teammate,
            verb="promise.stated",
            object_kind="promise_statement",
            object_id=str(statement.pk),
            data={"verdict": verdict},
            now=seat.now,
        )
    kept = verdict == PromiseStatement.Verdict.KEPT
    told = _("Janji dicatat sudah ditepati.") if kept else _("Dicatat: ini bukan janji.")
    tell(request, told, undo_address(seat, "promise_statement", statement.pk))
    refresh(seat)
    return after_write(request, reverse("conversation", args=[conversation_id]))
