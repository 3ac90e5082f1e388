"""Sentences of a message, and the words that deny them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sapa.lib.patterns import any_of

_SENTENCE = re.compile(r"[^?!…;\n.]*(?:\.(?=\d)[^?!…;\n.]*)*[?!…;\n.]*")
NOT = any_of("""tidak\\b;tdk\\b;gak?k?\\b;gk\\b;ngg?a?k?\\b;enggak?\\b;belum\\b;blm\\b;blom\\b;belom\\b;jangan\\b;bukan\\b;kurang\\b;tanpa\\b
    no\\b;not\\b;isn't;didn't""")
VOCATIVES = "kak|kakak|kk|ka|bu|ibu|pak|bapak|sis|gan|bun|bunda|mas|mbak|min|mimin|admin|ya|yaa|nih|sih|dong|aja|deh|hehe|kok|tuh"


# "ada brosurnya ga kak" asks without a question mark.
_ASKED_BY_TAIL = re.compile(
    rf"\w\s+(?:ga|gak|gk|nggak|ngga|enggak|tidak|tdk)(?:\s+(?:{VOCATIVES}))*\W*$", re.I
)


def sentences(text: str) -> Iterator[tuple[str, bool]]:
    """Sentences with whether they ask: by a question mark or a `gak kak` at their end."""
    for match in _SENTENCE.finditer(text):
        bare = match.group().strip()
        if bare:
            yield bare, "?" in bare[-3:] or bool(_ASKED_BY_TAIL.search(bare))
