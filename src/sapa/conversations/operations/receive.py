"""Messages come in, from any source, in bulk and once each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from sapa.accounts.models import Business
from sapa.conversations.models import Attachment, Conversation, Message
from sapa.lib.database import write
from sapa.lib.inserting import insert_many
from sapa.lib.kept import NUMBER
from sapa.lib.kept_among import kept_among


@dataclass(frozen=True, slots=True)
class ConversationSeen:
    """A thread as a source names it; `identity_id` is the other party of a private one."""

    channel_id: int
    key: str
    title: str
    is_group: bool
    identity_id: int | None


@dataclass(frozen=True, slots=True)
class FileSeen:
    """A file of a message, in the order of the message; `ref` is what the channel needs to fetch it, {} where nothing is."""

    kind: str
    name: str = ""
    mime: str = ""
    size: int | None = None
    ref: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MessageSeen:
    """One utterance, its author recognised: `identity_id` is None where the shop wrote it."""

    conversation_id: int
    identity_id: int | None
    dedupe_key: str
    text: str
    at: datetime
    rank: int
    files: tuple[FileSeen, ...] = ()
    is_deleted: bool = False
    is_edited: bool = False
    is_automatic: bool = False
    author_name: str = ""
    source: str = "import"
    provider_id: str = ""
    reply_to: str = ""


def open_conversations(
    *, business: Business, seen: Sequence[ConversationSeen]
) -> dict[tuple[int, str], Conversation]:
    """The conversation of each (channel id, key), made where it is new; one learns its other party late."""
    with write():
        wanted = {(one.channel_id, one.key): one for one in seen}
        for one in seen:
            if one.identity_id and not wanted[(one.channel_id, one.key)].identity_id:
                wanted[(one.channel_id, one.key)] = one
        known = {
            (row.channel_id, row.key): row
            for channel in {channel for channel, _ in wanted}
            for row in _list_threads(
                [key for other, key in wanted if other == channel], business=business.pk, channel=channel
            )
        }
        fresh = [
            Conversation(
                business=business,
                channel_id=one.channel_id,
                key=one.key,
                title=one.title[:200],
                is_group=one.is_group,
                identity_id=None if one.is_group else one.identity_id,
            )
            for key, one in wanted.items()
            if key not in known
        ]
        insert_many(fresh)
        learnt = [row for key, row in known.items() if _learn_party(row, wanted.get(key))]
        Conversation.objects.bulk_update(learnt, ["identity"])
        return known | {(row.channel_id, row.key): row for row in fresh}


def _learn_party(row: Conversation, one: ConversationSeen | None) -> bool:
    if one is None or row.is_group or row.identity_id or not one.identity_id:
        return False
    row.identity_id = one.identity_id
    return True


def receive_messages(
    *, business: Business, seen: Sequence[MessageSeen], now: datetime
) -> list[tuple[Message, bool]]:
    """(message, is new) for each, in order; the same dedupe key is the same message."""
    with write():
        known = _find_known(business, seen)
        fresh: dict[str, Message] = {}
        for one in seen:
            if one.dedupe_key not in known and one.dedupe_key not in fresh:
                fresh[one.dedupe_key] = _message(business, one, now)
        insert_many(fresh.values())
        _insert_files(
            business, [(fresh[one.dedupe_key], one) for one in _first(seen) if one.dedupe_key in fresh], now
        )
        found: list[tuple[Message, bool]] = []
        for one in seen:
            is_new = one.dedupe_key in fresh
            found.append((fresh[one.dedupe_key] if is_new else known[one.dedupe_key], is_new))
            if is_new:
                known[one.dedupe_key] = fresh.pop(one.dedupe_key)
        _bring_late_files(
            business,
            [(message, one) for (message, is_new), one in zip(found, seen, strict=True) if not is_new],
            now,
        )
        return found


@kept_among(business=NUMBER)
def _list_known(words: Any, business: Any) -> QuerySet[Any, Any]:
    return Message.objects.filter(business=business, dedupe_key__in=words).values_list("id", flat=True)


@kept_among(business=NUMBER, channel=NUMBER)
def _list_threads(words: Any, business: Any, channel: Any) -> QuerySet[Conversation]:
    return Conversation.objects.filter(business=business, channel=channel, key__in=words)


def _find_known(business: Business, seen: Sequence[MessageSeen]) -> dict[str, Message]:
    """By dedupe key. Of what comes live nearly nothing is there already: whole rows are read only of what is."""
    ids = _list_known([one.dedupe_key for one in seen], business=business.pk)
    return {one.dedupe_key: one for one in Message.objects.in_bulk(ids).values()} if ids else {}


def _message(business: Business, one: MessageSeen, now: datetime) -> Message:
    media: list[dict[str, Any]] = [{"kind": file.kind, "name": file.name} for file in one.files]
    return Message(
        business=business,
        conversation_id=one.conversation_id,
        identity_id=one.identity_id,
        direction=Message.Direction.IN if one.identity_id else Message.Direction.OUT,
        text=one.text,
        happened_at=one.at,
        learned_at=now,
        rank=one.rank,
        dedupe_key=one.dedupe_key,
        media=media,
        is_deleted=one.is_deleted,
        is_edited=one.is_edited,
        is_automatic=one.is_automatic,
        author_name=one.author_name[:120],
        source=one.source,
        provider_id=one.provider_id[:255],
        reply_to=one.reply_to[:255],
    )


def _first(seen: Iterable[MessageSeen]) -> Iterable[MessageSeen]:
    """Each message once."""
    return {one.dedupe_key: one for one in reversed(list(seen))}.values()


def _bring_late_files(
    business: Business, again: Iterable[tuple[Message, MessageSeen]], now: datetime
) -> None:
    """A message of history that came without its files takes them when they come, under the same key (WhatsApp)."""
    late = {
        message.pk: (message, one)
        for message, one in again
        if one.source == message.source == Message.Source.HISTORY and any(file.ref for file in one.files)
    }
    if not late:
        return
    served = set(Attachment.objects.filter(message__in=late).values_list("message_id", flat=True))
    waiting = [pair for pk, pair in late.items() if pk not in served and not pair[0].is_deleted]
    for message, one in waiting:
        message.media = [{"kind": file.kind, "name": file.name} for file in one.files]
        message.text = message.text or one.text
        message.save(update_fields=["media", "text"])
    _insert_files(business, waiting, now)


def _insert_files(business: Business, made: Iterable[tuple[Message, MessageSeen]], now: datetime) -> None:
    """The files that are to be fetched: a work of its own, which may fail without the message."""
    insert_many(
        Attachment(
            business=business,
            message=message,
            position=position,
            kind=file.kind[:10],
            mime=file.mime[:100],
            name=file.name[:200],
            size=file.size,
            ref=dict(file.ref),
            next_try_at=now,
            created_at=now,
        )
        for message, one in made
        for position, file in enumerate(one.files)
        if file.ref
    )
