"""The turns of a talk out of its file: who spoke, what was said, and when, as far as the file tells.

WebVTT (W3C), SubRip, JSON lines with a speaker and a text, and plain "Name: words".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sapa.lib.text import clean

SPEAKER_KEYS = ("speaker", "role", "author", "sender", "from", "name", "pembicara", "penutur")
TEXT_KEYS = ("text", "content", "message", "utterance", "transcript", "words", "teks", "isi", "pesan")
TIME_KEYS = ("time", "timestamp", "at", "start", "start_time", "offset", "waktu", "created_at")
NAME_KEYS = ("name", "nama", "full_name", "display_name")
PHONE_KEYS = ("phone", "phone_number", "telepon", "no_hp", "hp", "whatsapp", "wa")
EMAIL_KEYS = ("email", "e_mail")
CUSTOMER_KEYS = ("customer", "pelanggan", "client", "caller", "contact")
TALK_KEYS = ("conversation_id", "conversation", "call_id", "session_id", "transcript_id", "id_percakapan")
_CLOCK = r"(?:\d{1,2}:)?\d{1,2}[:.]\d{2}(?:[.,]\d{1,3})?"
_SPEAKER = r"[^\W\d_][\w .,'’()/&+-]{0,38}?|\+?\d[\d -]{7,18}\d"
_LINE = re.compile(
    rf"^\s*[\[(]?(?P<day>\d{{4}}-\d\d-\d\d[ T])?(?P<time>{_CLOCK})?[\])]?\s*(?:-|–|\|)?\s*"
    rf"(?P<speaker>{_SPEAKER})\s*(?:[\[(](?P<after>{_CLOCK})[\])])?\s*:(?:\s+(?P<words>\S.*)|\s*)$"
)
_CUE = re.compile(
    r"^\s*(?P<start>(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
)
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]+)>", re.IGNORECASE)
_TAG = re.compile(r"</?[^>]{1,100}>")
_NAMED = re.compile(
    rf"^\s*(?:-\s*)?(?:\[(?P<a>[^\]]{{1,40}})\]|(?P<b>{_SPEAKER}))\s*:?(?<=[\]:])\s+(?P<words>\S.*)$"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: its line (from 1), speaker as written ("" where none), words, and time: seconds from the
    beginning (`offset`), a moment as written (`at`), or neither. `problem` is a code where it cannot be read.
    `whose` are name, phone and e-mail of who speaks, `customers` those of the customer, where the file has them."""

    number: int
    speaker: str
    words: str
    offset: float | None = None
    at: str = ""
    talk: str = ""
    problem: str = ""
    whose: tuple[str, str, str] = ("", "", "")
    customers: tuple[str, str, str] = ("", "", "")


def seconds_of(clock: str) -> float:
    """`1:02:03.5`, `02:03,5` or `10.15` in seconds, the last part being seconds where the parts are two."""
    fraction = re.search(r"(?<=\d\d)[.,](\d{1,3})$", clock) if clock.count(":") else None
    whole = clock[: fraction.start()] if fraction else clock
    total = 0.0
    for part in re.split(r"[:.]", whole):
        total = total * 60 + int(part)
    return total + (float(f"0.{fraction[1]}") if fraction else 0.0)


def read_line(line: str) -> re.Match[str] | None:
    """A line of plain speech ("Rina: halo", "[00:12] Rina: halo"), or None."""
    return None if "://" in line.partition(": ")[0] else _LINE.match(line)


def plain_turns(lines: Iterable[str]) -> Iterator[Turn]:
    """Turns of plain speech; a line without a speaker goes on with the turn above."""
    turn: Turn | None = None
    words: list[str] = []
    for number, line in enumerate(lines, 1):
        match = read_line(line)
        if match is None:
            if line.strip():
                words.append(line.strip())
                turn = turn or Turn(number, "", "")
            continue
        if turn is not None:
            yield _said(turn, words)
        clock = match["time"] or match["after"]
        at = f"{match['day'].strip()} {clock}" if match["day"] and clock else ""
        turn = Turn(number, match["speaker"].strip(), "", seconds_of(clock) if clock else None, at)
        words = [match["words"]] if match["words"] else []
    if turn is not None:
        yield _said(turn, words)


