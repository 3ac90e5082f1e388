"""How fast a WhatsApp export becomes rows, beside a plain parser with one regex a line.

The rival does far less: it has one fixed header, splits sender and words, joins lines and parses the
time with `strptime`; no survey of the file, no media, notices, keys or ranks. Both read the same file in
interleaved rounds; the best round of each counts. The goal is 200,000 lines a second.
"""

from __future__ import annotations

import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sapa.imports.formats.types import Answers
from sapa.imports.formats.whatsapp import WhatsApp

GOAL = 200_000
_LINE = re.compile(r"^(\d\d/\d\d/\d\d) (\d\d\.\d\d) - ([^:]+): (.*)$")
_SPOKEN = (
    "halo kak ready ga yg ini brp harganya ongkir ke bandung berapa bisa cod makasih ya kak besok dikirim "
    "resinya mana stok masih ada ukuran L warna sage cicilan bisa transfer bca sudah ditunggu oke siap"
)
_WORDS = _SPOKEN.split()
_SPECIAL = (
    "<Media tidak disertakan>",
    "Pesan ini telah dihapus",
    "IMG-20260721-WA0001.jpg (file terlampir)\nBukti transfer",
    "jadi 3 ya <Pesan ini diedit>",
    "siap kak :)",
)


def write_chat(path: Path, lines: int, seed: int = 7) -> int:
    """An invented Android chat of at least `lines` lines: 1 in 5 messages has several, 1 in 12 is special."""
    chance = random.Random(seed)
    at = datetime(2024, 1, 1, 8, 0)  # noqa: DTZ001 - the wall clock of a phone
    written = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        while written < lines:
            at += timedelta(seconds=chance.choice((5, 20, 40, 90, 300, 4000)))
            author = chance.choice(("Rina Wulandari", "Toko Sage"))
            words = " ".join(chance.choices(_WORDS, k=chance.randint(1, 14)))
            kind = chance.random()
            if kind < 0.08:
                words = chance.choice(_SPECIAL)
            elif kind < 0.28:
                words += "".join(
                    f"\n{number}. {chance.choice(_WORDS)} x {number}"
                    for number in range(1, chance.randint(2, 5))
                )
            message = f"{at:%d/%m/%y %H.%M} - {author}: {words}\n"
            file.write(message)
            written += message.count("\n")
    return written


def plain_parser(path: Path) -> Iterator[tuple[datetime, str, str]]:
    """The rival: what anybody writes first."""
    at, author, lines = None, "", []
    with path.open(encoding="utf-8") as file:
        for line in file:
            match = _LINE.match(line.rstrip("\n"))
            if match is None:
                lines.append(line.rstrip("\n"))
                continue
            if at is not None:
                yield at, author, "\n".join(lines)
            at = datetime.strptime(f"{match[1]} {match[2]}", "%d/%m/%y %H.%M")  # noqa: DTZ007
            author, lines = match[3], [match[4]]
    if at is not None:
        yield at, author, "\n".join(lines)


def _timed(read: Callable[[], Iterator[Any]]) -> tuple[float, float, int]:
    """(seconds, seconds of processor, rows)."""
    start, processor = time.perf_counter(), time.process_time()
    count = sum(1 for _ in read())
    return time.perf_counter() - start, time.process_time() - processor, count


def run(quick: bool) -> dict[str, Any]:
    """Lines a second of ours and the rival's; `holds` is ours at or above the goal."""
    answers = Answers(ZoneInfo("Asia/Jakarta"), own_names=("Toko Sage",))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "Chat WhatsApp dengan Rina Wulandari.txt"
        lines = write_chat(path, 100_000 if quick else 1_000_000)
        size = path.stat().st_size
        ours, theirs, processor, rows, rival_rows = [], [], [], 0, 0
        for _ in range(3 if quick else 5):
            seconds, busy, rows = _timed(lambda: WhatsApp().read(path, answers))
            ours.append(seconds)
            processor.append(busy)
            seconds, _, rival_rows = _timed(lambda: plain_parser(path))
            theirs.append(seconds)
    assert rows == rival_rows, (rows, rival_rows)
    value, rival_value = lines / min(ours), lines / min(theirs)
    return {
        "name": "whatsapp_parse",
        "value": round(value),
        "unit": "lines/s",
        "rival": "one regex a line and strptime (fixed header, no keys, media or notices)",
        "rival_value": round(rival_value),
        "ratio": round(value / rival_value, 3),
        "goal": f">= {GOAL} lines/s",
        "holds": value >= GOAL,
        "lines": lines,
        "rows": rows,
        "bytes": size,
        "per_processor_second": round(lines / min(processor)),
        "rounds": [round(lines / seconds) for seconds in ours],
    }
