"""Messages are read in bulk; what a teammate corrects holds, teaches the shop, and can be taken back."""

from __future__ import annotations

import pytest

from sapa.accounts.models import Business, Teammate
from sapa.contacts.models import Change
from sapa.conversations.models import Message
from sapa.readings.models import Reading
from sapa.readings.operations import correct, learn_corrections, read_messages, recount, undo_correction
from tests.world import Someone, World, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(toko_sage: Business) -> World:
    return World(toko_sage)


@pytest.fixture
def rina(world: World) -> Someone:
    return world.someone("Rina Wulandari")


def write(world: World, who: Someone, number: float, text: str) -> Message:
    """A message that nobody has read yet."""
    message = world.says(who, day(number), text)
    Reading.objects.filter(message=message).delete()
    return message


def test_unread_messages_of_customers_are_read_once(world: World, rina: Someone) -> None:
    asked = write(world, rina, 0, "berapa harganya kak?")
    world.answers(rina, day(0.1), "seratus ribu kak")
    assert read_messages(business=world.business, contact_ids=[rina.pk]) == 1
    reading = Reading.objects.get()
    assert (reading.message, reading.intent, reading.is_question) == (asked, "price", True)
    assert read_messages(business=world.business, contact_ids=[rina.pk]) == 0


def test_a_correction_holds_at_once(world: World, rina: Someone, dina: Teammate) -> None:
    asked = write(world, rina, 0, "berapa harganya kak?")
    read_messages(business=world.business, contact_ids=[rina.pk])
    before = Reading.objects.get()
    Change.objects.all().delete()
    correction = correct(
        business=world.business, message=asked, intent="promo", sentiment="negative", needs_human=True, by=dina, now=day(1)
    )  # fmt: skip
    after = Reading.objects.get()
    assert (after.intent, after.intent_confidence, after.sentiment, after.needs_human) == ("promo", 100, "negative", True)  # fmt: skip
    assert list(Change.objects.values_list("contact_id", flat=True)) == [rina.pk]
    undo_correction(business=world.business, correction=correction, now=day(2))
    again = Reading.objects.get()
    assert (again.intent, again.sentiment, again.needs_human) == (before.intent, before.sentiment, before.needs_human)  # fmt: skip


def test_what_is_left_empty_keeps_the_machine_s_word(world: World, rina: Someone, dina: Teammate) -> None:
    asked = write(world, rina, 0, "berapa harganya kak?")
    correct(business=world.business, message=asked, needs_human=True, by=dina, now=day(1))
    reading = Reading.objects.get()
    assert (reading.intent, reading.needs_human) == ("price", True)


def test_the_same_words_of_others_follow(world: World, rina: Someone, dina: Teammate) -> None:
    budi = world.someone("Budi Santoso")
    asked = write(world, rina, 0, "yang kemarin masih kak?")
    same = write(world, budi, 0, "Yang kemarin masih kak??")
    read_messages(business=world.business, contact_ids=[rina.pk, budi.pk])
    correction = correct(business=world.business, message=asked, intent="stock", by=dina, now=day(1))
    before = Reading.objects.get(message=same).intent
    assert learn_corrections(business=world.business) >= 1
    assert Reading.objects.get(message=same).intent == "stock"
    assert budi.pk in Change.objects.values_list("contact_id", flat=True)
    assert learn_corrections(business=world.business) == 0
    later = write(world, budi, 3, "yang kemarin masih kak?")
    read_messages(business=world.business, contact_ids=[budi.pk])
    assert Reading.objects.get(message=later).intent == "stock"
    undo_correction(business=world.business, correction=correction, now=day(4))
    learn_corrections(business=world.business)
    assert Reading.objects.get(message=same).intent == before


def test_the_newest_of_two_corrections_holds(world: World, rina: Someone, dina: Teammate) -> None:
    asked = write(world, rina, 0, "berapa harganya kak?")
    correct(business=world.business, message=asked, intent="promo", by=dina, now=day(1))
    correct(business=world.business, message=asked, intent="payment", by=dina, now=day(2))
    assert Reading.objects.get().intent == "payment"


def test_a_recount_gives_what_is_stored(world: World, rina: Someone, dina: Teammate) -> None:
    asked = write(world, rina, 0, "berapa harganya kak?")
    write(world, rina, 1, "bisa cod?")
    read_messages(business=world.business, contact_ids=[rina.pk])
    correct(business=world.business, message=asked, intent="promo", by=dina, now=day(1))
    learn_corrections(business=world.business)
    stored = {row.message_id: row for row in Reading.objects.all()}
    made = recount(business=world.business, message_ids=list(stored))
    assert {pk: row.intent for pk, row in made.items()} == {pk: row.intent for pk, row in stored.items()}


def test_a_correction_needs_words_that_exist(world: World, rina: Someone, dina: Teammate) -> None:
    asked = write(world, rina, 0, "berapa harganya kak?")
    for words in ({"intent": "harga"}, {"sentiment": "sad"}, {}):
        with pytest.raises(ValueError, match=r"not a label|at least one"):
            correct(business=world.business, message=asked, by=dina, now=day(1), **words)  # type: ignore[arg-type]
