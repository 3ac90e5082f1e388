"""Where a change of hands or of channel lost what was known, as cases; and what only looks like it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sapa.conversations.service.handovers import Utterance, find_lost

NINE = datetime(2026, 11, 21, 9, tzinfo=UTC)
WA, IG = 1, 2
Line = tuple[float, str, int, str]

CASES: list[tuple[str, list[Line], list[tuple[int, int, str, str, str]]]] = [
    (
        "the new teammate asks for the order number that was told",
        [
            (0, "", WA, "kak, paket saya belum sampai"),
            (1, "Dina", WA, "boleh minta nomor pesanannya kak?"),
            (2, "", WA, "2411215ABC"),
            (60, "Bu Tuti", WA, "Halo kak, nomor pesanannya berapa ya?"),
        ],
        [(3, 1, "asked_again", "teammate", "order_number")],
    ),
    (
        "the customer says it again on another channel",
        [
            (0, "", IG, "sage ukuran L masih ada kak?"),
            (1, "Dina", IG, "silakan lanjut di WhatsApp ya kak"),
            (9, "", WA, "halo kak, sage ukuran L masih ada?"),
        ],
        [(2, 0, "repeated", "channel", "")],
    ),
    (
        "the customer says it again to the next teammate",
        [
            (0, "", WA, "bisa tukar ukuran M ke L kak?"),
            (1, "Dina", WA, "sebentar ya kak, saya serahkan ke rekan saya"),
            (30, "Bu Tuti", WA, "Halo kak, ada yang bisa dibantu?"),
            (31, "", WA, "bisa tukar ukuran M ke L?"),
        ],
        [(3, 0, "repeated", "teammate", "")],
    ),
    (
        "asked on one channel, asked again by the same person on the other",
        [
            (0, "Dina", IG, "boleh minta alamat lengkapnya kak?"),
            (1, "", IG, "Jl. Melati 5 Bandung"),
            (20, "Dina", WA, "alamat lengkapnya di mana ya kak?"),
        ],
        [(2, 0, "asked_again", "channel", "address")],
    ),
    (
        "the same person makes sure",
        [
            (0, "Dina", WA, "boleh minta alamat lengkapnya kak?"),
            (1, "", WA, "Jl. Melati 5 Bandung"),
            (2, "Dina", WA, "alamat di Bandung kota kan kak?"),
        ],
        [],
    ),
    (
        "nobody had answered yet",
        [
            (0, "Dina", WA, "boleh minta nomor pesanannya kak?"),
            (60, "Bu Tuti", WA, "nomor pesanannya berapa kak?"),
        ],
        [],
    ),
    (
        "the customer waits and asks again: nothing changed hands",
        [(0, "", WA, "sage ukuran L masih ada kak?"), (60, "", WA, "kak, sage ukuran L masih ada?")],
        [],
    ),
    (
        "asked another thing of the next teammate",
        [
            (0, "", WA, "sage ukuran L masih ada kak?"),
            (1, "Dina", WA, "masih kak"),
            (2, "Bu Tuti", WA, "siap kami bungkus ya"),
            (3, "", WA, "ongkir ke Bandung berapa kak?"),
        ],
        [],
    ),
    (
        "a week later it may be asked again",
        [
            (0, "Dina", WA, "boleh minta alamat lengkapnya kak?"),
            (1, "", WA, "Jl. Melati 5 Bandung"),
            (8 * 1440, "Bu Tuti", WA, "alamatnya masih sama? boleh minta alamat lengkap kak"),
        ],
        [],
    ),
    (
        "a greeting said twice is no question",
        [(0, "", IG, "halo kak"), (1, "Dina", IG, "halo"), (2, "", WA, "halo kak")],
        [],
    ),
]


def talk(lines: list[Line], *, automatic: str = "") -> list[Utterance]:
    return [
        Utterance(number, NINE + timedelta(minutes=minutes), by, channel, text, by == automatic != "")
        for number, (minutes, by, channel, text) in enumerate(lines)
    ]


@pytest.mark.parametrize(("lines", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_a_change_lost(lines: list[Line], expected: list[tuple[int, int, str, str, str]]) -> None:
    found = find_lost(talk(lines))
    assert [(one.again_id, one.first_id, one.sort, one.change, one.what) for one in found] == expected


def test_what_a_machine_asked_counts_as_nobody_s() -> None:
    lines = CASES[0][1]
    assert find_lost(talk(lines, automatic="Dina")) == []
