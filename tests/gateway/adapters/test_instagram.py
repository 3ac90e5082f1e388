"""Instagram beyond the contract."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from sapa.gateway.adapters.instagram import ADAPTER
from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    Failed,
    Failure,
    Outbound,
    OutboundFile,
    ProviderDownError,
    RawRequest,
    SendResult,
    Sent,
    TokenDeadError,
)
from sapa.gateway.types import (
    Key,
    MessageDeleted,
    MessageReceived,
    Origin,
    PersonDescribed,
    ReceiptGiven,
    Unsupported,
)
from tests.gateway.adapters import meta
from tests.gateway.adapters.cases_instagram import (
    ACCOUNT,
    BUDI,
    FILE_URL,
    MID,
    SHOP,
    comment,
    hook,
    own,
    row,
)

Answer = Callable[[httpx.Request], httpx.Response]
BY_PAGE = replace(ACCOUNT, settings={**ACCOUNT.settings, "login": "facebook", "page_id": "1906385232743451"})


def parse(body: bytes, account: Account = ACCOUNT) -> list[Any]:
    return ADAPTER.parse(RawRequest("POST", "", {}, body), account)


def only(body: bytes, kind: type) -> Any:
    [event] = [event for event in parse(body) if isinstance(event, kind)]
    return event


def send(out: Outbound, answer: Answer, account: Account = ACCOUNT) -> SendResult:
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        return ADAPTER.send(out, account, http)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_long_ids_of_instagram_become_short_keys() -> None:
    seen = only(hook(row(message={"mid": MID, "text": "Halo"})), MessageReceived)
    assert len(MID) > 64
    assert (len(seen.dedupe_key), seen.provider_id) == (64, MID)


def test_an_unsent_message_is_taken_back() -> None:
    """Bug 25: what a person unsends must go here too."""
    events = parse(hook(row(message={"mid": MID, "is_deleted": True})))
    assert [(type(event), event.provider_id) for event in events] == [(MessageDeleted, MID)]


def test_a_welcome_template_is_one_message_with_its_words() -> None:
    """Bug 14: the welcome stood there twice, or as "unsupported"."""
    elements = [{"title": "Selamat datang di Toko Sage", "subtitle": "Pilih yang dicari"}]
    attachments = [{"type": "template", "payload": {"generic": {}, "elements": elements}}]
    body = hook(own(message={"mid": MID, "is_echo": True, "attachments": attachments}))
    first, again = parse(body), parse(body)
    assert [type(event) for event in first] == [MessageReceived]
    assert first[0].text == "Selamat datang di Toko Sage\nPilih yang dicari"
    assert first[0].dedupe_key == again[0].dedupe_key


def test_echoes_come_inside_the_messages_and_are_the_shops() -> None:
    echo = only(hook(own(message={"mid": MID, "text": "Ready", "is_echo": True})), MessageReceived)
    assert (echo.person, echo.source, echo.conversation.key) == (None, "echo", BUDI)
    silent = only(hook(own(message={"mid": MID, "text": "Ready"})), MessageReceived)
    assert silent.source == "echo"


def test_a_story_is_the_origin_of_what_is_said_about_it() -> None:
    reply = {"mid": MID, "text": "Ini ready?", "reply_to": {"story": {"url": FILE_URL, "id": "1"}}}
    assert only(hook(row(message=reply)), MessageReceived).origin == Origin("instagram", "story")
    mention = {"mid": MID, "attachments": [{"type": "story_mention", "payload": {"url": FILE_URL}}]}
    seen = only(hook(row(message=mention)), MessageReceived)
    assert (seen.media[0].kind, seen.media[0].ref) == ("image", {"url": FILE_URL})
    assert seen.origin == Origin("instagram", "story mention")


def test_a_shared_reel_a_heart_and_an_answer() -> None:
    attachments = [
        {"type": "ig_reel", "payload": {"url": FILE_URL, "title": "Gamis sage"}},
        {"type": "like_heart"},
    ]
    body = {"mid": MID, "attachments": attachments, "reply_to": {"mid": "aWdfLAMA"}}
    seen = only(hook(row(message=body)), MessageReceived)
    assert (seen.media[0].kind, seen.media[0].name) == ("video", "Gamis sage")
    assert (seen.text, seen.reply_to) == ("❤️", "aWdfLAMA")


def test_what_instagram_does_not_hand_over_still_shows_that_somebody_wrote() -> None:
    events = parse(hook(row(message={"mid": MID, "is_unsupported": True})))
    assert [type(event) for event in events] == [MessageReceived, Unsupported]


def test_a_message_that_was_seen_is_named() -> None:
    read = only(hook(row(read={"mid": MID})), ReceiptGiven)
    assert (read.status, read.provider_id, read.up_to) == ("read", MID, None)


def test_an_ad_opens_a_talk() -> None:
    ad = {"ref": "promo", "source": "ADS", "type": "OPEN_THREAD", "ads_context_data": {"ad_title": "Gamis"}}
    seen = only(hook(row(message={"mid": MID, "text": "Halo", "referral": ad})), MessageReceived)
    assert seen.origin == Origin("instagram", "Gamis")
    link = {"ref": "bio", "source": "IG_ME", "type": "OPEN_THREAD"}
    assert only(hook(row(referral=link)), PersonDescribed).origin == Origin("instagram", "bio")


# ── comments ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_comment_is_a_thread_of_its_own() -> None:
    seen = only(comment(), MessageReceived)
    assert seen.conversation.key == f"comment:17918195224117851:{BUDI}"
    assert seen.conversation.title == "@budisantoso · reel"
    assert seen.person.keys == (Key("instagram", BUDI), Key("instagram", "budisantoso"))
    talk = only(hook(row(message={"mid": MID, "text": "Halo"})), MessageReceived)
    assert talk.person.record == seen.person.record
    assert talk.conversation.key != seen.conversation.key


def test_comments_of_one_person_under_one_post_belong_together() -> None:
    first, second = (
        only(comment(), MessageReceived),
        only(comment(id="178", parent_id="17865799348089039"), MessageReceived),
    )
    assert first.conversation.key == second.conversation.key
    assert (second.provider_id, second.reply_to) == ("178", "17865799348089039")
    assert first.dedupe_key != second.dedupe_key
    live = only(comment("live_comments", media={"id": "9"}), MessageReceived)
    assert live.conversation.title.endswith("live")


def test_a_comment_in_the_other_documented_shape() -> None:
    value = json.loads(comment())["entry"][0]["changes"][0]["value"]
    entry = {"id": SHOP, "time": 1795289176, "field": "comments", "value": value}
    body = json.dumps({"object": "instagram", "entry": [entry]}).encode()
    assert only(body, MessageReceived).text == "Harganya berapa kak?"


@pytest.mark.parametrize(
    "author", [{"id": SHOP, "username": "tokosage"}, {"id": "999", "username": "tokosage"}]
)
def test_the_shops_own_comment_is_nobodys_message(author: dict[str, str]) -> None:
    assert parse(comment(**{"from": author})) == [Unsupported("instagram.own_comment", "17865799348089039")]


def test_a_comment_is_answered_in_public_under_it() -> None:
    asked: list[tuple[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.path, json.loads(request.content)))
        return httpx.Response(200, json={"id": "17999"})

    thread = f"comment:17918195224117851:{BUDI}"
    out = Outbound("r", BUDI, "89 ribu kak", reply_to="17865799348089039", conversation_key=thread)
    assert send(out, answer) == Sent("17999")
    last = replace(out, reply_to="", thread_ids=("1", "17865799348089040"))
    assert send(last, answer) == Sent("17999")
    assert asked == [
        ("/v25.0/17865799348089039/replies", {"message": "89 ribu kak"}),
        ("/v25.0/17865799348089040/replies", {"message": "89 ribu kak"}),
    ]
    refused = send(replace(out, reply_to=""), meta.nobody_asked)
    assert isinstance(refused, Failed)
    assert ADAPTER.address(thread, []) == BUDI


# ── answering ────────────────────────────────────────────────────────────────────────────────────────


def test_each_login_has_its_own_address() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={"message_id": "aWdf"})

    for account in (ACCOUNT, BY_PAGE):
        assert send(Outbound("r", BUDI, "Ready kak"), answer, account) == Sent("aWdf")
    assert asked == [
        "https://graph.instagram.com/v25.0/me/messages",
        "https://graph.facebook.com/v25.0/1906385232743451/messages",
    ]


def test_a_thousand_bytes_are_counted_as_bytes() -> None:
    assert isinstance(send(Outbound("r", BUDI, "a" * 1000), meta.says(message_id="x")), Sent)
    result = send(Outbound("r", BUDI, "😊" * 251), meta.nobody_asked)
    assert isinstance(result, Failed)
    assert result.code is Failure.TOO_LARGE


def test_files_go_by_a_page_only(tmp_path: Path) -> None:
    path = tmp_path / "sage.jpg"
    path.write_bytes(b"\xff\xd8\xff")
    out = Outbound("r", BUDI, "", files=(OutboundFile("image", "image/jpeg", "sage.jpg", 3, str(path)),))
    refused = send(out, meta.nobody_asked)
    assert isinstance(refused, Failed)
    assert refused.code is Failure.REFUSED_CONTENT
    assert ADAPTER.capabilities_for(ACCOUNT).media == {}
    assert "image" in ADAPTER.capabilities_for(BY_PAGE).media

    def answer(request: httpx.Request) -> httpx.Response:
        request.read()
        if request.url.path.endswith("/1906385232743451/message_attachments"):
            assert b"instagram" in request.content
            return httpx.Response(200, json={"attachment_id": "77"})
        assert json.loads(request.content)["message"] == {
            "attachment": {"type": "image", "payload": {"attachment_id": "77"}}
        }
        return httpx.Response(200, json={"message_id": "aWdf"})

    assert send(out, answer, BY_PAGE) == Sent("aWdf")


def test_our_id_is_not_sent_where_nothing_brings_it_back() -> None:
    asked: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content))
        return httpx.Response(200, json={"message_id": "aWdf"})

    send(Outbound("0190-ref", BUDI, "Ready"), answer)
    assert asked[0]["message"] == {"text": "Ready"}


# ── the token and the address ────────────────────────────────────────────────────────────────────────


def test_connecting_by_instagram_takes_the_id_that_webhooks_name(now: datetime) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.host}{request.url.path}")
        return httpx.Response(
            200, json={"id": "555", "user_id": SHOP, "username": "tokosage", "success": True}
        )

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        kept = ADAPTER.connect(ACCOUNT, http, hook_url=meta.HOOK, now=now)
    assert (kept["account"], kept["username"]) == (SHOP, "tokosage")
    assert asked == ["GET graph.instagram.com/v25.0/me", "POST graph.instagram.com/v25.0/me/subscribed_apps"]
    before = ADAPTER.capabilities_for(ACCOUNT).refresh_before
    assert before is not None
    assert datetime.fromisoformat(kept["token_expires_at"]) - before == now + timedelta(days=1)


def test_connecting_by_a_page_finds_the_account_behind_it(now: datetime) -> None:
    linked = {"id": "1906385232743451", "instagram_business_account": {"id": SHOP, "username": "tokosage"}}
    with httpx.Client(transport=httpx.MockTransport(meta.says(**linked))) as http:
        kept = ADAPTER.connect(BY_PAGE, http, hook_url=meta.HOOK, now=now)
    assert (kept["account"], kept["page_id"]) == (SHOP, "1906385232743451")
    assert ADAPTER.capabilities_for(BY_PAGE).refresh_before is None
    with (
        httpx.Client(transport=httpx.MockTransport(meta.says(id="1906385232743451"))) as http,
        pytest.raises(TokenDeadError),
    ):
        ADAPTER.connect(BY_PAGE, http, hook_url=meta.HOOK, now=now)


def test_a_token_is_renewed_for_sixty_days(now: datetime) -> None:
    fresh = meta.says(access_token="IGAA-baru", token_type="bearer", expires_in=5184000)
    with httpx.Client(transport=httpx.MockTransport(fresh)) as http:
        kept = ADAPTER.refresh(ACCOUNT, http, now=now)
        assert ADAPTER.refresh(BY_PAGE, http, now=now) == {}
    assert kept == {"token": "IGAA-baru", "token_expires_at": (now + timedelta(days=60)).isoformat()}


def test_the_address_that_bears_the_token_is_not_logged() -> None:
    """Instagram wants the token in the address, and httpx logs every address at INFO."""
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (meta.fails(400, 190, 463), TokenDeadError),
        (meta.fails(500, 2), ProviderDownError),
        (meta.unreachable, ProviderDownError),
        (meta.says(token_type="bearer"), ProviderDownError),
    ],
)
def test_a_token_that_cannot_be_renewed(answer: Answer, problem: type[Exception], now: datetime) -> None:
    with (
        httpx.Client(transport=httpx.MockTransport(answer)) as http,
        pytest.raises(problem) as raised,
    ):
        ADAPTER.refresh(ACCOUNT, http, now=now)
    assert meta.TOKEN not in str(raised.value)


def test_handles_are_learned_from_the_list_of_threads() -> None:
    people = {"data": [{"id": BUDI, "username": "budisantoso"}, {"id": SHOP, "username": "tokosage"}]}
    threads = [{"id": "t", "updated_time": "2026-11-21T07:00:00+0000", "participants": people}]
    with httpx.Client(transport=httpx.MockTransport(meta.says(data=threads))) as http:
        [item] = ADAPTER.poll({}, ACCOUNT, http).items
    [described] = ADAPTER.parse(item, ACCOUNT)
    assert isinstance(described, PersonDescribed)
    assert described.person.name == "@budisantoso"
    assert Key("instagram", "budisantoso") in described.person.keys
