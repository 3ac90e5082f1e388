"""What came in on a channel: as it was stored, why it was not understood, and understanding it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sapa.accounts.queries import list_audit
from sapa.accounts.types import Act
from sapa.channels.models import Channel
from sapa.gateway.models import Payload
from sapa.gateway.queries import (
    PAGE,
    count_problems,
    count_unread_payloads,
    get_payload,
    is_trouble,
    list_payloads,
)
from sapa.gateway.recorder import open_payload, record_fixture
from sapa.gateway.registry import find_adapter
from sapa.gateway.replay import replay_payloads
from sapa.web.access import Seat, SeatedRequest, act_only, go, screen
from sapa.web.answers import attachment, tell
from sapa.web.views.settings.channels.connecting import find_or_404
from sapa.web.views.settings.channels.front import title_of

TROUBLED = "any"
_LONGEST_SHOWN = 60_000
_DEEDS_LOOKED_AT = 30


@dataclass(frozen=True, slots=True)
class Replay:
    """The newest replay of a channel: how many were put back, and how many still wait for the worker."""

    at: datetime
    count: int
    left: int

    @property
    def done(self) -> int:
        return max(0, self.count - self.left)


@screen(Act.SETTINGS)
def payloads(request: SeatedRequest, seat: Seat, channel_id: UUID) -> HttpResponse:
    """A page of what came in, narrowed to those with a problem; a fragment with the progress of a replay."""
    channel = find_or_404(seat, channel_id)
    problems = count_problems(seat.business, channel=channel)
    context: dict[str, Any] = {
        "channel": channel,
        "title": title_of(channel, find_adapter(channel.kind)),
        "replay": _find_replay(seat, channel),
        "troubled": sum(count for code, count in problems.items() if is_trouble(code)),
        "problems": _by_sort(problems),
    }
    if request.htmx and request.GET.get("progress"):
        return render(request, "web/components/channel_replay.html", context)
    wanted, after = request.GET.get("problem", ""), request.GET.get("after", "")
    rows = list_payloads(
        seat.business,
        channel=channel,
        problem=wanted if wanted and wanted != TROUBLED else None,
        is_troubled=wanted == TROUBLED,
        after=int(after) if after.isdecimal() and len(after) < 19 else None,
        limit=PAGE + 1,
    )
    context |= {
        "rows": rows[:PAGE],
        "wanted": wanted if wanted in context["problems"] or wanted == TROUBLED else "",
        "next": f"problem={wanted}&after={rows[PAGE - 1].id}" if len(rows) > PAGE else "",
    }
    return render(request, "web/settings_channel_payloads.html", context)


def _by_sort(problems: dict[str, int]) -> dict[str, int]:
    """Problems counted by what stands before the colon."""
    counted: dict[str, int] = {}
    for code, count in problems.items():
        head = code.partition(":")[0]
        counted[head] = counted.get(head, 0) + count
    return counted


def _find_replay(seat: Seat, channel: Channel) -> Replay | None:
    deeds = list_audit(
        seat.business, object_kind="channel", object_id=str(channel.pk), limit=_DEEDS_LOOKED_AT
    )
    newest = next((one for one in deeds if one.verb == "replayed_payloads"), None)
    if newest is None:
        return None
    return Replay(newest.at, int(newest.data.get("count", 0)), count_unread_payloads(channel))


@screen(Act.SETTINGS)
def payload(request: SeatedRequest, seat: Seat, channel_id: UUID, payload_id: int) -> HttpResponse:
    """One body with its words masked."""
    found = _find(seat, channel_id, payload_id)
    return _draw(request, found, record_fixture(found), is_masked=True)


@act_only(Act.SETTINGS)
def payload_words(request: SeatedRequest, seat: Seat, channel_id: UUID, payload_id: int) -> HttpResponse:
    """The same with its words: who asked for them stands in the trail. Secrets stay masked."""
    found = _find(seat, channel_id, payload_id)
    return _draw(request, found, open_payload(found, by=seat.teammate, now=seat.now), is_masked=False)


@screen(Act.SETTINGS)
def payload_fixture(request: SeatedRequest, seat: Seat, channel_id: UUID, payload_id: int) -> HttpResponse:
    """The masked body as a file for whoever mends the adapter."""
    found = _find(seat, channel_id, payload_id)
    name = f"{found.channel.kind.replace(':', '-')}-{found.pk}.json"
    return HttpResponse(
        record_fixture(found),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": attachment(name)},
    )


@act_only(Act.SETTINGS)
def payload_replay(request: SeatedRequest, seat: Seat, channel_id: UUID, payload_id: int) -> HttpResponse:
    """This one is understood again."""
    found = _find(seat, channel_id, payload_id)
    replay_payloads(
        business=seat.business, ids=[found.pk], channel=found.channel, by=seat.teammate, now=seat.now
    )
    tell(request, _("Kiriman ini dibaca ulang. Yang sudah tercatat tidak dicatat dua kali."))
    return go(request, reverse("payload", args=[channel_id, payload_id]))


@act_only(Act.SETTINGS)
def payloads_replay(request: SeatedRequest, seat: Seat, channel_id: UUID) -> HttpResponse:
    """Those with a problem, of one sort or of any, are understood again."""
    channel = find_or_404(seat, channel_id)
    wanted = request.POST.get("problem", TROUBLED)
    count = replay_payloads(
        business=seat.business,
        channel=channel,
        problem=None if wanted == TROUBLED else wanted,
        is_troubled=wanted == TROUBLED,
        by=seat.teammate,
        now=seat.now,
    )
    if count:
        told = ngettext("%(n)d kiriman dibaca ulang.", "%(n)d kiriman dibaca ulang.", count)
        tell(request, told % {"n": count})
    else:
        tell(request, _("Tidak ada kiriman seperti itu lagi."))
    return go(request, reverse("payloads", args=[channel_id]))


def _find(seat: Seat, channel_id: UUID, payload_id: int) -> Payload:
    channel = find_or_404(seat, channel_id)
    try:
        found = get_payload(seat.business, payload_id)
    except (Payload.DoesNotExist, OverflowError) as error:
        raise Http404 from error
    if found.channel_id != channel.pk:
        raise Http404
    found.channel = channel
    return found


def _draw(request: SeatedRequest, found: Payload, text: str, *, is_masked: bool) -> HttpResponse:
    context = {
        "payload": found,
        "channel": found.channel,
        "title": title_of(found.channel, find_adapter(found.channel.kind)),
        "text": text[:_LONGEST_SHOWN],
        "is_cut": len(text) > _LONGEST_SHOWN,
        "is_masked": is_masked,
        "size": len(found.body),
    }
    return render(request, "web/settings_channel_payload.html", context)
