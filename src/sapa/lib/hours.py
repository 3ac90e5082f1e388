"""Business hours: split days, weeks with a valid-from date, holidays; open minutes between two moments.

Spans are laid once onto a line of open seconds (UTC), so that a question costs two binary searches and
days on which the clocks change have their true length.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

Span = tuple[int, int]

DAY_MINUTES = 24 * 60
_FIRST_DAY, _LAST_DAY = date(1990, 1, 1), date(2200, 1, 1)
_MARGIN_DAYS = 400
_SEARCH_DAYS = 400


@dataclass(frozen=True, slots=True)
class Week:
    """Open spans of Monday to Sunday in minutes after local midnight, end excluded: `((480, 690), (780, 1020))`.

    Spans of a day are in order and do not overlap; an evening past midnight is split between two days.
    """

    days: tuple[tuple[Span, ...], ...]

    def __post_init__(self) -> None:
        if len(self.days) != 7:
            raise ValueError("A week has seven days, Monday first.")
        for spans in self.days:
            last = 0
            for start, end in spans:
                if not last <= start < end <= DAY_MINUTES:
                    raise ValueError(f"Opening hours must be in order and within one day, not {spans}.")
                last = end

    @classmethod
    def of(cls, days: Iterable[Iterable[Iterable[int]]]) -> Week:
        """From lists, as JSON has them."""
        return cls(tuple(tuple((int(start), int(end)) for start, end in spans) for spans in days))

    @classmethod
    def same(cls, spans: Sequence[Span], days: Iterable[int] = range(7)) -> Week:
        """The same spans on each of `days` (0 is Monday), closed otherwise."""
        chosen = frozenset(days)
        return cls(tuple(tuple(spans) if day in chosen else () for day in range(7)))

    @property
    def open_minutes(self) -> int:
        """Open minutes of a whole week."""
        return sum(end - start for spans in self.days for start, end in spans)


USUAL_WEEK = Week.same([(8 * 60, 17 * 60)], range(6))
ALWAYS_OPEN = Week.same([(0, DAY_MINUTES)])


@dataclass(slots=True)
class _Line:
    """Open spans as seconds since 1970, and the open seconds before each."""

    first: date
    last: date
    starts: list[int]
    ends: list[int]
    before: list[int]

    def covers(self, day: date) -> bool:
        return self.first <= day < self.last

    def position(self, at: float) -> float:
        """Open seconds from the line's beginning to `at`."""
        index = bisect_right(self.starts, at) - 1
        return self.before[index] + min(at, self.ends[index]) - self.starts[index] if index >= 0 else 0.0


@dataclass(frozen=True)
class Calendar:
    """When a business is open: its zone, its weeks from the date on which each began, its closed days.

    Before the first `valid_from` the first week holds. `holidays` is a set of dates or a question
    (`is_indonesian_holiday`); empty where the shop stays open on them.
    """

    timezone: str
    weeks: tuple[tuple[date, Week], ...]
    holidays: Set[date] | Callable[[date], bool] = frozenset()
    _line: list[_Line] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.weeks:
            raise ValueError("A calendar needs at least one week.")
        object.__setattr__(self, "weeks", tuple(sorted(self.weeks, key=lambda entry: entry[0])))

    def week_on(self, day: date) -> Week:
        """The week that holds on `day`, holidays aside."""
        index = bisect_right([valid_from for valid_from, _ in self.weeks], day) - 1
        return self.weeks[max(index, 0)][1]

    def is_holiday(self, day: date) -> bool:
        return self.holidays(day) if callable(self.holidays) else day in self.holidays

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """Open spans of that local day in minutes after midnight."""
        return () if self.is_holiday(day) else self.week_on(day).days[day.weekday()]

    def line(self, *moments: datetime) -> _Line:
        days = [min(max(moment.date(), _FIRST_DAY), _LAST_DAY) for moment in moments]
        known = self._line[0] if self._line else None
        if known and all(known.covers(day) for day in days):
            return known
        ends = days + ([known.first, known.last] if known else [])
        margin = timedelta(days=_MARGIN_DAYS)
        line = _lay(self, max(min(ends) - margin, _FIRST_DAY), min(max(ends) + margin, _LAST_DAY + margin))
        self._line[:] = [line]
        return line


def _lay(calendar: Calendar, first: date, last: date) -> _Line:
    zone = ZoneInfo(calendar.timezone)
    line = _Line(first, last, [], [], [])
    total = 0
    for offset in range((last - first).days):
        day = first + timedelta(days=offset)
        for start, end in calendar.spans_on(day):
            opened, closed = _moment(day, start, zone), _moment(day, end, zone)
            if closed <= opened:  # the hour that a change of the clocks leaves out
                continue
            line.starts.append(opened)
            line.ends.append(closed)
            line.before.append(total)
            total += closed - opened
    return line


