"""A canvas is filled, its plan begun, paused and ended; the two looks are taken; and everything through the real database."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

import pytest

from sapa.accounts.models import AuditEntry
from sapa.accounts.operations import make_business, save_team
from sapa.channels.operations import find_or_make_channel
from sapa.contacts.models import Contact, Identity
from sapa.conversations.models import Conversation, Message
from sapa.moments.models import Look, Moment, PlanStep, Trial
from sapa.moments.operations import (
    change_canvas,
    decide_step,
    end_trial,
    make_canvas,
    pause_trial,
    put_back_canvas,
    put_back_plan,
    put_back_step,
    put_back_trial,
    remove_canvas,
    resume_trial,
    save_plan,
    start_trial,
)
from sapa.moments.queries import (
    find_trial,
    list_canvases,
    list_looks,
    list_open_steps,
    list_steps,
)
from sapa.moments.queries.counting import count_people
from sapa.moments.queries.measures import list_share_metrics
from sapa.moments.queries.quotes import list_quotes, offer_quotes
from sapa.moments.queries.results import days_to_know, get_result, weigh_trial
from sapa.moments.tasks import take_looks_task
from sapa.moments.types import CanvasGiven, MomentError, StepGiven, Verdict
from sapa.orders.models import Order
from sapa.readings.models import Reading
from sapa.upkeep.operations import forget
from tests.moments.plain import canvas
from tests.world import World, day

if TYPE_CHECKING:
    from sapa.accounts.models import Business, Teammate

pytestmark = pytest.mark.django_db

START = day(190, "09:00")
GIVEN = canvas()


def _canvas(shop: Business, given: CanvasGiven = GIVEN, at: datetime = START) -> tuple[Moment, Trial]:
    moment = make_canvas(business=shop, given=given, by=None, now=at)
    trial = find_trial(moment)
    assert trial is not None
    return moment, trial


def _running(shop: Business, given: CanvasGiven = GIVEN, at: datetime = START) -> Trial:
    trial = _canvas(shop, given, at)[1]
    start_trial(trial=trial, by=None, now=at)
    return trial


def _last(verb: str) -> AuditEntry:
    return AuditEntry.objects.filter(verb=verb).latest("id")


def test_a_canvas_comes_with_a_plan_of_seven_days(toko_sage: Business, bu_tuti: Teammate) -> None:
    moment, trial = _canvas(toko_sage, replace(GIVEN, responsible_id=bu_tuti.pk))
    assert [(one.day, one.owner) for one in list_steps(trial)] == [(n, bu_tuti) for n in range(1, 8)]
    assert (trial.state, trial.number) == ("planned", 1)
    assert list_canvases(toko_sage) == [moment]
    assert list_open_steps(toko_sage, now=START) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "  "}, "Beri nama"),
        ({"event": "order.placed"}, "Pilih kapan"),
        ({"event": "topic:thanks"}, "Pilih kapan"),
        ({"measure": "nps"}, "Pilih satu ukuran"),
        ({"measure": "metric:nps"}, "Pilih satu ukuran"),
        ({"follow_days": 4}, "berapa hari"),
        ({"responsible_id": 10**9}, "tidak ada di tim"),
        ({"team_id": 10**9}, "Kelompok tim"),
        ({"channel_id": 10**9}, "Saluran"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_made(
    toko_sage: Business, change: dict[str, object], sentence: str
) -> None:
    with pytest.raises(MomentError, match=sentence):
        make_canvas(business=toko_sage, given=replace(GIVEN, **change), by=None, now=START)  # type: ignore[arg-type]
    assert not Moment.objects.exists()


def test_it_begins_when_there_is_one_thing_to_change(toko_sage: Business) -> None:
    trial = _canvas(toko_sage, replace(GIVEN, change=" "))[1]
    with pytest.raises(MomentError, match="satu hal"):
        start_trial(trial=trial, by=None, now=START)


def test_a_team_works_on_one_moment_at_a_time(toko_sage: Business, dina: Teammate) -> None:
    first = _running(toko_sage)
    second = _canvas(toko_sage, replace(GIVEN, name="Invoice", event="invoice", measure="pays"))[1]
    with pytest.raises(MomentError, match="Saat pelanggan tanya ongkir"):
        start_trial(trial=second, by=None, now=START)

    team = save_team(business=toko_sage, team=None, name="Purna jual", mates=[dina], by=None, now=START)
    _running(toko_sage, replace(GIVEN, name="Barang sampai", event="arrived", team_id=team.pk))
    with pytest.raises(MomentError, match="Barang sampai"):
        _running(toko_sage, replace(GIVEN, event="form", team_id=team.pk))

    pause_trial(trial=first, by=None, now=START + timedelta(days=1))
    second.refresh_from_db()
    start_trial(trial=second, by=None, now=START + timedelta(days=1))
    with pytest.raises(MomentError, match="Invoice"):
        resume_trial(trial=first, by=None, now=START + timedelta(days=2))


def test_another_shop_has_its_own(toko_sage: Business) -> None:
    _running(toko_sage)
    other = make_business(name="Kopi Andi", owner_email="a@kopi.example", owner_name="Andi", now=START)
    _running(other)
    assert [trial.business for trial in Trial.objects.filter(state="running").order_by("id")] == [
        toko_sage,
        other,
    ]


def test_steps_stand_in_today_until_they_are_done(toko_sage: Business, bu_tuti: Teammate) -> None:
    _running(toko_sage)
    first_day = list_open_steps(toko_sage, now=START)
    assert [one.day for one in first_day] == [1, 2]
    step = PlanStep.objects.get(pk=first_day[0].id)
    decide_step(step=step, verdict="done", by=bu_tuti, now=START)
    assert [one.day for one in list_open_steps(toko_sage, now=START)] == [2]

    second = PlanStep.objects.get(day=2)
    decide_step(step=second, verdict="later", until=START + timedelta(days=2), by=bu_tuti, now=START)
    assert [one.day for one in list_open_steps(toko_sage, now=START + timedelta(days=1))] == [3]
    assert [one.day for one in list_open_steps(toko_sage, now=START + timedelta(days=2))] == [2, 3, 4]

    entry = AuditEntry.objects.get(verb="step.decided", object_id=str(step.pk))
    put_back_step(business=toko_sage, step_id=step.pk, entry_data=entry.data, by=None, now=START)
    assert [one.day for one in list_open_steps(toko_sage, now=START)] == [1]
    with pytest.raises(LookupError):
        put_back_step(business=toko_sage, step_id=step.pk, entry_data=entry.data, by=None, now=START)


def test_a_pause_stops_the_days(toko_sage: Business) -> None:
    trial = _running(toko_sage)
    pause_trial(trial=trial, by=None, now=START + timedelta(days=1))
    assert list_open_steps(toko_sage, now=START + timedelta(days=5)) == []
    resume_trial(trial=trial, by=None, now=START + timedelta(days=6))
    assert [one.day for one in list_open_steps(toko_sage, now=START + timedelta(days=6))] == [1, 2, 3]
    assert [look.due_at for look in get_result(trial, now=START + timedelta(days=7)).looks] == [
        START + timedelta(days=12),
        START + timedelta(days=35),
    ]


def test_the_plan_is_written_anew_and_put_back(toko_sage: Business, dina: Teammate) -> None:
    trial = _running(toko_sage)
    steps = list_steps(trial)
    decide_step(step=steps[0], verdict="done", by=dina, now=START)
    given = [
        StepGiven(1, steps[0].text, dina.pk),
        StepGiven(5, "Ukur ulang tabel", None),
        StepGiven(6, " ", None),
    ]
    save_plan(trial=trial, steps=given, by=None, now=START)
    assert [(one.day, one.text, one.verdict) for one in list_steps(trial)] == [
        (1, steps[0].text, "done"),
        (5, "Ukur ulang tabel", ""),
    ]
    put_back_plan(
        business=toko_sage, trial_id=trial.pk, entry_data=_last("plan.saved").data, by=None, now=START
    )
    assert [(one.day, one.text, one.verdict) for one in list_steps(trial)] == [
        (one.day, one.text, "done" if one.day == 1 else "") for one in steps
    ]


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([], id="nothing"),
        pytest.param([StepGiven(8, "Esok lusa", None)], id="an eighth day"),
        pytest.param([StepGiven(1, f"Langkah {n}", None) for n in range(15)], id="too many"),
        pytest.param([StepGiven(1, "Balas", 10**9)], id="nobody's"),
    ],
)
def test_a_plan_that_cannot_be(toko_sage: Business, steps: list[StepGiven]) -> None:
    trial = _canvas(toko_sage)[1]
    with pytest.raises(MomentError):
        save_plan(trial=trial, steps=steps, by=None, now=START)
    assert len(list_steps(trial)) == 7


def test_an_end_has_a_reason_and_can_be_taken_back(toko_sage: Business) -> None:
    trial = _running(toko_sage)
    ended = START + timedelta(days=8)
    with pytest.raises(MomentError, match="alasan"):
        end_trial(trial=trial, choice="keep", reason=" ", by=None, now=ended)
    with pytest.raises(MomentError, match="Pilih"):
        end_trial(trial=trial, choice="forget", reason="bosan", by=None, now=ended)
    again = end_trial(trial=trial, choice="repeat", reason="Belum cukup orang", by=None, now=ended)
    assert (trial.state, trial.choice, trial.reason) == ("ended", "repeat", "Belum cukup orang")
    assert (again.number, again.state, len(list_steps(again))) == (2, "planned", 7)

    data = _last("trial.ended").data
    put_back_trial(business=toko_sage, trial_id=trial.pk, entry_data=data, by=None, now=ended)
    trial.refresh_from_db()
    assert (trial.state, trial.choice, trial.ended_at) == ("running", "", None)
    assert not Trial.objects.filter(number=2).exists()


def test_an_end_is_not_taken_back_once_it_was_begun_again(toko_sage: Business) -> None:
    trial = _running(toko_sage)
    again = end_trial(
        trial=trial, choice="repeat", reason="Sekali lagi", by=None, now=START + timedelta(days=8)
    )
    data = _last("trial.ended").data
    start_trial(trial=again, by=None, now=START + timedelta(days=9))
    with pytest.raises(LookupError):
        put_back_trial(business=toko_sage, trial_id=trial.pk, entry_data=data, by=None, now=START)


def test_what_is_measured_stays_while_it_runs(toko_sage: Business) -> None:
    trial = _running(toko_sage)
    moment = trial.moment
    with pytest.raises(MomentError, match="cara mengukurnya"):
        change_canvas(moment=moment, given=replace(GIVEN, follow_days=7), by=None, now=START)
    change_canvas(moment=moment, given=replace(GIVEN, feeling="Takut ongkirnya mahal"), by=None, now=START)
    moment.refresh_from_db()
    assert moment.feeling == "Takut ongkirnya mahal"
    put_back_canvas(moment=moment, entry_data=_last("canvas.written").data, by=None, now=START)
    moment.refresh_from_db()
    assert moment.feeling == "Ragu total harganya"


def test_it_is_thrown_away_only_when_it_rests(toko_sage: Business) -> None:
    trial = _running(toko_sage)
    with pytest.raises(MomentError, match="sedang berjalan"):
        remove_canvas(moment=trial.moment, by=None, now=START)
    end_trial(trial=trial, choice="stop", reason="Toko tutup sebulan", by=None, now=START)
    remove_canvas(moment=trial.moment, by=None, now=START)
    assert list_canvases(toko_sage) == []


def _shop_of_askers(business: Business, *, help_points: float, seed: int, a_day: int = 4) -> None:
    """Half a year of people who ask about delivery; a good third buys the next day, and more of them after the change."""
    rng = random.Random(seed)  # noqa: S311
    channel = World(business).channel("whatsapp")
    asked = [day(number, "11:00") for number in range(8, 221) for _ in range(a_day)]
    contacts = Contact.objects.bulk_create(
        Contact(business=business, name=f"Orang {number}", created_at=at) for number, at in enumerate(asked)
    )
    people = Identity.objects.bulk_create(
        Identity(
            business=business,
            kind="phone",
            value=f"{seed}-{one.name}",
            learned_at=one.created_at,
            contact=one,
        )
        for one in contacts
    )
    threads = Conversation.objects.bulk_create(
        Conversation(business=business, channel=channel, key=who.value, identity=who) for who in people
    )
    messages = Message.objects.bulk_create(
        Message(
            business=business,
            conversation=thread,
            identity=who,
            direction="in",
            text="ongkir berapa kak?",
            happened_at=at,
            learned_at=at,
            dedupe_key=who.value,
        )
        for thread, who, at in zip(threads, people, asked, strict=True)
    )
    Reading.objects.bulk_create(
        Reading(business=business, message=one, intent="shipping_cost", is_question=True) for one in messages
    )
    Order.objects.bulk_create(
        Order(
            business=business,
            channel=channel,
            number=who.value,
            identity=who,
            status="completed",
            placed_at=at + timedelta(days=1),
        )
        for who, at in zip(people, asked, strict=True)
        if rng.random() < 0.36 + (help_points / 100 if at >= START else 0)
    )


def test_help_is_found_in_a_real_shop_and_kept(toko_sage: Business) -> None:
    _shop_of_askers(toko_sage, help_points=30, seed=1)
    trial = _running(toko_sage)
    at = START + timedelta(days=31)
    counts = count_people(trial, until=START + timedelta(days=30))
    assert sum(one.people for one in counts.after) == 4 * 27
    assert sum(one.people for one in counts.before) == 4 * (182 - 3)
    assert min(one.day for one in counts.before) == -182

    assert take_looks_task(business=toko_sage, now=at) == 2
    assert take_looks_task(business=toko_sage, now=at) == 0
    first, last = list_looks(trial)
    assert (first.day, first.found["after_people"]) == (7, 4 * 4)
    assert (last.day, last.verdict) == (30, Verdict.HELPED)
    seen = get_result(trial, now=at)
    assert seen.last is not None
    assert seen.last.found is not None
    assert seen.last.found.difference == pytest.approx(0.3, abs=0.12)
    assert seen.a_day == pytest.approx(4, abs=0.3)


def test_where_nothing_changed_it_is_uncertain_and_says_what_it_takes(toko_sage: Business) -> None:
    _shop_of_askers(toko_sage, help_points=0, seed=2, a_day=8)
    trial = _running(toko_sage)
    found = weigh_trial(trial, day=30, until=START + timedelta(days=30))
    assert found.verdict is Verdict.UNCERTAIN
    assert found.visible is not None
    assert found.visible > 0.1
    assert found.people_needed is not None
    assert found.people_needed > found.after_people
    assert days_to_know(found, 8.0) == ceil(found.people_needed / 8)


def test_a_look_once_taken_stays_as_it_was(toko_sage: Business) -> None:
    _shop_of_askers(toko_sage, help_points=0, seed=3)
    world = World(toko_sage)
    trial = _running(toko_sage)
    at = START + timedelta(days=7)
    take_looks_task(business=toko_sage, now=at)
    before = Look.objects.get(trial=trial)
    for _ in range(50):
        who = world.someone()
        world.asks(who, START + timedelta(days=1), "shipping_cost")
        world.buys(who, START + timedelta(days=2))
    take_looks_task(business=toko_sage, now=at + timedelta(hours=1))
    assert Look.objects.get(trial=trial).found == before.found


def test_others_with_another_question_stand_beside(toko_sage: Business) -> None:
    world = World(toko_sage)
    rina, budi = world.someone("Rina"), world.someone("Budi")
    world.asks(rina, START + timedelta(days=1), "shipping_cost")
    world.asks(rina, START + timedelta(days=1, hours=1), "stock")
    world.asks(budi, START + timedelta(days=1), "stock")
    world.buys(budi, START + timedelta(days=2))
    counts = count_people(_running(toko_sage), until=START + timedelta(days=7))
    assert [(one.people, one.went_on) for one in counts.after] == [(1, 0)]
    assert [(one.people, one.went_on) for one in counts.others] == [(1, 1)]


def test_only_the_chosen_channel_is_the_moment(toko_sage: Business) -> None:
    world = World(toko_sage)
    for number in range(3):
        world.asks(world.someone(), START + timedelta(days=number), "shipping_cost", channel="whatsapp")
        world.asks(world.someone(), START + timedelta(days=number), "shipping_cost", channel="instagram")
    channel = find_or_make_channel(business=toko_sage, kind="whatsapp", now=START)
    trial = _running(toko_sage, replace(GIVEN, channel_id=channel.pk))
    counts = count_people(trial, until=START + timedelta(days=7))
    assert (sum(one.people for one in counts.after), sum(one.people for one in counts.others)) == (3, 3)


@pytest.mark.parametrize(
    ("measure", "event", "goes_on"),
    [
        ("pays", "invoice", True),
        ("writes", "invoice", True),
        ("reviews", "arrived", True),
        ("no_trouble", "arrived", False),
    ],
)
def test_what_going_on_means(toko_sage: Business, measure: str, event: str, *, goes_on: bool) -> None:
    world = World(toko_sage)
    deeds = {
        "pays": "order.paid",
        "writes": "message.in",
        "reviews": "review.posted",
        "no_trouble": "order.returned",
    }
    kind = {"invoice": "order.placed", "arrived": "order.delivered"}[event]
    rina, budi = world.someone(), world.someone()
    for who in (rina, budi):
        world.touch(who, kind, START + timedelta(hours=1))
    world.touch(rina, deeds[measure], START + timedelta(days=1))
    world.touch(budi, deeds[measure], START + timedelta(days=6))
    counts = count_people(
        _running(toko_sage, replace(GIVEN, event=event, measure=measure)), until=START + timedelta(days=7)
    )
    assert [(one.people, one.went_on) for one in counts.after] == [(2, 1)]
    assert goes_on is (measure != "no_trouble")


def test_a_registered_metric_can_be_the_measure(toko_sage: Business) -> None:
    """Replies within the target, week by week: late before the change, in time after it."""
    world = World(toko_sage)
    for week in range(20, 30):
        for number in range(3):
            who, at = world.someone(), day(7 * week + 1, "10:00") + timedelta(minutes=number)
            world.asks(who, at, "stock")
            is_late = at < START
            world.answers(who, at + (timedelta(days=2) if is_late else timedelta(minutes=5)))
    assert "metric:replied_within_target" in dict(list_share_metrics())
    given = canvas(measure="metric:replied_within_target", event="chat")
    counts = count_people(_running(toko_sage, given), until=START + timedelta(days=30))
    assert sum(one.people for one in counts.before) == 3 * len(
        [w for w in range(20, 30) if day(7 * w + 1) < START]
    )
    assert sum(one.went_on for one in counts.before) == 0
    assert sum(one.people for one in counts.after) == sum(one.went_on for one in counts.after) > 0


def test_words_are_offered_unhappy_first_and_one_a_person(toko_sage: Business) -> None:
    world = World(toko_sage)
    rina, budi, sari = (
        world.someone("Rina Wulandari"),
        world.someone("Budi Santoso"),
        world.someone("Sari Dewi"),
    )
    world.asks(sari, START - timedelta(days=3), "shipping_cost", "ongkir ke Makassar berapa kak?")
    world.asks(rina, START - timedelta(days=2), "shipping_cost", "ongkir ke Bandung berapa?")
    angry = world.asks(
        rina, START - timedelta(days=5), "shipping_cost", "ongkirnya mahal banget sih", sentiment="negative"
    )
    world.asks(budi, START - timedelta(days=1), "stock", "sage L masih ada kak?")
    world.asks(budi, START - timedelta(days=100), "shipping_cost", "ongkir ke Solo berapa ya kak")
    offered = offer_quotes(toko_sage, "topic:shipping_cost", now=START)
    assert [(one.name, one.text) for one in offered] == [
        ("Rina Wulandari", "ongkirnya mahal banget sih"),
        ("Sari Dewi", "ongkir ke Makassar berapa kak?"),
    ]
    assert offered[0].conversation_id == angry.conversation.public_id


def test_words_around_a_delivery_are_offered(toko_sage: Business) -> None:
    world = World(toko_sage)
    rina, budi = world.someone("Rina"), world.someone("Budi")
    world.touch(rina, "order.delivered", START - timedelta(days=10))
    world.says(rina, START - timedelta(days=9), "sudah sampai kak, bagus sekali")
    world.says(rina, START - timedelta(days=30), "kapan ya dikirimnya kak?")
    world.says(budi, START - timedelta(days=9), "mau tanya soal ukuran dong")
    assert [one.text for one in offer_quotes(toko_sage, "arrived", now=START)] == [
        "sudah sampai kak, bagus sekali"
    ]


def test_forgetting_takes_their_words_and_name_out_of_moments(toko_sage: Business) -> None:
    world = World(toko_sage)
    rina = world.someone("Rina Wulandari")
    said = world.asks(rina, START - timedelta(days=2), "shipping_cost", "ongkir ke Bandung berapa kak?")
    given = replace(GIVEN, feeling="Seperti Rina Wulandari: ragu total", message_ids=(said.pk,))
    moment, trial = _canvas(toko_sage, given)
    save_plan(trial=trial, steps=[StepGiven(1, "Telepon Rina Wulandari", None)], by=None, now=START)
    assert [one.text for one in list_quotes(moment)] == ["ongkir ke Bandung berapa kak?"]
    assert rina.contact is not None
    forget(business=toko_sage, contact=rina.contact, by=None, now=START)
    moment.refresh_from_db()
    assert list_quotes(moment) == []
    assert moment.feeling == "Seperti …: ragu total"
    assert [one.text for one in list_steps(trial)] == ["Telepon …"]
