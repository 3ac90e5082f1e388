"""A promise of ours that is due within a day, or late."""

from __future__ import annotations

from datetime import timedelta

from sapa.actions.rules.scoring import score
from sapa.actions.rules.told import Told
from sapa.actions.types import Candidate
from sapa.promises.ledger import PromiseFact
from sapa.promises.rules import PATIENCE
from sapa.standings.types import Dossier, ShopSettings, StandingValues, Watch

KEY = "promise"
METRIC = "promises_kept"
AHEAD = timedelta(hours=24)


def find(
    dossier: Dossier, standing: StandingValues, watch: Watch, settings: ShopSettings
) -> Candidate | None:
    del standing, settings
    due: list[PromiseFact] = []
    for promise in dossier.promises:
        if promise.is_dismissed or promise.done_at is not None:
            continue
        if watch.reached(promise.due_at - AHEAD) and not watch.reached(promise.due_at + PATIENCE):
            due.append(promise)
    if not due:
        return None
    first = min(due, key=lambda promise: promise.due_at)
    is_late = watch.reached(first.due_at)
    identity_id = next((one.identity_id for one in dossier.conversations if any(said.id == first.message_id for said in one.messages)), None)  # fmt: skip
    return Candidate(
        rule=KEY,
        metric=METRIC,
        evidence_key=f"promise:{first.message_id}:{first.ordinal}",
        score=score(86 if is_late else 78, first.due_at),
        due_at=first.due_at,
        data={
            "id": first.message_id,
            "material": first.message_id,
            "kind": first.kind if first.kind != "send_goods" or _has_goods_to_send(dossier) else "send_info",
            "start": first.start,
            "end": first.end,
            "made_at": first.made_at.isoformat(),
            "due_at": first.due_at.isoformat(),
            "is_late": is_late,
            "others": len(due) - 1,
        },
        evidence=({"kind": "message", "id": first.message_id, "at": first.made_at.isoformat()},),
        identity_id=identity_id,
    )


def _has_goods_to_send(dossier: Dossier) -> bool:
    """Whether an order waits to be sent: without one, what was promised had better be said in its own words."""
    return any(
        order.is_valid and order.shipped_at is None and order.delivered_at is None for order in dossier.orders
    )


def _(text: str) -> str:
    return text


DEEDS: dict[str, str] = {
    "send_goods": _("Kirim pesanan {name}"),
    "send_tracking": _("Kirim nomor resi ke {name}"),
    "send_info": _("Kirim yang dijanjikan ke {name}"),
    "call_back": _("Hubungi {name} kembali"),
    "refund": _("Kembalikan uang {name}"),
    "replace": _("Kirim pengganti untuk {name}"),
    "restock_info": _("Kabari {name} soal stok"),
    "reply": _("Kabari {name} seperti yang dijanjikan"),
    "deliver": _("Pastikan pesanan {name} sampai"),
    "other": _("Tepati janji kepada {name}"),
}


def sentence(told: Told) -> str:
    deed = told._(DEEDS.get(str(told.data["kind"]), DEEDS["other"])).format(name=told.name)
    words = promised_words(told)
    return f"{deed}: “{words}”" if words and told.data["kind"] in ("send_info", "other", "reply") else deed


def promised_words(told: Told) -> str:
    """The part of the message that holds the promise."""
    text = told.text()
    return " ".join(text[int(told.data["start"]) : int(told.data["end"])].split())


def why(told: Told) -> str:
    gettext = told._
    words = promised_words(told)
    if told.data["is_late"]:
        line = gettext("Janji {made} sudah lewat {since}.").format(made=told.when("made_at"), since=told.since("due_at"))  # fmt: skip
    else:
        line = gettext("Dijanjikan {made}, tenggat {due}.").format(made=told.when("made_at"), due=told.due("due_at"))  # fmt: skip
    return f"{line} “{words}”" if words else line
