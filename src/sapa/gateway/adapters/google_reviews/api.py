"""Calls of Google's Business Profile: reading reviews, answering one, tokens, and finding the place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from sapa.gateway.adapters.google_reviews.reviews import is_name, is_rejected, reply_id, why_rejected
from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    Failed,
    Failure,
    Outbound,
    Polled,
    ProviderDownError,
    RawItem,
    Retry,
    SendResult,
    Sent,
    TokenDeadError,
    Uncertain,
)
from sapa.gateway.wire import (
    after_header,
    ask,
    call,
    dedupe_key,
    first,
    items,
    mapping,
    moment_of_text,
    read_object,
    unwell,
    whole,
    words,
)
from sapa.lib.json import encode

REVIEWS = "https://mybusiness.googleapis.com/v4"
ACCOUNTS = "https://mybusinessaccountmanagement.googleapis.com/v1"
PLACES = "https://mybusinessbusinessinformation.googleapis.com/v1"
NOTICES = "https://mybusinessnotifications.googleapis.com/v1"
TOKENS = "https://oauth2.googleapis.com/token"
CERTIFICATES = "https://www.googleapis.com/oauth2/v3/certs"
TEXT_BYTES = 4096
_PAGE = 50
_MOST_PAGES = 5


def poll_reviews(cursor: Mapping[str, Any], account: Account, http: httpx.Client) -> Polled:
    """Reviews by their last change, newest first. The first walk goes to the oldest and is history, some pages a poll; later
    ones stop at what is known, but always look at the newest page, because an answer does not move its review.
    """
    known, token = moment_of_text(cursor.get("until")), words(cursor.get("page"))
    is_first = known is None
    newest = words(cursor.get("newest"))
    found: list[RawItem] = []
    for _number in range(_MOST_PAGES):
        page = _page(account, http, token)
        reviews = items(page.get("reviews"))
        found += [item for review in reviews for item in _items(review, is_history=is_first)]
        newest = newest or first(words(review.get("updateTime")) for review in reviews)
        token = words(page.get("nextPageToken"))
        if not token or (known is not None and _reaches(reviews, known)):
            return Polled(tuple(found), {"until": newest or _floor(cursor)})
    if is_first:
        return Polled(tuple(found), {"page": token, "newest": newest})
    return Polled(tuple(found), {"until": words(cursor.get("until")), "page": token, "newest": newest})


def _floor(cursor: Mapping[str, Any]) -> str:
    """Where a place without reviews begins, so that its first review is news."""
    return words(cursor.get("until")) or "1970-01-01T00:00:00+00:00"


def _reaches(reviews: list[dict[str, Any]], known: datetime) -> bool:
    times = [moment_of_text(review.get("updateTime")) for review in reviews]
    return any(time is not None and time <= known for time in times)


def _page(account: Account, http: httpx.Client, token: str) -> dict[str, Any]:
    query = {"pageSize": str(_PAGE), "orderBy": "updateTime desc"} | ({"pageToken": token} if token else {})
    url = f"{_base(account, REVIEWS)}/{words(account.settings.get('location')) or account.account}/reviews"
    response = ask(http, "GET", url, params=query, headers=_bearer(account))
    if (
        response.status_code == 400 and token
    ):  # a page's token lives for a while only: begin at the newest again
        return _page(account, http, "")
    return _json(response)


def _items(review: dict[str, Any], *, is_history: bool) -> list[RawItem]:
    """The review, and its answer as an item of its own: each comes again only when it has changed."""
    head = {"source": "history" if is_history else "live"}
    name, reply = words(review.get("name")), mapping(review.get("reviewReply"))
    bare = {field: value for field, value in review.items() if field != "reviewReply"}
    found = [RawItem(f"review:{dedupe_key(name, review.get('updateTime'))}", encode(bare), head)]
    if reply:
        answer = {"name": name, "reviewer": review.get("reviewer"), "reviewReply": reply}
        key = dedupe_key(name, reply.get("updateTime"), reply.get("reviewReplyState"))
        found.append(RawItem(f"reply:{key}", encode(answer), head))
    return found


def answer_review(out: Outbound, account: Account, http: httpx.Client) -> SendResult:
    """Writes the one answer of a review, over the one before: the same call twice is one, so a broken line is tried again."""
    name = out.conversation_key or out.recipient
    if out.files:
        return Failed(Failure.REFUSED_CONTENT, "An answer to a review has words only.")
    if not is_name(name):
        return Failed(Failure.NO_SUCH_RECIPIENT, "This names no review.")
    if not out.text or len(out.text.encode()) > TEXT_BYTES:
        code = Failure.TOO_LARGE if out.text else Failure.REFUSED_CONTENT
        return Failed(code, f"{len(out.text.encode())} bytes, at most {TEXT_BYTES}")
    url = f"{_base(account, REVIEWS)}/{name}/reply"
    answer = call(http, "PUT", url, repeatable=True, json={"comment": out.text}, headers=_bearer(account))
    return _judge(answer, name) if isinstance(answer, httpx.Response) else answer


def _judge(response: httpx.Response, name: str) -> SendResult:
    said = read_object(response.content)
    if response.status_code == 200:
        if is_rejected(said):
            return Failed(Failure.REFUSED_CONTENT, why_rejected(said)[:300])
        written = words(said.get("updateTime"))
        return Sent(reply_id(name, written)) if written else Sent("")
    if response.status_code < 400:
        return Uncertain(f"HTTP {response.status_code}")
    detail = f"{response.status_code} {_reason(said)}"[:300]
    if response.status_code == 429:
        return Retry(Failure.TOO_MANY, after_header(response), detail)
    if response.status_code == 401:
        return Failed(Failure.TOKEN_DEAD, detail)
    if response.status_code == 404:
        return Failed(Failure.NO_SUCH_RECIPIENT, detail)
    return unwell(response, repeatable=True) or Failed(Failure.REFUSED_CONTENT, detail)


def refresh_tokens(account: Account, http: httpx.Client, now: datetime) -> dict[str, Any]:
    """A new access token, and Google's keys for the pushes. The refresh token stays the same."""
    form = {
        "grant_type": "refresh_token",
        **{
            name: words(account.settings.get(name))
            for name in ("client_id", "client_secret", "refresh_token")
        },
    }
    response = ask(http, "POST", _base(account, TOKENS), data=form)
    said = read_object(response.content)
    access = words(said.get("access_token"))
    if response.status_code != 200 or not access:
        raise TokenDeadError(f"{response.status_code} {words(said.get('error'))}"[:300])
    seconds = whole(said.get("expires_in")) or 3600
    return {
        "access_token": access,
        "token_expires_at": (now + timedelta(seconds=seconds)).isoformat(),
        **_certificates(account, http),
    }


