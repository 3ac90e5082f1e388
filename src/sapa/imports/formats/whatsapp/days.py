"""Which number of a date is the day: decided once for a whole file, never line by line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

DAY_FIRST, MONTH_FIRST = "day_first", "month_first"
_BUDDHIST_YEARS = 543
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]{3,}")
_MONTHS = (
    "january januari januar enero janvier gennaio janeiro tammikuuta jan",
    "february februari februar febrero fevrier février febbraio fevereiro helmikuuta feb peb",
    "march maret mac mars maart märz marzo março maaliskuuta mar mrt",
    "april abril avril aprile huhtikuuta apr",
    "may mei mai mayo maggio maio toukokuuta",
    "june juni jun junio juin giugno junho kesäkuuta",
    "july juli julai jul julio juillet luglio julho heinäkuuta",
    "august agustus ogos agosto août elokuuta aug agu agt ags ogo",
    "september septiembre septembre settembre setembro syyskuuta sep sept",
    "october oktober octubre octobre ottobre outubro lokakuuta oct okt",
    "november nopember noviembre novembre novembro marraskuuta nov nop",
    "december desember disember dezember diciembre décembre dicembre dezembro joulukuuta dec des dis dez",
)
_MONTH_OF = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}


@dataclass(frozen=True, slots=True)
class Written:
    """A date as written: its two small numbers in their order and its year; `settled` where a word names the month."""

    first: int
    second: int
    year: int
    year_first: bool = False
    settled: bool = False


def read_date(text: str) -> Written | None:
    """The numbers of a written date: `21/07/26`, `2026-07-21`, `21. 7. 2026`, `Jul 21, 2026`, `21 Juli 2026`.

    None where there are not three of them, or a word that is no month.
    """
    digits = _NUMBER.findall(text)
    if len(digits) == 2:
        return _read_worded(text, digits)
    if len(digits) != 3:
        return None
    a, b, c = (int(number) for number in digits)
    if len(digits[0]) == 4 or (a > 31 and c <= 31):
        return Written(b, c, _year(a), year_first=True)
    return Written(a, b, _year(c))


def _read_worded(text: str, digits: list[str]) -> Written | None:
    months = [_MONTH_OF[word] for word in _WORD.findall(text.casefold()) if word in _MONTH_OF]
    if len(months) != 1:
        return None
    day, year = int(digits[0]), int(digits[1])
    if len(digits[0]) == 4:
        day, year = year, day
    return Written(day, months[0], _year(year), settled=True)


def _year(number: int) -> int:
    if number < 100:
        return 2000 + number
    return number - _BUDDHIST_YEARS if number >= 2400 else number


def resolve(written: Written, *, day_first: bool) -> date | None:
    """The day meant, or None where there is none (31 February stays wrong; nothing rolls over).

    In a file of the other order a date that can only be read one way is read that way: files joined by
    hand from two phones hold both.
    """
    if written.settled:
        return _date(written.year, written.second, written.first)
    if written.year_first:
        swapped = written.first > 12 >= written.second
    else:
        swapped = day_first
        if (written.second if day_first else written.first) > 12:
            swapped = not swapped
    if swapped:
        return _date(written.year, written.second, written.first)
    return _date(written.year, written.first, written.second)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


class DayOrder:
    """Gathers what a file shows about its order of day and month, one date after another."""

    def __init__(self) -> None:
        self.day_votes = 0
        self.month_votes = 0
        self.ambiguous = False
        self._falls = [0, 0]
        self._last: list[tuple[int, int, int] | None] = [None, None]

    def see(self, written: Written | None) -> None:
        """Take in the next date of the file, in file order."""
        if written is None or written.settled or written.year_first:
            return
        first, second = written.first, written.second
        if 12 < first <= 31 and second <= 12:
            self.day_votes += 1
        elif 12 < second <= 31 and first <= 12:
            self.month_votes += 1
        elif first <= 12 and second <= 12 and first != second:
            self.ambiguous = True
            self._see_falls(written)

    def _see_falls(self, written: Written) -> None:
        readings = (
            (written.year, written.second, written.first),
            (written.year, written.first, written.second),
        )
        for index, reading in enumerate(readings):
            last = self._last[index]
            if last is not None and reading < last:
                self._falls[index] += 1
            self._last[index] = reading

    def see_attachment(self, written: Written | None, day: str) -> None:
        """An attachment's name holds its own day (`IMG-20260721-…`, as yyyymmdd), mostly that of its message."""
        if written is None or written.settled or written.year_first or written.first == written.second:
            return
        month, day_of_month = int(day[4:6]), int(day[6:8])
        if (written.first, written.second) == (day_of_month, month):
            self.day_votes += 1
        elif (written.first, written.second) == (month, day_of_month):
            self.month_votes += 1

    def settle(self) -> bool | None:
        """True for day first, False for month first, None where the file does not tell.

        First what can only be read one way, then whether the chat runs forward in time under one
        reading alone (three falls or more against none, or four times as many).
        """
        if self.day_votes != self.month_votes:
            return self.day_votes > self.month_votes
        day_falls, month_falls = self._falls
        if max(day_falls, month_falls) >= 2 and max(day_falls, month_falls) >= 4 * min(
            day_falls, month_falls
        ):
            return day_falls < month_falls
        return None if self.ambiguous else True


def settle_order(evidence: DayOrder, told: bool | None) -> tuple[bool, bool]:
    """(day first?, was it only guessed?): what the file shows, else what we were told, else day before month."""
    shown = evidence.settle()
    if shown is not None:
        return shown, False
    return (True, True) if told is None else (told, False)
