"""Background entries of imports."""

from __future__ import annotations

from datetime import datetime

from sapa.imports.models import Batch
from sapa.imports.operations import run_batch


def run_waiting_task(*, now: datetime, alone: bool = False) -> list[Batch]:
    """Run every batch that was asked to run, oldest first; also what a crash left running."""
    asked = Batch.objects.filter(state=Batch.State.RUNNING).select_related("business").order_by("id")
    return [run_batch(batch=batch, now=now, alone=alone) for batch in asked]
