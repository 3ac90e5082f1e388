"""An order is the fold of what was stated of it, whatever the order and the zone in which it was said."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from sapa.orders.rules import fold

PLACED = "2026-11-21T09:00:00+07:00"


def said(status: str, at: str, **values: Any) -> dict[str, Any]:
    return {"status": status, "stated_at": at, "placed_at": PLACED, **values}


def test_what_was_said_later_counts_also_where_it_was_written_in_another_zone() -> None:
    steps = [said("unpaid", "2026-11-21T11:30:00+07:00"), said("delivered", "2026-11-21T07:30:00+00:00")]
    assert {fold(order).status for order in permutations(steps)} == {"delivered"}


def test_one_who_knows_a_side_only_moves_an_order_forward_never_back() -> None:
    shipped = said("shipped", "2026-11-21T10:00:00+07:00", goods_total=185000)
    paid = said("paid", "2026-11-21T12:00:00+07:00", partial=True, paid_at="2026-11-21T12:00:00+07:00")
    found = fold([paid, shipped])
    assert (found.status, found.goods_total) == ("shipped", 185000)
    assert found.paid_at is not None
    cancelled = said("cancelled", "2026-11-21T11:00:00+07:00")
    assert fold([shipped, cancelled, paid]).status == "cancelled"


def test_a_whole_statement_may_still_move_it_back() -> None:
    paid = said("paid", "2026-11-21T10:00:00+07:00", partial=True)
    unpaid = said("unpaid", "2026-11-21T11:00:00+07:00")
    assert fold([paid, unpaid]).status == "unpaid"
