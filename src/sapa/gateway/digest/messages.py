"""Messages: threads, utterances, their touchpoints, and the order numbers in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from sapa.conversations.models import Conversation, Message
from sapa.conversations.operations import (
    ConversationSeen,
    MessageSeen,
    open_conversations,
    receive_messages,
)
from sapa.conversations.operations.live import LiveSaid, move_clocks
from sapa.conversations.operations.receive import FileSeen
from sapa.conversations.rules import is_opt_out, wants_answer
from sapa.gateway.digest import mentions
from sapa.gateway.digest.consents import withdraw_by_word
from sapa.gateway.digest.known import find_answered_threads, find_known
from sapa.gateway.digest.threads import lead_on
from sapa.gateway.digest.work import Digestion, Fact, FactKind
from sapa.gateway.registry import find_adapter
from sapa.gateway.types import MessageReceived
from sapa.timeline.operations import Happening, record_touchpoints

# WhatsApp's own limit; of a longer text nothing more can be a person's question.
LONGEST_TEXT = 65_536

LIVE, ECHO = Message.Source.LIVE.value, Message.Source.ECHO.value

Received = dict[int, tuple[Message, bool]]


def take_messages(work: Digestion, indexes: Sequence[int]) -> None:
    events: dict[int, MessageReceived] = {i: work.events[i] for i in indexes}  # type: ignore[misc]
    answered = find_answered_threads(work, events)
    threads = open_conversations(
        business=work.business,
        seen=[_thread_seen(work, i, event) for i, event in events.items() if i not in answered],
    )
    threads = lead_on(work, threads)
    thread_of = {
        i: answered.get(i) or threads[(work.channel_id(i), event.conversation.key)]
        for i, event in events.items()
    }
    known = find_known(work, events, thread_of)
    received = receive_messages(
        business=work.business,
        seen=[_message_seen(work, i, event, thread_of[i]) for i, event in events.items() if i not in known],
        now=work.now,
    )
    found = iter(received)
    rows: Received = {i: (known[i], False) if i in known else next(found) for i in events}
    _record(work, events, thread_of, rows)
    _stir(work, events, thread_of, rows)


def _thread_seen(work: Digestion, index: int, event: MessageReceived) -> ConversationSeen:
    return ConversationSeen(
        channel_id=work.channel_id(index),
        key=event.conversation.key,
        title=event.conversation.title,
        is_group=event.conversation.is_group,
        identity_id=work.identified[index].identity_id if index in work.identified else None,
    )


def _message_seen(work: Digestion, index: int, event: MessageReceived, thread: Conversation) -> MessageSeen:
    return MessageSeen(
        conversation_id=thread.pk,
        identity_id=work.identified[index].identity_id if event.person else None,
        dedupe_key=event.dedupe_key,
        text=event.text[:LONGEST_TEXT],
        at=event.at,
        rank=event.rank,
        files=tuple(FileSeen(one.kind, one.name, one.mime, one.size, one.ref) for one in event.media),
        is_deleted=event.deleted,
        is_edited=event.edited,
        is_automatic=event.automatic,
        author_name=event.teammate,
        source=event.source,
        provider_id=event.provider_id,
        reply_to=event.reply_to,
    )


def _record(
    work: Digestion,
    events: dict[int, MessageReceived],
    thread_of: dict[int, Conversation],
    rows: Received,
) -> None:
    """What each new message did: its touchpoint, whose facts changed, the origin and the order numbers that it names."""
    happenings, named, withdrawn = [], [], {}
    for i, event in events.items():
        message, is_new = rows[i]
        work.settle(i, Fact(FactKind.MESSAGE, message.pk, is_new))
        thread = thread_of[i]
        party = message.identity_id or thread.identity_id
        if not is_new or party is None:
            continue
        if message.identity_id is None:
            work.touched.add(thread.identity.contact_id if thread.identity else None)
        else:
            work.tell_origin(i, event.origin, event.at, f"message:{message.pk}")
            if event.source == LIVE and is_opt_out(event.text):
                withdrawn[i] = message
        if event.text:
            named.append((message, party))
        happenings.append(_happening(message, event, thread, party))
    record_touchpoints(business=work.business, happenings=happenings, now=work.now, are_new=True)
    withdraw_by_word(work, withdrawn)
    work.numbers += mentions.note_mentions(business=work.business, messages=named)


def _happening(message: Message, event: MessageReceived, thread: Conversation, party: int) -> Happening:
    return Happening(
        identity_id=party,
        kind=f"message.{message.direction}",
        at=event.at,
        source_kind="message",
        source_key=str(message.pk),
        channel_id=thread.channel_id,
        rank=event.rank,
        measures={
            "group": thread.is_group or None,
            "media": event.media[0].kind if event.media else None,
            "automatic": event.automatic or None,
        },
    )


def _stir(
    work: Digestion,
    events: dict[int, MessageReceived],
    thread_of: dict[int, Conversation],
    rows: Received,
) -> None:
    """Only what comes live, or was just written in the provider's own app, moves a clock and is told to open screens."""
    said = [
        LiveSaid(
            conversation_id=thread_of[i].pk,
            at=event.at,
            is_in=event.person is not None,
            opens=not event.deleted and wants_answer(event.text, [one.kind for one in event.media]),
            is_automatic=event.automatic,
            window=_window(event.channel.kind) if event.source == LIVE else None,
        )
        for i, event in events.items()
        if rows[i][1] and event.source in (LIVE, ECHO)
    ]
    loaded = {thread.pk: thread for thread in thread_of.values()}
    for conversation_id in move_clocks(business=work.business, said=said, now=work.now, loaded=loaded):
        work.stir("message", conversation_id)


@cache
def _window(kind: str) -> timedelta | None:
    """How long a channel of this kind lets the shop answer freely after each message."""
    adapter = find_adapter(kind)
    window = adapter.capabilities.window if adapter else None
    return timedelta(hours=window.hours) if window else None


def window_of(kind: str, last_in_at: datetime | None) -> datetime | None:
    """Until when the shop may answer freely, counted from the last live message of the customer."""
    window = _window(kind)
    return last_in_at + window if window and last_in_at else None
