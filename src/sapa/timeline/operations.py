"""Writing touchpoints: in bulk, once each, in the transaction of the fact behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sapa.accounts.models import Business
from sapa.lib.database import write
from sapa.lib.inserting import insert_rows
from sapa.timeline.kinds import KINDS, allowed_measures
from sapa.timeline.models import Touchpoint


class Happening(NamedTuple):
    """One touchpoint to record. (`source_kind`, `source_key`, `kind`) is recorded once a business."""

    identity_id: int
    kind: str
    at: datetime
    source_kind: str
    source_key: str
    channel_id: int | None = None
    rank: int = 0
    measures: dict[str, Any] = {}


def record_touchpoints(
    *, business: Business, happenings: Sequence[Happening], now: datetime, are_new: bool = False
) -> list[tuple[int, bool]]:
    """(id, is new) of each happening's touchpoint, in order. `are_new` spares the look-up where the fact is new.

    Raises KeyError for a kind that is not in the register.
    """
    with write():
        known = {} if are_new else _find_known(business, happenings)
        keys = [(one.source_kind, one.source_key, one.kind) for one in happenings]
        fresh: dict[tuple[str, str, str], Happening] = {}
        for key, one in zip(keys, happenings, strict=True):
            if key not in known:
                fresh.setdefault(key, one)
        ids = insert_rows(Touchpoint, [_touchpoint(business, one, now) for one in fresh.values()])
        made = dict(zip(fresh, ids, strict=True))
        return [
            (known[key], False) if key in known else (made[key], fresh[key] is one)
            for key, one in zip(keys, happenings, strict=True)
        ]


def replace_touchpoints(
    *,
    business: Business,
    source_kind: str,
    happenings: Iterable[Happening],
    source_keys: Sequence[str],
    now: datetime,
) -> None:
    """Make the touchpoints of folded facts (orders) what the fold now says: add, move in time, take away."""
    wanted = {(one.source_key, one.kind): one for one in happenings}
    with write():
        standing = Touchpoint.objects.filter(
            business=business, source_kind=source_kind, source_key__in=source_keys
        )
        moved, gone = [], []
        for touchpoint in standing:
            one = wanted.pop((touchpoint.source_key, touchpoint.kind), None)
            if one is None:
                gone.append(touchpoint.pk)
            elif (touchpoint.happened_at, touchpoint.measures) != (
                one.at,
                allowed_measures(one.kind, one.measures),
            ):
                touchpoint.happened_at = one.at
                touchpoint.measures = allowed_measures(one.kind, one.measures)
                moved.append(touchpoint)
        Touchpoint.objects.filter(pk__in=gone).delete()
        Touchpoint.objects.bulk_update(moved, ["happened_at", "measures"])
        insert_rows(Touchpoint, [_touchpoint(business, one, now) for one in wanted.values()])


def _find_known(business: Business, happenings: Iterable[Happening]) -> dict[tuple[str, str, str], int]:
    by_source: dict[str, list[str]] = {}
    for one in happenings:
        by_source.setdefault(one.source_kind, []).append(one.source_key)
    known: dict[tuple[str, str, str], int] = {}
    for source_kind, keys in by_source.items():
        rows = Touchpoint.objects.filter(business=business, source_kind=source_kind, source_key__in=keys)
        for pk, source_key, kind in rows.values_list("id", "source_key", "kind"):
            known[(source_kind, source_key, kind)] = pk
    return known


def _touchpoint(business: Business, one: Happening, now: datetime) -> dict[str, Any]:
    return {
        "business_id": business.pk,
        "identity_id": one.identity_id,
        "channel_id": one.channel_id,
        "kind": one.kind,
        "happened_at": one.at,
        "learned_at": now,
        "rank": one.rank,
        "source_kind": one.source_kind,
        "source_key": one.source_key,
        "measures": allowed_measures(one.kind, one.measures),
        "phase": KINDS[one.kind].phase,
    }
