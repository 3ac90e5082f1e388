"""How the team serves, worked out by hand: who answered how fast, late shares, promises, closings; and what is behind it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import make_business, set_hours
from sapa.accounts.queries import get_calendar
from sapa.analytics.queries import open_copy
from sapa.conversations.models import Conversation, Message
from sapa.conversations.operations import close
from sapa.conversations.operations.closing import undo_state
from sapa.conversations.service.waits import Said, list_waits
from sapa.metrics.service import get_performance, list_replies
from sapa.metrics.service.types import ALL, LOADS, NOBODY, What
from tests.world import START, World, day

pytestmark = pytest.mark.django_db

NOW = day(20, "16:00")
DAYS = {"from_": START, "to": date(2026, 1, 31), "now": NOW}


@pytest.fixture
def world(toko_sage: Business, bu_tuti: Teammate, dina: Teammate) -> World:
    set_hours(business=toko_sage, week=[[[540, 1020]]] * 6 + [[]], now=day(0))
    return World(toko_sage)


def answered(
    world: World,
    number: int,
    minutes: int,
    by: Teammate | None,
    *,
    clock: str = "10:00",
    channel: str = "whatsapp",
) -> Message:
    """Somebody new asks on a day and is answered so many minutes later."""
    who = world.someone()
    asked = world.says(who, day(number, clock), "ada kak?", asks=True, channel=channel)
    answer = world.answers(who, day(number, clock) + timedelta(minutes=minutes), channel=channel)
    Message.objects.filter(pk=answer.pk).update(by=by)
    return asked


def test_each_teammate_and_the_whole_team(world: World, bu_tuti: Teammate, dina: Teammate) -> None:
    for number in range(6):
        answered(world, number % 5, 10 + number, dina)
        answered(world, number % 5, 150, bu_tuti)
    answered(world, 1, 30, None)
    world.says(world.someone(), day(2), "halo? ada orang?", asks=True)
    found = get_performance(world.business, **DAYS)
    lines = {line.name: line for line in found.mates}
    assert [line.name for line in found.mates] == ["Bu Tuti", "Dina", ""]
    assert (lines["Dina"].pace.conversations, lines["Dina"].pace.first_minutes, lines["Dina"].pace.late) == (
        6,
        12.5,
        0,
    )
    assert (lines["Bu Tuti"].pace.first_minutes, lines["Bu Tuti"].pace.late) == (150.0, 6)
    assert (lines[""].teammate_id, lines[""].pace.first_minutes) == (NOBODY, None), "one answer is no median"
    whole = found.whole.pace
    assert (whole.conversations, whole.asked, whole.late) == (13, 14, 7)
    assert whole.late_share == 0.5
    assert lines["Dina"].pace.is_small


def test_names_are_ranked_only_where_a_supervisor_chose_so(
    world: World, bu_tuti: Teammate, dina: Teammate
) -> None:
    for number in range(6):
        answered(world, number % 5, 10, dina)
        answered(world, number % 5, 60, bu_tuti)
    world.business.ranks_by_name = True
    assert [line.name for line in get_performance(world.business, **DAYS).mates] == ["Dina", "Bu Tuti"]


def test_next_answers_thanks_words_and_holidays(world: World, dina: Teammate) -> None:
    rina = world.someone("Rina Wulandari")
    world.says(rina, day(0, "16:30"), "ada kak?", asks=True)
    world.answers(rina, day(0, "16:31"), "kami tutup", automatic=True)
    world.answers(rina, day(1, "09:30"), "ada")
    world.says(rina, day(1, "09:31"), "makasih", closes=True)
    world.says(rina, day(1, "10:00"), "ongkir?", asks=True)
    world.marks(rina, day(1, "10:20"))
    world.says(rina, day(1, "11:00"), "warna lain?", asks=True)
    world.marks(rina, day(1, "11:20"), "no_answer")
    copy = open_copy(world.business)
    rows = (
        copy._opened.cursor()
        .execute(
            "SELECT is_first, minutes, wall_minutes, answer IS NULL, needs_none FROM reply ORDER BY asked_at"
        )
        .fetchall()
    )
    assert rows == [
        (True, 60.0, 1020.0, False, False),
        (False, 20.0, 20.0, True, False),
        (False, None, None, True, True),
    ]


def test_the_copy_counts_as_the_rule_does(world: World, dina: Teammate) -> None:
    rina = world.someone("Rina Wulandari")
    for number, clock, what in (
        (0, "10:00", "in"), (0, "12:00", "in"), (0, "12:30", "out"), (0, "13:00", "out"), (0, "16:50", "in"),
        (1, "09:10", "auto"), (1, "10:00", "out"), (4, "09:00", "in"), (8, "10:00", "in"), (8, "10:05", "out"),
    ):  # fmt: skip
        if what == "in":
            world.says(rina, day(number, clock), "ada kak?", asks=True)
        else:
            world.answers(rina, day(number, clock), automatic=what == "auto")
    said = [
        Said(one.happened_at, one.pk, one.direction == "in", False, one.is_automatic)
        for one in Message.objects.order_by("happened_at")
    ]
    ruled = list_waits(said, get_calendar(world.business))
    rows = (
        open_copy(world.business)
        ._opened.cursor()
        .execute("SELECT asked, answer, minutes, wall_minutes, is_first FROM reply ORDER BY asked_at")
        .fetchall()
    )
    assert rows == [
        (
            one.asked_id,
            one.answer_id,
            one.lapse and one.lapse.open_minutes,
            one.lapse and one.lapse.wall_minutes,
            one.is_first,
        )
        for one in ruled
    ]


def test_parity_between_channels_and_the_channels_own_target(world: World, dina: Teammate) -> None:
    chat = world.channel("instagram")
    chat.reply_target_minutes = 30
    chat.save()
    for number in range(6):
        answered(world, number % 5, 40, dina, channel="instagram")
        answered(world, number % 5, 20, dina)
    found = get_performance(world.business, **DAYS)
    paces = dict(found.channels)
    assert (paces["instagram"].late, paces["whatsapp"].late) == (6, 0)
    assert found.spread == 2.0


def test_steadiness_by_hour_and_load(world: World, dina: Teammate) -> None:
    for number in range(4):
        answered(world, 0, 60 + number, dina, clock=f"09:0{number}")
    answered(world, 1, 5, dina, clock="14:00")
    found = get_performance(world.business, **DAYS)
    assert [(hour, pace.asked) for hour, pace in found.hours] == [(9, 4), (14, 1)]
    assert [(load, pace.asked) for load, pace in found.loads] == [(LOADS[0], 4), (LOADS[1], 1)]


def test_promises_and_closings_of_each(world: World, bu_tuti: Teammate, dina: Teammate) -> None:
    rina = world.someone("Rina Wulandari")
    world.says(rina, day(0, "10:00"), "ada kak?", asks=True)
    for due, done in ((day(1), day(1, "09:00")), (day(2), day(3)), (day(3), None)):
        promise = world.promises(rina, day(0, "11:00"), due, done)
        Message.objects.filter(pk=promise.message_id).update(by=dina)
    thread = Conversation.objects.get(identity=rina.identity)
    entry = close(business=world.business, conversations=[thread], by=bu_tuti, now=day(1, "10:00"))
    lines = {line.name: line for line in get_performance(world.business, **DAYS).mates}
    assert (lines["Dina"].promises, lines["Dina"].promises_kept) == (3, 1)
    assert (lines["Bu Tuti"].resolved, lines["Bu Tuti"].resolved_minutes) == (1, None)
    rows = (
        open_copy(world.business)
        ._opened.cursor()
        .execute("SELECT minutes, wall_minutes FROM closing")
        .fetchall()
    )
    assert rows == [(480.0, 1440.0)]
    assert entry is not None
    entry.undone_at = NOW
    entry.save()
    undo_state(business=world.business, entry_data=entry.data, by=bu_tuti, now=NOW)
    assert get_performance(world.business, **DAYS).whole.resolved == 0


def test_a_number_opens_to_the_messages_behind_it(world: World, bu_tuti: Teammate, dina: Teammate) -> None:
    first = answered(world, 0, 10, dina)
    late = answered(world, 1, 200, bu_tuti, clock="11:00", channel="instagram")
    open_ = world.says(world.someone(), day(2), "halo?", asks=True)

    def ids(**more: object) -> list[int]:
        return [line.asked_id for line in list_replies(world.business, **DAYS, **more)]  # type: ignore[arg-type]

    assert ids() == [open_.pk, late.pk, first.pk]
    assert ids(what=What.LATE) == [open_.pk, late.pk]
    assert ids(teammate_id=dina.pk) == [first.pk]
    assert ids(channel="instagram") == [late.pk]
    assert ids(hour=11) == [late.pk]
    assert ids(before=late.happened_at) == [first.pk]
    assert ids(what=What.NEXT) == []
    line = list_replies(world.business, **DAYS, teammate_id=bu_tuti.pk)[0]
    assert (line.question, line.answer, line.minutes, line.is_late) == ("ada kak?", "baik kak", 200.0, True)
    with pytest.raises(KeyError):
        ids(channel="telex")


def test_another_shop_sees_nothing(world: World, dina: Teammate) -> None:
    answered(world, 0, 10, dina)
    other = make_business(name="Kopi Andi", owner_email="andi@kopi.example", now=day(0))
    assert get_performance(other, **DAYS).whole.pace.asked == 0
    assert list_replies(other, **DAYS) == []
    assert ALL < 0
