"""`talk`: conversations as the figures mean them, with business minutes; then promises, surveys and referrals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sapa.accounts.models import Business
from sapa.accounts.queries import get_calendar
from sapa.analytics.tables import DAY, MINUTE, SECOND
from sapa.lib.hours import Calendar

if TYPE_CHECKING:
    import numpy as np

    Moments = np.ndarray[Any, Any]

_HORIZON = 400 * DAY

# A conversation ends after 72 hours without a message; thanks and stickers open nothing, a machine answers nothing.
_PARTS = """
CREATE TEMP TABLE part AS
WITH gaps AS (
    SELECT s.*, s.happened_at - lag(s.happened_at) OVER way AS pause, row_number() OVER way AS seq
    FROM said s WHERE NOT s.is_group
    WINDOW way AS (PARTITION BY s.conversation ORDER BY s.happened_at, s.rank, s.id)
)
SELECT *, sum(CASE WHEN pause >= hours(72) THEN 1 ELSE 0 END) OVER (
    PARTITION BY conversation ORDER BY happened_at, rank, id ROWS UNBOUNDED PRECEDING) AS part
FROM gaps
"""

_TALKS = """
CREATE TEMP TABLE opened AS
SELECT p.conversation, p.part, any_value(p.person) AS contact, any_value(p.channel) AS channel,
       any_value(p.target) AS target, min(p.seq) FILTER (p.is_in AND NOT p.closes) AS opened_seq,
       min(p.happened_at) FILTER (p.is_in AND NOT p.closes) AS opened_at,
       max(p.happened_at) AS last_at,
       max(p.seq) FILTER (p.is_in AND NOT p.closes) AS asked_seq,
       max(p.happened_at) FILTER (p.is_in AND NOT p.closes) AS asked_at,
       max(p.seq) FILTER (NOT p.is_in AND NOT p.is_automatic) AS told_seq
FROM part p GROUP BY p.conversation, p.part
HAVING min(p.seq) FILTER (p.is_in AND NOT p.closes) IS NOT NULL
"""

_MARKED = """
CREATE TEMP TABLE marked AS
SELECT o.conversation, o.part,
       min(m.happened_at) FILTER (m.kind = 'answered') AS answered_at,
       max(m.happened_at) >= any_value(o.asked_at) AS settles,
       coalesce(bool_or(m.kind = 'no_answer'), false) AS needs_none
FROM opened o JOIN s_mark m ON m.conversation = o.conversation
    AND m.happened_at >= o.opened_at AND m.happened_at < o.last_at + hours(72)
WHERE m.undone_at IS NULL OR coalesce(m.undone_at > getvariable('until'), false)
GROUP BY o.conversation, o.part
"""

_ANSWERED = """
CREATE TEMP TABLE answered AS
SELECT o.*, least(a.answered_at, k.answered_at) AS answered_at, coalesce(k.needs_none, false) AS needs_none,
       coalesce(o.told_seq > o.asked_seq, false) OR coalesce(k.settles, false) AS is_settled,
       lead(o.opened_at) OVER (PARTITION BY o.conversation ORDER BY o.part) AS reopened_at
FROM opened o
LEFT JOIN (
    SELECT p.conversation, p.part, min(p.happened_at) AS answered_at
    FROM part p JOIN opened q ON q.conversation = p.conversation AND q.part = p.part
    WHERE NOT p.is_in AND NOT p.is_automatic AND p.seq > q.opened_seq
    GROUP BY p.conversation, p.part
) a ON a.conversation = o.conversation AND a.part = o.part
LEFT JOIN marked k ON k.conversation = o.conversation AND k.part = o.part
ORDER BY o.conversation, o.part
"""

_TALK = """
CREATE TABLE talk AS
SELECT a.conversation, a.contact, a.channel, a.opened_at, day_of(a.opened_at) AS day, month_of(day_of(a.opened_at)) AS month,
       a.last_at, a.answered_at, CASE WHEN a.answered_at IS NOT NULL THEN c.minutes END AS minutes,
       c.deadline_at, a.needs_none, a.is_settled, a.reopened_at
