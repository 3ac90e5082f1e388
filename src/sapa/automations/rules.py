"""The answer after hours: when, to whom, in which words (S0.9, S0.18). No database, no clock, no Django."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from statistics import median

from sapa.lib.hours import Calendar, is_open, next_opening

USUAL_TEXT = "Halo {nama}, pesannya sudah kami terima. Toko sedang tutup dan buka lagi {buka}. Biasanya dibalas dalam {lama}."
"""What it says until the owner writes something else. For customers, so always in Indonesian."""

BLANKS = ("nama", "buka", "lama")
ENOUGH = 10
"""Fewest answers from which a usual time is told: with fewer, nothing is promised."""

FRESH = timedelta(minutes=15)
"""What came longer ago is left for a person: whoever wrote it is not waiting at the screen any more."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_BLANK = re.compile(r"\{(\w+)\}")
_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
_WEEK = 7
_STEPS = ((15, 5), (60, 10), (240, 30))


@dataclass(frozen=True, slots=True)
class Closed:
    """The stretch in which the shop is closed around a moment: since when, and when it opens again."""

    since: datetime
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of a customer's message that waits: its reading, and what else its person has on their mind.

    `is_read`: the machine has looked at it. `has_trouble`: a complaint of theirs is open, or was made lately.
    """

    is_live: bool
    is_automatic: bool
    is_read: bool
    needs_human: bool
    complains: bool
    has_trouble: bool


def closed_around(calendar: Calendar, now: datetime) -> Closed | None:
    """The closed stretch around `now`; None where the shop is open, or never opens."""
    if is_open(calendar, now):
        return None
    opens_at = next_opening(calendar, now)
    if opens_at is None:
        return None
    line = calendar.line(now)
    index = bisect_right(line.ends, now.timestamp()) - 1
    if index < 0:
        return None
    return Closed(datetime.fromtimestamp(line.ends[index], UTC), opens_at)


def find_hindrance(heard: Sequence[Heard]) -> str | None:
    """Why a machine must not answer these messages, as a code; None where it may, "unread" where it must wait.

    A complaint always goes to a person, and so does what only may be one: property 10 of the design.
    """
    if not heard or not all(one.is_live for one in heard):
        return "not_live"
    if any(one.is_automatic for one in heard):
        return "sender_is_a_machine"
    if any(one.has_trouble for one in heard):
        return "complaint"
    if not all(one.is_read for one in heard):
        return "unread"
    if any(one.complains or one.needs_human for one in heard):
        return "complaint"
    return None


def usual_minutes(waits: Iterable[float]) -> int | None:
    """How long the shop usually takes in business minutes, told carefully: rounded up. None under `ENOUGH` answers."""
    known = sorted(waits)
    if len(known) < ENOUGH:
        return None
    middle = max(1.0, median(known))
    step = next((step for limit, step in _STEPS if middle <= limit), 60)
    return int(-(-middle // step) * step)


def find_faults(text: str) -> str | None:
    """What is wrong with words for customers: "empty", "blank:…" for one that nobody fills, "no_opening" without {buka}."""
    if not text.strip():
        return "empty"
    unknown = [name for name in _BLANK.findall(text) if name not in BLANKS]
    if unknown:
        return f"blank:{unknown[0]}"
    return None if "{buka}" in text else "no_opening"


def word_answer(
    text: str, *, name: str, closed: Closed, usual: int | None, now: datetime, zone: tzinfo
) -> str:
    """The answer in full. A sentence whose blank cannot be filled honestly is left out, but for the greeting's name."""
    filled = {
        "nama": name,
        "buka": tell_opening(closed.opens_at, now, zone),
        "lama": tell_length(usual) if usual is not None else "",
    }
    kept = [part for part in _SENTENCE.split(text.strip()) if usual is not None or "{lama}" not in part]
    words = _BLANK.sub(lambda found: filled.get(found[1], found[0]), " ".join(kept))
    return re.sub(r"\s+([,.!?])", r"\1", re.sub(r"[ \t]{2,}", " ", words)).strip()


def tell_opening(at: datetime, now: datetime, zone: tzinfo) -> str:
    """`hari ini 13.00`, `besok (Senin) 09.00`, `Senin 09.00`, `Rabu, 25 Nov 09.00`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    clock, day = local.strftime("%H.%M"), _DAYS[local.weekday()]
    days = (local.date() - today).days
    if days == 0:
        return f"hari ini pukul {clock}"
    if days == 1:
        return f"besok ({day}) pukul {clock}"
    if days < _WEEK:
        return f"{day} pukul {clock}"
    return f"{day}, {local.day} {_MONTHS[local.month - 1]} pukul {clock}"


def tell_length(minutes: int) -> str:
    """`40 menit`, `2 jam`, `1 jam 30 menit`: of the shop's open hours."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} jam"] if hours else []
    return " ".join([*parts, f"{rest} menit"] if rest or not parts else parts)
