"""Messenger: bodies as the Messenger Platform documents them, with invented people."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from sapa.gateway.adapters.messenger import ADAPTER
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Failed, Failure, Outbound, Retry, Sent, Uncertain
from tests.gateway.adapters.cases import AdapterCases
from tests.gateway.adapters.meta import (
    KEYS,
    ask_whether_it_is_ours,
    breaks_off,
    fails,
    forge,
    gateway_breaks,
    says,
    sign,
    unreachable,
)

PAGE = "1906385232743451"
SARI = "24081234567890123"
MID = "m_AG5Hz2Uq7tuwNEhXfYYKj8mJEM_QPpz5jdCK48PnKAjSdjfipqxqMvK8ma6AC8fplwlqLP_5cgXIbu7I3rBN0P"
ACCOUNT = Account(3, "0192", "messenger", "Toko Sage", PAGE, ZoneInfo("Asia/Jakarta"), "IDR", dict(KEYS))


def hook(*rows: dict[str, Any], name: str = "messaging") -> bytes:
    entry = {"id": PAGE, "time": 1795289176500, name: list(rows)}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def row(**what: Any) -> dict[str, Any]:
    return {"sender": {"id": SARI}, "recipient": {"id": PAGE}, "timestamp": 1795289176458, **what}


def own(**what: Any) -> dict[str, Any]:
    return {**row(**what), "sender": {"id": PAGE}, "recipient": {"id": SARI}}


FILE_URL = "https://scontent.xx.fbcdn.net/v/t1.15752-9/1_n.jpg?oe=67"

CASES = AdapterCases(
    adapter=ADAPTER,
    account=ACCOUNT,
    message=hook(row(message={"mid": MID, "text": "Halo, tokonya buka jam berapa?"})),
    unknown=hook(row(pass_thread_control={"new_owner_app_id": "263902037430900"})),
    sign=sign,
    forge=forge,
    challenge=ask_whether_it_is_ours(),
    receipts={
        "delivered": hook(row(delivery={"mids": [MID], "watermark": 1795289176000})),
        "delivered:watermark": hook(row(delivery={"watermark": 1795289176000})),
        "read": hook(row(read={"watermark": 1795289176000})),
    },
    edit=hook(row(message_edit={"mid": MID, "text": "Halo, tokonya buka besok?", "num_edit": 1})),
    reaction=hook(row(reaction={"mid": MID, "action": "react", "reaction": "love", "emoji": "❤"})),
    reaction_taken_back=hook(row(reaction={"mid": MID, "action": "unreact"})),
    echo=hook(
        own(
            message={
                "mid": MID,
                "text": "Buka jam 9 kak",
                "is_echo": True,
                "app_id": 1517776481860111,
                "metadata": "01900000-0000-7000-8000-000000000001",
            }
        )
    ),
    out=Outbound(
        client_ref="01900000-0000-7000-8000-000000000001", recipient=SARI, text="Buka jam 9 sampai 5 kak"
    ),
    answers={
        "sent": (says(recipient_id=SARI, message_id="m_OUT01"), Sent("m_OUT01")),
        "rate_limited": (fails(400, 613), Retry(Failure.TOO_MANY)),
        "window_closed": (fails(400, 10, 2018278), Failed(Failure.WINDOW_CLOSED)),
        "token_dead": (fails(400, 190, 460), Failed(Failure.TOKEN_DEAD)),
        "permission_gone": (fails(403, 200), Failed(Failure.TOKEN_DEAD)),
        "blocked": (fails(400, 551, 1545041), Failed(Failure.BLOCKED)),
        "nobody_there": (fails(400, 100, 2018001), Failed(Failure.NO_SUCH_RECIPIENT)),
        "too_large": (fails(400, 100, 2018109), Failed(Failure.TOO_LARGE)),
        "refused": (fails(400, 100), Failed(Failure.REFUSED_CONTENT)),
        "down": (fails(500, 2, is_transient=True), Retry(Failure.PROVIDER_DOWN)),
        "send_later": (fails(400, 1200), Retry(Failure.PROVIDER_DOWN)),
        "error_though_sent": (fails(500, 1, 1357046), Uncertain()),
        "gateway_broke": (gateway_breaks, Uncertain()),
        "broke_off": (breaks_off, Uncertain()),
        "unreachable": (unreachable, Retry(Failure.UNREACHABLE)),
        "no_id": (says(recipient_id=SARI), Uncertain()),
    },
    media_ref={"url": FILE_URL},
    media_answers={
        "ok": lambda request: httpx.Response(200, content=b"picture"),
        "gone": lambda request: httpx.Response(403, content=b"URL signature expired"),
        "token_dead": lambda request: httpx.Response(401),
        "down": lambda request: httpx.Response(503),
    },
)
