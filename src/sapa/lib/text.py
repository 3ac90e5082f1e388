"""Text out of bytes: which encoding they are in, whether they are text at all, and what a database takes.

Every reader of foreign bytes decodes them here, so that UTF-16 from Excel, cp1252 from an old Windows program, NUL bytes
and a picture with the wrong ending are met once.
"""

from __future__ import annotations

import codecs

HEAD_BYTES = 64 * 1024

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "picture"),
    (0, b"\x89PNG\r\n", "picture"),
    (0, b"GIF87a", "picture"),
    (0, b"GIF89a", "picture"),
    (0, b"BM", "bitmap"),
    (0, b"II*\x00", "picture"),
    (0, b"MM\x00*", "picture"),
    (8, b"WEBP", "picture"),
    (4, b"ftyphei", "picture"),
    (4, b"ftypmif", "picture"),
    (4, b"ftyp", "video"),
    (8, b"AVI ", "video"),
    (0, b"\x1aE\xdf\xa3", "video"),
    (8, b"WAVE", "audio"),
    (0, b"OggS", "audio"),
    (0, b"ID3", "audio"),
    (0, b"%PDF-", "pdf"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"Rar!\x1a", "archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive"),
    (0, b"\x1f\x8b", "archive"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
    (0, b"SQLite format 3\x00", "database"),
)
_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes(range(32)).translate(None, b"\t\n\r\x0c\x1b")


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are no UTF-8 as cp1252: one stray byte does not turn a whole chat into `Ã©`."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("sapa-cp1252", _as_cp1252)


def looks_like(head: bytes) -> str:
    """What the first bytes give away (picture, video, audio, pdf, zip, archive, …), or "" where nothing does."""
    for offset, magic, what in _SIGNATURES:
        if head.startswith(magic, offset) and _is_what_it_says(what, head):
            return "picture" if what == "bitmap" else what
    return ""


def _is_what_it_says(what: str, head: bytes) -> bool:
    """Two letters are too few to call a text a bitmap: it must be binary too."""
    return what != "bitmap" or b"\x00" in head[:32]


def encoding_of(head: bytes) -> str | None:
    """The encoding to decode with, or None where the bytes are no text.

    UTF-8 is read with cp1252 for the bytes that do not fit (see `decode`), so it also stands for cp1252.
    UTF-16 without a mark is known by its NULs standing on one side only.
    """
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if looks_like(head):
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd * 10 > len(head) and even * 20 < odd:
        return "utf-16-le"
    if even * 10 > len(head) and odd * 20 < even:
        return "utf-16-be"
    strange = len(head) - len(head.translate(None, _CONTROLS))
    return None if strange * 10 > len(head) else "utf-8"


def decode(data: bytes) -> str:
    """Bytes that are held to be text, as text: any bytes give a string, and NULs are dropped."""
    encoding = encoding_of(data[:HEAD_BYTES]) or "utf-8"
    return clean(data.decode(encoding, error_handler(encoding)).replace("\r\n", "\n").replace("\r", "\n"))


def clean(text: str) -> str:
    """Drop what no database takes: NULs, and halves of surrogate pairs (as U+FFFD)."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def error_handler(encoding: str) -> str:
    """What to do with bytes that do not fit: read them as cp1252 in UTF-8, mark them elsewhere."""
    return "sapa-cp1252" if encoding.startswith("utf-8") else "replace"
