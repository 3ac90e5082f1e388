"""LINE's habits one by one, with LINE's own SDK as judge of the signature, of what we read and of what we send."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from linebot.v3 import SignatureValidator, WebhookParser
from linebot.v3.messaging import PushMessageRequest
from linebot.v3.webhooks import MessageEvent, TextMessageContent

from sapa.gateway.adapters.line import ADAPTER
from sapa.gateway.adapters.line.api import look_up_person, retry_key
from sapa.gateway.contract import (
    Failed,
    Failure,
    Outbound,
    OutboundFile,
    Rejected,
    Sent,
    TokenDeadError,
    Verified,
)
from sapa.gateway.types import (
    ChannelStateChanged,
    ConsentStated,
    Event,
    LookAgain,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    PersonDescribed,
    Unsupported,
)
from tests.gateway.adapters.cases_line import (
    ACCOUNT,
    CASES,
    CLIENT_REF,
    RINA,
    SECRET,
    SENT_ONE,
    TOKEN,
    body,
    event,
    says,
    sign,
    text,
)

GROUP = {"type": "group", "groupId": "Ca56f94637cc4347f90a25382909b24b9", "userId": RINA}


def read(content: bytes) -> list[Event]:
    """Without the questions who somebody is, which come with every word."""
    return [one for one in ADAPTER.parse(sign(content), ACCOUNT) if not isinstance(one, LookAgain)]


def one(raw: dict[str, Any]) -> MessageReceived:
    [found] = read(body(raw))
    assert isinstance(found, MessageReceived)
    return found


def holding(**content: Any) -> dict[str, Any]:
    return event(message={"id": "325708", **content})


def send(out: Outbound, answer: Callable[[httpx.Request], httpx.Response]) -> Any:
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        return ADAPTER.send(out, ACCOUNT, http)


# ── signature ────────────────────────────────────────────────────────────────────────────────────────


def test_the_signature_of_the_sdk_is_ours(shared: Path) -> None:
    path = shared / "data" / "channels" / "line" / "signature-vector.json"
    vector = json.loads(path.read_text(encoding="utf-8"))
    account = replace(ACCOUNT, settings={"channel_secret": vector["channel_secret"]})
    request = replace(sign(vector["body"].encode()), headers={"x-line-signature": vector["signature"]})
    assert isinstance(ADAPTER.verify(request, account), Verified)
    assert isinstance(ADAPTER.verify(replace(request, body=b"other"), account), Rejected)


def test_line_itself_takes_what_our_tests_sign() -> None:
    content = body(text("Halo kak 🙏"))
    assert SignatureValidator(SECRET).validate(content.decode(), sign(content).headers["x-line-signature"])


def test_without_a_secret_nothing_is_verified() -> None:
    empty = replace(ACCOUNT, settings={"channel_secret": ""})
    assert isinstance(ADAPTER.verify(sign(CASES.message), empty), Rejected)  # type: ignore[arg-type]


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_message_is_rinas_and_its_thread_keeps_its_letters() -> None:
    found = one(text("Kak, sage L masih ada?"))
    assert found.person is not None
    assert found.person.record == ("line", RINA)
    assert found.conversation.key == RINA
    assert found.provider_id == "325708"
    assert found.at == datetime.fromtimestamp(1795289176, UTC)


def test_a_redelivered_event_is_the_same_message() -> None:
    """line-bot-sdk-python#380: the same message comes again, flagged, and out of order."""
    first = one(text("Halo"))
    again = one(text("Halo", deliveryContext={"isRedelivery": True}, webhookEventId="another"))
    assert first.dedupe_key == again.dedupe_key


def test_the_verify_button_sends_nothing_and_that_is_well() -> None:
    assert read(body()) == []


@pytest.mark.parametrize("token", ["0" * 32, "f" * 32])
def test_the_old_verify_buttons_invented_user_is_nobody(token: str) -> None:
    """line-bot-sdk-python#188: its reply token cannot be answered."""
    trial = text("Hello, world", replyToken=token, source={"type": "user", "userId": "Udeadbeef" * 3})
    assert read(body(trial)) == []


def test_on_standby_another_program_answers() -> None:
    assert one(text("Halo", mode="standby")).source == "history"


@pytest.mark.parametrize(
    ("content", "kind", "ref"),
    [
        ({"type": "image", "contentProvider": {"type": "line"}}, "image", {"message_id": "325708"}),
        (
            {"type": "video", "duration": 1, "contentProvider": {"type": "line"}},
            "video",
            {"message_id": "325708"},
        ),
        (
            {"type": "audio", "duration": 1, "contentProvider": {"type": "line"}},
            "audio",
            {"message_id": "325708"},
        ),
        ({"type": "file", "fileName": "bukti.pdf", "fileSize": 2138}, "document", {"message_id": "325708"}),
        ({"type": "sticker", "stickerId": "52002734", "keywords": ["Thank you"]}, "sticker", {"sticker_id": "52002734"}),
        ({"type": "location", "title": "Rumah", "latitude": -6.2, "longitude": 106.8}, "location", {}),
    ],
)  # fmt: skip
def test_each_kind_of_message(content: dict[str, Any], kind: str, ref: dict[str, str]) -> None:
    [media] = one(holding(**content)).media
    assert media.kind == kind
    assert media.ref == ref


