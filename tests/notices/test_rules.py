"""Whom to tell, when not, and which addresses are push services: lists of cases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sapa.notices.rules import first_line, is_push_address, is_quiet, next_wait, whom_to_tell

NINE, SEVEN = 21 * 60, 7 * 60


@pytest.mark.parametrize(
    ("minute", "from_", "to", "quiet"),
    [
        (NINE, NINE, SEVEN, True),
        (0, NINE, SEVEN, True),
        (SEVEN - 1, NINE, SEVEN, True),
        (SEVEN, NINE, SEVEN, False),
        (12 * 60, NINE, SEVEN, False),
        (12 * 60, 12 * 60, 13 * 60, True),
        (13 * 60, 12 * 60, 13 * 60, False),
        (5, None, None, False),
        (5, 0, 0, False),
    ],
)
def test_quiet_stretches_may_reach_over_midnight(
    minute: int, from_: int | None, to: int | None, quiet: bool
) -> None:
    assert is_quiet(minute, from_, to) is quiet


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439))
def test_every_minute_is_in_a_stretch_or_in_the_other_one(minute: int, from_: int, to: int) -> None:
    if from_ != to:
        assert is_quiet(minute, from_, to) is not is_quiet(minute, to, from_)


@pytest.mark.parametrize(
    ("assignee", "team", "on_duty", "present", "told"),
    [
        (1, [], {1, 2}, set(), [1]),
        (1, [], {1, 2}, {1}, []),
        (None, [], {1, 2}, set(), [1, 2]),
        (None, [], {1, 2}, {2}, [1]),
        (None, [2, 3], {1, 2}, set(), [2]),
        (3, [2], {1, 2}, set(), [2]),
        (3, [], {1, 2}, set(), [1, 2]),
        (None, [3], {1, 2}, set(), [1, 2]),
        (None, [], set(), set(), []),
    ],
)
def test_whom_to_tell(
    assignee: int | None, team: list[int], on_duty: set[int], present: set[int], told: list[int]
) -> None:
    assert whom_to_tell(assignee=assignee, team=team, on_duty=on_duty, present=present) == told


def test_waits_grow_and_end() -> None:
    waits = [next_wait(tries) for tries in range(1, 5)]
    assert waits == [timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), None]
    assert next_wait(1, 90) == timedelta(seconds=90)
    assert next_wait(1, 1e9) == timedelta(hours=1)


@pytest.mark.parametrize(
    "address",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://web.push.apple.com/QGuQ",
        "https://sg2p.notify.windows.com:443/w/?token=BQ",
    ],
)
def test_the_push_services_of_browsers_are_known(address: str) -> None:
    assert is_push_address(address)


@given(st.text())
def test_no_text_breaks_the_look_at_an_address(text: str) -> None:
    assert is_push_address(text) in (True, False)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Kak", "Kak"),
        ("\n\n  sage   L \n ada?", "sage L"),
        ("", ""),
        (" \n ", ""),
        ("a" * 200, "a" * 139 + "…"),
    ],
)
def test_the_first_line_that_says_something(text: str, line: str) -> None:
    assert first_line(text) == line
