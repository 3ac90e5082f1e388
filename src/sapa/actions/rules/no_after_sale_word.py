"""A buyer to whom nobody has said a word since the goods arrived."""

from __future__ import annotations

from datetime import timedelta

from sapa.actions.rules.look import can_be_reached, learned_at, order_evidence, was_contacted_after
from sapa.actions.rules.scoring import score, soon
from sapa.actions.rules.told import Told
from sapa.actions.types import Candidate
from sapa.standings.types import Dossier, ShopSettings, StandingValues, Watch

KEY = "no_after_sale_word"
METRIC = "after_sales_coverage"
OPENS_AFTER = timedelta(days=2)
CLOSES_AFTER = timedelta(days=30)
COUNTS_FROM = timedelta(days=1)


def find(
    dossier: Dossier, standing: StandingValues, watch: Watch, settings: ShopSettings
) -> Candidate | None:
    del settings
    order = next((one for one in reversed(dossier.orders) if one.is_valid and one.received_at), None)
    if order is None or order.received_at is None or standing.complaint is not None:
        return None
    opens_at = order.received_at + OPENS_AFTER
    if not watch.reached(opens_at) or watch.reached(order.received_at + CLOSES_AFTER):
        return None
    if was_contacted_after(dossier, order.received_at + COUNTS_FROM) or not can_be_reached(dossier):
        return None
    due_at = soon(opens_at, learned_at(dossier, order), watch.now)
    return Candidate(
        rule=KEY,
        metric=METRIC,
        evidence_key=f"order:{order.id}",
        score=score(45, due_at),
        due_at=due_at,
        data={
            "order": order.id,
            "received_at": order.received_at.isoformat(),
            "is_assumed": order.delivered_at is None,
        },
        evidence=(order_evidence(order),),
        identity_id=order.identity_id,
    )


def sentence(told: Told) -> str:
    _ = told._
    item = told.text("order", "order")
    if item:
        return _("Tanya kabar {name}: bagaimana {item} dipakai").format(name=told.name, item=item)
    return _("Tanya kabar {name} setelah pesanannya sampai").format(name=told.name)


def why(told: Told) -> str:
    _ = told._
    if told.data["is_assumed"]:
        return _("Pesanan diperkirakan sampai {when}, belum ada sapaan dari toko.").format(
            when=told.when("received_at")
        )
    return _("Pesanan sampai {when}, belum ada sapaan dari toko.").format(when=told.when("received_at"))
