"""Messenger beyond the contract."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from sapa.gateway.adapters.messenger import ADAPTER
from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    Failed,
    Failure,
    MediaGoneError,
    Outbound,
    OutboundFile,
    ProviderDownError,
    RawRequest,
    SendResult,
    Sent,
    TokenDeadError,
)
from sapa.gateway.types import (
    ChannelStateChanged,
    ConsentStated,
    MessageReceived,
    Origin,
    PersonDescribed,
    ReceiptGiven,
    Unsupported,
)
from tests.gateway.adapters import meta
from tests.gateway.adapters.cases_messenger import ACCOUNT, FILE_URL, MID, PAGE, SARI, hook, own, row

Answer = Callable[[httpx.Request], httpx.Response]


def parse(body: bytes) -> list[Any]:
    return ADAPTER.parse(RawRequest("POST", "", {}, body), ACCOUNT)


def only(body: bytes, kind: type) -> Any:
    [event] = [event for event in parse(body) if isinstance(event, kind)]
    return event


def with_settings(**settings: Any) -> Account:
    return replace(ACCOUNT, settings={**ACCOUNT.settings, **settings})


def send(out: Outbound, answer: Answer, account: Account = ACCOUNT) -> SendResult:
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        return ADAPTER.send(out, account, http)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_is_known_by_the_pages_own_id() -> None:
    seen = only(hook(row(message={"mid": MID, "text": "Halo"})), MessageReceived)
    assert seen.person.record == ("messenger", SARI)
    assert (seen.conversation.key, seen.provider_id) == (SARI, MID)
    assert len(seen.dedupe_key) == 64


def test_our_own_message_comes_back_with_our_own_id() -> None:
    """Bug 16: an echo could not be matched, and the team's own answer stood there twice."""
    message = {"mid": MID, "text": "Siap", "is_echo": True, "app_id": 1, "metadata": "0190-ref"}
    echo = only(hook(own(message=message)), MessageReceived)
    assert (echo.client_ref, echo.source, echo.person) == ("0190-ref", "echo", None)
    assert echo.conversation.key == SARI
    typed = only(hook(own(message={"mid": MID, "text": "Dari HP", "is_echo": True})), MessageReceived)
    assert (typed.client_ref, typed.automatic) == ("", False)


def test_what_a_customer_says_of_metadata_is_not_believed() -> None:
    seen = only(hook(row(message={"mid": MID, "text": "Halo", "metadata": "0190-ref"})), MessageReceived)
    assert seen.client_ref == ""


def test_all_before_a_moment_was_delivered_and_read() -> None:
    delivered = parse(hook(row(delivery={"mids": [MID, "m_2"], "watermark": 1795289176000})))
    assert [event.provider_id for event in delivered] == [MID, "m_2", ""]
    assert (delivered[2].conversation_key, delivered[2].up_to.timestamp()) == (SARI, 1795289176)
    read = only(hook(row(read={"watermark": 1795289176000})), ReceiptGiven)
    assert (read.status, read.provider_id, read.conversation_key) == ("read", "", SARI)


def test_people_write_while_another_app_has_the_word() -> None:
    seen = only(hook(row(message={"mid": MID, "text": "Halo?"}), name="standby"), MessageReceived)
    assert (seen.text, seen.source) == ("Halo?", "live")


def test_a_button_is_what_the_person_says_by_it() -> None:
    body = {"title": "Cek stok", "payload": "STOK", "referral": {"ref": "poster-toko", "source": "SHORTLINK"}}
    seen = only(hook(row(postback=body)), MessageReceived)
    assert (seen.text, seen.origin) == ("Cek stok", Origin("facebook", "poster-toko"))
    assert only(hook(row(postback=body)), MessageReceived).dedupe_key == seen.dedupe_key
    later = only(hook({**row(postback=body), "timestamp": 1795289999999}), MessageReceived)
    assert later.dedupe_key != seen.dedupe_key


def test_an_ad_that_opened_the_thread_is_its_origin() -> None:
    ad = {"source": "ADS", "ad_id": "6045246247433", "ads_context_data": {"ad_title": "Diskon gamis"}}
    described = only(hook(row(referral=ad)), PersonDescribed)
    assert described.origin == Origin("facebook", "Diskon gamis")
    seen = only(hook(row(message={"mid": MID, "text": "Berapa?", "referral": ad})), MessageReceived)
    assert seen.origin == Origin("facebook", "Diskon gamis")


