"""What was spent beside who came, by place."""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sapa.accounts.models import Business
from sapa.analytics.queries import open_copy
from sapa.analytics.questions import register
from sapa.analytics.windows import Window, parameters
from sapa.metrics.definition import within
from sapa.metrics.models import Spend
from sapa.metrics.spending.rules import cost_of_one, part_within
from sapa.metrics.spending.types import ChannelReturn


def _came(t: SimpleNamespace, a: SimpleNamespace) -> Any:
    """Contacts first seen in the window by where they came from, and those of them who have bought."""
    people = within(t.cust, t.cust.seen_day, a)
    has_bought = (people.first_order_at <= a.now).fill_null(False)
    return people.group_by("origin_channel").aggregate(
        n=people.count(), buyers=has_bought.sum(), value=people.order_value.sum(where=has_bought)
    )


register("spend.came", _came)


def list_spends(business: Business) -> list[Spend]:
    """Every line, the newest days first."""
    return list(Spend.objects.filter(business=business).select_related("by").order_by("-to", "-since", "id"))


def get_spend(business: Business, public_id: UUID | str) -> Spend:
    """Raises `Spend.DoesNotExist`."""
    return Spend.objects.select_related("business").get(business=business, public_id=public_id)


def list_returns(
    business: Business, *, from_: date | None, to: date | None, now: datetime
) -> list[ChannelReturn]:
    """Each place with spending or with people, the most spent first; those of unknown origin stand last."""
    spent: dict[str, float] = {}
    for one in Spend.objects.filter(business=business):
        part = part_within(one.since, one.to, from_, to)
        if part:
            spent[one.channel] = spent.get(one.channel, 0.0) + one.amount * part
    rows = open_copy(business).ask("spend.came", parameters(business, Window(from_, to), now))
    came = {row["origin_channel"]: row for row in rows}
    found = [
        _return(channel, round(spent.get(channel or "", 0.0)), came.get(channel))
        for channel in {*spent, *came}
    ]
    return sorted(found, key=lambda one: (one.channel is None, -one.spent, -one.contacts, one.channel or ""))


def _return(channel: str | None, spent: int, row: dict[str, Any] | None) -> ChannelReturn:
    contacts, buyers, value = (int(row[key] or 0) for key in ("n", "buyers", "value")) if row else (0, 0, 0)
    cost, interval = cost_of_one(spent, buyers) if channel else (None, None)
    returned = value / spent if spent and channel else None
    return ChannelReturn(channel, spent, contacts, buyers, value, cost, interval, returned)
