"""Instagram: bodies as the Instagram Platform documents them, with invented people."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from sapa.gateway.adapters.instagram import ADAPTER
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

SHOP = "17841400000000001"
BUDI = "1535148674817116"
MID = "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1OTk1ODk4MTI5NTc3"
SETTINGS = {**KEYS, "login": "instagram", "username": "tokosage"}
ACCOUNT = Account(2, "0191", "instagram", "tokosage", SHOP, ZoneInfo("Asia/Jakarta"), "IDR", SETTINGS)


def hook(*rows: dict[str, Any]) -> bytes:
    return json.dumps(
        {"object": "instagram", "entry": [{"id": SHOP, "time": 1795289176500, "messaging": list(rows)}]}
    ).encode()


def row(**what: Any) -> dict[str, Any]:
    return {"sender": {"id": BUDI}, "recipient": {"id": SHOP}, "timestamp": 1795289176458, **what}


def own(**what: Any) -> dict[str, Any]:
    return {**row(**what), "sender": {"id": SHOP}, "recipient": {"id": BUDI}}


def comment(field: str = "comments", **value: Any) -> bytes:
    given = {
        "id": "17865799348089039",
        "from": {"id": BUDI, "username": "budisantoso"},
        "text": "Harganya berapa kak?",
        "media": {"id": "17918195224117851", "media_product_type": "REELS"},
        **value,
    }
    entry = {"id": SHOP, "time": 1795289176, "changes": [{"field": field, "value": given}]}
    return json.dumps({"object": "instagram", "entry": [entry]}).encode()


FILE_URL = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000000&signature=Ab"

CASES = AdapterCases(
    adapter=ADAPTER,
    account=ACCOUNT,
    message=hook(row(message={"mid": MID, "text": "Kak, yang di reel kemarin masih ada?"})),
    unknown=hook(row(message={"mid": MID, "is_unsupported": True})),
    sign=sign,
    forge=forge,
    challenge=ask_whether_it_is_ours(),
    receipts={"read": hook(row(read={"mid": MID}))},
    edit=hook(row(message_edit={"mid": MID, "text": "Kak, yang warna hijau masih ada?", "num_edit": 1})),
    delete=hook(row(message={"mid": MID, "is_deleted": True})),
    reaction=hook(row(reaction={"mid": MID, "action": "react", "reaction": "love", "emoji": "❤️"})),
    reaction_taken_back=hook(row(reaction={"mid": MID, "action": "unreact"})),
    echo=hook(own(message={"mid": MID, "text": "Masih kak", "is_echo": True})),
    out=Outbound(client_ref="01900000-0000-7000-8000-000000000001", recipient=BUDI, text="Masih ada kak 😊"),
    answers={
        "sent": (says(recipient_id=BUDI, message_id="aWdfOUT01"), Sent("aWdfOUT01")),
        "rate_limited": (fails(400, 613), Retry(Failure.TOO_MANY)),
        "window_closed": (fails(403, 10, 2534022), Failed(Failure.WINDOW_CLOSED)),
        "token_dead": (fails(400, 190, 463), Failed(Failure.TOKEN_DEAD)),
        "nobody_there": (fails(400, 100, 2534014), Failed(Failure.NO_SUCH_RECIPIENT)),
        "refused": (fails(400, 100), Failed(Failure.REFUSED_CONTENT)),
        "down": (fails(500, 2, is_transient=True), Retry(Failure.PROVIDER_DOWN)),
        "gateway_broke": (gateway_breaks, Uncertain()),
        "broke_off": (breaks_off, Uncertain()),
        "unreachable": (unreachable, Retry(Failure.UNREACHABLE)),
        "no_id": (says(recipient_id=BUDI), Uncertain()),
    },
    media_ref={"url": FILE_URL},
    media_answers={
        "ok": lambda request: httpx.Response(200, content=b"picture"),
        "gone": lambda request: httpx.Response(404),
        "token_dead": lambda request: httpx.Response(401),
        "down": lambda request: httpx.Response(503),
    },
)
