"""Planted worlds: what each metric says of them was counted by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from sapa.accounts.models import Business, Hours, Teammate
from sapa.lib.money import format_percent
from sapa.metrics.operations import set_target
from sapa.metrics.queries import get_metric_figure, list_metric_figures
from sapa.metrics.types import Figure, RoiMonth
from tests.world import World, day

pytestmark = pytest.mark.django_db

NOW = day(200)


@pytest.fixture
def world(toko_sage: Business) -> World:
    """Toko Sage, open every day from 8 to 17, holidays too."""
    toko_sage.open_on_holidays = True
    toko_sage.save()
    Hours.objects.filter(business=toko_sage).delete()
    Hours.objects.create(business=toko_sage, valid_from=day(-400).date(), week=[[[480, 1020]]] * 7)
    return World(toko_sage)


def figure(world: World, key: str, *, now: datetime = NOW, **window: Any) -> Figure:
    given = {"from_": None, "to": None, **window}
    return get_metric_figure(world.business, key, now=now, **given)


class TestFirstContactToPurchase:
    def test_half_of_the_buyers_bought_within_the_middle(self, world: World) -> None:
        for hours in (10, 20, 30, 50, 60, 70, 200):
            someone = world.someone()
            world.asks(someone, day(1), "price")
            world.buys(someone, day(1) + timedelta(hours=hours))
        found = figure(world, "first_contact_to_purchase")
        assert (found.value, found.sample_size, found.unit) == (50.0, 7, "hours")
        assert found.interval == (10.0, 200.0)
        assert found.target == 72.0

    def test_it_counts_from_the_contact_and_the_other_from_hearing(self, world: World) -> None:
        """A page seen is hearing, no contact; a form is; what the person tells counts as hearing."""
        for _ in range(6):
            someone = world.someone()
            world.tells_origin(someone, day(0), "instagram", "repost story")
            world.touch(someone, "web.page", day(2))
            world.touch(someone, "web.form", day(4))
            world.buys(someone, day(5))
        assert figure(world, "first_contact_to_purchase").value == 24.0
        assert figure(world, "first_heard_to_purchase").value == 120.0

    def test_who_does_not_count_is_said_beside_it(self, world: World) -> None:
        for number in range(6):
            someone = world.someone()
            world.asks(someone, day(1), "stock")
            world.buys(someone, day(1 + number))
        silent, straight, late, visitor = world.someones(4)
        world.asks(silent, day(1), "price")  # has not bought
        world.buys(straight, day(3))  # the order is the first thing known
        world.buys(late, day(3))
        world.asks(late, day(5), "shipping_status")
        world.touch(visitor, "web.page", day(1))  # looked only, then bought
        world.buys(visitor, day(2))
        found = figure(world, "first_contact_to_purchase")
        assert found.sample_size == 6
        assert found.excluded == {"no_contact_before": 1, "not_bought_yet": 1, "order_came_first": 2}
        heard = figure(world, "first_heard_to_purchase")
        assert (heard.sample_size, heard.excluded) == (7, {"not_bought_yet": 1, "order_came_first": 2})

    def test_cancelled_and_returned_orders_are_no_purchase(self, world: World) -> None:
        for _ in range(6):
            someone = world.someone()
            world.asks(someone, day(1), "price")
            world.buys(someone, day(2), status="cancelled")
            world.buys(someone, day(3), status="returned")
            world.buys(someone, day(4))
        assert figure(world, "first_contact_to_purchase").value == 72.0

    def test_a_contact_belongs_to_the_window_in_which_it_was_first_seen(self, world: World) -> None:
        for first in (0, 10):
            for _ in range(6):
                someone = world.someone()
                world.asks(someone, day(first), "price")
                world.buys(someone, day(first + 1 + first / 10))
        early = figure(world, "first_contact_to_purchase", from_=day(0).date(), to=day(0).date())
        late = figure(world, "first_contact_to_purchase", from_=day(10).date(), to=day(20).date())
        assert (early.value, late.value) == (24.0, 48.0)

    def test_below_six_the_people_stand_in_place_of_a_number(self, world: World) -> None:
        rina = world.someone("Rina Wulandari")
        world.asks(rina, day(1), "price")
        world.buys(rina, day(2.5))
        found = figure(world, "first_contact_to_purchase")
        assert found.value is None
        assert found.interval is None
        assert found.why_not == "Baru 1 yang bisa dihitung; angkanya disebut mulai 6."
        assert [(person.name, person.said) for person in found.people] == [("Rina Wulandari", "36 jam")]


class TestHotLeads:
    def test_three_quarters_bought_in_three_days(self, world: World) -> None:
        for number in range(12):
            someone = world.someone()
            if number % 3:
                world.asks(someone, day(1), "installment")
            else:
                world.touch(someone, "web.ad_click", day(1))
            world.buys(someone, day(4) if number < 9 else day(4.01))
        found = figure(world, "hot_leads_within_72h")
        assert (found.value, found.sample_size) == (0.75, 12)

    def test_only_those_with_72_hours_behind_them_count(self, world: World) -> None:
        for someone in world.someones(12):
            world.asks(someone, day(1), "price")
        fresh, calm, regular = world.someones(3)
        world.asks(fresh, day(197.5), "price")  # 60 hours before now
        world.asks(calm, day(1), "ingredients")  # no question of a buyer
        world.buys(regular, day(0))
        world.asks(regular, day(9), "stock")  # bought before asking
        found = figure(world, "hot_leads_within_72h")
        assert (found.value, found.sample_size) == (0.0, 12)
        assert found.excluded == {"bought_before": 1, "too_recent": 1}


class TestRepeat:
    """First buyers on day 0; what their second order was decides."""

    CASES = (
        # days until the second order, what it was like, repeat, organic
        (30, {}, True, True),
        (90, {}, True, True),
        (91, {}, False, False),
        (None, {}, False, False),
        (30, {"vouchers": ("SAGE10",)}, True, False),
        (30, {"value": 80_000, "list_total": 100_000}, True, False),
        (30, {"value": 81_000, "list_total": 100_000}, True, True),
        (30, {"status": "cancelled"}, False, False),
        (30, {"status": "refunded"}, False, False),
    )

    @pytest.mark.parametrize(("after", "order", "repeat", "organic"), CASES)
    def test_what_counts_as_coming_back(
        self, world: World, after: int | None, order: dict[str, Any], repeat: bool, organic: bool
    ) -> None:
        for someone in world.someones(12):
            world.buys(someone, day(0))
            if after is not None:
                world.buys(someone, day(after), **{"value": 100_000, **order})
        assert figure(world, "repeat_order_90d").value == float(repeat)
        assert figure(world, "organic_repeat_90d").value == float(organic)

    @pytest.mark.parametrize(("days_before", "organic"), [(1, False), (7, False), (7.1, True)])
    def test_a_promotional_message_pushes_for_seven_days(
        self, world: World, days_before: float, organic: bool
    ) -> None:
        for someone in world.someones(12):
            world.buys(someone, day(0))
            world.answers(someone, day(30 - days_before), "kak lagi ada promo diskon 20% nih")
            world.buys(someone, day(30))
        assert figure(world, "repeat_order_90d").value == 1.0
        assert figure(world, "organic_repeat_90d").value == float(organic)

    def test_only_buyers_with_90_days_behind_them_are_asked(self, world: World) -> None:
        for someone in world.someones(12):
            world.buys(someone, day(110))  # exactly 90 days ago
            world.buys(someone, day(120))
        for someone in world.someones(5):
            world.buys(someone, day(111))
            world.buys(someone, day(112))
        world.buys(world.someone(known=False, kind="order"), day(110), masked=True)
        found = figure(world, "repeat_order_90d")
        assert (found.value, found.sample_size) == (1.0, 12)
        assert found.excluded == {"masked_orders": 1, "too_recent": 5}

    def test_three_of_eleven_came_back_and_no_share_is_said(self, world: World) -> None:
        for number, someone in enumerate(world.someones(11)):
            world.buys(someone, day(0))
            if number < 3:
                world.buys(someone, day(10))
        found = figure(world, "repeat_order_90d")
        assert found.value is None
        assert found.why_not == "3 dari 11 kembali. Baru 11 yang bisa dihitung; angkanya disebut mulai 12."
        assert [person.said for person in found.people] == ["kembali"] * 3 + ["belum kembali"] * 8

    def test_it_is_told_month_by_month_with_the_empty_months(self, world: World) -> None:
        for number, someone in enumerate(world.someones(12)):
            world.buys(someone, day(0) if number < 8 else day(70))
            if number % 2:
                world.buys(someone, day(80))
        trend = figure(world, "repeat_order_90d").trend
        assert [(point.from_, point.value, point.sample_size) for point in trend] == [
            (date(2026, 1, 1), 0.5, 8),
            (date(2026, 2, 1), None, 0),
            (date(2026, 3, 1), 0.5, 4),
        ]
        weekly = figure(world, "repeat_order_90d", from_=day(0).date(), to=day(20).date()).trend
        assert [(point.from_, point.to, point.sample_size) for point in weekly] == [
            (day(0).date(), day(6).date(), 8)
        ]


class TestMoney:
    def test_repeat_orders_and_a_lifetime(self, world: World) -> None:
        for number, someone in enumerate(world.someones(12)):
            world.buys(someone, day(0), 100_000)
            if number < 6:
                world.buys(someone, day(10), 100_000 + number * 10_000)
        assert figure(world, "repeat_order_value").value == 125_000
        lifetime = figure(world, "lifetime_value")
        assert lifetime.value == (12 * 100_000 + 6 * 125_000) / 12
        assert lifetime.unit == "IDR"


class TestConversion:
    def test_by_purchase_and_by_channel(self, world: World) -> None:
        for number in range(20):
            someone = world.someone()
            world.asks(someone, day(0), "price", channel="whatsapp" if number < 10 else "instagram")
            if number < 6 or number == 10:
                world.buys(someone, day(5))
        world.touch(world.someone(known=False, kind="visitor"), "web.page", day(0))
        found = figure(world, "conversion")
        assert (found.value, found.sample_size) == (0.35, 20)
        assert [(part.key, part.value) for part in found.parts] == [("instagram", 0.1), ("whatsapp", 0.6)]

    def test_by_registration_where_that_is_the_goal(self, world: World) -> None:
        for number, someone in enumerate(world.someones(12)):
            world.touch(someone, "web.page", day(0))
            if number < 3:
                world.touch(someone, "web.signup", day(1))
            if number < 6:
                world.buys(someone, day(2))
        assert figure(world, "conversion").value == 0.5
        world.business.goal = "registration"
        assert figure(world, "conversion").value == 0.25


class TestChurn:
    @pytest.mark.parametrize(
        ("ordered_on", "is_gone"),
        [
            ((110,), False),  # 90 days ago: not yet past
            ((109,), True),
            ((0, 109), True),  # two orders have no rhythm yet
            ((170, 180, 190), False),  # every 10 days, last one 10 days ago
            ((150, 160, 170, 179), True),  # 21 days ago, twice 10 has passed
            ((0, 60, 120), False),  # every 60 days: 80 of 120 have passed
        ],
    )
    def test_past_twice_their_own_rhythm(
        self, world: World, ordered_on: tuple[int, ...], is_gone: bool
    ) -> None:
        for someone in world.someones(12):
            for number in ordered_on:
                world.buys(someone, day(number))
        assert figure(world, "churn").value == float(is_gone)
        assert figure(world, "retention").value == float(not is_gone)


class TestSurveys:
    def test_scores(self, world: World) -> None:
        scores = {"nps": (10, 10, 9, 9, 9, 9, 8, 7, 7, 6, 3, 0), "csat": (5, 5, 5, 4, 4, 4, 4, 4, 4, 3, 2, 1), "ces": (7, 7, 7, 6, 6, 6, 5, 5, 5, 4, 2, 6)}  # fmt: skip
        for survey, given in scores.items():
            for score in given:
                world.rates(world.someone(), day(3), survey, score)
        assert figure(world, "nps").value == pytest.approx(25.0)  # 6 of 12 promote, 3 detract
        assert figure(world, "csat").value == 0.75
        assert figure(world, "ces").value == 5.5
        nps = figure(world, "nps").interval
        assert nps is not None
        assert nps[0] < 0 < 25 < nps[1]


class TestFirstResponse:
    """Open from 8 to 17. The talk begins at `asked`; `answers` are (moment, automatic)."""

    CASES = (
        (day(0, "10:00"), [(day(0, "10:45"), False)], 45.0, True),
        (day(0, "16:30"), [(day(1, "08:30"), False)], 60.0, True),  # half an hour of each day
        (day(0, "20:00"), [(day(1, "07:00"), False)], 0.0, True),  # nobody waits while it is closed
        (day(0, "10:00"), [(day(0, "12:01"), False)], 121.0, False),
        (day(0, "10:00"), [(day(0, "10:01"), True), (day(0, "11:00"), False)], 60.0, True),
    )

    @pytest.mark.parametrize(("asked", "answers", "minutes", "in_time"), CASES)
    def test_business_minutes_until_a_person_answers(
        self, world: World, asked: datetime, answers: list[Any], minutes: float, in_time: bool
    ) -> None:
        for someone in world.someones(12):
            world.asks(someone, asked, "price")
            for at, automatic in answers:
                world.answers(someone, at, automatic=automatic)
        assert figure(world, "first_response").value == minutes
        assert figure(world, "replied_within_target").value == float(in_time)

    def test_thanks_open_nothing_and_silence_parts_two_talks(self, world: World) -> None:
        for someone in world.someones(6):
            world.asks(someone, day(0), "price")
            world.answers(someone, day(0, "10:30"))
            world.says(someone, day(0, "10:40"), "oke makasih kak", intent="thanks", closes=True)
            world.says(someone, day(10), "makasih ya", intent="thanks", closes=True)  # a talk of thanks alone
            world.asks(someone, day(20), "stock")
            world.answers(someone, day(20, "11:30"))
        found = figure(world, "first_response")
        assert (found.value, found.sample_size) == (60.0, 12)  # 6 of 30 and 6 of 90 minutes
        assert found.excluded == {}

    def test_the_unanswered_stand_beside_and_are_late_once_the_target_has_passed(self, world: World) -> None:
        for someone in world.someones(9):
            world.asks(someone, day(0), "price")
            world.answers(someone, day(0, "11:00"))
        for someone in world.someones(3):
            world.asks(someone, day(0), "price")
        fresh, closed = world.someones(2)
        world.asks(fresh, day(200, "09:00"), "price")  # an hour ago
        world.asks(closed, day(1), "price")
        world.marks(closed, day(2), "no_answer")
        assert figure(world, "first_response").excluded == {"no_answer_needed": 1, "unanswered": 4}
        found = figure(world, "replied_within_target")
        assert (found.value, found.sample_size) == (0.75, 12)
        assert found.excluded == {"no_answer_needed": 1, "still_in_time": 1}

    def test_a_teammate_who_says_so_has_answered(self, world: World) -> None:
        for someone in world.someones(6):
            world.asks(someone, day(0), "price")
            world.marks(someone, day(0, "10:20"))
        assert figure(world, "first_response").value == 20.0

    def test_groups_have_no_clock(self, world: World) -> None:
        for someone in world.someones(12):
            world.asks(someone, day(0), "price", group="Pecinta Kopi")
        assert figure(world, "first_response").sample_size == 0


class TestResolution:
    def test_settled_and_not_opened_again_within_a_week(self, world: World) -> None:
        for someone in world.someones(9):
            world.asks(someone, day(0), "price")
            world.answers(someone, day(0, "11:00"))
            world.says(someone, day(0, "11:05"), "oke", closes=True)
        hanging, returning, later = world.someones(3)
        world.asks(hanging, day(0), "price")
        world.answers(hanging, day(0, "11:00"))
        world.asks(hanging, day(0, "12:00"), "stock")
        for someone, again in ((returning, 6), (later, 9)):
            world.asks(someone, day(0), "complaint")
            world.answers(someone, day(0, "11:00"))
            world.asks(someone, day(again), "complaint")
        running = world.someone()
        world.asks(running, day(199), "price")
        found = figure(world, "resolution")
        # 14 talks have ended: 9 and `later`'s first are settled; of the others two lie open, two are second asks
        assert found.sample_size == 14
        assert found.value == pytest.approx(10 / 14)
        assert found.excluded == {"still_open": 1}


class TestPromises:
    def test_kept_is_in_time(self, world: World) -> None:
        for number in range(12):
            done_at = day(1.9) if number < 9 else day(2.1) if number < 11 else None
            world.promises(world.someone(), day(1), day(2), done_at)
        world.promises(world.someone(), day(199), day(201))
        world.promises(world.someone(), day(1), day(2), dismissed=True)
        found = figure(world, "promises_kept")
        assert (found.value, found.sample_size) == (0.75, 12)
        assert found.excluded == {"no_promise": 1, "not_due_yet": 1}
        assert {part.key: part.sample_size for part in found.parts} == {"kept": 9, "late": 2, "broken": 1}


class TestAfterSales:
    @pytest.mark.parametrize(
        ("word_on", "automatic", "covered"),
        [(10.9, False, False), (11, False, True), (40, False, True), (40.1, False, False), (12, True, False)],
    )
    def test_a_human_word_one_to_thirty_days_after_delivery(
        self, world: World, word_on: float, automatic: bool, covered: bool
    ) -> None:
        for someone in world.someones(12):
            world.buys(someone, day(7), delivered_at=day(10))
            world.answers(someone, day(word_on), "gimana kak, cocok?", automatic=automatic)
        assert figure(world, "after_sales_coverage").value == float(covered)

    def test_delivery_is_two_days_after_the_order_where_unknown(self, world: World) -> None:
        for someone in world.someones(12):
            world.buys(someone, day(7))
            world.answers(someone, day(10))
        assert figure(world, "after_sales_coverage").value == 1.0

    def test_only_buyers_whom_we_can_reach(self, world: World) -> None:
        for someone in world.someones(12):
            world.buys(someone, day(7))
        for _ in range(3):
            world.buys(world.someone(kind="marketplace:shopee"), day(7))
        world.buys(world.someone(), day(198))  # arrives today
        found = figure(world, "after_sales_coverage")
        assert (found.value, found.sample_size) == (0.0, 12)
        assert found.excluded == {"not_reachable": 3, "too_recent": 1}


class TestReferrals:
    def test_unasked_words_count_and_asked_ones_do_not(self, world: World) -> None:
        buyers = world.someones(12)
        for someone in buyers:
            world.buys(someone, day(0))
        praising, asked, reviewing, early, polite = buyers[:5]
        world.says(praising, day(5), "bagus banget kak, suka!", intent="testimonial", sentiment="positive")
        world.answers(asked, day(4), "kak boleh minta ulasannya ya?")
        world.says(asked, day(5), "bagus banget kak", intent="testimonial", sentiment="positive")
        world.answers(polite, day(5), "Halo Kak, bajunya nyaman dipakai?")
        world.says(polite, day(5.1), "nyaman kak, suka", intent="testimonial", sentiment="positive")
        world.touch(reviewing, "review.posted", day(6), channel="google", measures={"stars": 5})
        world.says(early, day(-3), "katanya bagus banget", intent="testimonial")  # before buying
        found = figure(world, "unprompted_referral")
        assert found.value == pytest.approx(2 / 12)
        given = figure(world, "organic_referrals")
        assert (given.value, given.excluded) == (2, {"prompted": 1})

    def test_who_says_a_friend_sent_them_is_a_referral(self, world: World) -> None:
        newcomer = world.someone()
        world.tells_origin(newcomer, day(3), "", referrer="Sari Dewi")
        world.touch(newcomer, "web.page", day(3))
        assert figure(world, "organic_referrals").value == 1


def lay_months(
    world: World, repeats: tuple[int, int, int], values: tuple[int, int, int], referrals: tuple[int, int, int]
) -> None:
    """Twelve first buyers in each of March, April and May 2026, with so many coming back and recommending."""
    firsts = (date(2026, 3, 2), date(2026, 4, 2), date(2026, 5, 2))
    for month, first in enumerate(firsts):
        start = (first - day(0).date()).days
        for number, someone in enumerate(world.someones(12)):
            world.buys(someone, day(start), 50_000)
            if number < repeats[month]:
                world.buys(someone, day(start + 5), values[month])
            if number < referrals[month]:
                world.says(someone, day(start + 8), "mantap kak", intent="testimonial", sentiment="positive")


class TestVerdicts:
    """On 1 September 2026 March, April and May are the last months with 90 days behind every buyer."""

    NOW = day(239)

    @pytest.mark.parametrize(
        ("repeats", "values", "referrals", "verdict"),
        [
            ((2, 4, 6), (60_000, 70_000, 80_000), (1, 2, 3), "up"),
            ((2, 4, 4), (60_000, 70_000, 80_000), (1, 2, 3), "not_up"),
            ((2, 4, 6), (60_000, 55_000, 80_000), (1, 2, 3), "not_up"),
            ((2, 4, 6), (60_000, 70_000, 80_000), (3, 2, 3), "not_up"),
            ((0, 4, 6), (60_000, 70_000, 80_000), (1, 2, 3), None),
        ],
    )
    def test_it_pays_when_all_three_rise_each_month(
        self, world: World, repeats: Any, values: Any, referrals: Any, verdict: str | None
    ) -> None:
        lay_months(world, repeats, values, referrals)
        found = figure(world, "roi", now=self.NOW)
        assert found.value == verdict
        assert (found.why_not is None) == (verdict is not None)
        months = found.months
        assert [month.from_ for month in months] == [date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)]
        assert [month.value for month in months] == [number / 12 for number in repeats]
        assert all(isinstance(month, RoiMonth) for month in months)
        assert [month.organic_referrals for month in months if isinstance(month, RoiMonth)] == list(referrals)

    def test_a_month_with_few_buyers_is_not_judged(self, world: World) -> None:
        found = figure(world, "roi", now=self.NOW)
        assert found.value is None
        assert (
            found.why_not == "Salah satu dari tiga bulan terakhir yang lengkap punya kurang dari 12 pembeli."
        )

    @pytest.mark.parametrize(
        ("praise", "repeats", "warning"),
        [
            ((6, 8, 10), (3, 3, 3), True),
            ((6, 8, 10), (3, 3, 6), False),
            ((8, 8, 8), (3, 3, 3), False),
            ((6, 8, 10), (3, 3, 2), True),
        ],
    )
    def test_praise_that_nobody_comes_back_for(
        self, world: World, praise: tuple[int, ...], repeats: Any, warning: bool
    ) -> None:
        lay_months(world, repeats, (60_000, 60_000, 60_000), (0, 0, 0))
        for month, content in zip((3, 4, 5), praise, strict=True):
            at = day((date(2026, month, 20) - day(0).date()).days)
            for number in range(12):
                world.rates(world.someone(), at, "csat", 5 if number < content else 2)
        found = figure(world, "warning_csat_without_repeat", now=self.NOW)
        assert found.value is warning
        assert found.why is not None
        assert found.why.startswith(f"Puas {format_percent(praise[0] / 12)} →")

    def test_without_answers_there_is_no_warning_and_it_says_why(self, world: World) -> None:
        lay_months(world, (3, 3, 3), (60_000, 60_000, 60_000), (0, 0, 0))
        found = figure(world, "warning_csat_without_repeat", now=self.NOW)
        assert found.value is None
        assert found.why == found.why_not
        assert "survei kepuasan" in str(found.why)


class TestTargetsAndOwners:
    def test_a_target_holds_from_its_day(self, world: World, dina: Teammate) -> None:
        business = world.business
        set_target(
            business=business, metric="repeat_order_90d", valid_from=day(50).date(), value=0.3, owner=dina
        )
        before = figure(world, "repeat_order_90d", to=day(49).date())
        after = figure(world, "repeat_order_90d", to=day(50).date())
        assert (before.target, before.owner) == (0.2, "Bu Tuti")
        assert (after.target, after.owner) == (0.3, "Dina")

    def test_the_reply_target_is_the_one_of_the_shop(self, world: World) -> None:
        world.business.reply_target_minutes = 45
        assert figure(world, "first_response").target == 45.0

    def test_an_unknown_metric_has_no_target(self, world: World) -> None:
        with pytest.raises(KeyError):
            set_target(
                business=world.business, metric="nothing", valid_from=date(2026, 1, 1), value=1, owner=None
            )


def test_an_empty_shop_says_so_everywhere(world: World) -> None:
    figures = list_metric_figures(world.business, from_=None, to=None, now=NOW)
    assert len(figures) == 31
    for found in figures:
        if found.key in ("organic_referrals", "slow_leads"):
            assert found.value == 0
        else:
            assert found.value is None, found.key
            assert found.why_not, found.key
        assert found.tomorrow.text
        assert found.owner == "Bu Tuti"


def test_as_of_a_moment_later_facts_are_not_seen(world: World) -> None:
    for someone in world.someones(12):
        world.buys(someone, day(0))
        world.buys(someone, day(100))
    then = get_metric_figure(world.business, "lifetime_value", from_=None, to=None, now=day(95), as_of=True)
    now = get_metric_figure(world.business, "lifetime_value", from_=None, to=None, now=NOW)
    assert (then.value, now.value) == (100_000, 200_000)
