"""The closed register of what can happen: code, the phase it belongs to where nothing came before, allowed measures.

Measures are codes, ids, numbers and the shop's own link words (UTM); never what a customer wrote.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TouchpointKind:
    """One thing that can happen. `by_shop` marks what the shop did;"""

    code: str
    phase: str
    measures: frozenset[str] = frozenset()
    by_shop: bool = False


_LINK = frozenset({"utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "referrer", "path"})
_GOODS = frozenset({"product", "sku", "value", "currency"})
_ORDER = frozenset({"order", "value", "currency", "status"})
_CONSENT = frozenset({"purpose", "how"})
_PAYMENT = frozenset({"order", "value", "currency", "method"})
_SHIPMENT = frozenset({"order", "courier"})

KINDS: dict[str, TouchpointKind] = {
    kind.code: kind
    for kind in (
        TouchpointKind("message.in", "awareness", frozenset({"group", "media"})),
        TouchpointKind("message.out", "awareness", frozenset({"group", "media", "automatic"}), by_shop=True),
        TouchpointKind("web.page", "awareness", _LINK | {"title", "seconds"}),
        TouchpointKind("web.price_page", "awareness", _LINK | {"title", "seconds"}),
        TouchpointKind("web.product", "awareness", _LINK | _GOODS | {"title", "seconds"}),
        TouchpointKind("web.search", "awareness", _LINK),
        TouchpointKind("web.wishlist_added", "awareness", _LINK | _GOODS),
        TouchpointKind("web.cart_added", "transaction", _LINK | _GOODS),
        TouchpointKind("web.checkout", "transaction", _LINK | _GOODS),
        TouchpointKind("web.form", "transaction", _LINK | {"form", "button"}),
        TouchpointKind("web.ad_click", "awareness", _LINK | {"title", "button"}),
        TouchpointKind("web.signup", "transaction", _LINK | {"form"}),
        TouchpointKind("web.cancel_page", "retention", _LINK | {"seconds"}),
        TouchpointKind("web.other", "awareness", _LINK | {"button", "form"}),
        TouchpointKind("note.visit", "awareness"),
        TouchpointKind("note.call", "awareness"),
        TouchpointKind("note.order", "transaction"),
        TouchpointKind("note.complaint", "service"),
        TouchpointKind("note.other", "awareness"),
        TouchpointKind("origin.told", "awareness", frozenset({"channel"})),
        TouchpointKind("order.placed", "transaction", _ORDER),
        TouchpointKind("order.paid", "transaction", _ORDER),
        TouchpointKind("order.shipped", "service", _ORDER, by_shop=True),
        TouchpointKind("order.delivered", "after_sales", _ORDER),
        TouchpointKind("order.cancelled", "transaction", _ORDER),
        TouchpointKind("order.returned", "service", _ORDER),
        TouchpointKind("order.refunded", "service", _ORDER, by_shop=True),
        TouchpointKind("review.posted", "after_sales", frozenset({"stars"})),
        TouchpointKind("survey.answered", "after_sales", frozenset({"survey", "score"})),
        TouchpointKind("action.done", "", frozenset({"rule", "metric"}), by_shop=True),
        TouchpointKind("action.not_needed", "", frozenset({"rule", "metric"}), by_shop=True),
        TouchpointKind("answered.elsewhere", "", by_shop=True),
        TouchpointKind("lead.form", "transaction", frozenset({"form"})),
        TouchpointKind("consent.given", "", _CONSENT),
        TouchpointKind("consent.withdrawn", "", _CONSENT),
        TouchpointKind("payment.pending", "transaction", _PAYMENT),
        TouchpointKind("payment.paid", "transaction", _PAYMENT),
        TouchpointKind("payment.failed", "transaction", _PAYMENT),
        TouchpointKind("payment.expired", "transaction", _PAYMENT),
        TouchpointKind("payment.refunded", "service", _PAYMENT, by_shop=True),
        TouchpointKind("shipment.booked", "service", _SHIPMENT, by_shop=True),
        TouchpointKind("shipment.picked_up", "service", _SHIPMENT, by_shop=True),
        TouchpointKind("shipment.in_transit", "service", _SHIPMENT),
        TouchpointKind("shipment.delivered", "after_sales", _SHIPMENT),
        TouchpointKind("shipment.returned", "service", _SHIPMENT),
        TouchpointKind("shipment.problem", "service", _SHIPMENT),
        TouchpointKind("shipment.cancelled", "service", _SHIPMENT),
    )
}

PHASES = ("awareness", "transaction", "service", "after_sales", "retention")


def allowed_measures(code: str, measures: dict[str, object]) -> dict[str, object]:
    """The measures that the register allows for this kind; the others are dropped. The same object where none is.

    Raises KeyError for a code that is not in the register.
    """
    allowed = KINDS[code].measures
    kept = {name: value for name, value in measures.items() if name in allowed and value not in (None, "")}
    return measures if len(kept) == len(measures) else kept
