"""The words somebody wrote in a mail, without what the mail quotes, signs or wraps in HTML."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_SKIPPED = frozenset({"script", "style", "head", "title", "blockquote", "template"})
_VOID = frozenset(
    {"br", "hr", "img", "meta", "link", "input", "area", "base", "col", "wbr", "source", "embed"}
)
_BLOCKS = frozenset(
    {"p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "pre", "hr"}
)
_QUOTE_MARKS = re.compile(
    r"gmail_quote|gmail_attr|moz-cite-prefix|yahoo_quoted|protonmail_quote|divRplyFwdMsg|appendonsend|OLK_SRC|zwchr",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"\b(?:wrote|menulis|tulis|schrieb|escribió|escreveu|a écrit|ha scritto|schreef|написал\w*|skrev)\b"
    r"[^\n]{0,80}:\s*$",
    re.IGNORECASE,
)
_WROTE_START = re.compile(r"^\s*(?:On|Pada|Am|El|Em|Le|Il|Op|Den|\d{1,4}[./-]\d{1,2}[./-]\d{2,4})\b")
_MAY_INTRODUCE = re.compile(rf"{_WROTE_START.pattern}|@|\d{{1,2}}[:.]\d\d|{_WROTE.pattern}", re.IGNORECASE)
_ADDRESS_COLON = re.compile(r"<?[^\s<>]+@[^\s<>]+>?[^\n]{0,40}:\s*$")
_CUT = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|pesan asli|forwarded message|pesan yang diteruskan|pesan terusan)\s*-{2,}"
    r"|_{20,}\s*$|-{2,}\s*reply above this line)",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^\s*\*?(?:from|dari|sent|terkirim|dikirim|to|kepada|subject|perihal|subjek|date|tanggal|cc)\*?\s*:",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^--\s*$")
_SENT_FROM = re.compile(
    r"^\s*(?:sent from my |sent from (?:mail|outlook|yahoo)|sent with |dikirim dari |terkirim dari "
    r"|get outlook for |dapatkan outlook untuk ).{0,80}$",
    re.IGNORECASE,
)
_ATTRIBUTION_LINES = 4


class _Stripper(HTMLParser):
    """Collects the words outside of scripts, styles and quotes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._skipping = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipping:
            self._depth += tag == self._skipping
            return
        if tag in _BLOCKS or tag == "br":
            self.pieces.append("\n")
        if tag in _VOID:
            return
        marks = " ".join(value or "" for name, value in attrs if name in ("class", "id"))
        if tag in _SKIPPED or _QUOTE_MARKS.search(marks):
            self._skipping, self._depth = tag, 1

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            if tag == self._skipping:
                self._depth -= 1
                if self._depth == 0:
                    self._skipping = ""
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.pieces.append(re.sub(r"[ \t\r\n\xa0]+", " ", data))


def text_of_html(markup: str) -> str:
    """The readable words of a mail's HTML, quotes left out; broken markup gives its words all the same."""
    stripper = _Stripper()
    try:
        stripper.feed(markup)
        stripper.close()
        words = "".join(stripper.pieces)
    except (AssertionError, ValueError, NotImplementedError):
        words = html.unescape(re.sub(r"<[^>]*>", " ", markup))
    lines = (line.strip() for line in words.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def reply_of(body: str) -> str:
    """What this mail itself says: quoted lines, their introductions, older mails below and signatures dropped.

    A mail that only hands on another one (nothing is left) gives its whole text.
    """
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        if _CUT.match(line) or _SIGNATURE.match(line) or _opens_headers(lines, index):
            break
        width = _attribution(lines, index)
        if width:
            index += width
        else:
            if not line.lstrip().startswith(">") and not _SENT_FROM.match(line):
                kept.append(line.rstrip())
            index += 1
    said = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return said or ("" if any(line.lstrip().startswith(">") for line in lines) else body.strip())


def _opens_headers(lines: list[str], index: int) -> bool:
    """Outlook puts the older mail below a block of its headers."""
    return all(_HEADER.match(line) for line in lines[index : index + 3]) and index + 3 <= len(lines)


def _attribution(lines: list[str], index: int) -> int:
    """How many lines an introduction such as "Pada … Rina menulis:" takes here; 0 where there is none."""
    if not _MAY_INTRODUCE.search(lines[index]):
        return 0
    joined = ""
    for width, line in enumerate(lines[index : index + _ATTRIBUTION_LINES], 1):
        if not line.strip():
            return 0
        joined = f"{joined} {line.strip()}".strip()
        if _WROTE.search(joined) and (_WROTE_START.match(joined) or _quoted_next(lines, index + width)):
            return width
        if _ADDRESS_COLON.search(joined) and _quoted_next(lines, index + width):
            return width
    return 0


def _quoted_next(lines: list[str], index: int) -> bool:
    following = next((line for line in lines[index:] if line.strip()), "")
    return following.lstrip().startswith(">")
