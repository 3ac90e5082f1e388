"""An invented provider and its adapter: it takes what it is given, answers what the test says, and counts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from sapa.gateway.connecting import Account, Guide
from sapa.gateway.contract import (
    BaseAdapter,
    Capabilities,
    Challenge,
    Outbound,
    Polled,
    RawItem,
    RawRequest,
    Rejected,
    SendResult,
    Sent,
    Verified,
    Window,
)
from sapa.gateway.types import ConversationRef, Event, Key, MessageReceived, Person

KIND = "whatsapp"
DAY = Window(hours=24, template_outside=True)


@dataclass
class Provider(BaseAdapter):
    """`answers` are used up in order, then everything is sent; `sent` is what came through."""

    kind: str = KIND
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(
            text_limit=1000,
            media={"image": 5_000_000, "document": 10_000_000},
            window=DAY,
            templates=True,
            poll_seconds=30,
            refresh_before=timedelta(days=5),
        )
    )
    guide: Guide = field(default_factory=lambda: Guide("Penyedia", (), "", proven=True, fields=()))
    answers: list[SendResult | Exception] = field(default_factory=list)
    sent: list[Outbound] = field(default_factory=list)
    media: dict[str, bytes | Exception] = field(default_factory=dict)
    polls: list[Polled | Exception] = field(default_factory=list)
    asked_from: list[Mapping[str, Any]] = field(default_factory=list)
    refresh_tokens: list[str] = field(default_factory=list)
    refresh_with: Callable[[str], dict[str, Any]] | None = None
    guard: threading.Lock = field(default_factory=threading.Lock)

    def can(self, **changed: Any) -> None:
        self.capabilities = replace(self.capabilities, **changed)

    def verify(self, request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
        return Verified()

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        sender, text = raw.body.decode().split("|")
        person = Person(("external", f"{KIND}:{sender}"), sender, (Key("phone", sender),))
        key = raw.dedupe_key if isinstance(raw, RawItem) else text
        at = datetime.fromisoformat("2026-11-21T14:00:00+07:00")
        conversation = ConversationRef(sender, party=person)
        return [MessageReceived(account.ref, conversation, key, person, text, at, source="live")]

    def send(self, out: Outbound, account: Account, http: httpx.Client) -> SendResult:
        with self.guard:
            answer = self.answers.pop(0) if self.answers else Sent(f"wamid.{len(self.sent) + 1}")
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, Sent):
                self.sent.append(out)
            return answer

    def fetch_media(self, ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
        found = self.media[ref["id"]]
        if isinstance(found, Exception):
            raise found
        for start in range(0, len(found), 1000):
            yield found[start : start + 1000]

    def poll(self, cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
        self.asked_from.append(dict(cursor))
        found = self.polls.pop(0) if self.polls else Polled((), cursor)
        if isinstance(found, Exception):
            raise found
        return found

    def refresh(self, account: Account, http: httpx.Client, *, now: datetime) -> dict[str, Any]:
        token = account.settings["refresh_token"]
        with self.guard:
            self.refresh_tokens.append(token)
        if self.refresh_with is not None:
            return self.refresh_with(token)
        later = (now + timedelta(days=60)).isoformat()
        return {"token": f"{token}-a", "refresh_token": f"{token}+1", "token_expires_at": later}

    def texts(self) -> list[str]:
        return [out.text for out in self.sent]

    def address(self, conversation_key: str, keys: Sequence[Key]) -> str:
        return conversation_key.removeprefix("thread-")
