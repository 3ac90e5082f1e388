"""Transcripts of consultations and calls: `.txt`, `.vtt`, `.srt`, `.jsonl`. Each file is one talk (or more, by id)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from sapa.gateway.types import ChannelRef, ConversationRef, MessageReceived, Person
from sapa.imports.formats import text
from sapa.imports.formats.transcripts import turns as reading
from sapa.imports.formats.transcripts.talks import (
    About,
    Clock,
    Voices,
    customers_in,
    person_of_talk,
    read_about,
    settle_voices,
    written_moment,
)
from sapa.imports.formats.transcripts.turns import Turn
from sapa.imports.formats.types import Answers, FormatError, Preview, Problem, Row
from sapa.lib.text import HEAD_BYTES, decode, encoding_of

CHANNEL = ChannelRef("call")
SAMPLE_ROWS = 20
_LARGEST = 32 * 1024 * 1024
_HEAD_LINES = 400
_COPY = re.compile(r"\s*\(\d{1,3}\)$")
_CUE = re.compile(r"-->")
_MOST_SPEAKERS = 8

TurnReader = Callable[[Iterable[str]], Iterator[Turn]]


@dataclass(frozen=True, slots=True)
class _Talk:
    """One transcript, read whole: it is at most a few hundred kilobytes."""

    key: str
    title: str
    about: About
    turns: list[Turn]
    voices: Voices
    start: datetime
    start_is_files: bool


@dataclass(frozen=True, slots=True)
class Transcript:
    """A format of transcripts; the four differ in how turns are told apart and recognised."""

    name: str
    turns: TurnReader
    likeness: Callable[[Sequence[str]], int]
    kind: str = "transcripts"

    def recognise(self, path: Path, head: bytes) -> int:
        """0..100 by the first lines."""
        if encoding_of(head) is None:
            return 0
        lines = decode(head).split("\n")
        if len(head) >= HEAD_BYTES:
            lines.pop()
        return self.likeness([line for line in lines[:_HEAD_LINES] if line.strip()])

    def preview(self, path: Path, answers: Answers) -> Preview:
        """Speakers and the first turns. Raises `FormatError`."""
        talk = _read_talk(path, self.turns, answers)
        rows = list(islice(_rows(talk, answers), SAMPLE_ROWS))
        messages = [event for row in rows for event in row.events if isinstance(event, MessageReceived)]
        question = talk.voices.question()
        warnings = []
        if talk.start_is_files:
            warnings.append(Problem("day_from_file", {"day": talk.start.date().isoformat()}))
        if question is not None:
            warnings.append(Problem("own_name_guessed", {"names": sorted(talk.voices.own)}))
        return Preview(
            self.kind,
            self.name,
            len(talk.turns),
            talk.voices.speakers,
            messages[0].at.isoformat() if messages else "",
            columns=("at", "author", "text"),
            sample=tuple(
                (m.at.isoformat(), m.teammate or (m.person.name if m.person else ""), m.text)
                for m in messages
            ),
            questions=(question,) if question is not None else (),
            warnings=tuple(warnings),
        )

    def read(self, path: Path, answers: Answers) -> Iterator[Row]:
        """One row a turn, in file order. Raises `FormatError`: also no_turns, file_too_large."""
        return _rows(_read_talk(path, self.turns, answers), answers)


def _read_talk(path: Path, read: TurnReader, answers: Answers) -> _Talk:
    whole = text.read_text(path, _LARGEST)
    lines = whole.split("\n")
    stem = _COPY.sub("", path.stem)
    about = read_about(lines, stem, answers.timezone)
    turns = [
        turn for turn in read([*[""] * about.lines, *lines[about.lines :]]) if turn.words or turn.speaker
    ]
    if not any(turn.words and not turn.problem for turn in turns):
        raise FormatError(Problem("no_turns", {"name": path.name}))
    digest = blake2b(whole[:4096].encode(), digest_size=6).hexdigest()
    written = (written_moment(turn.at, answers.timezone) for turn in turns if turn.at)
    start = about.at or next((at for at in written if at is not None), None)
    return _Talk(
        f"transcript:{stem}:{digest}",
        stem,
        about,
        turns,
        settle_voices(turns, answers),
        start or _modified(path, answers),
        start is None,
    )


def _modified(path: Path, answers: Answers) -> datetime:
    try:
        return datetime.fromtimestamp(int(path.stat().st_mtime), UTC).astimezone(answers.timezone)
    except (OSError, ValueError, OverflowError) as error:
        raise FormatError(Problem("unreadable_file", {"name": path.name})) from error


def _rows(talk: _Talk, answers: Answers) -> Iterator[Row]:
    clock = Clock(talk.start, talk.turns)
    said: Counter[tuple[str, str, str]] = Counter()
    people: dict[tuple[str, str], Person] = {}
    others = [name for name in talk.voices.speakers if name not in talk.voices.own]
    abouts = customers_in(talk.turns, talk.voices, talk.about)
    for rank, turn in enumerate(talk.turns):
        if turn.problem:
            yield Row(turn.number, problem=Problem(turn.problem), raw=(turn.words,))
            continue
        if not turn.words:
            yield Row(turn.number, skipped="empty_message")
            continue
        key = f"{talk.key}:{turn.talk}" if turn.talk else talk.key
        ours = turn.speaker in talk.voices.own
        person = None
        if not ours:
            person = people.get((key, turn.speaker)) or person_of_talk(
                turn.speaker, abouts.get(turn.talk, talk.about), key, alone=len(others) <= 1
            )
            people[key, turn.speaker] = person
        repeated = said[key, turn.speaker, turn.words]
        said[key, turn.speaker, turn.words] += 1
        digest = blake2b(f"{key}\x00{turn.speaker}\x00{turn.words}\x00{repeated}".encode(), digest_size=16)
        yield Row(
            turn.number,
            (
                MessageReceived(
                    CHANNEL,
                    ConversationRef(key, turn.talk or talk.title, is_group=len(others) > 1 and not turn.talk),
                    digest.hexdigest(),
                    person,
                    turn.words,
                    clock.moment(turn, answers.timezone),
                    rank,
                    teammate=turn.speaker if ours else "",
                ),
            ),
        )


def _like_plain(lines: Sequence[str]) -> int:
    """Speech has few speakers and nearly every line names one."""
    matches = [match for match in map(reading.read_line, lines) if match is not None]
    speakers = Counter(match["speaker"].strip().casefold() for match in matches)
    if len(matches) < 2 or len(speakers) > _MOST_SPEAKERS or any(_CUE.search(line) for line in lines[:20]):
        return 0
    often = sum(count for count in speakers.values() if count > 1)
    share = len(matches) / len(lines)
    turns_taken = often >= 4 and share >= 0.25
    if not turns_taken and not (share >= 0.5 and often >= 2) and not (share >= 0.8 and len(matches) <= 4):
        return 0
    return min(80, 25 + int(40 * share) + 2 * min(often, 8))


def _like_vtt(lines: Sequence[str]) -> int:
    return 97 if lines and lines[0].lstrip("\ufeff").startswith("WEBVTT") else 0


def _like_srt(lines: Sequence[str]) -> int:
    if len(lines) < 2 or _like_vtt(lines):
        return 0
    return 92 if _CUE.search(lines[0]) or (lines[0].strip().isdigit() and _CUE.search(lines[1])) else 0


def _like_json(lines: Sequence[str]) -> int:
    objects = [said for said in map(reading.read_json, lines[:20]) if said is not None]
    spoken = [
        said
        for said in objects
        if reading.field_of(said, reading.TEXT_KEYS)
        and reading.field_of(said, reading.SPEAKER_KEYS)
        and "anonymousId" not in said
        and "event" not in said
    ]
    return 90 if spoken and len(spoken) * 2 > len(objects) else 0


FORMATS = (
    Transcript("transcript_txt", reading.plain_turns, _like_plain),
    Transcript("transcript_vtt", reading.cue_turns, _like_vtt),
    Transcript("transcript_srt", reading.cue_turns, _like_srt),
    Transcript("transcript_jsonl", reading.json_turns, _like_json),
)
