"""Targets, waits and whose turn it is, counted by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count

import pytest

from sapa.conversations.service.duty import OnDuty, choose_teammate
from sapa.conversations.service.targets import Targets, Urgency, escalates_at, target_minutes, urgency_of
from sapa.conversations.service.waits import Said, Wait, lapse_between, list_waits, resolution
from sapa.lib.hours import Calendar, Week, is_indonesian_holiday
from tests.world import day

OPEN = Week.of([[[480, 720], [780, 1020]]] * 4 + [[[480, 690], [780, 1020]]] + [[[480, 720]]] + [[]])
"""Split days; Friday makes room for prayer; Saturday until noon; Sunday closed."""

CALENDAR = Calendar("Asia/Jakarta", ((date(2000, 1, 1), OPEN),), is_indonesian_holiday)
SHOP = Targets(minutes=120, urgent_percent=50, escalate_percent=200, after_sales_minutes=None)


@pytest.mark.parametrize(
    ("targets", "channel", "urgency", "after_sales", "minutes"),
    [
        (SHOP, None, Urgency.NONE, False, 120),
        (SHOP, 30, Urgency.NONE, False, 30),
        (SHOP, None, Urgency.COMPLAINT, False, 60),
        (SHOP, None, Urgency.HOT, False, 60),
        (SHOP, 6, Urgency.HOT, False, 5),
        (SHOP, 3, Urgency.HOT, False, 3),
        (SHOP, None, Urgency.NONE, True, 120),
        (Targets(120, 50, 200, 45), None, Urgency.NONE, True, 45),
        (Targets(120, 50, 200, 45), 240, Urgency.NONE, True, 45),
        (Targets(120, 50, 200, 45), 240, Urgency.NONE, False, 240),
        (Targets(120, 100, 200), None, Urgency.COMPLAINT, False, 120),
    ],
)
def test_the_target_of_one_wait(
    targets: Targets, channel: int | None, urgency: Urgency, after_sales: bool, minutes: int
) -> None:
    found = target_minutes(targets, channel_minutes=channel, urgency=urgency, is_after_sales=after_sales)
    assert found == minutes


def test_a_complaint_is_more_urgent_than_a_wish_to_buy() -> None:
    assert urgency_of(complains=True, is_hot=True) is Urgency.COMPLAINT
    assert urgency_of(complains=False, is_hot=True) is Urgency.HOT
    assert urgency_of(complains=False, is_hot=False) is Urgency.NONE


def test_the_supervisor_hears_after_twice_the_target_of_open_hours() -> None:
    assert escalates_at(CALENDAR, day(0, "11:00"), 60, 200) == day(0, "14:00")
    assert escalates_at(CALENDAR, day(4, "11:00"), 60, 200) == day(4, "14:30")  # Friday, over prayer
    assert escalates_at(CALENDAR, day(5, "11:30"), 60, 200) == day(7, "09:30")  # Saturday noon to Monday


def talk(*lines: tuple[datetime, str]) -> list[Said]:
    """`in`, `thanks`, `out`, `auto`."""
    numbers = count(1)
    return [
        Said(
            at,
            next(numbers),
            what in ("in", "thanks"),
            what == "thanks",
            what == "auto",
            7 if what == "out" else None,
        )
        for at, what in lines
    ]


def test_first_and_next_answer_on_the_wall_clock_and_in_business_hours() -> None:
    waits = list_waits(
        talk(
            (day(0, "16:30"), "in"),
            (day(0, "16:50"), "in"),
            (day(0, "16:51"), "auto"),
            (day(1, "08:30"), "out"),
            (day(1, "08:31"), "thanks"),
            (day(1, "11:30"), "in"),
            (day(1, "13:30"), "out"),
        ),
        CALENDAR,
    )
    assert [(one.is_first, one.asked_id, one.answer_id, one.by) for one in waits] == [
        (True, 1, 4, 7),
        (False, 6, 7, 7),
    ]
    lapses = [one.lapse for one in waits if one.lapse]
    assert [(one.wall_minutes, one.open_minutes) for one in lapses] == [(960.0, 60.0), (120.0, 60.0)]


def test_a_holiday_and_friday_prayer_do_not_count() -> None:
    assert lapse_between(CALENDAR, day(4, "11:00"), day(4, "13:30")).open_minutes == 60
    independence = datetime(2026, 8, 17, 9, tzinfo=day(0).tzinfo)
    assert lapse_between(CALENDAR, independence, independence + timedelta(hours=6)).open_minutes == 0


def test_a_teammates_word_ends_a_wait_and_three_days_of_silence_end_a_talk() -> None:
    said = talk((day(0), "in"), (day(1), "in"), (day(9), "in"), (day(9, "11:00"), "out"))
    waits = list_waits(said, CALENDAR, answered_elsewhere=[day(0, "09:00"), day(0, "10:30")])
    assert [(one.asked_id, one.is_first, one.answered_at) for one in waits] == [
        (1, True, day(0, "10:30")),
        (2, False, None),
        (3, True, day(9, "11:00")),
    ]


def test_who_was_never_answered_still_waits() -> None:
    assert list_waits(talk((day(0), "in"), (day(0, "11:00"), "auto")), CALENDAR) == [Wait(day(0), 1, True)]
    assert list_waits(talk((day(0), "thanks")), CALENDAR) == []


def test_a_conversation_is_resolved_when_it_is_closed() -> None:
    found = resolution(CALENDAR, day(0), day(1))
    assert found is not None
    assert (found.wall_minutes, found.open_minutes) == (1440.0, 480.0)
    assert resolution(CALENDAR, day(0), None) is None


@pytest.mark.parametrize(
    ("on_duty", "knows", "whose"),
    [
        ([], (), None),
        ([OnDuty(1, 3), OnDuty(2, 1)], (), 2),
        ([OnDuty(1, 1, last_given_at=day(0, "10:00")), OnDuty(2, 1, last_given_at=day(0, "09:00"))], (), 2),
        ([OnDuty(1, 1, last_given_at=day(0)), OnDuty(2, 1)], (), 2),
        ([OnDuty(1, 3), OnDuty(2, 1)], (1,), 1),
        ([OnDuty(1, 3), OnDuty(2, 1)], (9, 1), 1),
        ([OnDuty(1, 3, most_open=3), OnDuty(2, 5)], (1,), 2),
        ([OnDuty(1, 3, most_open=3)], (), None),
    ],
)
def test_whose_turn_it_is(on_duty: list[OnDuty], knows: tuple[int, ...], whose: int | None) -> None:
    assert choose_teammate(on_duty, knows) == whose