def test_files_places_and_links() -> None:
    attachments = [
        {"type": "image", "payload": {"url": FILE_URL}},
        {"type": "file", "payload": {"url": FILE_URL}},
        {"type": "location", "title": "Rumah", "payload": {"coordinates": {"lat": -6.2, "long": 106.8}}},
        {"type": "fallback", "title": "Toko Sage", "url": "https://tokosage.example"},
        {"type": "hologram", "payload": {}},
    ]
    events = parse(hook(row(message={"mid": MID, "attachments": attachments})))
    seen = events[0]
    assert [one.kind for one in seen.media] == ["image", "document", "location"]
    assert seen.media[0].ref == {"url": FILE_URL}
    assert seen.text.split("\n") == [
        "https://maps.google.com/?q=-6.200000,106.800000",
        "Toko Sage",
        "https://tokosage.example",
    ]
    assert events[1:] == [Unsupported("messenger.attachment.hologram")]


def test_a_thumb_is_a_sticker() -> None:
    attachments = [{"type": "image", "payload": {"url": FILE_URL, "sticker_id": 369239263222822}}]
    body = hook(row(message={"mid": MID, "sticker_id": 369239263222822, "attachments": attachments}))
    assert only(body, MessageReceived).media[0].kind == "sticker"


def test_an_opt_in_is_consent_and_can_be_stopped() -> None:
    optin = {"type": "notification_messages", "title": "Kabar promo", "notification_messages_token": "t"}
    agreed = only(hook(row(optin=optin)), ConsentStated)
    assert (agreed.given, agreed.purpose, agreed.text_version) == (True, "promotion", "Kabar promo")
    stopped = {**optin, "notification_messages_status": "STOP_NOTIFICATIONS"}
    assert only(hook(row(optin=stopped)), ConsentStated).given is False
    assert only(hook(row(optin={"ref": "tombol-situs"})), PersonDescribed).origin.context == "tombol-situs"


def test_a_blocked_page_says_so() -> None:
    blocked = only(hook(row(policy_enforcement={"action": "block", "reason": "x"})), ChannelStateChanged)
    freed = only(hook(row(policy_enforcement={"action": "unblock"})), ChannelStateChanged)
    assert (blocked.why, freed.why) == ("banned", "")


def test_another_page_of_the_same_app_is_not_ours() -> None:
    other = replace(ACCOUNT, account="555")
    events = ADAPTER.parse(RawRequest("POST", "", {}, hook(row(message={"mid": MID, "text": "x"}))), other)
    assert events == [Unsupported("messenger.other_account", PAGE)]


def test_a_batch_is_read_to_its_end() -> None:
    rows = [row(message={"mid": f"m_{n}", "text": str(n)}) for n in range(3)]
    broken = {"sender": {"id": SARI}, "message": {}}
    events = parse(hook(rows[0], broken, rows[1], rows[2]))
    assert [event.text for event in events if isinstance(event, MessageReceived)] == ["0", "1", "2"]


def test_the_list_of_threads_tells_names() -> None:
    threads = [
        {
            "id": f"t_{n}",
            "updated_time": f"2026-11-2{n}T07:00:00+0000",
            "participants": {"data": [{"id": SARI, "name": "Sari Dewi"}, {"id": PAGE, "name": "Toko Sage"}]},
        }
        for n in (1, 0)
    ]

    with httpx.Client(transport=httpx.MockTransport(meta.says(data=threads))) as http:
        polled = ADAPTER.poll({}, ACCOUNT, http)
        again = ADAPTER.poll(polled.cursor, ACCOUNT, http)
    assert polled.cursor == {"updated": "2026-11-21T07:00:00+0000"}
    assert again.items == ()
    [described] = ADAPTER.parse(polled.items[0], ACCOUNT)
    assert isinstance(described, PersonDescribed)
    assert (described.person.record, described.person.name) == (("messenger", SARI), "Sari Dewi")
    assert described.at is None


# ── answering ────────────────────────────────────────────────────────────────────────────────────────


