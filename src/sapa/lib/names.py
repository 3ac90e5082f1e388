"""Names of people as shops write them: forms of address, tags, initials and short forms.

Nothing here merges anybody: a name alone is never a key. It makes suggestions and says where two
names cannot belong to one person.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache, partial

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


ADDRESSES = _set("""bu ibu bpk pak bapak kak kaka kakak kk ka mas mbak mba mbk bang bg abang sis sist sista bro om tante tt
    teh teteh aa akang kang uda uni koh ko ci cici ce cece gan agan bun bund bunda neng cak ning bli mbok
    hj h haji hajah hajjah dr drg drs dra ir prof ust ustad ustadz ustadzah kyai ny nyonya tn tuan sdr sdri nn nona
    mr mrs ms miss mister madam dek dik adik gus""")
_TAGS = _set("""customer cust costumer kustomer pelanggan pembeli buyer langganan reseller resel dropship dropshipper agen
    member vip shopee tokped tokopedia tiktok lazada ig instagram wa fb olshop online cod order po baru lama new old
    klien client calon lead prospek""")
_CITIES = {
    **dict.fromkeys(("jkt", "jakarta", "jaksel", "jakbar", "jaktim", "jakut", "jakpus"), "jakarta"),
    **dict.fromkeys(("bdg", "bandung"), "bandung"),
    **dict.fromkeys(("sby", "surabaya"), "surabaya"),
    **dict.fromkeys(("jogja", "yogya", "yogyakarta", "jogjakarta", "ygy"), "yogyakarta"),
    **dict.fromkeys(("smg", "semarang"), "semarang"),
    **dict.fromkeys(("mlg", "malang"), "malang"),
    **dict.fromkeys(("bali", "dps", "denpasar"), "bali"),
    **dict.fromkeys(("bks", "bekasi"), "bekasi"),
    **dict.fromkeys(("bgr", "bogor"), "bogor"),
    **dict.fromkeys(("dpk", "depok"), "depok"),
    **dict.fromkeys(("tgr", "tng", "tangerang", "tangsel"), "tangerang"),
    **dict.fromkeys(("mks", "makassar"), "makassar"),
    **dict.fromkeys(("mdn", "medan"), "medan"),
    **dict.fromkeys(("plg", "palembang"), "palembang"),
    **{
        city: city
        for city in ("solo", "batam", "pontianak", "balikpapan", "samarinda", "padang", "pekanbaru")
    },
}
_BUSINESS = _set(
    "toko warung cv pt ud shop store olshop kedai official salon butik boutique cafe kafe resto studio grosir catering"
)
_PARENTS = _set("mama mamah mami mom mommy ummi umi papa papah papi ayah abi bapaknya ibunya istri suami")
_MUHAMMAD = _set(
    "m md mh moh moch mohd muh mhd much muhamad muhammad mohamad mohammad mochamad mochammad mohamed"
)
# Names that many people bear in front of the one by which they are called.
_LIGHT = _set("muhammad siti ahmad nur i ni putu wayan gede made kadek nengah nyoman komang ketut")
_DEGREE = re.compile(r"^(?:[SMABD]|Sp|Ph|Dipl)\.[\w.]+$", re.IGNORECASE)
_BARE_DEGREE = _set("SE SH ST SP MM MBA MSI MT MH SPD SKOM AMD SKM SSI SS SSOS")
_BRACKETED = re.compile(r"\([^)]*\)|\[[^\]]*\]|\{[^}]*\}")
_OLD_SPELLING = (("oe", "u"), ("dj", "j"), ("tj", "c"))

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\ufeff\u00ad]")
_SIGNS = {"S": " ", "C": " "}

_CEILING_FOR_OTHERS = 0.2
_ALIKE = 0.9  # Jaro-Winkler; below it "Rini" would be a typing error of "Rina"


def normalise_name(raw: str) -> str:
    """The person's own name: `Bu Rina 🌸 (JKT)` → `Rina`; what is only a form of address stays as it is.

    Forms of address and titles are taken from the front, degrees, tags of the shop (`Customer`, `Shopee`),
    towns and digits from the end; at least one word always stays. Names all in capitals or all in small
    letters get capitals at the words' beginnings.
    """
    clean = _without_signs(raw)
    words = _without_tail(_without_front(_BRACKETED.sub(" ", clean).split() or clean.split()))
    name = " ".join(word.strip(".,;:-_/|") or word for word in words)
    return _capitalised(name) if name.islower() or name.isupper() else name


def _without_signs(raw: str) -> str:
    text = unicodedata.normalize("NFKC", raw)
    kept = (_SIGNS.get(unicodedata.category(char)[0], char) for char in _INVISIBLE.sub("", text))
    # A degree stands behind a comma; a surname before its first name ("Wulandari, Rina") has no dot.
    head, comma, tail = " ".join("".join(kept).replace("_", " ").split()).partition(",")
    degrees = comma and all(_is_degree(part.strip()) for part in re.split(r"[,\s]+", tail.strip()))
    return head.strip() if degrees else f"{head} {tail}".strip()


def _is_degree(word: str) -> bool:
    return bool(_DEGREE.match(word)) or word.replace(".", "").upper() in _BARE_DEGREE


def _bare(word: str) -> str:
    return word.strip(".,;:'-/|").casefold()


def _without_front(words: list[str]) -> list[str]:
    start = 0
    while start < len(words) - 1 and (_bare(words[start]) in ADDRESSES or not _bare(words[start])):
        start += 1
    return words[start:]


def _without_tail(words: list[str]) -> list[str]:
    end = len(words)
    while end > 1 and _is_tail(words[end - 1]):
        end -= 1
    return words[:end]


def _is_tail(word: str) -> bool:
    bare = _bare(word)
    return not bare or bare in _TAGS or bare in _CITIES or bare.isdigit() or bool(_DEGREE.match(word))


def _capitalised(name: str) -> str:
    return " ".join(word[:1].upper() + word[1:].lower() for word in name.split())


@lru_cache(maxsize=1 << 16)
def _words(name: str) -> tuple[str, ...]:
    """The words that tell one person from another, folded to one spelling."""
    plain = unicodedata.normalize("NFKD", normalise_name(name)).casefold()
    plain = "".join(char for char in plain if not unicodedata.combining(char)).replace("'", "")
    words = [_folded(word) for word in re.split(r"[\W\d_]+", plain) if word]
    return () if len(words) == 1 and words[0] in ADDRESSES else tuple(words)


def _folded(word: str) -> str:
    if word in _MUHAMMAD and len(word) > 1:
        return "muhammad"
    for old, new in _OLD_SPELLING:
        word = word.replace(old, new)
    return word


def name_key(name: str) -> str:
    """One spelling for comparison: `Bpk. Moh. Rizki` and `MUHAMMAD RIZKI` give `muhammad rizki`.

    Empty where nothing but a form of address is known. Words keep their order.
    """
    words = _words(name)
    return " ".join(
        ("muhammad" if word == "m" and not at and len(words) > 1 else word) for at, word in enumerate(words)
    )


def may_be_same(a: str, b: str) -> float:
    """How far two names may be one person's, 0..1: 1 written alike, about 0.65 where one gives a first name only.

    Knows initials, other order, short forms, Muhammad's abbreviations, old spelling and slips of the finger.
    Towns that a shop wrote behind both names and that differ halve it: "Budi JKT" and "Budi SBY" were told apart.
    """
    first, second = sorted((_words(a), _words(b)), key=lambda words: (len(words), words))
    if not first:
        return 0.0
    if _joined_alike(first, second):
        score = 1.0 if first == second else 0.97
    else:
        score = _matched(first, second) * _coverage(first, second)
    if _cannot(first, second):
        score = min(score, _CEILING_FOR_OTHERS)
    town_a, town_b = _town(a), _town(b)
    return score / 2 if town_a and town_b and town_a != town_b else score


def cannot_be_same(a: str, b: str) -> bool:
    """Whether two names cannot be variants of one another: neither's own name has a likeness in the other.

    False where a name says too little (initials, `Mama Dika`, a business).
    """
    first, second = _words(a), _words(b)
    return bool(first and second) and _cannot(first, second)


def _cannot(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    if _says_little(first) or _says_little(second) or _joined_alike(first, second):
        return False
    return not _any_like(_own_name(first), second) and not _any_like(_own_name(second), first)


def _says_little(words: tuple[str, ...]) -> bool:
    return words[0] in _PARENTS or bool(_BUSINESS & set(words)) or max(map(len, words)) < 3


def _own_name(words: tuple[str, ...]) -> str:
    heavy = [word for word in words if len(word) > 1 and word not in _LIGHT]
    return heavy[0] if heavy else words[0]


def _any_like(word: str, words: tuple[str, ...]) -> bool:
    return any(_likeness(word, other) > 0 or _one_slip(word, other) for other in words)


def _one_slip(a: str, b: str) -> bool:
    return min(len(a), len(b)) >= 4 and DamerauLevenshtein.distance(a, b, score_cutoff=1) <= 1


def _joined_alike(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    return first == second or sorted(first) == sorted(second) or "".join(first) == "".join(second)


def _matched(few: tuple[str, ...], many: tuple[str, ...]) -> float:
    left, total = list(many), 0.0
    for word in few:
        best = max(left, key=partial(_likeness, word))
        likeness = _likeness(word, best)
        if likeness:
            left.remove(best)
        total += likeness
    return total / len(few)


def _coverage(few: tuple[str, ...], many: tuple[str, ...]) -> float:
    if len(few) == len(many):
        return 1.0
    if len(few) > 1:
        return 0.9
    return 0.4 if few[0] in _LIGHT or len(few[0]) < 3 else 0.65


def _likeness(a: str, b: str) -> float:
    if a == b:
        return 1.0
    short, long = sorted((a, b), key=len)
    if len(short) == 1:
        return 0.8 if long.startswith(short) else 0.0
    if len(short) >= 3 and long.startswith(short):
        return 0.85
    if len(short) >= 4 and long.endswith(short):  # Tuti from Astuti, Yanto from Suryanto
        return 0.7
    alike = JaroWinkler.similarity(a, b)
    return alike if alike >= _ALIKE and len(short) >= 4 and a[-1] == b[-1] else 0.0


def _town(name: str) -> str:
    words = [_bare(word) for word in _without_signs(name).replace("(", " ").replace(")", " ").split()]
    return next((_CITIES[word] for word in reversed(words[1:]) if word in _CITIES), "")
