"""Telegram's habits one by one, with aiogram as judge of what we read and what we send."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiogram.methods
import httpx
import pytest
from aiogram.types import Message as JudgedMessage
from aiogram.types import Update as JudgedUpdate

from sapa.accounts.models import Business
from sapa.conversations.models import Conversation, Message
from sapa.gateway.adapters.telegram import ADAPTER
from sapa.gateway.adapters.telegram.sending import judge
from sapa.gateway.adapters.telegram.updates import UPDATES
from sapa.gateway.contract import (
    Failed,
    Failure,
    Outbound,
    OutboundFile,
    ProviderDownError,
    RawItem,
    Sent,
    TokenDeadError,
    Uncertain,
)
from sapa.gateway.digest import digest_events
from sapa.gateway.types import (
    ChannelStateChanged,
    ConsentStated,
    ConversationMoved,
    Event,
    Key,
    MessageDeleted,
    MessageReceived,
    Origin,
    Reacted,
    Unsupported,
)
from sapa.lib import json as own_json
from tests.gateway.adapters.cases_telegram import (
    ACCOUNT,
    BOT,
    CASES,
    PRIVATE,
    RINA,
    SENT_MESSAGE,
    TOKEN,
    files,
    message,
    says,
    sign,
    update,
)

GROUP = {"id": -4001, "type": "group", "title": "Reseller Toko Sage"}
SUPERGROUP = {"id": -1001234567890, "type": "supergroup", "title": "Reseller Toko Sage"}
BUSINESS = {"business_connection_id": "bc1"}


def read(body: bytes) -> list[Event]:
    return ADAPTER.parse(sign(body), ACCOUNT)


def one(body: bytes) -> MessageReceived:
    [event] = read(body)
    assert isinstance(event, MessageReceived)
    return event


def said(**fields: Any) -> MessageReceived:
    return one(update(message=message(**fields)))


def send(out: Outbound, answer: Callable[[httpx.Request], httpx.Response]) -> Any:
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        return ADAPTER.send(out, ACCOUNT, http)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_private_message_is_rinas() -> None:
    event = said(text="Kak, sage L masih ada?")
    assert event.person is not None
    assert event.person.record == ("telegram", "7527593")
    assert event.person.name == "Rina Wulandari"
    assert event.conversation.key == "7527593"
    assert event.conversation.party == event.person
    assert event.provider_id == "7527593:134"
    assert event.at == datetime.fromtimestamp(1795289176, UTC)


def test_the_same_number_in_another_chat_is_another_message() -> None:
    here, there = said(text="Halo"), said(text="Halo", chat=GROUP)
    assert here.provider_id != there.provider_id
    assert here.dedupe_key != there.dedupe_key


PHOTO = [
    {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 67, "file_size": 1200},
    {"file_id": "large", "file_unique_id": "l", "width": 1280, "height": 960, "file_size": 140000},
    {"file_id": "middle", "file_unique_id": "m", "width": 320, "height": 240, "file_size": 20000},
]
FILE = {"file_id": "f1", "file_unique_id": "u1"}


@pytest.mark.parametrize(
    ("fields", "kind", "mime", "name"),
    [
        ({"photo": PHOTO}, "image", "image/jpeg", ""),
        ({"voice": {**FILE, "duration": 3}}, "audio", "audio/ogg", ""),
        (
            {"video": {**FILE, "duration": 3, "width": 1, "height": 2, "mime_type": "video/mp4"}},
            "video",
            "video/mp4",
            "",
        ),
        ({"video_note": {**FILE, "duration": 3, "length": 240}}, "video", "video/mp4", ""),
        (
            {"audio": {**FILE, "duration": 3, "file_name": "lagu.mp3", "mime_type": "audio/mpeg"}},
            "audio",
            "audio/mpeg",
            "lagu.mp3",
        ),
        (
            {"document": {**FILE, "file_name": "bukti.pdf", "mime_type": "application/pdf"}},
            "document",
            "application/pdf",
            "bukti.pdf",
        ),
        (
            {
                "sticker": {
                    **FILE,
                    "type": "regular",
                    "width": 512,
                    "height": 512,
                    "is_animated": False,
                    "is_video": False,
                    "emoji": "👍",
                }
            },
            "sticker",
            "image/webp",
            "👍",
        ),
        (
            {
                "animation": {**FILE, "duration": 1, "width": 1, "height": 1, "mime_type": "video/mp4"},
                "document": FILE,
            },
            "gif",
            "video/mp4",
            "",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "/" not in value else None,
)
def test_files_are_named_with_what_fetches_them(
    fields: dict[str, Any], kind: str, mime: str, name: str
) -> None:
    [media] = said(caption="ini kak", **fields).media
    assert (media.kind, media.mime, media.name) == (kind, mime, name)
    assert media.ref["file_id"] == ("large" if "photo" in fields else "f1")
    assert TOKEN not in repr(media)


def test_a_place_and_a_venue_are_shown() -> None:
    place = {"latitude": -6.2, "longitude": 106.8}
    assert [m.kind for m in said(location=place).media] == ["location"]
    venue = said(
        location=place, venue={"location": place, "title": "Toko Sage", "address": "Jl. Melati 5, Bandung"}
    )
    assert venue.text == "Toko Sage\nJl. Melati 5, Bandung"


def test_a_number_is_a_key_only_of_who_shares_their_own() -> None:
    own = said(contact={"phone_number": "6281234567890", "first_name": "Rina", "user_id": 7527593})
    assert own.person is not None
    assert Key("phone", "+6281234567890") in own.person.keys
    friend = said(contact={"phone_number": "6281234567890", "first_name": "Budi", "user_id": 55})
    assert friend.person is not None
    assert [key.kind for key in friend.person.keys] == ["telegram"]
    assert friend.text == "Budi\n+6281234567890"


def test_three_pictures_of_an_album_are_one_conversation() -> None:
    shots = [said(message_id=n, media_group_id="a1", photo=PHOTO) for n in (1, 2, 3)]
    assert {shot.conversation.key for shot in shots} == {"7527593"}
    assert [shot.rank for shot in shots] == [1, 2, 3]
    assert len({shot.dedupe_key for shot in shots}) == 3


def test_a_reply_names_what_it_answers() -> None:
    assert (
        said(text="yang ini", reply_to_message=message(120, text="Sage L Rp89.000")).reply_to == "7527593:120"
    )


def test_a_link_with_a_word_says_where_the_talk_began() -> None:
    assert said(text="/start bio_ig").origin == Origin("telegram", "bio_ig")
    assert said(text="/start").origin is None


def test_a_poll_and_a_die_can_be_read() -> None:
    poll = {"question": "Warna apa?", "options": [{"text": "Sage"}, {"text": "Terracotta"}]}
    assert said(poll=poll).text == "Warna apa?\n- Sage\n- Terracotta"
    assert said(dice={"emoji": "🎲", "value": 4}).text == "🎲 4"


def test_what_is_not_known_yet_still_shows_that_somebody_wrote() -> None:
    shown, note = read(update(message=message(hologram={"id": 1})))
    assert isinstance(shown, MessageReceived)
    assert note == Unsupported("message_kind", "hologram")


def test_service_messages_open_nothing() -> None:
    for fields in ({"new_chat_members": [RINA]}, {"pinned_message": message()}, {"group_chat_created": True}):
        assert [type(event) for event in read(update(message=message(chat=GROUP, **fields)))] == [Unsupported]


def test_in_a_group_each_author_writes_for_themselves() -> None:
    event = said(chat=GROUP, text="Mau 3 ya")
    assert event.conversation.is_group
    assert event.conversation.party is None
    assert event.conversation.title == "Reseller Toko Sage"
    assert event.person is not None
    assert event.person.record == ("telegram", "7527593")


def test_an_anonymous_administrator_is_the_shop() -> None:
    bot = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    event = said(chat=SUPERGROUP, sender_chat=SUPERGROUP, text="Promo besok", **{"from": bot})
    assert event.person is None
    assert event.source == "echo"


def test_a_group_that_becomes_a_supergroup_stays_one_conversation() -> None:
    """TwiN/gatus#179, atipugin/telegram-bot-ruby#239, pyTelegramBotAPI#1682."""
    old = read(update(message=message(chat=GROUP, migrate_to_chat_id=-1001234567890)))
    new = read(update(message=message(chat=SUPERGROUP, migrate_from_chat_id=-4001)))
    for [event] in (old, new):
        assert isinstance(event, ConversationMoved)
        assert (event.old_key, event.new_key) == ("-4001", "-1001234567890")


