"""WhatsApp beyond the contract: what went wrong for others, the phone app beside us, sending in parts, connecting."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from sapa.contacts.rules import normalise_key
from sapa.gateway.adapters._meta.signing import verify_token
from sapa.gateway.adapters.whatsapp import ADAPTER
from sapa.gateway.contract import (
    Account,
    Challenge,
    Failed,
    Failure,
    MediaGoneError,
    Outbound,
    OutboundFile,
    ProviderDownError,
    RawItem,
    RawRequest,
    Retry,
    SendResult,
    Sent,
    TokenDeadError,
    Uncertain,
    Verified,
)
from sapa.gateway.types import (
    ChannelStateChanged,
    ConsentStated,
    ConversationMoved,
    Key,
    KeyReplaced,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    Origin,
    PersonDescribed,
    Reacted,
    ReceiptGiven,
    TemplateStated,
    Unsupported,
)
from tests.gateway.adapters import meta
from tests.gateway.adapters.cases_whatsapp import (
    ACCOUNT,
    FILE_URL,
    METADATA,
    NUMBER_ID,
    RINA,
    RINA_ID,
    RINA_NUMBER,
    WABA_ID,
    change,
    echo,
    error,
    hook,
    message,
    received,
    status,
    statuses,
    text,
)

Answer = Callable[[httpx.Request], httpx.Response]


def parse(body: bytes, account: Account = ACCOUNT) -> list[Any]:
    return ADAPTER.parse(RawRequest("POST", "", {}, body), account)


def of(events: list[Any], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def with_settings(**settings: Any) -> Account:
    return Account(
        ACCOUNT.id,
        ACCOUNT.public_id,
        ACCOUNT.kind,
        ACCOUNT.name,
        ACCOUNT.account,
        ACCOUNT.timezone,
        ACCOUNT.currency,
        {**ACCOUNT.settings, **settings},
    )


def phone_of(row: MessageReceived) -> str | None:
    """The number as our contacts keep it."""
    assert row.person is not None
    written = next(key.value for key in row.person.keys if key.kind == "phone")
    found = normalise_key("phone", written)
    return found.value if found else None


# ── the signature ────────────────────────────────────────────────────────────────────────────────────


def test_a_body_with_escaped_emoji_keeps_its_signature() -> None:
    """Bug 27: the signature failed on emoji only, where the JSON had been read and written again."""
    body = received(text("Halo kak 🙏"))
    assert b"\\ud83d\\ude4f" in body
    assert isinstance(ADAPTER.verify(meta.sign(body), ACCOUNT), Verified)
    rewritten = json.dumps(json.loads(body), ensure_ascii=False).encode()
    signed = meta.sign(body)
    assert not isinstance(
        ADAPTER.verify(RawRequest("POST", signed.url, signed.headers, rewritten), ACCOUNT), Verified
    )


def test_the_signature_of_the_shared_vector_is_the_same(shared: Path) -> None:
    vector = json.loads((shared / "data/channels/signature-vectors.json").read_text(encoding="utf-8"))["meta"]
    account = with_settings(app_secret=vector["app_secret"])
    headers = {vector["header"].lower(): vector["value"]}
    request = RawRequest("POST", "", headers, vector["raw_body"].encode())
    assert isinstance(ADAPTER.verify(request, account), Verified)


def test_a_channel_without_a_secret_takes_nothing() -> None:
    assert not isinstance(ADAPTER.verify(meta.sign(b"{}", ""), with_settings(app_secret="")), Verified)


@pytest.mark.django_db(transaction=True)
def test_the_address_answers_meta_while_the_channel_is_being_connected(now: datetime) -> None:
    from sapa.accounts.operations import make_business
    from sapa.channels.operations import find_or_make_channel
    from sapa.gateway.accounts import get_account
    from sapa.gateway.committer import Committer
    from sapa.gateway.hooks import Hooks

    shop = make_business(name="Toko Sage", owner_email="tuti@tokosage.example", now=now)
    channel = find_or_make_channel(business=shop, kind="whatsapp", now=now)
    token = verify_token(get_account(channel))

    async def ask(method: str, query: str) -> tuple[int, bytes]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(row: dict[str, Any]) -> None:
            sent.append(row)

        path = f"/hooks/{channel.public_id}/"
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [],
        }
        await hooks(scope, receive, send)
        return sent[0]["status"], sent[1]["body"]

    committer = Committer()
    hooks = Hooks(committer)
    try:
        query = f"hub.mode=subscribe&hub.challenge=42&hub.verify_token={token}"
        assert asyncio.run(ask("GET", query)) == (200, b"42")
        assert asyncio.run(ask("GET", query + "x"))[0] == 403
        assert asyncio.run(ask("POST", ""))[0] == 404
    finally:
        committer.end()
        hooks.end()


# ── who writes ───────────────────────────────────────────────────────────────────────────────────────


def test_an_indonesian_number_is_not_doubled() -> None:
    """Bug 5: 62811812345 read as a national number became +6262811812345."""
    [row] = of(parse(received(text("Halo"))), MessageReceived)
    assert phone_of(row) == "+62811812345"


@pytest.mark.parametrize(
    ("old", "present", "kept"),
    [
        ("558195012345", "5581995012345", "+5581995012345"),
        ("5215512345678", "525512345678", "+525512345678"),
        ("5491123456789", "5491123456789", "+5491123456789"),
    ],
)
def test_both_written_forms_of_a_number_are_one_person(old: str, present: str, kept: str) -> None:
    """Bugs 1, 2, 3: Brazil's ninth digit and Mexico's 1 made two people, live and by the phone app's echo."""
    rows = []
    for number in (old, present):
        contact = {"profile": {"name": "Ana"}, "wa_id": number}
        row = text("Olá", **{"from": number})
        row.pop("from_user_id")
        [seen] = of(parse(received(row, contacts=[contact])), MessageReceived)
        rows.append(seen)
        sent = echo(to=number, type="text", text={"body": "Oi"})
        sent.pop("to_user_id")
        [own] = of(parse(hook(change("smb_message_echoes", message_echoes=[sent]))), MessageReceived)
        assert own.conversation.key == seen.conversation.key == number
        assert own.conversation.party.record == seen.person.record
    assert {phone_of(row) for row in rows} == {kept}
    assert len({row.person.record for row in rows}) == 1