def _said(turn: Turn, words: list[str]) -> Turn:
    return Turn(turn.number, turn.speaker, "\n".join(words).strip(), turn.offset, turn.at, turn.talk)


def cue_turns(lines: Iterable[str]) -> Iterator[Turn]:
    """Turns of WebVTT or SubRip: one a voice within a cue; the same voice in the next cue goes on."""
    last: Turn | None = None
    for turn in _cues(lines):
        if last is not None and turn.speaker in ("", last.speaker):
            joined = f"{last.words} {turn.words}".strip()
            last = Turn(last.number, last.speaker, joined, last.offset)
            continue
        if last is not None:
            yield last
        last = turn
    if last is not None:
        yield last


def _cues(lines: Iterable[str]) -> Iterator[Turn]:
    start: float | None = None
    speaker, begun = "", 0
    for number, line in enumerate(lines, 1):
        cue = _CUE.match(line)
        if cue is not None:
            start, begun, speaker = seconds_of(cue["start"]), number, ""
        elif not line.strip():
            start = None
        elif start is not None:
            spoken, words = _voice(line)
            speaker = spoken or speaker
            if words:
                yield Turn(begun, speaker, words, start)


def _voice(line: str) -> tuple[str, str]:
    voice = _VOICE.search(line)
    words = " ".join(_TAG.sub(" ", line).split())
    if voice is not None:
        return " ".join(voice[1].split()), words
    named = _NAMED.match(words)
    if named is not None:
        return (named["a"] or named["b"]).strip(), named["words"].strip()
    return "", words.removeprefix("- ")


def json_turns(lines: Iterable[str]) -> Iterator[Turn]:
    """Turns of JSON lines; a line that is no such object is a turn with a problem."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        said = read_json(line)
        if said is None:
            yield Turn(number, "", line[:2000], problem="not_json")
            continue
        words = field_of(said, TEXT_KEYS)
        if not words.strip():
            yield Turn(number, "", line[:2000], problem="words_missing")
            continue
        moment = next((said[key] for key in TIME_KEYS if said.get(key) not in (None, "")), None)
        offset, at = _moment(moment)
        speaker = " ".join(field_of(said, SPEAKER_KEYS).split())
        yield Turn(
            number,
            speaker,
            words.strip(),
            offset,
            at,
            field_of(said, TALK_KEYS),
            whose=_person_in(said, ""),
            customers=_customer_in(said),
        )


def _person_in(said: dict[str, Any], prefix: str) -> tuple[str, str, str]:
    """(name, phone, e-mail) of the fields that begin with the prefix."""
    name, phone, email = (
        field_of(said, tuple(prefix + key for key in keys)) for keys in (NAME_KEYS, PHONE_KEYS, EMAIL_KEYS)
    )
    return " ".join(name.split()), phone, email


def _customer_in(said: dict[str, Any]) -> tuple[str, str, str]:
    """The customer's: `customer_phone`, or `phone` in an object `customer`."""
    found = ("", "", "")
    for key in CUSTOMER_KEYS:
        inner = said.get(key)
        one = _person_in(inner, "") if isinstance(inner, dict) else _person_in(said, f"{key}_")
        found = tuple(old or new for old, new in zip(found, one, strict=True))  # type: ignore[assignment]
    return found


def read_json(line: str) -> dict[str, Any] | None:
    """One JSON object, or None for anything else."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def field_of(said: dict[str, Any], keys: tuple[str, ...]) -> str:
    """The first of these fields that holds a string or a number, as clean text."""
    for key in keys:
        value = said.get(key)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return clean(str(value))
    return ""


def _moment(value: Any) -> tuple[float | None, str]:
    """(seconds from the beginning, moment as written) of a number, a clock or an ISO moment."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value > 1e11:
            value = value / 1000
        if value > 1e8:
            return None, _from_epoch(value)
        return (float(value), "") if 0 <= value < 1e6 else (None, "")
    if not isinstance(value, str):
        return None, ""
    if re.fullmatch(_CLOCK, value.strip()):
        return seconds_of(value.strip()), ""
    return None, value.strip()


def _from_epoch(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
