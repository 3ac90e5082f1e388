"""Public reviews in a table: date, name, stars, text, source."""

from __future__ import annotations

import re

from sapa.gateway.types import ChannelRef, Event, Person, ReviewPosted
from sapa.imports.formats.columns import Matched
from sapa.imports.formats.fields import REVIEWS
from sapa.imports.formats.persons import digest, is_masked, keys_of, person_of
from sapa.imports.formats.reading import Reader, RowError
from sapa.imports.formats.rowwise import Builder, RowFormat, Sheet
from sapa.imports.formats.sources import channel_kind
from sapa.imports.formats.tables import Cells, Table

_OUT_OF_FIVE = re.compile(
    r"^([1-5])(?:[.,]0+)?(?:\s*/\s*5(?:[.,]0)?)?\s*(?:★|⭐️?|bintang|stars?)?$", re.IGNORECASE
)
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5}  # fmt: skip


def stars_of(text: str) -> int | None:
    """1..5 out of "5", "4.0", "5/5", "★★★★☆", "4 bintang", "FIVE"; None for an empty cell. Raises `RowError` stars_unknown."""
    plain = text.strip()
    if not plain or plain == "-":
        return None
    if match := _OUT_OF_FIVE.match(plain):
        return int(match[1])
    full = plain.count("★") + plain.count("⭐")
    if 1 <= full <= 5 and not plain.strip("★⭐☆️ "):
        return full
    if number := _WORDS.get(plain.lower().split()[0]):
        return number
    raise RowError("stars_unknown", value=plain[:80])


def channel_of(source: str) -> ChannelRef:
    """The channel that a review's source names; an unknown one keeps its words."""
    kind = channel_kind(source)
    if kind and kind != "referral":
        return ChannelRef(kind)
    return ChannelRef("review", source)


def _likeness(matched: Matched, table: Table) -> int:
    worded = matched.confidence.get("text", 0)
    rated = matched.confidence.get("stars", 0)
    named_review = any("ulasan" in name.lower() or "review" in name.lower() for name in table.header)
    if not worded or not matched.has("date") or (not rated and not named_review):
        return 0
    base = 66 + 6 * bool(rated) + 8 * named_review
    return min(base + 2 * matched.has("source") + 2 * matched.has("name"), 92)


def _builder(sheet: Sheet) -> Builder:
    reader = sheet.reader

    def build(cells: Cells) -> tuple[Event, ...]:
        at = reader.moment(cells, "date")
        if at is None:
            raise RowError("row_without_date")
        text = reader.text(cells, "text")
        stars = stars_of(reader.text(cells, "stars"))
        if not text and stars is None:
            raise RowError("review_empty")
        channel = channel_of(reader.text(cells, "source"))
        name = reader.text(cells, "name")
        key = digest("review", channel.kind, channel.name, name, at.isoformat(), stars, text)
        return (ReviewPosted(channel, key, _person(reader, cells, channel, name, key), at, stars, text),)

    return build


def _person(reader: Reader, cells: Cells, channel: ChannelRef, name: str, key: str) -> Person:
    keys = keys_of(reader.phone(cells), reader.text(cells, "email"))
    source = channel.kind.removeprefix("marketplace:")
    if not keys and (not name or is_masked(name)):
        return Person(("row", f"review:{key}"))
    return person_of(source, name, keys)


FORMATS = (
    RowFormat(
        "reviews_table", "reviews", REVIEWS, _likeness, (("date",), ("text", "stars")), ("date",), _builder
    ),
)
