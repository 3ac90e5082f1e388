"""The map as it really is, where people leave it, and whether a change made a difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sapa.accounts.models import Business
from sapa.analytics.queries import Copy, open_copy
from sapa.analytics.windows import Window, parameters
from sapa.contacts.models import Contact
from sapa.conversations.models import Message
from sapa.journeys.behind import CHOICES
from sapa.journeys.models import Belief, Marker
from sapa.journeys.types import (
    Behind,
    BehindPage,
    Comparison,
    Edge,
    Example,
    FirstTouch,
    FrictionPoint,
    Hesitation,
    Journey,
    LeftOver,
    Path,
    PhaseScore,
    Segment,
    Side,
    StageRow,
)
from sapa.lib.intervals import difference_interval, median_ranks, share_interval
from sapa.readings.types import INTENT_LABELS
from sapa.timeline.kinds import PHASES

STAGES = ("heard", "asked", "bought", "received", "returned")
ENOUGH = 12
"""Fewest people for a share, as for metrics (`metrics.definition.ENOUGH_FOR_SHARE` says whence)."""

EVERYBODY = Segment()
PARTS = frozenset({*CHOICES, "edge"})
PAGE = 30

_EXAMPLES = 3
_MICROS = 1_000_000
_DAY = 86_400 * _MICROS


def get_journey(
    business: Business,
    *,
    from_: date | None,
    to: date | None,
    now: datetime,
    as_of: bool = False,
    segment: Segment = EVERYBODY,
) -> Journey:
    """The map of the contacts first seen from `from_` to `to` (both included, None is open), as of `now`.

    With `as_of` nothing later than `now` is seen; with a `segment` only its people count.
    """
    copy = open_copy(business, until=now if as_of else None)
    given = {**parameters(business, Window(from_, to), now), **_choice(segment)}
    ask = partial(_ask, copy, given, "journey." if segment.is_whole else "journey.part.")
    counts = ask("stages")[0]
    total = int(counts["heard"])
    points, unread = _friction(business, ask)
    return Journey(
        contacts=total,
        first_touch=tuple(_first_touches(ask("first_touch"), total)),
        stages=tuple(_stage(key, counts, total) for key in STAGES),
        edges=tuple(_edge(row) for row in ask("edges")),
        paths=tuple(_path(row, total) for row in ask("paths")),
        friction=points,
        phases=tuple(_phase_scores(ask("phases")[0])),
        hesitation=tuple(_hesitation(row) for row in ask("hesitation")),
        unread=unread,
        currency=business.currency,
    )


def _choice(segment: Segment) -> dict[str, str]:
    return {"origin": segment.origin, "context": segment.context, "channel": segment.channel}


def _ask(copy: Copy, given: Mapping[str, int | str], prefix: str, name: str) -> list[dict[str, Any]]:
    return copy.ask(prefix + name, given)


def list_segments(
    business: Business, *, from_: date | None, to: date | None, now: datetime
) -> tuple[list[tuple[str, str]], list[str]]:
    """What a part can be chosen by: (channel, context) of the known origins, and the channels; the largest first."""
    copy = open_copy(business)
    given = parameters(business, Window(from_, to), now)
    origins = [
        (row["origin_channel"], row["origin_context"] or "")
        for row in copy.ask("journey.first_touch", given)
        if row["origin_channel"]
    ]
    return origins, [row["channel"] for row in copy.ask("journey.channels", given)]


def list_behind(
    business: Business,
    part: str,
    *,
    key: str = "",
    other: str = "",
    from_: date | None,
    to: date | None,
    now: datetime,
    segment: Segment = EVERYBODY,
    page: int = 1,
) -> BehindPage:
    """The people behind one number of the map, the latest first; `part` is one of `PARTS`. Raises KeyError otherwise."""
    if part not in PARTS:
        raise KeyError(part)
    given = {
        **parameters(business, Window(from_, to), now),
        **_choice(segment),
        "key": key,
        "other": other,
        "low": (page - 1) * PAGE,
        "high": page * PAGE,
    }
    rows = open_copy(business).ask(f"journey.behind.{part}", given)
    asked = _messages(business, [row["question"] for row in rows if row.get("question")])
    own = Contact.objects.filter(business=business, pk__in=[row["contact"] for row in rows])
    names = {pk: (str(public_id), name) for pk, public_id, name in own.values_list("pk", "public_id", "name")}
    return BehindPage(
        people=tuple(
            _behind(
                row, names[row["contact"]], asked.get(row.get("question") or 0), ZoneInfo(business.timezone)
            )
            for row in rows
            if row["contact"] in names  # whoever was forgotten since the copy was made
        ),
        total=int(rows[0]["total"]) if rows else 0,
    )


def _behind(row: Mapping[str, Any], who: tuple[str, str], message: Message | None, zone: ZoneInfo) -> Behind:
    at = datetime.fromtimestamp(row["at"] / _MICROS, zone)
    if message is None:
        return Behind(*who, at)
    return Behind(*who, at, _example(message, zone), str(message.conversation.public_id))


def _first_touches(rows: Sequence[Mapping[str, Any]], total: int) -> list[FirstTouch]:
    """Those of whom no channel is known are one row, whatever else was said."""
    known = [row for row in rows if row["origin_channel"]]
    found = [FirstTouch(r["origin_channel"], r["origin_context"], r["n"], r["n"] / total) for r in known]
    if unknown := sum(row["n"] for row in rows if not row["origin_channel"]):
        found.append(FirstTouch(None, None, unknown, unknown / total))
    return sorted(found, key=lambda touch: -touch.contacts)


def _stage(key: str, counts: Mapping[str, Any], total: int) -> StageRow:
    reached = int(counts[key])
    share = reached / total if total else 0.0
    return StageRow(key, reached, share, counts.get(f"{key}_hours"), int(counts[f"{key}_left"]))


def _edge(row: Mapping[str, Any]) -> Edge:
    return Edge(
        row["prev"], row["kind"], int(row["contacts"]), int(row["events"]), float(row["median_hours"])
    )


def _path(row: Mapping[str, Any], total: int) -> Path:
    return Path(tuple(row["path"].split(">")), int(row["n"]), row["n"] / total)


def _hesitation(row: Mapping[str, Any]) -> Hesitation:
    return Hesitation(
        row["topic"], _label(row["topic"]), int(row["n"]), float(row["hours"]), float(row["questions"])
    )


def _label(topic: str) -> str:
    label = INTENT_LABELS.get(topic)
    if label is None:
        return topic
    return label.en if (get_language() or "id").startswith("en") else label.id


def _friction(
    business: Business, ask: Callable[[str], list[dict[str, Any]]]
) -> tuple[tuple[FrictionPoint, ...], int]:
    """Friction points by how many left over them, and how many left over a question that could not be read."""
    rows = ask("friction")
    left = sum(int(row["left"]) for row in rows)
    known = [row for row in rows if row["topic"] and row["left"]]
    worth = ask("first_value")[0] if known else {"n": 0, "mean": None}
    examples = _examples(business, [question for row in known for question in row["questions"]])
    points = tuple(
        FrictionPoint(
            stage="asked",
            topic=row["topic"],
            topic_label=_label(row["topic"]),
            contacts=int(row["left"]),
            share=row["left"] / left,
            estimated_cost=cost,
            examples=tuple(examples[pk] for pk in row["questions"] if pk in examples)[:_EXAMPLES],
            currency=business.currency,
            why_not=_("Pembelinya belum cukup untuk menaksir kerugiannya.") if cost is None else None,
        )
        for row in known
        for cost in (_cost(row, rows, worth),)
    )
    return points, left - sum(point.contacts for point in points)


def _cost(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], worth: Mapping[str, Any]) -> int | None:
    """What the leavers of one topic might have bought, had they gone on as those who last asked about others did.

    Contacts × the share of the other settled askers who bought × the mean value of a first order. None with
    fewer than 12 such others, or without a single valued first order. A guess, and shown as one.
    """
    others = [one for one in rows if one["topic"] != row["topic"]]
    bought = sum(int(one["bought"]) for one in others)
    settled = bought + sum(int(one["left"]) for one in others)
    if settled < ENOUGH or not worth["n"]:
        return None
    return round(int(row["left"]) * bought / settled * float(worth["mean"]))


def _examples(business: Business, ids: Sequence[int]) -> dict[int, Example]:
    """The words of messages by id; those that were forgotten or deleted have none."""
    zone = ZoneInfo(business.timezone)
    found = {pk: _example(message, zone) for pk, message in _messages(business, ids).items()}
    return {pk: example for pk, example in found.items() if example is not None}


def _messages(business: Business, ids: Sequence[int]) -> dict[int, Message]:
    own = Message.objects.filter(business=business, pk__in=ids)
    return {one.pk: one for one in own.select_related("identity__contact", "conversation")}


def _example(message: Message, zone: ZoneInfo) -> Example | None:
    contact = message.identity.contact if message.identity else None
    if not message.text.strip() or contact is None:
        return None
    at = message.happened_at.astimezone(zone)
    return Example(str(contact.public_id), message.text, at, contact.name)


def _phase_scores(row: Mapping[str, Any]) -> list[PhaseScore]:
    """The phases, weakest first; those of which nothing can be said come last (S3.14)."""
    meanings = {
        "awareness": _("yang mendengar lalu bertanya atau membeli"),
        "transaction": _("yang bertanya lalu membeli"),
        "service": _("pembeli tanpa keluhan atau retur"),
        "after_sales": _("pembeli yang kita sapa setelah barangnya sampai"),
        "retention": _("pembeli yang kembali"),
    }
    scores = []
    for phase in PHASES:
        n, good = int(row[phase]), int(row[f"{phase}_good"])
        scores.append(PhaseScore(phase, good / n if n >= ENOUGH else None, n, meanings[phase]))
    return sorted(scores, key=lambda one: (one.score is None, one.score or 0.0))


def list_markers(business: Business) -> list[Marker]:
    """The marked days, newest first."""
    return list(Marker.objects.filter(business=business).select_related("by").order_by("-day", "-id"))


def compare_around(
    business: Business,
    *,
    day: date,
    days: int = 28,
    follow_days: int = 30,
    now: datetime,
    as_of: bool = False,
) -> Comparison:
    """The contacts first seen in the `days` before a day beside those of the `days` from that day on.

    Every contact is followed for the same `follow_days` from when it was first seen, else those of the later
    side would have had less time: newer ones are left out, and later purchases count on neither side.
    """
    copy = open_copy(business, until=now if as_of else None)
    given = {**parameters(business, Window(None, None), now), "follow": follow_days * _DAY}
    windows = (
        Window(day - timedelta(days=days), day - timedelta(days=1)),
        Window(day, day + timedelta(days=days - 1)),
    )
    before, after = (_side(business, copy, window, given, now) for window in windows)
    change = interval = why_not = None
    if before.conversion is None or after.conversion is None:
        why_not = _(
            "Belum cukup orang di kedua sisi: {before} sebelum, {after} sesudah; paling sedikit {least}."
        )
        why_not = why_not.format(before=before.contacts, after=after.contacts, least=ENOUGH)
    else:
        change = after.conversion - before.conversion
        interval = difference_interval(before.bought, before.contacts, after.bought, after.contacts)
    is_clear = interval is not None and (interval[0] > 0 or interval[1] < 0)
    return Comparison(day, follow_days, before, after, change, interval, is_clear, why_not)


def _side(
    business: Business, copy: Copy, window: Window, given: Mapping[str, int | str], now: datetime
) -> Side:
    asked = {**given, **{key: parameters(business, window, now)[key] for key in ("from_day", "to_day")}}
    row = copy.ask("journey.side", asked)[0]
    n, bought, people_asked = int(row["n"]), int(row["bought"]), int(row["asked"])
    ranks = median_ranks(int(row["timed"]))
    middle = None
    if ranks is not None:
        found = copy.ask("journey.side_middle", {**asked, "middle_low": ranks[0], "middle_high": ranks[1]})[0]
        middle = float(found["low"]), float(found["high"])
    left = copy.ask("journey.side_left", asked)
    assert window.from_ is not None  # noqa: S101 - both ends were given
    assert window.to is not None  # noqa: S101
    return Side(
        from_=window.from_,
        to=window.to,
        contacts=n,
        bought=bought,
        conversion=bought / n if n >= ENOUGH else None,
        conversion_interval=share_interval(bought, n) if n >= ENOUGH else None,
        median_hours=float(row["median"]) if ranks is not None else None,
        median_interval=middle,
        asked=people_asked,
        left=tuple(LeftOver(r["topic"], _label(r["topic"]), r["n"], r["n"] / people_asked) for r in left),
    )


def find_belief(business: Business) -> tuple[str, ...]:
    """The steps of the road that buyers are believed to take; none where nothing was said."""
    found = Belief.objects.filter(business=business).first()
    return tuple(found.steps) if found else ()
