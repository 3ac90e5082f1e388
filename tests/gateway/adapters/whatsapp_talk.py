"""Asking the WhatsApp adapter: what it parses, what it asks for, what it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from sapa.contacts.rules import normalise_key
from sapa.gateway.adapters.whatsapp import ADAPTER
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Outbound, RawRequest, SendResult
from sapa.gateway.types import (
    MessageReceived,
)
from tests.gateway.adapters.cases_whatsapp import (
    ACCOUNT,
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
