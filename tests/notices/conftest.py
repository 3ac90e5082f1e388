"""Toko Sage with a device of Dina's that can be reached, and customers who write live."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from sapa.accounts.models import Business, Teammate
from sapa.contacts.models import Contact, Identity
from sapa.conversations.models import Conversation, Message
from sapa.notices.models import Device
from sapa.notices.operations import add_device, tell_of_news
from tests.notices.receiver import Receiver, receiving

Write = Callable[..., Message]


@pytest.fixture
def service(settings: Any) -> Iterator[Receiver]:
    with receiving() as receiver:
        settings.PUSH_HOSTS = [receiver.host]
        yield receiver


@pytest.fixture
def add(service: Receiver, now: datetime) -> Callable[..., Device]:
    def add_for(mate: Teammate, name: str = "hp", **more: Any) -> Device:
        words = {"hides_words": False, "language": "id", "name": "Chrome di Android"} | more
        subscription = service.subscribe(f"{mate.pk}-{name}")
        return add_device(business=mate.business, teammate=mate, subscription=subscription, now=now, **words)

    return add_for


@pytest.fixture
def rina(toko_sage: Business, now: datetime) -> Conversation:
    channel = toko_sage.channels.create(kind="whatsapp", is_live=True, created_at=now)
    contact = Contact.objects.create(business=toko_sage, name="Rina Wulandari", created_at=now)
    identity = Identity.objects.create(
        business=toko_sage, kind="phone", value="+6281234567890", is_key=True, learned_at=now, contact=contact
    )
    return Conversation.objects.create(business=toko_sage, channel=channel, key="rina", identity=identity)


@pytest.fixture
def write(toko_sage: Business, rina: Conversation, now: datetime) -> Write:
    """A message as the digest leaves it. What was said before is no news: the reader has begun."""
    tell_of_news(business=toko_sage, now=now)
    number = 0

    def one(
        text: str = "Kak, sage L masih ada?", ago: float = 0, thread: Conversation = rina, **more: Any
    ) -> Message:
        nonlocal number
        number += 1
        words: dict[str, Any] = {"direction": "in", "source": "live", "identity": thread.identity} | more
        return Message.objects.create(
            business=thread.business,
            conversation=thread,
            text=text,
            happened_at=now - timedelta(minutes=ago),
            learned_at=now,
            dedupe_key=f"m{number}",
            **words,
        )

    return one
