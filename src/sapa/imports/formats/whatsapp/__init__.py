"""WhatsApp chat exports (`.txt`, or `_chat.txt` out of a zip): Android and iPhone, any language of the phone.

The format has no specification; the variants are those of public samples and of the app's own texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sapa.gateway.types import MessageReceived
from sapa.imports.formats.types import Answers, Preview, Problem, Question, Row
from sapa.imports.formats.whatsapp.days import DAY_FIRST, MONTH_FIRST, settle_order
from sapa.imports.formats.whatsapp.headers import read_opening
from sapa.imports.formats.whatsapp.parties import Parties, question, settle_parties, shown_name
from sapa.imports.formats.whatsapp.reading import Reader
from sapa.imports.formats.whatsapp.splitting import Piece, split_chat
from sapa.imports.formats.whatsapp.survey import Survey, look_over
from sapa.lib.text import decode, encoding_of

SAMPLE_ROWS = 20
_RECOGNISE_LINES = 400


@dataclass(frozen=True, slots=True)
class _Look:
    """A chat surveyed and settled, ready to be read."""

    survey: Survey
    parties: Parties
    day_first: bool
    order_is_guessed: bool


class WhatsApp:
    """The format of a WhatsApp chat export."""

    name = "whatsapp"
    kind = "whatsapp"

    def recognise(self, path: Path, head: bytes) -> int:
        """0..100 by the header lines at the beginning; the name of the file does not count."""
        if encoding_of(head) is None:
            return 0
        lines = [line for line in decode(head).split("\n")[:_RECOGNISE_LINES] if line.strip()]
        openings = [index for index, line in enumerate(lines) if read_opening(line) is not None]
        if not openings or openings[0] > 5:
            return 0
        senders = sum(": " in lines[index] for index in openings)
        return min(99, 60 + 13 * senders) if senders else 40

    def preview(self, path: Path, answers: Answers) -> Preview:
        """A survey of the whole file and its first messages. Raises `FormatError`."""
        look = _look(path, answers)
        reader = _reader(look, answers)
        rows = list(islice(_rows(path, look, answers), SAMPLE_ROWS))
        messages = [event for row in rows for event in row.events if isinstance(event, MessageReceived)]
        questions = [asked for asked in (question(look.parties),) if asked is not None]
        warnings = []
        if look.order_is_guessed:
            questions.append(Question("day_order", (DAY_FIRST, MONTH_FIRST), DAY_FIRST))
            warnings.append(Problem("day_order_guessed", {"order": DAY_FIRST}))
        if look.parties.own_is_guessed:
            own = sorted(shown_name(author) for author in look.parties.own)
            warnings.append(Problem("own_name_guessed", {"names": own}))
        return Preview(
            kind=self.kind,
            format=self.name,
            rows=look.survey.headers,
            people=tuple(dict.fromkeys(shown_name(author) for author in look.survey.authors)),
            first_at=reader.moment(look.survey.first),
            last_at=reader.moment(look.survey.last),
            columns=("at", "author", "text"),
            sample=tuple(_sample(message) for message in messages),
            questions=tuple(questions),
            warnings=tuple(warnings),
            day_first=None if look.order_is_guessed else look.day_first,
        )

    def read(self, path: Path, answers: Answers) -> Iterator[Row]:
        """The chat's rows in file order, in bounded memory. Raises `FormatError` for the file as a whole."""
        return _rows(path, _look(path, answers), answers)


def _look(path: Path, answers: Answers) -> _Look:
    survey = look_over(path, _long_names(answers))
    day_first, guessed = settle_order(survey.order, answers.day_first)
    return _Look(survey, settle_parties(survey, path.stem, answers), day_first, guessed)


def _rows(path: Path, look: _Look, answers: Answers) -> Iterator[Row]:
    return _reader(look, answers).rows(_pieces(path, look.survey, answers))


def _reader(look: _Look, answers: Answers) -> Reader:
    return Reader(look.parties, day_first=look.day_first, timezone=answers.timezone)


def _pieces(path: Path, survey: Survey, answers: Answers) -> Iterable[Piece]:
    if survey.pieces is not None:
        return survey.pieces
    return split_chat(
        path,
        survey.layout,
        foreign_authors=survey.authors.keys(),
        foreign_layouts=survey.foreign_layouts,
        long_names=_long_names(answers),
    )


def _long_names(answers: Answers) -> tuple[str, ...]:
    return tuple(name for name in answers.own_names if ": " in name)


def _sample(message: MessageReceived) -> tuple[str, ...]:
    author = message.teammate or (message.person.name or message.person.record[1] if message.person else "")
    words = message.text or ", ".join(item.kind for item in message.media)
    return (message.at.isoformat(), author, words)


FORMATS = (WhatsApp(),)
