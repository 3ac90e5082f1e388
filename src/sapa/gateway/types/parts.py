"""What events are made of: keys, people, threads, files, origins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Key:
    """One address by which a source knows a person: kind as in `contacts.types.KeyKind`, value as written."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Person:
    """The finest identity of a source record, with the strong keys that stand beside it.

    `record` names the source record and is stable over re-imports, such as
    ("order", "shopee:261121AB12CD34"), ("row", "contacts:9f3c…"), ("chat", "whatsapp:Andi Wijaya"),
    ("visitor", "a1b2") or, where only a name is known, ("external", "whatsapp:Andi Wijaya").
    `trusted` is False where the person typed the keys anonymously: they then merge nobody.
    """

    record: tuple[str, str]
    name: str = ""
    keys: tuple[Key, ...] = ()
    trusted: bool = True


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """Which channel an event came by: kind (`whatsapp`, `web`, `email`, `marketplace:shopee`, `offline`, …) and the account within it."""

    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ConversationRef:
    """A thread: its key within the channel, its title as shown, and whether many people write in it.

    `party` is the other one of a private thread where the source names them: what the shop wrote there is theirs
    even if they never answer. `answers` are provider ids of messages that this one answers, best first: where one is
    known on the channel, its thread is meant, whatever the key says (mail programs drop references).
    """

    key: str
    title: str = ""
    is_group: bool = False
    party: Person | None = field(default=None, compare=False)
    answers: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Media:
    """An attachment named by a message: kind is image, video, audio, sticker, gif, document, contact or location.

    `ref` is what the channel's adapter needs to fetch it (a media id, an address): empty where there is nothing to fetch.
    `size` is in bytes.
    """

    kind: str
    name: str = ""
    mime: str = ""
    size: int | None = None
    ref: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a person says or a link shows that they come from: a kind of channel and the context around it."""

    channel: str = ""
    context: str = ""
    referrer: str = ""
