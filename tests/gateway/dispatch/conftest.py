"""Toko Sage on a connected channel, and Rina who has just written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.channels.operations import connect_channel
from sapa.contacts.models import Consent, Contact, Identity
from sapa.conversations.models import Attachment, Conversation, Message
from sapa.gateway import registry
from sapa.gateway.dispatch import send_message
from sapa.gateway.dispatch.rates import Buckets
from sapa.gateway.dispatch.sending import count_sent, send_due
from sapa.gateway.models import Dispatch, Template
from tests.gateway.dispatch.provider import KIND, Provider


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    """The adapter that stands in for every real one of its kind."""
    found = Provider()
    monkeypatch.setattr(registry, "list_adapters", lambda: {KIND: found})
    for module in ("polling", "tokens"):
        monkeypatch.setattr(f"sapa.gateway.dispatch.{module}.list_adapters", lambda: {KIND: found})
    return found


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@dataclass
class Desk:
    """What the stories do at the desk: a customer writes, a teammate answers, the worker sends."""

    business: Business
    channel: Channel
    provider: Provider
    http: httpx.Client
    now: datetime
    buckets: Buckets = field(default_factory=lambda: Buckets(count_sent))
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def thread(self, name: str = "Rina Wulandari", *, waits: bool = True) -> Conversation:
        number = next(self.numbers)
        contact = Contact.objects.create(business=self.business, name=name, created_at=self.now)
        identity = Identity.objects.create(
            business=self.business,
            kind="phone",
            value=f"+62811000{number}",
            learned_at=self.now,
            contact=contact,
            is_key=True,
        )
        thread = Conversation.objects.create(
            business=self.business, channel=self.channel, key=f"thread-{number}", identity=identity
        )
        if waits:
            self.hears(thread, "kak, ready?", at=self.now - timedelta(minutes=5))
        return thread

    def hears(self, thread: Conversation, text: str, *, at: datetime, source: str = "live") -> Message:
        thread.last_in_at = thread.last_message_at = at
        thread.waiting_since = thread.waiting_since or at
        thread.save()
        return Message.objects.create(
            business=self.business,
            conversation=thread,
            identity=thread.identity,
            direction="in",
            text=text,
            happened_at=at,
            learned_at=at,
            dedupe_key=f"in-{next(self.numbers)}",
            source=source,
            provider_id=f"in-{next(self.numbers)}",
        )

    def writes(self, thread: Conversation, text: str = "Ready kak", **more: Any) -> Dispatch:
        given: dict[str, Any] = {
            "by": None,
            "idempotency_key": f"key-{next(self.numbers)}",
            "now": self.now,
        }
        return send_message(business=self.business, conversation=thread, text=text, **given | more)

    def sends(self, *, after: timedelta = timedelta(seconds=1)) -> int:
        """The worker looks at the outbox some time later."""
        self.now += after
        return send_due(now=self.now, http=self.http, buckets=self.buckets)

    def refuses(self, thread: Conversation, purpose: str, *, at: datetime, given: bool = False) -> Consent:
        assert thread.identity is not None
        return Consent.objects.create(
            business=self.business,
            identity=thread.identity,
            dedupe_key=f"consent-{next(self.numbers)}",
            purpose=purpose,
            is_given=given,
            how="keyword",
            at=at,
        )

    def template(
        self, category: str = "utility", text: str = "Halo {{1}}, pesanan {{2}} dikirim"
    ) -> Template:
        return Template.objects.create(
            business=self.business,
            channel=self.channel,
            name=f"kabar_{category}",
            category=category,
            text=text,
            blanks=["nama", "nomor"],
            learned_at=self.now,
        )

    def picture(self, thread: Conversation, ref: str = "p1") -> Attachment:
        message = self.hears(thread, "", at=self.now)
        return Attachment.objects.create(
            business=self.business,
            message=message,
            kind="image",
            ref={"id": ref},
            next_try_at=self.now,
            created_at=self.now,
        )


@pytest.fixture
def desk(toko_sage: Business, provider: Provider, http: httpx.Client, now: datetime) -> Desk:
    channel = connect_channel(
        business=toko_sage,
        kind=KIND,
        name="",
        account="628110000",
        settings={"token": "rahasia", "refresh_token": "r0"},
        by=None,
        now=now,
    )
    return Desk(toko_sage, channel, provider, http, now)