def test_a_reply_goes_to_the_number_as_it_came() -> None:
    """Bug 4: Argentina's 549 was rewritten, and the reply to it refused."""
    assert ADAPTER.address("5491123456789", [Key("phone", "+541123456789")]) == "5491123456789"
    assert ADAPTER.address(RINA_ID, [Key("phone", "+62811812345")]) == RINA_ID
    assert ADAPTER.address("whatsapp:Rina", [Key("phone", "+62811812345")]) == "+62811812345"


def test_a_user_id_is_kept_letter_by_letter() -> None:
    """Bug 5b: a normaliser of numbers changed user ids."""
    contact = {"profile": {"name": "Budi"}, "user_id": "ID.0811AbC0099"}
    row = text("Halo", from_user_id="ID.0811AbC0099")
    row.pop("from")
    [seen] = of(parse(received(row, contacts=[contact])), MessageReceived)
    assert seen.person.record == ("whatsapp_user", "ID.0811AbC0099")
    found = normalise_key(*seen.person.record)
    assert found is not None
    assert found.value == "ID.0811AbC0099"


def test_a_username_without_a_number_is_heard_and_answered() -> None:
    """Bug 13: people with a username and no number were dropped."""
    contact = {"profile": {"username": "budi.s"}, "user_id": "ID.99887766"}
    row = text("Halo kak", from_user_id="ID.99887766")
    row.pop("from")
    [seen] = of(parse(received(row, contacts=[contact])), MessageReceived)
    assert (seen.person.name, seen.conversation.key) == ("@budi.s", "ID.99887766")
    [request] = requests_of(Outbound("r", ADAPTER.address("ID.99887766", seen.person.keys), "Ya kak?"))
    assert json.loads(request.content)["recipient"] == "ID.99887766"


def test_a_user_id_may_be_sent_to_by_the_other_field() -> None:
    [request] = requests_of(Outbound("r", RINA_ID, "Halo"), with_settings(user_id_field="to"))
    body = json.loads(request.content)
    assert body["to"] == RINA_ID
    assert "recipient" not in body


def test_a_thread_known_by_its_number_goes_on_under_the_user_id() -> None:
    moved, seen = parse(received(text("Halo")))
    assert moved == ConversationMoved(ACCOUNT.ref, RINA_NUMBER, RINA_ID, seen.at)
    assert seen.conversation.key == RINA_ID
    two = parse(received(text("Halo"), text("Kak?", 2)))
    assert len(of(two, ConversationMoved)) == 1
    assert len(of(two, MessageReceived)) == 2


