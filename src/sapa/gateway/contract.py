"""What every channel's adapter is: five functions and a record of what the channel can do.

An adapter lives in `gateway/adapters/<folder>/` and offers `ADAPTER`. It knows its provider's dialect and nothing of our
tables: dedupe, order, receipts, echoes, windows, consent, cost, retries and token refresh are done once, in the core.
Everything is synchronous; whoever calls `send`, `fetch_media` and `poll` gives the HTTP client and its time limits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

import httpx

from sapa.gateway.connecting import Account, Guide, SignIn
from sapa.gateway.types import Event, Key


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request as it came: `url` as the provider called it, header names in lower case, the body untouched.

    `received_at` is when, where the edge says so: what a provider signs with a time is then refused when it is old.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RawItem:
    """One thing that a poll found: `head` holds what `parse` needs beside the body, `dedupe_key` names it for good."""

    dedupe_key: str
    body: bytes
    head: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verified:
    """The request is the provider's own. `head` is kept beside the body for `parse`: codes and ids, never a secret."""

    head: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Challenge:
    """The provider asks whether this address is ours: answer this and store nothing."""

    body: bytes
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Rejected:
    """Not the provider's, or not readable: nothing is stored. `why` is a sentence for a log, without secrets."""

    why: str
    status: int = 401


class Failure(StrEnum):
    """Why something could not be sent, in our words; what each means to a teammate is worded on the screen."""

    WINDOW_CLOSED = "window_closed"
    NO_CONSENT = "no_consent"
    BLOCKED = "blocked"
    NO_SUCH_RECIPIENT = "no_such_recipient"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    REFUSED_CONTENT = "refused_content"
    TEMPLATE_UNFIT = "template_unfit"
    QUOTA_USED_UP = "quota_used_up"
    PAYMENT_MISSING = "payment_missing"
    TOKEN_DEAD = "token_dead"  # noqa: S105 - a code, no secret
    PROVIDER_DOWN = "provider_down"
    UNREACHABLE = "unreachable"
    QUIET_HOURS = "quiet_hours"
    TOO_OFTEN = "too_often"
    COST_LIMIT = "cost_limit"
    CHANNEL_BROKEN = "channel_broken"
    IMPORT_ONLY = "import_only"
    EMPTY = "empty"
    HELD = "held"
    STALE = "stale"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OutboundFile:
    """A file to send: its bytes are read by calling `read`.

    Where the provider fetches files itself (`Capabilities.fetches_files`), `address` is where, for a while, and `preview`
    that of a picture of at most a megabyte to show before it.
    """

    kind: str
    mime: str
    name: str
    size: int
    path: str
    address: str = ""
    preview: str = ""

    def read(self) -> bytes:
        from pathlib import Path

        return Path(self.path).read_bytes()


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message to send. `recipient` is the address as the provider wants it; `client_ref` is our own id for it.

    `template` is {"name", "language", "values": […]} or None. `subject`, `thread_ids` serve e-mail: the Message-IDs of the
    thread, oldest first. `automatic` marks what no person wrote. `at` is the moment of sending.
    """

    client_ref: str
    recipient: str
    text: str = ""
    files: tuple[OutboundFile, ...] = ()
    reply_to: str = ""
    template: Mapping[str, Any] | None = None
    buttons: tuple[tuple[str, str], ...] = ()
    subject: str = ""
    thread_ids: tuple[str, ...] = ()
    conversation_key: str = ""
    automatic: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it. `provider_id` may be empty where the provider names none; `more_ids` where it became several."""

    provider_id: str
    more_ids: tuple[str, ...] = ()
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """Not taken, and surely not sent: try again, not before `after` where the provider says so."""

    code: Failure
    after: timedelta | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Not taken, and trying again will not help. `detail` is the provider's own code and words, without secrets.

    `new_recipient` is the address to use from now on, where the provider names it.
    """

    code: Failure
    detail: str = ""
    new_recipient: str = ""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Nobody knows whether it was sent (the line broke after the request had gone): a teammate decides."""

    detail: str = ""


