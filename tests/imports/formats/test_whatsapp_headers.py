"""Every way in which a phone writes the line that opens a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from sapa.imports.formats.types import Answers
from sapa.imports.formats.whatsapp import WhatsApp
from sapa.imports.formats.whatsapp.headers import hour_of, read_opening
from tests.imports.formats.chats import JAKARTA, TOKO_SAGE, messages, rows, write

AFTERNOON = "2026-07-21T15:15"
ONE = [
    "21/07/26 15.15 - Rina: Halo",
    "21/07/2026 15.15 - Rina: Halo",
    "21/07/2026, 15:15 - Rina: Halo",
    "21/7/26, 15:15 - Rina: Halo",
    "7/21/26, 3:15 PM - Rina: Halo",
    "7/21/26, 3:15\u202fPM - Rina: Halo",
    "21/07/26, 3:15 pm - Rina: Halo",
    "21/07/2026, 3:15 p. m. - Rina: Halo",
    "21/07/2026, 3:15 p.\u00a0m. - Rina: Halo",
    "21/7/2026, 3:15 PTG - Rina: Halo",
    "[21/07/26 15.15.42] Rina: Halo",
    "[21/07/2026, 15.15.42] Rina: Halo",
    "[21/07/2026, 15:15:42] Rina: Halo",
    "[7/21/26, 3:15:42 PM] Rina: Halo",
    "[7/21/26, 3:15:42\u202fPM] Rina: Halo",
    "\u200e[21/07/26 15.15.42] Rina: \u200eHalo",
    "[21.7.2026 klo 15.15.42] Rina: Halo",
    "[21.07.26, 15:15:42] Rina: Halo",
    "21.07.26, 15:15 - Rina: Halo",
    "21-07-2026 15:15 - Rina: Halo",
    "2026-07-21, 15:15 - Rina: Halo",
    "2026/07/21, 15:15 - Rina: Halo",
    "2026/07/21 15:15 - Rina: Halo",
    "2026. 07. 21. 15:15 - Rina: Halo",
    "[2026-07-21, 15:15:42] Rina: Halo",
    "\u200f\u0662\u0661\u200f/\u0667\u200f/\u0662\u0660\u0662\u0666\u060c \u0661\u0665:\u0661\u0665 - Rina: Halo",
    "15:15, 21/07/2026 - Rina: Halo",
    "[15:15, 21/07/2026] Rina: Halo",
    "[15:15:42, 21.7.2026] Rina: Halo",
    "21 Juli 2026 15.15 - Rina: Halo",
    "21 Jul 2026, 15:15 - Rina: Halo",
    "Jul 21, 2026, 3:15 PM - Rina: Halo",
    "[Selasa, 21 Juli 2026 15.15.42] Rina: Halo",
    "21/07/2026 pukul 15.15 - Rina: Halo",
    "21/07/2026, 15:15: Rina: Halo",
    "21/7/2569, 15:15 - Rina: Halo",
]


@pytest.mark.parametrize("line", ONE)
def test_one_line_of_every_phone(tmp_path: Path, line: str) -> None:
    (message,) = messages(WhatsApp(), write(tmp_path, line + "\n"))
    assert message.at.isoformat()[:16] == AFTERNOON
    assert message.at.tzinfo is JAKARTA
    assert message.text == "Halo"
    assert message.person is not None
    assert message.person.name == "Rina"


def the_96_layouts() -> list[tuple[str, bool]]:
    """(pattern, is the day first) of whatstk's list of known headers, spelt out."""
    dates = [
        (order.replace("-", separator), order.index("d") < order.index("m"))
        for order in ("Y-m-d", "Y-d-m", "d-m-Y", "m-d-Y")
        for separator in "-/."
    ]
    times = ("H:M", "I:M p", "H:M:S", "I:M:S p")
    frames = ("{}, {} - Rina:", "[{} {}] Rina:")
    return [
        (frame.format(date, time), day_first)
        for date, day_first in dates
        for time in times
        for frame in frames
    ]


@pytest.mark.parametrize(("pattern", "day_first"), the_96_layouts())
def test_all_layouts_that_others_know(tmp_path: Path, pattern: str, day_first: bool) -> None:
    values = {"Y": "2026", "m": "07", "d": "21", "H": "15", "I": "3", "M": "15", "S": "42", "p": "PM"}
    head, name = pattern.split(" Rina")[0], " Rina"
    header = "".join(values.get(letter, letter) for letter in head) + name + ":"
    (message,) = messages(WhatsApp(), write(tmp_path, f"{header} Halo\n"))
    assert message.at.isoformat()[:16] == AFTERNOON
    assert (message.text, message.person and message.person.name) == ("Halo", "Rina")