def test_a_message_of_nobody_is_no_message() -> None:
    row = text("Halo")
    row.pop("from")
    row.pop("from_user_id")
    assert parse(received(row, contacts=[])) == [Unsupported("whatsapp.message_of_nobody", row["id"])]


def test_a_changed_number_brings_a_new_user_id() -> None:
    system = {
        "type": "user_changed_number",
        "wa_id": "6281300000009",
        "user_id": "ID.2222",
        "previous_user_id": "ID.1111",
    }
    events = parse(hook(change("messages", messages=[message(type="system", system=system)])))
    assert [(event.old, event.new) for event in of(events, KeyReplaced)] == [
        (Key("phone", "+62811812345"), Key("phone", "+6281300000009")),
        (Key("whatsapp_user", "ID.1111"), Key("whatsapp_user", "ID.2222")),
    ]
    moves = [(event.old_key, event.new_key) for event in of(events, ConversationMoved)]
    assert moves == [(RINA_NUMBER, "ID.2222"), ("ID.1111", "ID.2222")]


def test_a_changed_user_id_without_a_number_moves_the_thread() -> None:
    system = {"type": "user_changed_user_id", "user_id": "ID.2222", "previous_user_id": "ID.1111"}
    row = message(type="system", system=system, from_user_id="ID.2222")
    row.pop("from")
    events = parse(hook(change("messages", messages=[row])))
    assert of(events, KeyReplaced) == [
        KeyReplaced(
            ACCOUNT.ref, Key("whatsapp_user", "ID.1111"), Key("whatsapp_user", "ID.2222"), events[0].at
        )
    ]
    assert [(event.old_key, event.new_key) for event in of(events, ConversationMoved)] == [
        ("ID.1111", "ID.2222")
    ]


def test_a_message_for_another_number_or_account_is_not_ours() -> None:
    other = {"display_phone_number": "62899", "phone_number_id": "999"}
    body = hook(change("messages", metadata=other, contacts=[RINA], messages=[text("Halo")]))
    assert parse(body) == [Unsupported("whatsapp.other_number", "999")]
    told = {"field": "message_template_status_update", "value": {"event": "APPROVED"}}
    assert parse(hook(told, entry={"id": "555", "time": 1795289176})) == [
        Unsupported("whatsapp.other_account", "555")
    ]


# ── what is said ─────────────────────────────────────────────────────────────────────────────────────


def test_several_messages_and_statuses_of_one_body_all_arrive() -> None:
    body = hook(
        change(
            "messages",
            contacts=[RINA],
            messages=[text("Kak"), text("Masih ada?", 2)],
            statuses=[status("read"), status("delivered")],
        ),
        change("messages", contacts=[RINA], messages=[text("Halo?", 3)]),
    )
    events = parse(body)
    assert [event.text for event in of(events, MessageReceived)] == ["Kak", "Masih ada?", "Halo?"]
    assert [event.status for event in of(events, ReceiptGiven)] == ["read", "delivered"]
    assert len({event.dedupe_key for event in of(events, MessageReceived)}) == 3


def test_a_forms_answers_are_lines_without_its_token() -> None:
    reply = {
        "name": "flow",
        "body": "Sent",
        "response_json": '{"ukuran":"L","flow_token":"rahasia","jumlah":2}',
    }
    interactive = {"type": "nfm_reply", "nfm_reply": reply}
    [seen] = of(parse(received(message(type="interactive", interactive=interactive))), MessageReceived)
    assert seen.text == "ukuran: L\njumlah: 2"


def test_the_ad_that_was_clicked_is_the_origin() -> None:
    referral = {
        "source_url": "https://www.instagram.com/p/x",
        "source_type": "ad",
        "headline": "Gamis Sage 2026",
    }
    [seen] = of(parse(received(text("Halo", referral=referral))), MessageReceived)
    assert seen.origin == Origin("instagram", "Gamis Sage 2026")
    product = {"referred_product": {"catalog_id": "1", "product_retailer_id": "SAGE-L"}}
    [seen] = of(parse(received(text("Ini ada?", context=product))), MessageReceived)
    assert seen.origin == Origin("whatsapp", "SAGE-L")


def test_what_whatsapp_cannot_hand_over_still_shows_that_somebody_wrote() -> None:
    row = message(type="unsupported", errors=[error(131051)], unsupported={"type": "poll"})
    events = parse(received(row))
    [seen] = of(events, MessageReceived)
    assert (seen.text, seen.media[0].name, seen.media[0].ref) == ("", "poll", {})
    assert of(events, Unsupported)[0].code == "whatsapp.message.poll"


