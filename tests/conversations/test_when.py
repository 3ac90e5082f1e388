"""Later moments as people type them, on Saturday 21 November 2026, 14.30 in Jakarta."""

from __future__ import annotations

from datetime import datetime

import pytest

from sapa.conversations.mentions import find_mentions
from sapa.conversations.when import read_when
from tests.conftest import JAKARTA


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("besok", "2026-11-22 09:00"),
        ("besok jam 3", "2026-11-22 15:00"),
        ("besok pagi jam 7", "2026-11-22 07:00"),
        ("besok siang jam 1", "2026-11-22 13:00"),
        ("besok jam 8 malam", "2026-11-22 20:00"),
        ("lusa pagi", "2026-11-23 09:00"),
        ("2 jam lagi", "2026-11-21 16:30"),
        ("10 menit lg", "2026-11-21 14:40"),
        ("sejam lagi", "2026-11-21 15:30"),
        ("seminggu lagi", "2026-11-28 14:30"),
        ("3 hari lagi jam 10", "2026-11-24 10:00"),
        ("dalam 2 hari", "2026-11-23 14:30"),
        ("minggu depan", "2026-11-23 09:00"),
        ("minggu", "2026-11-22 09:00"),
        ("sabtu", "2026-11-28 09:00"),
        ("hari Senin jam 10", "2026-11-23 10:00"),
        ("jam 15.30", "2026-11-21 15:30"),
        ("jam 9", "2026-11-22 09:00"),
        ("nanti malam", "2026-11-21 19:00"),
        ("hari ini", "2026-11-21 16:30"),
        ("25 Nov", "2026-11-25 09:00"),
        ("tgl 25 jam 09.00", "2026-11-25 09:00"),
        ("tanggal 5", "2026-12-05 09:00"),
        ("1 Jan", "2027-01-01 09:00"),
        ("tomorrow 3pm", "2026-11-22 15:00"),
        ("in 2 hours", "2026-11-21 16:30"),
        ("monday", "2026-11-23 09:00"),
    ],
)
def test_words_name_a_moment(text: str, moment: str, now: datetime) -> None:
    assert read_when(text, now, JAKARTA) == datetime.fromisoformat(moment).replace(tzinfo=JAKARTA)


@pytest.mark.parametrize(
    "text",
    ["", "halo kak", "ongkir 20", "2 hari sampai", "jam 99", "31 Feb", "hari ini jam 8 pagi", "tgl 40"],
)
def test_what_names_no_moment_to_come(text: str, now: datetime) -> None:
    assert read_when(text, now, JAKARTA) is None


TEAM = {1: "Dina Lestari", 2: "Bu Tuti", 3: "Dina Putri", 4: "Nia"}


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@Nia tolong cek", [4]),
        ("cek ya @nia, dan @Bu Tuti.", [4, 2]),
        ("@bu lihat ini", [2]),
        ("@Dina Putri bukan yang satu lagi", [3]),
        ("@Dina siapa?", []),
        ("email nia@tokosage.example", []),
        ("@niaga", []),
        ("@nia @nia", [4]),
        ("tanpa siapa-siapa", []),
    ],
)
def test_whom_a_remark_calls(text: str, called: list[int]) -> None:
    assert find_mentions(text, TEAM) == called
