"""What can be said of a message without a trained model: its words, whether it asks, closes or is grave.

`words` is the only path from typed text to meant words; model, corrections and rules share it.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from sapa.readings import lexicon

NEGATED = "NOT_"
LONGEST_TEXT = 2000
"""Characters of a message that are read; past it a message is a pasted document."""

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\w)\+?\d[\d\s.\-]{7,}\d(?!\w)")
_UNIT = r"\s?(?:rb|rbu|ribu|k|jt|juta)"
_MONEY = re.compile(rf"(?<!\w)(?:rp\.?\s*\d[\d.,]*(?:{_UNIT})?|\d[\d.,]*{_UNIT})(?!\w)", re.IGNORECASE)
_RUN = re.compile(r"(.)\1{2,}")
_DOUBLED = re.compile(r"(.)\1")
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[?!]|[^\w\s.,;:()\[\]{}\"'’*~`|/\\<>@#%^&_+=$-]")
_TWICE = re.compile(r"^([^\W\d_]{2,})2(nya|an)?$")
_STICKER = re.compile(r"^\W*(?:sticker|stiker|gif)(?: (?:omitted|tidak disertakan))?\W*$", re.IGNORECASE)
_MEDIA = re.compile(
    r"^\W*(?:media|image|photo|gambar|foto|video|audio|document|dokumen)"
    r" (?:omitted|tidak disertakan|tidak disertakan dalam ekspor)\W*$",
    re.IGNORECASE,
)
_HAPPY = frozenset("😀😃😄😁😆😊🙂😍🥰😘🤩😋😎🤗👍👏🙌❤💕💖💗💓💞🧡💛💚💙💜🤍🎉✨💯🔥🫶👌😇🥳♥☺🌹🌸💐⭐🤝👋")
_SAD = frozenset("😡😠🤬😤😞😔😢😭😩😫🙁☹😣😖💔👎😒🙄😾🤮🤢😓😰😱🥺")
_WARES = frozenset(
    """warna motif model varian koleksi produk barang katalog ukuran size stok ready harga edisi seri rasa menu
    promo diskon bahan tersedia restok""".split()
)
_FACES = {**dict.fromkeys(_HAPPY, "<senang>"), **dict.fromkeys(_SAD, "<sedih>"), "🙏": "<doa>"}


def _meant(token: str) -> str:
    for form in (token, _DOUBLED.sub(r"\1", token)):
        if form in lexicon.SLANG:
            return lexicon.SLANG[form]
        if form in lexicon.KNOWN:
            return form
    twice = _TWICE.match(token)
    if twice:
        base = lexicon.SLANG.get(twice[1], twice[1])
        return base if " " in base else f"{base}-{base}{twice[2] or ''}"
    return token


@lru_cache(maxsize=65_536)
def meant_words(token: str) -> tuple[str, ...]:
    """The words meant by one typed token: `("berapa",)` for `brp`, `("tidak", "jadi")` for `gajadi`."""
    if token in _FACES:
        return (_FACES[token],)
    if token.isdigit():
        return (token,) if len(token) <= 2 else ("<angka>",)
    return tuple(_meant(token).split())


def normalise(text: str) -> str:
    """Lower case, one form of Unicode, letter runs cut to two; links, money and long numbers become one word each."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).lower()
    plain = _LINK.sub(" tautanweb ", plain)
    plain = _MONEY.sub(" jumlahrp ", plain)
    plain = _PHONE.sub(" nomorpanjang ", plain)
    return _RUN.sub(r"\1\1", plain)


def words(text: str) -> list[str]:
    """The words meant, in order, with `?` and `!` as words of their own; empty for an empty message."""
    if _STICKER.match(text):
        return ["<stiker>"]
    if _MEDIA.match(text):
        return ["<gambar>"]
    found: list[str] = []
    for token in _TOKEN.findall(normalise(text)):
        found.extend(meant_words(token))
    return found


def is_readable(meant: list[str]) -> bool:
    """Whether there is anything to understand: a word, a number, a face; not dots, not a picture."""
    return any(word[0].isalnum() or word in {"?", "<angka>", *_FACES.values()} for word in meant)


def grave(meant: list[str]) -> tuple[str, ...]:
    """Why a person must look: keys of `lexicon.GRAVE`, and `health` for harm after use; empty for most messages."""
    said = {
        reason
        for length in _GRAVE_LENGTHS
        for start in range(len(meant) - length + 1)
        for reason in _GRAVE_PHRASES.get(tuple(meant[start : start + length]), ())
    }
    reasons = [reason for reason in lexicon.GRAVE if reason in said]
    present = set(meant)
    if present & lexicon.SYMPTOMS and present & lexicon.AFTER_USE and not _relieved(meant):
        reasons.append("health")
    return tuple(reasons)


def _relieved(meant: list[str]) -> bool:
    denied = {mark.removeprefix(NEGATED) for mark in negated(meant)}
    return not lexicon.RELIEF.isdisjoint(meant) or not lexicon.SYMPTOMS.isdisjoint(denied)


def _reasons_by_phrase() -> dict[tuple[str, ...], tuple[str, ...]]:
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for reason, phrases in lexicon.GRAVE.items():
        for phrase in phrases:
            key = tuple(phrase.split())
            found[key] = (*found.get(key, ()), reason)
    return found


_GRAVE_PHRASES = _reasons_by_phrase()
_GRAVE_LENGTHS = tuple(sorted({len(phrase) for phrase in _GRAVE_PHRASES}))


def is_question(meant: list[str]) -> bool:
    """Whether the message asks something: a question mark, a question word, or the shape of an Indonesian ask."""
    if "?" in meant:
        return True
    plain = [word for word in meant if word not in lexicon.ADDRESS and word[0].isalnum()]
    if len(plain) < 2:
        return bool(plain) and plain[0] in lexicon.ASK_WORDS
    pairs = set(pairwise(plain))
    if pairs & lexicon.ASK_PAIRS:
        return True
    left = [word for pair in pairs & lexicon.NOT_ASKING for word in pair]
    if lexicon.ASK_WORDS & set(plain).difference(left):
        return True
    return (
        plain[0] in lexicon.ASK_FIRST or plain[-1] == "tidak" or (plain[-1] == "belum" and "sudah" in plain)
    )


def closes(meant: list[str]) -> bool:
    """Whether the message only thanks, nods or sends a sticker: it opens nothing and restarts no clock."""
    if is_question(meant):
        return False
    plain = [word for word in meant if word != "!"]
    return lexicon.CLOSING_WORDS.issuperset(plain) and not lexicon.CLOSING_CORE.isdisjoint(plain)


def names_wares(meant: list[str]) -> bool:
    """Whether the message names what a shop sells, or something about it: a colour, a size, a sort, a price."""
    return not _WARES.isdisjoint(meant)


def negated(meant: list[str]) -> list[str]:
    """The up to three words after each negation, marked `NOT_…`: `tidak enak` is no praise."""
    marked: list[str] = []
    left = 0
    for word in meant:
        if word in lexicon.NEGATIONS:
            left = 3
        elif word in {"?", "!", "tapi"}:
            left = 0
        elif left:
            marked.append(f"{NEGATED}{word}")
            left -= 1
    return marked
