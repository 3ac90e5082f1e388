"""What waits far beyond the target reaches the supervisor's day, once, and nobody's who works alone."""

from __future__ import annotations

import pytest

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import add_teammate, set_hours
from sapa.actions.models import Action
from sapa.actions.operations import decide
from sapa.actions.queries import list_today
from sapa.snapshots.operations import refresh_changed, refresh_due
from sapa.snapshots.operations.verify import find_differences
from tests.world import World, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(toko_sage: Business) -> World:
    set_hours(business=toko_sage, week=[[[540, 1020]]] * 6 + [[]], now=day(0))
    return World(toko_sage)


@pytest.fixture
def rudi(toko_sage: Business) -> Teammate:
    return add_teammate(
        business=toko_sage, email="rudi@tokosage.example", name="Rudi", role="supervisor", now=day(0)
    )


def rules(world: World) -> list[tuple[str, str]]:
    return [
        (one.rule, one.owner.name if one.owner else "")
        for one in Action.objects.filter(business=world.business)
    ]


def test_a_question_late_beyond_twice_the_target_goes_to_the_supervisor(
    world: World, dina: Teammate, rudi: Teammate
) -> None:
    rina = world.someone("Rina Wulandari")
    world.says(rina, day(0, "09:00"), "buka jam berapa kak?", intent="opening_hours", asks=True)
    refresh_changed(world.business, now=day(0, "11:30"))
    assert rules(world) == [("unanswered", "Bu Tuti")]
    refresh_due(world.business, now=day(0, "12:59"))
    assert rules(world) == [("unanswered", "Bu Tuti")]
    refresh_due(world.business, now=day(0, "13:00"))
    assert rules(world) == [("escalated", "Rudi")]
    item = list_today(world.business, now=day(0, "13:00"), teammate=rudi)[0]
    assert item.text == "Pastikan Rina dibalas sekarang: tanya jam buka"
    assert "jauh lewat target 2 j" in item.why
    assert list_today(world.business, now=day(0, "13:00"), as_of=True)[0].owner == "Rudi"


def test_a_complaint_gets_there_in_half_the_time(world: World, dina: Teammate, rudi: Teammate) -> None:
    budi = world.someone("Budi Santoso")
    world.says(
        budi, day(0, "09:00"), "jaitannya lepas!", intent="complaint", sentiment="negative", needs_human=True
    )
    refresh_changed(world.business, now=day(0, "11:00"))
    assert rules(world) == [("escalated", "Rudi")]


def test_who_answers_anyway_is_not_told_to_see_to_it(world: World, dina: Teammate) -> None:
    world.says(world.someone(), day(0, "09:00"), "buka jam berapa kak?", intent="opening_hours", asks=True)
    refresh_changed(world.business, now=day(0, "16:00"))
    assert rules(world) == [("unanswered", "Bu Tuti")]


def test_who_works_alone_has_nobody_to_tell(world: World) -> None:
    world.says(world.someone(), day(0, "09:00"), "ada kak?", asks=True)
    refresh_changed(world.business, now=day(0, "16:00"))
    assert [rule for rule, _owner in rules(world)] == ["unanswered"]


def test_an_answer_takes_it_away_and_a_word_on_the_question_holds(
    world: World, dina: Teammate, rudi: Teammate
) -> None:
    rina, sari = world.someone("Rina Wulandari"), world.someone("Sari Dewi")
    for who in (rina, sari):
        world.says(who, day(0, "09:00"), "ada kak?", asks=True)
    refresh_changed(world.business, now=day(0, "11:30"))
    late = Action.objects.get(contact=sari.contact)
    decide(
        business=world.business,
        contact=late.contact,
        rule=late.rule,
        evidence_key=late.evidence_key,
        verdict="not_needed",
        by=dina,
        now=day(0, "11:31"),
    )
    world.answers(rina, day(0, "11:40"))
    refresh_changed(world.business, now=day(0, "16:00"))
    assert "escalated" not in [rule for rule, _owner in rules(world)]


def test_what_was_asked_long_ago_wakes_nobody(world: World, dina: Teammate, rudi: Teammate) -> None:
    world.says(world.someone(), day(0, "09:00"), "ada kak?", asks=True)
    refresh_changed(world.business, now=day(4, "16:00"))
    assert "escalated" not in [rule for rule, _owner in rules(world)]


def test_what_is_derived_can_be_counted_again(world: World, dina: Teammate, rudi: Teammate) -> None:
    world.says(world.someone(), day(0, "09:00"), "ada kak?", asks=True)
    refresh_changed(world.business, now=day(0, "16:00"))
    found = find_differences(world.business, now=day(0, "16:00"))
    assert not [one for one in found if one.table in ("action", "standing")]
