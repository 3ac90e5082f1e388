"""WhatsApp: bodies as the Cloud API documents them, with invented people."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from sapa.gateway.adapters.whatsapp import ADAPTER
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Failed, Failure, Outbound, Retry, Sent, Uncertain
from tests.gateway.adapters.cases import AdapterCases, Answer
from tests.gateway.adapters.meta import (
    KEYS,
    TOKEN,
    ask_whether_it_is_ours,
    breaks_off,
    closes_the_line,
    fails,
    forge,
    gateway_breaks,
    says,
    sign,
    unreachable,
)

NUMBER_ID = "106540352242922"
WABA_ID = "102290129340398"
ACCOUNT = Account(
    1,
    "0190",
    "whatsapp",
    "Toko Sage",
    NUMBER_ID,
    ZoneInfo("Asia/Jakarta"),
    "IDR",
    {**KEYS, "phone_number_id": NUMBER_ID, "waba_id": WABA_ID},
)
METADATA = {"display_phone_number": "6281100000001", "phone_number_id": NUMBER_ID}
RINA_NUMBER = "62811812345"
RINA_ID = "ID.13491208655302741918"
RINA = {"profile": {"name": "Rina Wulandari"}, "wa_id": RINA_NUMBER, "user_id": RINA_ID}


def hook(*changes: dict[str, Any], entry: dict[str, Any] | None = None) -> bytes:
    """A body with these changes in one entry."""
    first = {"id": WABA_ID, **(entry or {}), "changes": list(changes)}
    return json.dumps({"object": "whatsapp_business_account", "entry": [first]}).encode()


def change(field: str, **value: Any) -> dict[str, Any]:
    return {"field": field, "value": {"messaging_product": "whatsapp", "metadata": METADATA, **value}}


def message(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "from": RINA_NUMBER,
        "from_user_id": RINA_ID,
        "id": f"wamid.HBgLNjI4MTE4MTIzNDUVAgASGBQzQTAwMDAwMDAwMDAwMDAwMDAwMDA{number:02}AA==",
        "timestamp": "1795289176",
        **fields,
    }


def text(words: str, number: int = 1, **fields: Any) -> dict[str, Any]:
    return message(number, type="text", text={"body": words}, **fields)


def received(*messages: dict[str, Any], **value: Any) -> bytes:
    return hook(change("messages", **{"contacts": [RINA], "messages": list(messages), **value}))


def status(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": "wamid.HBgLNjI4MTE4MTIzNDUVAgARGBJPVVQwMQ==",
        "status": name,
        "timestamp": "1795289200",
        "recipient_id": RINA_NUMBER,
        "recipient_user_id": RINA_ID,
        **fields,
    }


def statuses(*rows: dict[str, Any]) -> bytes:
    return hook(change("messages", contacts=[RINA], statuses=list(rows)))


def echo(**fields: Any) -> dict[str, Any]:
    return {
        "from": METADATA["display_phone_number"],
        "to": RINA_NUMBER,
        "to_user_id": RINA_ID,
        "id": "wamid.ECHO01",
        "timestamp": "1795289300",
        **fields,
    }


def error(code: int, words: str = "") -> dict[str, Any]:
    return {"code": code, "title": words, "message": words, "error_data": {"details": words}}


def files(lookup: Answer, status: int = 200, body: bytes = b"") -> Answer:
    """The first call names an address, the second gives the bytes: both want the token."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        if request.url.host == "graph.facebook.com":
            return lookup(request)
        return httpx.Response(status, content=body)

    return answer


FILE_URL = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=24230790383178626"
NAMED = says(url=FILE_URL, mime_type="image/jpeg", file_size=7, id="24230790383178626")
HISTORY = change(
    "history",
    history=[
        {
            "metadata": {"phase": 0, "chunk_order": 1, "progress": 55},
            "threads": [
                {
                    "id": RINA_NUMBER,
                    "context": {"wa_id": RINA_NUMBER, "user_id": RINA_ID},
                    "messages": [
                        {
                            "from": METADATA["display_phone_number"],
                            "to": RINA_NUMBER,
                            "id": "wamid.LAMA01",
                            "timestamp": "1790000000",
                            "type": "text",
                            "text": {"body": "Pesanan kakak sudah kami kirim."},
                            "history_context": {"status": "READ"},
                        },
                        {
                            "from": RINA_NUMBER,
                            "id": "wamid.LAMA02",
                            "timestamp": "1790000100",
                            "type": "text",
                            "text": {"body": "Makasih kak"},
                            "history_context": {"status": "READ"},
                        },
                    ],
                }
            ],
        }
    ],
)

