"""Reviews of a place on Google: polled, told by Pub/Sub, answered in public."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from sapa.gateway.adapters.google_reviews.api import (
    TEXT_BYTES,
    answer_review,
    ask_for_pushes,
    find_place,
    poll_reviews,
    refresh_tokens,
)
from sapa.gateway.adapters.google_reviews.guide import GUIDE
from sapa.gateway.adapters.google_reviews.notices import events_of_push, why_refused
from sapa.gateway.adapters.google_reviews.reviews import events_of_review
from sapa.gateway.adapters.google_reviews.sign_in import SIGN_IN
from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    BaseAdapter,
    Capabilities,
    Challenge,
    Outbound,
    Polled,
    Rate,
    RawItem,
    RawRequest,
    Rejected,
    SendResult,
    Verified,
)
from sapa.gateway.types import Event, Unsupported
from sapa.gateway.wire import read_object, words


class GoogleReviewsAdapter(BaseAdapter):
    """One place. Settings: `client_id`, `client_secret`, `refresh_token`, `access_token`, `location`, `push_topic`,
    `push_account`, `push_audience` and `certificates` (kept by `connect` and `refresh`), `base_url`.
    """

    kind = "google"
    guide = GUIDE
    sign_in = SIGN_IN
    capabilities = Capabilities(
        text_limit=TEXT_BYTES,
        receipts=frozenset({"failed"}),
        rates=(Rate(300, 60),),
        edits=True,
        echoes=True,
        poll_seconds=600,
        refresh_before=timedelta(minutes=10),
    )

    def verify(self, request: RawRequest, account: Account) -> Verified | Challenge | Rejected:
        why = why_refused(request, account)
        return Rejected(why) if why else Verified()

    def parse(self, raw: RawRequest | RawItem, account: Account) -> list[Event]:
        body = read_object(raw.body)
        if isinstance(raw, RawRequest) and "message" in body:
            return events_of_push(body)
        if not body:
            return [Unsupported("unreadable", "The body is no JSON object.")]
        head = raw.headers if isinstance(raw, RawRequest) else raw.head
        return events_of_review(body, account, "history" if head.get("source") == "history" else "live")

    def send(self, out: Outbound, account: Account, http: httpx.Client) -> SendResult:
        return answer_review(out, account, http)

    def poll(self, cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
        return poll_reviews(cursor, account, http)

    def connect(
        self, account: Account, http: httpx.Client, *, hook_url: str, now: datetime
    ) -> dict[str, Any]:
        kept = refresh_tokens(account, http, now)
        open_account = replace(account, settings={**account.settings, **kept})
        place = find_place(open_account, http)
        ask_for_pushes(open_account, http, place["location"])
        return {**kept, **place, "account": place["location"], "push_audience": words(hook_url)}

    def refresh(self, account: Account, http: httpx.Client, *, now: datetime) -> dict[str, Any]:
        return refresh_tokens(account, http, now)


ADAPTER = GoogleReviewsAdapter()
