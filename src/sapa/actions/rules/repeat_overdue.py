"""A regular buyer who is later than their own rhythm."""

from __future__ import annotations

from datetime import timedelta

from sapa.actions.rules.look import can_be_reached, last_link, learned_at, order_evidence
from sapa.actions.rules.scoring import score, soon
from sapa.actions.rules.told import Told
from sapa.actions.types import Candidate
from sapa.standings.types import Dossier, ShopSettings, StandingValues, Watch

KEY = "repeat_overdue"
METRIC = "churn"
OPENS_AT_GAPS = 1.25
CLOSES_AT_GAPS = 4.0
LEAST_OPEN = timedelta(days=14)


def find(
    dossier: Dossier, standing: StandingValues, watch: Watch, settings: ShopSettings
) -> Candidate | None:
    del settings
    gap, last_at = standing.order_gap_days, standing.last_order_at
    if gap is None or last_at is None or standing.complaint is not None:
        return None
    opens_at = last_at + timedelta(days=max(gap * OPENS_AT_GAPS, gap + 1))
    closes_at = max(last_at + timedelta(days=gap * CLOSES_AT_GAPS), opens_at + LEAST_OPEN)
    if not watch.reached(opens_at) or watch.reached(closes_at) or not can_be_reached(dossier):
        return None
    order = dossier.valid_orders[-1]
    due_at = soon(opens_at, learned_at(dossier, order), watch.now)
    return Candidate(
        rule=KEY,
        metric=METRIC,
        evidence_key=f"order:{order.id}",
        score=score(38, due_at),
        due_at=due_at,
        data={
            "order": order.id,
            "last_at": last_at.isoformat(),
            "gap_days": round(gap),
            "material": last_link(dossier),
        },
        evidence=(order_evidence(order),),
        identity_id=order.identity_id,
    )


def sentence(told: Told) -> str:
    _ = told._
    item = told.text("order", "order")
    if item:
        return _("Tawari {name} beli lagi: {item}").format(name=told.name, item=item)
    return _("Tawari {name} beli lagi").format(name=told.name)


def why(told: Told) -> str:
    _ = told._
    return _("Biasanya beli tiap {gap} hari, sekarang sudah {days} hari.").format(
        gap=max(1, int(told.data["gap_days"])), days=told.days_since("last_at")
    )
