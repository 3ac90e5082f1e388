"""Zips opened safely: many chats in one, a zip inside a zip, and the ones that mean harm or are broken.

Nothing is believed that the archive says of itself: sizes are counted while reading, names are never
used as paths. Members that hold only media (photos, voice notes, stickers) are left unread.
"""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from sapa.imports.formats.text import read_head
from sapa.imports.formats.types import FormatError, Problem
from sapa.lib.media import UNREAD_ENDINGS
from sapa.lib.text import looks_like

ZIP_ENDINGS = frozenset({".zip"})
_CHUNK = 256 * 1024
_ENCRYPTED = 0x1
_SYMLINK = 0o120000
_RATIO_FLOOR = 1024 * 1024
_UNFIT_FOR_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
_DOCUMENT_PARTS = {"[Content_Types].xml", "mimetype"}
_CHAT_NAME = re.compile(r"_chat\.txt$|.*whatsapp.*\.txt$", re.IGNORECASE)
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a zip may hold once open: members, bytes in all, bytes a member, swelling of a member, nesting."""

    members: int = 20_000
    total_bytes: int = 2 * 1024**3
    member_bytes: int = 1024**3
    ratio: int = 250
    depth: int = 2


@dataclass(frozen=True, slots=True)
class Unpacked:
    """One readable member: `name` as the archive shows it (`chats.zip/Rina/_chat.txt`), `path` on our disk, or why not."""

    name: str
    path: Path | None = None
    problem: Problem | None = None


@dataclass(slots=True)
class _Budget:
    """What is left of the limits, shared by an archive and the archives inside it."""

    limits: Limits
    members: int = 0
    bytes: int = 0


def is_archive(path: Path, head: bytes) -> bool:
    """Whether this is a zip to look into: by its first bytes, and not a workbook (an XLSX or ODS is a zip too)."""
    if looks_like(head) != "zip":
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return not _DOCUMENT_PARTS & set(archive.namelist())
    except _DAMAGE:
        return b"[Content_Types].xml" not in head


def expand(path: Path, into: Path, limits: Limits | None = None) -> Iterator[Unpacked]:
    """Write the members that may be read into the folder `into`, one at a time, in the archive's order.

    The file of a chat called `_chat.txt` is named after its zip or folder, which carries the contact's name.
    A member that cannot be read is yielded with its problem: zip_encrypted, zip_unsafe_path, zip_damaged.
    Raises `FormatError` for the archive: zip_truncated, zip_damaged, zip_encrypted, zip_bomb, zip_empty,
    unreadable_file.
    """
    yield from _expand(path, path.name, into, _Budget(limits or Limits()), depth=1)


def _expand(path: Path, shown: str, into: Path, budget: _Budget, depth: int) -> Iterator[Unpacked]:
    archive = _open(path)
    with archive:
        members = _readable(archive.infolist())
        budget.members += len(archive.infolist())
        if budget.members > budget.limits.members:
            raise _bomb(path, "members", budget.limits.members)
        if not members:
            raise FormatError(Problem("zip_empty", {"name": path.name}))
        if all(info.flag_bits & _ENCRYPTED for info in members):
            raise FormatError(Problem("zip_encrypted", {"name": path.name}))
        for number, info in enumerate(members):
            place = into / f"{depth}-{number}"
            name = f"{shown}/{info.filename}"
            problem = _refusal(info)
            target = place / _safe_name(info, Path(shown).stem)
            if problem is None:
                problem = _write(archive, info, target, budget)
            if problem is not None:
                yield Unpacked(name, problem=problem)
            elif depth < budget.limits.depth and target.suffix.lower() in ZIP_ENDINGS:
                yield from _expand_inner(target, name, place, budget, depth + 1)
            else:
                yield Unpacked(name, path=target)


def _expand_inner(path: Path, name: str, into: Path, budget: _Budget, depth: int) -> Iterator[Unpacked]:
    """A broken zip inside a good one is that member's problem; a bomb is everybody's."""
    try:
        yield from _expand(path, name, into, budget, depth)
    except FormatError as error:
        if error.problem.code == "zip_bomb":
            raise
        yield Unpacked(name, problem=error.problem)
    finally:
        path.unlink(missing_ok=True)


def _open(path: Path) -> zipfile.ZipFile:
    head = read_head(path, 4)
    try:
        return zipfile.ZipFile(path)
    except _DAMAGE as error:
        code = "zip_truncated" if head.startswith(b"PK\x03\x04") else "zip_damaged"
        raise FormatError(Problem(code, {"name": path.name})) from error


def _readable(infos: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """What may be data: beside a WhatsApp chat everything else in its folder was sent in that chat."""
    members = [info for info in infos if _is_readable(info)]
    chats = {_place(info) for info in members if _CHAT_NAME.match(_place(info).name)}
    folders = {chat.parent for chat in chats}
    return [
        info
        for info in members
        if (place := _place(info)) in chats
        or place.parent not in folders
        or place.suffix.lower() in ZIP_ENDINGS
    ]


def _place(info: zipfile.ZipInfo) -> PurePosixPath:
    return PurePosixPath(info.filename.replace("\\", "/"))


def _is_readable(info: zipfile.ZipInfo) -> bool:
    name = _place(info)
    # Without a name first: the standard library looks at its last letter.
    if not name.name or info.is_dir() or (info.external_attr >> 16) & 0o170000 == _SYMLINK:
        return False
    if "__MACOSX" in name.parts or name.name.startswith("._") or name.name in {".DS_Store", "Thumbs.db"}:
        return False
    return name.suffix.lower() not in UNREAD_ENDINGS


def _refusal(info: zipfile.ZipInfo) -> Problem | None:
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or ".." in PurePosixPath(name).parts or re.match(r"[A-Za-z]:", name):
        return Problem("zip_unsafe_path", {"name": info.filename})
    if info.flag_bits & _ENCRYPTED:
        return Problem("zip_encrypted", {"name": info.filename})
    return None


def _safe_name(info: zipfile.ZipInfo, archive_stem: str) -> str:
    """The member's own last name without what a file system might take for more than a name."""
    inside = _place(info)
    name = inside.name
    if name.lower() == "_chat.txt":
        name = f"{inside.parent.name or archive_stem}.txt"
    suffix = inside.suffix[:12]
    stem = _UNFIT_FOR_NAMES.sub("_", name.removesuffix(inside.suffix)).strip(" .")[:80]
    return f"{stem or 'file'}{_UNFIT_FOR_NAMES.sub('_', suffix).rstrip(' .')}"


