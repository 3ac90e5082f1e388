"""A chat reply to a question: `5`, `⭐4`, `bagus, 5`, `2, kurir lama`. Whatever may mean something else is no answer."""

from __future__ import annotations

import re
from typing import NamedTuple

from sapa.responses.rules import SCALES, is_on_scale

LONGEST = 400
"""Letters past which a message is a letter of its own, and no answer to a number."""

_KEYCAP = re.compile(r"([0-9])\ufe0f?\u20e3")
_STARS = re.compile(r"[⭐★🌟]\ufe0f?")
_NUMBER = re.compile(r"(?<![\w.,:/-])(\d{1,2})(?:\s*(?:/|dari|of|out of)\s*(\d{1,2}))?(?![\w:%-]|[.,/]\d)")
_SPELLED = {
    "nol": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8,
    "sembilan": 9, "sepuluh": 10, "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_SEPARATOR = re.compile(r"^\s*(?:[,.;:!–—-]+\s|[,.;:!–—-]*\s*\n|[,;:!]+)")
_FILLER = re.compile(
    r"^(?:ya|iya|deh|dong|kak|kakak|min|sis|gan|kk|nih|aja|saja|sih|please|makasih|terima kasih|thanks?|bintang|stars?"
    r"|nilai|skor|score|poin|points?|saya|aku|kasih|beri|rating|rate|i|my|is|it|a|from|dari|me|:|=|👍|🙏|😊|❤️?)+$",
    re.IGNORECASE,
)
# A number behind or before one of these counts, measures or dates something.
_COUNTS = re.compile(
    r"\b(?:pcs|pc|buah|bh|biji|lusin|kodi|kg|gr|gram|ons|ml|liter|l|cm|meter|m|pack|pak|box|dus|botol|sachet|set|pasang|lembar"
    r"|ribu|rb|k|jt|juta|rupiah|rp|persen|jam|menit|hari|minggu|bulan|tahun|tanggal|tgl|kali|x|orang|size|ukuran|nomor|no|lagi"
    r"|pesan|pesen|order|beli|mau|minta|tambah|kirim|ambil|booking|stok|stock|ready|warna|pieces?|more|days?|hours?|weeks?)\b",
    re.IGNORECASE,
)
_JUDGES = re.compile(
    r"\b(?:bagus|baik|puas|mantap|mantul|oke?|ok|keren|suka|senang|sempurna|top|cepat|cepet|ramah|rapi|cocok|lumayan|biasa|standar"
    r"|kurang|jelek|buruk|parah|kecewa|lambat|lama|telat|rusak|mudah|gampang|susah|sulit|ribet|nilai|nilainya|skor|skornya|bintang"
    r"|rating|kasih|beri|good|great|nice|bad|poor|slow|easy|hard|love|happy|satisfied|score|rate)\b",
    re.IGNORECASE,
)


class Reply(NamedTuple):
    """A score on the survey's scale, and the customer's words beside it."""

    score: int
    words: str


def read_reply(
    text: str, kind: str, *, is_quoting: bool = False, titles: tuple[str, ...] = ()
) -> Reply | None:
    """What a message says to a question of this kind; None where it is no answer to it.

    `is_quoting`: it quotes the question (or a button below it was pressed), so that a number in it is the answer.
    `titles` are the buttons' own words, which are not the customer's.
    """
    line = _KEYCAP.sub(r"\1", text.replace("🔟", "10")).strip()
    if not line or len(line) > LONGEST:
        return None
    found = _by_stars(line) or _by_word(line) or _by_number(line, kind, is_quoting)
    if found is None or not is_on_scale(kind, found.score):
        return None
    return found._replace(words="") if line in titles else found


def _by_stars(line: str) -> Reply | None:
    stars = _STARS.findall(line)
    rest = _STARS.sub(" ", line).strip()
    if not stars:
        return None
    number = re.fullmatch(r"(\d{1,2})\s*[,.;:!-]*\s*(.*)", rest, re.DOTALL)
    if number is not None and not re.search(r"\d", number[2]):
        return Reply(int(number[1]), number[2].strip())
    if re.search(r"\d", rest) or len(stars) == 1:
        return None
    return Reply(len(stars), rest)


def _by_word(line: str) -> Reply | None:
    score = _SPELLED.get(line.strip(" .!,").casefold())
    return None if score is None else Reply(score, "")


def _by_number(line: str, kind: str, is_quoting: bool) -> Reply | None:
    numbers = list(_NUMBER.finditer(line))
    if len(numbers) != 1 or len(re.findall(r"\d+", line)) != (2 if numbers[0][2] else 1):
        return None
    found = numbers[0]
    if found[2] and int(found[2]) != SCALES[kind][1]:
        return None
    before, after = line[: found.start()].strip(), line[found.end() :]
    if not _is_judgement(before, after, is_quoting=is_quoting):
        return None
    return Reply(int(found[1]), _words(before, after))


def _is_judgement(before: str, after: str, *, is_quoting: bool) -> bool:
    """Whether the number stands for itself: alone, set apart, or beside a word that judges."""
    rest = after.strip(" .!,")
    if _is_filler(before) and _is_filler(rest):
        return True
    if not before and _SEPARATOR.match(after) and not _begins_with_count(rest):
        return True
    if _COUNTS.search(before) or _begins_with_count(rest) or "?" in before + after:
        return False
    return is_quoting or bool(_JUDGES.search(f"{before} {rest}"))


def _begins_with_count(rest: str) -> bool:
    return bool(_COUNTS.match(rest))


def _is_filler(words: str) -> bool:
    plain = words.strip(" .!,;:-–—()")
    return not plain or all(_FILLER.match(word) for word in plain.split())


def _words(before: str, after: str) -> str:
    parts = [part.strip(" ,;:–—-\n").lstrip(".! ") for part in (before, after)]
    return " ".join(part for part in parts if part and not _is_filler(part))
