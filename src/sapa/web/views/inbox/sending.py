"""Sending a reply: nothing unfilled goes out, nobody answers twice without knowing, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.conversations.models import Attachment, Conversation, Message
from sapa.conversations.operations import (
    close,
    drop_draft,
    hold,
    mark_conversation,
    open_draft,
    save_draft,
    take_up,
)
from sapa.conversations.queries import find_drafts, find_newer_answer, get_title, list_together
from sapa.gateway.dispatch import (
    CannotSendError,
    find_by_key,
    get_dispatch,
    retry,
    schedule_message,
    send_message,
    settle_uncertain,
    store_upload,
)
from sapa.gateway.dispatch import cancel as cancel_dispatch
from sapa.gateway.dispatch import cancel_scheduled as take_off_schedule
from sapa.gateway.models import Dispatch, ScheduledMessage, Template
from sapa.knowledge.models import Answer
from sapa.knowledge.operations import note_used
from sapa.knowledge.queries import list_named
from sapa.knowledge.rules import fill_blanks, find_blanks
from sapa.lib import files as kept_files
from sapa.lib.database import write
from sapa.lib.dates import format_relative
from sapa.lib.files import TooLargeError
from sapa.web.access import Seat, SeatedRequest, act_only, go
from sapa.web.answers import UNPROCESSABLE, after_write, refresh, tell, undo_address
from sapa.web.views.inbox.listing import find_next
from sapa.web.views.inbox.talk import get_thread, show
from sapa.web.views.inbox.times import read_moment

_MOST_FILES = 10


class _AnsweredMeanwhileError(Exception):
    """Somebody else of the shop wrote after this page was drawn."""

    def __init__(self, message: Message) -> None:
        super().__init__()
        self.message = message


@dataclass(slots=True)
class _Reply:
    """A reply as it was sent from the composer."""

    thread: Conversation
    together: Sequence[Conversation]
    text: str
    answers: list[Answer]
    template: Mapping[str, Any] | None
    key: str
    seen: int
    is_sure: bool


@act_only(Act.WORK)
def send(request: SeatedRequest, seat: Seat, conversation_id: UUID) -> HttpResponse:
    """Into the outbox, or onto the schedule; then on to whoever waits next."""
    page = get_thread(seat, conversation_id)
    reply = _read(request, seat, page)
    if find_by_key(seat.business, reply.key):
        return go(request, reverse("conversation", args=[conversation_id]))  # pressed twice
    missing = find_blanks(reply.text) if reply.template is None else []
    if missing:
        return _again(request, seat, page, reply, blanks=missing)
    try:
        files = _files(request, seat, page, reply)
        if request.POST.get("do") == "later" or request.POST.get("later"):
            return _schedule(request, seat, page, reply, files)
        with write():
            hold(seat.business, [page])
            _look_for_rival(seat, reply)
            sent = _put_into_outbox(seat, page, reply, files)
    except TooLargeError:
        return _again(
            request, seat, page, reply, trouble=_("Berkasnya terlalu besar. Kirim yang lebih kecil.")
        )
    except CannotSendError as error:
        return _again(request, seat, page, reply, trouble=str(error))
    except _AnsweredMeanwhileError as error:
        return _again(request, seat, page, reply, rival=_tell_rival(seat, error.message))
    refresh(seat)
    return _onward(request, seat, page, sent)


def _read(request: SeatedRequest, seat: Seat, page: Conversation) -> _Reply:
    posted = request.POST
    together = list_together(page)
    thread = next((one for one in together if str(one.public_id) == posted.get("via")), page)
    contact = page.identity.contact if page.identity else None
    blanks = [name for name in posted if name.startswith("blank_")]
    words = {name.removeprefix("blank_"): str(posted[name]) for name in blanks}
    if contact and contact.name:
        words = {"nama": contact.name.split(" ")[0]} | {k: v for k, v in words.items() if v.strip()}
    seen = posted.get("seen", "")
    return _Reply(
        thread=thread,
        together=together,
        text=fill_blanks(posted.get("text", "").strip(), words),
        answers=list_named(seat.business, _uuids(posted.getlist("answer"))),
        template=_template(request, seat, thread),
        key=posted.get("idempotency_key", "")[:64] or f"page:{page.pk}:{seat.now.isoformat()}",
        seen=int(seen) if seen.isdecimal() and len(seen) < 19 else 0,
        is_sure="anyway" in posted,
    )


def _uuids(texts: Sequence[str]) -> list[UUID]:
    found = []
    for text in texts[:_MOST_FILES]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _template(request: SeatedRequest, seat: Seat, thread: Conversation) -> dict[str, Any] | None:
    wanted = _uuids([request.POST.get("template", "")])
    found = Template.objects.filter(
        business=seat.business, channel=thread.channel, public_id__in=wanted
    ).first()
    if found is None:
        return None
    values = [request.POST.get(f"value_{place}", "").strip() for place in range(len(found.blanks))]
    return {"name": found.name, "language": found.language, "values": values}


def _files(request: SeatedRequest, seat: Seat, page: Conversation, reply: _Reply) -> list[Attachment]:
    """What waits in the draft, what came with the form, and the pictures of the answers that were used."""
    came = request.FILES.getlist("files")[:_MOST_FILES]
    pictures = [one for one in reply.answers if one.picture]
    known = find_drafts(page, seat.teammate).get("reply")
    if not came and not pictures:
        return list(known.attachments.all()) if known else []
    draft = open_draft(
        business=seat.business, conversation=page, teammate=seat.teammate, kind="reply", now=seat.now
    )
    for one in came:
        store_upload(
            business=seat.business, name=one.name or "", chunks=one.chunks(), draft=draft, now=seat.now
        )
    held = {name.rpartition("/")[2] for name in draft.attachments.values_list("stored_as", flat=True)}
    for answer in pictures:
        # A copy of its own: forgetting this customer must not take the shop's picture away.
        if answer.picture.rpartition("/")[2] not in held:
            chunks = kept_files.read(answer.picture)
            store_upload(
                business=seat.business, name=answer.picture_name, chunks=chunks, draft=draft, now=seat.now
            )
    return list(draft.attachments.order_by("position", "id"))


def _look_for_rival(seat: Seat, reply: _Reply) -> None:
    if reply.is_sure or not reply.seen:
        return
    rival = find_newer_answer(reply.together, after_id=reply.seen, but=seat.teammate)
    if rival is not None:
        raise _AnsweredMeanwhileError(rival)


def _put_into_outbox(seat: Seat, page: Conversation, reply: _Reply, files: Sequence[Attachment]) -> Dispatch:
    dispatch = send_message(
        business=seat.business,
        conversation=reply.thread,
        text=reply.text if reply.template is None else "",
        files=files,
        template=reply.template,
        by=seat.teammate,
        idempotency_key=reply.key,
        now=seat.now,
    )
    take_up(business=seat.business, conversations=[page, reply.thread], now=seat.now)
    for one in reply.together:
        # Answered through another channel, or in the thread that they are shown in.
        if one.waiting_since and one.pk != reply.thread.pk and page.pk in (one.pk, one.merged_into_id):
            mark_conversation(
                business=seat.business, conversation=one, kind="answered", by=seat.teammate, now=seat.now
            )
    drop_draft(business=seat.business, conversation=page, teammate=seat.teammate, kind="reply")
    note_used(business=seat.business, answers=reply.answers, now=seat.now)
    return dispatch


def _schedule(
    request: SeatedRequest, seat: Seat, page: Conversation, reply: _Reply, files: Sequence[Attachment]
) -> HttpResponse:
    send_at = read_moment(seat, request.POST.get("later") or request.POST.get("when", ""))
    if send_at is None:
        trouble = _("Waktunya belum terbaca atau sudah lewat. Tulis misalnya “besok jam 9”.")
        return _again(request, seat, page, reply, trouble=trouble)
    with write():
        schedule_message(
            business=seat.business,
            conversation=reply.thread,
            text=reply.text,
            send_at=send_at,
            files=files,
            by=seat.teammate,
            now=seat.now,
        )
        drop_draft(business=seat.business, conversation=page, teammate=seat.teammate, kind="reply")
        note_used(business=seat.business, answers=reply.answers, now=seat.now)
    when = format_relative(send_at, seat.now, seat.zone, seat.language)
    tell(request, _("Dijadwalkan %(when)s.") % {"when": when})
    return go(request, reverse("conversation", args=[page.public_id]) + "#reply")


def _again(
    request: SeatedRequest, seat: Seat, page: Conversation, reply: _Reply, **composer: Any
) -> HttpResponse:
    """The talk once more, with what was typed: it is kept as a draft too."""
    save_draft(
        business=seat.business,
        conversation=page,
        teammate=seat.teammate,
        kind="reply",
        text=reply.text,
        now=seat.now,
    )
    used = [one.public_id for one in reply.answers]
    answer = show(
        request, seat, page, status=UNPROCESSABLE, text=reply.text, key=reply.key, used=used, **composer
    )
    # For a reply that waited on the device without a page around it.
    why = composer.get("trouble") or composer.get("rival") or _("Isi dulu kosongannya.")
    answer.headers["Sapa-Why"] = quote(why)
    return answer


def _tell_rival(seat: Seat, message: Message) -> str:
    name = message.by.name if message.by else message.author_name or _("Seseorang di tim")
    seconds = max(round((seat.now - message.happened_at).total_seconds()), 0)
    if seconds < 60:
        return _("%(name)s baru membalas %(count)d detik lalu — tetap kirim?") % {
            "name": name,
            "count": seconds,
        }
    when = format_relative(message.happened_at, seat.now, seat.zone, seat.language)
    return _("%(name)s sudah membalas %(when)s — tetap kirim?") % {"name": name, "when": when}


def _onward(request: SeatedRequest, seat: Seat, page: Conversation, sent: Dispatch) -> HttpResponse:
    name = get_title(page)
    undo = ""
    if request.POST.get("do") == "close":
        page.refresh_from_db()
        close(business=seat.business, conversations=[page], by=seat.teammate, now=seat.now)
        undo = undo_address(seat, "conversation", page.pk)
        tell(request, _("Dikirim ke %(name)s dan diselesaikan.") % {"name": name}, undo)
    else:
        tell(request, _("Dikirim ke %(name)s.") % {"name": name})
    tab = request.POST.get("tab", "")
    following = find_next(seat, page) if tab == "waiting" or request.POST.get("do") == "close" else None
    if following is not None:
        return go(request, reverse("conversation", args=[following.public_id]) + "?tab=waiting#reply")
    return go(request, reverse("conversation", args=[page.public_id]) + f"#m{sent.message_id}")


@act_only(Act.WORK)
def outbox(request: SeatedRequest, seat: Seat, dispatch_id: UUID, deed: str) -> HttpResponse:
    """What to do about a message that failed, hangs, or may have gone: again, it is there, or not at all."""
    try:
        dispatch = get_dispatch(seat.business, dispatch_id)
    except Dispatch.DoesNotExist as error:
        raise Http404 from error
    given: dict[str, Any] = {"dispatch": dispatch, "by": seat.teammate, "now": seat.now}
    if deed == "retry":
        done, told = retry(**given), _("Dikirim sekali lagi.")
    elif deed == "arrived":
        done, told = settle_uncertain(was_sent=True, **given), _("Dicatat: sudah sampai.")
    elif deed == "again":
        done, told = settle_uncertain(was_sent=False, **given), _("Dikirim sekali lagi.")
    elif deed == "cancel":
        done, told = cancel_dispatch(**given), _("Dibatalkan. Pesan ini tidak dikirim.")
    else:
        raise Http404
    tell(request, told if done else _("Pesan ini sudah berubah. Lihat keadaannya sekarang."))
    refresh(seat)
    thread = dispatch.message.conversation
    return after_write(request, reverse("conversation", args=[thread.public_id]) + f"#m{dispatch.message_id}")


@act_only(Act.WORK)
def cancel_scheduled(request: SeatedRequest, seat: Seat, scheduled_id: UUID) -> HttpResponse:
    """A planned reply is not sent; its words return to the composer."""
    found = ScheduledMessage.objects.filter(business=seat.business, public_id=scheduled_id)
    scheduled = found.select_related("conversation", "business").first()
    if scheduled is None:
        raise Http404
    if take_off_schedule(scheduled=scheduled, by=seat.teammate, now=seat.now):
        save_draft(
            business=seat.business,
            conversation=scheduled.conversation,
            teammate=seat.teammate,
            kind="reply",
            text=scheduled.text,
            now=seat.now,
        )
        tell(request, _("Jadwal dibatalkan. Kata-katanya kembali ke kotak balasan."))
    return go(request, reverse("conversation", args=[scheduled.conversation.public_id]) + "#reply")
