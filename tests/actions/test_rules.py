"""Each rule fires, does not fire, and keeps still once a teammate has decided."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sapa.accounts.models import Business
from sapa.actions.deriving import Derived, derive_many
from sapa.actions.rules import RULES, WORDS, list_candidates
from sapa.actions.types import Candidate
from sapa.orders.models import Order
from sapa.standings.queries import get_settings
from sapa.standings.types import Watch
from tests.world import Someone, World, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(toko_sage: Business) -> World:
    return World(toko_sage)


def think(world: World, who: Someone, now: datetime, *, until: datetime | None = None) -> Derived:
    (derived,) = derive_many(
        world.business, [who.pk], now=now, settings=get_settings(world.business), until=until
    )
    return derived


def rule(world: World, who: Someone, now: datetime) -> str | None:
    action = think(world, who, now).action
    return action.rule if action else None


def candidates(world: World, who: Someone, now: datetime) -> dict[str, Candidate]:
    derived = think(world, who, now)
    found = list_candidates(derived.dossier, derived.standing, Watch(now), get_settings(world.business))
    return {one.rule: one for one in found}


# Unanswered past target (2 hours in business hours; the shop is open 9 to 17 on six days)


@pytest.mark.parametrize(
    ("asked", "looked", "fires"),
    [
        ((0, "10:00"), (0, "11:59"), False),
        ((0, "10:00"), (0, "12:00"), True),
        ((0, "16:30"), (1, "10:29"), False),  # half an hour before closing, the rest in the morning
        ((0, "16:30"), (1, "10:30"), True),
        ((5, "16:30"), (6, "16:00"), False),  # Saturday evening; Sunday is closed
        ((5, "16:30"), (7, "10:30"), True),
        ((0, "10:00"), (29, "10:00"), True),
        ((0, "10:00"), (31, "10:00"), False),
    ],
)
def test_unanswered_past_the_target(
    world: World, asked: tuple[int, str], looked: tuple[int, str], fires: bool
) -> None:
    rina = world.someone("Rina Wulandari")
    world.asks(rina, day(*asked), "opening_hours")
    assert ("unanswered" in candidates(world, rina, day(*looked))) is fires


def test_unanswered_is_due_when_the_target_ends(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.asks(rina, day(0, "16:30"), "opening_hours")
    action = candidates(world, rina, day(1, "12:00"))["unanswered"]
    assert action.due_at == day(1, "10:30")


@pytest.mark.parametrize("how", ["answered", "thanks", "marked", "robot"])
def test_what_ends_the_waiting(world: World, how: str) -> None:
    rina = world.someone("Rina Wulandari")
    if how == "thanks":
        world.says(rina, day(0), "makasih kak", intent="thanks", closes=True)
    else:
        world.asks(rina, day(0), "opening_hours")
    if how == "answered":
        world.answers(rina, day(0, "10:30"))
    if how == "marked":
        world.marks(rina, day(0, "11:00"), "no_answer")
    if how == "robot":
        world.answers(rina, day(0, "10:00"), "Halo, pesan Kakak kami terima", automatic=True)
    assert ("unanswered" in candidates(world, rina, day(1))) is (how == "robot")


def test_what_needs_a_person_comes_before_the_rest(world: World) -> None:
    rina, budi = world.someone("Rina Wulandari"), world.someone("Budi Santoso")
    world.asks(rina, day(0), "opening_hours")
    world.says(budi, day(0, "11:00"), "saya hamil, sudah terlanjur minum", needs_human=True, asks=True)
    urgent = candidates(world, budi, day(1))["unanswered"]
    assert urgent.score > candidates(world, rina, day(1))["unanswered"].score
    assert urgent.data["is_urgent"]


def test_an_old_thread_does_not_hide_a_fresh_one(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.asks(rina, day(0), "opening_hours")
    world.asks(rina, day(40), "location", channel="instagram")
    assert candidates(world, rina, day(41))["unanswered"].data["topic"] == "location"


def test_who_asks_again_after_a_long_time_is_not_given_up(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.asks(rina, day(0), "opening_hours")
    world.asks(rina, day(40), "location")
    found = candidates(world, rina, day(41))["unanswered"].data
    assert (found["topic"], found["count"]) == ("location", 2)


def test_a_fresh_question_comes_before_an_old_one_and_praise_after_both(world: World) -> None:
    fresh, ended, old, praise = world.someones(4)
    for person, number in ((fresh, 14), (ended, 10), (old, 0)):
        world.asks(person, day(number, "09:00"), "opening_hours")
    world.says(
        praise, day(14, "09:00"), "bagus banget kak bahannya", intent="testimonial", sentiment="positive"
    )
    now = day(14, "12:00")
    scores = [candidates(world, one, now)["unanswered"].score for one in (fresh, ended, praise, old)]
    assert scores == sorted(scores, reverse=True)


# An offer asked for and not sent


def test_an_offer_asked_for_and_not_sent(world: World) -> None:
    andi = world.someone("Andi Wijaya")
    world.asks(andi, day(0), "installment", "bisa cicilan kak?")
    world.answers(andi, day(0, "10:10"), "sebentar ya kak")
    assert rule(world, andi, day(0, "11:00")) is None
    assert rule(world, andi, day(0, "12:00")) == "offer_not_sent"
    assert rule(world, andi, day(15)) != "offer_not_sent"


@pytest.mark.parametrize(
    "sent",
    ["bisa kak, 3x Rp150.000", "ini daftar harganya kak https://tokosage.example/katalog", "cicilan 6 bulan, 250rb per bulan"],
)  # fmt: skip
def test_an_offer_that_was_sent(world: World, sent: str) -> None:
    andi = world.someone("Andi Wijaya")
    world.asks(andi, day(0), "installment", "bisa cicilan kak?")
    world.answers(andi, day(0, "10:10"), sent)
    assert "offer_not_sent" not in candidates(world, andi, day(1))


def test_no_offer_is_owed_after_the_order_or_a_mark(world: World) -> None:
    andi, sari = world.someone("Andi Wijaya"), world.someone("Sari Dewi")
    for person in (andi, sari):
        world.asks(person, day(0), "installment", "bisa cicilan kak?")
    world.buys(andi, day(0, "10:30"))
    world.marks(sari, day(0, "10:30"))
    assert "offer_not_sent" not in candidates(world, andi, day(1))
    assert "offer_not_sent" not in candidates(world, sari, day(1))


def test_a_plain_question_asks_for_no_offer(world: World) -> None:
    andi = world.someone("Andi Wijaya")
    world.asks(andi, day(0), "price", "berapa harganya kak?")
    assert "offer_not_sent" not in candidates(world, andi, day(1))


# Hot lead nearing 72 hours


@pytest.mark.parametrize(("hours", "fires"), [(23, False), (24, True), (61, True), (71.9, True), (72, False)])
def test_a_hot_lead_nears_72_hours(world: World, hours: float, fires: bool) -> None:
    andi = world.someone("Andi Wijaya")
    world.asks(andi, day(0), "stock")
    world.answers(andi, day(0, "10:05"), "ada kak")
    now = day(0) + timedelta(hours=hours)
    action = candidates(world, andi, now).get("hot_lead")
    assert (action is not None) is fires
    if action:
        assert action.due_at == day(3)


def test_a_buyer_is_no_hot_lead(world: World) -> None:
    andi = world.someone("Andi Wijaya")
    world.asks(andi, day(0), "stock")
    world.buys(andi, day(1))
    assert "hot_lead" not in candidates(world, andi, day(2))


def test_who_comes_back_after_months_is_hot_from_then(world: World) -> None:
    andi = world.someone("Andi Wijaya")
    world.asks(andi, day(0), "stock")
    world.answers(andi, day(0, "10:05"), "kosong kak")
    world.asks(andi, day(100), "stock")
    world.answers(andi, day(100, "10:05"), "ada kak")
    assert candidates(world, andi, day(102))["hot_lead"].due_at == day(103)


# Promises


def promise_tomorrow(world: World, who: Someone) -> None:
    """Made on Monday 10.00, due at the midnight that ends Tuesday."""
    world.asks(who, day(-1), "shipping_status")
    world.answers(who, day(0), "besok kami kirim resinya ya kak")


@pytest.mark.parametrize(
    ("looked", "late"),
    [((0, "23:00"), None), ((1, "00:00"), False), ((1, "23:59"), False), ((2, "00:00"), True), ((15, "23:00"), True), ((16, "00:00"), None)],
)  # fmt: skip
def test_a_promise_due_or_late(world: World, looked: tuple[int, str], late: bool | None) -> None:
    budi = world.someone("Budi Santoso")
    promise_tomorrow(world, budi)
    action = candidates(world, budi, day(*looked)).get("promise")
    assert (action.data["is_late"] if action else None) is late


def test_a_kept_promise_asks_for_nothing(world: World) -> None:
    budi = world.someone("Budi Santoso")
    promise_tomorrow(world, budi)
    world.answers(budi, day(1), "ini resinya ya kak JP1234567890")
    assert "promise" not in candidates(world, budi, day(1, "12:00"))


def test_a_late_promise_comes_before_one_that_is_due(world: World) -> None:
    budi = world.someone("Budi Santoso")
    promise_tomorrow(world, budi)
    due = candidates(world, budi, day(1))["promise"].score
    late = candidates(world, budi, day(2))["promise"].score
    assert late > due


def test_goods_are_named_only_where_an_order_waits_to_be_sent(world: World) -> None:
    budi, sari = world.someone("Budi Santoso"), world.someone("Sari Dewi")
    world.buys(sari, day(-1), status="paid")
    for person in (budi, sari):
        world.answers(person, day(0), "besok kami kirim ya kak")
    assert candidates(world, budi, day(1))["promise"].data["kind"] == "send_info"
    assert candidates(world, sari, day(1))["promise"].data["kind"] == "send_goods"


# After the sale


def sell(world: World, who: Someone, number: float, *, delivered: float | None = None) -> Order:
    return world.buys(who, day(number), delivered_at=None if delivered is None else day(delivered))


@pytest.mark.parametrize(("number", "fires"), [(4.9, False), (5, True), (32.9, True), (33, False)])
def test_a_buyer_without_any_word_after_the_sale(world: World, number: float, fires: bool) -> None:
    sari = world.someone("Sari Dewi")
    sell(world, sari, 0, delivered=3)
    assert ("no_after_sale_word" in candidates(world, sari, day(number))) is fires


def test_where_delivery_is_unknown_two_days_are_assumed(world: World) -> None:
    sari = world.someone("Sari Dewi")
    sell(world, sari, 0)
    action = candidates(world, sari, day(4))["no_after_sale_word"]
    assert action.data["is_assumed"]
    assert "no_after_sale_word" not in candidates(world, sari, day(3.9))


@pytest.mark.parametrize(
    ("at", "robot", "counts"), [(3.5, False, False), (4.5, False, True), (4.5, True, False)]
)
def test_a_human_word_a_day_after_delivery_counts(world: World, at: float, robot: bool, counts: bool) -> None:
    sari = world.someone("Sari Dewi")
    sell(world, sari, 0, delivered=3)
    world.answers(sari, day(at), "gimana kak, cocok?", automatic=robot)
    assert ("no_after_sale_word" in candidates(world, sari, day(6))) is not counts


def test_who_cannot_be_reached_is_not_listed(world: World) -> None:
    sari = world.someone("Sari Dewi", kind="marketplace:shopee")
    sell(world, sari, 0, delivered=3)
    assert candidates(world, sari, day(6)) == {}


def test_a_cancelled_order_needs_no_word(world: World) -> None:
    sari = world.someone("Sari Dewi")
    world.buys(sari, day(0), status="cancelled", ended_at=day(1))
    assert candidates(world, sari, day(6)) == {}


# Leaving and coming back


@pytest.mark.parametrize(("number", "fires"), [(13.9, False), (14, True), (43.9, True), (44, False)])
def test_a_silent_leaver(world: World, number: float, fires: bool) -> None:
    rina = world.someone("Rina Wulandari")
    world.asks(rina, day(0), "ingredients")
    world.answers(rina, day(0, "10:10"), "tepung, gula, mentega kak")
    assert ("silent_leaver" in candidates(world, rina, day(number))) is fires


def test_the_own_rhythm_decides_when_somebody_is_silent(world: World) -> None:
    often, rarely = world.someone("Rina Wulandari"), world.someone("Budi Santoso")
    for step in range(5):
        world.asks(often, day(step), "ingredients")
        world.asks(rarely, day(step * 15), "ingredients")
    world.answers(often, day(4, "11:00"))
    world.answers(rarely, day(60, "11:00"))
    assert "silent_leaver" in candidates(world, often, day(4 + 7))
    assert "silent_leaver" not in candidates(world, rarely, day(60 + 44))
    assert "silent_leaver" in candidates(world, rarely, day(60 + 45))


def test_buyers_visitors_and_groups_are_no_leavers(world: World) -> None:
    buyer, looker, grouped = world.someones(3)
    world.asks(buyer, day(0), "price")
    world.buys(buyer, day(1))
    world.touch(looker, "web.page", day(0))
    world.asks(grouped, day(0), "price", group="Pecinta Kopi Solo")
    assert all("silent_leaver" not in candidates(world, one, day(20)) for one in (buyer, looker, grouped))


def test_a_regular_buyer_later_than_usual(world: World) -> None:
    budi = world.someone("Budi Santoso")
    for number in (0, 24, 48):
        sell(world, budi, number, delivered=number + 1)
        world.answers(budi, day(number + 3), "gimana kopinya kak?")
    assert "repeat_overdue" not in candidates(world, budi, day(48 + 29))
    action = candidates(world, budi, day(48 + 31))["repeat_overdue"]
    assert action.data["gap_days"] == 24
    assert "repeat_overdue" not in candidates(world, budi, day(48 + 97))
    sell(world, budi, 80)
    assert "repeat_overdue" not in candidates(world, budi, day(81))


def test_two_orders_are_no_rhythm(world: World) -> None:
    budi = world.someone("Budi Santoso")
    for number in (0, 24):
        sell(world, budi, number)
    assert "repeat_overdue" not in candidates(world, budi, day(60))


# Complaints, low scores, referrals


def complain(world: World, who: Someone, at: datetime) -> None:
    world.says(who, at, "barangnya robek kak", intent="complaint", sentiment="negative", needs_human=True)


def test_a_complaint_nobody_answered(world: World) -> None:
    budi = world.someone("Budi Santoso")
    complain(world, budi, day(0))
    action = think(world, budi, day(0, "10:01")).action
    assert action
    assert (action.rule, action.due_at) == ("complaint", day(0, "12:00"))


def test_a_complaint_of_weeks_ago_comes_behind_those_of_today_and_is_given_up_in_the_end(
    world: World,
) -> None:
    budi = world.someone("Budi Santoso")
    complain(world, budi, day(0))
    fresh, old = (candidates(world, budi, day(days))["complaint"] for days in (2, 20))
    assert fresh.score > 90 > 60 > old.score
    assert "complaint" not in candidates(world, budi, day(61))


def test_an_answered_complaint_is_asked_about_a_day_later(world: World) -> None:
    budi = world.someone("Budi Santoso")
    complain(world, budi, day(0))
    world.answers(budi, day(0, "10:30"), "maaf ya kak, kami cek dulu")
    assert "complaint" not in candidates(world, budi, day(0, "18:00"))
    assert candidates(world, budi, day(1, "10:30"))["complaint"].data["answered_at"]
    world.says(budi, day(1, "11:00"), "udah beres kak makasih", intent="thanks", sentiment="positive")
    assert "complaint" not in candidates(world, budi, day(2))


def test_a_complainer_who_writes_again_comes_first_again(world: World) -> None:
    budi = world.someone("Budi Santoso")
    complain(world, budi, day(0))
    world.answers(budi, day(0, "10:30"), "maaf ya kak, kami cek dulu")
    world.says(budi, day(0, "15:00"), "kak?? belum ada kabar", asks=True)
    action = think(world, budi, day(0, "15:01")).action
    assert action
    assert (action.rule, action.due_at, action.data["again"]) == ("complaint", day(0, "17:00"), True)


@pytest.mark.parametrize(("survey", "score", "fires"), [("nps", 6, True), ("nps", 7, False), ("csat", 2, True), ("csat", 3, False)])  # fmt: skip
def test_a_low_score_not_answered(world: World, survey: str, score: int, fires: bool) -> None:
    rina = world.someone("Rina Wulandari")
    world.rates(rina, day(0), survey, score)
    action = candidates(world, rina, day(1)).get("detractor")
    assert (action is not None) is fires
    if action:
        assert action.metric == survey
        world.answers(rina, day(1, "12:00"), "halo kak, boleh tahu kenapa?")
        assert "detractor" not in candidates(world, rina, day(2))


def test_a_referral_not_thanked(world: World) -> None:
    sari = world.someone("Sari Dewi")
    world.asks(sari, day(-1), "price")
    world.says(sari, day(0), "aku udah kasih nomor kakak ke temen kantor ya", intent="referral")
    world.answers(sari, day(0, "10:10"), "siap kak")
    assert "referral" in candidates(world, sari, day(1))
    world.answers(sari, day(1, "12:00"), "makasih banyak ya kak sudah diajak temannya")
    assert "referral" not in candidates(world, sari, day(2))


# Origin unknown never stands alone


def test_an_unknown_origin_is_asked_along_with_a_reply(world: World) -> None:
    rina, sari = world.someone("Rina Wulandari"), world.someone("Sari Dewi")
    world.asks(rina, day(0), "opening_hours")
    world.asks(sari, day(0), "opening_hours")
    world.tells_origin(sari, day(0), "tiktok", "video cara rawat linen")
    asked, known = think(world, rina, day(1)).action, think(world, sari, day(1)).action
    assert asked
    assert known
    assert asked.data["also"] == ["origin_unknown"]
    assert "also" not in known.data


def test_an_unknown_origin_alone_is_no_action(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.says(rina, day(0), "halo", intent="greeting", closes=True)
    assert rule(world, rina, day(1)) is None


# All together


def test_the_most_pressing_is_the_one(world: World) -> None:
    budi = world.someone("Budi Santoso")
    sell(world, budi, 0, delivered=2)
    assert rule(world, budi, day(6)) == "no_after_sale_word"
    world.rates(budi, day(6), "nps", 3)
    assert rule(world, budi, day(7)) == "detractor"
    world.asks(budi, day(8), "opening_hours")
    assert rule(world, budi, day(9)) == "unanswered"
    complain(world, budi, day(9))
    assert rule(world, budi, day(9, "12:00")) == "complaint"


def test_within_a_rule_the_earlier_due_comes_first(world: World) -> None:
    early, late = world.someones(2)
    world.asks(early, day(0), "opening_hours")
    world.asks(late, day(0, "11:00"), "opening_hours")
    first, second = think(world, early, day(1)).action, think(world, late, day(1)).action
    assert first
    assert second
    assert first.score > second.score


def test_every_action_is_due_within_48_hours_and_says_what_it_rests_on(world: World) -> None:
    people = world.someones(5)
    world.asks(people[0], day(0), "installment", "bisa cicilan kak?")
    sell(world, people[1], 0, delivered=2)
    promise_tomorrow(world, people[2])
    complain(world, people[3], day(0))
    world.rates(people[4], day(0), "csat", 1)
    now = day(1, "15:00")
    for hours in range(0, 24 * 50, 41):
        for person in people:
            action = think(world, person, now + timedelta(hours=hours)).action
            if action:
                assert action.due_at <= now + timedelta(hours=hours + 48)
                assert action.evidence
                assert action.metric


def test_somebody_just_met_elsewhere_gets_a_day_of_rest_from_what_can_wait(world: World) -> None:
    budi = world.someone("Budi Santoso")
    sell(world, budi, 0, delivered=2)
    world.touch(budi, "action.done", day(2.5), measures={"rule": "hot_lead"}, channel="")
    assert rule(world, budi, day(6)) == "no_after_sale_word"
    world.says(budi, day(6), "aku udah kasih nomor kakak ke temen kantor ya", intent="referral")
    world.answers(budi, day(6, "10:01"), "siap")
    world.touch(budi, "answered.elsewhere", day(6, "10:02"), channel="")
    assert rule(world, budi, day(7)) is None
    assert rule(world, budi, day(7, "10:02")) == "referral"


def test_every_rule_has_its_words_and_its_metric() -> None:
    assert len({one.KEY for one in RULES}) == len(RULES)
    assert all(one.KEY in WORDS and one.METRIC for one in RULES)
    assert all(len(one.KEY) <= 32 for one in RULES)