def test_a_reply_bears_our_id() -> None:
    asked: list[dict[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path.endswith("/me/messages")
        assert request.headers["authorization"] == f"Bearer {meta.TOKEN}"
        asked.append(json.loads(request.content))
        return httpx.Response(200, json={"message_id": "m_OUT"})

    buttons = (("ya", "Ya"), ("tidak", "Tidak"))
    assert send(Outbound("0190-ref", SARI, "Jadi?", buttons=buttons), answer) == Sent("m_OUT")
    replies = [{"content_type": "text", "title": t, "payload": key} for key, t in buttons]
    assert asked == [
        {
            "recipient": {"id": SARI},
            "messaging_type": "RESPONSE",
            "message": {"text": "Jadi?", "quick_replies": replies, "metadata": "0190-ref"},
        }
    ]


def test_a_file_is_uploaded_and_then_sent(tmp_path: Path) -> None:
    path = tmp_path / "nota.pdf"
    path.write_bytes(b"%PDF-1.7")
    file = OutboundFile("document", "application/pdf", "nota.pdf", 8, str(path))
    asked: list[tuple[str, bytes]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        request.read()
        asked.append((request.url.path.rsplit("/", 1)[-1], request.content))
        if asked[-1][0] == "message_attachments":
            return httpx.Response(200, json={"attachment_id": "1857777774821032"})
        return httpx.Response(200, json={"message_id": f"m_{len(asked)}"})

    assert send(Outbound("ref", SARI, "Notanya kak", files=(file,)), answer) == Sent("m_2", ("m_3",))
    assert [name for name, _ in asked] == ["message_attachments", "messages", "messages"]
    assert b'{"attachment": {"type": "file", "payload": {"is_reusable": true}}}' in asked[0][1]
    assert b"%PDF-1.7" in asked[0][1]
    attachment = json.loads(asked[1][1])["message"]["attachment"]
    assert attachment == {"type": "file", "payload": {"attachment_id": "1857777774821032"}}


@pytest.mark.parametrize(
    ("setting", "automatic", "tags"),
    [("no", False, [None]), ("yes", False, [None, "HUMAN_AGENT"]), ("yes", True, [None])],
)
def test_a_person_may_answer_for_seven_days_and_a_machine_may_not(
    setting: str, automatic: bool, tags: list[str | None]
) -> None:
    asked: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content).get("tag"))
        if asked[-1] is None:
            return meta.fails(400, 10, 2018278)(request)
        return httpx.Response(200, json={"message_id": "m_OUT"})

    account = with_settings(human_agent=setting)
    result = send(Outbound("r", SARI, "Maaf baru balas kak", automatic=automatic), answer, account)
    assert asked == tags
    assert result == Sent("m_OUT") if len(tags) == 2 else getattr(result, "code", "") is Failure.WINDOW_CLOSED
    window = ADAPTER.capabilities_for(account).window
    assert window is not None
    assert window.hours == (168 if setting == "yes" else 24)


@pytest.mark.parametrize(
    ("out", "failure"),
    [
        (Outbound("", "Sari", "Halo"), Failure.NO_SUCH_RECIPIENT),
        (Outbound("", SARI, "a" * 2001), Failure.TOO_LARGE),
        (Outbound("", SARI, ""), Failure.REFUSED_CONTENT),
        (Outbound("", SARI, "", template={"name": "x"}), Failure.TEMPLATE_UNFIT),
    ],
)
def test_what_cannot_be_sent_is_refused_before_the_network(out: Outbound, failure: Failure) -> None:
    result = send(out, meta.nobody_asked)
    assert isinstance(result, Failed)
    assert result.code is failure


def test_a_file_elsewhere_is_not_fetched() -> None:
    with (
        httpx.Client(transport=httpx.MockTransport(meta.nobody_asked)) as http,
        pytest.raises(MediaGoneError),
    ):
        b"".join(ADAPTER.fetch_media({"url": "https://fbcdn.net.evil.example/a"}, ACCOUNT, http))


# ── connecting ───────────────────────────────────────────────────────────────────────────────────────


def test_connecting_names_our_address_for_the_app_and_subscribes_the_page(now: datetime) -> None:
    asked: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        request.read()
        asked.append((request.method, request.url.path))
        if request.url.path.endswith("/subscriptions"):
            assert b"object=page" in request.content
            assert b"callback_url=https%3A%2F%2Ftokosage.example" in request.content
        return httpx.Response(200, json={"id": PAGE, "name": "Toko Sage", "success": True})

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        kept = ADAPTER.connect(with_settings(app_id="777"), http, hook_url=meta.HOOK, now=now)
    assert (kept["account"], kept["page_name"], kept["verify_token"]) == (
        PAGE,
        "Toko Sage",
        meta.VERIFY_TOKEN,
    )
    assert asked == [
        ("GET", "/v25.0/me"),
        ("POST", "/v25.0/777/subscriptions"),
        ("POST", f"/v25.0/{PAGE}/subscribed_apps"),
    ]


@pytest.mark.parametrize(
    ("answer", "problem"), [(meta.fails(400, 190), TokenDeadError), (meta.breaks_off, ProviderDownError)]
)
def test_a_token_that_does_not_work_connects_nothing(
    answer: Answer, problem: type[Exception], now: datetime
) -> None:
    with httpx.Client(transport=httpx.MockTransport(answer)) as http, pytest.raises(problem):
        ADAPTER.connect(ACCOUNT, http, hook_url=meta.HOOK, now=now)
