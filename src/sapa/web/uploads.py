"""Large files come in pieces: what has arrived lies in a file of its own until it is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from sapa.web.access import Seat

PIECE = 1 << 20
MOST_BYTES = 2 << 30
KEPT_SECONDS = 2 * 24 * 3600


class UploadError(Exception):
    """The piece does not follow what has arrived; `received` says where to go on."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


def _folder(seat: Seat) -> Path:
    return Path(settings.MEDIA_ROOT) / "uploads" / f"{seat.business.pk}-{seat.teammate.pk}"


def part_path(seat: Seat, name: str, size: int, stamp: str) -> Path:
    """Where this file of this teammate is being put together; the same file goes on where it stopped."""
    key = hashlib.sha256(f"{name}\0{size}\0{stamp}".encode()).hexdigest()
    return _folder(seat) / f"{key}.part"


def count_received(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def add_piece(path: Path, at: int, piece: bytes, size: int) -> int:
    """Append one piece that begins at byte `at` of `size`; returns how much has arrived.

    Raises UploadError where `at` is not what comes next, or the piece leads past the end.
    """
    received = count_received(path)
    if at != received or received + len(piece) > size:
        raise UploadError(received)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(piece)
    return received + len(piece)


def drop_old(seat: Seat) -> None:
    """Uploads that nobody went on with for two days are thrown away."""
    for path in _parts(seat):
        if path.stat().st_mtime < seat.now.timestamp() - KEPT_SECONDS:
            path.unlink(missing_ok=True)


def _parts(seat: Seat) -> Iterator[Path]:
    folder = _folder(seat)
    if folder.is_dir():
        yield from folder.glob("*.part")
