"""Who waits since when, and where a talk ends."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sapa.conversations.rules import Utterance, says_nothing, split_talks, waiting_since
from tests.world import day


def asked(clock: str) -> Utterance:
    return Utterance(day(0, clock), is_in=True)


def thanked(clock: str) -> Utterance:
    return Utterance(day(0, clock), is_in=True, closes=True)


def answered(clock: str) -> Utterance:
    return Utterance(day(0, clock), is_in=False)


def robot(clock: str) -> Utterance:
    return Utterance(day(0, clock), is_in=False, is_automatic=True)


CASES: list[tuple[str, list[Utterance], str | None, str | None]] = [
    ("nothing said", [], None, None),
    ("asked and not answered", [asked("10:00")], None, "10:00"),
    ("the first of several counts", [asked("10:00"), asked("10:05")], None, "10:00"),
    ("answered", [asked("10:00"), answered("10:10")], None, None),
    ("asked again after the answer", [asked("10:00"), answered("10:10"), asked("11:00")], None, "11:00"),
    ("thanks open nothing", [asked("10:00"), answered("10:10"), thanked("10:11")], None, None),
    ("thanks do not end the waiting either", [asked("10:00"), thanked("10:01")], None, "10:00"),
    ("an automatic answer is no reply", [asked("10:00"), robot("10:00")], None, "10:00"),
    ("answered elsewhere stops the clock", [asked("10:00")], "10:30", None),
    ("until something newer comes", [asked("10:00"), asked("11:00")], "10:30", "11:00"),
    ("a mark before the question is none for it", [asked("10:00")], "09:00", "10:00"),
]


@pytest.mark.parametrize(
    ("said", "mark", "since"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_since_when_somebody_waits(said: list[Utterance], mark: str | None, since: str | None) -> None:
    until = day(0, mark) if mark else None
    assert waiting_since(said, until) == (day(0, since) if since else None)


@pytest.mark.parametrize(
    ("text", "media", "is_deleted", "nothing"),
    [
        ("", ("sticker",), False, True),
        ("", ("gif",), False, True),
        ("", ("image",), False, False),
        ("", ("audio",), False, False),
        ("", ("sticker", "image"), False, False),
        ("", (), True, True),
        ("", (), False, False),
        ("kak?", ("sticker",), False, False),
    ],
)
def test_a_sticker_opens_nothing_and_a_photo_does(
    text: str, media: tuple[str, ...], is_deleted: bool, nothing: bool
) -> None:
    assert says_nothing(text, media, is_deleted=is_deleted) is nothing


def test_a_talk_ends_after_72_hours_of_silence() -> None:
    start = day(0)
    times = [start, start + timedelta(hours=71), start + timedelta(hours=143), start + timedelta(hours=200)]
    talks = split_talks([Utterance(at, is_in=True) for at in times])
    assert [[said.at for said in talk] for talk in talks] == [times[:2], times[2:]]


def test_a_talk_of_nothing() -> None:
    assert split_talks(list[Utterance]()) == []


def test_talks_keep_every_message() -> None:
    moments: list[datetime] = [day(0), day(4), day(9)]
    assert [len(talk) for talk in split_talks([Utterance(at, is_in=True) for at in moments])] == [1, 1, 1]