def _write(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, budget: _Budget) -> Problem | None:
    """Copy a member out, counting what really comes. Raises `FormatError` zip_bomb when a limit is passed."""
    limits, written = budget.limits, 0
    allowed = max(_RATIO_FLOOR, info.compress_size * limits.ratio)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("wb") as sink:
            for chunk in _chunks(archive, info):
                written += len(chunk)
                budget.bytes += len(chunk)
                if written > min(allowed, limits.member_bytes) or budget.bytes > limits.total_bytes:
                    raise _bomb(Path(info.filename), "bytes", written)
                sink.write(chunk)
    except zipfile.BadZipFile:
        target.unlink(missing_ok=True)
        return Problem("zip_damaged", {"name": info.filename})
    except FormatError:
        target.unlink(missing_ok=True)
        raise
    _keep_time(info, target)
    return None


def _keep_time(info: zipfile.ZipInfo, target: Path) -> None:
    """The member's own time of change: a transcript without a date has no other."""
    try:
        seconds = datetime(*info.date_time).timestamp()  # noqa: DTZ001 - zips hold the wall clock of their maker
        os.utime(target, (seconds, seconds))
    except (ValueError, OverflowError, OSError):
        return


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes. Whatever is wrong with them is a `BadZipFile`: a full disk of ours must not look like one."""
    try:
        with archive.open(info) as source:
            while chunk := source.read(_CHUNK):
                yield chunk
    except _DAMAGE as error:
        raise zipfile.BadZipFile(info.filename) from error


def _bomb(path: Path, what: str, amount: int) -> FormatError:
    return FormatError(Problem("zip_bomb", {"name": path.name, "limit": what, "amount": amount}))
