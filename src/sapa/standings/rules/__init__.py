"""What one contact's facts add up to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sapa.standings.rules.origin import find_origin
from sapa.standings.rules.readiness import became_hot_at, score_readiness
from sapa.standings.rules.rhythm import order_gap, talk_gap, usual_hour
from sapa.standings.rules.steps import list_purchases, list_steps
from sapa.standings.rules.talk import asks
from sapa.standings.rules.trust import derive_trust, find_complaint, stated
from sapa.standings.types import Dossier, OrderFact, ShopSettings, StandingValues, Touch, Watch
from sapa.timeline.kinds import KINDS
from sapa.timeline.rules import present_phase, turning_points

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_ORDER = "order."
_CONTACT = frozenset({"web.ad_click", "web.form", "web.signup", "message.in", "note.call", "note.visit"})
_ASKING = frozenset({"web.form", "web.signup", "web.cart_added", "web.checkout", "note.visit", "note.call"})


def derive(dossier: Dossier, watch: Watch, settings: ShopSettings) -> StandingValues:
    """The standing of one contact as of `watch.now`; `watch` learns when it may change by time alone."""
    valid = dossier.valid_orders
    placed = [order.placed_at for order in valid]
    last_order_at = placed[-1] if placed else None
    first_heard_at, first_contact_at = _firsts(dossier.touches)
    complaint = find_complaint(dossier, watch) if _may_complain(dossier) else None
    trust, why = derive_trust(dossier, complaint)
    declared = stated(dossier.statements, "trust")
    if declared is not None:
        why = {"code": "stated", "why": declared.why, "by": declared.by_id, "at": declared.at.isoformat(), "derived": trust, **_since(why, declared.at)}  # fmt: skip
        trust = str(declared.value)
    last_in_at = _last_in_at(dossier)
    is_gone = _has_left(last_in_at, watch, settings)
    hot_at = became_hot_at(dossier)
    written_at = [said.at for said in dossier.messages if said.is_in]
    readiness, reasons = score_readiness(dossier, last_order_at) if hot_at or not placed else (0.0, ())
    return StandingValues(
        contact_id=dossier.contact_id,
        first_seen_at=_first_seen_at(dossier),
        last_seen_at=_last_seen_at(dossier),
        first_heard_at=first_heard_at,
        first_contact_at=first_contact_at,
        last_in_at=last_in_at,
        waiting_since=min(
            (thread.waiting_since for thread in dossier.conversations if thread.waiting_since), default=None
        ),
        origin=find_origin(dossier),
        stage=_stage(dossier, valid, watch),
        phase=_present_phase(dossier, watch),
        trust=trust,
        trust_is_stated=declared is not None,
        trust_why=why,
        is_hot=hot_at is not None and not placed and not is_gone,
        readiness=0.0 if is_gone else readiness,
        touchpoint_count=len(dossier.touches),
        order_count=len(valid),
        order_total=sum(order.goods_total for order in valid),
        first_order_at=placed[0] if placed else None,
        last_order_at=last_order_at,
        owner_id=_owner_id(dossier, settings),
        readiness_reasons=reasons,
        hot_at=hot_at,
        complaint=complaint,
        order_gap_days=order_gap(placed),
        talk_gap_days=talk_gap(written_at),
        usual_hour=usual_hour([at.astimezone(settings.zone) for at in written_at]),
    )


def _may_complain(dossier: Dossier) -> bool:
    return bool(dossier.messages or dossier.notes or dossier.reviews)


def _since(why: dict[str, object], at: datetime) -> dict[str, object]:
    """A complaint that came after a teammate's word is shown beside that word; it does not overrule it."""
    if why.get("code") == "complaint" and datetime.fromisoformat(str(why["at"])) > at:
        return {"complaint_at": why["at"], "complaint_kind": why["kind"], "complaint_id": why["id"]}
    return {}


def _first_seen_at(dossier: Dossier) -> datetime:
    first: datetime = dossier.touches[0].at if dossier.touches else dossier.created_at
    return first


def _last_seen_at(dossier: Dossier) -> datetime:
    """The last thing that the person did; what only the shop did counts where there is nothing else.

    NEVER for somebody of whom nothing dated is known, such as a row of an undated customer sheet: lists
    put them last, not above everybody who wrote today.
    """
    touch: Touch
    if not dossier.touches:
        return NEVER
    for touch in reversed(dossier.touches):
        if not KINDS[touch.kind].by_shop:
            return touch.at
    return _first_seen_at(dossier)


def _firsts(touches: Sequence[Touch]) -> tuple[datetime | None, datetime | None]:
    """First heard and first contact. Somebody whose first touch is the order itself was heard of by it: None."""
    heard = touches[0].at if touches and not touches[0].kind.startswith(_ORDER) else None
    return heard, next((touch.at for touch in touches if touch.kind in _CONTACT), None)


def _last_in_at(dossier: Dossier) -> datetime | None:
    """The last word or visit of the person: a message, a form, a call, a visit to the counter."""
    return next((touch.at for touch in reversed(dossier.touches) if touch.kind in _CONTACT), None)


def _has_left(last_in_at: datetime | None, watch: Watch, settings: ShopSettings) -> bool:
    return last_in_at is not None and watch.reached(last_in_at + timedelta(days=settings.leave_after_days))


def _stage(dossier: Dossier, valid: Sequence[OrderFact], watch: Watch) -> str:
    """The furthest of what people do: heard, asked, bought, received, returned."""
    if len(valid) > 1:
        return "returned"
    if valid:
        received_at = valid[0].received_at
        return "received" if received_at is not None and watch.reached(received_at) else "bought"
    if any(touch.kind in _ASKING for touch in dossier.touches) or any(map(asks, dossier.messages)):
        return "asked"
    return "heard"


def _present_phase(dossier: Dossier, watch: Watch) -> str:
    steps = list_steps(dossier.touches, dossier.messages, dossier.orders)
    purchases = list_purchases(dossier.orders)
    for moment in turning_points(steps, purchases):
        watch.reached(moment)
    return present_phase(steps, purchases, watch.now)


def _owner_id(dossier: Dossier, settings: ShopSettings) -> int | None:
    """Who answers this contact: whom a teammate named, else who wrote last under a teammate's name, else the owner."""
    named = stated(dossier.statements, "owner")
    known = {mate.id for mate in settings.teammates}
    if named is not None and named.value in known:
        return int(named.value)
    by_name = {mate.name.casefold(): mate.id for mate in settings.teammates}
    for said in reversed(dossier.messages):
        if not said.is_in and said.author.casefold() in by_name:
            return by_name[said.author.casefold()]
    return settings.owner.id if settings.owner else None
