"""The phase of a touchpoint is fixed by what came before it."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from sapa.timeline.rules import Purchase, Step, fold_phases, present_phase, turning_points
from tests.world import day


def asked(number: float, *, buys: bool = False) -> Step:
    return Step(day(number), 0, "message.in", asks=True, buys=buys)


def said(number: float) -> Step:
    return Step(day(number), 0, "message.in")


def wrote(number: float) -> Step:
    return Step(day(number), 0, "message.out")


def happened(number: float, kind: str) -> Step:
    return Step(day(number), 0, kind)


def bought(placed: float, *, paid: float | None, received: float | None) -> Purchase:
    return Purchase(
        day(placed),
        None if paid is None else day(paid),
        None if received is None else day(received),
    )


FIRST = bought(3, paid=4, received=6)

CASES: list[tuple[str, list[Step], list[Purchase], list[str]]] = [
    ("looking and greeting", [happened(0, "web.page"), said(1), wrote(1.1)], [], ["awareness"] * 3),
    ("the first question begins it", [said(0), asked(1), wrote(1.1), said(2)], [], ["awareness", *["transaction"] * 3]),
    ("a cart begins it too", [happened(0, "web.product"), happened(1, "web.cart_added"), happened(2, "web.page")], [], ["awareness", "transaction", "transaction"]),
    ("a counter order begins it", [happened(0, "note.order"), said(1)], [], ["transaction", "transaction"]),
    (
        "one purchase from the first word to the quiet after",
        [
            asked(0),
            happened(3, "order.placed"),
            said(3.5),
            happened(4, "order.paid"),
            said(4.5),
            happened(5, "order.shipped"),
            happened(6, "order.delivered"),
            said(10),
            said(40),
        ],
        [FIRST],
        ["transaction"] * 4 + ["service", "service", "after_sales", "after_sales", "retention"],
    ),
    (
        "the next purchase with its talk is retention until it is paid",
        [asked(10, buys=True), said(10.1), happened(11, "order.placed"), said(11.5), happened(12, "order.paid"), said(12.5), said(15)],
        [FIRST, bought(11, paid=12, received=14)],
        ["retention"] * 5 + ["service", "after_sales"],
    ),
    (
        "a question about use after delivery is no next purchase",
        [asked(8), said(8.1)],
        [FIRST],
        ["after_sales", "after_sales"],
    ),
    (
        "talk of buying again fades after 72 hours without an order",
        [asked(10, buys=True), said(12), said(14)],
        [FIRST],
        ["retention", "retention", "after_sales"],
    ),
    (
        "a complaint is service whenever it comes",
        [Step(day(0), 0, "message.in", complains=True), Step(day(50), 0, "message.in", complains=True), happened(51, "note.complaint")],
        [FIRST],
        ["service"] * 3,
    ),
    ("goods come back", [happened(7, "order.returned"), happened(8, "order.refunded")], [], ["service", "service"]),
    ("an unpaid order stays in the transaction", [happened(3, "order.placed"), said(20)], [bought(3, paid=None, received=None)], ["transaction", "transaction"]),
    ("a survey without anything before it", [happened(0, "survey.answered"), happened(1, "review.posted")], [], ["after_sales", "after_sales"]),
    ("a mark of ours has the phase of its moment", [asked(0), happened(1, "action.done")], [], ["transaction", "transaction"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "purchases", "phases"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_phases_of_a_timeline(steps: list[Step], purchases: list[Purchase], phases: list[str]) -> None:
    assert fold_phases(steps, purchases) == phases


@pytest.mark.parametrize(
    ("number", "phase"),
    [(2, "transaction"), (4.5, "service"), (6, "after_sales"), (35.9, "after_sales"), (36, "retention")],
)
def test_the_present_phase_follows_the_clock(number: float, phase: str) -> None:
    assert present_phase([asked(0)], [FIRST], day(number)) == phase


def test_nobody_who_only_looked_has_begun() -> None:
    assert present_phase([happened(0, "web.page")], [], day(9)) == "awareness"


def test_the_present_phase_changes_only_at_its_turning_points() -> None:
    steps, purchases = [asked(0), asked(10, buys=True)], [FIRST, bought(11, paid=12, received=14)]
    turns = sorted(turning_points(steps, purchases))
    for before, after in itertools.pairwise(turns):
        if after - before > timedelta(seconds=2):
            inside = {
                present_phase(steps, purchases, before + timedelta(seconds=1)),
                present_phase(steps, purchases, after - timedelta(seconds=1)),
            }
            assert len(inside) == 1, (before, after)
