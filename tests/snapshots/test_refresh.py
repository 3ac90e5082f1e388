"""The refresh follows the change log, wakes nobody, waits its turn, and can be recounted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from sapa.accounts.models import Business
from sapa.actions.models import Action
from sapa.contacts.models import Change, Cursor
from sapa.contacts.operations import lease_cursor
from sapa.conversations.models import Conversation
from sapa.promises.models import Promise
from sapa.readings.models import Reading
from sapa.snapshots.operations import (
    empty_derived,
    find_differences,
    refresh_all,
    refresh_changed,
    refresh_due,
)
from sapa.snapshots.operations.refresh import CONSUMER
from sapa.standings.models import Standing
from sapa.timeline.models import Touchpoint
from tests.world import World, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(toko_sage: Business) -> World:
    return World(toko_sage)


def fill(world: World) -> None:
    """A little of everything, as a shop has it; messages are read by the machine."""
    rina, budi, sari, andi = (world.someone(name) for name in ("Rina Wulandari", "Budi Santoso", "Sari Dewi", "Andi Wijaya"))  # fmt: skip
    world.touch(rina, "web.ad_click", day(-1), measures={"utm_source": "tiktok", "utm_content": "linen"})
    world.asks(rina, day(0), "stock", "kak sage L ada?")
    world.asks(budi, day(0), "shipping_status", "resi saya mana kak?")
    world.answers(budi, day(0, "10:30"), "besok kami kirim resinya ya kak")
    world.buys(sari, day(0), delivered_at=day(2))
    world.asks(andi, day(1), "installment", "bisa cicilan?", group="Pecinta Kopi Solo")
    world.says(andi, day(2), "barangnya robek kak, kecewa saya", intent="complaint", sentiment="negative")
    Reading.objects.all().delete()


def differences(world: World, now: datetime) -> list[tuple[str, str]]:
    return [(one.table, one.column) for one in find_differences(world.business, now=now)]


def test_it_derives_whose_facts_changed_and_only_them(world: World) -> None:
    rina, budi = world.someone("Rina Wulandari"), world.someone("Budi Santoso")
    world.asks(rina, day(0), "stock")
    assert refresh_changed(world.business, now=day(1)) == 1
    assert list(Standing.objects.values_list("contact_id", flat=True)) == [rina.pk]
    assert refresh_changed(world.business, now=day(1)) == 0
    world.asks(budi, day(1), "stock")
    assert refresh_changed(world.business, now=day(1)) == 1


def test_a_contact_whose_name_comes_again_further_on_is_derived_there_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rina, budi, sari = (world.someone(name) for name in ("Rina Wulandari", "Budi Santoso", "Sari Dewi"))
    refresh_changed(world.business, now=day(0))
    for number, one in enumerate((rina, budi, rina, sari, rina)):
        world.buys(one, day(number))
    monkeypatch.setattr("sapa.snapshots.operations.refresh.CHUNK", 2)
    derived: list[int] = []
    monkeypatch.setattr(
        "sapa.snapshots.operations.refresh.refresh_contacts",
        lambda business, ids, **rest: derived.extend(ids),
    )
    assert refresh_changed(world.business, now=day(9)) == 3
    assert derived == [budi.pk, sari.pk, rina.pk]


def test_it_writes_no_touchpoint_and_no_change(world: World) -> None:
    fill(world)
    touches, head = Touchpoint.objects.count(), Change.objects.order_by("-id")[0].pk
    refresh_changed(world.business, now=day(3))
    assert Touchpoint.objects.count() == touches
    assert Change.objects.order_by("-id")[0].pk == head


def test_what_every_consumer_has_read_is_pruned_but_not_the_newest(world: World) -> None:
    fill(world)
    head = Change.objects.order_by("-id")[0].pk
    refresh_changed(world.business, now=day(3))
    assert list(Change.objects.values_list("id", flat=True)) == [head]
    assert Cursor.objects.get(consumer=CONSUMER).position == head


def test_a_slower_consumer_keeps_its_rows(world: World) -> None:
    Cursor.objects.create(business=world.business, consumer="slow", position=0)
    fill(world)
    rows = Change.objects.count()
    refresh_changed(world.business, now=day(3))
    assert Change.objects.count() == rows


def test_two_do_not_refresh_at_once(world: World) -> None:
    fill(world)
    assert lease_cursor(world.business, CONSUMER, now=day(3)) is not None
    with pytest.raises(TimeoutError):
        refresh_changed(world.business, now=day(3), wait_seconds=0)
    assert Standing.objects.count() == 0
    later = day(3) + timedelta(minutes=10)
    assert refresh_changed(world.business, now=later, wait_seconds=0) == 4


def test_the_lease_is_given_back_even_after_a_failure(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from sapa.snapshots.operations import refresh

    fill(world)

    def fail(*_args: Any, **_named: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(refresh, "refresh_contacts", fail)
        with pytest.raises(RuntimeError):
            refresh_changed(world.business, now=day(3))
    assert refresh_changed(world.business, now=day(3), wait_seconds=0) == 4


def test_phases_and_clocks_are_written_down(world: World) -> None:
    fill(world)
    refresh_changed(world.business, now=day(3))
    phases = dict(Touchpoint.objects.values_list("kind", "phase").order_by("id"))
    assert phases["web.ad_click"] == "awareness"
    assert phases["order.placed"] == "transaction"
    waiting = Conversation.objects.get(identity__contact__name="Rina Wulandari")
    assert (waiting.waiting_since, waiting.last_in_at, waiting.last_out_at) == (day(0), day(0), None)
    answered = Conversation.objects.get(identity__contact__name="Budi Santoso")
    assert (answered.waiting_since, answered.last_message_at) == (None, day(0, "10:30"))
    group = Conversation.objects.get(is_group=True)
    assert (group.waiting_since, group.last_in_at) == (None, day(1))


def test_an_absorbed_contact_loses_its_rows(world: World) -> None:
    fill(world)
    refresh_changed(world.business, now=day(3))
    kept, absorbed = Standing.objects.order_by("contact_id")[:2]
    absorbed.contact.identities.update(contact=kept.contact)
    absorbed.contact.merged_into = kept.contact
    absorbed.contact.save()
    Change.objects.create(business=world.business, contact=absorbed.contact)
    Change.objects.create(business=world.business, contact=kept.contact)
    refresh_changed(world.business, now=day(3))
    for model in (Standing, Action, Promise):
        assert not model._default_manager.filter(contact=absorbed.contact).exists()
    assert Promise.objects.get().contact_id == kept.contact_id
    assert differences(world, day(3)) == []


def test_what_only_time_changes_is_found_when_it_is_due(world: World) -> None:
    sari = world.someone("Sari Dewi")
    world.buys(sari, day(0), delivered_at=day(2))
    refresh_changed(world.business, now=day(1))
    assert Action.objects.count() == 0
    assert refresh_due(world.business, now=day(1, "12:00")) == 0
    for number in (2, 4):
        assert refresh_due(world.business, now=day(number)) == 1
    assert Action.objects.get().rule == "no_after_sale_word"
    refresh_due(world.business, now=day(40))
    assert Action.objects.count() == 0


def test_a_rebuild_gives_the_same(world: World) -> None:
    fill(world)
    refresh_changed(world.business, now=day(3))

    def rows() -> list[list[Any]]:
        return [
            sorted(map(str, model._default_manager.values_list(*fields)))
            for model, fields in (
                (Standing, ("contact_id", "trust", "stage", "phase", "waiting_since", "look_again_at")),
                (Action, ("contact_id", "public_id", "rule", "evidence_key", "score", "due_at")),
                (Promise, ("contact_id", "message_id", "kind", "due_at")),
                (Reading, ("message_id", "intent", "sentiment", "needs_human")),
            )
        ]

    before = rows()
    assert all(before)
    empty_derived(world.business)
    assert not any(rows())
    refresh_all(world.business, now=day(3))
    assert rows() == before


def test_nothing_differs_after_a_refresh_however_late_one_looks(world: World) -> None:
    fill(world)
    refresh_changed(world.business, now=day(3))
    for number in (3, 4, 10, 40, 400):
        assert differences(world, day(number)) == []


def test_what_is_still_to_be_read_is_no_difference(world: World) -> None:
    fill(world)
    refresh_changed(world.business, now=day(3))
    world.asks(world.someone("Baru"), day(3), "stock")
    assert differences(world, day(3)) == []


DAMAGES: list[tuple[str, Callable[[], Any], tuple[str, str]]] = [
    ("a wrong trust", lambda: Standing.objects.filter(contact__name="Sari Dewi").update(trust="new"), ("standing", "trust")),
    ("a missing standing", lambda: Standing.objects.filter(contact__name="Sari Dewi").delete(), ("standing", "contact")),
    ("a wrong score", lambda: Action.objects.filter(rule="unanswered").update(score=1), ("action", "score")),
    ("a missing action", lambda: Action.objects.filter(rule="unanswered").delete(), ("action", "rule")),
    ("a wrong due time", lambda: Promise.objects.update(due_at=day(9)), ("promise", "due_at")),
    ("a missing promise", lambda: Promise.objects.all().delete(), ("promise", "message")),
    ("a wrong phase", lambda: Touchpoint.objects.filter(kind="web.ad_click").update(phase="service"), ("touchpoint", "phase")),
    ("a clock that still runs", lambda: Conversation.objects.filter(is_group=True).update(waiting_since=day(0)), ("conversation", "waiting_since")),
    ("a wrong reading", lambda: Reading.objects.update(intent="other", intent_confidence=1), ("reading", "intent")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("damage", "found"), [case[1:] for case in DAMAGES], ids=[case[0] for case in DAMAGES]
)
def test_the_recount_finds_what_was_damaged(
    world: World, damage: Callable[[], Any], found: tuple[str, str]
) -> None:
    fill(world)
    refresh_changed(world.business, now=day(3))
    damage()
    assert found in differences(world, day(3))


def test_two_shops_do_not_touch_each_other(world: World, now: datetime) -> None:
    from sapa.accounts.operations import make_business

    other = World(make_business(name="Toko Lain", owner_email="lain@lain.example", now=now))
    fill(world)
    fill(other)
    refresh_changed(world.business, now=day(3))
    assert not Standing.objects.filter(business=other.business).exists()
    refresh_changed(other.business, now=day(3))
    empty_derived(world.business)
    assert Standing.objects.filter(business=other.business).count() == 4


def test_forty_contacts_take_a_pinned_number_of_queries(world: World, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for person in world.someones(40):
        world.asks(person, day(0), "opening_hours")
    with django_assert_max_num_queries(75):
        refresh_changed(world.business, now=day(1))