@pytest.mark.parametrize(
    ("hour", "half", "expected"),
    [
        ("12", "AM", 0),
        ("12", "PM", 12),
        ("1", "pm", 13),
        ("11", "a.m.", 11),
        ("3", "PTG", 15),
        ("9", "PG", 9),
        ("3", "下午", 15),
        ("3", "م", 15),
        ("24", None, 0),
        ("0", None, 0),
        ("15", "PM", 15),
        ("25", None, 25),
    ],
)
def test_hours_of_both_clocks(hour: str, half: str | None, expected: int) -> None:
    assert hour_of(hour, half) == expected


@pytest.mark.parametrize(
    "line",
    [
        "2 x 35.000",
        "total: 2 x 35.000",
        "1. sage L",
        "08.00 - 17.00",
        "halo kak",
        "",
        "[penting] besok libur",
        "21/07/26",
        "12/07 jam 15.00 ya",
        "Rina: halo",
    ],
)
def test_lines_that_open_nothing(line: str) -> None:
    assert read_opening(line) is None


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["03/04/26 10.00 - Rina: a", "25/04/26 10.00 - Rina: b"], "2026-04-03", id="25 is no month"
        ),
        pytest.param(["3/4/26, 10:00 - Rina: a", "3/25/26, 10:00 - Rina: b"], "2026-03-04", id="25 is a day"),
        pytest.param(
            ["03/04/26 10.00 - Rina: IMG-20260304-WA0001.jpg (file terlampir)"],
            "2026-03-04",
            id="photo: month first",
        ),
        pytest.param(
            ["[03/04/26 10.00.00] Rina: \u200e<terlampir: 00000012-PHOTO-2026-04-03-10-00-00.jpg>"],
            "2026-04-03",
            id="photo: day first",
        ),
        pytest.param(
            [f"0{day}/0{month}/26 10.00 - Rina: a" for month in (4, 5, 6) for day in (3, 5, 9)],
            "2026-04-03",
            id="runs forward only day first",
        ),
        pytest.param(
            [f"0{month}/0{day}/26 10.00 - Rina: a" for month in (3, 4, 5) for day in (4, 6, 9)],
            "2026-03-04",
            id="runs forward only month first",
        ),
        pytest.param(["03/04/26 10.00 - Rina: a"], "2026-04-03", id="nothing tells: day first"),
    ],
)
def test_day_and_month_are_told_apart_once_a_file(tmp_path: Path, lines: list[str], expected: str) -> None:
    found = messages(WhatsApp(), write(tmp_path, "\n".join(lines)))
    assert found[0].at.date().isoformat() == expected


def test_an_open_order_is_asked_and_the_answer_taken(tmp_path: Path) -> None:
    path = write(tmp_path, "03/04/26 10.00 - Rina Wulandari: a\n")
    preview = WhatsApp().preview(path, TOKO_SAGE)
    assert [question.code for question in preview.questions] == ["day_order"]
    assert [warning.code for warning in preview.warnings] == ["day_order_guessed"]
    told = Answers(JAKARTA, own_names=("Toko Sage",), day_first=False)
    assert messages(WhatsApp(), path, told)[0].at.date().isoformat() == "2026-03-04"
    assert WhatsApp().preview(path, told).questions == ()


def test_the_file_knows_better_than_a_remembered_answer(tmp_path: Path) -> None:
    path = write(tmp_path, "25/04/26 10.00 - Rina: a\n03/04/26 10.00 - Rina: b\n")
    told = Answers(JAKARTA, day_first=False)
    assert [m.at.date().isoformat() for m in messages(WhatsApp(), path, told)] == ["2026-04-25", "2026-04-03"]


def test_a_day_that_does_not_exist_is_that_rows_problem(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "28/02/26 10.00 - Rina: ada\n31/02/26 10.00 - Rina: tidak ada\nbaris dua\n28/02/26 25.61 - Rina: jam apa\n",
    )
    good, no_day, no_time = rows(WhatsApp(), path)
    assert good.events
    assert no_day.problem is not None
    assert (no_day.number, no_day.problem.code, no_day.problem.data["value"]) == (
        2,
        "impossible_date",
        "31/02/26",
    )
    assert no_day.raw == ("31/02/26 10.00", "Rina: tidak ada\nbaris dua")
    assert no_time.problem is not None
    assert no_time.problem.code == "impossible_time"


def test_files_joined_from_two_phones_are_read_both_ways(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "7/21/26, 3:15 PM - Rina: a\n7/22/26, 3:15 PM - Budi: b\n[23/07/2026 15:15] Rina: c\n[2026-07-24, 15:15:01] Budi: d\n",
    )
    assert [m.at.day for m in messages(WhatsApp(), path)] == [21, 22, 23, 24]


def test_a_pasted_schedule_stays_in_its_message(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "21/07/26 15.15 - Toko Sage: jadwal ya\n2026-08-01, 10:00 - Workshop: bawa kain\n21/07/26 15.16 - Rina: oke\n",
    )
    first, second = messages(WhatsApp(), path)
    assert first.text == "jadwal ya\n2026-08-01, 10:00 - Workshop: bawa kain"
    assert second.text == "oke"