def _moment(day: date, minute: int, zone: ZoneInfo) -> int:
    if minute == DAY_MINUTES:
        day, minute = day + timedelta(days=1), 0
    return int(datetime.combine(day, time(minute // 60, minute % 60), zone).timestamp())


def open_minutes_between(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Minutes of open hours from `start` to `end` (aware); 0 where `end` is not later."""
    if end <= start:
        return 0.0
    line = calendar.line(start, end)
    return (line.position(end.timestamp()) - line.position(start.timestamp())) / 60


def add_open_minutes(calendar: Calendar, start: datetime, minutes: float) -> datetime:
    """The moment at which `minutes` of open hours have passed since `start`, in the zone of `start`.

    A calendar that does not open for so long within 400 days counts every minute instead: a due time is
    then early rather than never.
    """
    if minutes <= 0:
        return start
    horizon = start + timedelta(days=_SEARCH_DAYS)
    line = calendar.line(start, horizon)
    target = line.position(start.timestamp()) + minutes * 60
    if target > line.position(horizon.timestamp()):
        return start + timedelta(minutes=minutes)
    index = bisect_left(line.before, target) - 1
    found = line.starts[index] + target - line.before[index]
    return datetime.fromtimestamp(found, UTC).astimezone(start.tzinfo)


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the business is open at that moment; the closing minute is closed."""
    line = calendar.line(at)
    moment = at.timestamp()
    index = bisect_right(line.starts, moment) - 1
    return index >= 0 and moment < line.ends[index]


def next_opening(calendar: Calendar, at: datetime) -> datetime | None:
    """`at` itself where open, else the next opening in the zone of `at`; None where none comes within 400 days."""
    if is_open(calendar, at):
        return at
    line = calendar.line(at, at + timedelta(days=_SEARCH_DAYS))
    index = bisect_right(line.starts, at.timestamp())
    if index == len(line.starts):
        return None
    return datetime.fromtimestamp(line.starts[index], UTC).astimezone(at.tzinfo)


@lru_cache(maxsize=256)
def _indonesian_holidays(year: int) -> dict[date, str]:
    import holidays

    days: Any = holidays.country_holidays("ID", years=year, language="id")
    return {day: str(name) for day, name in days.items()}


def is_indonesian_holiday(day: date) -> bool:
    """Whether `day` is a national holiday of Indonesia (the `holidays` package; later years are estimates)."""
    return day in _indonesian_holidays(day.year)


def indonesian_holiday_name(day: date) -> str | None:
    """Its name in Indonesian, or None on a working day."""
    return _indonesian_holidays(day.year).get(day)


_ENOUGH_MESSAGES = 30
_STEP = 30
_PRAYER = (11 * 60 + 30, 13 * 60)


def guess_week(sent_at: Iterable[datetime], timezone: str) -> Week:
    """Opening hours guessed from the times at which the shop itself wrote (aware).

    Days on which it wrote in fewer than a fifth of the weeks of its busiest day are closed; hours reach
    from the 5th to the 95th percentile, to the half hour. A Friday silent from 11.30 to 13.00 is split where
    other days are not. `USUAL_WEEK` where there are fewer than 30 messages.
    """
    zone = ZoneInfo(timezone)
    local = [at.astimezone(zone) for at in sent_at]
    if len(local) < _ENOUGH_MESSAGES:
        return USUAL_WEEK
    minutes: list[list[int]] = [[] for _ in range(7)]
    dates: list[set[date]] = [set() for _ in range(7)]
    for at in local:
        minutes[at.weekday()].append(at.hour * 60 + at.minute)
        dates[at.weekday()].add(at.date())
    busiest = max(map(len, dates))
    open_days = [day for day in range(7) if len(dates[day]) >= max(1, busiest / 5)]
    span = _usual_span(sorted(minute for day in open_days for minute in minutes[day]))
    week: list[tuple[Span, ...]] = [(span,) if day in open_days else () for day in range(7)]
    if week[4] and _prays(minutes[4], [m for day in open_days if day != 4 for m in minutes[day]]):
        week[4] = _without_prayer(span)
    return Week.of(week)


def _usual_span(ordered: list[int]) -> Span:
    early, late = ordered[len(ordered) * 5 // 100], ordered[min(len(ordered) * 95 // 100, len(ordered) - 1)]
    start = early // _STEP * _STEP
    return start, max(start + _STEP, min(DAY_MINUTES, -(-(late + 1) // _STEP) * _STEP))


def _prays(friday: list[int], others: list[int]) -> bool:
    def share(minutes: list[int]) -> float:
        return sum(_PRAYER[0] <= minute < _PRAYER[1] for minute in minutes) / max(len(minutes), 1)

    return len(friday) >= _ENOUGH_MESSAGES // 2 and share(friday) < share(others) / 5


def _without_prayer(span: Span) -> tuple[Span, ...]:
    parts = ((span[0], min(span[1], _PRAYER[0])), (max(span[0], _PRAYER[1]), span[1]))
    return tuple(part for part in parts if part[0] < part[1])
