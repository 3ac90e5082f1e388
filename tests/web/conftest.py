"""A shop with a few people in it, seen through the screens of its owner, her teammate and others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from sapa.accounts.models import Business, Teammate, User
from sapa.accounts.operations import add_teammate, make_business
from sapa.contacts.models import Contact
from sapa.conversations.models import Conversation
from sapa.gateway.digest import digest_events
from sapa.gateway.types import (
    ChannelRef,
    ConversationRef,
    Event,
    Key,
    MessageReceived,
    OrderItem,
    OrderStated,
    Origin,
    Person,
    PersonDescribed,
)
from sapa.snapshots.operations import refresh_changed

PASSWORD = "kemeja sage ukuran L"
BACKEND = "django.contrib.auth.backends.ModelBackend"

Talk = Callable[..., None]


@pytest.fixture(autouse=True)
def _still_clock(monkeypatch: pytest.MonkeyPatch, now: datetime, settings: object, tmp_path: Path) -> None:
    """Screens read the clock at one place; uploads go to a folder of the test."""
    monkeypatch.setattr("sapa.web.middleware.now", lambda: now)
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.fixture
def owner(bu_tuti: Teammate) -> Client:
    return sign_in(bu_tuti.user)


@pytest.fixture
def teammate(dina: Teammate) -> Client:
    return sign_in(dina.user)


@pytest.fixture
def viewer(toko_sage: Business, now: datetime) -> Client:
    mate = add_teammate(
        business=toko_sage, email="magang@tokosage.example", name="Nia", role="viewer", now=now
    )
    return sign_in(mate.user)


@pytest.fixture
def stranger(db: None, now: datetime) -> Client:
    """The owner of another shop."""
    other = make_business(
        name="Kopi Andi", owner_email="andi@kopi.example", owner_name="Andi Wijaya", now=now
    )
    return sign_in(other.teammates.get(role="owner").user)


class Story:
    """Lays down what happened, through the digest as every source does."""

    def __init__(self, business: Business, now: datetime) -> None:
        self.business, self.now = business, now
        self._number = 0

    def person(self, name: str, phone: str = "") -> Person:
        return Person(
            record=("chat", f"whatsapp:{name}"), name=name, keys=(Key("phone", phone),) if phone else ()
        )

    def says(self, name: str, text: str, ago: timedelta, *, phone: str = "", ours: bool = False) -> Event:
        self._number += 1
        return MessageReceived(
            channel=ChannelRef("whatsapp"),
            conversation=ConversationRef(key=name, title=name),
            dedupe_key=f"{name}-{self._number}",
            person=None if ours else self.person(name, phone),
            text=text,
            at=self.now - ago,
            rank=self._number,
            teammate="Toko Sage" if ours else "",
        )

    def tells(self, *events: Event) -> None:
        digest_events(business=self.business, events=list(events), now=self.now)

    def settle(self) -> None:
        refresh_changed(self.business, now=self.now)


@pytest.fixture
def story(toko_sage: Business, now: datetime) -> Story:
    return Story(toko_sage, now)


@pytest.fixture
def people(story: Story, now: datetime) -> Story:
    """Rina waits since three hours, Budi complains, Sari has bought twice and came by TikTok."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    story.tells(
        story.says("Rina Wulandari", "Kak, sage L masih ada?", 3 * hour, phone="0812-3456-7890"),
        story.says("Budi Santoso", "Kak ini jaitannya lepas, saya kecewa", 5 * hour, phone="0813-1111-2222"),
        story.says("Sari Dewi", "Halo kak, ongkir ke Bandung berapa?", 40 * day, phone="0857-0000-1111"),
        story.says("Sari Dewi", "10 ribu Kak. Besok kami kirim ya", 40 * day - hour, ours=True),
        PersonDescribed(
            channel=ChannelRef("contacts"),
            person=story.person("Sari Dewi", "0857-0000-1111"),
            at=now - 41 * day,
            origin=Origin("tiktok", "Cara pilih ukuran"),
        ),
        *(
            OrderStated(
                channel=ChannelRef("shop"),
                number=f"S-{at}",
                person=story.person("Sari Dewi", "0857-0000-1111"),
                status="completed",
                placed_at=now - at * day,
                stated_at=now - at * day,
                goods_total=185_000,
                items=(OrderItem("KS", "Kemeja sage", "M", 1, 185_000),),
                delivered_at=now - at * day + 3 * day,
            )
            for at in (39, 10)
        ),
    )
    story.settle()
    return story


def contact(name: str) -> Contact:
    return Contact.objects.get(name=name, merged_into__isnull=True)


def thread(name: str) -> Conversation:
    return Conversation.objects.get(identity__contact__name=name)
