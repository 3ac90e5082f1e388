"""Events of the Segment spec (`track`, `page`, `screen`, `identify`, `alias`, `group`) as our own events.

One pure, total function for files and for `/v1/*` alike. Names of commerce events and their properties are
those of Segment's e-commerce spec v2 (`Product Viewed`, `Checkout Started`, `Order Completed`, …).

Who did it: the visitor (`anonymousId`) is the record, the shop's own login (`userId`) a key of kind `user`
beside it. Keys in traits are trusted only where the shop itself vouches for them: it sent the event
(`from_shop`) about somebody logged in, or in an order. What an anonymous visitor typed stays untrusted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sapa.gateway.segment.call import (
    Call,
    NotUnderstoodError,
    Payload,
    mapping_of,
    moment_of,
    plain_words,
    seconds_of,
    text_of,
    value_of,
)
from sapa.gateway.segment.commerce import CHANNEL, STATUSES, read_order
from sapa.gateway.types import Behaved, Event, Key, Origin, Person, PersonDescribed, Unsupported

TYPES = frozenset({"track", "page", "screen", "identify", "alias", "group"})

_KINDS: dict[str, str] = {
    "product viewed": "web.product",
    "product clicked": "web.product",
    "products searched": "web.search",
    "search": "web.search",
    "product added": "web.cart_added",
    "product added to cart": "web.cart_added",
    "added to cart": "web.cart_added",
    "add to cart": "web.cart_added",
    "product added to wishlist": "web.wishlist_added",
    "added to wishlist": "web.wishlist_added",
    "checkout started": "web.checkout",
    "checkout step viewed": "web.checkout",
    "checkout step completed": "web.checkout",
    "payment info entered": "web.checkout",
    "signed up": "web.signup",
    "sign up": "web.signup",
    "registered": "web.signup",
    "account created": "web.signup",
    "user registered": "web.signup",
    "ad clicked": "web.ad_click",
    "form submitted": "web.form",
    "form completed": "web.form",
    "lead submitted": "web.form",
    "lead generated": "web.form",
    "lead": "web.form",
    "contact form submitted": "web.form",
}
_PRICE_PAGE = re.compile(r"(?:^|[/\s_-])(?:harga|daftar-?harga|price|prices|pricing|price-?list|biaya|tarif)(?:$|[/\s_.?-])", re.IGNORECASE)  # fmt: skip
_CANCEL_PAGE = re.compile(r"(?:^|[/\s_-])(?:cancel\w*|batal\w*|pembatalan|unsubscribe|berhenti)(?:$|[/\s_.?-])", re.IGNORECASE)  # fmt: skip


def event_from_segment(
    payload: object, timezone: ZoneInfo, *, from_shop: bool, currency: str = "IDR"
) -> tuple[Event, ...] | Unsupported:
    """What one Segment payload says: usually one event, none where there is nothing to keep (`group`).

    `timezone` is for times without an offset, `currency` for amounts without one. Never raises: what cannot be
    understood is `Unsupported` with a code: event_not_an_object, event_type_unknown, event_without_person,
    event_without_time, event_order_without_number, event_amount_unreadable, event_too_deep.
    """
    if not isinstance(payload, Mapping):
        return Unsupported("event_not_an_object")
    kind = text_of(payload.get("type"), 40).lower()
    if kind not in TYPES:
        return Unsupported("event_type_unknown", kind)
    if kind == "group":
        return ()
    at = moment_of(payload, timezone)
    if at is None:
        return Unsupported("event_without_time")
    try:
        return _READERS[kind](Call(payload, at, from_shop, currency))
    except NotUnderstoodError as error:
        return Unsupported(error.code, error.detail)
    except RecursionError:
        return Unsupported("event_too_deep")


def _behaved(
    call: Call, kind: str, measures: dict[str, Any], typed: Payload | None = None
) -> tuple[Event, ...]:
    link = {**call.link(), "referrer": call.referrer(), "path": call.path()}
    said = {name: value for name, value in {**measures, **link}.items() if value not in ("", None)}
    return (Behaved(CHANNEL, call.key(), call.person(typed=typed), call.at, kind, said),)


def _page(call: Call) -> tuple[Event, ...]:
    name = text_of(call.payload.get("name"), 120) or text_of(call.properties.get("name"), 120)
    title = text_of(call.properties.get("title"), 120) or text_of(call.page.get("title"), 120) or name
    where = f"{call.path()} {name}"
    if call.link():
        kind = "web.ad_click"
    elif _CANCEL_PAGE.search(where):
        kind = "web.cancel_page"
    else:
        kind = "web.price_page" if _PRICE_PAGE.search(where) else "web.page"
    return _behaved(call, kind, {"title": title, "seconds": seconds_of(call.properties)})


def _track(call: Call) -> tuple[Event, ...]:
    event = plain_words(text_of(call.payload.get("event"), 200))
    if event in STATUSES:
        return read_order(call, STATUSES[event])
    properties = call.properties
    kind = _KINDS.get(event) or _kind_by_words(event)
    measures = {
        "product": text_of(properties.get("name") or properties.get("product_name"), 120),
        "sku": text_of(properties.get("sku") or properties.get("product_id"), 80),
        "value": value_of(call),
        "form": text_of(
            properties.get("form") or properties.get("form_name") or properties.get("form_id"), 80
        ),
        "button": text_of(properties.get("button") or properties.get("label"), 80),
        "seconds": seconds_of(properties),
    }
    if measures["value"] is not None:
        measures["currency"] = call.currency
    typed = properties if kind in ("web.form", "web.signup") else None
    return _behaved(call, kind, {name: measures[name] for name in measures if name in _MEASURES[kind]}, typed)


_GOODS = frozenset({"product", "sku", "value", "currency"})
_MEASURES: dict[str, frozenset[str]] = {
    "web.product": _GOODS | {"seconds"},
    "web.cart_added": _GOODS,
    "web.wishlist_added": _GOODS,
    "web.checkout": _GOODS,
    "web.search": frozenset(),
    "web.form": frozenset({"form", "button"}),
    "web.signup": frozenset({"form"}),
    "web.ad_click": frozenset({"button"}),
    "web.cancel_page": frozenset({"seconds"}),
    "web.other": frozenset({"button", "form"}),
}


def _kind_by_words(event: str) -> str:
    """Names of a shop's own making: "Contact Form Sent", "Subscription Cancelled"."""
    if re.search(r"\bform\b|\bformulir\b|\blead\b", event) and not re.search(
        r"view|open|start|lihat|buka", event
    ):
        return "web.form"
    if re.search(r"\b(?:signup|register(?:ed)?|registration|daftar|pendaftaran)\b", event):
        return "web.signup"
    return "web.cancel_page" if re.search(r"\bcancel|\bbatal|unsubscribe", event) else "web.other"


def _identify(call: Call) -> tuple[Event, ...]:
    address = call.traits.get("address")
    city = text_of(mapping_of(address).get("city") or call.traits.get("city"), 120)
    link = call.link()
    context = " · ".join(
        link[name] for name in ("utm_source", "utm_medium", "utm_campaign", "utm_content") if name in link
    )
    origin = Origin(link.get("utm_source", ""), context) if context else None
    if origin is None and call.referrer():
        origin = Origin(call.referrer(), call.referrer())
    return (PersonDescribed(CHANNEL, call.person(), at=call.at, origin=origin, city=city),)


def _alias(call: Call) -> tuple[Event, ...]:
    """Two ids of one person: the earlier one becomes a record with the login beside it."""
    previous = text_of(call.payload.get("previousId"), 200) or call.visitor
    if not previous or not call.user:
        raise NotUnderstoodError("event_without_person")
    person = Person(("visitor", previous), keys=(Key("user", call.user),), trusted=call.from_shop)
    return (PersonDescribed(CHANNEL, person, at=call.at),)


_READERS: dict[str, Callable[[Call], tuple[Event, ...]]] = {
    "track": _track,
    "page": _page,
    "screen": _page,
    "identify": _identify,
    "alias": _alias,
}