def test_a_file_that_line_does_not_hold_is_a_link_and_never_fetched() -> None:
    provider = {"type": "external", "originalContentUrl": "https://example.com/a.jpg"}
    found = one(holding(type="image", contentProvider=provider))
    assert found.text == "https://example.com/a.jpg"
    assert found.media[0].ref == {}


def test_a_kind_of_message_that_is_new_still_shows_that_somebody_wrote() -> None:
    shown, note = read(body(holding(type="hologram")))
    assert isinstance(shown, MessageReceived)
    assert note == Unsupported("message_kind", "hologram")


def test_in_a_group_only_who_agreed_is_named() -> None:
    named = one(text("Mau 3", source=GROUP))
    assert named.conversation.is_group
    assert named.person is not None
    assert named.person.record == ("line", RINA)
    unnamed = one(text("Mau 3", source={"type": "room", "roomId": "Ra8dbf"}))
    assert unnamed.person is not None
    assert unnamed.person.keys == ()


def test_a_reply_names_what_it_answers() -> None:
    assert one(holding(type="text", text="yang ini", quotedMessageId="325700")).reply_to == "325700"


def test_what_a_person_takes_back_goes() -> None:
    [gone] = read(body(event("unsend", unsend={"messageId": "325708"})))
    assert isinstance(gone, MessageDeleted)
    assert gone.provider_id == one(text("Halo")).provider_id


def test_following_serves_and_leaving_stops_everything() -> None:
    stated = [e for e in read(body(event("follow"), event("unfollow"))) if isinstance(e, ConsentStated)]
    assert [(e.purpose, e.given) for e in stated] == [
        ("service", True),
        ("service", False),
        ("promotion", False),
    ]


def test_a_picked_date_is_said_with_its_button() -> None:
    pressed = {"data": "jadwal=ambil", "params": {"date": "2026-11-25"}}
    assert one(event("postback", postback=pressed)).text == "jadwal=ambil 2026-11-25"


def test_a_suspended_account_is_told() -> None:
    states = read(body(event("botSuspended"), event("botResumed")))
    assert [e.why for e in states if isinstance(e, ChannelStateChanged)] == ["suspended", ""]


def test_the_sdks_own_events_are_all_read(shared: Path) -> None:
    """Each of the 28 is understood or named; the words are those that LINE's own parser finds."""
    path = shared / "data" / "channels" / "line" / "webhook-events.json"
    raw = path.read_bytes()
    found = read(raw)
    judged = WebhookParser(SECRET).parse(raw.decode(), sign(raw).headers["x-line-signature"])
    assert len(judged) == len(json.loads(raw)["events"])
    theirs = [
        (e.message.id, e.message.text)
        for e in judged
        if isinstance(e, MessageEvent) and isinstance(e.message, TextMessageContent)
    ]
    ours = [
        (e.provider_id, e.text)
        for e in found
        if isinstance(e, MessageReceived) and e.text.startswith("Hello")
    ]
    assert ours == theirs
    assert sum(isinstance(e, MessageReceived) for e in found) == sum(
        type(e).__name__ in ("MessageEvent", "PostbackEvent") for e in judged
    )
    assert {e.detail for e in found if isinstance(e, Unsupported)} == {
        "join", "leave", "beacon", "accountLink", "memberJoined", "memberLeft", "videoPlayComplete", "undefined",
    }  # fmt: skip
    assert sum(isinstance(e, MessageEdited) for e in found) == 1


# ── sending ──────────────────────────────────────────────────────────────────────────────────────────

OUT = Outbound(client_ref=CLIENT_REF, recipient=RINA, text="Ready kak")


class Line:
    """Takes a push as LINE does: its own model reads the body, a retry key is taken once."""

    def __init__(self) -> None:
        self.taken: dict[str, dict[str, Any]] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url == "https://api.line.me/v2/bot/message/push"
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        pushed = PushMessageRequest.from_dict(json.loads(request.content))
        assert pushed is not None
        assert pushed.to_dict() == {**json.loads(request.content), "notificationDisabled": False}
        key = request.headers["x-line-retry-key"]
        if key in self.taken:
            return httpx.Response(409, json={"message": "The retry key is already accepted", **SENT_ONE})
        self.taken[key] = json.loads(request.content)
        return httpx.Response(200, json=SENT_ONE)


def test_an_answer_goes_by_push_and_never_by_reply_token() -> None:
    """cofacts/rumors-line-bot#154, line-bot-sdk-ruby#199: a reply token is dead long before a person has answered."""
    line = Line()
    assert send(OUT, line) == Sent("461230966842064897")
    assert line.taken[CLIENT_REF] == {"to": RINA, "messages": [{"type": "text", "text": "Ready kak"}]}