def test_a_reaction_opens_no_thread_and_can_be_taken_back() -> None:
    """Bug 11: reactions were dropped, or opened an empty conversation; taking one back was never told."""
    events = parse(received(message(type="reaction", reaction={"message_id": "wamid.A", "emoji": "😮"})))
    assert [type(event) for event in events] == [Reacted]
    events = parse(received(message(type="reaction", reaction={"message_id": "wamid.A", "emoji": ""})))
    assert [event.emoji for event in events] == [""]


def test_edits_and_unsends_are_told_of_customers_and_of_the_phone_app() -> None:
    """Bug 12: both were ignored."""
    edit = {"original_message_id": "wamid.A", "message": {"type": "text", "text": {"body": "Ukuran M"}}}
    revoke = {"original_message_id": "wamid.B"}
    own = [echo(type="edit", edit=edit), echo(type="revoke", revoke=revoke, id="wamid.ECHO02")]
    for body in (
        received(message(type="edit", edit=edit), message(2, type="revoke", revoke=revoke)),
        hook(change("smb_message_echoes", message_echoes=own)),
    ):
        edited, gone = parse(body)
        assert (type(edited), edited.provider_id, edited.text) == (MessageEdited, "wamid.A", "Ukuran M")
        assert (type(gone), gone.provider_id) == (MessageDeleted, "wamid.B")


def test_half_a_character_does_not_stop_the_message() -> None:
    [seen] = of(parse(received(text("Halo \ud83d kak\x00"))), MessageReceived)
    assert seen.text == "Halo ? kak"


def test_a_group_is_a_thread_of_many() -> None:
    [seen] = of(parse(received(text("Halo semua", group_id="Y2FwaV9ncm91cDo"))), MessageReceived)
    assert seen.conversation.is_group
    assert seen.conversation.key == "group:Y2FwaV9ncm91cDo"


# ── receipts ─────────────────────────────────────────────────────────────────────────────────────────


def test_statuses_keep_their_own_time_and_no_order_is_made_of_them() -> None:
    """Bugs 6, 8, 9: delivered without sent, late and repeated ones: each is told as it is, the core keeps the furthest."""
    rows = [status("read"), status("delivered", timestamp="1795289199"), status("read")]
    events = parse(statuses(*rows))
    assert [event.status for event in events] == ["read", "delivered", "read"]
    assert events[1].at < events[0].at


def test_a_receipt_brings_our_own_id_back() -> None:
    """Bug 7: a status came before the send call had returned, and named an id that nobody knew."""
    [receipt] = parse(
        statuses(status("sent", biz_opaque_callback_data="01900000-0000-7000-8000-000000000001"))
    )
    assert receipt.client_ref == "01900000-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        (131047, Failure.WINDOW_CLOSED),
        (131026, Failure.NO_SUCH_RECIPIENT),
        (131049, Failure.TOO_MANY),
        (131050, Failure.NO_CONSENT),
        (130429, Failure.TOO_MANY),
        (131042, Failure.PAYMENT_MISSING),
        (132015, Failure.TEMPLATE_UNFIT),
        (131051, Failure.REFUSED_CONTENT),
        (190, Failure.TOKEN_DEAD),
        (42, Failure.UNKNOWN),
    ],
)
def test_a_failed_status_says_why(code: int, failure: Failure) -> None:
    [receipt] = parse(statuses(status("failed", errors=[error(code, "In their words")])))
    assert (receipt.failure, receipt.detail) == (str(failure), f"{code} In their words")


@pytest.mark.parametrize(
    ("pricing", "cost"),
    [
        ({"billable": True, "category": "utility", "type": "regular"}, 357),
        ({"billable": True, "category": "marketing", "type": "regular"}, 587),
        ({"billable": True, "category": "marketing_lite", "type": "regular"}, 587),
        ({"billable": True, "category": "service", "type": "regular"}, None),
        ({"billable": False, "category": "service", "type": "free_customer_service"}, 0),
        ({"category": "utility", "type": "free_entry_point"}, 0),
        ({}, None),
    ],
)
def test_a_receipt_says_what_the_message_cost(pricing: dict[str, Any], cost: int | None) -> None:
    account = with_settings(prices={"utility": 357, "marketing": 587})
    [receipt] = parse(statuses(status("sent", pricing={"pricing_model": "PMP", **pricing})), account)
    assert receipt.cost == (None if not pricing else cost)
    assert receipt.detail.startswith("PMP")


