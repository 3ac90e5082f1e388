"""`reply` and `closing`: who waited how long for whom, and how long it took until a teammate was done (S1.13, S1.21, S4.19)."""

from __future__ import annotations

from typing import Any

from sapa.accounts.models import Business
from sapa.accounts.queries import get_calendar
from sapa.analytics.building.talks import count_open, put_table

# A teammate's word (answered elsewhere, no answer needed) stands in the stream like a message of the shop's.
_STREAM = """
CREATE TEMP TABLE stream AS
WITH heard AS (
    SELECT conversation, part, happened_at, FALSE AS is_mark, seq, id, is_in, closes, is_automatic, teammate, FALSE AS is_none
    FROM part
    UNION ALL
    SELECT conversation, NULL, happened_at, TRUE, NULL, NULL, FALSE, FALSE, FALSE, teammate, kind = 'no_answer'
    FROM s_mark WHERE undone_at IS NULL OR coalesce(undone_at > getvariable('until'), false)
), placed AS (
    SELECT * EXCLUDE part, last_value(part IGNORE NULLS) OVER (
        PARTITION BY conversation ORDER BY happened_at, is_mark, seq, is_none, teammate
        ROWS UNBOUNDED PRECEDING) AS part
    FROM heard
)
SELECT *, coalesce(sum(CASE WHEN is_in OR is_automatic THEN 0 ELSE 1 END) OVER (
    PARTITION BY conversation, part ORDER BY happened_at, is_mark, seq, is_none, teammate
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS turn
FROM placed WHERE part IS NOT NULL
"""

_WAITED = """
CREATE TEMP TABLE waited AS
WITH turns AS (
    SELECT conversation, part, turn,
           min(happened_at) FILTER (is_in AND NOT closes) AS asked_at,
           arg_min(id, seq) FILTER (is_in AND NOT closes) AS asked,
           max(happened_at) FILTER (NOT is_in AND NOT is_automatic) AS told_at,
           max(id) FILTER (NOT is_in AND NOT is_automatic) AS answer,
           max(teammate) FILTER (NOT is_in AND NOT is_automatic) AS teammate,
           coalesce(bool_or(is_none), false) AS needs_none,
           max(happened_at) AS last_at
    FROM stream GROUP BY conversation, part, turn
)
SELECT t.conversation, t.part, t.turn, o.contact, o.channel, o.target, t.asked_at, t.asked,
       CASE WHEN NOT t.needs_none THEN t.told_at END AS answered_at, t.answer, t.teammate, t.needs_none,
       t.turn = min(t.turn) OVER (PARTITION BY t.conversation, t.part) AS is_first,
       coalesce(t.told_at, t.last_at + hours(72)) AS ended_at
FROM turns t JOIN opened o ON o.conversation = t.conversation AND o.part = t.part
WHERE t.asked_at IS NOT NULL
ORDER BY t.conversation, t.part, t.turn
"""

# How many others waited when somebody asked: all who had asked by then, without those who had their answer.
LOAD = """
WITH steps AS (
    SELECT asked_at AS moment, 1 AS delta FROM {waits}
    UNION ALL SELECT ended_at, -1 FROM {waits}
), moments AS (
    SELECT moment, sum(delta) AS delta FROM steps GROUP BY moment
)
SELECT moment, sum(delta) OVER (ORDER BY moment ROWS UNBOUNDED PRECEDING) AS waiting FROM moments
"""
OTHERS = "CAST(l.waiting - CASE WHEN w.ended_at > w.asked_at THEN 1 ELSE 0 END AS INTEGER)"

_REPLY = """
CREATE TABLE reply AS
SELECT w.conversation, w.contact, w.channel, w.asked, w.asked_at, day_of(w.asked_at) AS day,
       month_of(day_of(w.asked_at)) AS month,
       CAST(hour(timezone(getvariable('zone'), timezone('UTC', make_timestamp(w.asked_at)))) AS INTEGER) AS hour,
       w.is_first, w.answer, w.answered_at, w.teammate,
       CASE WHEN w.answered_at IS NOT NULL THEN c.minutes END AS minutes,
       CASE WHEN w.answered_at IS NOT NULL THEN (w.answered_at - w.asked_at) / 6e7 END AS wall_minutes,
       c.deadline_at, w.needs_none, w.ended_at, {others} AS others
FROM waited w JOIN reply_clock c ON c.conversation = w.conversation AND c.part = w.part AND c.turn = w.turn
JOIN load l ON l.moment = w.asked_at
ORDER BY w.asked_at, w.conversation
"""

_CLOSED = """
CREATE TEMP TABLE closed AS
SELECT c.conversation, c.happened_at AS closed_at, c.teammate, o.contact, o.channel, o.opened_at,
       row_number() OVER (ORDER BY c.happened_at, c.conversation) AS number
FROM s_closing c ASOF JOIN opened o ON o.conversation = c.conversation AND c.happened_at >= o.opened_at
"""

_CLOSING = """
CREATE TABLE closing AS
SELECT d.conversation, d.contact, d.channel, d.opened_at, d.closed_at, day_of(d.closed_at) AS day,
       month_of(day_of(d.closed_at)) AS month, d.teammate, k.minutes, (d.closed_at - d.opened_at) / 6e7 AS wall_minutes
FROM closed d JOIN closing_clock k ON k.number = d.number ORDER BY d.closed_at, d.conversation
"""


def build_replies(con: Any, business: Business) -> None:
    """Makes `reply` and `closing`, from `part` and `opened`."""
    for statement in (_STREAM, _WAITED, f"CREATE TEMP TABLE load AS {LOAD.format(waits='waited')}", _CLOSED):
        con.execute(statement)
    calendar = get_calendar(business)
    _reply_clock(con, calendar, business.reply_target_minutes)
    _closing_clock(con, calendar)
    con.execute(_REPLY.format(others=OTHERS))
    con.execute(_CLOSING)


def _reply_clock(con: Any, calendar: Any, target_minutes: int) -> None:
    """Business minutes until each answer, and when the target of its channel ran out."""
    found = con.execute(
        "SELECT conversation, CAST(part AS BIGINT) AS part, CAST(turn AS BIGINT) AS turn, asked_at,"
        " coalesce(answered_at, asked_at) AS answered_at, CAST(coalesce(target, ?) AS BIGINT) AS target FROM waited",
        [target_minutes],
    ).fetchnumpy()
    minutes, deadlines = count_open(calendar, found["asked_at"], found["answered_at"], found["target"])
    keys = {name: found[name] for name in ("conversation", "part", "turn")}
    put_table(con, "reply_clock", keys | {"minutes": minutes, "deadline_at": deadlines})


def _closing_clock(con: Any, calendar: Any) -> None:
    found = con.execute("SELECT number, opened_at, closed_at FROM closed").fetchnumpy()
    minutes, _ = count_open(calendar, found["opened_at"], found["closed_at"])
    put_table(con, "closing_clock", {"number": found["number"], "minutes": minutes})