def _certificates(account: Account, http: httpx.Client) -> dict[str, Any]:
    """Google's keys, where pushes are used; without an answer the known ones stay."""
    if not account.settings.get("push_account"):
        return {}
    try:
        keys = items(_json(ask(http, "GET", _base(account, CERTIFICATES))).get("keys"))
    except (ProviderDownError, TokenDeadError):
        return {}
    return {"certificates": {"keys": keys}} if keys else {}


def find_place(account: Account, http: httpx.Client) -> dict[str, str]:
    """The place that the settings name, or the only one there is, as `location` and `title`. Raises `TokenDeadError`."""
    wanted = words(account.settings.get("location")).strip().casefold()
    found = []
    for owner in items(
        _json(ask(http, "GET", _base(account, ACCOUNTS) + "/accounts", headers=_bearer(account))).get(
            "accounts"
        )
    ):
        url = f"{_base(account, PLACES)}/{words(owner.get('name'))}/locations"
        query = {"readMask": "name,title", "pageSize": "100"}
        page = _json(ask(http, "GET", url, params=query, headers=_bearer(account)))
        found += [
            {
                "location": f"{words(owner.get('name'))}/{words(place.get('name'))}",
                "title": words(place.get("title")),
            }
            for place in items(page.get("locations"))
        ]
    chosen = [
        place
        for place in found
        if not wanted or wanted in (place["location"].casefold(), place["title"].casefold())
    ]
    if len(chosen) != 1:
        titles = ", ".join(place["title"] for place in found)
        raise TokenDeadError(f"Name one of these places: {titles}" if found else "This account has no place.")
    return chosen[0]


def ask_for_pushes(account: Account, http: httpx.Client, location: str) -> None:
    """Tells Google which Pub/Sub topic hears of reviews; one topic for all places of the account."""
    topic = words(account.settings.get("push_topic"))
    if not topic:
        return
    owner = "/".join(location.split("/")[:2])
    url = f"{_base(account, NOTICES)}/{owner}/notificationSetting"
    body = {
        "name": f"{owner}/notificationSetting",
        "pubsubTopic": topic,
        "notificationTypes": ["NEW_REVIEW", "UPDATED_REVIEW"],
    }
    query = {"updateMask": "pubsubTopic,notificationTypes"}
    _json(ask(http, "PATCH", url, params=query, json=body, headers=_bearer(account)))


def _json(response: httpx.Response) -> dict[str, Any]:
    said = read_object(response.content)
    if response.status_code >= 400:
        raise TokenDeadError(f"{response.status_code} {_reason(said)}"[:300])
    return said


def _reason(said: dict[str, Any]) -> str:
    error = mapping(said.get("error"))
    return f"{words(error.get('status'))} {words(error.get('message'))}".strip()


def _bearer(account: Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {words(account.settings.get('access_token')).strip()}"}


def _base(account: Account, default: str) -> str:
    """Google's own address, or the same path at the one address that stands in for all of Google."""
    base = words(account.settings.get("base_url")).rstrip("/")
    return f"{base}/{default.partition('googleapis.com/')[2]}" if base else default