# ── beside the phone app ─────────────────────────────────────────────────────────────────────────────


def test_history_is_history_in_both_directions() -> None:
    """Bug 28: a backfill reordered the inbox and set off bots."""
    events = parse(hook(_history(_old("from_shop"), _old("from_rina"))))
    rows = of(events, MessageReceived)
    assert [row.source for row in rows] == ["history", "history"]
    assert [row.person is None for row in rows] == [True, False]
    assert {row.conversation.key for row in rows} == {RINA_NUMBER}
    assert rows[0].conversation.party.record == rows[1].person.record
    assert not of(events, ConversationMoved)


def test_history_repeats_live_ids_under_the_same_key() -> None:
    live = text("Halo")
    [first] = of(parse(received(live)), MessageReceived)
    old = {"id": RINA_NUMBER, "messages": [{**live, "history_context": {"status": "READ"}}]}
    [again] = of(parse(hook(change("history", history=[{"threads": [old]}]))), MessageReceived)
    assert again.dedupe_key == first.dedupe_key


def test_a_file_of_history_comes_later_under_the_same_key() -> None:
    placeholder = {**message(), "type": "media_placeholder"}
    [told] = parse(hook(_history(placeholder)))
    file = message(type="image", image={"id": "24230790383178626", "mime_type": "image/jpeg"})
    [came] = of(parse(hook(change("history", messages=[file]))), MessageReceived)
    assert came.dedupe_key == told.dedupe_key
    assert (told.media[0].ref, came.media[0].ref["id"]) == ({}, "24230790383178626")
    assert came.source == "history"


def test_history_that_was_not_shared_says_so() -> None:
    refused = {"errors": [{"code": 2593109, "title": "History sync is turned off by the business"}]}
    [event] = parse(hook(change("history", history=[refused])))
    assert event == Unsupported("whatsapp.history.2593109", "History sync is turned off by the business")


def test_the_phones_address_book_gives_names() -> None:
    card = {"full_name": "Rina Wulandari (reseller)", "first_name": "Rina", "phone_number": RINA_NUMBER}
    rows = [
        {"type": "contact", "action": "add", "contact": card, "metadata": {"timestamp": "1795289176"}},
        {"type": "contact", "action": "remove", "contact": {"phone_number": RINA_NUMBER}, "metadata": {}},
    ]
    described, removed = parse(hook(change("smb_app_state_sync", state_sync=rows)))
    assert isinstance(described, PersonDescribed)
    assert described.person.name == "Rina Wulandari (reseller)"
    assert described.person.record == ("whatsapp", "+62811812345")
    assert removed == Unsupported("whatsapp.state_sync.remove")


def _old(who: str) -> dict[str, Any]:
    shop = METADATA["display_phone_number"]
    names = {"from": shop, "to": RINA_NUMBER} if who == "from_shop" else {"from": RINA_NUMBER}
    return {
        **names,
        "id": f"wamid.{who}",
        "timestamp": "1790000000",
        "type": "text",
        "text": {"body": "Halo"},
        "history_context": {"status": "READ"},
    }


def _history(*messages: dict[str, Any]) -> dict[str, Any]:
    threads = [{"id": RINA_NUMBER, "messages": list(messages)}]
    chunk = {"metadata": {"phase": 1, "chunk_order": 2, "progress": 70}, "threads": threads}
    return change("history", history=[chunk])


# ── consent, templates, the account ──────────────────────────────────────────────────────────────────


def test_who_wants_no_more_advertising_is_known() -> None:
    row = {"wa_id": RINA_NUMBER, "category": "marketing_messages", "value": "stop", "timestamp": 1795289176}
    [event] = parse(hook(change("user_preferences", contacts=[RINA], user_preferences=[row])))
    assert isinstance(event, ConsentStated)
    assert (event.purpose, event.given, event.how) == ("promotion", False, "provider")
    assert ("phone", "+62811812345") in {(key.kind, key.value) for key in event.person.keys}


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}, "banned"),
        ({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}, ""),
        ({"event": "PARTNER_REMOVED", "waba_info": {"waba_id": WABA_ID}}, "disconnected"),
        ({"event": "ACCOUNT_OFFBOARDED"}, "disconnected"),
        ({"event": "ACCOUNT_RECONNECTED"}, ""),
        ({"event": "ACCOUNT_DELETED"}, "account_deleted"),
    ],
)
def test_the_account_says_when_it_ends(value: dict[str, Any], why: str) -> None:
    body = hook({"field": "account_update", "value": value}, entry={"time": 1795289176})
    [event] = parse(body)
    assert isinstance(event, ChannelStateChanged)
    assert event.why == why


