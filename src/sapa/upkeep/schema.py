"""Which migrations this version knows, and which the database has had."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.loader import MigrationLoader

Migration = tuple[str, str]


def list_known() -> set[Migration]:
    """(app, name) of every migration that this version brings."""
    return set(MigrationLoader(None).disk_migrations)


def list_applied() -> set[Migration]:
    """(app, name) of every migration that the database has had."""
    return set(MigrationLoader(connection).applied_migrations)


def is_newer(had: set[Migration], known: set[Migration]) -> bool:
    """Whether `had` holds migrations of our apps that this version does not know."""
    ours = {app for app, _name in known}
    return any(app in ours for app, _name in had - known)
