"""Import files in one call, with nobody to ask."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from sapa.accounts.models import Business, Teammate
from sapa.imports.operations.batches import add_stored_file, answer, start_batch
from sapa.imports.operations.run import Tell, run_batch
from sapa.imports.queries import get_batch, get_result, kept_in
from sapa.imports.types import ImportResult
from sapa.lib.database import write


def import_files(
    *,
    business: Business,
    paths: Sequence[Path],
    kind: str = "auto",
    own_name: str = "",
    by: Teammate | None = None,
    now: datetime,
    alone: bool = False,
    progress: Tell | None = None,
) -> ImportResult:
    """Read files into one batch: day before month where a file cannot tell, the shop's name given or guessed."""
    batch = start_batch(business=business, by=by, now=now)
    for path in paths:
        for file in add_stored_file(batch=batch, name=path.name, path=path, now=now, kind=kind):
            if own_name and file.problem is None:
                answer(file=file, answers={"own_names": [own_name]}, now=now)
    run_batch(batch=batch, now=now, alone=alone, tell=progress)
    return get_result(batch)


def preview_files(
    *, business: Business, paths: Sequence[Path], kind: str = "auto", own_name: str = "", now: datetime
) -> ImportResult:
    """What an import would do, row by row, without storing any of it."""
    with write():
        result = import_files(
            business=business, paths=paths, kind=kind, own_name=own_name, now=now, alone=True
        )
        batch = get_batch(business, result.id)
        transaction.set_rollback(True)
    shutil.rmtree(kept_in(batch), ignore_errors=True)
    return result
