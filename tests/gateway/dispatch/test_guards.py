"""What is not sent, and the sentence that says why and what to do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sapa.accounts.operations import change_business
from sapa.accounts.types import AccountError
from sapa.channels.operations import disconnect_channel
from sapa.contacts.models import ToldOrigin
from sapa.conversations.models import Conversation, Message
from sapa.gateway.contract import Failure, Window
from sapa.gateway.dispatch import (
    CannotSendError,
    get_sendability,
    list_month_costs,
    set_prices,
    spent_this_month,
)
from sapa.gateway.dispatch.prices import find_prices, price_of
from sapa.gateway.dispatch.queries import AD_ORIGIN
from sapa.gateway.dispatch.rules import find_refusal, next_delay, pick_heads
from sapa.gateway.dispatch.types import Asked, Queued, Situation
from sapa.gateway.dispatch.words import say_failure
from sapa.gateway.models import Dispatch
from tests.gateway.dispatch.conftest import Desk

JAKARTA = ZoneInfo("Asia/Jakarta")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=JAKARTA)
NIGHT = datetime(2026, 11, 21, 23, 0, tzinfo=JAKARTA)
EARLY = datetime(2026, 11, 22, 5, 0, tzinfo=JAKARTA)
MORNING = datetime(2026, 11, 22, 8, 0, tzinfo=JAKARTA)
OPEN = {"window": Window(24), "last_in_at": NOON, "closes_at": NOON + timedelta(hours=24)}
PROMOTION = Asked("Diskon 20%", purpose="promotion")
HOURS = {"quiet": (21 * 60, 8 * 60)}

CASES: list[tuple[str, Asked, dict[str, Any], str]] = [
    ("a plain answer", Asked("ya kak"), OPEN, ""),
    ("nothing in it", Asked("  "), OPEN, "empty"),
    ("too long", Asked("a" * 11), {"text_limit": 10}, "too_large"),
    ("a picture that fits", Asked(files=(("image", 10),)), {"media": {"image": 10}}, ""),
    ("a picture too large", Asked(files=(("image", 11),)), {"media": {"image": 10}}, "too_large"),
    ("a video sent as a document", Asked(files=(("video", 9),)), {"media": {"document": 10}}, ""),
    ("no files at all there", Asked(files=(("image", 1),)), {"media": {}}, "refused_content"),
    ("a channel of files only", Asked("ya"), {"is_live": False}, "import_only"),
    ("the window is closed", Asked("ya"), OPEN | {"closes_at": NOON}, "window_closed"),
    ("a template after it", Asked("ya", has_template=True), OPEN | {"closes_at": NOON}, ""),
    ("ten of ten", Asked("ya"), OPEN | {"window": Window(48, 10), "sent_since": 10}, "window_closed"),
    ("nine of ten", Asked("ya"), OPEN | {"window": Window(48, 10), "sent_since": 9}, ""),
    ("who never wrote", Asked("ya"), {"first_contact": False}, "window_closed"),
    ("said no to promotion", PROMOTION, {"promotion_given": False}, "no_consent"),
    ("said stop to all, promotion", PROMOTION, {"service_given": False}, "no_consent"),
    ("said stop, then asked", Asked("ya"), OPEN | {"service_given": False}, ""),
    ("said stop long ago", Asked("ya"), {"service_given": False}, "no_consent"),
    ("stop, and a machine", Asked("ya", is_automatic=True), OPEN | {"service_given": False}, "no_consent"),
    ("one promotion this week", PROMOTION, {"promotions_this_week": 1}, "too_often"),
    ("promotions turned off", PROMOTION, {"promotions_a_week": 0}, "too_often"),
    ("promotion past the limit", PROMOTION, {"price": 600, "spent": 9500, "cost_limit": 10000}, "cost_limit"),
    ("promotion at the limit", PROMOTION, {"price": 500, "spent": 9500, "cost_limit": 10000}, ""),
    ("an answer past the limit", Asked("ya"), OPEN | {"price": 600, "spent": 9999, "cost_limit": 1}, ""),
    ("promotion at night", PROMOTION, HOURS | {"now": NIGHT}, "quiet_hours"),
    ("promotion before dawn", PROMOTION, HOURS | {"now": EARLY}, "quiet_hours"),
    ("promotion at eight", PROMOTION, HOURS | {"now": MORNING}, ""),
    ("a person at night", Asked("ya"), HOURS | {"now": NIGHT}, ""),
    ("a machine at night", Asked("ya", is_automatic=True), HOURS | {"now": NIGHT}, "quiet_hours"),
    (
        "a machine to somebody who has just written",
        Asked("ya", is_automatic=True),
        HOURS | {"now": NIGHT, "last_in_at": NIGHT - timedelta(minutes=3)},
        "",
    ),
]


@pytest.mark.parametrize(("asked", "given", "code"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_a_message_is_refused_for_a_reason(asked: Asked, given: dict[str, Any], code: str) -> None:
    refusal = find_refusal(asked, Situation(**({"now": NOON, "zone": JAKARTA} | given)))
    assert (refusal.code.value if refusal else "") == code


@pytest.mark.parametrize("at", [NIGHT, EARLY])
def test_quiet_hours_say_when_they_end(at: datetime) -> None:
    refusal = find_refusal(PROMOTION, Situation(now=at, zone=JAKARTA, quiet=(21 * 60, 8 * 60)))
    assert refusal is not None
    assert refusal.at == MORNING


def test_quiet_hours_in_the_middle_of_the_day() -> None:
    refusal = find_refusal(PROMOTION, Situation(now=NOON, zone=JAKARTA, quiet=(11 * 60, 13 * 60)))
    assert refusal is not None
    assert refusal.at == NOON + timedelta(hours=1)


@pytest.mark.parametrize("code", list(Failure))
def test_each_failure_has_a_sentence(code: Failure) -> None:
    sentence = say_failure(code.value)
    assert sentence.endswith(".")
    assert code is Failure.UNKNOWN or sentence != say_failure("never heard of")


def test_delays_grow_and_end() -> None:
    delays = [next_delay(Failure.PROVIDER_DOWN, tries, None) for tries in range(1, 7)]
    assert [delay.total_seconds() if delay else None for delay in delays] == [5, 30, 120, 600, 3600, None]
    assert next_delay(Failure.PROVIDER_DOWN, 1, timedelta(minutes=3)) == timedelta(minutes=3)
    assert next_delay(Failure.TOO_MANY, 9, timedelta(seconds=2)) == timedelta(seconds=2)
    assert next_delay(Failure.TOO_MANY, 20, None) is None


def test_the_oldest_of_each_thread_comes_first() -> None:
    def row(pk: int, thread: int, *, taken: bool = False, held: bool = False, due: int = 0) -> Queued:
        return Queued(pk, thread, "", taken, held, NOON + timedelta(seconds=due))

    rows = [
        row(4, 1),
        row(1, 1),
        row(2, 2, taken=True),
        row(3, 2),
        row(5, 3, due=9),
        row(6, 3),
        row(7, 4, held=True),
    ]
    assert [one.id for one in pick_heads(rows, NOON)] == [1]
    assert [one.id for one in pick_heads(rows, NOON + timedelta(seconds=9))] == [1, 5]


def test_a_thousand_answers_a_month_are_free_and_an_ad_makes_all_free() -> None:
    table = find_prices("whatsapp", "IDR")
    assert table is not None
    assert not table.is_checked
    assert price_of(table, sort="service", service_this_month=999, is_free_after_ad=False).amount == 0
    paid = price_of(table, sort="service", service_this_month=1000, is_free_after_ad=False)
    assert paid.amount == table.utility == table.service
    assert (
        price_of(table, sort="utility", service_this_month=0, is_free_after_ad=False).amount == table.utility
    )
    assert price_of(table, sort="marketing", service_this_month=0, is_free_after_ad=True).amount == 0
    own = find_prices("whatsapp", "IDR", {"service": 400, "colour": 1})
    assert own is not None
    assert (own.service, own.marketing, own.is_checked) == (400, table.marketing, True)
    assert find_prices("telegram", "IDR") is None


pytestmark = pytest.mark.django_db


def _refused(desk: Desk, thread: Conversation, code: Failure, text: str = "halo", **more: Any) -> str:
    with pytest.raises(CannotSendError) as refusal:
        desk.writes(thread, text, **more)
    assert refusal.value.code is code
    assert not Message.objects.filter(direction="out").exists()
    assert not Dispatch.objects.exists()
    return str(refusal.value)


def test_the_composer_sees_until_when_and_a_late_reply_is_refused(desk: Desk) -> None:
    rina = desk.thread()
    heard = desk.now - timedelta(minutes=5)
    seen = get_sendability(rina, now=desk.now)
    assert (seen.state, seen.closes_at, seen.price) == ("open", heard + timedelta(hours=24), 0)
    desk.now = heard + timedelta(hours=24)
    seen = get_sendability(rina, now=desk.now)
    assert (seen.state, seen.templates) == ("closed", False)
    assert "22/11 14.25" in seen.why
    assert "22/11 14.25" in _refused(desk, rina, Failure.WINDOW_CLOSED)
    desk.template()
    assert get_sendability(rina, now=desk.now).templates


def test_a_window_that_the_digest_has_written_down_counts(desk: Desk) -> None:
    rina = desk.thread()
    rina.window_closes_at = desk.now + timedelta(hours=60)
    rina.save()
    assert get_sendability(rina, now=desk.now).closes_at == rina.window_closes_at


def test_a_history_that_was_handed_over_opens_no_window(desk: Desk) -> None:
    rina = desk.thread(waits=False)
    desk.hears(rina, "halo", at=desk.now - timedelta(minutes=1), source="history")
    assert get_sendability(rina, now=desk.now).state == "closed"
    _refused(desk, rina, Failure.WINDOW_CLOSED)


def test_ten_messages_after_each_word_of_the_customer(desk: Desk) -> None:
    desk.provider.can(window=Window(48, most_messages=2))
    rina = desk.thread()
    assert get_sendability(rina, now=desk.now).left == 2
    desk.writes(rina)
    assert get_sendability(rina, now=desk.now).left == 1
    desk.writes(rina)
    with pytest.raises(CannotSendError, match="Sudah 2 pesan"):
        desk.writes(rina)
    desk.hears(rina, "masih ada?", at=desk.now + timedelta(seconds=1))
    desk.now += timedelta(seconds=2)
    assert desk.writes(rina).state == "queued"


def test_a_template_is_filled_and_goes_outside_the_window(desk: Desk) -> None:
    rina = desk.thread(waits=False)
    template = desk.template()
    asked = {"name": template.name, "language": "id", "values": ["Rina", "A-12"]}
    dispatch = desk.writes(rina, "", template=asked)
    assert dispatch.message.text == "Halo Rina, pesanan A-12 dikirim"
    desk.sends()
    [out] = desk.provider.sent
    assert (out.text, out.template) == ("", asked)


@pytest.mark.parametrize("values", [["Rina"], ["Rina", " "], ["a", "b", "c"]])
def test_a_template_with_a_blank_left_is_refused(desk: Desk, values: list[str]) -> None:
    template = desk.template()
    given = {"name": template.name, "language": "id", "values": values}
    _refused(desk, desk.thread(), Failure.TEMPLATE_UNFIT, "", template=given)


def test_a_marketing_template_is_promotion_and_once_a_week(desk: Desk) -> None:
    rina = desk.thread()
    template = desk.template("marketing")
    asked = {"name": template.name, "language": "id", "values": ["Rina", "A-12"]}
    first = desk.writes(rina, "", template=asked)
    assert (first.purpose, first.cost) == ("promotion", 587)
    with pytest.raises(CannotSendError) as refusal:
        desk.writes(rina, "", template=asked)
    assert refusal.value.code is Failure.TOO_OFTEN
    desk.now += timedelta(days=7)
    assert desk.writes(rina, "", template=asked).state == "queued"


def test_the_newest_word_on_consent_stands(desk: Desk) -> None:
    rina = desk.thread()
    desk.refuses(rina, "promotion", at=desk.now - timedelta(days=2))
    _refused(desk, rina, Failure.NO_CONSENT, purpose="promotion")
    desk.refuses(rina, "promotion", at=desk.now - timedelta(days=1), given=True)
    assert desk.writes(rina, purpose="promotion").state == "queued"
    assert desk.writes(rina).state == "queued"


def test_a_promotion_at_night_says_when_it_may_go(desk: Desk) -> None:
    rina = desk.thread()
    desk.now = desk.now.replace(hour=22)
    with pytest.raises(CannotSendError) as refusal:
        desk.writes(rina, purpose="promotion")
    assert refusal.value.not_before == MORNING
    assert "08.00" in str(refusal.value)


def test_who_says_stop_while_a_promotion_waits_does_not_get_it(desk: Desk) -> None:
    rina = desk.thread()
    dispatch = desk.writes(rina, purpose="promotion")
    desk.refuses(rina, "promotion", at=desk.now)
    desk.sends(after=timedelta(minutes=2))
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.failure) == ("failed", "no_consent")
    assert desk.provider.sent == []


def test_the_month_is_counted_and_the_owners_limit_stops_promotions_only(desk: Desk) -> None:
    rina = desk.thread()
    set_prices(
        channel=desk.channel, prices={"service": 400, "free_service_a_month": 2}, by=None, now=desk.now
    )
    for _number in range(3):
        desk.writes(rina)
    assert spent_this_month(desk.business, now=desk.now) == 400
    [line] = list_month_costs(desk.business, now=desk.now)
    assert (line.month, line.messages, line.free, line.amount, line.free_left) == ("2026-11", 3, 2, 400, 0)
    assert get_sendability(rina, now=desk.now).price == 400
    change_business(business=desk.business, values={"month_cost_limit": 500}, now=desk.now)
    with pytest.raises(CannotSendError) as refusal:
        desk.writes(rina, purpose="promotion")
    assert refusal.value.code is Failure.COST_LIMIT
    assert desk.writes(rina).cost == 400
    desk.now += timedelta(days=10)
    assert spent_this_month(desk.business, now=desk.now) == 0


def test_three_days_after_a_click_on_an_ad_nothing_costs(desk: Desk) -> None:
    rina = desk.thread()
    ToldOrigin.objects.create(
        business=desk.business,
        identity=rina.identity,
        dedupe_key=f"{AD_ORIGIN}1",
        at=desk.now - timedelta(hours=71),
        channel="instagram",
    )
    template = desk.template()
    asked = {"name": template.name, "language": "id", "values": ["Rina", "A-12"]}
    assert desk.writes(rina, "", template=asked).cost == 0
    desk.now += timedelta(hours=2)
    assert desk.writes(rina, "", template=asked).cost == 357


def test_a_channel_of_imports_says_so(desk: Desk) -> None:
    rina = desk.thread()
    disconnect_channel(channel=desk.channel, by=None, now=desk.now)
    rina.channel.refresh_from_db()
    assert get_sendability(rina, now=desk.now).state == "import_only"
    _refused(desk, rina, Failure.IMPORT_ONLY)


@pytest.mark.parametrize(
    "values", [{"quiet_from_minute": 1440}, {"promotions_a_week": 101}, {"month_cost_limit": -1}]
)
def test_a_limit_that_cannot_be_is_refused(desk: Desk, values: dict[str, int]) -> None:
    with pytest.raises(AccountError):
        change_business(business=desk.business, values=values, now=desk.now)
    desk.business.refresh_from_db()
    assert (desk.business.quiet_from_minute, desk.business.month_cost_limit) == (21 * 60, None)
