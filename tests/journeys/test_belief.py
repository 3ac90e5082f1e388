"""The road that was believed beside the real ones (S2.24, S2.59)."""

from __future__ import annotations

from datetime import datetime

import pytest

from sapa.accounts.models import Business, Teammate
from sapa.journeys.operations import believe
from sapa.journeys.queries import find_belief
from sapa.journeys.rules import hold_beside, is_along
from sapa.journeys.types import Path


@pytest.mark.parametrize(
    ("path", "road", "is_so"),
    [
        (("tiktok", "whatsapp", "web"), ("tiktok", "web"), True),
        (("tiktok", "whatsapp", "web"), ("tiktok", "whatsapp", "web"), True),
        (("whatsapp", "tiktok"), ("tiktok", "whatsapp"), False),
        (("tiktok",), ("tiktok", "tiktok"), False),
        ((), ("tiktok",), False),
    ],
)
def test_a_road_is_taken_in_its_order_with_others_between(
    path: tuple[str, ...], road: tuple[str, ...], *, is_so: bool
) -> None:
    assert is_along(path, road) is is_so


def test_shares_are_said_from_twelve_buyers_on() -> None:
    paths = [
        Path(("tiktok", "whatsapp"), 7, 0.5),
        Path(("instagram", "web"), 4, 0.3),
        Path(("tiktok", "web", "whatsapp"), 1, 0.1),
    ]
    found = hold_beside(paths, ("tiktok", "whatsapp"))
    assert (found.along, found.buyers, found.is_most) == (8, 12, True)
    assert found.share == pytest.approx(8 / 12)
    assert found.interval is not None
    few = hold_beside(paths[1:], ("tiktok", "whatsapp"))
    assert (few.along, few.buyers, few.share, few.interval, few.is_most) == (1, 5, None, None, False)
    nobody = hold_beside([], ("tiktok",))
    assert (nobody.buyers, nobody.most) == (0, None)


@pytest.mark.django_db
def test_what_was_believed_is_kept_changed_and_taken_back(
    toko_sage: Business, bu_tuti: Teammate, now: datetime
) -> None:
    assert find_belief(toko_sage) == ()
    for steps in (["tiktok", "whatsapp"], ["instagram"], []):
        believe(business=toko_sage, steps=steps, by=bu_tuti, now=now)
        assert find_belief(toko_sage) == tuple(steps)
