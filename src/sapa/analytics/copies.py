"""Where the copy of each business lies, how its state is named, and the connections that read it.

A copy is one DuckDB file a business, `<slug>-<version>-<state>.duckdb` in SAPA_HOME/analytics. It is written
whole beside the old one and renamed, so a reader always finds a complete file; the state in its name tells
whether it is behind. Old files are removed when nothing holds them open any more.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max

from sapa.accounts.models import Business
from sapa.analytics.building import build_tables
from sapa.analytics.tables import VERSION
from sapa.contacts.models import Change, Cursor

_MEMORY = "1GB"
_guard = threading.Lock()
_private_guard = threading.Lock()
_open: dict[int, tuple[Path, Any]] = {}
_private: dict[tuple[int, str, datetime], Any] = {}


def folder() -> Path:
    """The folder of all copies, made if need be."""
    path = Path(settings.HOME) / "analytics"
    path.mkdir(parents=True, exist_ok=True)
    return path


def state_of(business: Business) -> str:
    """What a copy must have seen: the newest change, how far what is derived has followed, and the settings.

    Readings and promises are derived behind the change log, so the cursors' positions belong to the state.
    """
    head = Change.objects.filter(business=business).aggregate(head=Max("id"))["head"] or 0
    cursors = (
        Cursor.objects.filter(business=business).order_by("consumer").values_list("consumer", "position")
    )
    hours = business.hours.order_by("valid_from").values_list("valid_from", "week")
    channels = (
        business.channels.exclude(reply_target_minutes=None)
        .order_by("id")
        .values_list("id", "reply_target_minutes")
    )
    rest = (
        str(business.public_id),
        list(cursors),
        [(str(day), week) for day, week in hours],
        business.name,
        business.own_names,
        business.timezone,
        business.currency,
        business.reply_target_minutes,
        business.pushed_discount_percent,
        business.open_on_holidays,
        list(channels),
    )
    return f"{head}-{hashlib.sha256(repr(rest).encode()).hexdigest()[:12]}"


def path_of(business: Business, state: str) -> Path:
    return folder() / f"{business.slug}-{VERSION}-{state}.duckdb"


def list_files(business: Business) -> list[Path]:
    """Every file of this business, of whatever state or version, finished or not."""
    pattern = re.compile(rf"{re.escape(business.slug)}-\d+-\d+-[0-9a-f]{{12}}\.duckdb(\..*)?")
    return [path for path in folder().iterdir() if pattern.fullmatch(path.name)]


def lock_path(business: Business) -> Path:
    return folder() / f"{business.slug}.lock"


def make_file(business: Business, path: Path) -> None:
    """Builds the copy beside its place and moves it there."""
    unfinished = path.with_name(f"{path.name}.tmp")
    unfinished.unlink(missing_ok=True)
    con = _connect(str(unfinished))
    try:
        build_tables(con, business, None)
        con.execute("CHECKPOINT")
    finally:
        con.close()
    unfinished.replace(path)


def make_private(business: Business, until: datetime | None) -> Any:
    """The same tables in memory, as of a moment: nothing is stored."""
    con = _connect(":memory:")
    build_tables(con, business, until)
    return con


def remove_others(business: Business, keep: Path | None) -> None:
    """Removes files of other states; one that another process still reads stays until the next time (Windows)."""
    for path in list_files(business):
        if path != keep:
            with suppress(OSError):
                path.unlink()


def reader(business: Business, path: Path) -> Any:
    """This process's connection to that file; one for an older state is closed."""
    with _guard:
        known = _open.get(business.pk)
        if known and known[0] == path:
            return known[1]
        if known:
            known[1].close()
        con = _connect(str(path), read_only=True)
        _open[business.pk] = (path, con)
        return con


def private_reader(business: Business, state: str, until: datetime) -> Any:
    """The copy as of `until`; the last one asked for is kept, for a page asks many questions of it."""
    key = (business.pk, state, until)
    with _private_guard:
        if key not in _private:
            _forget_private()
            _private[key] = make_private(business, until)
        return _private[key]


def close_readers(business: Business) -> None:
    """Closes this process's connections to a business's copies."""
    with _guard:
        if known := _open.pop(business.pk, None):
            known[1].close()
    with _private_guard:
        _forget_private()


def close_all() -> None:
    """Closes every connection of this process to a copy."""
    with _guard:
        for _, con in _open.values():
            con.close()
        _open.clear()
    with _private_guard:
        _forget_private()


def _forget_private() -> None:
    for con in _private.values():
        con.close()
    _private.clear()


def _connect(path: str, *, read_only: bool = False) -> Any:
    import duckdb

    spill = folder() / "spill" / str(os.getpid())
    config: dict[str, Any] = {
        "memory_limit": _MEMORY,
        "threads": min(4, os.cpu_count() or 1),
        "temp_directory": str(spill),
    }
    return duckdb.connect(path, read_only=read_only, config=config)