def test_a_pressed_button_says_its_words() -> None:
    markup = {"inline_keyboard": [[{"text": "Ya, kirim", "callback_data": "kirim"}]]}
    query = {
        "id": "77",
        "from": RINA,
        "chat_instance": "1",
        "data": "kirim",
        "message": {**SENT_MESSAGE, "reply_markup": markup},
    }
    event = one(update(callback_query=query))
    assert event.text == "Ya, kirim"
    assert event.reply_to == "7527593:141"
    assert event.person is not None


def test_a_premium_reaction_is_a_star_and_the_shops_own_is_nobodys() -> None:
    changed = {
        "chat": PRIVATE,
        "message_id": 1,
        "user": RINA,
        "date": 1795289300,
        "old_reaction": [],
        "new_reaction": [{"type": "custom_emoji", "custom_emoji_id": "5"}],
    }
    [reacted] = read(update(message_reaction=changed))
    assert isinstance(reacted, Reacted)
    assert reacted.emoji == "⭐"
    [own] = read(update(message_reaction={**changed, "user": BOT}))
    assert isinstance(own, Reacted)
    assert own.person is None


def member(status: str, chat: dict[str, Any] = PRIVATE) -> bytes:
    old = {"user": BOT, "status": "member"}
    new = (
        {"user": BOT, "status": status, "until_date": 0}
        if status == "kicked"
        else {"user": BOT, "status": status}
    )
    return update(
        my_chat_member={
            "chat": chat,
            "from": RINA,
            "date": 1795289500,
            "old_chat_member": old,
            "new_chat_member": new,
        }
    )


