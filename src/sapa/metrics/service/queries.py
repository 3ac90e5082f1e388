"""How the team serves in a window, and the messages behind each number. Asked of the copy, but for promises and words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q

from sapa.accounts.models import Business, Teammate
from sapa.accounts.queries import list_teammates
from sapa.analytics.queries import Copy, open_copy
from sapa.analytics.windows import Window, parameters
from sapa.channels.types import ChannelKind
from sapa.conversations.models import Conversation, Message
from sapa.conversations.queries import get_title
from sapa.metrics.definition import ENOUGH_FOR_MEDIAN, ENOUGH_FOR_SHARE
from sapa.metrics.service import questions  # noqa: F401 - registers what is asked here
from sapa.metrics.service.types import (
    ALL,
    LOADS,
    NOBODY,
    Load,
    MateLine,
    Pace,
    Performance,
    ReplyLine,
    What,
)
from sapa.promises.models import Promise

MOST_LISTED = 50
_ANY_LOAD = Load(0, 2**31 - 1)
_QUOTE = 200
Row = Mapping[str, Any]


def get_performance(business: Business, *, from_: date, to: date, now: datetime) -> Performance:
    """Everything on the screen of the team, for the days `from_` to `to` (both included).

    Seven questions to the copy and three queries, however large the shop. Teammates stand in the order of their names
    unless the shop ranks by name; then the fastest first answer comes first.
    """
    window = Window(from_, to)
    copy = open_copy(business)
    asked = parameters(business, window, now)
    mates = {mate.pk: mate for mate in list_teammates(business, everyone=True)}
    promises = _promises(business, mates.values(), from_, to, now)
    lines = _mate_lines(copy, asked, mates, promises)
    kinds = copy.ask("service.channels", asked)
    channels = sorted(((str(row["channel"]), _pace(row)) for row in kinds), key=_busiest)
    hours = sorted((int(row["hour"]), _pace(row)) for row in copy.ask("service.hours", asked))
    loads = {int(row["band"]): _pace(row) for row in copy.ask("service.loads", asked)}
    return Performance(
        whole=_whole(copy, asked, promises),
        mates=tuple(sorted(lines, key=_by_rank if business.ranks_by_name else _by_name)),
        channels=tuple(channels),
        hours=tuple(hours),
        loads=tuple((LOADS[band], pace) for band, pace in sorted(loads.items())),
        spread=_spread([pace for _kind, pace in channels]),
        is_ranked=business.ranks_by_name,
    )


def _whole(copy: Copy, asked: Mapping[str, int | str], promises: Mapping[int, tuple[int, int]]) -> MateLine:
    closed = copy.ask("service.closed", asked)[0]
    return MateLine(
        teammate_id=ALL,
        name="",
        pace=_pace(copy.ask("service.whole", asked)[0]),
        promises=sum(made for made, _kept in promises.values()),
        promises_kept=sum(kept for _made, kept in promises.values()),
        resolved=int(closed["n"]),
        resolved_minutes=_median(closed["minutes"], int(closed["n"])),
    )


def _mate_lines(
    copy: Copy,
    asked: Mapping[str, int | str],
    mates: Mapping[int, Teammate],
    promises: Mapping[int, tuple[int, int]],
) -> list[MateLine]:
    paces = {int(row["who"]): _pace(row) for row in copy.ask("service.mates", asked)}
    closed = {int(row["who"]): row for row in copy.ask("service.closings", asked)}
    known = {pk for pk, mate in mates.items() if mate.is_active and mate.role != Teammate.Role.VIEWER}
    lines = []
    for pk in known | ({*paces, *closed, *promises} & {*mates, NOBODY}):
        made, kept = promises.get(pk, (0, 0))
        done = closed.get(pk, {"n": 0, "minutes": None})
        lines.append(
            MateLine(
                teammate_id=pk,
                name=mates[pk].name if pk in mates else "",
                pace=paces.get(pk, _NONE),
                promises=made,
                promises_kept=kept,
                resolved=int(done["n"]),
                resolved_minutes=_median(done["minutes"], int(done["n"])),
            )
        )
    return lines


def _by_name(line: MateLine) -> tuple[bool, str, int]:
    return line.teammate_id == NOBODY, line.name.casefold(), line.teammate_id


def _by_rank(line: MateLine) -> tuple[bool, bool, float, str]:
    minutes = line.pace.first_minutes
    return line.teammate_id == NOBODY, minutes is None, minutes or 0.0, line.name.casefold()


def _busiest(one: tuple[str, Pace]) -> tuple[int, str]:
    return -one[1].asked, one[0]


def _pace(row: Row) -> Pace:
    asked, late = int(row["asked"] or 0), int(row["late"] or 0)
    firsts, nexts = int(row["firsts"] or 0), int(row["nexts"] or 0)
    return Pace(
        conversations=int(row["conversations"] or 0),
        firsts=firsts,
        first_minutes=_median(row["first_minutes"], firsts),
        nexts=nexts,
        next_minutes=_median(row["next_minutes"], nexts),
        asked=asked,
        late=late,
        late_share=late / asked if asked >= ENOUGH_FOR_SHARE else None,
    )


_NONE = Pace(0, 0, None, 0, None, 0, 0, None)


def _median(value: float | None, number: int) -> float | None:
    return value if number >= ENOUGH_FOR_MEDIAN else None


def _spread(paces: Iterable[Pace]) -> float | None:
    """How many times longer people wait on the slowest channel than on the fastest (S0.14)."""
    known = [max(pace.first_minutes, 1.0) for pace in paces if pace.first_minutes is not None]
    return max(known) / min(known) if len(known) > 1 else None


def _promises(
    business: Business, mates: Iterable[Teammate], from_: date, to: date, now: datetime
) -> dict[int, tuple[int, int]]:
    """By who made them: promises whose time has come, and those of them that were kept in time. One query."""
    by_name = {mate.name.casefold(): mate.pk for mate in mates}
    zone = ZoneInfo(business.timezone)
    made = Promise.objects.filter(
        business=business,
        is_dismissed=False,
        made_at__gte=datetime.combine(from_, time(), zone),
        made_at__lt=datetime.combine(to, time(), zone) + timedelta(days=1),
    )
    judged = made.filter(Q(due_at__lte=now) | Q(done_at__isnull=False))
    rows = judged.values_list("message__by", "message__author_name").annotate(
        made=Count("id"), kept=Count("id", filter=Q(done_at__lte=F("due_at")))
    )
    found: dict[int, tuple[int, int]] = {}
    for by, author, number, kept in rows.order_by():
        pk = by or by_name.get(author.casefold(), NOBODY)
        before = found.get(pk, (0, 0))
        found[pk] = (before[0] + number, before[1] + kept)
    return found


def list_replies(
    business: Business,
    *,
    from_: date,
    to: date,
    now: datetime,
    what: What = What.ALL,
    teammate_id: int = ALL,
    channel: str = "",
    hour: int = ALL,
    load: Load = _ANY_LOAD,
    before: datetime | None = None,
) -> list[ReplyLine]:
    """The questions and answers behind a number, newest first: a page and one more. Raises KeyError for no such channel."""
    if channel and channel not in {str(kind) for kind in ChannelKind}:
        raise KeyError(channel)
    asked = parameters(business, Window(from_, to), now) | {
        "teammate": teammate_id,
        "hour": hour,
        "low": load.low,
        "high": load.high,
        "before": round((before or now).timestamp() * 1_000_000) + (0 if before else 1),
    }
    rows = open_copy(business).ask(f"service.replies.{what}.{channel}", asked)
    wanted = {int(pk) for row in rows for pk in (row["asked"], row["answer"]) if pk}
    said = {one.pk: one for one in Message.objects.filter(business=business, pk__in=wanted)}
    threads = Conversation.objects.filter(
        business=business, pk__in={int(row["conversation"]) for row in rows}
    )
    shown = {one.pk: one for one in threads.select_related("identity__contact", "channel", "merged_into")}
    return [
        _reply(row, said, shown[int(row["conversation"])])
        for row in rows
        if int(row["conversation"]) in shown
    ]


def _reply(row: Row, said: Mapping[int, Message], thread: Conversation) -> ReplyLine:
    question, answer = said.get(row["asked"]), said.get(row["answer"] or 0)
    return ReplyLine(
        conversation=str((thread.merged_into or thread).public_id),
        name=get_title(thread),
        channel=str(row["channel"]),
        asked_id=int(row["asked"]),
        question=question.text[:_QUOTE] if question else "",
        asked_at=question.happened_at if question else _moment(row["asked_at"]),
        answer=answer.text[:_QUOTE] if answer else "",
        answered_at=_moment(row["answered_at"]) if row["answered_at"] is not None else None,
        minutes=row["minutes"],
        wall_minutes=row["wall_minutes"],
        is_late=bool(row["is_late"]),
        teammate_id=int(row["who"]),
    )


def _moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1_000_000, UTC)
