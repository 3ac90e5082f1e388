"""Files that a provider fetches from us: open while the message is on its way, closed after, and refused in time."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import httpx
import pytest
from django.core import signing
from django.test import Client

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.channels.operations import connect_channel
from sapa.conversations.models import Attachment, Conversation
from sapa.gateway.contract import RawItem
from sapa.gateway.dispatch import CannotSendError, send_message
from sapa.gateway.dispatch.handed import find_handed
from sapa.gateway.dispatch.media import store_upload
from sapa.gateway.dispatch.sending import send_due
from sapa.gateway.intake import digest_payloads, store_items
from sapa.gateway.models import Dispatch
from sapa.lib import clock
from tests.gateway.adapters.cases_line import RINA, body, text

pytestmark = pytest.mark.django_db(transaction=False)

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
SETTINGS = {"channel_secret": "s", "access_token": "t", "public_url": "https://sapa.tokosage.example"}


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


def joined(shop: Business, now: datetime, **settings: str) -> Conversation:
    """A LINE channel on which Rina has written."""
    channel: Channel = connect_channel(
        business=shop,
        kind="line",
        name="",
        account="Ubot",
        settings={**SETTINGS, **settings},
        by=None,
        now=now,
    )
    store_items(channel=channel, items=[RawItem("1", body(text("Halo")))], now=now)
    digest_payloads(business=shop, now=now)
    return Conversation.objects.get(channel=channel, key=RINA)


def picture(shop: Business, now: datetime, content: bytes = PNG, name: str = "sage.png") -> Attachment:
    return store_upload(business=shop, name=name, chunks=[content], now=now)


def answer(thread: Conversation, now: datetime, *files: Attachment, words: str = "Ini kak") -> Dispatch:
    return send_message(
        business=thread.business,
        conversation=thread,
        text=words,
        files=files,
        by=None,
        idempotency_key=words,
        now=now,
    )


class _Line:
    """LINE, which fetches what a push names while it is being answered."""

    def __init__(self, status: int = 200) -> None:
        self.status, self.pushed, self.fetched = status, [], []  # type: ignore[var-annotated]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.pushed.append(json.loads(request.content))
        for message in self.pushed[-1]["messages"]:
            if "originalContentUrl" in message:
                self.fetched.append(fetch(message["originalContentUrl"]))
        said = {"sentMessages": [{"id": "1"}]} if self.status == 200 else {"message": "no"}
        return httpx.Response(self.status, json=said)


def fetch(address: str) -> tuple[int, bytes, str]:
    found = Client().get(address.removeprefix(SETTINGS["public_url"]))
    content = b"".join(found.streaming_content) if found.streaming else b""  # type: ignore[attr-defined]
    return found.status_code, content, found.get("Content-Type", "")


def send(now: datetime, line: _Line) -> None:
    with httpx.Client(transport=httpx.MockTransport(line)) as http:
        send_due(now=now, http=http)


def test_a_picture_is_fetched_while_its_message_is_on_its_way(toko_sage: Business, today: datetime) -> None:
    thread = joined(toko_sage, today)
    answer(thread, today, picture(toko_sage, today))
    line = _Line()
    send(today, line)
    [shown, words] = line.pushed[0]["messages"]
    assert (shown["type"], words["text"]) == ("image", "Ini kak")
    assert shown["originalContentUrl"].startswith("https://sapa.tokosage.example/files/")
    assert shown["previewImageUrl"] == shown["originalContentUrl"]
    assert line.fetched == [(200, PNG, "image/png")]
    assert Dispatch.objects.get().state == "sent"


def test_the_address_closes_after_a_week_and_when_sending_failed(
    toko_sage: Business, today: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = joined(toko_sage, today)
    answer(thread, today, picture(toko_sage, today))
    line = _Line()
    send(today, line)
    address = line.pushed[0]["messages"][0]["originalContentUrl"]
    assert fetch(address)[0] == 200
    monkeypatch.setattr(clock, "now", lambda: today + timedelta(days=7, minutes=1))
    assert fetch(address)[0] == 404
    monkeypatch.setattr(clock, "now", lambda: today)
    Dispatch.objects.update(state="failed")
    assert fetch(address)[0] == 404


def test_an_address_opens_no_other_file(toko_sage: Business, today: datetime) -> None:
    thread = joined(toko_sage, today)
    dispatch = answer(thread, today, picture(toko_sage, today))
    other = picture(toko_sage, today, PNG + b"1", "rahasia.png")
    Dispatch.objects.update(state="taken", taken_at=today)
    assert find_handed(signing.dumps([dispatch.pk, other.pk], salt="sapa.handed-file"), now=today) is None
    assert find_handed(signing.dumps([dispatch.pk, other.pk]), now=today) is None
    assert fetch("/files/tebakan/")[0] == 404


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"%PDF-1.7 ...", "daftar.pdf", "tidak menerima dokumen"),
        (b"GIF89a" + b"\0" * 40, "sage.gif", "menerima"),
        (b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 40, "sage.webp", "hanya menerima JPEG, PNG"),
        (PNG + b"\0" * (10 * 1024 * 1024), "besar.png", "paling banyak 10 MB"),
    ],
)
def test_what_the_channel_does_not_take_is_said_before_sending(
    toko_sage: Business, today: datetime, content: bytes, name: str, sentence: str
) -> None:
    thread = joined(toko_sage, today)
    with pytest.raises(CannotSendError) as caught:
        answer(thread, today, picture(toko_sage, today, content, name))
    assert sentence in str(caught.value)
    assert not Dispatch.objects.exists()


def test_without_a_safe_address_it_says_what_is_missing(toko_sage: Business, today: datetime) -> None:
    thread = joined(toko_sage, today, public_url="http://localhost:8000")
    with pytest.raises(CannotSendError) as caught:
        answer(thread, today, picture(toko_sage, today))
    assert "https" in str(caught.value)
