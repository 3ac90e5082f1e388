"""TikTok's habits one by one. There is no public judge of them: the shapes are those of the facts gathered."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from sapa.gateway.adapters.tiktok import ADAPTER
from sapa.gateway.contract import (
    Failed,
    MediaGoneError,
    Outbound,
    OutboundFile,
    ProviderDownError,
    RawRequest,
    Rejected,
    Retry,
    Sent,
    TokenDeadError,
    Uncertain,
    Verified,
)
from sapa.gateway.types import Event, FormFilled, Key, MessageReceived, Origin, ReceiptGiven, Unsupported
from tests.gateway.adapters.cases_tiktok import (
    ACCOUNT,
    CASES,
    RINA,
    SECRET,
    SHOP,
    SIGNED_AT,
    THREAD,
    TOKEN,
    picture,
    received,
    says,
    sign,
    signed,
    told,
)

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


def read(body: bytes) -> list[Event]:
    return ADAPTER.parse(sign(body), ACCOUNT)


def one(body: bytes) -> MessageReceived:
    [event] = read(body)
    assert isinstance(event, MessageReceived)
    return event


def client(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(answer))


# ── signature ────────────────────────────────────────────────────────────────────────────────────────


def test_the_documented_formula(shared: Path) -> None:
    path = shared / "data" / "channels" / "signature-vectors.json"
    vector = json.loads(path.read_text(encoding="utf-8"))["tiktok_business_messaging"]
    account = replace(ACCOUNT, settings={"client_secret": vector["client_secret"]})
    request = RawRequest("POST", "", {"tiktok-signature": vector["value"]}, vector["raw_body"].encode())
    assert isinstance(ADAPTER.verify(request, account), Verified)
    assert isinstance(ADAPTER.verify(replace(request, body=b"{}"), account), Rejected)


@pytest.mark.parametrize(
    ("late", "is_taken"),
    [(timedelta(0), True), (timedelta(hours=71), True), (timedelta(hours=80), False), (-timedelta(hours=1), False)],
)  # fmt: skip
def test_a_repeated_call_is_taken_for_three_days(late: timedelta, is_taken: bool) -> None:
    request = replace(
        signed(CASES.message, SECRET),  # type: ignore[arg-type]
        received_at=datetime.fromtimestamp(SIGNED_AT, UTC) + late,
    )
    assert isinstance(ADAPTER.verify(request, ACCOUNT), Verified) is is_taken


def test_the_time_is_part_of_what_is_signed() -> None:
    request = sign(CASES.message)  # type: ignore[arg-type]
    later = request.headers["tiktok-signature"].replace(str(SIGNED_AT), str(SIGNED_AT + 1))
    assert isinstance(
        ADAPTER.verify(replace(request, headers={"tiktok-signature": later}), ACCOUNT), Rejected
    )


# ── direct messages ──────────────────────────────────────────────────────────────────────────────────


def test_a_message_is_rinas() -> None:
    event = one(received(text={"body": "halo kak"}))
    assert event.person is not None
    assert event.person.record == ("tiktok", "cust-9")
    assert event.person.name == "rinaw"
    assert (event.conversation.key, event.provider_id) == (THREAD, "m1==")
    assert event.conversation.party == event.person


def test_what_was_typed_in_tiktoks_own_app_is_the_shops() -> None:
    echo = one(CASES.echo)  # type: ignore[arg-type]
    assert echo.person is None
    assert echo.conversation.party is not None
    assert echo.conversation.party.record == ("tiktok", "cust-9")


def test_a_picture_is_fetched_by_what_its_message_says() -> None:
    [media] = one(received("image", image={"media_id": "med1"})).media
    assert media.ref == {
        "conversation_id": THREAD,
        "message_id": "m1==",
        "media_id": "med1",
        "type": "IMAGE",
    }


def test_a_shared_video_is_its_link_and_a_sticker_a_sticker() -> None:
    shared = {"video_id": "73", "embed_url": "https://www.tiktok.com/player/v1/73"}
    assert one(received("share_post", share_post=shared)).text == "https://www.tiktok.com/player/v1/73"
    assert one(received("sticker", sticker={})).media[0].kind == "sticker"


def test_a_kind_that_is_new_still_shows_that_somebody_wrote() -> None:
    shown, note = read(received("hologram"))
    assert isinstance(shown, MessageReceived)
    assert note == Unsupported("message_kind", "hologram")


def test_a_reply_names_what_it_answers() -> None:
    info = {"referenced_message_id": "m0=="}
    assert one(received(text={"body": "ini"}, referenced_message_info=info)).reply_to == "m0=="


def test_reading_holds_for_everything_until_then_and_only_the_customers_counts() -> None:
    [receipt] = read(CASES.receipts["read"])
    assert isinstance(receipt, ReceiptGiven)
    assert receipt.conversation_key == THREAD
    assert receipt.up_to == datetime.fromtimestamp(1795289190, UTC)
    assert read(told("im_mark_read_msg", from_user=SHOP, read={"last_read_timestamp": 1})) == []
    assert read(told("im_mark_read_msg", from_user=RINA, timestamp=None))[0] == Unsupported("read")


def test_the_gathered_events_are_all_read(shared: Path) -> None:
    path = shared / "data" / "channels" / "tiktok" / "im-events.json"
    for name, body in json.loads(path.read_text(encoding="utf-8")).items():
        events = read(json.dumps(body).encode())
        assert events, name
        assert not any(isinstance(event, Unsupported) for event in events), name


# ── lead forms ───────────────────────────────────────────────────────────────────────────────────────

LEAD = {
    "lead_id": "7301",
    "create_time": 1795289176,
    "ad_name": "Kebaya Sage",
    "form_name": "Minta katalog",
    "changes": [
        {"field": "name", "value": "Sari Dewi"},
        {"field": "phone_number", "value": "+6281234567890"},
        {"field": "Ukuran", "value": ["L", "XL"]},
    ],
}


def test_a_filled_form_is_told_but_vouches_for_nobody() -> None:
    [event] = read(json.dumps({"entry": [LEAD]}).encode())
    assert isinstance(event, FormFilled)
    assert event.form == "Minta katalog"
    assert event.fields == (
        ("name", "Sari Dewi"),
        ("phone_number", "+6281234567890"),
        ("Ukuran", "L, XL"),
    )
    assert event.origin == Origin("tiktok", "Kebaya Sage")
    assert event.person.name == "Sari Dewi"
    assert event.person.keys == (Key("phone", "+6281234567890"),)
    assert not event.person.trusted


def test_a_lead_without_its_fields_is_told_and_the_download_brings_it() -> None:
    bare = {"entry": [{"lead_id": "7301", "create_time": 1795289176}]}
    assert read(json.dumps(bare).encode()) == [Unsupported("lead_without_fields", "7301")]


TABLE = (
    "\ufefflead_id,Created time,ad_name,Name,Phone number,Warna\r\n"
    '7301,2026-11-21T07:26:16+00:00,Kebaya Sage,Sari Dewi,+6281234567890,"Sage, terracotta"\r\n'
)


def test_leads_are_downloaded_in_two_polls_and_again_without_harm() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path.removeprefix("/open_api/v1.3/"))
        if request.method == "POST":
            return says(0, task_id="t1")(request)
        assert request.url.params["task_id"] == "t1"
        return httpx.Response(200, content=TABLE.encode())

    with client(answer) as http:
        first = ADAPTER.poll({}, ACCOUNT, http)
        second = ADAPTER.poll(first.cursor, ACCOUNT, http)
        fourth = ADAPTER.poll(ADAPTER.poll(second.cursor, ACCOUNT, http).cursor, ACCOUNT, http)
    assert asked[:2] == ["page/lead/task/", "page/lead/task/download/"]
    assert (first.items, first.cursor) == ((), {"task": "t1"})
    [item] = second.items
    assert [again.dedupe_key for again in fourth.items] == [item.dedupe_key]
    [event] = ADAPTER.parse(item, ACCOUNT)
    assert isinstance(event, FormFilled)
    assert event.fields == (
        ("Name", "Sari Dewi"),
        ("Phone number", "+6281234567890"),
        ("Warna", "Sage, terracotta"),
    )
    assert event.at == datetime(2026, 11, 21, 7, 26, 16, tzinfo=UTC)
    [hooked] = read(json.dumps({"entry": [LEAD]}).encode())
    assert isinstance(hooked, FormFilled)
    assert hooked.dedupe_key == event.dedupe_key


def test_a_table_that_is_not_made_yet_is_waited_for() -> None:
    with client(says(0, status="RUNNING")) as http:
        assert ADAPTER.poll({"task": "t1"}, ACCOUNT, http).cursor == {"task": "t1"}
    with client(says(0, status="FAILED")) as http:
        assert ADAPTER.poll({"task": "t1"}, ACCOUNT, http).cursor == {}
    with client(says(40105)) as http, pytest.raises(TokenDeadError):
        ADAPTER.poll({"task": "t1"}, ACCOUNT, http)
    with client(says(40002, "no permission")) as http, pytest.raises(ProviderDownError):
        ADAPTER.poll({}, ACCOUNT, http)


def test_without_an_advertiser_nothing_is_polled() -> None:
    plain = replace(ACCOUNT, settings={"access_token": TOKEN})
    with client(lambda request: pytest.fail("asked")) as http:
        assert ADAPTER.poll({}, plain, http).items == ()


# ── sending ──────────────────────────────────────────────────────────────────────────────────────────

OUT = Outbound(client_ref="r1", recipient="cust-9", conversation_key=THREAD, text="Ready kak")


class TikTok:
    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.uploads = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["access-token"] == TOKEN
        if request.url.path.endswith("/upload/"):
            self.uploads += 1
            assert b'name="business_id"' in request.read()
            return says(0, media_id=f"med{self.uploads}")(request)
        self.sent.append(json.loads(request.content))
        return says(0, message={"message_id": f"m{len(self.sent)}"})(request)


def shot(tmp_path: Path, mime: str = "image/jpeg") -> OutboundFile:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"picture")
    return OutboundFile("image", mime, "a.jpg", 7, str(path))


def test_words_go_to_the_conversation() -> None:
    tiktok = TikTok()
    with client(tiktok) as http:
        assert ADAPTER.send(replace(OUT, reply_to="m0=="), ACCOUNT, http) == Sent("m1")
    assert tiktok.sent == [
        {
            "business_id": "biz-123",
            "recipient_type": "CONVERSATION",
            "recipient": THREAD,
            "message_type": "TEXT",
            "text": {"body": "Ready kak"},
            "referenced_message_info": {"referenced_message_id": "m0=="},
        }
    ]


def test_pictures_are_uploaded_first_and_each_is_a_message(tmp_path: Path) -> None:
    tiktok = TikTok()
    with client(tiktok) as http:
        result = ADAPTER.send(replace(OUT, files=(shot(tmp_path), shot(tmp_path))), ACCOUNT, http)
    assert result == Sent("m1", ("m2", "m3"))
    assert [one["message_type"] for one in tiktok.sent] == ["IMAGE", "IMAGE", "TEXT"]
    assert tiktok.sent[1]["image"] == {"media_id": "med2"}


def test_an_upload_that_broke_off_has_sent_nothing(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("too slow", request=request)

    with client(answer) as http:
        assert isinstance(ADAPTER.send(replace(OUT, files=(shot(tmp_path),)), ACCOUNT, http), Retry)


def test_what_went_half_way_is_for_a_teammate(tmp_path: Path) -> None:
    tiktok = TikTok()

    def answer(request: httpx.Request) -> httpx.Response:
        return says(40100)(request) if tiktok.sent else tiktok(request)

    with client(answer) as http:
        result = ADAPTER.send(replace(OUT, files=(shot(tmp_path),)), ACCOUNT, http)
    assert isinstance(result, Uncertain)
    assert "1 of 2" in result.detail


def test_what_tiktok_would_refuse_is_not_sent(tmp_path: Path) -> None:
    with client(lambda request: pytest.fail("it was sent")) as http:
        for out in (
            replace(OUT, text="a" * 6001),
            replace(OUT, files=(shot(tmp_path, "video/mp4"),)),
            replace(OUT, text=""),
        ):
            assert isinstance(ADAPTER.send(out, ACCOUNT, http), Failed)


def test_a_picture_whose_address_has_died_is_gone() -> None:
    ref = dict(CASES.media_ref or {})
    with client(picture(403)) as http, pytest.raises(MediaGoneError):
        b"".join(ADAPTER.fetch_media(ref, ACCOUNT, http))
    with client(says(0, download_url="file:///etc/passwd")) as http, pytest.raises(MediaGoneError):
        b"".join(ADAPTER.fetch_media(ref, ACCOUNT, http))


# ── tokens ───────────────────────────────────────────────────────────────────────────────────────────


def test_both_tokens_are_renewed() -> None:
    answer = says(0, access_token="act.new", refresh_token="rft.new", expires_in=86400)
    with client(answer) as http:
        kept = ADAPTER.refresh(ACCOUNT, http, now=NOW)
    assert kept == {
        "access_token": "act.new",
        "refresh_token": "rft.new",
        "token_expires_at": "2026-11-22T07:30:00+00:00",
    }
    for dead in (says(40105), says(40002, "refresh token expired"), says(0)):
        with client(dead) as http, pytest.raises(TokenDeadError):
            ADAPTER.refresh(ACCOUNT, http, now=NOW)
    with client(says(50000)) as http, pytest.raises(ProviderDownError):
        ADAPTER.refresh(ACCOUNT, http, now=NOW)


def test_connecting_renews_the_tokens_last_so_that_none_is_lost() -> None:
    """nmcapule/oclz#8: a refresh token that was used and not kept shuts the shop out."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path.removeprefix("/open_api/v1.3/"))
        return says(0, access_token="act.new", refresh_token="rft.new", expires_in=60, open_id="biz-123")(
            request
        )

    with client(answer) as http:
        kept = ADAPTER.connect(ACCOUNT, http, hook_url="https://a.example/hooks/1/", now=NOW)
    assert asked == ["business/webhook/update/", "tt_user/oauth2/refresh_token/"]
    assert kept["account"] == "biz-123"
    assert kept["refresh_token"] == "rft.new"
