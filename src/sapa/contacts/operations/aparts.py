"""Taking back that two contacts are not one."""

from __future__ import annotations

from datetime import datetime

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.contacts.models import Apart
from sapa.contacts.operations.components import recompute_components
from sapa.lib.database import write


def lift_apart(*, business: Business, apart: Apart, by: Teammate | None, now: datetime) -> None:
    """The two may be one again: rules may join them, and the suggestion returns when people are next compared."""
    with write():
        ends, number = [apart.a_id, apart.b_id], str(apart.pk)
        apart.delete()
        recompute_components(business, ends, now=now)
        record_audit(
            business=business,
            by=by,
            verb="contacts.lifted_apart",
            object_kind="apart",
            object_id=number,
            data={"identities": ends},
            now=now,
        )
