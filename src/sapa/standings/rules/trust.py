"""Whether a contact is new, considering, trusting or in need of support, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sapa.readings.detectors import Referral, referral, resolution
from sapa.responses.rules import is_content
from sapa.standings.rules.talk import asks, buys, complains
from sapa.standings.types import Complaint, Dossier, MessageFact, StatementFact, Watch

TRUST = ("new", "considering", "trusting", "needs_support")
SETTLED_BY_SILENCE = timedelta(days=30)
_CART = frozenset({"web.cart_added", "web.checkout", "web.form", "web.signup", "web.wishlist_added"})
GOOD_STARS, BAD_STARS = 4, 2


def find_complaint(dossier: Dossier, watch: Watch) -> Complaint | None:
    """The newest complaint that is still open.

    It is settled by the person (thanks or praise after our answer, a good answer to a survey, a new order),
    by a refund or return that went through, by a teammate who marked it done, or by 30 days of silence
    after our answer. Without any answer of ours it stays open.
    """
    for found in sorted(_complaints(dossier), key=lambda one: one.at, reverse=True):
        if _is_settled(found, dossier):
            return None
        if found.answered_at is not None and not _spoke_after(dossier, found.answered_at):
            return None if watch.reached(found.answered_at + SETTLED_BY_SILENCE) else found
        return found
    return None


def _complaints(dossier: Dossier) -> Iterator[Complaint]:
    bought_at = min((order.placed_at for order in dossier.orders if order.is_valid), default=None)
    for said in dossier.messages:
        if complains(said, has_bought=bought_at is not None and bought_at <= said.at):
            yield _complaint(dossier, "message", said.id, said.identity_id or 0, said.at, said.learned_at)
    for note in dossier.notes:
        if note.act == "complaint":
            yield _complaint(dossier, "note", note.id, note.identity_id, note.at, note.learned_at)
    for review in dossier.reviews:
        if review.stars is not None and review.stars <= BAD_STARS:
            yield _complaint(dossier, "review", review.id, review.identity_id, review.at, review.learned_at)


def _complaint(
    dossier: Dossier, kind: str, pk: int, identity_id: int, at: datetime, learned_at: datetime
) -> Complaint:
    answers = (
        said.at for said in dossier.messages if not said.is_in and not said.is_automatic and said.at > at
    )
    return Complaint(kind, pk, identity_id, at, learned_at, next(answers, None))


def _is_settled(complaint: Complaint, dossier: Dossier) -> bool:
    at, answered_at = complaint.at, complaint.answered_at
    if answered_at is not None and any(
        said.at >= answered_at and _is_glad(said) for said in dossier.messages if said.is_in
    ):
        return True
    if any(order.is_valid and order.placed_at > at for order in dossier.orders):
        return True
    if any(is_content(given.survey, given.score) and given.at > at for given in dossier.responses):
        return True
    if any((review.stars or 0) >= GOOD_STARS and review.at > at for review in dossier.reviews):
        return True
    return any(_ends(touch.kind, touch.measures) and touch.at > at for touch in dossier.touches)


def _ends(kind: str, measures: dict[str, Any]) -> bool:
    if kind in ("order.returned", "order.refunded"):
        return True
    return kind in ("action.done", "action.not_needed") and measures.get("rule") in ("complaint", "detractor")


def _is_glad(said: MessageFact) -> bool:
    if said.sentiment == "negative" or not said.text:
        return False
    return (
        said.sentiment == "positive"
        or said.intent in ("thanks", "testimonial")
        or said.closes
        or resolution(said.text)
    )


def _spoke_after(dossier: Dossier, at: datetime) -> bool:
    return any(said.is_in and said.at > at and not said.closes for said in dossier.messages)


def derive_trust(dossier: Dossier, complaint: Complaint | None) -> tuple[str, dict[str, Any]]:
    """The status that the facts suggest, with the code of its reason and the data to word it."""
    if complaint is not None:
        return "needs_support", {
            "code": "complaint",
            "kind": complaint.kind,
            "id": complaint.id,
            "at": _iso(complaint.at),
        }
    reason = _trusting(dossier)
    if reason is not None:
        return "trusting", reason
    reason = _considering(dossier)
    if reason is not None:
        return "considering", reason
    return "new", {"code": "nothing_asked"}


def _trusting(dossier: Dossier) -> dict[str, Any] | None:
    valid = dossier.valid_orders
    if len(valid) > 1:
        return {"code": "bought_again", "count": len(valid), "at": _iso(valid[-1].placed_at)}
    for said in dossier.messages:
        praises = said.is_in and said.intent == "testimonial" and said.sentiment != "negative"
        if praises or gave_referral(said):
            return {"code": "testimonial" if praises else "referral", "id": said.id, "at": _iso(said.at)}
    for given in reversed(dossier.responses):
        if is_content(given.survey, given.score):
            return {"code": "content", "survey": given.survey, "score": given.score, "at": _iso(given.at)}
    for review in reversed(dossier.reviews):
        if (review.stars or 0) >= GOOD_STARS:
            return {"code": "good_review", "stars": review.stars, "at": _iso(review.at)}
    return None


def gave_referral(said: MessageFact) -> bool:
    """Whether this message sends or announces another customer, or recommends the shop among others."""
    if not said.is_in or said.sentiment == "negative" or not said.text:
        return False
    if said.intent == "referral" or said.intent is None:
        return referral(said.text) is Referral.SENT_FRIEND
    return False


def _considering(dossier: Dossier) -> dict[str, Any] | None:
    if dossier.valid_orders:
        return {"code": "bought_once", "at": _iso(dossier.valid_orders[-1].placed_at)}
    for said in reversed(dossier.messages):
        if buys(said) or asks(said):
            return {"code": "asked", "topic": said.intent or "", "id": said.id, "at": _iso(said.at)}
    for touch in reversed(dossier.touches):
        if touch.kind in _CART:
            return {"code": "cart", "kind": touch.kind, "at": _iso(touch.at)}
    return None


def stated(statements: tuple[StatementFact, ...], field: str) -> StatementFact | None:
    """The newest statement about a field, None where there is none or it returned to what is derived."""
    for one in reversed(statements):
        if one.field == field:
            return one if one.value is not None else None
    return None


def _iso(at: datetime) -> str:
    return at.isoformat()
