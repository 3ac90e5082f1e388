"""Messages that we have already: our own sends that come back, and what a provider hands over twice.

An echo is matched by the id that we gave it, by the provider's id, and where our send call has not returned yet (so that
the message has neither) by its words and time in the same thread. What matches nothing was typed in the provider's app.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from sapa.conversations.models import Conversation, Message
from sapa.conversations.rules import better_status
from sapa.gateway.digest.work import Digestion
from sapa.gateway.models import Dispatch
from sapa.gateway.types import MessageReceived
from sapa.lib.kept import NUMBER
from sapa.lib.kept_among import kept_among

SPAN = timedelta(minutes=2)
"""How far apart our send and its echo may be; providers' clocks and queues differ."""

_ON_THE_WAY = (Dispatch.State.TAKEN, Dispatch.State.SENT, Dispatch.State.UNCERTAIN)

Events = Mapping[int, MessageReceived]
Threads = Mapping[int, Conversation]


def find_answered_threads(work: Digestion, events: Events) -> dict[int, Conversation]:
    """The thread of the first known message that each event answers, where it names some (`ConversationRef.answers`)."""
    wanted = {name for event in events.values() for name in event.conversation.answers}
    if not wanted:
        return {}
    rows = Message.objects.filter(business=work.business, provider_id__in=wanted)
    known = {
        (row.conversation.channel_id, row.provider_id): row.conversation
        for row in rows.select_related("conversation__identity").order_by("-id")
    }
    found = {}
    for i, event in events.items():
        threads = (known.get((work.channel_id(i), name)) for name in event.conversation.answers)
        thread = next((one for one in threads if one is not None), None)
        if thread is not None:
            found[i] = thread
    return found


def find_known(work: Digestion, events: Events, thread_of: Threads) -> dict[int, Message]:
    """The message that each event is, where we have it already under another key than the event's own."""
    own = {event.dedupe_key for event in events.values()}
    found = _by_client_ref(work, events)
    for i, message in _by_provider_id(work, events).items():
        found.setdefault(i, message)
    echoes = {i: event for i, event in events.items() if event.source == "echo" and i not in found}
    taken = {message.pk for message in found.values()}
    found |= _by_words(work, echoes, thread_of, taken, own)
    _name(found, events)
    return found


def _by_client_ref(work: Digestion, events: Events) -> dict[int, Message]:
    refs = {i: ref for i, event in events.items() if (ref := _uuid(event.client_ref))}
    if not refs:
        return {}
    rows = Dispatch.objects.filter(business=work.business, public_id__in=set(refs.values()))
    known = {row.public_id: row for row in rows.select_related("message")}
    return {
        i: known[ref].message
        for i, ref in refs.items()
        if ref in known and known[ref].channel_id == work.channel_id(i)
    }


def _by_provider_id(work: Digestion, events: Events) -> dict[int, Message]:
    wanted = {event.provider_id for event in events.values() if event.provider_id}
    if not wanted:
        return {}
    # Nearly always there is none: whole rows are read only of those that are.
    named = _list_named(wanted, business=work.business.pk)
    known = {(channel_id, name): (key, pk) for channel_id, name, key, pk in named}
    same: dict[int, int] = {}
    for i, event in events.items() if known else ():
        key, pk = (
            known.get((work.channel_id(i), event.provider_id), ("", 0)) if event.provider_id else ("", 0)
        )
        if pk and key != event.dedupe_key:
            same[i] = pk
    messages = Message.objects.select_related("conversation").in_bulk(set(same.values())) if same else {}
    return {i: messages[pk] for i, pk in same.items()}


@kept_among(business=NUMBER)
def _list_named(words: Any, business: Any) -> QuerySet[Any, Any]:
    rows = Message.objects.filter(business=business, provider_id__in=words).order_by("-id")
    return rows.values_list("conversation__channel_id", "provider_id", "dedupe_key", "id")


def _by_words(
    work: Digestion, echoes: Events, thread_of: Threads, taken: set[int], own: Iterable[str]
) -> dict[int, Message]:
    """Our sends that have no provider's id yet, or became several: the nearest in time with the same words."""
    if not echoes:
        return {}
    moments = [event.at for event in echoes.values()]
    rows = (
        Dispatch.objects.filter(
            Q(message__provider_id="") | Q(content__has_key="more_ids"),
            business=work.business,
            state__in=_ON_THE_WAY,
            taken_at__gte=min(moments) - SPAN,
            taken_at__lte=max(moments) + SPAN,
            message__conversation__in={thread_of[i].pk for i in echoes},
        )
        .exclude(message__dedupe_key__in=list(own))
        .select_related("message")
        .order_by("id")
    )
    candidates = list(rows)
    found: dict[int, Message] = {}
    for i, event in echoes.items():
        fitting = [
            row
            for row in candidates
            if row.message.conversation_id == thread_of[i].pk and _is_same(row, event, taken)
        ]
        if fitting:
            found[i] = min(fitting, key=lambda row: _distance(row.taken_at, event.at)).message
            taken.add(found[i].pk)
    return found


def _is_same(row: Dispatch, event: MessageReceived, taken: set[int]) -> bool:
    if event.provider_id and event.provider_id in (row.content.get("more_ids") or ()):
        return True
    if row.message.provider_id or row.message_id in taken or _distance(row.taken_at, event.at) > SPAN:
        return False
    return _plain(row.message.text) == _plain(event.text) and bool(row.message.media) == bool(event.media)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _distance(one: datetime | None, other: datetime) -> timedelta:
    return abs(one - other) if one else timedelta.max


def _name(found: Mapping[int, Message], events: Events) -> None:
    """An echo proves that the message went out, and names it where our own call has not heard its name yet."""
    for i, message in found.items():
        event = events[i]
        if event.source != "echo":
            continue
        changed = []
        if event.provider_id and not message.provider_id:
            message.provider_id = event.provider_id[:255]
            changed.append("provider_id")
        if message.send_status in ("queued", "uncertain"):
            message.send_status = better_status(message.send_status, "sent")
            changed.append("send_status")
        if changed:
            message.save(update_fields=changed)
            uncertain = Dispatch.objects.filter(message=message, state=Dispatch.State.UNCERTAIN)
            uncertain.update(state=Dispatch.State.SENT, sent_at=event.at, failure="")


def _uuid(ref: str) -> UUID | None:
    try:
        return UUID(ref) if ref else None
    except ValueError:
        return None