def test_who_blocks_the_bot_wants_nothing_more() -> None:
    stopped = read(member("kicked"))
    assert {(e.purpose, e.given) for e in stopped if isinstance(e, ConsentStated)} == {
        ("service", False),
        ("promotion", False),
    }
    back = read(member("member"))
    assert [(e.purpose, e.given) for e in back if isinstance(e, ConsentStated)] == [("service", True)]
    assert isinstance(read(member("left", GROUP))[0], Unsupported)


def test_a_connected_business_account_is_a_thread_of_its_own() -> None:
    theirs = one(update(business_message=message(text="Halo toko", **BUSINESS)))
    assert theirs.conversation.key == "bc1/7527593"
    assert theirs.person is not None
    assert theirs.provider_id == "bc1/7527593:134"
    owner = {"id": 990, "is_bot": False, "first_name": "Bu Tuti"}
    ours = one(update(business_message=message(text="Halo kak", **BUSINESS, **{"from": owner})))
    assert ours.person is None
    assert ours.conversation.party is not None
    assert ours.conversation.party.record == ("telegram", "7527593")


def test_deleted_business_messages_go_one_by_one() -> None:
    at = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
    body = update(deleted_business_messages={**BUSINESS, "chat": PRIVATE, "message_ids": [1, 2]})
    verdict = ADAPTER.verify(replace(sign(body), received_at=at), ACCOUNT)
    events = ADAPTER.parse(replace(sign(body), headers=verdict.head), ACCOUNT)  # type: ignore[union-attr]
    assert events == [MessageDeleted(ACCOUNT.ref, f"bc1/7527593:{n}", at) for n in (1, 2)]


