"""The answer after hours: only with a written risk, honest, once, and never to a complaint."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.accounts.operations import set_hours
from sapa.automations.models import Run
from sapa.automations.operations import answer_after_hours, put_back_automation, save_after_hours
from sapa.automations.queries import find_usual_minutes
from sapa.automations.rules import (
    USUAL_TEXT,
    Closed,
    Heard,
    closed_around,
    find_faults,
    find_hindrance,
    tell_length,
    tell_opening,
    usual_minutes,
    word_answer,
)
from sapa.automations.types import AutomationError
from sapa.conversations.models import Conversation, Message
from sapa.lib.hours import Calendar, Week
from sapa.moments.models import Moment
from sapa.moments.operations import put_back_moment, write_moment
from sapa.moments.types import MomentError, MomentGiven
from sapa.readings.models import Reading
from tests.gateway.dispatch.conftest import Desk
from tests.world import JAKARTA

EVENING = datetime(2026, 11, 20, 20, 30, tzinfo=JAKARTA)
"""Friday; the shop opens again on Saturday at nine."""

GIVEN = MomentGiven(
    name="Chat masuk setelah tutup",
    feeling="Menunggu tanpa tahu kapan dibalas",
    risk="Pelanggan yang marah merasa dijawab mesin",
    responsible_id=None,
    may_be_automated=True,
)


@pytest.fixture
def now() -> datetime:
    return EVENING


def permit(business: Business, now: datetime, **changed: object) -> Moment:
    given = MomentGiven(**{**{name: getattr(GIVEN, name) for name in GIVEN.__slots__}, **changed})  # type: ignore[arg-type]
    return write_moment(business=business, code="after_hours", given=given, by=None, now=now)


def switch_on(desk: Desk, text: str = "") -> None:
    at = EVENING - timedelta(days=1)
    save_after_hours(
        business=desk.business, moment=permit(desk.business, at), is_on=True, text=text, by=None, now=at
    )


def hears(
    desk: Desk, thread: Conversation, text: str, *, ago: int = 1, source: str = "live", **reading: object
) -> Message:
    said = desk.hears(thread, text, at=EVENING - timedelta(minutes=ago), source=source)
    Reading.objects.create(
        business=desk.business, message=said, **({"intent": "stock", "sentiment": "neutral"} | reading)
    )
    return said


def answer(desk: Desk, now: datetime = EVENING) -> int:
    return answer_after_hours(business=desk.business, now=now)


def test_who_writes_in_the_evening_is_told_when_the_shop_opens(desk: Desk) -> None:
    switch_on(desk)
    thread = desk.thread(waits=False)
    hears(desk, thread, "kak sage L ada?")
    assert answer(desk) == 1
    desk.sends()
    assert desk.provider.texts() == [
        "Halo Kak Rina, pesannya sudah kami terima. Toko sedang tutup dan buka lagi besok (Sabtu) pukul 09.00."
    ]
    thread.refresh_from_db()
    assert thread.waiting_since == EVENING - timedelta(minutes=1), (
        "a machine answers nobody: the clock runs on"
    )
    assert Message.objects.get(direction="out").is_automatic


def test_once_per_person_and_closed_stretch(desk: Desk) -> None:
    switch_on(desk)
    thread = desk.thread(waits=False)
    hears(desk, thread, "kak sage L ada?")
    other = Conversation.objects.create(
        business=desk.business, channel=desk.channel, key="thread-other", identity=thread.identity
    )
    hears(desk, other, "kak?")
    assert [answer(desk), answer(desk)] == [1, 0]
    hears(desk, thread, "halo?", ago=0)
    assert answer(desk, EVENING + timedelta(minutes=2)) == 0
    tomorrow = EVENING + timedelta(days=1)
    said = desk.hears(thread, "masih ada?", at=tomorrow)
    Reading.objects.create(business=desk.business, message=said, intent="stock")
    assert answer(desk, tomorrow + timedelta(minutes=1)) == 1


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        ({"intent": "complaint"}, "complaint"),
        ({"sentiment": "negative"}, "complaint"),
        ({"intent": "refund_return"}, "complaint"),
        ({"intent": "", "needs_human": True}, "complaint"),
    ],
)
def test_a_complaint_or_what_may_be_one_is_left_to_a_person(
    desk: Desk, reading: dict[str, object], why: str
) -> None:
    switch_on(desk)
    hears(desk, desk.thread(waits=False), "barangnya kok begini ya", **reading)
    assert answer(desk) == 0
    assert [run.outcome for run in Run.objects.all()] == [why]


def test_who_complained_last_week_is_left_to_a_person(desk: Desk) -> None:
    switch_on(desk)
    thread = desk.thread(waits=False)
    hears(desk, thread, "jaitannya lepas!", ago=6 * 1440, intent="complaint", sentiment="negative")
    thread.waiting_since = None
    thread.save()
    hears(desk, thread, "kak?")
    assert answer(desk) == 0


@pytest.mark.parametrize("source", ["history", "echo", "import"])
def test_history_echoes_and_imports_start_nothing(desk: Desk, source: str) -> None:
    switch_on(desk)
    hears(desk, desk.thread(waits=False), "kak sage L ada?", source=source)
    assert answer(desk) == 0


def test_a_machine_is_not_answered_by_a_machine(desk: Desk) -> None:
    switch_on(desk)
    said = hears(desk, desk.thread(waits=False), "I am out of office")
    said.is_automatic = True
    said.save()
    assert answer(desk) == 0


def test_what_is_not_read_yet_waits_and_what_is_too_old_is_left(desk: Desk) -> None:
    switch_on(desk)
    thread = desk.thread(waits=False)
    said = desk.hears(thread, "kak?", at=EVENING - timedelta(minutes=1))
    assert answer(desk) == 0
    assert not Run.objects.exists()
    Reading.objects.create(business=desk.business, message=said)
    assert answer(desk, EVENING + timedelta(minutes=20)) == 0
    assert answer(desk) == 1


def test_in_open_hours_and_where_it_is_off_nothing_is_sent(desk: Desk) -> None:
    hears(desk, desk.thread(waits=False), "kak?")
    assert answer(desk) == 0, "off until somebody switches it on"
    switch_on(desk)
    assert answer(desk, EVENING.replace(hour=14)) == 0


def test_who_wants_no_messages_gets_none(desk: Desk) -> None:
    switch_on(desk)
    thread = desk.thread(waits=False)
    hears(desk, thread, "kak?")
    desk.refuses(thread, "service", at=EVENING - timedelta(days=9))
    assert answer(desk) == 0
    assert [run.outcome for run in Run.objects.all()] == ["no_consent"]


def test_it_cannot_be_switched_on_before_the_risk_is_written(desk: Desk) -> None:
    shop = desk.business
    with pytest.raises(AutomationError, match="risikonya"):
        save_after_hours(business=shop, moment=None, is_on=True, text="", by=None, now=EVENING)
    with pytest.raises(MomentError, match="risikonya"):
        permit(shop, EVENING, risk="tidak")
    with pytest.raises(MomentError, match="nama"):
        permit(shop, EVENING, name=" ")
    with pytest.raises(MomentError, match="rasakan"):
        permit(shop, EVENING, feeling="")
    moment = permit(shop, EVENING, may_be_automated=False, risk="")
    with pytest.raises(AutomationError):
        save_after_hours(business=shop, moment=moment, is_on=True, text="", by=None, now=EVENING)


def test_taking_the_permission_back_stops_it_at_once(desk: Desk) -> None:
    switch_on(desk)
    permit(desk.business, EVENING, may_be_automated=False)
    hears(desk, desk.thread(waits=False), "kak?")
    assert answer(desk) == 0


def test_both_can_be_put_back_from_the_trail(desk: Desk, bu_tuti: Teammate) -> None:
    switch_on(desk)
    on = AuditEntry.objects.get(verb="automation.saved")
    automation = Run._meta.get_field("automation").related_model.objects.get()  # type: ignore[union-attr]
    put_back_automation(automation=automation, entry_data=on.data, by=bu_tuti, now=EVENING)
    automation.refresh_from_db()
    assert not automation.is_on
    with pytest.raises(LookupError):
        put_back_automation(automation=automation, entry_data=on.data, by=bu_tuti, now=EVENING)
    permit(desk.business, EVENING, risk="Jawaban datang terlambat sekali")
    changed = AuditEntry.objects.filter(verb="moment.written").latest("id")
    moment = Moment.objects.get()
    put_back_moment(moment=moment, entry_data=changed.data, by=bu_tuti, now=EVENING)
    moment.refresh_from_db()
    assert moment.risk == GIVEN.risk


def test_the_usual_time_is_the_shops_own_in_open_hours(desk: Desk) -> None:
    set_hours(business=desk.business, week=[[[540, 1020]]] * 6 + [[]], now=EVENING)
    asked = EVENING.replace(hour=16, minute=40) - timedelta(days=2)
    for number in range(11):
        thread = desk.thread(f"Orang {number}", waits=False)
        desk.hears(thread, "ada kak?", at=asked)
        Message.objects.create(
            business=desk.business,
            conversation=thread,
            direction="out",
            text="ada",
            happened_at=asked + timedelta(hours=17),
            learned_at=asked,
            dedupe_key=f"a{number}",
        )
        Conversation.objects.filter(pk=thread.pk).update(last_out_at=asked + timedelta(hours=17))
    assert find_usual_minutes(desk.business, now=EVENING) == 60
    switch_on(desk)
    hears(desk, desk.thread(waits=False), "kak?")
    answer(desk)
    desk.sends()
    assert desk.provider.texts()[-1].endswith("Biasanya dibalas dalam 1 jam.")


CALENDAR = Calendar("Asia/Jakarta", ((date(2000, 1, 1), Week.same([(540, 720), (780, 1020)], range(6))),))


def test_the_closed_stretch_around_a_moment() -> None:
    noon = EVENING.replace(hour=12, minute=10)
    assert closed_around(CALENDAR, EVENING.replace(hour=10)) is None
    assert closed_around(CALENDAR, noon) == Closed(
        EVENING.replace(hour=12, minute=0), EVENING.replace(hour=13, minute=0)
    )
    sunday = EVENING + timedelta(days=2)
    found = closed_around(CALENDAR, sunday)
    assert found is not None
    assert found.since == EVENING.replace(hour=17, minute=0) + timedelta(days=1)
    assert closed_around(Calendar("Asia/Jakarta", ((date(2000, 1, 1), Week.same([], [])),)), EVENING) is None


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (timedelta(hours=1), "hari ini pukul 21.30"),
        (timedelta(hours=12), "besok (Sabtu) pukul 08.30"),
        (timedelta(days=3), "Senin pukul 20.30"),
        (timedelta(days=9), "Minggu, 29 Nov pukul 20.30"),
    ],
)
def test_when_the_shop_opens_in_words(ahead: timedelta, told: str) -> None:
    assert tell_opening(EVENING + ahead, EVENING, JAKARTA) == told


def test_a_usual_time_is_told_carefully_or_not_at_all() -> None:
    assert usual_minutes([5.0] * 9) is None
    assert [usual_minutes([minutes] * 10) for minutes in (0.2, 12.0, 33.0, 95.0, 250.0)] == [
        5,
        15,
        40,
        120,
        300,
    ]
    assert [tell_length(minutes) for minutes in (40, 60, 90)] == ["40 menit", "1 jam", "1 jam 30 menit"]
    closed = Closed(EVENING, EVENING + timedelta(hours=12))
    words = word_answer(USUAL_TEXT, name="Kak Rina", closed=closed, usual=40, now=EVENING, zone=JAKARTA)
    assert words.endswith("Biasanya dibalas dalam 40 menit.")


def test_words_that_promise_nothing_are_refused() -> None:
    assert [find_faults(text) for text in ("", "Kami tutup.", "Buka {buka}, {harga}", USUAL_TEXT)] == [
        "empty",
        "no_opening",
        "blank:harga",
        None,
    ]


def test_what_hinders() -> None:
    fine = Heard(True, False, True, False, False, False)
    assert find_hindrance([]) == "not_live"
    assert find_hindrance([fine]) is None
    assert find_hindrance([fine, Heard(True, False, False, False, False, False)]) == "unread"
