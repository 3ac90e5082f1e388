"""Consultations and calls written down: text, subtitles, JSON lines."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sapa.gateway.types import Key
from sapa.imports.formats.archives import expand
from sapa.imports.formats.transcripts import FORMATS, Transcript
from sapa.imports.formats.transcripts.turns import seconds_of
from sapa.imports.formats.types import Answers, FormatError
from tests.imports.formats.chats import JAKARTA, NOBODY_TOLD, messages, rows, who, write

TXT, VTT, SRT, JSONL = FORMATS

CONSULTATION = """\
Tanggal: 21-07-2026
Jam: 10.15
Nama: Rina Wulandari
No HP: 0812-3456-7890

Konsultan: Halo kak, ada yang bisa dibantu?
Pelanggan: Mau tanya cicilan kak
yang 3 bulan

Konsultan: Bisa kak: 3x tanpa bunga
"""
SUBTITLES = """\
WEBVTT

NOTE dibuat otomatis

00:00:01.000 --> 00:00:04.000
<v Dina>Halo, dengan Toko Sage</v>

2
00:00:05.500 --> 00:00:06.000
<v Rina>Bisa nyicil</v>

00:00:06.000 --> 00:00:08.000
nggak?
"""
SUBRIP = """\
1
00:00:01,000 --> 00:00:04,000
CS: Halo kak