def test_a_business_account_that_lets_go_is_told() -> None:
    connection = {
        "id": "bc1",
        "user": RINA,
        "user_chat_id": 990,
        "date": 1795289500,
        "can_reply": True,
        "is_enabled": False,
    }
    [gone] = read(update(business_connection=connection))
    assert isinstance(gone, ChannelStateChanged)
    assert gone.why == "business_disconnected"
    [back] = read(update(business_connection={**connection, "is_enabled": True}))
    assert isinstance(back, ChannelStateChanged)
    assert back.why == ""


def test_objects_found_in_the_wild_are_read(shared: Path) -> None:
    path = shared / "data" / "channels" / "telegram" / "tgbot-objects.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    for number, body in enumerate([*found["message"], *found["text"]]):
        events = read(update(message=body))
        judged = JudgedMessage.model_validate(body) if "from" in body or "sender_chat" in body else None
        for event in events:
            if isinstance(event, MessageReceived) and judged:
                assert event.text == (judged.text or judged.caption or ""), number
                assert event.provider_id == f"{judged.chat.id}:{judged.message_id}"
                assert event.at == judged.date


# ── the judge ────────────────────────────────────────────────────────────────────────────────────────

JUDGED_BODIES = [CASES.message, CASES.edit, CASES.delete, CASES.reaction, CASES.echo, member("kicked")]


@pytest.mark.parametrize("body", JUDGED_BODIES, ids=range(len(JUDGED_BODIES)))
def test_aiogram_reads_the_same(body: bytes) -> None:
    judged = JudgedUpdate.model_validate_json(body)
    [event, *_] = read(body)
    theirs = (
        judged.message
        or judged.edited_message
        or judged.business_message
        or judged.message_reaction
        or judged.deleted_business_messages
        or judged.my_chat_member
    )
    assert theirs is not None
    assert judged.event_type in UPDATES
    number = getattr(theirs, "message_id", None) or getattr(theirs, "message_ids", [None])[0]
    provider_id = getattr(event, "provider_id", "")
    assert not provider_id or provider_id.endswith(f"{theirs.chat.id}:{number}")
    if text := getattr(theirs, "text", None):
        assert getattr(event, "text", None) == text


