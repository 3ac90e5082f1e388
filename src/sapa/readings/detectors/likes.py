"""Sizes, colours and variants that a customer likes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Preference(NamedTuple):
    """kind is size, colour or variant; value as the shop would write it: `L`, `38`, `sage`, `original`."""

    kind: str
    value: str


_SIZE_WORD = r"(?:ukuran(?:nya)?|size(?:nya)?|uk|sz)"
_LETTER_SIZE = r"(?:[2-6]\s?xl|x{1,4}l|xs|xxs|s|m|l)"
_SIZE = re.compile(
    rf"\b{_SIZE_WORD}\.?\s*(?:saya|aku|yang|yg|nya|:|=|biasa(?:nya)?|baju|celana|sepatu|kaki|pakai|pake|yg)?\s*(?P<named>{_LETTER_SIZE}|all\s?size|[2-4]\d(?:[.,]5)?)\b"
    rf"|\b(?:yang|yg|pakai|pake|ambil|mau|pesan|order|biasa(?:nya)?)\s+(?:ukuran\s+|nomor\s+|no\s+)?(?P<worn>{_LETTER_SIZE})\b(?!\s*(?:\d|/))"
    r"|\b(?:sepatu|sendal|sandal|kaki)\w*\s+(?:nomor|no)\.?\s*(?P<shoe>[2-4]\d)\b|(?<![\w.,/&-])(?P<bare>(?-i:XXS|XS|XL|XXL|XXXL|[2-6]XL))(?![\w/&-])",
    re.I,
)
_NAMES = """hitam putih merah biru hijau kuning abu-abu cokelat ungu oranye krem navy sage maroon mustard khaki mocca beige ivory lilac
    peach salem tosca army dusty mint lavender terracotta burgundy gold silver fuchsia olive taupe nude pink"""
_ALSO = """black:hitam item:hitam white:putih red:merah blue:biru green:hijau ijo:hijau yellow:kuning grey:abu-abu gray:abu-abu abu:abu-abu
    abu2:abu-abu coklat:cokelat brown:cokelat purple:ungu orange:oranye oren:oranye cream:krem moka:mocca mocha:mocca marun:maroon emas:gold"""
_COLOURS = {name: name for name in _NAMES.split()} | dict(pair.split(":") for pair in _ALSO.split())
_SURELY = "navy sage maroon marun mustard khaki mocca beige salem tosca army burgundy taupe terracotta fuchsia lilac"
_HARDLY_ANYTHING_ELSE = frozenset(_SURELY.split())
_COLOUR_WORD = "|".join(sorted(map(re.escape, _COLOURS), key=len, reverse=True))
_COLOUR = re.compile(
    rf"(?<![\w-])(?P<shade>(?:dusty|baby|light|dark|broken|deep|soft)\s+)?(?P<colour>{_COLOUR_WORD})(?:nya)?"
    r"(?P<depth>\s+(?:muda|tua|dongker|botol))?(?:\s+(?:green|blue))?(?![\w-])",
    re.I,
)
_GARMENT = r"""(?:kemeja|kaos|kaus|t-?shirt|polo|baju|atasan|blus|blouse|tunik|gamis|abaya|dress|daster|piyama|kebaya|outer|cardigan|kardigan|sweater
    |hoodie|jaket|jas|blazer|rompi|vest|celana|kulot|jeans|legging|rok|koko|sarimbit|seragam|jersey|mukena|bra|boxer|rajut|crewneck|batik)"""
_BESIDE = re.compile(
    rf"(?<![\w-])(?:{_COLOUR_WORD}|{_GARMENT})(?:nya)?(?:\s+(?:muda|tua|dongker|botol|green|blue))?\s+(?P<beside>{_LETTER_SIZE})(?![\w/&'’-]|[.,]\w)",
    re.I | re.X,
)
"""A bare size letter counts only right after a colour or a garment: `sage L`; `5 L` and `L/XL` are none."""
_NOT_A_COLOUR = re.compile(
    r"\b(?:jahe|gula|bawang|beras|teh|kopi|cabe|cabai|ketan|lada|kacang|kunyit|daging|palang|kartu|daun|telur|ikan|ubi|buah|jus|green|bubuk"
    r"|madu|air|kopi\s+susu|rasa|aroma|varian)\s+$",
    re.I,
)
_COLOURED = re.compile(
    r"\b(?:warna(?:nya)?|color|colour|yang|yg|pilih|mau|ambil|pesan|order|suka|size|ukuran|ada|ready|atau|dan|sama|[smlx]{1,3})\s+(?:yang\s+|yg\s+|warna\s+|\w{1,4}\s+)?$",
    re.I,
)
_VARIANT = re.compile(
    r"\b(?:rasa|varian|aroma|scent|variant|flavou?r|tipe|model|motif)(?:nya)?\s+(?:yang\s+|yg\s+)?(?P<variant>(?!apa|mana|yang|yg|ini|itu|lain|nya|kak|bu|pak|ada|saja|aja|sama|baru|enak|berapa|gimana)[a-z][\w-]+(?:\s+(?:merah|putih|hitam|hijau|susu|madu|manis|pedas|asin|lemon|latte|mint|tea))?)",
    re.I,
)
_SIGHT = 80  # characters that are looked back: a clause, not a pasted list
_DISLIKED = re.compile(
    r"\b(?:jangan|selain|kecuali|bukan|tidak|tdk|gak?|nggak|ga|kurang|datang(?:nya)?|dateng(?:nya)?|dapat(?:nya)?|dapet(?:nya)?|dikirim(?:nya)?|malah|salah|kekecilan|kebesaran)\b[^,.]*$",
    re.I,
)


def preferences(text: str) -> list[Preference]:
    """Sizes, colours and variants that a customer asks for or wears, in order of their place.

    What they refuse, or got by mistake, is left out.
    """
    found = [*_sizes(text), *_colours(text)]
    found += [
        (match.start(1), Preference("variant", match["variant"].lower())) for match in _VARIANT.finditer(text)
    ]
    kept = [liked for at, liked in sorted(found) if not _DISLIKED.search(_clause_before(text, at))]
    return list(dict.fromkeys(kept))


def _sizes(text: str) -> Iterator[tuple[int, Preference]]:
    for match in _SIZE.finditer(text):
        value = match["named"] or match["worn"] or match["shoe"] or match["bare"]
        yield match.start(), Preference("size", re.sub(r"\s", "", value).upper().replace(",", "."))
    for match in _BESIDE.finditer(text):
        if not _NOT_A_COLOUR.search(_before(text, match.start())):
            yield match.start("beside"), Preference("size", re.sub(r"\s", "", match["beside"]).upper())


def _colours(text: str) -> Iterator[tuple[int, Preference]]:
    about_colour = "warna" in text.lower()
    for match in _COLOUR.finditer(text):
        word, before = match["colour"].lower(), _before(text, match.start())
        alone = not _clause_before(text, match.start()).strip()
        sure = about_colour or alone or word in _HARDLY_ANYTHING_ELSE or _COLOURED.search(before)
        if sure and not _NOT_A_COLOUR.search(before):
            yield match.start(), Preference("colour", _colour(match))


def _colour(match: re.Match[str]) -> str:
    word = match["colour"].lower()
    if match["shade"]:
        return f"{match['shade'].strip().lower()} {word}"
    return f"{_COLOURS[word]}{' ' + match['depth'].strip().lower() if match['depth'] else ''}"


def _clause_before(text: str, at: int) -> str:
    return re.split(r"[,.;!?\n]|\btapi\b|\bpadahal\b", _before(text, at))[-1]


def _before(text: str, at: int) -> str:
    return text[max(0, at - _SIGHT) : at]
