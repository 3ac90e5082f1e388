"""What messages cost on a channel: a month as it would be, and this month as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sapa.channels.models import Channel
from sapa.channels.queries import get_settings
from sapa.gateway.dispatch import MonthCost, count_written, estimate_month, list_month_costs, spent_this_month
from sapa.gateway.dispatch.estimating import MonthEstimate, Written
from sapa.gateway.dispatch.prices import SORTS, PriceTable, find_prices
from sapa.lib.secrets import UnreadableSecretError
from sapa.web import channel_words
from sapa.web.access import Seat
from sapa.web.views.settings.channels.forms import PricesForm


@dataclass(frozen=True, slots=True)
class PriceLine:
    sort: str
    amount: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """Before connecting: what a month would cost from the shop's own volume, and by which prices."""

    written: Written
    estimate: MonthEstimate | None
    table: PriceTable
    lines: tuple[PriceLine, ...]
    form: PricesForm


@dataclass(frozen=True, slots=True)
class Costs:
    """Of a connected channel: this month so far, the shop's limit, and the prices by which it is counted."""

    month: MonthCost | None
    spent: int
    limit: int | None
    table: PriceTable
    lines: tuple[PriceLine, ...]
    form: PricesForm

    @property
    def share(self) -> int | None:
        """How much of the limit is spent, in per cent, at most 100."""
        if self.limit is None:
            return None
        return min(100, round(100 * self.spent / self.limit)) if self.limit else 100


def find_outlook(seat: Seat, kind: str, own: Mapping[str, Any], asked: Mapping[str, Any]) -> Outlook | None:
    """None where messages of this kind cost nothing. `asked` are prices to try, as a form brings them; wrong ones are told."""
    table = find_prices(kind, seat.business.currency, own)
    if table is None:
        return None
    given = {sort: asked[sort] for sort in SORTS if sort in asked}
    form = PricesForm(given or None, table=table, own=own)
    if given and form.is_valid():
        table = find_prices(kind, seat.business.currency, dict(own) | form.prices()) or table
    written = count_written(seat.business, kind, now=seat.now)
    return Outlook(written, estimate_month(written.volumes, table), table, _lines(table), form)


def find_costs(seat: Seat, channel: Channel, form: PricesForm | None = None) -> Costs | None:
    """None where messages of this channel cost nothing."""
    own = own_prices(channel)
    base, table = (find_prices(channel.kind, seat.business.currency, one) for one in (None, own))
    if table is None or base is None:
        return None
    months = list_month_costs(seat.business, now=seat.now)
    return Costs(
        next((one for one in months if one.channel_id == channel.pk), None),
        spent_this_month(seat.business, now=seat.now),
        seat.business.month_cost_limit,
        table,
        _lines(table),
        form or PricesForm(table=base, own=own),
    )


def own_prices(channel: Channel | None) -> Mapping[str, Any]:
    """The owner's own prices of a channel by sort."""
    try:
        found = get_settings(channel).get("prices") if channel else None
    except UnreadableSecretError:
        found = None
    return found if isinstance(found, dict) else {}


def _lines(table: PriceTable) -> tuple[PriceLine, ...]:
    return tuple(PriceLine(channel_words.price_sort(sort), getattr(table, sort)) for sort in SORTS)