class Judge:
    """Answers like the Bot API, and lets aiogram say whether each call is one."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any], list[str]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rpartition("/")[2]
        fields, attached = _fields_of(request)
        method = getattr(aiogram.methods, name[0].upper() + name[1:])
        assert set(fields) | set(attached) - {a for a in attached if a.startswith("file")} <= set(
            method.model_fields
        )
        judged = {**fields, **{a: "attach://x" for a in attached if not a.startswith("file")}}
        method.model_validate(judged)
        self.calls.append((name, fields, attached))
        number = 140 + len(self.calls)
        chat = {"id": int(fields["chat_id"]), "type": "private"}
        result: Any = {"message_id": number, "from": BOT, "chat": chat, "date": 1795289400}
        if connection := fields.get("business_connection_id"):
            result["business_connection_id"] = connection
        if name == "sendMediaGroup":
            result = [{**result, "message_id": number + i} for i in range(len(attached))]
        return httpx.Response(200, json={"ok": True, "result": result})


def _fields_of(request: httpx.Request) -> tuple[dict[str, Any], list[str]]:
    """The fields of a call and the names of its attached files."""
    if request.headers["content-type"] == "application/json":
        return json.loads(request.content), []
    boundary = request.headers["content-type"].rpartition("boundary=")[2].encode()
    fields, attached = {}, []
    for part in request.read().split(b"--" + boundary)[1:-1]:
        head, _, value = part.strip(b"\r\n").partition(b"\r\n\r\n")
        name = head.split(b'name="')[1].split(b'"')[0].decode()
        if b"filename" in head:
            attached.append(name)
        else:
            text = value.decode()
            fields[name] = json.loads(text) if text[:1] in "[{" else text
    return fields, attached


def file(tmp_path: Path, name: str, kind: str, mime: str, size: int | None = None) -> OutboundFile:
    path = tmp_path / name
    path.write_bytes(b"picture")
    return OutboundFile(kind, mime, name, size or 7, str(path))


OUT = Outbound(client_ref="r1", recipient="7527593")


def test_words_and_buttons_are_what_aiogram_would_send() -> None:
    judge_ = Judge()
    out = replace(
        OUT, text="Ready kak", reply_to="7527593:134", buttons=(("kirim", "Ya, kirim"), ("batal", "Batal"))
    )
    assert send(out, judge_) == Sent("7527593:141")
    [(name, fields, _)] = judge_.calls
    assert name == "sendMessage"
    assert fields["reply_parameters"] == {"message_id": 134, "allow_sending_without_reply": True}
    assert [row[0]["text"] for row in fields["reply_markup"]["inline_keyboard"]] == ["Ya, kirim", "Batal"]


@pytest.mark.parametrize(
    ("kind", "mime", "method"),
    [
        ("image", "image/jpeg", "sendPhoto"),
        ("image", "image/heic", "sendDocument"),
        ("video", "video/mp4", "sendVideo"),
        ("audio", "audio/ogg", "sendVoice"),
        ("audio", "audio/mpeg", "sendAudio"),
        ("audio", "audio/amr", "sendDocument"),
        ("gif", "video/mp4", "sendAnimation"),
        ("document", "application/pdf", "sendDocument"),
    ],
)
def test_each_kind_of_file_has_its_method(kind: str, mime: str, method: str, tmp_path: Path) -> None:
    judge_ = Judge()
    out = replace(OUT, text="ini kak", files=(file(tmp_path, "x", kind, mime),))
    assert isinstance(send(out, judge_), Sent)
    [(name, fields, attached)] = judge_.calls
    assert (name, fields["caption"]) == (method, "ini kak")
    assert attached == [method.removeprefix("send").lower()]


def test_a_photo_too_big_for_a_photo_goes_as_a_document(tmp_path: Path) -> None:
    judge_ = Judge()
    send(replace(OUT, files=(file(tmp_path, "x.jpg", "image", "image/jpeg", 11 * 1024 * 1024),)), judge_)
    assert judge_.calls[0][0] == "sendDocument"


def test_several_pictures_are_one_album(tmp_path: Path) -> None:
    judge_ = Judge()
    shots = tuple(file(tmp_path, f"{n}.jpg", "image", "image/jpeg") for n in range(3))
    assert send(replace(OUT, text="3 warna", files=shots), judge_) == Sent(
        "7527593:141", ("7527593:142", "7527593:143")
    )
    [(name, fields, attached)] = judge_.calls
    assert name == "sendMediaGroup"
    assert attached == ["file0", "file1", "file2"]
    assert [one["type"] for one in fields["media"]] == ["photo"] * 3
    assert fields["media"][0]["caption"] == "3 warna"


def test_a_mixture_goes_as_documents(tmp_path: Path) -> None:
    judge_ = Judge()
    mixed = (
        file(tmp_path, "a.jpg", "image", "image/jpeg"),
        file(tmp_path, "b.pdf", "document", "application/pdf"),
    )
    send(replace(OUT, files=mixed), judge_)
    assert [one["type"] for one in judge_.calls[0][1]["media"]] == ["document"] * 2


def test_words_longer_than_a_caption_follow_the_picture(tmp_path: Path) -> None:
    judge_ = Judge()
    out = replace(OUT, text="a" * 1025, files=(file(tmp_path, "a.jpg", "image", "image/jpeg"),))
    assert send(out, judge_) == Sent("7527593:141", ("7527593:142",))
    assert [name for name, _, _ in judge_.calls] == ["sendPhoto", "sendMessage"]


def test_what_went_half_way_is_for_a_teammate(tmp_path: Path) -> None:
    judge_ = Judge()

    def answer(request: httpx.Request) -> httpx.Response:
        return judge_(request) if not judge_.calls else httpx.Response(403, json={"ok": False})

    out = replace(OUT, text="a" * 1025, files=(file(tmp_path, "a.jpg", "image", "image/jpeg"),))
    result = send(out, answer)
    assert isinstance(result, Uncertain)
    assert "1 of 2" in result.detail


def test_an_answer_in_a_business_chat_goes_through_its_connection() -> None:
    judge_ = Judge()
    assert send(replace(OUT, recipient="bc1/7527593", text="Halo"), judge_) == Sent("bc1/7527593:141")
    assert judge_.calls[0][1]["business_connection_id"] == "bc1"
    assert judge_.calls[0][1]["chat_id"] == "7527593"


@pytest.mark.parametrize(
    "out",
    [replace(OUT, text="a" * 4097), OUT, replace(OUT, files=(OutboundFile("image", "", "", 1, ""),) * 11)],
)
def test_what_telegram_would_refuse_is_not_sent(out: Outbound) -> None:
    result = send(out, lambda request: pytest.fail("it was sent"))
    assert isinstance(result, Failed)


def test_a_refusal_without_words_is_still_one() -> None:
    assert judge(httpx.Response(400, json={})) == Failed(Failure.REFUSED_CONTENT, "400 ")


# ── polling, connecting, secrets ─────────────────────────────────────────────────────────────────────


def test_a_laptop_fetches_its_updates_and_confirms_them_with_the_next_poll() -> None:
    asked: list[dict[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content))
        waiting = [{"update_id": 7, "message": message(text="Halo")}, {"update_id": 9, "message": message()}]
        found = [one for one in waiting if one["update_id"] >= asked[-1].get("offset", 0)]  # type: ignore[operator]
        return httpx.Response(
            200, json={"ok": True, "result": found}, headers={"date": "Sat, 21 Nov 2026 07:30:00 GMT"}
        )

    laptop = replace(ACCOUNT, settings={**ACCOUNT.settings, "mode": "poll"})
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        found = ADAPTER.poll({}, laptop, http)
        again = ADAPTER.poll(found.cursor, laptop, http)
    assert [item.dedupe_key for item in found.items] == ["update:7", "update:9"]
    assert found.items[0].head == {"received_at": "2026-11-21T07:30:00+00:00"}
    assert found.cursor == {"offset": 10}
    assert again.items == ()
    assert again.cursor == {"offset": 10}
    assert asked[1]["offset"] == 10
    assert set(asked[0]["allowed_updates"]) == set(UPDATES)


def test_a_poll_and_a_webhook_tell_the_same() -> None:
    assert CASES.message is not None
    item = RawItem("update:1002", own_json.encode(json.loads(bytes(CASES.message))))  # type: ignore[arg-type]
    assert ADAPTER.parse(item, ACCOUNT) == read(CASES.message)  # type: ignore[arg-type]


def test_a_channel_with_a_webhook_is_not_polled() -> None:
    with httpx.Client(transport=httpx.MockTransport(lambda request: pytest.fail("asked"))) as http:
        assert ADAPTER.poll({"offset": 3}, ACCOUNT, http).items == ()


def test_a_pressed_button_is_released_while_polling() -> None:
    methods: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        methods.append(request.url.path.rpartition("/")[2])
        if methods[-1] == "answerCallbackQuery":
            return httpx.Response(400, json={"ok": False, "description": "Bad Request: query is too old"})
        query = {"update_id": 1, "callback_query": {"id": "77", "from": RINA, "message": SENT_MESSAGE}}
        return httpx.Response(200, json={"ok": True, "result": [query]})

    laptop = replace(ACCOUNT, settings={**ACCOUNT.settings, "mode": "poll"})
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        assert len(ADAPTER.poll({}, laptop, http).items) == 1
    assert methods == ["getUpdates", "answerCallbackQuery"]


def connect(answer: Callable[[httpx.Request], httpx.Response], hook: str, **settings: Any) -> dict[str, Any]:
    account = replace(ACCOUNT, settings={"token": TOKEN, **settings})
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        return ADAPTER.connect(account, http, hook_url=hook, now=datetime(2026, 11, 21, tzinfo=UTC))


class Bot:
    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rpartition("/")[2]
        self.asked[name] = json.loads(request.content)
        getattr(aiogram.methods, name[0].upper() + name[1:]).model_validate(self.asked[name])
        result = {**BOT, "username": "tokosage_bot"} if name == "getMe" else True
        return httpx.Response(200, json={"ok": True, "result": result})


def test_connecting_sets_the_webhook_with_a_secret_of_its_own() -> None:
    bot = Bot()
    kept = connect(bot, "https://tokosage.example/hooks/0190/")
    assert kept["account"] == "123456"
    assert kept["mode"] == "webhook"
    assert bot.asked["setWebhook"]["secret_token"] == kept["secret_token"]
    assert len(kept["secret_token"]) >= 32
    assert "message_reaction" in bot.asked["setWebhook"]["allowed_updates"]


@pytest.mark.parametrize(
    ("hook", "mode"), [("http://192.168.1.5:8000/hooks/0190/", "webhook"), ("https://a.example/h/", "poll")]
)
def test_without_a_public_address_the_laptop_polls(hook: str, mode: str) -> None:
    bot = Bot()
    assert connect(bot, hook, mode=mode)["mode"] == "poll"
    assert "deleteWebhook" in bot.asked
    assert "setWebhook" not in bot.asked


def test_a_wrong_token_is_said_at_once() -> None:
    for status in (401, 404):
        with pytest.raises(TokenDeadError):
            connect(says(status, ok=False, error_code=status, description="Not Found"), "https://a.example/")
    with pytest.raises(ProviderDownError) as down:
        connect(
            says(429, ok=False, error_code=429, parameters={"retry_after": 3}, description="Too Many"),
            "https://a.example/",
        )
    assert down.value.after is not None


def test_the_token_stands_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="httpx")
    with httpx.Client(transport=httpx.MockTransport(files(200, b"picture"))) as http:
        b"".join(ADAPTER.fetch_media({"file_id": "f"}, ACCOUNT, http))
    assert "getFile" in caplog.text
    assert TOKEN not in caplog.text


def test_a_file_above_what_a_bot_may_fetch_is_gone() -> None:
    from sapa.gateway.contract import MediaGoneError

    answer = says(400, ok=False, error_code=400, description="Bad Request: file is too big")
    with httpx.Client(transport=httpx.MockTransport(answer)) as http, pytest.raises(MediaGoneError):
        b"".join(ADAPTER.fetch_media({"file_id": "f"}, ACCOUNT, http))


# ── a story through the digest ───────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_an_album_and_a_moved_group_are_two_conversations(toko_sage: Business, now: datetime) -> None:
    """Three pictures of one album, and a group that wrote before and after it became a supergroup, all of it told twice."""
    bodies = [
        *(update(message=message(n, media_group_id="a1", photo=PHOTO)) for n in (1, 2, 3)),
        update(message=message(5, chat=GROUP, text="Mau 3 ya")),
        update(message=message(6, chat=GROUP, migrate_to_chat_id=SUPERGROUP["id"])),
        update(message=message(1, chat=SUPERGROUP, migrate_from_chat_id=GROUP["id"])),
        update(message=message(2, chat=SUPERGROUP, text="Jadi 4")),
    ]
    for body in (*bodies, *bodies):
        digest_events(business=toko_sage, events=read(body), now=now)
    shown = Conversation.objects.filter(merged_into=None)
    assert sorted(shown.values_list("key", flat=True)) == ["-1001234567890", "7527593"]
    assert Message.objects.count() == 5