CASES = AdapterCases(
    adapter=ADAPTER,
    account=ACCOUNT,
    message=received(text("Kak, sage ukuran L masih ada? 🙏")),
    unknown=hook({"field": "business_capability_update", "value": {"max_daily_conversation_per_phone": 250}}),
    sign=sign,
    forge=forge,
    challenge=ask_whether_it_is_ours(),
    receipts={
        "sent": statuses(status("sent")),
        "delivered": statuses(status("delivered")),
        "read": statuses(status("read")),
        "played": statuses(status("played")),
        "failed:window": statuses(status("failed", errors=[error(131047, "Re-engagement message")])),
    },
    edit=received(
        message(
            type="edit",
            edit={
                "original_message_id": "wamid.ASLI",
                "message": {"type": "text", "text": {"body": "Ukuran M ya kak"}},
            },
        )
    ),
    delete=received(message(type="revoke", revoke={"original_message_id": "wamid.ASLI"})),
    reaction=received(message(type="reaction", reaction={"message_id": "wamid.OUT01", "emoji": "❤️"})),
    reaction_taken_back=received(message(type="reaction", reaction={"message_id": "wamid.OUT01"})),
    echo=hook(
        change("smb_message_echoes", message_echoes=[echo(type="text", text={"body": "Ada kak, siap kirim"})])
    ),
    history=hook(HISTORY),
    out=Outbound(
        client_ref="01900000-0000-7000-8000-000000000001",
        recipient="+62811812345",
        text="Ada kak, mau warna apa?",
    ),
    answers={
        "sent": (
            says(
                messaging_product="whatsapp",
                contacts=[{"input": "62811812345", "wa_id": "62811812345"}],
                messages=[{"id": "wamid.OUT01"}],
            ),
            Sent("wamid.OUT01"),
        ),
        "rate_limited": (fails(429, 130429), Retry(Failure.TOO_MANY)),
        "too_fast_for_one_person": (
            fails(400, 131056),
            Retry(Failure.TOO_MANY, timedelta(seconds=6)),
        ),
        "window_closed": (fails(400, 131047), Failed(Failure.WINDOW_CLOSED)),
        "nobody_there": (fails(400, 131026), Failed(Failure.NO_SUCH_RECIPIENT)),
        "no_promotion_wanted": (fails(400, 131050), Failed(Failure.NO_CONSENT)),
        "enough_promotion": (fails(400, 131049), Failed(Failure.TOO_MANY)),
        "payment": (fails(400, 131042), Failed(Failure.PAYMENT_MISSING)),
        "template": (fails(400, 132001), Failed(Failure.TEMPLATE_UNFIT)),
        "spam": (fails(400, 131048), Failed(Failure.QUOTA_USED_UP)),
        "token_dead": (fails(401, 190, 463), Failed(Failure.TOKEN_DEAD)),
        "number_not_registered": (fails(400, 133010), Failed(Failure.TOKEN_DEAD)),
        "down": (fails(503, 131016), Retry(Failure.PROVIDER_DOWN)),
        "graph_says_again": (fails(500, 2, is_transient=True), Retry(Failure.PROVIDER_DOWN)),
        "error_though_sent": (fails(500, 1, 1357046), Uncertain()),
        "unknown_5xx": (fails(500, 999_999), Uncertain()),
        "gateway_broke": (gateway_breaks, Uncertain()),
        "refused": (fails(400, 131009), Failed(Failure.REFUSED_CONTENT)),
        "unknown_4xx": (fails(400, 999_999), Failed(Failure.UNKNOWN)),
        "broke_off": (breaks_off, Uncertain()),
        "line_closed": (closes_the_line, Uncertain()),
        "unreachable": (unreachable, Retry(Failure.UNREACHABLE)),
        "no_id": (says(messaging_product="whatsapp", messages=[]), Uncertain()),
        "no_answer": (lambda request: httpx.Response(200, text="<html>"), Uncertain()),
    },
    media_ref={"id": "24230790383178626"},
    media_answers={
        "ok": files(NAMED, 200, b"picture"),
        "gone": files(NAMED, 404),
        "token_dead": files(fails(401, 190), 200),
        "down": files(NAMED, 503),
    },
)
