"""What the composer offers: an open channel, a template, one's own WhatsApp, or a note for the team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from sapa.contacts.models import Contact
from sapa.contacts.queries import list_identities
from sapa.conversations.models import Conversation, Draft
from sapa.conversations.queries import find_drafts
from sapa.conversations.when import read_when
from sapa.gateway.dispatch import Sendability, get_sendability, list_scheduled, list_templates, say_window
from sapa.gateway.models import Template
from sapa.knowledge.models import Answer
from sapa.knowledge.queries import list_answers, list_named
from sapa.promises.rules import detect
from sapa.web.access import Seat, SeatedRequest
from sapa.web.views.inbox.times import Later, snooze_choices

_ANSWERS = 8
_OPEN = ("open", "broken")


@dataclass(frozen=True, slots=True)
class Way:
    """A thread through which the contact can be answered, and whether one may."""

    thread: Conversation
    may: Sendability

    @property
    def is_open(self) -> bool:
        return self.may.state in _OPEN


@dataclass(frozen=True, slots=True)
class Chip:
    """A time that stands in the reply: `is_noted` where the sentence is read as a promise already."""

    text: str
    later: Later
    is_noted: bool


def find_way(
    seat: Seat, thread: Conversation, together: Sequence[Conversation], wanted: str = ""
) -> tuple[Way, Way | None]:
    """(the way to answer, the closed one that it stands in for). The thread itself if it is open, else the first open one."""
    asked = next((one for one in together if str(one.public_id) == wanted), None)
    first = Way(asked or thread, get_sendability(asked or thread, now=seat.now))
    if first.is_open or asked is not None:
        return first, None
    for other in together:
        if other.pk != thread.pk and other.channel.is_live and not other.is_group:
            way = Way(other, get_sendability(other, now=seat.now))
            if way.is_open:
                return way, first
    return first, None


def compose_context(
    request: SeatedRequest,
    seat: Seat,
    thread: Conversation,
    together: Sequence[Conversation],
    *,
    text: str | None = None,
    trouble: str = "",
    blanks: Sequence[str] = (),
    rival: str = "",
    key: str = "",
    used: Sequence[UUID] = (),
) -> dict[str, Any]:
    """`text` and the rest are what a refused reply leaves to put right: nothing that was typed is lost."""
    drafts = find_drafts(thread, seat.teammate)
    draft = drafts.get("reply")
    chosen = _named(seat, request.GET.get("answer", "")) if text is None else list_named(seat.business, used)
    words = text if text is not None else (draft.text if draft else "")
    if text is None and chosen:
        words = "\n".join(filter(None, [words, *(one.text for one in chosen)]))
    way, closed = find_way(seat, thread, together, request.POST.get("via") or request.GET.get("via", ""))
    contact = thread.identity.contact if thread.identity else None
    return {
        "way": way,
        "closed": closed,
        "ways": [one for one in together if one.channel.is_live and one.pk != way.thread.pk],
        "words": words,
        "draft": draft,
        "draft_files": draft_files(draft),
        "remark_draft": drafts["remark"].text if "remark" in drafts else "",
        "used": chosen,
        "trouble": trouble,
        "blanks": blanks,
        "rival": rival,
        "key": key or str(uuid4()),
        "chip": find_chip(seat, words),
        "scheduled": list_scheduled(way.thread) if way.thread.channel.is_live else [],
        "later": [
            (one, say_window(way.may.closes_at, send_at=one.at, zone=seat.zone))
            for one in snooze_choices(seat)
        ],
        "templates": _templates(way),
        "answers": list_answers(seat.business, limit=_ANSWERS),
        "whatsapp": whatsapp_number(contact) if contact and not way.is_open else "",
        "openers": openers(contact) if contact else [],
    }


def draft_files(draft: Draft | None) -> list[Any]:
    """The files that wait in a draft."""
    return list(draft.attachments.all()) if draft else []


def _templates(way: Way) -> list[Template]:
    return list(list_templates(way.thread.channel)) if way.may.templates and not way.is_open else []


def _named(seat: Seat, text: str) -> list[Answer]:
    try:
        return list_named(seat.business, [UUID(text)]) if text else []
    except ValueError:
        return []


def find_chip(seat: Seat, words: str) -> Chip | None:
    """The time that a reply names: as a promise where it is one, else offered to be made one."""
    if not words.strip():
        return None
    promised = detect(words, seat.now, seat.zone)
    if promised:
        return Chip("", Later("", promised[0].due_at), is_noted=True)
    at = read_when(words, seat.now, seat.zone)
    if at is None:
        return None
    return Chip(_("Kami kabari %(when)s ya."), Later("", at), is_noted=False)


def whatsapp_number(contact: Contact) -> str:
    """The digits of the number to which wa.me leads; empty where none is known."""
    for identity in list_identities(contact):
        if identity.kind in ("whatsapp", "phone") and identity.value.startswith("+"):
            return identity.value.removeprefix("+")
    return ""


def openers(contact: Contact) -> list[str]:
    """Three ways to begin."""
    name = contact.name.split(" ")[0] if contact.name else ""
    return [
        " ".join(_("Halo Kak %(name)s, terima kasih sudah menghubungi kami.").split()) % {"name": name},
        _("Kak %(name)s, ini jawaban untuk pertanyaan tadi:") % {"name": name},
        _("Kak %(name)s, apakah barangnya sudah sampai dengan baik?") % {"name": name},
    ]