FROM answered a JOIN clock c ON c.conversation = a.conversation AND c.part = a.part
ORDER BY a.conversation, a.part
"""

_PROM = """
CREATE TABLE prom AS
SELECT contact, kind, made_at, day_of(made_at) AS day, month_of(day_of(made_at)) AS month, due_at,
       CASE WHEN coalesce(done_at <= getvariable('until'), true) THEN done_at END AS done_at, is_dismissed
FROM s_promise ORDER BY made_at, contact
"""

_SURVEY = """
CREATE TABLE survey AS
SELECT i.contact, r.survey, r.score, r.happened_at, day_of(r.happened_at) AS day,
       month_of(day_of(r.happened_at)) AS month
FROM s_response r JOIN s_identity i ON i.id = r.identity ORDER BY r.happened_at, i.contact
"""


def build_talks(con: Any, business: Business) -> None:
    """Makes `talk`, `prom` and `survey`."""
    for statement in (_PARTS, _TALKS, _MARKED, _ANSWERED):
        con.execute(statement)
    _clock(con, get_calendar(business), business.reply_target_minutes)
    for statement in (_TALK, _PROM, _SURVEY):
        con.execute(statement)


def _clock(con: Any, calendar: Calendar, target_minutes: int) -> None:
    """Business minutes until the first answer, and when the target of its channel ran out, for all talks at once."""
    found = con.execute(
        "SELECT conversation, CAST(part AS BIGINT) AS part, opened_at, coalesce(answered_at, opened_at) AS answered_at,"
        " CAST(coalesce(target, ?) AS BIGINT) AS target FROM answered",
        [target_minutes],
    ).fetchnumpy()
    minutes, deadlines = count_open(calendar, found["opened_at"], found["answered_at"], found["target"])
    keys = {name: found[name] for name in ("conversation", "part")}
    put_table(con, "clock", keys | {"minutes": minutes, "deadline_at": deadlines})


def count_open(
    calendar: Calendar, start: Moments, end: Moments, target: Moments | None = None
) -> tuple[Moments, Moments]:
    """Open minutes between moments, and when `target` open minutes after the start had passed; all in microseconds.

    Whole numbers throughout: the same two moments give the same minutes, whatever else is counted with them.
    """
    if not len(start):
        return start / MINUTE, start
    line = Line(calendar, int(start.min()), int(max(start.max(), end.max())))
    minutes = (line.position(end) - line.position(start)) / MINUTE
    return minutes, start if target is None else line.after(start, target * MINUTE)


def put_table(con: Any, name: str, columns: Mapping[str, Moments]) -> None:
    """A temporary table from arrays of equal length."""
    import pyarrow as pa

    con.register("batch", pa.table({key: pa.array(values) for key, values in columns.items()}))
    con.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM batch")  # noqa: S608 - a name of our own
    con.unregister("batch")


class Line:
    """The calendar's open time as arrays, in microseconds: what `lib.hours` answers for one moment, for many at once."""

    def __init__(self, calendar: Calendar, first: int, last: int) -> None:
        import numpy as np

        begin, horizon = _moment(first), _moment(last + _HORIZON)
        line = calendar.line(begin, horizon)
        self.starts, self.ends, self.before = (
            np.asarray(some, dtype="int64") * SECOND for some in (line.starts, line.ends, line.before)
        )

    def position(self, at: Moments) -> Moments:
        """Open microseconds from the line's beginning to each moment."""
        import numpy as np

        index = np.searchsorted(self.starts, at, side="right") - 1
        if not len(self.starts):
            return np.zeros(len(at), dtype="int64")
        found = np.maximum(index, 0)
        position = self.before[found] + np.minimum(at, self.ends[found]) - self.starts[found]
        return np.where(index >= 0, position, 0)

    def after(self, at: Moments, open_time: Moments | int) -> Moments:
        """When so many open microseconds have passed since each moment; as `lib.hours.add_open_minutes`."""
        import numpy as np

        target = self.position(at) + open_time
        never = target > self.position(at + _HORIZON)
        if not len(self.starts):
            return at + open_time
        index = np.maximum(np.searchsorted(self.before, target, side="left") - 1, 0)
        found = self.starts[index] + target - self.before[index]
        return np.where(never | (open_time <= 0), at + open_time, found)


def _moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / SECOND, UTC)
