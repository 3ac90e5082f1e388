"""Whether the tables fit this version of Sapa, and bringing them up to it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from sapa.cli.types import CannotError
from sapa.upkeep.schema import bring_up_tables, is_newer, list_applied, list_known


class State(Enum):
    """How the tables stand to this version."""

    FITS = "fits"
    EMPTY = "empty"
    OLDER = "older"
    NEWER = "newer"


def look_at_schema() -> State:
    """Compares the migrations applied with those that this version brings."""
    applied, known = list_applied(), list_known()
    if not applied:
        return State.EMPTY
    if is_newer(applied, known):
        return State.NEWER
    return State.FITS if known <= applied else State.OLDER


def prepare_database(*, now: datetime, may_migrate_server: bool = False) -> Path | None:
    """Makes or brings up the tables; answers the copy that was kept first, if one was.

    SQLite is copied beside the database before its tables change. A PostgreSQL database that holds data is only
    changed where `may_migrate_server` says so (`sapa migrate`), since only its keeper can save it first.
    Raises `CannotError` where the data come from a newer Sapa, or where the keeper has to act first.
    """
    state = look_at_schema()
    if state is State.FITS:
        return None
    if state is State.NEWER:
        raise CannotError(
            _("Data ini ditulis oleh Sapa yang lebih baru. Pasang versi itu, lalu jalankan lagi.")
        )
    kept = None
    if state is State.OLDER and connection.vendor == "sqlite":
        from sapa.upkeep.operations import (
            copy_sqlite,  # with it comes every room, which a usual start does not need
        )

        kept = Path(settings.HOME) / "backups" / f"sebelum-migrasi-{now:%Y%m%d-%H%M%S}.db"
        copy_sqlite(kept)
    elif state is State.OLDER and not may_migrate_server:
        raise CannotError(
            _(
                "Tabel di PostgreSQL perlu diperbarui. Simpan salinannya (sapa backup FILE), lalu jalankan: sapa migrate"
            )
        )
    bring_up_tables()
    return kept
