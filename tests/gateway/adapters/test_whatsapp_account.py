"""WhatsApp: receipts, the phone app beside us, consent, templates, the state of the account."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from sapa.gateway.adapters.whatsapp import ADAPTER
from sapa.gateway.contract import (
    Failure,
    RawItem,
)
from sapa.gateway.types import (
    ChannelStateChanged,
    ConsentStated,
    ConversationMoved,
    MessageReceived,
    PersonDescribed,
    ReceiptGiven,
    TemplateStated,
    Unsupported,
)
from tests.gateway.adapters.cases_whatsapp import (
    ACCOUNT,
    METADATA,
    RINA,
    RINA_ID,
    RINA_NUMBER,
    WABA_ID,
    change,
    error,
    hook,
    message,
    received,
    status,
    statuses,
    text,
)
from tests.gateway.adapters.whatsapp_talk import of, parse, with_settings

# ── receipts ────────────────────────────────────────────────────────────────────────────────────────────


def test_statuses_keep_their_own_time_and_no_order_is_made_of_them() -> None:
    """Bugs 6, 8, 9: delivered without sent, late and repeated ones: each is told as it is, the core keeps the furthest."""
    rows = [status("read"), status("delivered", timestamp="1795289199"), status("read")]
    events = parse(statuses(*rows))
    assert [event.status for event in of(events, ReceiptGiven)] == ["read", "delivered", "read"]
    assert [(one.old_key, one.new_key) for one in of(events, ConversationMoved)] == [(RINA_NUMBER, RINA_ID)]
    receipts = of(events, ReceiptGiven)
    assert receipts[1].at < receipts[0].at


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


# ── beside the phone app ────────────────────────────────────────────────────────────────────────────────


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


# ── consent, templates, the account ─────────────────────────────────────────────────────────────────────


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
