"""How near a contact is to buying, in points with visible reasons, and who is a hot lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from sapa.standings.rules.talk import buys
from sapa.standings.types import Dossier, MessageFact, ReadinessReason, Touch

FULL = 100.0
LOOK_BACK = timedelta(days=14)
LONG_LOOK_SECONDS = 60

# (points for one, at most this many counted)
_ASKED: dict[str, tuple[float, int]] = {
    "order": (35, 1),
    "payment": (35, 1),
    "shipping_cost": (16, 1),
    "stock": (16, 2),
    "size_fit": (14, 1),
    "installment": (14, 1),
    "price": (12, 2),
    "promo": (8, 1),
    "product_info": (8, 2),
    "ingredients": (6, 1),
}
_DID: dict[str, tuple[float, int]] = {
    "web.checkout": (30, 1),
    "web.cart_added": (20, 1),
    "web.form": (20, 1),
    "web.signup": (15, 1),
    "web.price_page": (8, 3),
    "web.ad_click": (8, 1),
    "web.wishlist_added": (6, 2),
    "web.product": (3, 4),
    "note.visit": (12, 1),
    "note.call": (10, 1),
}
_LONG_LOOK = (8.0, 1)
_CAME_BACK = (6.0, 3)
HOT_TOUCHES = frozenset({"web.ad_click", "web.form"})


def became_hot_at(dossier: Dossier) -> datetime | None:
    """The first ad click, form, or message with a buying question (docs: interface, "Hot lead")."""
    moments = [touch.at for touch in dossier.touches if touch.kind in HOT_TOUCHES]
    moments.extend(said.at for said in dossier.messages if buys(said))
    return min(moments, default=None)


def score_readiness(dossier: Dossier, since: datetime | None) -> tuple[float, tuple[ReadinessReason, ...]]:
    """0 to 100 and its reasons, weightiest first.

    Counts what the person did in the 14 days before their latest sign of interest, after `since` (their last
    order): the score depends on what happened, not on today, so that it can be recounted.
    """
    signs = [touch for touch in dossier.touches if touch.kind in _DID and (since is None or touch.at > since)]
    said = [one for one in dossier.inbound if one.intent in _ASKED and (since is None or one.at > since)]
    moments = [touch.at for touch in signs] + [one.at for one in said]
    if not moments:
        return 0.0, ()
    begin = max(moments) - LOOK_BACK
    counted = _count(
        (one for one in said if one.at >= begin), [touch for touch in signs if touch.at >= begin]
    )
    counted["days"] = len({at.date() for at in moments if at >= begin}) - 1
    reasons = [
        ReadinessReason(code, number, _points(code, number)) for code, number in counted.items() if number > 0
    ]
    reasons.sort(key=lambda reason: (-reason.points, reason.code))
    return min(FULL, sum(reason.points for reason in reasons)), tuple(reasons)


def _count(said: Iterable[MessageFact], signs: list[Touch]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for message in said:
        counted[message.intent or ""] += 1
    for touch in signs:
        counted[touch.kind] += 1
        if touch.kind == "web.price_page" and float(touch.measures.get("seconds") or 0) >= LONG_LOOK_SECONDS:
            counted["long_look"] += 1
    return counted


def _points(code: str, number: int) -> float:
    each, most = _ASKED.get(code) or _DID.get(code) or (_LONG_LOOK if code == "long_look" else _CAME_BACK)
    return each * min(number, most)