def test_the_same_message_again_is_sent_once() -> None:
    line = Line()
    assert send(OUT, line) == send(OUT, line)
    assert len(line.taken) == 1


def test_the_thread_is_the_address_because_line_minds_the_letters() -> None:
    line = Line()
    send(replace(OUT, recipient=RINA.casefold(), conversation_key=RINA), line)
    assert line.taken[CLIENT_REF]["to"] == RINA


def test_quoting_needs_the_quote_token() -> None:
    line = Line()
    send(replace(OUT, reply_to="yHAz4Ua2wx7"), line)
    assert line.taken[CLIENT_REF]["messages"][0]["quoteToken"] == "yHAz4Ua2wx7"
    other = Line()
    send(replace(OUT, reply_to="325708"), other)
    assert "quoteToken" not in other.taken[CLIENT_REF]["messages"][0]


def test_buttons_are_quick_replies() -> None:
    line = Line()
    send(replace(OUT, buttons=(("ya", "Ya, kirim sekarang juga kak"),)), line)
    [button] = line.taken[CLIENT_REF]["messages"][0]["quickReply"]["items"]
    assert button["action"] == {
        "type": "message",
        "label": "Ya, kirim sekarang j",
        "text": "Ya, kirim sekarang juga kak",
    }


@pytest.mark.parametrize(
    ("out", "code"),
    [
        (replace(OUT, text="a" * 5001), Failure.TOO_LARGE),
        (replace(OUT, text=""), Failure.REFUSED_CONTENT),
        (replace(OUT, files=(OutboundFile("image", "image/jpeg", "a", 1, ""),)), Failure.REFUSED_CONTENT),
    ],
)
def test_what_line_would_refuse_is_not_sent(out: Outbound, code: Failure) -> None:
    result = send(out, lambda request: pytest.fail("it was sent"))
    assert isinstance(result, Failed)
    assert result.code == code


def test_an_id_that_is_no_uuid_still_gives_one_key() -> None:
    assert retry_key("pesan-7") == retry_key("pesan-7") != retry_key("pesan-8")


# ── the rest ─────────────────────────────────────────────────────────────────────────────────────────


def test_connecting_tells_line_our_address() -> None:
    asked: dict[str, Any] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        asked[request.url.path] = request.content
        me = {"userId": "Ubot", "displayName": "Toko Sage", "basicId": "@tokosage"}
        return httpx.Response(200, json=me if request.method == "GET" else {})

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        kept = ADAPTER.connect(
            ACCOUNT, http, hook_url="https://a.example/hooks/1/", now=datetime(2026, 11, 21, tzinfo=UTC)
        )
    assert kept["account"] == "Ubot"
    assert json.loads(asked["/v2/bot/channel/webhook/endpoint"]) == {"endpoint": "https://a.example/hooks/1/"}
    with (
        httpx.Client(transport=httpx.MockTransport(says(401, message="Authentication failed"))) as http,
        pytest.raises(TokenDeadError),
    ):
        ADAPTER.connect(ACCOUNT, http, hook_url="https://a.example/", now=datetime(2026, 11, 21, tzinfo=UTC))


def test_who_writes_is_asked_for_apart_and_told_as_the_name_of_now() -> None:
    words = body(text("Halo"), event(source=GROUP, message={"id": "9", "type": "text", "text": "hai"}))
    asked = [one.ref for one in ADAPTER.parse(sign(words), ACCOUNT) if isinstance(one, LookAgain)]
    assert asked == [f"person:{RINA}", f"person:{GROUP['groupId']}/{RINA}"]
    paths: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        return httpx.Response(200, json={"userId": RINA, "displayName": " Rina W "})

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        found = [look_up_person(ref, ACCOUNT, http) for ref in asked]
    assert paths == [f"/v2/bot/profile/{RINA}", f"/v2/bot/group/{GROUP['groupId']}/member/{RINA}"]
    [told] = ADAPTER.parse(found[0][0], ACCOUNT)
    assert isinstance(told, PersonDescribed)
    assert (told.person.record, told.person.name, told.is_current_name) == (("line", RINA), "Rina W", True)


def test_who_blocked_the_account_and_a_made_up_question_have_no_name() -> None:
    with httpx.Client(transport=httpx.MockTransport(says(404, message="Not found"))) as http:
        assert look_up_person(f"person:{RINA}", ACCOUNT, http) == ()
    with httpx.Client(transport=httpx.MockTransport(lambda request: pytest.fail("was asked"))) as http:
        assert look_up_person("person:../../info", ACCOUNT, http) == ()
        assert look_up_person("payment:", ACCOUNT, http) == ()


def test_a_stickers_picture_needs_no_token() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert "authorization" not in request.headers
        return httpx.Response(200, content=b"picture")

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        assert b"".join(ADAPTER.fetch_media({"sticker_id": "1"}, ACCOUNT, http)) == b"picture"
