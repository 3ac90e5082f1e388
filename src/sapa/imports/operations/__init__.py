"""Writes of imports: put a batch together, run it, stop it, take it back."""

from sapa.imports.operations.batches import (
    add_file,
    add_stored_file,
    answer,
    ask_run,
    cancel_batch,
    drop_batch,
    start_batch,
)
from sapa.imports.operations.run import run_batch
from sapa.imports.operations.unattended import import_files, preview_files
from sapa.imports.operations.undo import NotUndoableError, undo_batch

__all__ = [
    "NotUndoableError",
    "add_file",
    "add_stored_file",
    "answer",
    "ask_run",
    "cancel_batch",
    "drop_batch",
    "import_files",
    "preview_files",
    "run_batch",
    "start_batch",
    "undo_batch",
]
