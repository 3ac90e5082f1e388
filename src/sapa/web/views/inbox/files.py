"""Files: what customers sent, shown safely; what a teammate wants to send, kept with the draft."""

from __future__ import annotations

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.conversations.models import Attachment
from sapa.conversations.operations import open_draft, take_file_off
from sapa.conversations.queries import get_attachment
from sapa.gateway.dispatch import store_upload
from sapa.lib.files import TooLargeError, may_show
from sapa.web.access import Seat, SeatedRequest, act_only, screen
from sapa.web.answers import UNPROCESSABLE, after_write, tell
from sapa.web.views.inbox.talk import get_thread

_MOST = 10


@screen()
def file(request: SeatedRequest, seat: Seat, attachment_id: UUID) -> HttpResponseBase:
    """A stored file. What a browser would run is never shown in place, and nothing in it may load or run anything."""
    one = _find(seat, attachment_id)
    if one.state != Attachment.State.STORED or not default_storage.exists(one.stored_as):
        raise Http404
    return serve(one.stored_as, one.name, one.mime)


def serve(stored_as: str, name: str, mime: str) -> FileResponse:
    """A kept file as an answer: sandboxed, its type never guessed, saved rather than shown unless it is a picture or a sound."""
    shown = may_show(mime)
    answer = FileResponse(
        default_storage.open(stored_as),
        as_attachment=not shown,
        filename=name or stored_as.rpartition("/")[2][:12],
        content_type=mime if shown else "application/octet-stream",
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


def _find(seat: Seat, attachment_id: UUID) -> Attachment:
    try:
        one = get_attachment(seat.business, attachment_id)
    except Attachment.DoesNotExist as error:
        raise Http404 from error
    if one.draft and one.draft.teammate_id != seat.teammate.pk:
        raise Http404  # somebody else's draft
    return one


@act_only(Act.WORK)
def upload_file(request: SeatedRequest, seat: Seat, conversation_id: UUID) -> HttpResponse:
    """Files wait with the draft until it is sent."""
    thread = get_thread(seat, conversation_id)
    draft = open_draft(
        business=seat.business, conversation=thread, teammate=seat.teammate, kind="reply", now=seat.now
    )
    trouble = ""
    for one in request.FILES.getlist("files")[: _MOST - draft.attachments.count()]:
        try:
            store_upload(
                business=seat.business, name=one.name or "", chunks=one.chunks(), draft=draft, now=seat.now
            )
        except TooLargeError:
            trouble = _("“%(name)s” terlalu besar. Kirim yang lebih kecil.") % {"name": one.name}
    if not request.htmx:
        if trouble:
            tell(request, trouble)
        return after_write(request, reverse("conversation", args=[conversation_id]) + "#reply")
    context = {"draft_files": list(draft.attachments.order_by("id")), "file_trouble": trouble}
    status = UNPROCESSABLE if trouble else 200
    return render(request, "web/components/draft_files.html", context, status=status)


@act_only(Act.WORK)
def drop_file(request: SeatedRequest, seat: Seat, attachment_id: UUID) -> HttpResponse:
    """A file is taken off the draft again."""
    one = _find(seat, attachment_id)
    if one.draft is None:
        raise Http404
    draft = one.draft
    take_file_off(attachment=one)
    if request.htmx:
        context = {"draft_files": list(draft.attachments.order_by("id"))}
        return render(request, "web/components/draft_files.html", context)
    return after_write(request, reverse("conversation", args=[draft.conversation.public_id]) + "#reply")