2
00:00:05,000 --> 00:00:06,000
Rina: <i>bisa dicicil?</i>
"""
LINES = (
    '{"speaker":"agent","text":"Halo","time":"2026-07-21T10:15:00+07:00"}\n'
    '{"role":"customer","content":"bisa dicicil?","time":12}\n'
)
SAGE = Answers(JAKARTA, own_names=("Dina",))


def best(path: Path) -> Transcript:
    head = path.read_bytes()
    return max(FORMATS, key=lambda one: one.recognise(path, head))


def test_a_consultation_with_a_head_of_its_own(tmp_path: Path) -> None:
    path = write(tmp_path, CONSULTATION, "konsultasi-01.txt")
    found = messages(TXT, path, NOBODY_TOLD)
    assert [(who(one) if one.teammate else "pelanggan", one.text) for one in found] == [
        ("Konsultan", "Halo kak, ada yang bisa dibantu?"),
        ("pelanggan", "Mau tanya cicilan kak\nyang 3 bulan"),
        ("Konsultan", "Bisa kak: 3x tanpa bunga"),
    ]
    rina = found[1].person
    assert rina is not None
    assert (rina.name, rina.keys) == ("Rina Wulandari", (Key("phone", "0812-3456-7890"),))
    assert {one.at.isoformat() for one in found} == {"2026-07-21T10:15:00+07:00"}
    assert [one.rank for one in found] == [0, 1, 2]
    assert {one.channel.kind for one in found} == {"call"}
    assert len({one.conversation.key for one in found}) == 1


@pytest.mark.parametrize(
    ("words", "name", "speakers", "seconds"),
    [
        (SUBTITLES, "a-2026-07-21.vtt", ["Dina", "Rina"], [1, 5]),
        (SUBRIP, "a-2026-07-21.srt", ["CS", "Rina"], [1, 5]),
        ("[00:00:07] Dina: Halo\n[00:01:05] Rina: hai\n", "20260721.txt", ["Dina", "Rina"], [7, 65]),
        ("00:07 Dina: Halo\n01:05 Rina: hai\n", "21-07-2026.txt", ["Dina", "Rina"], [7, 65]),
        ("Dina (00:07): Halo\nRina (01:05): hai\n", "2026_07_21.txt", ["Dina", "Rina"], [7, 65]),
        ("10:15 Dina: Halo\n10:16 Rina: hai\n", "2026-07-21.txt", ["Dina", "Rina"], [36900, 36960]),
        ("10:15:01 Dina: Halo\n10:16:02 Rina: hai\n", "2026-07-21.txt", ["Dina", "Rina"], [36901, 36962]),
        (
            "2026-07-21 10:15 Dina: Halo\n2026-07-21 10:16 Rina: hai\n",
            "x.txt",
            ["Dina", "Rina"],
            [36900, 36960],
        ),
    ],
)
def test_times_count_from_the_beginning_or_are_the_clocks(
    tmp_path: Path, words: str, name: str, speakers: list[str], seconds: list[int]
) -> None:
    path = write(tmp_path, words, name)
    found = messages(best(path), path, SAGE)
    midnight = found[0].at.replace(hour=0, minute=0, second=0, microsecond=0)
    assert midnight.date().isoformat() == "2026-07-21"
    assert [int((one.at - midnight).total_seconds()) for one in found] == seconds
    assert (
        list(
            TXT.preview(path, SAGE).people if name.endswith("txt") else best(path).preview(path, SAGE).people
        )
        == speakers
    )


def test_a_cue_without_a_voice_goes_on_with_the_last(tmp_path: Path) -> None:
    found = messages(VTT, write(tmp_path, SUBTITLES, "a.vtt"), SAGE)
    assert [one.text for one in found] == ["Halo, dengan Toko Sage", "Bisa nyicil nggak?"]


def test_json_lines_with_either_names_of_fields(tmp_path: Path) -> None:
    found = messages(JSONL, write(tmp_path, LINES, "a.jsonl"), NOBODY_TOLD)
    assert [(bool(one.teammate), one.text, one.at.isoformat()) for one in found] == [
        (True, "Halo", "2026-07-21T10:15:00+07:00"),
        (False, "bisa dicicil?", "2026-07-21T10:15:12+07:00"),
    ]


def test_json_lines_hold_many_talks_by_their_ids(tmp_path: Path) -> None:
    words = "".join(
        json.dumps({"call_id": call, "speaker": "Pelanggan", "text": f"halo {call}"}) + "\n"
        for call in ("a", "b", "a")
    )
    found = messages(JSONL, write(tmp_path, words, "a.jsonl"), NOBODY_TOLD)
    keys = [one.conversation.key for one in found]
    assert keys[0] == keys[2] != keys[1]
    assert found[0].person == found[2].person != found[1].person


def test_broken_json_lines_are_problems_of_their_own(tmp_path: Path) -> None:
    path = write(tmp_path, LINES + 'oops\n{"speaker":"x","text":""}\n[1]\n', "a.jsonl")
    assert [row.problem.code for row in rows(JSONL, path) if row.problem] == [
        "not_json",
        "words_missing",
        "not_json",
    ]


def test_without_any_day_the_file_tells_when(tmp_path: Path) -> None:
    path = write(tmp_path, "CS: halo\nRina: hai\n", "a.txt")
    os.utime(path, (1784603700, 1784603700))
    assert messages(TXT, path, NOBODY_TOLD)[0].at.isoformat() == "2026-07-21T10:15:00+07:00"
    assert [warning.code for warning in TXT.preview(path, NOBODY_TOLD).warnings] == ["day_from_file"]


def test_two_names_that_tell_nothing_are_asked_about(tmp_path: Path) -> None:
    path = write(tmp_path, "Dina: halo\nRina: hai\nDina: ya\n", "2026-07-21.txt")
    (question,) = TXT.preview(path, NOBODY_TOLD).questions
    assert (question.code, question.choices, question.guess) == ("own_name", ("Dina", "Rina"), "Dina")
    assert TXT.preview(path, SAGE).questions == ()


def test_a_name_alone_never_makes_one_person_of_two_talks(tmp_path: Path) -> None:
    first, second = (
        messages(TXT, write(tmp_path, f"CS: halo\nRina: {words}\n", f"{words}.txt"), NOBODY_TOLD)[1].person
        for words in ("satu", "dua")
    )
    assert first is not None
    assert second is not None
    assert first.name == second.name == "Rina"
    assert first.record != second.record


def test_two_hundred_consultations_in_one_zip(tmp_path: Path) -> None:
    path = tmp_path / "konsultasi.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(200):
            archive.writestr(
                f"transkrip/konsultasi-{number:03}.txt", "CS: halo kak\nPelanggan: bisa dicicil?\n"
            )
    found = [
        message
        for one in expand(path, tmp_path / "out")
        if one.path is not None
        for message in messages(best(one.path), one.path, NOBODY_TOLD)
    ]
    assert len(found) == 400
    assert len({message.conversation.key for message in found}) == 200
    assert len({message.dedupe_key for message in found}) == 400
    assert len({message.person.record for message in found if message.person}) == 200


def test_reading_again_gives_the_same_keys(tmp_path: Path) -> None:
    once = messages(TXT, write(tmp_path / "a", CONSULTATION, "k.txt"))
    again = messages(TXT, write(tmp_path / "b", CONSULTATION, "k (1).txt"))
    assert [one.dedupe_key for one in once] == [one.dedupe_key for one in again]


@pytest.mark.parametrize(
    ("clock", "seconds"),
    [("00:07", 7), ("1:02:03.5", 3723.5), ("00:00:01,250", 1.25), ("10.15", 615), ("01:05,5", 65.5)],
)
def test_clocks(clock: str, seconds: float) -> None:
    assert seconds_of(clock) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("words", "expected"),
    [(CONSULTATION, TXT), (SUBTITLES, VTT), (SUBRIP, SRT), (LINES, JSONL)],
)
def test_each_is_recognised_by_its_content(tmp_path: Path, words: str, expected: Transcript) -> None:
    path = write(tmp_path, words, "tanpa-akhiran")
    assert best(path) is expected
    assert expected.recognise(path, words.encode()) >= 50


@pytest.mark.parametrize(
    "words",
    [
        "21/07/26 03.15 - Rina: halo\n21/07/26 03.16 - Sage: ya\n",
        "nama,nomor\nRina,0812\nSari,0813\n",
        '{"type":"track","event":"Product Viewed","anonymousId":"a","name":"x","text":"y"}\n',
        "21/07/26; Rina; beli 2; lunas\n",
        "Ini surat biasa.\nTanpa pembicara.\n",
        "# Catatan\n\nSumber: pasar\nHarga: naik\nSisanya kalimat biasa.\nSatu lagi.\n",
        "",
    ],
)
def test_other_texts_are_no_transcript(tmp_path: Path, words: str) -> None:
    path = write(tmp_path, words, "a.txt")
    assert max(one.recognise(path, words.encode()) for one in FORMATS) == 0


def test_a_text_without_turns_says_so(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        rows(VTT, write(tmp_path, "WEBVTT\n\n", "a.vtt"))
    assert caught.value.problem.code == "no_turns"


@given(
    st.lists(
        st.one_of(
            st.text(max_size=20),
            st.sampled_from(
                [
                    "\n",
                    "WEBVTT\n\n",
                    "00:01.0 --> 00:02.0\n",
                    "Rina: halo\n",
                    "99:99:99 A: b\n",
                    '{"text":"a","time":1e999}\n',
                    '{"text":"\\ud800","speaker":"b","time":-1}\n',
                    "Tanggal: 31-02-2026\n",
                    "2026-99-99 10:15 A: b\n",
                ]
            ),
        ),
        max_size=20,
    )
)
def test_any_text_is_rows_or_one_problem(tmp_path_factory: pytest.TempPathFactory, pieces: list[str]) -> None:
    path = tmp_path_factory.mktemp("talk") / "a.txt"
    path.write_bytes("".join(pieces).encode("utf-8", "replace"))
    for one in FORMATS:
        assert 0 <= one.recognise(path, path.read_bytes()) <= 100
        try:
            found = messages(one, path, NOBODY_TOLD)
        except FormatError:
            continue
        for message in found:
            message.text.encode("utf-8")