@pytest.mark.parametrize(
    "value",
    [
        {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "ADULT"}},
        {
            "event": "ACCOUNT_RESTRICTION",
            "restriction_info": [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING"}],
        },
        {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "SCHEDULE_FOR_DISABLE"}},
    ],
)
def test_a_warning_breaks_no_channel(value: dict[str, Any]) -> None:
    body = hook({"field": "account_update", "value": value}, entry={"time": 1795289176})
    assert [type(event) for event in parse(body)] == [Unsupported]


def test_a_template_is_paused_by_a_webhook_and_read_by_a_poll() -> None:
    value = {
        "event": "PAUSED",
        "message_template_name": "resi",
        "message_template_language": "id",
        "message_template_category": "UTILITY",
    }
    change_ = {"field": "message_template_status_update", "value": value}
    [stated] = parse(hook(change_, entry={"time": 1795289176}))
    assert (stated.name, stated.status, stated.category, stated.text) == ("resi", "paused", "utility", "")
    rows = [
        {
            "name": "resi",
            "language": "id",
            "status": "APPROVED",
            "category": "UTILITY",
            "components": [
                {"type": "HEADER", "format": "TEXT", "text": "Toko Sage"},
                {"type": "BODY", "text": "Halo {{1}}, resi kakak {{2}}."},
            ],
        }
    ]
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        when = {"date": "Sat, 21 Nov 2026 07:30:00 GMT"}
        return httpx.Response(200, json={"data": rows, "paging": {"cursors": {"after": "x"}}}, headers=when)

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        polled = ADAPTER.poll({}, ACCOUNT, http)
        again = ADAPTER.poll(polled.cursor, ACCOUNT, http)
        rows[0]["status"] = "PAUSED"
        changed = ADAPTER.poll(again.cursor, ACCOUNT, http)
    [item] = polled.items
    [stated] = ADAPTER.parse(item, ACCOUNT)
    assert isinstance(stated, TemplateStated)
    assert (stated.text, stated.blanks) == ("Halo {{1}}, resi kakak {{2}}.", ("1", "2"))
    assert (stated.status, stated.at) == ("approved", datetime(2026, 11, 21, 7, 30, tzinfo=UTC))
    assert again.items == ()
    assert changed.items[0].dedupe_key != item.dedupe_key
    assert ADAPTER.parse(changed.items[0], ACCOUNT)[0].status == "paused"  # type: ignore[union-attr]
    assert f"/{WABA_ID}/message_templates" in seen[0]


def test_a_list_without_a_time_is_no_word_on_a_template() -> None:
    item = RawItem("k", b'{"data":[{"name":"resi","status":"APPROVED"}]}', {})
    assert [type(event) for event in ADAPTER.parse(item, ACCOUNT)] == [Unsupported]


# ── sending ──────────────────────────────────────────────────────────────────────────────────────────


def requests_of(out: Outbound, account: Account = ACCOUNT) -> list[httpx.Request]:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        request.read()
        requests.append(request)
        if request.url.path.endswith("/media"):
            return httpx.Response(200, json={"id": "999"})
        return httpx.Response(200, json={"messages": [{"id": f"wamid.OUT{len(requests)}"}]})

    send(out, answer, account)
    return requests


def send(out: Outbound, answer: Answer, account: Account = ACCOUNT) -> SendResult:
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        return ADAPTER.send(out, account, http)


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[OutboundFile, ...]:
    made = []
    for number in range(3):
        path = tmp_path / f"sage{number}.jpg"
        path.write_bytes(b"\xff\xd8\xff some picture")
        made.append(OutboundFile("image", "image/jpeg", path.name, 16, str(path)))
    return tuple(made)


def test_an_album_goes_out_in_parts_with_the_words_under_the_first(
    pictures: tuple[OutboundFile, ...],
) -> None:
    requests = requests_of(Outbound("ref", RINA_NUMBER, "Pilihannya kak", files=pictures, reply_to="wamid.A"))
    bodies = [json.loads(one.content) for one in requests if one.url.path.endswith("/messages")]
    assert [body["image"].get("caption") for body in bodies] == ["Pilihannya kak", None, None]
    assert [body.get("context") for body in bodies] == [{"message_id": "wamid.A"}, None, None]
    assert [body.get("biz_opaque_callback_data") for body in bodies] == ["ref", None, None]


