"""A channel as plain as can be, for tests of the core: HMAC over the raw body, and JSON that names events as they are."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from sapa.gateway import hooks, intake
from sapa.gateway.connecting import Account, Guide
from sapa.gateway.contract import (
    BaseAdapter,
    Capabilities,
    Challenge,
    RawItem,
    RawRequest,
    Rejected,
    Verified,
    Window,
)
from sapa.gateway.digest import messages
from sapa.gateway.types import (
    Behaved,
    ConversationRef,
    Event,
    Key,
    MessageDeleted,
    MessageReceived,
    Person,
    ReceiptGiven,
    Unsupported,
)

SECRET = "rahasia-uji-plain"
KIND = "whatsapp"


class Plain(BaseAdapter):
    kind = KIND
    capabilities = Capabilities(window=Window(24))
    guide = Guide("Plain", (), "", True, ())

    def verify(self, request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
        if request.method == "GET":
            if request.query.get("token") != account.settings["secret"]:
                return Rejected("Another token.", 403)
            return Challenge(request.query.get("challenge", "").encode())
        expected = signature(request.body, account.settings["secret"])
        if not hmac.compare_digest(expected.encode(), request.headers.get("x-signature", "").encode()):
            return Rejected("The signature is not ours.")
        return Verified({"by": "plain"} if b"with head" in request.body else {})

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        if raw.body == b"burst":
            raise RuntimeError("an adapter's mistake")
        if not raw.body:
            return []
        return [event for one in json.loads(raw.body)["events"] for event in _event(one, account)]


def _event(one: Mapping[str, Any], account: Account) -> Iterator[Event]:
    at = datetime.fromtimestamp(one.get("at", 0), UTC)
    if one["type"] == "message":
        person = Person(("whatsapp", one["from"]), one.get("name", ""), (Key("phone", one["from"]),))
        yield MessageReceived(
            channel=account.ref,
            conversation=ConversationRef(one["from"], one.get("name", ""), party=person),
            dedupe_key=f"plain:{one['id']}",
            person=None if one.get("echo") else person,
            text=one["text"],
            at=at,
            source="echo" if one.get("echo") else one.get("source", "live"),
            provider_id=one["id"],
            client_ref=one.get("ref", ""),
        )
    elif one["type"] == "status":
        yield ReceiptGiven(account.ref, one["status"], at, provider_id=one["id"])
    elif one["type"] == "delete":
        yield MessageDeleted(account.ref, one["id"], at)
    elif one["type"] == "poison":
        yield Behaved(account.ref, one["id"], Person(("visitor", one["id"])), at, "no.such_kind")
    else:
        yield Unsupported(one["type"])


def signature(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def body(*events: Mapping[str, Any]) -> bytes:
    return json.dumps({"events": events}).encode()


def use_plain(monkeypatch: pytest.MonkeyPatch) -> Plain:
    """The channel of kind `KIND` speaks plainly during a test."""
    adapter = Plain()

    def find(kind: str) -> Plain | None:
        return adapter if kind == KIND else None

    for module in (hooks, intake, messages):
        monkeypatch.setattr(module, "find_adapter", find)
    messages._window.cache_clear()
    return adapter