SendResult = Sent | Retry | Failed | Uncertain


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll found, and where the next one begins."""

    items: tuple[RawItem, ...]
    cursor: Mapping[str, Any]


class MediaGoneError(Exception):
    """The provider no longer has the file: it will not be asked again."""


class TokenDeadError(Exception):
    """The provider refuses the token: the channel is broken until it is connected again (or refreshed)."""


class ProviderDownError(Exception):
    """The provider did not answer or said to come back later: `after` where it says when."""

    def __init__(self, detail: str = "", after: timedelta | None = None) -> None:
        super().__init__(detail)
        self.after = after


@dataclass(frozen=True, slots=True)
class Window:
    """How long after the customer's last message the shop may answer freely, and how often.

    `most_messages` is None without a limit. `template_outside`: an approved template may still be sent later.
    """

    hours: float
    most_messages: int | None = None
    template_outside: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` in `seconds`, over the whole channel or (`each_recipient`) to one person."""

    count: int
    seconds: float
    each_recipient: bool = False


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do. `media` maps a kind of file to its largest size in bytes; `receipts` are the statuses it reports.

    `file_types` are the types by kind where not every one is taken. `fetches_files`: files are not uploaded, the provider (or
    the customer's app) fetches them from us, until so long after sending. `first_contact`: the shop may write first. `poll_seconds` is None where nothing is polled. `listens`: the adapter keeps a
    line open and hears at once what is new.
    """

    text_limit: int = 4096
    media: Mapping[str, int] = field(default_factory=dict)
    file_types: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fetches_files: timedelta | None = None
    receipts: frozenset[str] = frozenset()
    window: Window | None = None
    rates: tuple[Rate, ...] = ()
    sends: bool = True
    first_contact: bool = False
    templates: bool = False
    buttons: bool = False
    edits: bool = False
    deletes: bool = False
    reactions: bool = False
    groups: bool = False
    echoes: bool = False
    poll_seconds: float | None = None
    refresh_before: timedelta | None = None
    listens: bool = False


class ChannelAdapter(Protocol):
    """The contract. `parse` is pure and total: what it does not know becomes `Unsupported`, never an exception."""

    kind: str
    capabilities: Capabilities
    guide: Guide
    sign_in: SignIn | None

    def capabilities_for(self, account: Account) -> Capabilities:
        """What this account can do, where its settings change it (a longer window, a slower pace)."""

    def verify(self, request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
        """Whether the request is the provider's own, judged on the raw body in constant time."""

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        """The events of a stored body. A `RawRequest` comes back with `headers` holding what `Verified.head` kept."""

    def send(self, out: Outbound, account: Account, http: httpx.Client) -> SendResult:
        """Sends one message; never raises for what a provider can answer."""

    def fetch_media(self, ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
        """The bytes of a file. Raises `MediaGoneError`, `TokenDeadError`, `ProviderDownError`."""

    def poll(self, cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
        """What is new since `cursor` ({} at first). Raises `TokenDeadError`, `ProviderDownError`."""

    def listen(
        self,
        cursor: Mapping[str, Any],
        account: Account,
        keep: Callable[[Polled], None],
        stop: threading.Event,
    ) -> None:
        """Keeps a line open until `stop` is set or the line breaks, and hands on what comes: `keep` returns once it is stored.

        Raises `TokenDeadError`, `ProviderDownError`. Only asked where `capabilities.listens`; polls go on beside it.
        """

    def look(self, ref: str, account: Account, http: httpx.Client) -> tuple[RawItem, ...]:
        """What the provider itself says of `ref`, which a `LookAgain` named. Raises `TokenDeadError`, `ProviderDownError`."""

    def address(self, conversation_key: str, keys: Sequence[Key]) -> str:
        """Where a reply in this thread goes, as `send` wants it; `keys` are those of the customer, newest first."""

    def connect(
        self, account: Account, http: httpx.Client, *, hook_url: str, now: datetime
    ) -> dict[str, Any]:
        """Tries the settings and tells the provider our address; answers settings to keep beside them, `account` among them.

        Raises `TokenDeadError` for settings that the provider refuses, `ProviderDownError`.
        """

    def refresh(self, account: Account, http: httpx.Client, *, now: datetime) -> dict[str, Any]:
        """New tokens as settings, with `token_expires_at` (ISO 8601). The core lets one process at a time refresh."""


class BaseAdapter:
    """What an adapter answers where its channel has no such thing."""

    capabilities: Capabilities
    sign_in: SignIn | None = None

    def capabilities_for(self, account: Account) -> Capabilities:
        return self.capabilities

    def fetch_media(self, ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
        raise MediaGoneError("This channel has no files.")

    def poll(self, cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
        return Polled((), cursor)

    def listen(
        self,
        cursor: Mapping[str, Any],
        account: Account,
        keep: Callable[[Polled], None],
        stop: threading.Event,
    ) -> None:
        stop.wait()

    def look(self, ref: str, account: Account, http: httpx.Client) -> tuple[RawItem, ...]:
        return ()

    def address(self, conversation_key: str, keys: Sequence[Key]) -> str:
        return conversation_key

    def send(self, out: Outbound, account: Account, http: httpx.Client) -> SendResult:
        return Failed(Failure.REFUSED_CONTENT, "Nothing can be sent through this channel.")

    def connect(
        self, account: Account, http: httpx.Client, *, hook_url: str, now: datetime
    ) -> dict[str, Any]:
        return {}

    def refresh(self, account: Account, http: httpx.Client, *, now: datetime) -> dict[str, Any]:
        return {}
