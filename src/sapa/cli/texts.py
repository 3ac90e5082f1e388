"""`classify` reads messages; `topics`, `answer` and `simplify` wait for the rooms that will do them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from sapa.cli.printing import print_json_line
from sapa.cli.types import Call, CannotError, Command
from sapa.readings.model import understand_many
from sapa.readings.types import Understood

_AT_ONCE = 512
_TOLD = 10


def _classify(call: Call) -> int:
    unread: list[int] = []
    lines = _lines(unread)
    while chunk := list(islice(lines, _AT_ONCE)):
        for (key, _text), understood in zip(
            chunk, understand_many([text for _key, text in chunk]), strict=True
        ):
            print_json_line(_as_json(key, understood))
    if unread:
        raise CannotError(
            _(
                'Baris %(numbers)s bukan JSON dengan "id" dan "text", jadi dilewati. Contoh: {"id": 1, "text": "ready kak?"}'
            )
            % {"numbers": ", ".join(map(str, unread[:_TOLD])) + (" …" if len(unread) > _TOLD else "")}
        )
    return 0


def _as_json(key: Any, understood: Understood) -> dict[str, Any]:
    return {
        "id": key,
        "sentiment": understood.sentiment,
        "emotion": None,
        "intent": understood.intent,
        "confidence": understood.confidence,
        "needs_human": understood.needs_human,
        "abstained": {"intent": understood.abstained_intent, "sentiment": understood.abstained_sentiment},
    }


def _lines(unread: list[int]) -> Iterator[tuple[Any, str]]:
    """(id, text) of the JSON lines on stdin; empty lines are passed over, the numbers of others go to `unread`."""
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line)
        except msgspec.DecodeError:
            row = None
        if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
            unread.append(number)
            continue
        yield row["id"], row["text"]


def _later(call: Call) -> int:
    raise CannotError(
        _("sapa %(name)s belum ada di versi ini; ia datang bersama ruang pengetahuan.")
        % {"name": call.words.command}
    )


def _text_word(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEKS")


def _file_word(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")


def _text_words(parser: argparse.ArgumentParser) -> None:
    _text_word(parser)
    parser.add_argument("--business", default="", help=argparse.SUPPRESS)


def _file_words(parser: argparse.ArgumentParser) -> None:
    _file_word(parser)
    parser.add_argument("--business", default="", help=argparse.SUPPRESS)


COMMANDS = (
    Command(
        "classify", _("baca maksud dan rasa pesan (JSON per baris)"), _classify, needs="nothing", answers=True
    ),
    Command("topics", _("topik tanpa label (belum ada)"), _later, needs="nothing", answers=True),
    Command("answer", _("jawaban yang disetujui (belum ada)"), _later, _text_words, "nothing", answers=True),
    Command(
        "simplify", _("kebijakan dalam tiga butir (belum ada)"), _later, _file_words, "nothing", answers=True
    ),
)
