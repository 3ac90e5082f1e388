"""What a transcript says of itself above its turns, whose voice is whose, and when it took place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sapa.gateway.types import Key, Person
from sapa.imports.formats.persons import keys_of
from sapa.imports.formats.transcripts.turns import Turn
from sapa.imports.formats.types import Answers, Question
from sapa.imports.formats.whatsapp.days import read_date, resolve

_ABOUT = re.compile(
    r"^\W{0,3}(?P<key>tanggal|tgl|date|waktu|jam|time|nama|name|nama pelanggan|customer name|nama customer"
    r"|telepon|telp|no\.? ?hp|nomor(?: hp| wa)?|hp|wa|whatsapp|phone|email|e-mail|topik|topic|subject|subjek"
    r"|durasi|duration|id|kode|channel|kanal|lokasi|cabang|transkrip|transcript|judul|title)\s*[:=]\s*(?P<value>.*)$",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"^(?:agent|agen|admin|cs|customer (?:service|care|support)|konsultan|konselor|consultant|counsel(?:l)?or|sales"
    r"|seller|penjual|toko|shop|store|support|operator|host|assistant|asisten|kasir|staff?|stylist|advisor"
    r"|beauty advisor|ba|spg|pramuniaga|pegawai|karyawan|owner|pemilik|kami|representative|rep|bot)\b",
    re.IGNORECASE,
)
_THEIRS = re.compile(
    r"^(?:customer|cust|pelanggan|client|klien|pembeli|user|pengguna|caller|penelepon|buyer|tamu|pasien"
    r"|calon pembeli|calon pelanggan|konsumen|pengunjung|member|lead|prospek|visitor|guest|penanya)\b"
    r"(?!\s*(?:service|care|support))",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?<!\d)(?P<year>20\d\d)([-_./]?)(?P<month>[01]\d)\2(?P<day>[0-3]\d)(?!\d)")
_DAY_BACKWARD = re.compile(r"(?<!\d)(?P<day>[0-3]?\d)([-_./ ])(?P<month>[01]?\d)\2(?P<year>20\d\d)(?!\d)")
_DAY_IN_WORDS = re.compile(r"(?<!\d)[0-3]?\d[ -][^\W\d_]{3,12}[ -]20\d\d(?!\d)")
_HOUR = re.compile(r"(?<![\d.:])([01]?\d|2[0-3])[:.]([0-5]\d)(?![\d/])")
_START_OF_DAY = 5 * 60


@dataclass(slots=True)
class About:
    """What stands above the turns: day, hour, the customer's name and keys."""

    at: datetime | None = None
    name: str = ""
    keys: tuple[Key, ...] = ()
    lines: int = 0
    said: dict[str, str] = field(default_factory=dict)


def read_about(lines: Sequence[str], stem: str, timezone: ZoneInfo) -> About:
    """The labelled lines at the top ("Tanggal: 2026-07-21", "Nama: Rina Wulandari"); the file's name may hold the day."""
    about = About()
    for line in lines:
        match = _ABOUT.match(line)
        if match is None and line.strip() and not re.fullmatch(r"[\W_]+", line.strip()):
            break
        about.lines += 1
        if match is not None:
            about.said[match["key"].casefold()] = match["value"].strip()
    for key, value in about.said.items():
        if key.startswith(("nama", "name", "customer")):
            about.name = " ".join(value.split())
        elif key.startswith(("telp", "telepon", "no", "hp", "wa", "whatsapp", "phone")):
            about.keys += keys_of(phones=value)
        elif key.startswith(("email", "e-mail")):
            about.keys += keys_of(emails=value)
    dated = (value for key, value in about.said.items() if key in ("tanggal", "tgl", "date", "waktu"))
    day = next((found for text in (*dated, stem) if (found := day_in(text, timezone)) is not None), None)
    clocks = (
        value for key, value in about.said.items() if key in ("waktu", "jam", "time", "tanggal", "date")
    )
    clock = next((hit for value in clocks if (hit := _HOUR.search(_without_day(value)))), None)
    if day is not None and clock is not None:
        day = day.replace(hour=int(clock[1]), minute=int(clock[2]))
    about.at = day
    return about


def day_in(text: str, timezone: ZoneInfo) -> datetime | None:
    """The first day in a text: `2026-07-21`, `20260721`, `21-07-2026` (day first), `21 Juli 2026`."""
    worded = _DAY_IN_WORDS.search(text)
    if worded is not None and (written := read_date(worded[0])) is not None:
        day = resolve(written, day_first=True)
        return datetime(day.year, day.month, day.day, tzinfo=timezone) if day is not None else None
    match = _DAY.search(text) or _DAY_BACKWARD.search(text)
    if match is None:
        return None
    try:
        return datetime(int(match["year"]), int(match["month"]), int(match["day"]), tzinfo=timezone)
    except ValueError:
        return None


def _without_day(text: str) -> str:
    for pattern in (_DAY, _DAY_BACKWARD, _DAY_IN_WORDS):
        text = pattern.sub(" ", text)
    return text


