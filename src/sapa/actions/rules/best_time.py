"""The hour at which to write to somebody of our own accord: when they themselves usually do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from sapa.actions.rules import hot_lead, no_after_sale_word, repeat_overdue, silent_leaver
from sapa.actions.rules.told import Told
from sapa.actions.types import BestTime
from sapa.lib.dates import format_clock
from sapa.standings.types import StandingValues

KEY = "usual_hour"
PROACTIVE = frozenset({hot_lead.KEY, no_after_sale_word.KEY, repeat_overdue.KEY, silent_leaver.KEY})


def advises(rule: str, standing: StandingValues) -> bool:
    """Whether an action may choose its hour: we write first, and the person waits for nothing."""
    return rule in PROACTIVE and standing.waiting_since is None


def leans_on_others(data: Mapping[str, Any]) -> bool:
    """Whether an action may choose its hour, but the person's own is not known."""
    return KEY in data and data[KEY] is None


def best_time(told: Told, customers_hour: int | None) -> BestTime | None:
    """When to write, in words; None where the action chooses no hour or none can be said honestly."""
    if KEY not in told.data:
        return None
    own = told.data[KEY]
    hour = customers_hour if own is None else int(own)
    if hour is None:
        return None
    clock = format_clock(datetime.combine(told.now.date(), time(hour), told.zone), told.zone, told.language)
    _ = told._
    if own is None:
        words = _("Pelanggan toko ini paling sering menulis sekitar {clock}").format(clock=clock)
        return BestTime(hour, "customers", words)
    return BestTime(hour, "contact", _("Biasanya membalas sekitar {clock}").format(clock=clock))
