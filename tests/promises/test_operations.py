"""Promises found in chats are stored, judged by what followed, and put right by teammates."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sapa.accounts.models import Business, Teammate
from sapa.promises.ledger import Outgoing, is_open, keep_ledger, state_of
from sapa.promises.models import Promise
from sapa.promises.operations import state_promise, undo_promise_statement
from sapa.promises.queries import count_open, get_promise, list_open
from sapa.promises.types import PromiseState, Said, Step
from sapa.snapshots.operations import refresh_changed
from tests.world import JAKARTA, World, day

pytestmark = pytest.mark.django_db

PROMISE = "besok kami kirim resinya ya kak"
DEED = "ini resinya ya kak JP1234567890"


@pytest.fixture
def world(toko_sage: Business) -> World:
    return World(toko_sage)


def outgoing(*said: tuple[float, str]) -> list[Outgoing]:
    return [Outgoing(number, Said(day(at), text)) for number, (at, text) in enumerate(said, start=1)]


@pytest.mark.parametrize(
    ("said", "now", "state"),
    [
        ([(0, PROMISE)], day(1), PromiseState.OPEN),
        ([(0, PROMISE)], day(5), PromiseState.OPEN),
        ([(0, PROMISE)], day(17), PromiseState.BROKEN),
        ([(0, PROMISE), (1, DEED)], day(2), PromiseState.KEPT),
        ([(0, PROMISE), (3, DEED)], day(4), PromiseState.LATE),
        ([(0, PROMISE), (20, DEED)], day(21), PromiseState.BROKEN),
    ],
)
def test_what_became_of_a_promise(said: list[tuple[float, str]], now: datetime, state: PromiseState) -> None:
    (promise,) = keep_ledger(outgoing(*said), (), JAKARTA, {})
    assert state_of(promise, now) is state
    assert is_open(promise, now) is (state is PromiseState.OPEN)


def test_an_order_that_was_sent_keeps_the_promise_to_send_it() -> None:
    (promise,) = keep_ledger(
        outgoing((0, "besok kami kirim paketnya ya kak")), [Step("shipped", day(1))], JAKARTA, {}
    )
    assert (promise.done_at, state_of(promise, day(2))) == (day(1), PromiseState.KEPT)


def test_an_automatic_answer_promises_nothing() -> None:
    robot = Outgoing(1, Said(day(0), PROMISE, automatic=True))
    assert keep_ledger([robot], (), JAKARTA, {}) == ()


def test_the_word_of_a_teammate_stands() -> None:
    said = outgoing((0, PROMISE))
    (kept,) = keep_ledger(said, (), JAKARTA, {(1, 0): ("kept", day(1))})
    (none,) = keep_ledger(said, (), JAKARTA, {(1, 0): ("no_promise", day(1))})
    assert state_of(kept, day(2)) is PromiseState.KEPT
    assert none.is_dismissed
    assert not is_open(none, day(1))


def test_promises_follow_the_chat(world: World) -> None:
    budi = world.someone("Budi Santoso")
    world.asks(budi, day(0), "shipping_status")
    made = world.answers(budi, day(0, "10:30"), PROMISE)
    refresh_changed(world.business, now=day(0, "11:00"))
    (promise,) = list_open(world.business, now=day(0, "11:00"))
    assert (promise.message, promise.contact, promise.kind) == (made, budi.contact, "send_tracking")
    assert made.text[promise.start : promise.end] == PROMISE
    assert promise.due_at == day(2, "00:00")
    world.answers(budi, day(1), DEED)
    refresh_changed(world.business, now=day(1, "11:00"))
    assert list_open(world.business, now=day(1, "11:00")) == []
    assert Promise.objects.get() == promise


def test_it_stays_open_for_14_days_past_due(world: World) -> None:
    budi = world.someone("Budi Santoso")
    world.answers(budi, day(0), PROMISE)
    refresh_changed(world.business, now=day(0))
    due = day(2, "00:00")
    assert count_open(world.business, now=due + timedelta(days=14)) == 1
    assert count_open(world.business, now=due + timedelta(days=14, seconds=1)) == 0


def test_no_promise_after_all_and_back(world: World, dina: Teammate) -> None:
    budi = world.someone("Budi Santoso")
    made = world.answers(budi, day(0), PROMISE)
    refresh_changed(world.business, now=day(0))
    found = get_promise(world.business, f"{made.pk}-0")
    statement = state_promise(
        business=world.business, message=found.message, ordinal=found.ordinal, verdict="no_promise", by=dina, now=day(0, "11:00")
    )  # fmt: skip
    refresh_changed(world.business, now=day(0, "11:00"))
    assert count_open(world.business, now=day(0, "11:00")) == 0
    undo_promise_statement(business=world.business, statement=statement, now=day(0, "12:00"))
    refresh_changed(world.business, now=day(0, "12:00"))
    assert count_open(world.business, now=day(0, "12:00")) == 1


def test_only_known_words_and_known_promises(world: World, dina: Teammate) -> None:
    made = world.answers(world.someone("Budi Santoso"), day(0), PROMISE)
    with pytest.raises(ValueError, match="no word on a promise"):
        state_promise(business=world.business, message=made, ordinal=0, verdict="maybe", by=dina, now=day(0))
    for key in ("", "x", f"{made.pk}", f"{made.pk}-x", f"{made.pk}-7"):
        with pytest.raises(Promise.DoesNotExist):
            get_promise(world.business, key)


def test_what_the_shop_says_in_a_group_is_promised_to_nobody(world: World) -> None:
    budi = world.someone("Budi Santoso")
    world.asks(budi, day(0), "shipping_status", group="Pecinta Kopi Solo")
    world.answers(budi, day(0, "10:30"), PROMISE, group="Pecinta Kopi Solo")
    refresh_changed(world.business, now=day(0, "11:00"))
    assert Promise.objects.count() == 0
