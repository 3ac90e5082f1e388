"""The words of a survey: what stands until the owner writes something else, the blanks, and the message that is sent.

For customers, so in the language that the owner chose for them and never in the reader's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sapa.responses.rules import SCALES
from sapa.surveys.types import Wording

BLANKS = ("nama", "produk")
LANGUAGES = ("id", "en")
_BLANK = re.compile(r"\{(\w*)\}")
_PRODUCT = {"id": "pesanannya", "en": "your order"}

USUAL: Mapping[str, Mapping[str, Wording]] = {
    "nps": {
        "id": Wording(
            "Halo {nama}, seberapa mungkin Kakak merekomendasikan toko kami ke teman?",
            "Apa alasan utamanya?",
        ),
        "en": Wording(
            "Hello {nama}, how likely are you to recommend our shop to a friend?",
            "What is the main reason?",
        ),
    },
    "csat": {
        "id": Wording("Halo {nama}, seberapa puas dengan {produk}?", "Apa yang bisa kami perbaiki?"),
        "en": Wording("Hello {nama}, how satisfied are you with {produk}?", "What could we do better?"),
    },
    "ces": {
        "id": Wording(
            "Halo {nama}, seberapa mudah urusannya beres bersama kami?", "Bagian mana yang menyulitkan?"
        ),
        "en": Wording(
            "Hello {nama}, how easy was it to get things done with us?", "Which part was difficult?"
        ),
    },
}

ENDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "nps": {"id": ("tidak mungkin", "pasti"), "en": ("not at all likely", "certainly")},
    "csat": {"id": ("sangat kecewa", "sangat puas"), "en": ("very unhappy", "very happy")},
    "ces": {"id": ("sangat sulit", "sangat mudah"), "en": ("very hard", "very easy")},
}
"""What the lowest and the highest score mean."""

_HOW = {
    "id": "Cukup balas dengan angka {low} ({worst}) sampai {high} ({best}). {more}",
    "en": "Just reply with a number from {low} ({worst}) to {high} ({best}). {more}",
}
_BY_MAIL = {
    "id": "Ketuk satu angka, {low} berarti {worst} dan {high} berarti {best}:",
    "en": "Tap one number; {low} means {worst} and {high} means {best}:",
}
MOST_BUTTONS = 10


def find_blank(text: str) -> str | None:
    """The first blank that nobody fills; None where all are known."""
    return next((name for name in _BLANK.findall(text) if name not in BLANKS), None)


def fill(text: str, *, name: str, product: str, language: str) -> str:
    """A text with its blanks filled; without a name it greets nobody by one."""
    filled = {"nama": name, "produk": product or _PRODUCT[language]}
    words = _BLANK.sub(lambda found: filled.get(found[1], found[0]), text)
    return re.sub(r"\s+([,.!?])", r"\1", re.sub(r"[ \t]{2,}", " ", words)).strip()


def call_by(name: str, language: str) -> str:
    """How a customer is addressed: `Kak Rina`, in English `Rina`; without a name that can be said just `Kak`."""
    first = name.split()[0] if name.split() else ""
    if language == "en":
        return first if first.isalpha() else ""
    return f"Kak {first}" if first.isalpha() else "Kak"


def write_chat(question: str, open_question: str, *, kind: str, language: str) -> str:
    """The message in a chat: the question, how to answer it, and the open question."""
    return f"{question}\n{_ends(_HOW[language], kind, language, open_question)}".strip()


def write_mail(question: str, links: Mapping[int, str], *, kind: str, language: str) -> str:
    """The e-mail: the question, and a line with its link for each number."""
    rows = "\n".join(f"{score}: {link}" for score, link in links.items())
    return f"{question}\n\n{_ends(_BY_MAIL[language], kind, language, '')}\n{rows}"


def write_buttons(kind: str, language: str) -> tuple[tuple[str, str], ...]:
    """(code, title) of each score for chats with buttons; none where the scale is longer than a list may be."""
    low, high = SCALES[kind]
    if high - low + 1 > MOST_BUTTONS:
        return ()
    worst, best = ENDS[kind][language]
    named = {low: f"{low} · {worst}", high: f"{high} · {best}"}
    return tuple((f"survey:{score}", named.get(score, str(score))) for score in range(low, high + 1))


def _ends(text: str, kind: str, language: str, more: str) -> str:
    low, high = SCALES[kind]
    worst, best = ENDS[kind][language]
    return text.format(low=low, high=high, worst=worst, best=best, more=more).strip()
