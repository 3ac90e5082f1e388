"""Answers: read from a chat, changed within an hour, once, on the timeline and in the responses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sapa.contacts.models import Change
from sapa.conversations.models import Conversation, Mark, Message
from sapa.responses.models import Response
from sapa.surveys.models import Ask
from sapa.surveys.operations import answer, answer_openly, make_survey, take_replies
from sapa.surveys.types import TooLateError
from sapa.timeline.models import Touchpoint
from tests.gateway.dispatch.conftest import Desk
from tests.surveys.conftest import NOON, ask, delivered, given, running

MINUTE = timedelta(minutes=1)


@pytest.fixture
def thread(desk: Desk) -> Conversation:
    """Rina's thread, in which she has been asked how satisfied she is at noon."""
    running(desk.business, ways=("chat",))
    found = desk.thread(waits=False)
    desk.hears(found, "makasih kak", at=NOON - timedelta(hours=3))
    Conversation.objects.update(waiting_since=None)
    delivered(found)
    assert ask(desk.business) == 1
    desk.sends()
    found.refresh_from_db()
    return found


def writes(desk: Desk, thread: Conversation, text: str, *, after: int = 5, **more: Any) -> int:
    """Rina writes some minutes after noon, and the worker looks."""
    at = NOON + after * MINUTE
    said = desk.hears(thread, text, at=at)
    Message.objects.filter(pk=said.pk).update(**more)
    return take_replies(business=desk.business, now=at + MINUTE)


def test_a_number_in_the_chat_is_the_answer(desk: Desk, thread: Conversation) -> None:
    before = Change.objects.count()
    assert writes(desk, thread, "2, kurir lama") == 1
    found = Response.objects.get()
    assert (found.survey, found.score, found.words) == ("csat", 2, "kurir lama")
    assert found.channel == thread.channel
    touch = Touchpoint.objects.get(kind="survey.answered")
    assert touch.measures == {"survey": "csat", "score": 2}
    assert touch.happened_at == NOON + 5 * MINUTE
    assert Ask.objects.get().state == "answered"
    assert Change.objects.count() > before
    thread.refresh_from_db()
    assert thread.waiting_since is None, "an answer to our own question waits for nobody"
    assert Mark.objects.get().kind == "no_answer"
    assert take_replies(business=desk.business, now=NOON + 10 * MINUTE) == 0


def test_anything_else_stays_a_message_that_waits(desk: Desk, thread: Conversation) -> None:
    assert writes(desk, thread, "kak mau pesan 5 lagi") == 0
    thread.refresh_from_db()
    assert thread.waiting_since is not None
    assert not Response.objects.exists()
    assert writes(desk, thread, "5", after=9) == 1, "the number that follows is still the answer"
    thread.refresh_from_db()
    assert thread.waiting_since == NOON + 5 * MINUTE, "and the order still waits for somebody"


def test_a_question_beside_the_number_still_waits(desk: Desk, thread: Conversation) -> None:
    assert writes(desk, thread, "5, bagus. Warna sage ada?") == 1
    thread.refresh_from_db()
    assert thread.waiting_since is not None


def test_a_number_after_our_own_question_is_not_the_surveys(desk: Desk, thread: Conversation) -> None:
    desk.now = NOON + 2 * MINUTE
    desk.writes(thread, "Mau pesan berapa kak?")
    assert writes(desk, thread, "5") == 0
    asked = Ask.objects.get()
    assert asked.message is not None
    assert asked.message.provider_id
    assert writes(desk, thread, "4", after=7, reply_to=asked.message.provider_id) == 1
    assert Response.objects.get().score == 4


def test_a_number_days_later_is_a_message(desk: Desk, thread: Conversation) -> None:
    assert writes(desk, thread, "5", after=73 * 60) == 0
    assert not Response.objects.exists()


def test_a_mind_may_change_for_an_hour_and_then_stands(desk: Desk, thread: Conversation) -> None:
    assert writes(desk, thread, "5") == 1
    assert writes(desk, thread, "2, ternyata bocor", after=30) == 1
    found = Response.objects.get()
    assert (found.score, found.words) == (2, "ternyata bocor")
    assert Touchpoint.objects.get(kind="survey.answered").measures["score"] == 2
    assert writes(desk, thread, "4", after=90) == 0
    assert Response.objects.get().score == 2


def test_what_was_handed_over_or_imported_is_no_answer(desk: Desk, thread: Conversation) -> None:
    assert writes(desk, thread, "5", source="history") == 0
    assert not Response.objects.exists()


def test_a_chat_with_buttons_shows_them(desk: Desk, thread: Conversation) -> None:
    assert not desk.provider.sent[-1].buttons, "this channel has none"
    desk.provider.can(buttons=True)
    other = desk.thread("Budi Santoso", waits=False)
    desk.hears(other, "makasih", at=NOON - timedelta(hours=2))
    Conversation.objects.update(waiting_since=None)
    delivered(other)
    assert ask(desk.business) == 1
    desk.sends()
    assert desk.provider.sent[-1].buttons[0] == ("survey:1", "1 · sangat kecewa")
    assert writes(desk, other, "5 · sangat puas") == 1
    assert (Response.objects.get().score, Response.objects.get().words) == (5, "")


def test_the_page_for_all_makes_nobody_known(desk: Desk) -> None:
    survey = make_survey(business=desk.business, given=given(occasion="open", ways=()), by=None, now=NOON)
    first = answer_openly(survey=survey, score=4, now=NOON)
    answer(ask=first, score=4, words="rapi", at=NOON + MINUTE, now=NOON + MINUTE)
    found = Response.objects.get()
    assert (found.score, found.words, found.identity.contact) == (4, "rapi", None)
    with pytest.raises(TooLateError):
        answer(ask=first, score=1, words=None, at=NOON + 61 * MINUTE, now=NOON + 61 * MINUTE)
    assert Response.objects.get().score == 4


@pytest.mark.parametrize("score", [0, 6, -1, 99])
def test_a_score_off_the_scale_is_refused(desk: Desk, score: int) -> None:
    survey = make_survey(business=desk.business, given=given(occasion="open", ways=()), by=None, now=NOON)
    with pytest.raises(ValueError, match="scale"):
        answer_openly(survey=survey, score=score, now=NOON)
    assert not Ask.objects.exists()
