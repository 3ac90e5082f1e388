"""Which migrations this version knows, and which the database has had."""

from __future__ import annotations

from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

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


def bring_up_tables() -> None:
    """Migrates what is older; an empty database gets its tables from the models as they are."""
    if not list_applied():
        try:
            _make_tables()
        except DatabaseError:
            if not list_applied():  # else another process has just made them
                raise
    call_command("migrate", verbosity=0, interactive=False)


def _make_tables() -> None:
    """All tables at once, with every migration noted as had: all of it or nothing.

    The migrations one after the other draw each model anew at each step, six seconds of a first start; that both
    ways make the same tables is held by `tests/config/test_schema.py`.
    """
    with connection.schema_editor() as editor:
        editor.create_model(MigrationRecorder(connection).Migration)
        for model in apps.get_models():
            editor.create_model(model)
        note_all_had()


def note_all_had() -> None:
    """Every migration counts as had from now on: the tables are those of the models."""
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in sorted(list_known()):
        recorder.migration_qs.create(app=app, name=name)