def test_uploads_come_before_anything_is_sent(pictures: tuple[OutboundFile, ...]) -> None:
    """A file that cannot be uploaded stops the message before anybody has seen a part of it."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path.rsplit("/", 1)[-1])
        if len(asked) == 3:
            raise httpx.ReadTimeout("slow", request=request)
        return httpx.Response(200, json={"id": "999"})

    result = send(Outbound("", RINA_NUMBER, "", files=pictures), answer)
    assert asked == ["media", "media", "media"]
    assert result == Retry(Failure.UNREACHABLE, detail="ReadTimeout")


def test_what_broke_off_after_the_first_part_is_for_a_teammate(pictures: tuple[OutboundFile, ...]) -> None:
    sent = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal sent
        if request.url.path.endswith("/media"):
            return httpx.Response(200, json={"id": "999"})
        sent += 1
        if sent == 2:
            return meta.fails(429, 130429)(request)
        return httpx.Response(200, json={"messages": [{"id": "wamid.OUT01"}]})

    result = send(Outbound("", RINA_NUMBER, "", files=pictures), answer)
    assert isinstance(result, Uncertain)
    assert result.detail.startswith("1 of 3 parts went out")


def test_a_long_text_stands_before_its_picture(pictures: tuple[OutboundFile, ...]) -> None:
    requests = requests_of(Outbound("", RINA_NUMBER, "a" * 1025, files=pictures[:1]))
    kinds = [json.loads(one.content)["type"] for one in requests if one.url.path.endswith("/messages")]
    assert kinds == ["text", "image"]


@pytest.mark.parametrize(
    ("out", "failure"),
    [
        (Outbound("", "Rina", "Halo"), Failure.NO_SUCH_RECIPIENT),
        (Outbound("", "", "Halo"), Failure.NO_SUCH_RECIPIENT),
        (Outbound("", RINA_NUMBER, ""), Failure.REFUSED_CONTENT),
        (Outbound("", RINA_NUMBER, "a" * 4097), Failure.TOO_LARGE),
        (Outbound("", RINA_NUMBER, "", buttons=(("a", "A"),)), Failure.REFUSED_CONTENT),
        (
            Outbound("", RINA_NUMBER, "Pilih", buttons=tuple((str(n), "x") for n in range(11))),
            Failure.REFUSED_CONTENT,
        ),
    ],
)
def test_what_cannot_be_sent_is_refused_before_the_network(out: Outbound, failure: Failure) -> None:
    result = send(out, meta.nobody_asked)
    assert isinstance(result, Failed)
    assert result.code is failure


def test_a_value_of_a_template_has_no_line_breaks() -> None:
    template = {"name": "resi", "language": "id", "values": ["Jl. Melati 5\nBandung\t\t40115"]}
    [request] = requests_of(Outbound("", RINA_NUMBER, template=template))
    [part] = json.loads(request.content)["template"]["components"]
    assert part["parameters"] == [{"type": "text", "text": "Jl. Melati 5 Bandung 40115"}]


def test_graph_says_how_long_to_wait() -> None:
    usage = json.dumps({"102290129340398": [{"type": "messaging", "estimated_time_to_regain_access": 7}]})

    def busy(request: httpx.Request) -> httpx.Response:
        answer = meta.fails(400, 80007)(request)
        answer.headers["X-Business-Use-Case-Usage"] = usage
        return answer

    result = send(Outbound("", RINA_NUMBER, "Halo"), busy)
    assert isinstance(result, Retry)
    assert result.after is not None
    assert result.after.total_seconds() == 420


def test_a_shop_beside_the_phone_app_sends_more_slowly() -> None:
    assert [rate.count for rate in ADAPTER.capabilities_for(ACCOUNT).rates] == [80, 1]
    assert [rate.count for rate in ADAPTER.capabilities_for(with_settings(coexistence="yes")).rates] == [
        20,
        1,
    ]


# ── files ────────────────────────────────────────────────────────────────────────────────────────────


def fetch(ref: dict[str, str], answer: Answer) -> bytes:
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        return b"".join(ADAPTER.fetch_media(ref, ACCOUNT, http))


def test_an_address_in_the_webhook_saves_a_call_and_is_asked_anew_when_it_is_gone() -> None:
    """Bug 10: the file is two calls, and its address lives five minutes."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        assert request.headers["authorization"].startswith("Bearer ")
        if request.url.host == "graph.facebook.com":
            return httpx.Response(200, json={"url": FILE_URL})
        return httpx.Response(200 if len(asked) != 2 else 404, content=b"picture")

    ref = {"id": "24230790383178626", "url": FILE_URL}
    assert fetch(ref, answer) == b"picture"
    assert asked == ["lookaside.fbsbx.com"]
    assert fetch(ref, answer) == b"picture"
    assert asked[1:] == ["lookaside.fbsbx.com", "graph.facebook.com", "lookaside.fbsbx.com"]


