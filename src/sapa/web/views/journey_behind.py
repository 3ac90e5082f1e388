"""Who stands behind a number of the map: the people, what they asked last, and the way to their talk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.journeys.queries import PAGE, PARTS, list_behind
from sapa.journeys.types import Segment
from sapa.snapshots.timeline import bare_words, topic_label
from sapa.web import words
from sapa.web.access import Seat, SeatedRequest, screen
from sapa.web.periods import Period, read_period

DEFAULT_DAYS = 90
_LONGEST_PAGE = 9_999


@dataclass(frozen=True, slots=True)
class Chosen:
    """The window and the part of the shop that the map is drawn for, as they stand in its address."""

    period: Period
    segment: Segment

    @property
    def query(self) -> dict[str, str]:
        """What keeps the window and the part in a link."""
        given = {name: getattr(self.segment, name) for name in ("origin", "context", "channel")}
        given = {name: value for name, value in given.items() if value}
        if self.period.days:
            return given | {"days": str(self.period.days)}
        if self.period.from_ and self.period.to:
            return given | {"from": self.period.from_.isoformat(), "to": self.period.to.isoformat()}
        return given

    def behind(self, part: str, key: str = "", other: str = "") -> str:
        """The address of the people behind one number."""
        given = {"part": part, "key": key, "other": other}
        return f"{reverse('journey_behind')}?{urlencode({k: v for k, v in given.items() if v} | self.query)}"


def read_choice(request: HttpRequest, seat: Seat) -> Chosen:
    """The window and the part named in the address."""
    period = read_period(request, seat, default=DEFAULT_DAYS)
    given = {name: request.GET.get(name, "")[:200] for name in ("origin", "context", "channel")}
    return Chosen(period, Segment(**given))


@screen()
def behind(request: SeatedRequest, seat: Seat) -> HttpResponse:
    chosen = read_choice(request, seat)
    key, other = (request.GET.get(name, "")[:500] for name in ("key", "other"))
    part = request.GET.get("part", "reached.heard")
    if part not in PARTS:
        raise Http404
    number = request.GET.get("page", "1")
    page = int(number) if number.isdecimal() and 0 < int(number) <= _LONGEST_PAGE else 1
    found = list_behind(
        seat.business,
        part,
        key=key,
        other=other,
        from_=chosen.period.from_,
        to=chosen.period.to,
        now=seat.now,
        segment=chosen.segment,
        page=page,
    )
    context: dict[str, Any] = {
        "title": _title(part, key, other),
        "told": _told(part),
        "people": found.people,
        "total": found.total,
        "period": chosen.period,
        "part_words": part_words(chosen.segment),
        "map_address": f"{reverse('journey')}?{urlencode(chosen.query)}",
        "next": urlencode({**request.GET.dict(), "page": page + 1}) if found.total > page * PAGE else "",
    }
    return render(request, "web/journey_behind.html", context)


def part_words(segment: Segment) -> str:
    """The part of the shop in words; empty for all of it."""
    said = []
    if segment.origin:
        origin = words.channel(segment.origin)
        said.append(
            _("asal {origin}").format(origin=f"{origin} “{segment.context}”" if segment.context else origin)
        )
    if segment.channel:
        said.append(_("lewat {channel}").format(channel=words.channel(segment.channel)))
    return ", ".join(said)


def _title(part: str, key: str, other: str) -> str:
    """What the number counts, as a heading."""
    kind, _dot, which = part.partition(".")
    if kind == "reached":
        return _("Sampai di langkah {stage}").format(stage=words.stage(which))
    if kind == "stopped":
        return _("Berhenti di langkah {stage}").format(stage=words.stage(which))
    if kind == "missed":
        return {
            "awareness": _("Tahu, tetapi tidak bertanya dan tidak membeli"),
            "transaction": _("Bertanya, tetapi tidak membeli"),
            "service": _("Pembeli yang mengeluh atau mengembalikan barang"),
            "after_sales": _("Pembeli yang belum kita sapa setelah barangnya sampai"),
            "retention": _("Pembeli yang tidak kembali"),
        }[which]
    if kind == "topic":
        return (
            _("Pergi setelah bertanya “{topic}”").format(topic=topic_label(key) or key)
            if key
            else _("Pergi setelah pertanyaan yang belum terbaca")
        )
    if kind == "hesitated":
        return _("Membeli setelah bertanya “{topic}”").format(topic=topic_label(key) or key)
    if kind == "path":
        return " → ".join(words.channel(step) for step in key.split(">"))
    if kind == "edge":
        return step_words(key, other)
    if not key:
        return _("Belum diketahui asalnya")
    return _("Tahu dari {where}").format(
        where=f"{words.channel(key)} “{other}”" if other else words.channel(key)
    )


def step_words(before: str, after: str) -> str:
    """One step of the map in words."""
    known = bare_words()
    return f"{known.get(before, before)} → {known.get(after, after)}"


def _told(part: str) -> str:
    """What the time beside each name is."""
    return _("terakhir melangkah begini") if part == "edge" else _("terakhir terlihat")
