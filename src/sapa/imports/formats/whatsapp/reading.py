"""Pieces of a chat become rows: a moment, a sender, words, and a key that is the same in every export of the chat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from sapa.gateway.types import ChannelRef, ConversationRef, MessageReceived, Person
from sapa.imports.formats.drafts import new_message, new_row
from sapa.imports.formats.types import Problem, Row
from sapa.imports.formats.whatsapp import phrases
from sapa.imports.formats.whatsapp.days import read_date, resolve
from sapa.imports.formats.whatsapp.headers import Written, hour_of
from sapa.imports.formats.whatsapp.parties import Parties, shown_name
from sapa.imports.formats.whatsapp.phrases import Said
from sapa.imports.formats.whatsapp.splitting import Piece

CHANNEL = ChannelRef("whatsapp")
_KEY_BYTES = 16
_MINUTES_REMEMBERED = 2048
_MEDIA = "\x1fmedia"
_DELETED = "\x1fdeleted"
_SECONDS = tuple(timedelta(seconds=number) for number in range(60))
_Moment = tuple[str, str, str] | tuple[str, str, str, str]
"""Date, hour, minute and half of the day, as written."""


class _Minute:
    """What was already read of one minute: how many messages, and how often each was said by each sender.

    `stamp` numbers the minute on the shop's wall clock. Most minutes hold one message: `first` is what it
    said, and `said` is only made for more.
    """

    __slots__ = ("at", "count", "first", "said", "stamp")

    def __init__(self, at: datetime, stamp: int) -> None:
        self.at = at
        self.stamp = stamp
        self.count = 0
        self.first = ""
        self.said: dict[str, int] | None = None

    def begin(self, spoken: str) -> int:
        """The first message of the minute: nothing was said before it."""
        self.first = spoken
        return 0

    def times_said(self, spoken: str) -> int:
        """How often this was said before in this minute; from now on once more."""
        if self.said is None:
            self.said = {self.first: 1}
        times = self.said.get(spoken, 0)
        self.said[spoken] = times + 1
        return times


class Reader:
    """Turns the pieces of one file into rows.

    The key of a message is a digest of conversation, sender, minute, words and how often the same was said
    before in that minute, so that overlapping exports, with or without media, from Android or iPhone, give
    the same keys. Attachments count as attachments, whatever their name or caption.
    """

    def __init__(self, parties: Parties, *, day_first: bool, timezone: ZoneInfo) -> None:
        self._parties = parties
        self._conversation: ConversationRef = parties.conversation()
        self._root = blake2b(self._conversation.key.encode() + b"\x00", digest_size=_KEY_BYTES)
        self._day_first = day_first
        self._timezone = timezone
        self._days: dict[str, tuple[date | None, int]] = {}
        self._senders: dict[str, tuple[Person | None, str, str]] = {}
        self._minutes: dict[_Moment, _Minute | Problem] = {}
        self._by_stamp: dict[int, _Minute] = {}

    def rows(self, pieces: Iterable[Piece]) -> Iterator[Row]:
        """One row a piece, in file order. Plain messages, nearly all of them, take the short way here."""
        conversation, root = self._conversation, self._root
        minutes, senders, is_plain = self._minutes, self._senders, phrases.is_plain
        for piece in pieces:
            number, opening, author, body, _ = piece
            if author is None or opening is None or not is_plain(body):
                yield self._row(piece)
                continue
            moment = (*opening[:3], opening[4]) if opening[4] else opening[:3]
            minute = minutes.get(moment) or self._minute(moment)
            words = body.strip()
            if not words or isinstance(minute, Problem):
                yield self._row(piece)
                continue
            person, teammate, who = senders.get(author) or self._sender(author)
            spoken = f"{who}\x00{minute.stamp}\x00{words}\x00"
            rank = minute.count
            repeated = minute.times_said(spoken) if rank else minute.begin(spoken)
            minute.count = rank + 1
            digest = root.copy()
            digest.update(f"{spoken}{repeated}".encode() if repeated else spoken.encode())
            at = minute.at if opening[3] is None else _with_second(minute.at, opening[3])
            key = digest.hexdigest()
            yield new_row(number, new_message(CHANNEL, conversation, key, person, teammate, words, at, rank))

    def moment(self, opening: Written | None) -> str:
        """The minute of a header in ISO 8601, or "" where it has none."""
        if opening is None:
            return ""
        minute = self._minute((*opening[:3], opening[4]) if opening[4] else opening[:3])
        return "" if isinstance(minute, Problem) else minute.at.isoformat()

    def _row(self, piece: Piece) -> Row:
        """The row of whatever is no plain message."""
        number, opening, author, body, _ = piece
        if opening is None:
            return Row(number, problem=Problem("line_without_header"), raw=(body,))
        moment = (*opening[:3], opening[4]) if opening[4] else opening[:3]
        minute = self._minutes.get(moment) or self._minute(moment)
        if isinstance(minute, Problem):
            words = body if author is None else f"{author}: {body}"
            return Row(number, problem=minute, raw=(_header(opening), words))
        if author is None:
            return Row(number, skipped=phrases.skip_of_senderless(body))
        said = phrases.understand(body)
        if said.skip:
            return Row(number, skipped=said.skip)
        if not (said.text or said.media or said.deleted):
            return Row(number, skipped="empty_message")
        return new_row(number, self._message(author, said, minute, opening[3]))

    def _message(self, author: str, said: Said, minute: _Minute, second: str | None) -> MessageReceived:
        person, teammate, who = self._senders.get(author) or self._sender(author)
        content = _MEDIA if said.media else _DELETED if said.deleted else said.text
        spoken = f"{who}\x00{minute.stamp}\x00{content}\x00"
        rank = minute.count
        repeated = minute.times_said(spoken) if rank else minute.begin(spoken)
        minute.count = rank + 1
        digest = self._root.copy()
        digest.update(f"{spoken}{repeated}".encode() if repeated else spoken.encode())
        return new_message(
            CHANNEL,
            self._conversation,
            digest.hexdigest(),
            person,
            teammate,
            said.text,
            minute.at if second is None else _with_second(minute.at, second),
            rank,
            said.media,
            said.deleted,
            said.edited,
        )

    def _sender(self, author: str) -> tuple[Person | None, str, str]:
        """(person, teammate, the word for the sender in keys): the shop may change the name it shows."""
        if author in self._parties.own:
            sender: tuple[Person | None, str, str] = (None, shown_name(author), "own")
        else:
            person = self._parties.person(author)
            sender = (person, "", ":".join(person.record))
        self._senders[author] = sender
        return sender

    def _minute(self, moment: _Moment) -> _Minute | Problem:
        """A minute written this way for the first time, or again after long: memory is bounded."""
        if len(self._minutes) >= _MINUTES_REMEMBERED:
            for old in list(self._minutes)[: _MINUTES_REMEMBERED // 2]:
                del self._minutes[old]
            for known in list(self._by_stamp)[: -_MINUTES_REMEMBERED // 2]:
                del self._by_stamp[known]
        written, hour, clock_minute = moment[0], moment[1], moment[2]
        day, start = self._days.get(written) or self._day(written)
        if day is None:
            return self._keep(moment, Problem("impossible_date", {"value": written}))
        hours, minutes = hour_of(hour, moment[3] if len(moment) == 4 else None), int(clock_minute)
        if hours > 23 or minutes > 59:
            return self._keep(moment, Problem("impossible_time", {"value": f"{hour}.{clock_minute}"}))
        stamp = start + hours * 60 + minutes
        minute = self._by_stamp.get(stamp)
        if minute is None:
            at = datetime(day.year, day.month, day.day, hours, minutes, 0, 0, self._timezone)
            minute = self._by_stamp[stamp] = _Minute(at, stamp)
        self._minutes[moment] = minute
        return minute

    def _keep(self, moment: _Moment, minute: _Minute | Problem) -> _Minute | Problem:
        self._minutes[moment] = minute
        return minute

    def _day(self, written: str) -> tuple[date | None, int]:
        """A written date as a day (None where there is none) and the number of its first minute."""
        if len(self._days) >= _MINUTES_REMEMBERED:
            self._days.clear()
        numbers = read_date(written)
        day = resolve(numbers, day_first=self._day_first) if numbers is not None else None
        found = self._days[written] = (day, day.toordinal() * 24 * 60 if day is not None else 0)
        return found


def _with_second(at: datetime, second: str) -> datetime:
    return at + _SECONDS[min(int(second), 59)]


def _header(opening: Written) -> str:
    date_text, hour, minute, second, half, *_ = opening
    time = ".".join(part for part in (hour, minute, second) if part)
    return f"{date_text} {time}{f' {half}' if half else ''}"
