"""The shop's own site: chat bubble, forms and the snippet that says which pages were looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import httpx
from django.core.files.storage import default_storage
from django.utils.crypto import salted_hmac

from sapa.gateway.adapters.web.door import is_through_the_door, signed_moment
from sapa.gateway.adapters.web.guide import GUIDE
from sapa.gateway.adapters.web.origins import list_origins
from sapa.gateway.adapters.web.parsing import events_from_body
from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    BaseAdapter,
    Capabilities,
    Challenge,
    MediaGoneError,
    Outbound,
    RawItem,
    RawRequest,
    Rejected,
    SendResult,
    Sent,
    TokenDeadError,
    Verified,
)
from sapa.gateway.types import Event

_MB = 1024 * 1024


class WebAdapter(BaseAdapter):
    """Our own dialect: bodies come through `gateway.web`, which has judged the visitor and signs them."""

    kind = "web"
    capabilities = Capabilities(
        text_limit=4000,
        media={"image": 10 * _MB, "document": 10 * _MB},
        receipts=frozenset({"read"}),
    )
    guide = GUIDE

    def verify(self, request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
        """Only what the front has let in: the signature covers the moment of arrival and the body."""
        if not is_through_the_door(request.headers, request.body, _secret(account.settings)):
            return Rejected("The body did not come through the chat bubble, a form or the snippet.")
        return Verified({"at": signed_moment(request.headers)})

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        head: Mapping[str, Any] = raw.head if isinstance(raw, RawItem) else raw.headers
        return events_from_body(raw.body, str(head.get("at", "")), account)

    def send(self, out: Outbound, account: Account, http: httpx.Client) -> SendResult:
        """The message itself is what the visitor reads: there is nobody to hand it to."""
        return Sent(out.client_ref)

    def fetch_media(self, ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
        """A file that the visitor put up lies in the storage already."""
        name = str(ref.get("stored") or "")
        if not name or not default_storage.exists(name):
            raise MediaGoneError("The file is not in the storage any more.")
        with default_storage.open(name) as file:
            yield from file.chunks()

    def connect(
        self, account: Account, http: httpx.Client, *, hook_url: str, now: datetime
    ) -> dict[str, Any]:
        """Makes the two secrets, the same ones each time: what visitors and the site's own code hold stays good."""
        origins = list_origins(account.settings)
        if not origins:
            raise TokenDeadError("None of these addresses is a site's, such as https://tokosage.example.")
        return {
            "visitor_secret": _make_secret("visitor", account),
            "identity_secret": _make_secret("identity", account),
            "account": origins[0].partition("//")[2],
        }


def _make_secret(purpose: str, account: Account) -> str:
    made = salted_hmac(f"sapa web {purpose}", account.public_id, algorithm="sha256")
    return made.hexdigest()


def _secret(settings: Mapping[str, Any]) -> str:
    return str(settings.get("visitor_secret") or "")


ADAPTER = WebAdapter()
