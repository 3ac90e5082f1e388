"""Telegram: bodies as the Bot API documents them, with invented people."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from sapa.gateway.adapters.telegram import ADAPTER
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Failed, Failure, Outbound, RawRequest, Retry, Sent, Uncertain
from tests.gateway.adapters.cases import AdapterCases, Answer

TOKEN = "123456:AA-invented-token-of-toko-sage"
SECRET = "rahasia-hook-toko-sage"
ACCOUNT = Account(
    1,
    "0190",
    "telegram",
    "tokosage_bot",
    "123456",
    ZoneInfo("Asia/Jakarta"),
    "IDR",
    {"token": TOKEN, "secret_token": SECRET, "mode": "webhook"},
)
RINA = {"id": 7527593, "is_bot": False, "first_name": "Rina", "last_name": "Wulandari", "username": "rinaw"}
PRIVATE = {"id": 7527593, "type": "private", "first_name": "Rina", "last_name": "Wulandari"}
BOT = {"id": 123456, "is_bot": True, "first_name": "Toko Sage"}


def message(number: int = 134, **fields: Any) -> dict[str, Any]:
    return {"message_id": number, "from": RINA, "chat": PRIVATE, "date": 1795289176, **fields}


def update(**fields: Any) -> bytes:
    return json.dumps({"update_id": 1002, **fields}).encode()


def sign(body: bytes) -> RawRequest:
    return RawRequest(
        "POST", "https://tokosage.example/hooks/0190/", {"x-telegram-bot-api-secret-token": SECRET}, body
    )


def forge(body: bytes) -> RawRequest:
    return RawRequest(
        "POST", "https://tokosage.example/hooks/0190/", {"x-telegram-bot-api-secret-token": "tebakan"}, body
    )


def reaction(new: list[dict[str, str]]) -> bytes:
    changed = {
        "chat": PRIVATE,
        "message_id": 140,
        "user": RINA,
        "date": 1795289300,
        "old_reaction": [],
        "new_reaction": new,
    }
    return update(message_reaction=changed)


def says(status: int, **body: Any) -> Answer:
    return lambda request: httpx.Response(status, json=body)


def refuses(status: int, description: str, **parameters: Any) -> Answer:
    return says(status, ok=False, error_code=status, description=description, parameters=parameters)


def breaks_off(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("too slow", request=request)


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route", request=request)


SENT_MESSAGE = {"message_id": 141, "from": BOT, "chat": PRIVATE, "date": 1795289400, "text": "Ready kak"}


def files(status: int, body: bytes = b"", **said: Any) -> Answer:
    """getFile names a path; the file itself answers with `status`."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/getFile"):
            return httpx.Response(
                200,
                json=said or {"ok": True, "result": {"file_id": "f", "file_path": "photos/file_0.jpg"}},
            )
        assert request.url.path == f"/file/bot{TOKEN}/photos/file_0.jpg"
        return httpx.Response(status, content=body)

    return answer


CASES = AdapterCases(
    adapter=ADAPTER,
    account=ACCOUNT,
    message=update(message=message(text="Kak, sage ukuran L masih ada?")),
    unknown=update(chat_boost={"chat": PRIVATE, "boost": {}}),
    sign=sign,
    forge=forge,
    edit=update(edited_message=message(text="Kak, sage ukuran M masih ada?", edit_date=1795289200)),
    delete=update(
        deleted_business_messages={"business_connection_id": "bc1", "chat": PRIVATE, "message_ids": [134]}
    ),
    reaction=reaction([{"type": "emoji", "emoji": "❤"}]),
    reaction_taken_back=reaction([]),
    echo=update(
        business_message=message(
            150,
            business_connection_id="bc1",
            text="Ada kak, mau warna apa?",
            **{"from": {"id": 990, "is_bot": False, "first_name": "Bu Tuti"}},
        )
    ),
    out=Outbound(client_ref="01900000-0000-7000-8000-000000000001", recipient="7527593", text="Ready kak"),
    answers={
        "sent": (says(200, ok=True, result=SENT_MESSAGE), Sent("7527593:141")),
        "rate_limited": (
            refuses(429, "Too Many Requests: retry after 14", retry_after=14),
            Retry(Failure.TOO_MANY, timedelta(seconds=14)),
        ),
        "blocked": (refuses(403, "Forbidden: bot was blocked by the user"), Failed(Failure.BLOCKED)),
        "never_started": (
            refuses(403, "Forbidden: bot can't initiate conversation with a user"),
            Failed(Failure.NO_CONSENT),
        ),
        "window_closed": (
            refuses(400, "Bad Request: BUSINESS_PEER_USAGE_MISSING"),
            Failed(Failure.WINDOW_CLOSED),
        ),
        "token_dead": (refuses(401, "Unauthorized"), Failed(Failure.TOKEN_DEAD)),
        "down": (lambda request: httpx.Response(503), Retry(Failure.PROVIDER_DOWN)),
        "gateway_broke": (lambda request: httpx.Response(502), Uncertain()),
        "refused": (refuses(400, "Bad Request: can't parse entities"), Failed(Failure.REFUSED_CONTENT)),
        "no_such_chat": (refuses(400, "Bad Request: chat not found"), Failed(Failure.NO_SUCH_RECIPIENT)),
        "moved": (
            refuses(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=-1001234567890,
            ),
            Failed(Failure.NO_SUCH_RECIPIENT, new_recipient="-1001234567890"),
        ),
        "broke_off": (breaks_off, Uncertain()),
        "unreachable": (unreachable, Retry(Failure.UNREACHABLE)),
        "no_answer": (lambda request: httpx.Response(200, text="<html>"), Uncertain()),
    },
    media_ref={"file_id": "AgACAgUAAx", "unique": "AQAD"},
    media_answers={
        "ok": files(200, b"picture"),
        "gone": files(404),
        "token_dead": lambda request: httpx.Response(
            401, json={"ok": False, "error_code": 401, "description": "Unauthorized"}
        ),
        "down": files(502),
    },
)
