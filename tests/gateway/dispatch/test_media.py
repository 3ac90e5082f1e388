"""Files: fetched apart from their message, kept by content, never in its way."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.core.files.storage import default_storage

from sapa.channels.models import Channel
from sapa.conversations.models import Message
from sapa.gateway.contract import MediaGoneError, ProviderDownError, TokenDeadError
from sapa.gateway.dispatch import fetch_again, fetch_due_media, media, store_upload
from sapa.lib.files import TooLargeError, may_show, remove, sniff, store
from tests.gateway.dispatch.conftest import Desk

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x01" * 5000


@pytest.mark.django_db
def test_a_picture_is_kept_by_its_content_and_known_by_its_bytes(desk: Desk) -> None:
    picture = desk.picture(desk.thread())
    desk.provider.media = {"p1": JPEG}
    assert fetch_due_media(now=desk.now, http=desk.http) == 1
    picture.refresh_from_db()
    assert (picture.state, picture.mime, picture.size, picture.kind) == (
        "stored",
        "image/jpeg",
        len(JPEG),
        "image",
    )
    with default_storage.open(picture.stored_as) as file:
        assert file.read() == JPEG
    again = desk.picture(desk.thread())
    fetch_due_media(now=desk.now, http=desk.http)
    again.refresh_from_db()
    assert again.stored_as == picture.stored_as
    assert fetch_due_media(now=desk.now + timedelta(days=1), http=desk.http) == 0


@pytest.mark.django_db
def test_a_download_that_fails_keeps_the_message_and_comes_right_later(desk: Desk) -> None:
    picture = desk.picture(desk.thread())
    message = Message.objects.get(pk=picture.message_id)
    desk.provider.media = {"p1": ProviderDownError("503")}
    fetch_due_media(now=desk.now, http=desk.http)
    picture.refresh_from_db()
    assert (picture.state, picture.problem, picture.tries) == ("failed", "provider_down", 1)
    assert picture.next_try_at == desk.now + timedelta(seconds=10)
    assert fetch_due_media(now=desk.now + timedelta(seconds=9), http=desk.http) == 0
    desk.provider.media = {"p1": JPEG}
    assert fetch_due_media(now=desk.now + timedelta(seconds=10), http=desk.http) == 1
    picture.refresh_from_db()
    assert picture.state == "stored"
    assert Message.objects.get(pk=picture.message_id).dedupe_key == message.dedupe_key


@pytest.mark.django_db
def test_tries_end_and_a_teammate_can_ask_once_more(desk: Desk) -> None:
    picture = desk.picture(desk.thread())
    desk.provider.media = {"p1": httpx.ReadTimeout("slow")}
    for _try in range(20):
        desk.now += timedelta(days=2)
        fetch_due_media(now=desk.now, http=desk.http)
    picture.refresh_from_db()
    assert (picture.state, picture.tries, picture.next_try_at) == ("failed", 7, None)
    assert fetch_again(attachment=picture, now=desk.now)
    desk.provider.media = {"p1": JPEG}
    fetch_due_media(now=desk.now, http=desk.http)
    picture.refresh_from_db()
    assert picture.state == "stored"
    assert not fetch_again(attachment=picture, now=desk.now)


@pytest.mark.django_db
def test_what_is_gone_is_asked_for_once_and_what_is_too_large_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "MOST_BYTES", 3000)
    gone, large = desk.picture(desk.thread(), "gone"), desk.picture(desk.thread(), "large")
    desk.provider.media = {"gone": MediaGoneError(), "large": JPEG}
    assert fetch_due_media(now=desk.now, http=desk.http) == 2
    assert fetch_due_media(now=desk.now + timedelta(days=9), http=desk.http) == 0
    gone.refresh_from_db()
    large.refresh_from_db()
    assert (gone.state, large.state, large.problem) == ("gone", "failed", "too_large")
    assert not list((Path(settings.HOME) / "tmp").glob("*"))


@pytest.mark.django_db
def test_a_dead_token_breaks_the_channel_and_costs_the_file_no_try(desk: Desk) -> None:
    picture = desk.picture(desk.thread())
    desk.provider.media = {"p1": TokenDeadError("190")}
    fetch_due_media(now=desk.now, http=desk.http)
    picture.refresh_from_db()
    assert (picture.state, picture.tries) == ("failed", 0)
    assert Channel.objects.get(pk=desk.channel.pk).broken_why == "token_dead"
    assert fetch_due_media(now=desk.now + timedelta(hours=1), http=desk.http) == 0


@pytest.mark.django_db
def test_two_fetchers_take_a_file_once(desk: Desk) -> None:
    desk.picture(desk.thread())
    assert len(media.take_due_media(now=desk.now, limit=5)) == 1
    assert media.take_due_media(now=desk.now, limit=5) == []
    assert len(media.take_due_media(now=desk.now + media.LEASE, limit=5)) == 1


@pytest.mark.django_db
def test_three_photos_go_out_as_one_message(desk: Desk) -> None:
    rina = desk.thread()
    files = [
        store_upload(business=desk.business, name=f"{n}.jpg", chunks=[JPEG, bytes([n])], now=desk.now)
        for n in range(3)
    ]
    dispatch = desk.writes(rina, "", files=files)
    assert dispatch.message.media == [{"kind": "image", "name": f"{n}.jpg"} for n in range(3)]
    desk.sends()
    [out] = desk.provider.sent
    assert [(file.kind, file.mime, file.name) for file in out.files] == [
        ("image", "image/jpeg", f"{n}.jpg") for n in range(3)
    ]
    assert out.files[2].read() == JPEG + b"\x02"


@pytest.mark.parametrize(
    ("head", "mime", "shown"),
    [
        (JPEG, "image/jpeg", True),
        (b"\x89PNG\r\n\x1a\n....", "image/png", True),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp", True),
        (b"OggS\x00\x02", "audio/ogg", True),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4", True),
        (b"\x00\x00\x00\x18ftypM4A ", "audio/mp4", True),
        (b"%PDF-1.7", "application/pdf", False),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>", "image/svg+xml", False),
        (b"\xef\xbb\xbf<?xml version='1.0'?><!-- a --><svg>", "image/svg+xml", False),
        (b"  <!DOCTYPE html><script>", "text/html", False),
        (b"GIF89a<script>", "image/gif", True),
        (b"BEGIN:VCARD\nFN:Sari Dewi", "text/vcard", False),
        ("halo kak, é".encode(), "text/plain", False),
        (b"PK\x03\x04....word/document.xml", sniff(b"PK\x03\x04word/"), False),
        (b"\x00\x01\x02\xfe", "application/octet-stream", False),
        (b"", "application/octet-stream", False),
    ],
)
def test_a_file_is_what_its_bytes_say(head: bytes, mime: str, shown: bool) -> None:
    assert sniff(head) == mime
    assert may_show(mime) is shown


def test_a_broken_download_leaves_nothing_behind() -> None:
    def breaks():  # type: ignore[no-untyped-def]
        yield b"half"
        raise OSError("line broke")

    with pytest.raises(OSError, match="line broke"):
        store(breaks(), owner="toko", most=100)
    with pytest.raises(TooLargeError):
        store([b"12345"], owner="toko", most=4)
    assert not list((Path(settings.HOME) / "tmp").glob("*"))
    kept = store([b"1234"], owner="toko", most=4)
    Path(default_storage.path(kept.name)).write_bytes(b"12")
    assert store([b"12", b"34"], owner="toko", most=4) == kept
    with default_storage.open(kept.name) as file:
        assert file.read() == b"1234", "a file that a power cut left half is made whole"
    remove([kept.name, kept.name, "../sapa.key", "content/../../sapa.key"])
    assert not default_storage.exists(kept.name)
