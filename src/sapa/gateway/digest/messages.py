"""Messages: threads, utterances, their touchpoints, and the order numbers in them."""

from __future__ import annotations

from collections.abc import Sequence

from sapa.conversations.operations import (
    ConversationSeen,
    MessageSeen,
    open_conversations,
    receive_messages,
)
from sapa.gateway.digest import mentions
from sapa.gateway.digest.work import Digestion, Fact, FactKind
from sapa.gateway.types import MessageReceived
from sapa.timeline.operations import Happening, record_touchpoints

# WhatsApp's own limit; of a longer text nothing more can be a person's question.
LONGEST_TEXT = 65_536


def take_messages(work: Digestion, indexes: Sequence[int]) -> None:
    events: dict[int, MessageReceived] = {i: work.events[i] for i in indexes}  # type: ignore[misc]
    threads = open_conversations(
        business=work.business,
        seen=[
            ConversationSeen(
                channel_id=work.channel_id(i),
                key=event.conversation.key,
                title=event.conversation.title,
                is_group=event.conversation.is_group,
                identity_id=work.identified[i].identity_id if i in work.identified else None,
            )
            for i, event in events.items()
        ],
    )
    thread_of = {i: threads[(work.channel_id(i), event.conversation.key)] for i, event in events.items()}
    received = receive_messages(
        business=work.business,
        seen=[
            MessageSeen(
                conversation_id=thread_of[i].pk,
                identity_id=work.identified[i].identity_id if event.person else None,
                dedupe_key=event.dedupe_key,
                text=event.text[:LONGEST_TEXT],
                at=event.at,
                rank=event.rank,
                media=tuple({"kind": one.kind, "name": one.name} for one in event.media),
                is_deleted=event.deleted,
                is_edited=event.edited,
                is_automatic=event.automatic,
                author_name=event.teammate,
            )
            for i, event in events.items()
        ],
        now=work.now,
    )
    happenings, named = [], []
    for (i, event), (message, is_new) in zip(events.items(), received, strict=True):
        work.settle(i, Fact(FactKind.MESSAGE, message.pk, is_new))
        thread = thread_of[i]
        party = message.identity_id or thread.identity_id
        if not is_new or party is None:
            continue
        if message.identity_id is None:
            work.touched.add(thread.identity.contact_id if thread.identity else None)
        if event.text:
            named.append((message, party))
        happenings.append(
            Happening(
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
        )
    record_touchpoints(business=work.business, happenings=happenings, now=work.now, are_new=True)
    work.numbers += mentions.note_mentions(business=work.business, messages=named)
