"""Where the copy of each business lies.

A copy is one whole DuckDB file, the base, and beside it a small one, the delta, with the rows of the contacts
whose facts changed since. Both are never written again once they stand there; `<slug>.copy.json` tells which two are
the copy now, and is replaced in one step. So any number of processes may read while one makes the next.
"""

from __future__ import annotations

import re
import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings

from sapa.accounts.models import Business
from sapa.analytics.state import Mark
from sapa.analytics.tables import VERSION
from sapa.lib import json

POINTER = ".copy.json"
_TRIES = 20
_PAUSE_SECONDS = 0.05
_DELTAS_KEPT = 2


@dataclass(frozen=True, slots=True)
class Pointer:
    """The files that are the copy now, and what they have seen.

    `base` and `delta` are numbers of files that grow; `delta` 0 is none. `dead` counts the contacts whose rows in
    the base no longer hold; `owes` says that some of them are gone for good, so that their rows should leave the disk.
    """

    version: int
    base: int
    delta: int
    contacts: int
    dead: int
    owes: bool
    mark: Mark


_APART = 1_000_000_000


def folder() -> Path:
    """The folder of all copies, made if need be."""
    path = Path(settings.HOME) / "analytics"
    path.mkdir(parents=True, exist_ok=True)
    return path


def base_path(business: Business, base: int) -> Path:
    return folder() / f"{business.slug}-{VERSION}-{base}.duckdb"


def delta_path(business: Business, base: int, delta: int) -> Path:
    return folder() / f"{business.slug}-{VERSION}-{base}-{delta}.duckdb"


def lock_path(business: Business, what: str = "") -> Path:
    """The lock under which a business's copy is renewed; `what` is another one, as for laying files together."""
    return folder() / f"{business.slug}{'-' if what else ''}{what}.lock"


def list_files(business: Business) -> list[Path]:
    """Every file of this business's copies, of whatever number or version, finished or not."""
    pattern = re.compile(rf"{re.escape(business.slug)}(-\d+){{2,3}}(-[0-9a-f]{{12}})?\.duckdb(\..*)?")
    return [path for path in folder().iterdir() if pattern.fullmatch(path.name)]


def find_pointer(business: Business) -> Pointer | None:
    """Which files are the copy; None where there is none, or another version of Sapa made it."""
    try:
        known = _patiently(lambda: json.decode(_pointer_path(business).read_bytes()))
        pointer = Pointer(**{**known, "mark": Mark(**known["mark"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return pointer if pointer.version == VERSION else None


def replace_pointer(business: Business, pointer: Pointer) -> None:
    """From here on these files are the copy."""
    with NamedTemporaryFile(dir=folder(), delete=False) as unfinished:
        unfinished.write(json.encode(asdict(pointer)))
    _patiently(lambda: Path(unfinished.name).replace(_pointer_path(business)))


def remove_pointer(business: Business) -> None:
    _pointer_path(business).unlink(missing_ok=True)


def next_base(business: Business) -> int:
    """A number that no base of this business ever bore: another process may keep answers, or a line, under an old one."""
    pattern = re.compile(rf"{re.escape(business.slug)}-\d+-(\d+)")
    found = [match for path in list_files(business) if (match := pattern.match(path.name))]
    return max((int(match[1]) for match in found), default=secrets.randbelow(_APART)) + 1


def remove_others(business: Business, keep: Pointer | None) -> None:
    """Removes what is older than the copy; a file that another process still reads stays until the next time (Windows).

    The last deltas before stay too, for somebody may be about to open one, and a newer base, which is being made.
    """
    pattern = re.compile(rf"{re.escape(business.slug)}-{VERSION}-(\d+)(?:-(\d+))?\.duckdb")
    for path in list_files(business):
        found = pattern.match(path.name)
        if found and keep:
            base, delta = int(found[1]), int(found[2] or keep.delta)
            if base > keep.base or (base == keep.base and delta >= keep.delta - _DELTAS_KEPT):
                continue
        with suppress(OSError):
            path.unlink()


def _pointer_path(business: Business) -> Path:
    return folder() / f"{business.slug}{POINTER}"


def _patiently(step: Any) -> Any:
    """On Windows a file cannot be replaced while another process reads it: a moment later it can."""
    for _ in range(_TRIES):
        try:
            return step()
        except PermissionError:
            time.sleep(_PAUSE_SECONDS)
    return step()
