"""What waits far beyond the target reaches the supervisor's day too, once, and nobody's who works alone."""

from __future__ import annotations

import pytest

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import add_teammate, set_hours
from sapa.actions.models import Action, Escalation
from sapa.actions.operations import decide, undo_decision
from sapa.actions.queries import count_escalated, get_action, list_escalated, list_today
from sapa.snapshots.operations import refresh_changed, refresh_due
from sapa.snapshots.operations.verify import find_differences
from sapa.snapshots.queries import get_snapshot
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
    rows = [*Action.objects.all(), *Escalation.objects.all()]
    return [(one.rule, one.owner.name if one.owner else "") for one in rows]


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
    assert rules(world) == [("unanswered", "Bu Tuti"), ("escalated", "Rudi")]
    for as_of in (False, True):
        (item,) = list_today(world.business, now=day(0, "13:00"), teammate=rudi, as_of=as_of)
        assert item.text == "Pastikan Rina dibalas sekarang: tanya jam buka"
        assert "jauh lewat target 2 j" in item.why
    (late,) = list_escalated(world.business, now=day(0, "13:00"))
    assert (late.owner_id, late.text) == (rudi.pk, item.text)


def test_the_sheet_and_the_answerer_s_day_stay_as_they_were(
    world: World, dina: Teammate, bu_tuti: Teammate, rudi: Teammate
) -> None:
    rina = world.someone("Rina Wulandari")
    world.says(rina, day(0, "09:00"), "buka jam berapa kak?", intent="opening_hours", asks=True)
    refresh_changed(world.business, now=day(0, "16:00"))
    assert rina.contact
    for as_of in (False, True):
        action = get_snapshot(rina.contact, now=day(0, "16:00"), as_of=as_of).action
        assert (action.rule, action.owner) == ("unanswered", "Bu Tuti")
        for whose in (None, bu_tuti):
            (item,) = list_today(world.business, now=day(0, "16:00"), teammate=whose, as_of=as_of)
            assert (item.rule, item.owner) == ("unanswered", "Bu Tuti")
    assert count_escalated(world.business, teammate=rudi) == 1
    assert count_escalated(world.business, teammate=bu_tuti) == 0


def test_the_supervisor_s_word_is_on_the_supervisor_s_task_only(
    world: World, dina: Teammate, rudi: Teammate
) -> None:
    world.says(world.someone(), day(0, "09:00"), "ada kak?", asks=True)
    refresh_changed(world.business, now=day(0, "16:00"))
    (item,) = list_today(world.business, now=day(0, "16:00"), teammate=rudi)
    late = get_action(world.business, item.id)
    decision = decide(
        business=world.business,
        contact=late.contact,
        rule=late.rule,
        evidence_key=late.evidence_key,
        verdict="done",
        by=rudi,
        now=day(0, "16:01"),
    )
    assert rules(world) == [("unanswered", "Bu Tuti")]
    refresh_changed(world.business, now=day(0, "16:02"))
    assert rules(world) == [("unanswered", "Bu Tuti")]
    undo_decision(business=world.business, decision=decision, by=rudi, now=day(0, "16:03"))
    refresh_changed(world.business, now=day(0, "16:03"))
    assert rules(world) == [("unanswered", "Bu Tuti"), ("escalated", "Rudi")]


def test_a_complaint_gets_there_in_half_the_time(world: World, dina: Teammate, rudi: Teammate) -> None:
    budi = world.someone("Budi Santoso")
    world.says(
        budi, day(0, "09:00"), "jaitannya lepas!", intent="complaint", sentiment="negative", needs_human=True
    )
    refresh_changed(world.business, now=day(0, "11:00"))
    assert ("escalated", "Rudi") in rules(world)


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
    tables = {"action", "escalation", "standing"}

    def found() -> list[tuple[str, str]]:
        differences = find_differences(world.business, now=day(0, "16:00"))
        return [(one.table, one.column) for one in differences if one.table in tables]

    assert found() == []
    Escalation.objects.update(score=1)
    assert found() == [("escalation", "score")]
    Escalation.objects.all().delete()
    assert found() == [("escalation", "rule")]
