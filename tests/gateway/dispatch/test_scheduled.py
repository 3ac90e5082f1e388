"""Replies for later: sent once when due, held with the reason where a guard says no."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sapa.accounts.models import Teammate
from sapa.conversations.models import Message, Stir
from sapa.gateway.contract import Failure
from sapa.gateway.dispatch import (
    CannotSendError,
    cancel_scheduled,
    list_scheduled,
    reschedule,
    schedule_message,
    send_scheduled,
    warn_of_window,
)
from sapa.gateway.models import ScheduledMessage
from tests.gateway.dispatch.conftest import Desk

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_it_is_sent_once_when_it_is_due_as_the_teammate_wrote_it(desk: Desk, dina: Teammate) -> None:
    rina = desk.thread()
    row = schedule_message(
        business=desk.business,
        conversation=rina,
        text="Besok buka jam 9 ya kak",
        send_at=desk.now + HOUR,
        by=dina,
        now=desk.now,
    )
    assert list_scheduled(rina) == [row]
    assert send_scheduled(now=desk.now + HOUR - timedelta(seconds=1)) == 0
    desk.now += HOUR
    assert send_scheduled(now=desk.now) == 1
    assert send_scheduled(now=desk.now) == 0
    row.refresh_from_db()
    [message] = Message.objects.filter(direction="out")
    assert (row.state, row.message, message.by) == ("sent", message, dina)
    desk.sends()
    assert desk.provider.texts() == ["Besok buka jam 9 ya kak"]
    assert not cancel_scheduled(scheduled=row, by=dina, now=desk.now)


def test_a_window_that_closed_holds_it_and_the_team_is_told(desk: Desk, dina: Teammate) -> None:
    rina = desk.thread()
    later = desk.now + timedelta(hours=30)
    assert "22/11 14.25" in warn_of_window(rina, send_at=later, now=desk.now)
    assert warn_of_window(rina, send_at=desk.now + HOUR, now=desk.now) == ""
    row = schedule_message(
        business=desk.business, conversation=rina, text="Halo", send_at=later, by=dina, now=desk.now
    )
    stirs = Stir.objects.filter(conversation=rina, what="state").count()
    assert send_scheduled(now=later) == 1
    row.refresh_from_db()
    assert (row.state, row.why, row.message) == ("held", "window_closed", None)
    assert Stir.objects.filter(conversation=rina, what="state").count() == stirs + 1
    assert not Message.objects.filter(direction="out").exists()
    desk.hears(rina, "masih ada?", at=later)
    assert reschedule(scheduled=row, send_at=later + HOUR, by=dina, now=later)
    send_scheduled(now=later + HOUR)
    row.refresh_from_db()
    assert row.state == "sent"


def test_a_promotion_for_the_night_waits_for_the_morning(desk: Desk, dina: Teammate) -> None:
    desk.now = desk.now.replace(hour=20)
    morning = desk.now.replace(day=22, hour=8, minute=0)
    rina = desk.thread()
    row = schedule_message(
        business=desk.business,
        conversation=rina,
        text="Diskon besok",
        send_at=desk.now + 2 * HOUR,
        by=dina,
        now=desk.now,
        purpose="promotion",
    )
    send_scheduled(now=desk.now + 2 * HOUR)
    row.refresh_from_db()
    assert (row.state, row.why, row.send_at) == ("waiting", "quiet_hours", morning)
    send_scheduled(now=morning)
    row.refresh_from_db()
    assert row.state == "sent"


def test_what_is_cancelled_is_not_sent_and_can_be_taken_up_again(desk: Desk, dina: Teammate) -> None:
    rina = desk.thread()
    row = schedule_message(
        business=desk.business, conversation=rina, text="Halo", send_at=desk.now + HOUR, by=dina, now=desk.now
    )
    assert cancel_scheduled(scheduled=row, by=dina, now=desk.now)
    assert send_scheduled(now=desk.now + HOUR) == 0
    assert reschedule(scheduled=row, send_at=desk.now + HOUR, by=dina, now=desk.now)
    assert send_scheduled(now=desk.now + HOUR) == 1


def test_an_empty_one_is_refused(desk: Desk, dina: Teammate) -> None:
    with pytest.raises(CannotSendError) as refusal:
        schedule_message(
            business=desk.business,
            conversation=desk.thread(),
            text=" ",
            send_at=desk.now,
            by=dina,
            now=desk.now,
        )
    assert refusal.value.code is Failure.EMPTY
    assert not ScheduledMessage.objects.exists()
