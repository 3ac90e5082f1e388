"""What the tests of chat formats share: write a file, read its messages."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from sapa.gateway.types import MessageReceived
from sapa.imports.formats.types import Answers, Format, Row

JAKARTA = ZoneInfo("Asia/Jakarta")
NOBODY_TOLD = Answers(JAKARTA)
TOKO_SAGE = Answers(JAKARTA, own_names=("Toko Sage",))


def write(folder: Path, words: str, name: str = "Chat WhatsApp dengan Rina Wulandari.txt") -> Path:
    """A UTF-8 file with just these words."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(words.encode("utf-8"))
    return path


def rows(one: Format, path: Path, answers: Answers = TOKO_SAGE) -> list[Row]:
    """All rows; each must have exactly one of events, a reason to skip, a problem."""
    found = list(one.read(path, answers))
    for row in found:
        assert [bool(row.events), bool(row.skipped), row.problem is not None].count(True) == 1, row
    return found


def messages(one: Format, path: Path, answers: Answers = TOKO_SAGE) -> list[MessageReceived]:
    """All messages of a file."""
    return [
        event
        for row in rows(one, path, answers)
        for event in row.events
        if isinstance(event, MessageReceived)
    ]


def who(message: MessageReceived) -> str:
    """The teammate or the person's record, for short comparisons."""
    return message.teammate or (":".join(message.person.record) if message.person else "")