@pytest.mark.parametrize(
    "url", ["https://evil.example/a", "http://lookaside.fbsbx.com/a", "file:///etc/passwd"]
)
def test_our_token_goes_to_no_other_machine(url: str) -> None:
    with pytest.raises(MediaGoneError):
        fetch({"url": url}, meta.nobody_asked)
    with pytest.raises(MediaGoneError):
        fetch({"id": "1"}, meta.says(url=url))


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (meta.fails(400, 100, 33), MediaGoneError),
        (meta.fails(401, 190), TokenDeadError),
        (meta.fails(403, 200), TokenDeadError),
        (meta.fails(500, 131000), ProviderDownError),
        (meta.fails(429, 80007), ProviderDownError),
        (meta.unreachable, ProviderDownError),
    ],
)
def test_why_a_file_does_not_come(answer: Answer, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        fetch({"id": "24230790383178626"}, answer)


# ── connecting ───────────────────────────────────────────────────────────────────────────────────────


def connect(answer: Answer, account: Account, now: datetime) -> dict[str, Any]:
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        return ADAPTER.connect(account, http, hook_url=meta.HOOK, now=now)


def test_connecting_names_our_address_and_asks_for_the_phones_history(now: datetime) -> None:
    asked: list[tuple[str, str, dict[str, Any]]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else {}
        asked.append((request.method, request.url.path, body))
        if request.method == "GET":
            number = {"id": NUMBER_ID, "display_phone_number": "+62 811", "verified_name": "Toko Sage"}
            return httpx.Response(200, json={**number, "is_on_biz_app": True})
        return httpx.Response(200, json={"success": True})

    kept = connect(answer, ACCOUNT, now)
    assert (kept["account"], kept["coexistence"]) == (NUMBER_ID, "yes")
    assert kept["history_asked"] == "smb_app_state_sync history"
    override = {"override_callback_uri": meta.HOOK, "verify_token": meta.VERIFY_TOKEN}
    assert asked[1][1:] == (f"/v25.0/{WABA_ID}/subscribed_apps", override)
    assert asked[2][1:] == (f"/v25.0/{NUMBER_ID}", {"webhook_configuration": override})
    assert [body.get("sync_type") for *_, body in asked[3:]] == ["smb_app_state_sync", "history"]
    assert not any(meta.TOKEN in str(value) or meta.APP_SECRET in str(value) for value in kept.values())


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (meta.fails(401, 190), TokenDeadError),
        (meta.fails(400, 100, 33), TokenDeadError),
        (meta.fails(500, 2), ProviderDownError),
        (meta.gateway_breaks, ProviderDownError),
        (meta.unreachable, ProviderDownError),
    ],
)
def test_settings_that_do_not_work_connect_nothing(
    answer: Answer, problem: type[Exception], now: datetime
) -> None:
    with pytest.raises(problem) as raised:
        connect(answer, ACCOUNT, now)
    assert meta.TOKEN not in str(raised.value)


def test_a_base_address_of_the_settings_is_asked_instead(now: datetime) -> None:
    hosts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(str(request.url).split("/v25.0")[0])
        return httpx.Response(200, json={"id": NUMBER_ID, "messages": [{"id": "wamid.1"}]})

    account = with_settings(base_url="http://127.0.0.1:9999/meta/")
    connect(answer, account, now)
    assert send(Outbound("", RINA_NUMBER, "Halo"), answer, account) == Sent("wamid.1")
    assert set(hosts) == {"http://127.0.0.1:9999/meta"}


def test_the_challenge_needs_the_channels_own_word() -> None:
    request, challenge = meta.ask_whether_it_is_ours()
    bare = Account(1, "0190", "whatsapp", "", "", ACCOUNT.timezone, "IDR", {})
    assert ADAPTER.verify(request, ACCOUNT) == challenge
    assert not isinstance(ADAPTER.verify(request, bare), Challenge)
    assert verify_token(bare) == verify_token(bare)
    assert len(verify_token(bare)) == 32
