"""Files kept by what is in them: the name is the SHA-256 of the bytes, the kind is read from the bytes themselves.

Nothing is believed of a file's own name or of what its sender says it is: a page that calls itself a picture is a
page. What a browser would run (HTML, SVG, XML) is never shown in place, only handed over to be saved.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

FOLDER = "content"
SHOWN_IN_PLACE = ("image/jpeg", "image/png", "image/gif", "image/webp", "audio/", "video/")
"""What may stand inside a page; everything else is sent as something to save, as application/octet-stream."""

_HEAD = 512


class TooLargeError(Exception):
    """There were more bytes than may be kept: nothing was."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A kept file: its `name` in the storage, its size in bytes, its type by content and the kind that follows from it."""

    name: str
    size: int
    mime: str
    kind: str


def store(chunks: Iterable[bytes], *, owner: str, most: int) -> Stored:
    """Keeps the bytes below the folder of their owner (the business's public id); the same bytes are kept once.

    Raises `TooLargeError` past `most` bytes, and whatever reading `chunks` raises; nothing is left behind then.
    """
    draft, code, size, head = _write_draft(chunks, most)
    try:
        name = f"{FOLDER}/{owner}/{code[:2]}/{code}"
        if not (default_storage.exists(name) and default_storage.size(name) == size):
            _put(draft, name)
    finally:
        draft.unlink(missing_ok=True)
    mime = sniff(head)
    return Stored(name, size, mime, kind_of(mime))


def _write_draft(chunks: Iterable[bytes], most: int) -> tuple[Path, str, int, bytes]:
    """(path, SHA-256, size, first bytes) of what came, on disk."""
    folder = Path(settings.HOME) / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    digest, size, head = hashlib.sha256(), 0, b""
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as draft:
        path = Path(draft.name)
        try:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise TooLargeError
                head = (head + chunk)[:_HEAD] if len(head) < _HEAD else head
                digest.update(chunk)
                draft.write(chunk)
            draft.flush()
            os.fsync(draft.fileno())
        except BaseException:
            draft.close()
            path.unlink(missing_ok=True)
            raise
    return path, digest.hexdigest(), size, head


def _put(draft: Path, name: str) -> None:
    """Under its name at once and whole, or not at all; a storage that is no folder is given the bytes."""
    try:
        target = Path(default_storage.path(name))
    except NotImplementedError:
        default_storage.delete(name)
        with draft.open("rb") as file:
            default_storage.save(name, File(file))
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(draft, target)


def read(name: str) -> Iterator[bytes]:
    """The bytes of a kept file. Raises FileNotFoundError."""
    with default_storage.open(name) as file:
        yield from file.chunks()


def remove(names: Iterable[str]) -> None:
    """Takes kept files away; one that is gone already is no trouble."""
    for name in names:
        if name.startswith(f"{FOLDER}/") and ".." not in name:
            default_storage.delete(name)


def may_show(mime: str) -> bool:
    """Whether a browser may show this inside a page."""
    return mime.startswith(SHOWN_IN_PLACE)


def kind_of(mime: str) -> str:
    """image, video, audio or document."""
    first = mime.partition("/")[0]
    if mime == "image/gif":
        return "gif"
    return first if first in ("image", "video", "audio") and may_show(mime) else "document"


_SIGNS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\xff\xf9", "audio/aac"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
)
_BRANDS = {b"M4A ": "audio/mp4", b"qt  ": "video/quicktime", b"3gp": "video/3gpp", b"heic": "image/heic"}
_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def sniff(head: bytes) -> str:
    """The type of a file by its first bytes (magic numbers as in the WHATWG's MIME Sniffing, section 6)."""
    if head[4:8] == b"ftyp":
        return next((mime for brand, mime in _BRANDS.items() if head[8:12].startswith(brand)), "video/mp4")
    for place, sign, mime in _SIGNS:
        if head[place : place + len(sign)] == sign:
            if mime == "application/zip":
                return next((office for part, office in _OFFICE.items() if part in head), mime)
            return mime
    return _sniff_text(head)


def _sniff_text(head: bytes) -> str:
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in plain:
        return "image/svg+xml"
    if plain.startswith((b"<!doctype html", b"<html", b"<script", b"<head", b"<body", b"<iframe")):
        return "text/html"
    if plain.startswith(b"<?xml"):
        return "text/xml"
    if plain.startswith(b"begin:vcard"):
        return "text/vcard"
    try:
        head[:-3].decode("utf-8") if len(head) == _HEAD else head.decode("utf-8")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "text/plain" if head and b"\0" not in head else "application/octet-stream"
