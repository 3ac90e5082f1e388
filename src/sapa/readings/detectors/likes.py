"""Sizes, colours and variants that a customer likes."""

from __future__ import annotations

import re
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
_COLOURS: dict[str, str] = {
    **{name: name for name in (
        ["hitam", "putih", "merah", "biru", "hijau", "kuning", "abu-abu", "cokelat", "ungu", "oranye", "krem", "navy", "sage", "maroon", "mustard", "khaki", "mocca", "beige", "ivory", "lilac", "peach", "salem", "tosca", "army", "dusty", "mint", "lavender", "terracotta", "burgundy", "gold", "silver", "fuchsia", "olive", "taupe", "nude"]
    )},
    "black": "hitam", "white": "putih", "red": "merah", "blue": "biru", "green": "hijau", "yellow": "kuning", "grey": "abu-abu",
    "gray": "abu-abu", "abu": "abu-abu", "abu2": "abu-abu", "coklat": "cokelat", "brown": "cokelat", "pink": "pink", "purple": "ungu",
    "orange": "oranye", "oren": "oranye", "cream": "krem", "moka": "mocca", "mocha": "mocca", "marun": "maroon", "emas": "gold",
}  # fmt: skip
_COLOUR = re.compile(
    rf"(?<![\w-])(?P<colour>{'|'.join(sorted(map(re.escape, _COLOURS), key=len, reverse=True))})(?:nya)?(?![\w-])",
    re.I,
)
_NOT_A_COLOUR = re.compile(
    r"\b(?:jahe|gula|bawang|beras|teh|kopi|cabe|cabai|ketan|lada|kacang|kunyit|daging|palang|kartu|daun|telur|ikan|ubi|buah|jus|green|bubuk"
    r"|madu|air|baju|kopi\s+susu|rasa|aroma|varian)\s+$",
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
_DISLIKED = re.compile(
    r"\b(?:jangan|selain|kecuali|bukan|tidak|tdk|gak?|nggak|ga|kurang|datang(?:nya)?|dateng(?:nya)?|dapat(?:nya)?|dapet(?:nya)?|dikirim(?:nya)?|malah|salah|kekecilan|kebesaran)\b[^,.]*$",
    re.I,
)


def preferences(text: str) -> list[Preference]:
    """Sizes, colours and variants that a customer asks for or wears, in order; what they refuse or got wrongly is left out."""
    found: list[tuple[int, Preference]] = []
    for match in _SIZE.finditer(text):
        value = match["named"] or match["worn"] or match["shoe"] or match["bare"]
        found.append((match.start(), Preference("size", re.sub(r"\s", "", value).upper().replace(",", "."))))
    for match in _COLOUR.finditer(text):
        before = text[: match.start()]
        sure = (
            _COLOURED.search(before)
            or not before.strip()
            or "warna" in text.lower()
            or match["colour"].lower() in _FASHION
        )
        if sure and not _NOT_A_COLOUR.search(before):
            found.append((match.start(), Preference("colour", _COLOURS[match["colour"].lower()])))
    found.extend(
        (match.start("variant"), Preference("variant", match["variant"].lower()))
        for match in _VARIANT.finditer(text)
    )
    kept = [liked for at, liked in sorted(found) if not _DISLIKED.search(_clause_before(text, at))]
    return list(dict.fromkeys(kept))


_FASHION = frozenset(
    [
        "navy",
        "sage",
        "maroon",
        "marun",
        "mustard",
        "khaki",
        "mocca",
        "beige",
        "lilac",
        "tosca",
        "army",
        "burgundy",
        "taupe",
        "terracotta",
        "fuchsia",
        "salem",
    ]
)


def _clause_before(text: str, at: int) -> str:
    return re.split(r"[,.;!?\n]|\btapi\b|\bpadahal\b", text[:at])[-1]
