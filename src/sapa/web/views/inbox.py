"""Kotak Masuk: who waits for an answer, and the talk with each of them beside what is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.contacts.models import Contact
from sapa.contacts.queries import get_contact, list_identities
from sapa.conversations.models import Conversation, Mark, Message
from sapa.conversations.operations import mark_conversation
from sapa.conversations.queries import (
    BUBBLES,
    PAGE,
    count_waiting,
    find_newest_mark,
    find_reply_conversation,
    get_conversation,
    get_message,
    get_title,
    list_authors,
    list_conversations_of,
    list_inbox,
    list_messages,
)
from sapa.conversations.types import InboxRow
from sapa.promises.models import Promise
from sapa.promises.queries import find_promises_of_messages
from sapa.readings.models import Reading
from sapa.readings.queries import find_readings
from sapa.snapshots.queries import get_snapshot
from sapa.standings.directory import find_trusts
from sapa.web import words
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import after_write, refresh, tell, undo_address
from sapa.web.labels import intent_label
from sapa.web.paging import read_spot, write_spot

WAITING, OLD, EVERY = "waiting", "old", "all"


@dataclass(frozen=True, slots=True)
class Bubble:
    """One utterance with what was understood in it, and the promises that the shop made in it."""

    message: Message
    topic: str
    needs_human: bool
    promises: tuple[Promise, ...]
    begins_day: date | None


def _list_context(request: SeatedRequest, seat: Seat) -> dict[str, Any]:
    edge = forgotten_before(seat)
    waiting = count_waiting(seat.business, heard_since=edge)
    # With nobody waiting the list of everyone is the useful one.
    tab = request.GET.get("tab") or (WAITING if waiting else EVERY)
    rows = list_inbox(
        seat.business,
        waiting=tab in (WAITING, OLD),
        heard_since=edge if tab == WAITING else None,
        heard_before=edge if tab == OLD else None,
        after=read_spot(request),
        limit=PAGE + 1,
    )
    shown = rows[:PAGE]
    return {
        "rows": shown,
        "trusts": find_trusts([row.contact_id for row in shown if row.contact_id]),
        "tab": tab,
        "waiting_count": f"{waiting - 1}+" if waiting == 100 else waiting,
        "has_old": tab == OLD or count_waiting(seat.business, heard_before=edge, up_to=1) > 0,
        "leave_after_days": seat.business.leave_after_days,
        "next": _next(request, shown, tab) if len(rows) > PAGE else "",
    }


def forgotten_before(seat: Seat) -> datetime:
    """Whose last word is older than this no longer waits for today's answer: the shop's own limit for leaving."""
    return seat.now - timedelta(days=seat.business.leave_after_days)


def _next(request: SeatedRequest, rows: Sequence[InboxRow], tab: str) -> str:
    last = rows[-1]
    at = last.waiting_since if tab in (WAITING, OLD) else last.last_message_at
    return write_spot(request, at, last.id) if at else ""


@screen()
def inbox(request: SeatedRequest, seat: Seat) -> HttpResponse:
    context = _list_context(request, seat)
    return render(request, "web/inbox.html", context)


@screen()
def conversation(request: SeatedRequest, seat: Seat, conversation_id: UUID) -> HttpResponse:
    thread = _thread(seat, conversation_id)
    before = _before(request, thread)
    messages = list_messages(thread, before=before, limit=BUBBLES + 1)
    has_older = len(messages) > BUBBLES
    messages = messages[-BUBBLES:]
    context = {
        "thread": thread,
        "title": get_title(thread),
        "bubbles": _bubbles(messages, seat),
        "older": messages[0].pk if has_older else None,
        "is_newest": before is None,
    }
    if request.htmx:
        return render(request, "web/components/talk.html", context)
    context |= _beside(thread, seat) | _list_context(request, seat)
    return render(request, "web/conversation.html", context)


def _thread(seat: Seat, conversation_id: UUID) -> Conversation:
    try:
        return get_conversation(seat.business, conversation_id)
    except Conversation.DoesNotExist as error:
        raise Http404 from error


def _before(request: SeatedRequest, thread: Conversation) -> Message | None:
    number = request.GET.get("before", "")
    if not number.isdecimal():
        return None
    try:
        return get_message(thread, int(number))
    except Message.DoesNotExist:
        return None


def _bubbles(messages: Sequence[Message], seat: Seat) -> list[Bubble]:
    readings = find_readings([message.pk for message in messages])
    promises = find_promises_of_messages([message.pk for message in messages])
    bubbles, day = [], None
    for message in messages:
        local = message.happened_at.astimezone(seat.zone).date()
        bubbles.append(
            _bubble(
                message,
                readings.get(message.pk),
                promises.get(message.pk, ()),
                local if local != day else None,
                seat,
            )
        )
        day = local
    return bubbles


def _bubble(
    message: Message,
    reading: Reading | None,
    promises: Sequence[Promise],
    begins_day: date | None,
    seat: Seat,
) -> Bubble:
    return Bubble(
        message=message,
        topic=intent_label(reading.intent, seat.language) if reading and reading.intent else "",
        needs_human=bool(reading and reading.needs_human),
        promises=tuple(one for one in promises if not one.is_dismissed),
        begins_day=begins_day,
    )


def _beside(thread: Conversation, seat: Seat) -> dict[str, Any]:
    contact = thread.identity.contact if thread.identity else None
    mark = find_newest_mark(thread)
    is_newest = mark and (thread.last_in_at is None or mark.at >= thread.last_in_at)
    context: dict[str, Any] = {
        "contact": contact,
        "mark": mark if is_newest and not thread.waiting_since else None,
        "authors": list_authors(thread) if thread.is_group else [],
    }
    if contact is not None:
        context |= {
            "snapshot": get_snapshot(contact, now=seat.now),
            "whatsapp": whatsapp_number(contact),
            "others": [one for one in list_conversations_of(contact) if one.pk != thread.pk],
            "openers": _openers(contact),
        }
    return context


def whatsapp_number(contact: Contact) -> str:
    """The digits of the number to which wa.me leads; empty where none is known."""
    for identity in list_identities(contact):
        if identity.kind in ("whatsapp", "phone") and identity.value.startswith("+"):
            return identity.value.removeprefix("+")
    return ""


def _openers(contact: Contact) -> list[str]:
    name = contact.name.split(" ")[0] if contact.name else ""
    return [
        " ".join(_("Halo Kak %(name)s, terima kasih sudah menghubungi kami.").split()) % {"name": name},
        _("Kak %(name)s, ini jawaban untuk pertanyaan tadi:") % {"name": name},
        _("Kak %(name)s, apakah barangnya sudah sampai dengan baik?") % {"name": name},
    ]


@act_only(Act.WORK)
def mark(request: SeatedRequest, seat: Seat, conversation_id: UUID) -> HttpResponse:
    """“Sudah saya balas” or “Tidak perlu dibalas”: the clock stops, and a toast starts it again."""
    thread = _thread(seat, conversation_id)
    kind = request.POST.get("kind", "")
    if kind not in Mark.Kind.values:
        raise Http404
    made = mark_conversation(
        business=seat.business, conversation=thread, kind=kind, by=seat.teammate, now=seat.now
    )
    told = _("Dicatat: sudah dibalas.") if kind == Mark.Kind.ANSWERED else _("Dicatat: tidak perlu dibalas.")
    tell(request, told, undo_address(seat, "mark", made.pk))
    refresh(seat)
    return after_write(request, reverse("conversation", args=[conversation_id]))


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


def identity_name(message: Message) -> str:
    """Who wrote a message in a group."""
    return message.identity.name if message.identity else words.channel("shop")
