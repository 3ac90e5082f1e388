"""The talk: all threads of a contact in one scroll, with what was understood, and what is known beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sapa.accounts.types import Act
from sapa.contacts.models import Contact
from sapa.contacts.queries import get_contact
from sapa.conversations.models import Attachment, Conversation, Message, Remark
from sapa.conversations.operations import see
from sapa.conversations.queries import (
    BUBBLES,
    find_message,
    find_newest_mark,
    find_quoted,
    find_reply_conversation,
    get_conversation,
    get_title,
    list_attachments,
    list_authors,
    list_labels_of,
    list_present,
    list_remarks,
    list_talk,
    list_together,
)
from sapa.conversations.service.handovers import Lost, Utterance, find_lost
from sapa.gateway.dispatch import say_failure
from sapa.gateway.models import Dispatch
from sapa.promises.models import Promise
from sapa.promises.queries import find_promises_of_messages
from sapa.readings.queries import find_readings
from sapa.snapshots.queries import get_snapshot
from sapa.web.access import Seat, SeatedRequest, go, screen
from sapa.web.labels import intent_label
from sapa.web.views.inbox.composer import compose_context
from sapa.web.views.inbox.listing import find_next, pane_context
from sapa.web.views.inbox.times import snooze_choices

_TROUBLED = ("queued", "failed", "uncertain", "cancelled")


@dataclass(frozen=True, slots=True)
class Bubble:
    """One utterance with what was understood in it, its files, what it answers, and what became of it on its way."""

    message: Message
    thread: Conversation
    at: datetime
    begins_day: date | None
    begins_channel: str
    topic: str = ""
    needs_human: bool = False
    promises: tuple[Promise, ...] = ()
    files: tuple[Attachment, ...] = ()
    quoted: Message | None = None
    dispatch: Dispatch | None = None
    cause: str = ""
    lost: Lost | None = None
    is_remark: bool = field(default=False, init=False)

    @property
    def reactions(self) -> str:
        return " ".join(str(one.get("emoji", "")) for one in self.message.reactions)


@dataclass(frozen=True, slots=True)
class TeamNote:
    """A remark between the bubbles."""

    remark: Remark
    begins_day: date | None
    is_remark: bool = field(default=True, init=False)


@screen()
def conversation(request: SeatedRequest, seat: Seat, conversation_id: UUID) -> HttpResponse:
    thread = get_thread(seat, conversation_id)
    return show(request, seat, thread)


def show(
    request: SeatedRequest, seat: Seat, thread: Conversation, *, status: int = 200, **composer: Any
) -> HttpResponse:
    """The talk as a page, or the part of it that was asked for; `composer` is what a refused reply leaves to put right."""
    if thread.merged_into_id and thread.merged_into:
        return go(request, reverse("conversation", args=[thread.merged_into.public_id]))
    together = list_together(thread)
    context = talk_context(request, seat, thread, together)
    if request.htmx and request.htmx.target != "main" and status == 200:
        return render(request, "web/components/talk.html", context)
    context |= _beside(seat, thread) | compose_context(request, seat, thread, together, **composer)
    context |= pane_context(request, seat)
    if context["unread"].pop(thread.pk, None) is not None:  # who opens it has read it
        see(business=seat.business, conversations=[thread], teammate=seat.teammate)
    return render(request, "web/conversation.html", context, status=status)


def get_thread(seat: Seat, conversation_id: UUID) -> Conversation:
    try:
        return get_conversation(seat.business, conversation_id)
    except Conversation.DoesNotExist as error:
        raise Http404 from error


def talk_context(
    request: SeatedRequest, seat: Seat, thread: Conversation, together: Sequence[Conversation]
) -> dict[str, Any]:
    """The newest forty messages, or the forty before one."""
    number = request.GET.get("before", "")
    before = find_message(together, int(number)) if number.isdecimal() and len(number) < 19 else None
    messages = list_talk(together, before=before, limit=BUBBLES + 1)
    has_older = len(messages) > BUBBLES
    messages = messages[-BUBBLES:]
    mark = find_newest_mark(thread) if before is None else None
    is_newest_mark = mark and (thread.last_in_at is None or mark.at >= thread.last_in_at)
    return {
        "thread": thread,
        "title": get_title(thread),
        "items": _items(messages, together, seat, has_older=has_older, before=before),
        "older": messages[0].pk if has_older else None,
        "is_newest": before is None,
        "seen": max((one.pk for one in messages), default=0),
        "mark": mark if is_newest_mark and not thread.waiting_since else None,
        "together": together,
    }


def _items(
    messages: Sequence[Message],
    together: Sequence[Conversation],
    seat: Seat,
    *,
    has_older: bool,
    before: Message | None,
) -> list[Bubble | TeamNote]:
    since = messages[0].happened_at if messages and has_older else None
    remarks = list_remarks(together, since=since, until=before.happened_at if before else None)
    threads = {one.pk: one for one in together}
    known = _known_of(messages, {pk: one.channel_id for pk, one in threads.items()})
    entries: list[tuple[datetime, Message | Remark]] = [(one.happened_at, one) for one in messages]
    entries += [(one.at, one) for one in remarks]
    entries.sort(key=_moment)
    items: list[Bubble | TeamNote] = []
    day, channel = None, together[0].channel_id if len({one.channel_id for one in together}) == 1 else None
    for at, one in entries:
        local = at.astimezone(seat.zone).date()
        begins_day, day = (local if local != day else None), local
        if isinstance(one, Remark):
            items.append(TeamNote(one, begins_day))
            continue
        thread = threads[one.conversation_id]
        begins_channel = thread.channel.kind if thread.channel_id != channel else ""
        channel = thread.channel_id
        items.append(_bubble(one, thread, seat, known, begins_day, begins_channel))
    return items


def _moment(entry: tuple[datetime, Message | Remark]) -> datetime:
    return entry[0]


def _find_lost(messages: Sequence[Message], channels: Mapping[int, int]) -> dict[int, Lost]:
    """Where a change of hands or of channel lost what was known, by the message in which it shows."""
    talk = (
        Utterance(
            one.pk,
            one.happened_at,
            (str(one.by_id) if one.by_id else one.author_name or "?") if one.direction == "out" else "",
            channels[one.conversation_id],
            "" if one.is_deleted else one.text,
            one.is_automatic,
        )
        for one in messages
    )
    return {one.again_id: one for one in find_lost(talk)}


def _known_of(messages: Sequence[Message], channels: Mapping[int, int]) -> dict[str, dict[int, Any]]:
    ids = [one.pk for one in messages]
    troubled = [one.pk for one in messages if one.send_status in _TROUBLED]
    dispatches = Dispatch.objects.filter(message__in=troubled) if troubled else ()
    return {
        "readings": find_readings([one.pk for one in messages if one.direction == "in"]),
        "promises": find_promises_of_messages(ids),
        "files": list_attachments(messages),
        "lost": _find_lost(messages, channels),
        "quoted": find_quoted(messages),
        "dispatches": {one.message_id: one for one in dispatches},
    }


def _bubble(
    message: Message,
    thread: Conversation,
    seat: Seat,
    known: dict[str, dict[int, Any]],
    begins_day: date | None,
    begins_channel: str,
) -> Bubble:
    reading = known["readings"].get(message.pk)
    dispatch = known["dispatches"].get(message.pk)
    is_failed = message.send_status == "failed"
    return Bubble(
        message=message,
        thread=thread,
        at=message.happened_at,
        begins_day=begins_day,
        begins_channel=begins_channel,
        topic=intent_label(reading.intent, seat.language) if reading and reading.intent else "",
        needs_human=bool(reading and reading.needs_human),
        promises=tuple(one for one in known["promises"].get(message.pk, ()) if not one.is_dismissed),
        files=tuple(known["files"].get(message.pk, ())),
        quoted=known["quoted"].get(message.pk),
        dispatch=dispatch,
        lost=known["lost"].get(message.pk),
        cause=say_failure(dispatch.failure) if dispatch and (is_failed or dispatch.failure) else "",
    )


def _beside(seat: Seat, thread: Conversation) -> dict[str, Any]:
    contact = thread.identity.contact if thread.identity else None
    context: dict[str, Any] = {
        "contact": contact,
        "authors": list_authors(thread) if thread.is_group else [],
        "own_labels": list_labels_of(thread),
        "present": [] if seat.is_alone else list_present(thread, now=seat.now, but=seat.teammate),
        "snooze_choices": snooze_choices(seat),
        "following": find_next(seat, thread),
    }
    if contact is not None:
        contact.business = seat.business
        context |= {"snapshot": get_snapshot(contact, now=seat.now)}
    return context


@screen(Act.WORK)
def reply(request: SeatedRequest, seat: Seat, contact_id: UUID) -> HttpResponse:
    """To the talk in which a contact is best answered; without one to the sheet."""
    try:
        contact = get_contact(seat.business, contact_id)
    except Contact.DoesNotExist as error:
        raise Http404 from error
    thread = find_reply_conversation(contact)
    if thread is None:
        return go(request, f"{reverse('customer', args=[contact.public_id])}?{urlencode({'write': 1})}#reply")
    return go(request, f"{reverse('conversation', args=[thread.public_id])}#reply")
