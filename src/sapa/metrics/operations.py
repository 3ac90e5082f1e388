"""What a business wants of a metric, and who answers for it, from a day on."""

from __future__ import annotations

from datetime import date
from typing import Any

from sapa.accounts.models import Business, Teammate
from sapa.lib.database import write
from sapa.metrics.definitions import METRICS
from sapa.metrics.models import Target


def set_target(
    *, business: Business, metric: str, valid_from: date, value: float | None, owner: Teammate | None
) -> Target:
    """The target of a metric from a day on; figures of earlier days keep theirs. Raises KeyError for an unknown metric."""
    key = METRICS[metric].key
    with write():
        target, _made = Target.objects.update_or_create(
            business=business, metric=key, valid_from=valid_from, defaults={"value": value, "owner": owner}
        )
    return target


def restore_target(*, business: Business, target_id: int, before: dict[str, Any] | None) -> None:
    """A changed target goes back to what it was that day. Raises Target.DoesNotExist where it is gone."""
    with write():
        target = Target.objects.get(business=business, pk=target_id)
        if before is None:
            target.delete()
            return
        owner = Teammate.objects.filter(business=business, pk=before["owner"]).first()
        target.value, target.owner = before["value"], owner
        target.save(update_fields=["value", "owner"])
