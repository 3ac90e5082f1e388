"""Saved views of the inbox: named, ordered, one's own or the team's; each deed can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.conversations.models import SavedView
from sapa.conversations.types import Tab
from sapa.lib.database import write

MOST = 20
"""Views of one shop; more of them nobody finds again."""

COLUMNS = ("teammate_id", "name", "tab", "position")


class ViewError(ValueError):
    """A view cannot be kept: `reason` is no_name, too_many or unknown_tab."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def save_view(
    *,
    business: Business,
    name: str,
    tab: str,
    choice: Mapping[str, str],
    for_team: bool,
    by: Teammate,
    now: datetime,
) -> tuple[SavedView, AuditEntry]:
    """Keep what the inbox shows under a name, behind the others. Raises ViewError."""
    name = " ".join(name.split())[:40]
    if not name:
        raise ViewError("no_name")
    if tab not in {one.value for one in Tab}:
        raise ViewError("unknown_tab")
    with write():
        positions = SavedView.objects.filter(business=business).values_list("position", flat=True)
        if len(positions) >= MOST:
            raise ViewError("too_many")
        view = SavedView.objects.create(
            business=business,
            teammate=None if for_team else by,
            name=name,
            tab=tab,
            choice=dict(choice),
            position=max(positions, default=0) + 1,
        )
        return view, _record(view, "view.saved", by, now)


def move_view(*, view: SavedView, forward: bool, by: Teammate, now: datetime) -> AuditEntry | None:
    """One place further or back among those that this teammate sees; None at the end."""
    with write():
        seen = SavedView.objects.select_for_update().filter(business=view.business)
        row = [one for one in seen.order_by("position", "id") if one.teammate_id in (None, by.pk)]
        at = next(index for index, one in enumerate(row) if one.pk == view.pk)
        other = at + (1 if forward else -1)
        if not 0 <= other < len(row):
            return None
        row[at], row[other] = row[other], row[at]
        before = {str(one.pk): one.position for one in row}
        _lay(row, sorted(before.values()))
        return _record(view, "view.moved", by, now, {"before": before})


def drop_view(*, view: SavedView, by: Teammate, now: datetime) -> AuditEntry:
    """Nobody sees it any more; what the trail keeps brings it back."""
    with write():
        told = {name: getattr(view, name) for name in COLUMNS}
        data = {**told, "choice": view.choice, "public_id": str(view.public_id)}
        entry = _record(view, "view.dropped", by, now, {"view": data})
        view.delete()
        return entry


def put_back_view(
    *,
    business: Business,
    view_id: int,
    verb: str,
    entry_data: Mapping[str, Any],
    by: Teammate | None,
    now: datetime,
) -> None:
    """A view as it was before a deed. Raises LookupError where it is gone, or is there already."""
    with write():
        view = SavedView.objects.filter(business=business, pk=view_id).first()
        if verb == "view.dropped":
            told = dict(entry_data["view"])
            if SavedView.objects.filter(public_id=told["public_id"]).exists():
                raise LookupError("this view is there already")
            view = SavedView.objects.create(business=business, **told)
        elif view is None:
            raise LookupError("this view is gone")
        elif verb == "view.moved":
            before = {int(pk): place for pk, place in entry_data["before"].items()}
            rows = SavedView.objects.filter(business=business, pk__in=before)
            _lay(list(rows), [before[one.pk] for one in rows])
        _record(view, "view.put_back", by, now)
        if verb == "view.saved":
            view.delete()


def _lay(rows: list[SavedView], positions: list[int]) -> None:
    for one, position in zip(rows, positions, strict=True):
        one.position = position
    SavedView.objects.bulk_update(rows, ["position"])


def _record(
    view: SavedView, verb: str, by: Teammate | None, now: datetime, data: dict[str, Any] | None = None
) -> AuditEntry:
    return record_audit(
        business=view.business,
        by=by,
        verb=verb,
        object_kind="view",
        object_id=str(view.pk),
        data=data or {},
        now=now,
    )
