"""The audit trail: who changed what, and what was taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.lib.database import write


def record_audit(
    *,
    business: Business,
    by: Teammate | None,
    verb: str,
    object_kind: str,
    object_id: str,
    data: dict[str, Any] | None = None,
    now: datetime,
) -> AuditEntry:
    """One line of the audit trail, in the caller's transaction. `data` holds codes and ids, never customers' words."""
    with write():
        return AuditEntry.objects.create(
            business=business,
            teammate=by,
            at=now,
            verb=verb,
            object_kind=object_kind,
            object_id=object_id,
            data=data or {},
        )


def mark_undone(*, entry: AuditEntry, now: datetime) -> bool:
    """Notes that what an entry tells was taken back; False where it was so already."""
    with write():
        return AuditEntry.objects.filter(id=entry.id, undone_at=None).update(undone_at=now) == 1
