"""Reading lines of spending, and what one new customer cost."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

from sapa.lib.intervals import count_interval
from sapa.metrics.spending.types import Interval, SpendGiven

CHANNELS = (
    "instagram",
    "facebook",
    "tiktok",
    "google",
    "youtube",
    "whatsapp",
    "marketplace:shopee",
    "marketplace:tokopedia",
    "marketplace:tiktokshop",
    "marketplace:lazada",
    "offline",
    "referral",
)
MOST_AMOUNT = 10**13
MOST_ROWS = 5_000
_COLUMNS = {
    "since": ("dari", "mulai", "from", "since", "tanggal", "date"),
    "to": ("sampai", "hingga", "to", "until"),
    "channel": ("saluran", "kanal", "channel", "platform"),
    "campaign": ("kampanye", "campaign", "iklan"),
    "amount": ("rupiah", "biaya", "jumlah", "nominal", "amount", "spend", "cost"),
}
_NEEDED = ("since", "channel", "amount")


class SpendError(Exception):
    """What is wrong, in a code, and in which row of the file (0 for the file itself)."""

    def __init__(self, code: str, row: int = 0) -> None:
        super().__init__(code)
        self.code, self.row = code, row


def read_rows(text: str) -> list[SpendGiven]:
    """The lines of a CSV with a row of headings, by comma, semicolon or tab. Raises SpendError, and then nothing is read."""
    text = text.removeprefix("\ufeff").strip()
    if not text:
        raise SpendError("empty")
    first = text.splitlines()[0]
    mark = max(",;\t", key=first.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=mark))
    places = _places(rows[0])
    if len(rows) - 1 > MOST_ROWS:
        raise SpendError("too_many")
    return [
        _read(row, places, number)
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]


def _places(head: list[str]) -> dict[str, int]:
    named = [cell.strip().casefold() for cell in head]
    found = {}
    for key, names in _COLUMNS.items():
        place = next((at for at, cell in enumerate(named) if cell in names), None)
        if place is None and key in _NEEDED:
            raise SpendError("columns")
        if place is not None:
            found[key] = place
    return found


def _read(row: list[str], places: dict[str, int], number: int) -> SpendGiven:
    cells = {key: row[at].strip() if at < len(row) else "" for key, at in places.items()}
    since = _day(cells["since"], number)
    given = SpendGiven(
        since=since,
        to=_day(cells["to"], number) if cells.get("to") else since,
        channel=_channel(cells["channel"], number),
        campaign=cells.get("campaign", "")[:80],
        amount=_amount(cells["amount"], number),
    )
    if problem := find_problem(given):
        raise SpendError(problem, number)
    return given


def find_problem(given: SpendGiven) -> str:
    """Why a line cannot be, as a code; empty where it can."""
    if given.to < given.since:
        return "days"
    if not 0 < given.amount <= MOST_AMOUNT:
        return "amount"
    return "" if given.channel in CHANNELS else "channel"


def _day(text: str, number: int) -> date:
    """2026-11-21, or day, month and year in this order."""
    parts = re.split(r"[-/. ]", text)
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day) if len(parts[0]) == 4 else date(day, month, year)
    except ValueError as error:
        raise SpendError("day", number) from error


def _channel(text: str, number: int) -> str:
    plain = text.casefold().replace(" ", "")
    known = {code.rpartition(":")[2]: code for code in CHANNELS} | {code: code for code in CHANNELS}
    known |= {"ig": "instagram", "fb": "facebook", "meta": "facebook", "googleads": "google"}
    if plain not in known:
        raise SpendError("channel", number)
    return known[plain]


def _amount(text: str, number: int) -> int:
    """Whole rupiah as people write them: Rp1.250.000, 1,250,000 or 1250000; `,00` at the end is none."""
    plain = re.sub(r"(?i)^rp\.?\s*", "", text)
    plain = re.sub(r"[.,]00$", "", plain)
    if not re.fullmatch(r"\d{1,3}([.,]\d{3})*|\d+", plain):
        raise SpendError("amount", number)
    return int(re.sub(r"\D", "", plain))


def part_within(since: date, to: date, first: date | None, last: date | None) -> float:
    """The part of the days from `since` to `to` that lie between `first` and `last`; all ends included, None is open."""
    begin, end = max(since, first or since), min(to, last or to)
    return max(0, (end - begin).days + 1) / ((to - since).days + 1)


def cost_of_one(spent: int, buyers: int) -> tuple[float | None, Interval | None]:
    """What one new buyer cost, and between what it lies by the chance in their number (Byar's interval of a count)."""
    if not spent or not buyers:
        return None, None
    low, high = count_interval(buyers)
    return spent / buyers, (spent / high, spent / max(low, 1e-9))
