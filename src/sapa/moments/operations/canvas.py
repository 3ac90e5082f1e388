"""The canvas of a moment: made with one tap, filled in, thrown away, and put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Team, Teammate
from sapa.channels.models import Channel
from sapa.conversations.models import Message
from sapa.lib.database import write
from sapa.lib.ids import uuid7
from sapa.moments.events import EVENTS, FOLLOW_DAYS, MEASURES, METRIC, TOPIC, steps_for
from sapa.moments.models import Moment, PlanStep, Quote, Trial
from sapa.moments.operations.register import (
    MEASURED,
    audit_moment,
    check_moment,
    is_running,
    put_back_moment,
    set_moment,
    tell_moment,
)
from sapa.moments.queries.measures import list_share_metrics
from sapa.moments.rules.plan import DAYS
from sapa.moments.types import CanvasGiven, MomentError, MomentGiven
from sapa.readings.types import TOPICS

_MOST_QUOTES = 12
_MOST_CANVASES = 200


def make_canvas(*, business: Business, given: CanvasGiven, by: Teammate | None, now: datetime) -> Moment:
    """A new moment with a plan of seven days to be looked over. Raises `MomentError` for what cannot be."""
    _check(business, given)
    if Moment.objects.filter(business=business, is_removed=False).count() >= _MOST_CANVASES:
        raise MomentError(_("Momennya sudah sangat banyak. Buang dulu yang tidak dipakai."))
    with write():
        moment = Moment(business=business, code=f"canvas-{uuid7().hex[-20:]}", valid_from=now)
        set_moment(moment, _columns(given))
        _choose_quotes(moment, given.message_ids or ())
        trial = Trial.objects.create(
            business=business, moment=moment, team_id=given.team_id, number=1, made_at=now
        )
        lay_steps(trial, steps_for(given.event), given.responsible_id)
        audit_moment(moment, "moment.made", None, by, now)
    return moment


def change_canvas(*, moment: Moment, given: CanvasGiven, by: Teammate | None, now: datetime) -> Moment:
    """The canvas anew. What is measured cannot change while a trial runs: before and after would be two things.

    Raises `MomentError`.
    """
    _check(moment.business, given)
    if is_running(moment) and any(getattr(moment, name) != getattr(given, name) for name in MEASURED):
        raise MomentError(
            _("Momen ini sedang berjalan, jadi cara mengukurnya tetap. Hentikan dulu, lalu ulangi.")
        )
    with write():
        before, chosen = tell_moment(moment), _chosen(moment)
        set_moment(moment, _columns(given))
        if given.message_ids is not None:
            _choose_quotes(moment, given.message_ids)
        Trial.objects.filter(moment=moment, state=Trial.State.PLANNED).update(team_id=given.team_id)
        audit_moment(moment, "canvas.written", before, by, now, quotes=chosen)
    return moment


def put_back_canvas(
    *, moment: Moment, entry_data: Mapping[str, Any], by: Teammate | None, now: datetime
) -> None:
    """The canvas and its customers' words as they were before a change. Raises LookupError where it changed again since."""
    with write():
        put_back_moment(moment=moment, entry_data=entry_data, by=by, now=now)
        _choose_quotes(moment, entry_data["quotes"])
        Trial.objects.filter(moment=moment, state=Trial.State.PLANNED).update(team_id=moment.team_id)


def remove_canvas(*, moment: Moment, by: Teammate | None, now: datetime) -> None:
    """Throw a moment away; its trials stay with it. Raises `MomentError` while one runs."""
    if is_running(moment):
        raise MomentError(_("Momen ini sedang berjalan. Hentikan dulu."))
    with write():
        before = tell_moment(moment)
        set_moment(moment, {"is_removed": True})
        audit_moment(moment, "moment.removed", before, by, now)


def bring_back_canvas(*, moment: Moment, by: Teammate | None, now: datetime) -> None:
    """The reverse of throwing away. Raises LookupError where it stands already."""
    if not moment.is_removed:
        raise LookupError("this moment was not thrown away")
    with write():
        before = tell_moment(moment)
        set_moment(moment, {"is_removed": False})
        audit_moment(moment, "moment.put_back", before, by, now)


def lay_steps(trial: Trial, texts: Sequence[str], owner_id: int | None) -> None:
    """A plan of one step a day."""
    PlanStep.objects.bulk_create(
        PlanStep(business_id=trial.business_id, trial=trial, day=day, text=text, owner_id=owner_id)
        for day, text in enumerate(texts[:DAYS], start=1)
    )


def _check(business: Business, given: CanvasGiven) -> None:
    if not given.name.strip():
        raise MomentError(_("Beri nama momennya dulu."))
    check_moment(
        business,
        MomentGiven(given.name, given.feeling, given.risk, given.responsible_id, may_be_automated=False),
    )
    topic = given.event.removeprefix(TOPIC)
    if given.event not in EVENTS and not (given.event.startswith(TOPIC) and topic in TOPICS):
        raise MomentError(_("Pilih kapan momen ini terjadi dari daftarnya."))
    is_metric = given.measure.startswith(METRIC) and given.measure in dict(list_share_metrics())
    if given.measure not in MEASURES and not is_metric:
        raise MomentError(_("Pilih satu ukuran dari daftarnya."))
    if given.follow_days not in FOLLOW_DAYS:
        raise MomentError(_("Pilih dalam berapa hari dari daftarnya."))
    if given.channel_id is not None:
        if is_metric:
            raise MomentError(_("Metrik menghitung semua saluran. Pilih semua pelanggan, atau ukuran lain."))
        if not Channel.objects.filter(business=business, pk=given.channel_id).exists():
            raise MomentError(_("Saluran ini tidak ada. Pilih dari daftarnya."))
    if given.team_id is not None and not Team.objects.filter(business=business, pk=given.team_id).exists():
        raise MomentError(_("Kelompok tim ini tidak ada. Pilih dari daftarnya."))


def _columns(given: CanvasGiven) -> dict[str, Any]:
    return {name: value for name, value in asdict(given).items() if name != "message_ids"}


def _chosen(moment: Moment) -> list[int]:
    return list(Quote.objects.filter(moment=moment).order_by("id").values_list("message_id", flat=True))


def _choose_quotes(moment: Moment, message_ids: Sequence[int]) -> None:
    """Exactly these messages of customers; what is not the shop's is passed over."""
    found = Message.objects.filter(
        business=moment.business, pk__in=list(message_ids)[:_MOST_QUOTES], direction=Message.Direction.IN
    )
    Quote.objects.filter(moment=moment).delete()
    Quote.objects.bulk_create(
        Quote(business=moment.business, moment=moment, message=message) for message in found
    )
