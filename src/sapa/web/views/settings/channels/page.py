"""One channel: how it works, what it costs, what went out, and the ways to change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.channels.models import Channel
from sapa.channels.operations import disconnect_channel, forget_settings
from sapa.channels.types import ChannelError
from sapa.gateway.dispatch import count_log, list_log, say_failure, set_prices, state_of
from sapa.gateway.dispatch.logged import PAGE, STATES
from sapa.gateway.dispatch.prices import find_prices
from sapa.gateway.models import Dispatch
from sapa.gateway.queries import count_problems, is_trouble, list_heard, list_known_templates
from sapa.gateway.registry import find_adapter
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import UNPROCESSABLE, tell, undo_address
from sapa.web.views.settings.channels.addresses import find_hook
from sapa.web.views.settings.channels.connecting import find_or_404
from sapa.web.views.settings.channels.costs import find_costs, own_prices
from sapa.web.views.settings.channels.forms import PricesForm
from sapa.web.views.settings.channels.front import describe, title_of


@dataclass(frozen=True, slots=True)
class LogLine:
    """One message of the delivery log with its tries; `cause` is a sentence, empty where nothing is the matter."""

    dispatch: Dispatch
    state: str
    cause: str
    tries: list[Any]


@screen()
def channel(request: SeatedRequest, seat: Seat, channel_id: UUID) -> HttpResponse:
    return _draw(request, seat, find_or_404(seat, channel_id))


@screen()
def channel_log(request: SeatedRequest, seat: Seat, channel_id: UUID) -> HttpResponse:
    """Every message that was to go out here, newest first, with each try and what can be done about it."""
    found = find_or_404(seat, channel_id)
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    after = request.GET.get("after", "")
    rows = list_log(
        found,
        state=state,
        after=int(after) if after.isdecimal() and len(after) < 19 else None,
        limit=PAGE + 1,
    )
    context = {
        "channel": found,
        "title": title_of(found, find_adapter(found.kind)),
        "lines": [_line(one) for one in rows[:PAGE]],
        "state": state,
        "counts": count_log(found),
        "next": f"state={state}&after={rows[PAGE - 1].pk}" if len(rows) > PAGE else "",
    }
    return render(request, "web/settings_channel_log.html", context)


def _line(dispatch: Dispatch) -> LogLine:
    tries: list[Any] = dispatch.log_lines  # type: ignore[attr-defined]
    return LogLine(
        dispatch,
        state_of(dispatch),
        say_failure(dispatch.failure) if dispatch.failure else "",
        [(one, say_failure(one.code) if one.code else "") for one in tries],
    )


@act_only(Act.SETTINGS)
def channel_disconnect(request: SeatedRequest, seat: Seat, channel_id: UUID) -> HttpResponse:
    """Nothing comes in or goes out here any more; what came stays, and the settings wait for a change of mind."""
    found = find_or_404(seat, channel_id)
    if found.is_live:
        disconnect_channel(channel=found, by=seat.teammate, now=seat.now)
        told = _("%(name)s diputuskan. Yang sudah masuk tetap ada.")
        told %= {"name": title_of(found, find_adapter(found.kind))}
        tell(request, told, undo_address(seat, "channel", found.pk))
    return go(request, reverse("channel", args=[channel_id]))


@act_only(Act.SETTINGS)
def channel_forget(request: SeatedRequest, seat: Seat, channel_id: UUID) -> HttpResponse:
    """The codes of a disconnected channel are thrown away."""
    if forget_settings(channel=find_or_404(seat, channel_id), by=seat.teammate, now=seat.now):
        tell(request, _("Isian dan kodenya dibuang. Yang sudah masuk tetap ada."))
    return go(request, reverse("channel", args=[channel_id]))


@act_only(Act.SETTINGS)
def channel_prices(request: SeatedRequest, seat: Seat, channel_id: UUID) -> HttpResponse:
    """The owner's own prices over the table's."""
    found = find_or_404(seat, channel_id)
    table = find_prices(found.kind, seat.business.currency)
    if table is None or not found.is_live:
        return go(request, reverse("channel", args=[channel_id]))
    form = PricesForm(request.POST, table=table, own=own_prices(found))
    if not form.is_valid():
        return _draw(request, seat, found, prices=form)
    try:
        set_prices(channel=found, prices=form.prices(), by=seat.teammate, now=seat.now)
    except ChannelError as error:
        form.add_error(None, str(error))
        return _draw(request, seat, found, prices=form)
    tell(request, _("Harga disimpan."), undo_address(seat, "channel", found.pk))
    return go(request, reverse("channel", args=[channel_id]) + "#costs")


def _draw(
    request: SeatedRequest,
    seat: Seat,
    found: Channel,
    *,
    prices: PricesForm | None = None,
) -> HttpResponse:
    """The page; a form that was refused stands in for a fresh one."""
    adapter = find_adapter(found.kind)
    may_settle = seat.may(Act.SETTINGS)
    line = describe(found, list_heard([found])[found.pk])
    context = {
        "channel": found,
        "line": line,
        "is_known": adapter is not None,
        "is_new": found.is_live and not (line.heard.last_in_at or line.heard.payload_at),
        "has_kept": bool(found.sealed_settings) and not found.is_live,
        "hook": find_hook(request, found) if may_settle and adapter else None,
        "own": request.get_host(),
        "costs": find_costs(seat, found, prices),
        "log": count_log(found),
        "problems": _count_troubled(seat, found) if may_settle else 0,
        "target": found.reply_target_minutes or seat.business.reply_target_minutes,
        "templates": list_known_templates(found) if adapter and adapter.capabilities.templates else None,
    }
    return render(request, "web/settings_channel.html", context, status=UNPROCESSABLE if prices else 200)


def _count_troubled(seat: Seat, found: Channel) -> int:
    counted = count_problems(seat.business, channel=found)
    return sum(count for code, count in counted.items() if is_trouble(code))
