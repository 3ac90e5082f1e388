"""The connections that make and read copies. Reading joins base and delta; each process keeps a few of them open."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sapa.accounts.models import Business
from sapa.analytics.building import build_tables
from sapa.analytics.layers import show_as_one
from sapa.analytics.places import Pointer, base_path, delta_path, folder

_MEMORY = "1GB"
_MOST_OPEN = 24
_MOST_STATES = 6
_guard = threading.Lock()
_private_guard = threading.Lock()
_open: OrderedDict[int, Reader] = OrderedDict()
_private: dict[tuple[int, str, datetime], Any] = {}


@dataclass(frozen=True, slots=True)
class Opened:
    """A copy as it was at one moment; `cursor` gives connections that see it by the plain names of its tables."""

    con: Any
    schema: str = "main"
    name: str = ""
    """Differs for every content; empty where nothing may be kept of it."""

    def cursor(self) -> Any:
        cursor = self.con.cursor()
        cursor.execute(f"USE memory.{self.schema}")
        return cursor

    def close(self) -> None:
        self.con.close()


class Reader:
    """One process's connection to a base, with the deltas that came over it as schemas of views.

    The base stays open while deltas come and go, so that its blocks stay in memory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._con = connect(":memory:")
        self._con.execute(f"ATTACH {quoted(path)} AS base (READ_ONLY)")
        self._states: OrderedDict[int, str] = OrderedDict()
        self._guard = threading.Lock()

    def open(self, business: Business, pointer: Pointer) -> Opened:
        """The copy as the pointer says. Raises duckdb.IOException where a file is gone."""
        with self._guard:
            if pointer.delta not in self._states:
                self._add(business, pointer)
            return Opened(self._con, self._states[pointer.delta], f"{self.path}-{pointer.delta}")

    def _add(self, business: Business, pointer: Pointer) -> None:
        name = f"state{pointer.delta}"
        delta = f"delta{pointer.delta}" if pointer.delta else ""
        if delta:
            self._con.execute(
                f"ATTACH {quoted(delta_path(business, pointer.base, pointer.delta))} AS {delta} (READ_ONLY)"
            )
        show_as_one(self._con, name, "base", delta)
        self._states[pointer.delta] = name
        if len(self._states) > _MOST_STATES:
            number, old = self._states.popitem(last=False)
            self._con.execute(f"DROP SCHEMA {old} CASCADE")
            if number:
                self._con.execute(f"DETACH delta{number}")

    def close(self) -> None:
        self._con.close()


def make_private(business: Business, until: datetime | None) -> Any:
    """The same tables in memory, as of a moment: nothing is stored."""
    con = connect(":memory:")
    build_tables(con, business, until)
    return con


def reader(business: Business, pointer: Pointer) -> Opened:
    """Opens that copy; those longest unused of other businesses are closed."""
    path = base_path(business, pointer.base)
    with _guard:
        known = _open.get(business.pk)
        if known is None or known.path != path:
            known = _open[business.pk] = Reader(path)
        _open.move_to_end(business.pk)
        while len(_open) > _MOST_OPEN:
            _open.popitem(last=False)  # whoever still asks it holds it open until they are done
        return known.open(business, pointer)


def private_reader(business: Business, state: str, until: datetime) -> Opened:
    """The copy as of `until`; the last one asked for is kept, for a page asks many questions of it."""
    key = (business.pk, state, until)
    with _private_guard:
        if key not in _private:
            _forget_private()
            _private[key] = make_private(business, until)
        return Opened(_private[key])


def close_readers(business: Business) -> None:
    """Closes this process's connections to a business's copies."""
    with _guard:
        if known := _open.pop(business.pk, None):
            known.close()
    with _private_guard:
        _forget_private()


def close_all() -> None:
    """Closes every connection of this process to a copy."""
    with _guard:
        for known in _open.values():
            known.close()
        _open.clear()
    with _private_guard:
        _forget_private()


def _forget_private() -> None:
    for con in _private.values():
        con.close()
    _private.clear()


def connect(path: str, *, read_only: bool = False) -> Any:
    """A DuckDB that never takes more memory than it should and spills beside the copies."""
    import duckdb

    spill = folder() / "spill" / str(os.getpid())
    spill.parent.mkdir(exist_ok=True)  # DuckDB makes the last part only, and only once it has to spill
    config: dict[str, Any] = {
        "memory_limit": _MEMORY,
        "threads": min(4, os.cpu_count() or 1),
        "temp_directory": str(spill),
    }
    return duckdb.connect(path, read_only=read_only, config=config)


def quoted(path: Path) -> str:
    """A path as SQL has it: ATTACH takes no parameters."""
    return "'" + str(path).replace("'", "''") + "'"
