"""One page that a visitor looked at, as the snippet says it, put into the words of the Segment spec.

The snippet already speaks Segment (`page`, `track`); only what it may say is taken over, so that a body from a
browser can claim no order, no name and no other visitor.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sapa.gateway.segment.call import mapping_of, text_of

VIEWS_AT_ONCE = 50
LONGEST_LOOK = 1800

_TRACKED = frozenset(
    {
        "Ad Clicked",
        "Product Viewed",
        "Product Added",
        "Product Added to Wishlist",
        "Products Searched",
        "Checkout Started",
        "Signed Up",
        "Button Clicked",
    }
)
_PROPERTIES = ("name", "title", "sku", "price", "currency", "button", "label", "form")
_PAGE = ("url", "path", "referrer", "title")
_CAMPAIGN = ("name", "source", "medium", "content", "term", "gclid", "fbclid", "ttclid")


def call_of_view(view: Mapping[str, Any], *, visitor: str, user: str, at: datetime) -> dict[str, Any] | None:
    """The Segment call of one view, None where it is none that the snippet makes."""
    kind, own_id = view.get("type"), text_of(view.get("messageId"), 64)
    event = text_of(view.get("event"), 80)
    if not own_id or not (kind == "page" or (kind == "track" and event in _TRACKED)):
        return None
    said, context = mapping_of(view.get("properties")), mapping_of(view.get("context"))
    properties = {name: said[name] for name in _PROPERTIES if name in said}
    if (seconds := _seconds(said.get("seconds"))) is not None:
        properties["seconds"] = seconds
    page, campaign = mapping_of(context.get("page")), mapping_of(context.get("campaign"))
    return {
        "type": kind,
        "messageId": own_id,
        "anonymousId": visitor,
        "timestamp": at.isoformat(),
        "properties": properties,
        "context": {
            "page": {name: page[name] for name in _PAGE if name in page},
            "campaign": {name: campaign[name] for name in _CAMPAIGN if name in campaign},
        },
        **({"event": event} if kind == "track" else {}),
        **({"userId": user} if user else {}),
    }


def _seconds(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 10**6:
        return None
    return min(round(value), LONGEST_LOOK)