@dataclass(frozen=True, slots=True)
class Voices:
    """Which speakers are the shop, and whether that is a guess."""

    own: frozenset[str]
    speakers: tuple[str, ...]
    guessed: bool = False

    def question(self) -> Question | None:
        """What to ask where nothing tells the shop's voice."""
        if not self.guessed:
            return None
        return Question("own_name", self.speakers, next(iter(sorted(self.own)), ""))


def settle_voices(turns: Iterable[Turn], answers: Answers) -> Voices:
    """By the names we know, else by roles ("CS", "Pelanggan"); else who speaks first answers the call."""
    counts = Counter(turn.speaker for turn in turns if turn.speaker and not turn.problem)
    speakers = tuple(counts)
    told = {" ".join(name.casefold().split()) for name in answers.own_names}
    own = {name for name in speakers if name.casefold() in told}
    own |= {name for name in speakers if _OURS.match(name) and not _THEIRS.match(name)}
    if own:
        return Voices(frozenset(own), speakers)
    theirs = {name for name in speakers if _THEIRS.match(name)}
    if theirs:
        return Voices(frozenset(set(speakers) - theirs), speakers)
    if len(speakers) > 1:
        return Voices(frozenset(speakers[:1]), speakers, guessed=True)
    return Voices(frozenset(), speakers)


def customers_in(turns: Iterable[Turn], voices: Voices, about: About) -> dict[str, About]:
    """What the turns' own fields say of the customer of each talk, over what stands above them all.

    A talk whose turns name several numbers or addresses is several people's: their keys are nobody's then.
    """
    said: dict[str, list[tuple[str, str, str]]] = {}
    for turn in turns:
        theirs = ("", "", "") if turn.speaker in voices.own else turn.whose
        said.setdefault(turn.talk, []).extend(one for one in (turn.customers, theirs) if any(one))
    return {talk: _with(about, ones) for talk, ones in said.items() if ones}


def _with(about: About, said: Sequence[tuple[str, str, str]]) -> About:
    names, phones, emails = (list(dict.fromkeys(filter(None, one))) for one in zip(*said, strict=True))
    told = replace(about, name=about.name or (names[0] if names else ""))
    if len(phones) < 2 and len(emails) < 2:
        told.keys += keys_of(phones="".join(phones), emails="".join(emails))
    return told


def person_of_talk(speaker: str, about: About, key: str, *, alone: bool) -> Person:
    """The person behind a voice: this talk's own record; a mere role takes the name that stands above, else the file's."""
    is_role = (
        not speaker
        or _THEIRS.match(speaker) is not None
        or re.match(r"(?:speaker|pembicara) ?\d", speaker, re.I)
    )
    name = (about.name or key.rpartition(":")[0].removeprefix("transcript:")) if is_role else speaker
    keys = about.keys if alone or is_role else ()
    if not is_role and not keys:
        keys = keys_of(phones=speaker)
        name = "" if keys else name
    return Person(("external", f"{key}:{'' if is_role else speaker}".rstrip(":")), name, keys)


class Clock:
    """Gives every turn of one talk its moment: never before the one above, seconds apart where nothing is said."""

    def __init__(self, start: datetime, turns: Sequence[Turn]) -> None:
        self._start = start
        self._at = start
        first = next((turn.offset for turn in turns if turn.offset is not None), None)
        self._is_wall = first is not None and first >= _START_OF_DAY and _is_clock_like(turns)

    def moment(self, turn: Turn, timezone: ZoneInfo) -> datetime:
        """The moment of the next turn."""
        at = written_moment(turn.at, timezone) if turn.at else None
        if at is None and turn.offset is not None:
            at = self._from_offset(turn.offset)
        if at is None:
            at = self._at
        self._at = max(self._at, at) if at.date() == self._at.date() else at
        return at

    def _from_offset(self, offset: float) -> datetime:
        if not self._is_wall:
            return self._start + timedelta(seconds=offset)
        seconds = offset * 60 if offset < 24 * 60 else offset
        midnight = self._start.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(seconds=min(seconds, 86_399))


def _is_clock_like(turns: Sequence[Turn]) -> bool:
    """Offsets read as minutes and seconds that all fit into a day's hours and begin in the waking ones."""
    offsets = [turn.offset for turn in turns if turn.offset is not None]
    if all(offset < 24 * 60 for offset in offsets):
        return offsets[0] >= 6 * 60
    return all(6 * 3600 <= offset < 24 * 3600 for offset in offsets)


def written_moment(value: str, timezone: ZoneInfo) -> datetime | None:
    """An ISO 8601 moment, the hour perhaps parted by a dot; None for anything else."""
    text = value.strip().replace(",", ".")
    text = re.sub(r"(?<=[ T]\d\d)\.(?=\d\d)", ":", re.sub(r"(?<=[ T])(\d)(?=[:.])", r"0\1", text))
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1990 <= at.year <= 2100:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=timezone)
