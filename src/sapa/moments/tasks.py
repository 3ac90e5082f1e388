"""What the worker does for this room, one shop at a time."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Business


def take_looks_task(*, business: Business, now: datetime) -> int:
    """Take the looks whose day has come. What weighs them needs numpy, which nobody else here loads."""
    from sapa.moments.models import Trial

    if not Trial.objects.filter(business=business, state=Trial.State.RUNNING).exists():
        return 0
    from sapa.moments.operations.looks import take_looks

    return take_looks(business=business, now=now)
