"""Asking: only with a written risk, at the right moment, seldom, and never who cannot answer; each skip is said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sapa.accounts.models import AuditEntry
from sapa.automations.asking.operations import switch_survey
from sapa.automations.asking.queries import find_switch, is_running
from sapa.automations.operations import put_back_automation
from sapa.automations.types import AutomationError
from sapa.channels.operations import connect_channel, find_or_make_channel
from sapa.contacts.models import Identity
from sapa.conversations.models import Conversation, Message
from sapa.gateway import registry
from sapa.gateway.adapters.email import Email
from sapa.gateway.adapters.web import WebAdapter
from sapa.gateway.contract import Failed, Failure
from sapa.gateway.models import Dispatch
from sapa.orders.models import Order
from sapa.standings.models import Standing
from sapa.surveys.models import Ask
from sapa.surveys.operations import make_survey, take_replies
from tests.gateway.dispatch.conftest import Desk
from tests.surveys.conftest import NOON, ask, delivered, given, permit, running

DAY = timedelta(days=1)


def reasons() -> dict[str, str]:
    return dict(Ask.objects.filter(state="skipped").values_list("identity__contact__name", "reason"))


def test_a_day_after_delivery_the_buyer_is_asked_once(desk: Desk) -> None:
    running(desk.business)
    thread = desk.thread(waits=False)
    desk.hears(thread, "sudah sampai kak", at=NOON - timedelta(hours=3))
    Conversation.objects.update(waiting_since=None)
    delivered(thread)
    assert [ask(desk.business), ask(desk.business)] == [1, 0]
    desk.sends()
    assert desk.provider.texts() == [
        "Halo Kak Rina, seberapa puas dengan Kemeja sage L?\n"
        "Cukup balas dengan angka 1 (sangat kecewa) sampai 5 (sangat puas). Apa yang bisa kami perbaiki?"
    ]
    said = Message.objects.get(direction="out")
    assert said.is_automatic
    assert said.dispatch.purpose == "survey"
    asked = Ask.objects.get()
    assert (asked.state, asked.way, asked.product) == ("asked", "chat", "Kemeja sage L")


def talks(desk: Desk, name: str = "Rina Wulandari") -> Conversation:
    """A thread that may be written to, in which nobody waits."""
    thread = desk.thread(name, waits=False)
    desk.hears(thread, "makasih kak", at=NOON - timedelta(hours=3))
    thread.waiting_since = None
    thread.save()
    return thread


def test_nothing_is_asked_without_a_switch_a_risk_and_a_permission(desk: Desk) -> None:
    at = NOON - 2 * DAY
    survey = make_survey(business=desk.business, given=given(), by=None, now=at)
    delivered(talks(desk))
    assert ask(desk.business) == 0
    with pytest.raises(AutomationError):
        switch_survey(survey=survey, moment=None, is_on=True, by=None, now=at)
    unpermitted = permit(survey, at, may_be_automated=False)
    with pytest.raises(AutomationError):
        switch_survey(survey=survey, moment=unpermitted, is_on=True, by=None, now=at)
    switch_survey(survey=survey, moment=permit(survey, at), is_on=True, by=None, now=at)
    permit(survey, NOON, may_be_automated=False)
    assert not is_running(survey, now=NOON)
    assert ask(desk.business) == 0, "a permission that is withdrawn stops what runs"
    assert not Ask.objects.exists()


def test_the_switch_is_taken_back_as_any_other_deed(desk: Desk) -> None:
    survey = running(desk.business)
    switch = find_switch(survey)
    entry = AuditEntry.objects.filter(object_kind="automation").latest("pk")
    assert switch is not None
    put_back_automation(automation=switch, entry_data=entry.data, by=None, now=NOON)
    assert not is_running(survey, now=NOON)


def test_what_was_due_before_the_switch_is_nobodys_turn(desk: Desk) -> None:
    running(desk.business, at=NOON - timedelta(hours=1))
    delivered(talks(desk))
    assert ask(desk.business) == 0
    assert not Ask.objects.exists()


def test_never_twice_in_thirty_days_over_all_surveys(desk: Desk) -> None:
    running(desk.business)
    running(desk.business, kind="ces", occasion="closed", delay_hours=2)
    thread = talks(desk)
    delivered(thread)
    thread.closed_at = NOON - timedelta(hours=3)
    thread.save()
    assert ask(desk.business) == 1
    assert Ask.objects.filter(state="asked").count() == 1
    assert list(Ask.objects.filter(state="skipped").values_list("reason", flat=True)) == ["asked_lately"]
    delivered(thread, NOON + 31 * DAY - timedelta(hours=30))
    desk.hears(thread, "sampai", at=NOON + 31 * DAY - timedelta(hours=2))
    Conversation.objects.update(waiting_since=None)
    assert ask(desk.business, NOON + 31 * DAY) == 1


def test_a_merged_person_is_still_one_person(desk: Desk) -> None:
    running(desk.business)
    one, other = talks(desk), talks(desk)
    delivered(one)
    assert ask(desk.business) == 1
    assert one.identity is not None
    assert other.identity is not None
    Identity.objects.filter(pk=other.identity.pk).update(contact=one.identity.contact)
    delivered(other)
    assert ask(desk.business, NOON + timedelta(hours=1)) == 0
    assert Ask.objects.filter(reason="asked_lately").count() == 1


def test_who_complains_is_left_to_people(desk: Desk) -> None:
    running(desk.business)
    thread = talks(desk)
    delivered(thread)
    assert thread.identity is not None
    assert thread.identity.contact is not None
    Standing.objects.create(
        business=desk.business,
        contact=thread.identity.contact,
        first_seen_at=NOON,
        last_seen_at=NOON,
        stage="bought",
        phase="service",
        trust="needs_support",
    )
    assert ask(desk.business) == 0
    assert reasons() == {"Rina Wulandari": "complaint"}


@pytest.mark.parametrize("purpose", ["service", "promotion"])
def test_who_said_stop_is_not_asked(desk: Desk, purpose: str) -> None:
    running(desk.business)
    thread = talks(desk)
    delivered(thread)
    desk.refuses(thread, purpose, at=NOON - DAY)
    assert ask(desk.business) == 0
    assert reasons() == {"Rina Wulandari": "opted_out"}


def test_a_closed_window_needs_a_template(desk: Desk) -> None:
    survey = running(desk.business, ways=("chat",))
    thread = desk.thread(waits=False)
    desk.hears(thread, "makasih", at=NOON - 5 * DAY)
    Conversation.objects.update(waiting_since=None)
    delivered(thread)
    assert ask(desk.business) == 0
    assert reasons() == {"Rina Wulandari": "window_closed"}
    desk.template(text="Halo {{1}}, seberapa puas dengan {{2}}? Balas 1 sampai 5.")
    survey.template = "kabar_utility"
    survey.save()
    Ask.objects.all().delete()
    assert ask(desk.business) == 1
    assert Message.objects.get(direction="out").text == (
        "Halo Kak Rina, seberapa puas dengan Kemeja sage L? Balas 1 sampai 5."
    )


def test_an_imported_chat_cannot_be_answered(desk: Desk) -> None:
    running(desk.business, ways=("chat",))
    thread = talks(desk)
    thread.channel = find_or_make_channel(business=desk.business, kind="telegram", now=NOON)
    thread.save()
    delivered(thread)
    assert ask(desk.business) == 0
    assert reasons() == {"Rina Wulandari": "import_only"}


def test_who_blocked_us_is_not_tried_again(desk: Desk) -> None:
    running(desk.business, ways=("chat",))
    thread = talks(desk)
    delivered(thread)
    desk.writes(thread)
    Dispatch.objects.update(state="failed", failure="blocked")
    assert ask(desk.business) == 0
    assert reasons() == {"Rina Wulandari": "blocked"}


def test_a_question_that_never_arrived_was_not_asked(desk: Desk) -> None:
    running(desk.business, ways=("chat",))
    thread = talks(desk)
    delivered(thread)
    assert ask(desk.business) == 1
    desk.provider.answers.append(Failed(Failure.BLOCKED))
    desk.sends()
    assert ask(desk.business, NOON + timedelta(minutes=5)) == 0
    assert reasons() == {"Rina Wulandari": "blocked"}
    assert not Ask.objects.filter(state="asked").exists()


def test_quiet_hours_put_it_off_until_the_morning(desk: Desk) -> None:
    desk.business.quiet_from_minute, desk.business.quiet_to_minute = 20 * 60, 7 * 60
    desk.business.save()
    running(desk.business)
    thread = talks(desk)
    delivered(thread, NOON - timedelta(hours=16))
    night, morning = NOON + timedelta(hours=9), NOON + timedelta(hours=20)
    assert ask(desk.business, night) == 0
    assert not Ask.objects.exists(), "it waits, nothing is decided"
    assert ask(desk.business, morning) == 1


def test_who_waits_for_an_answer_gets_that_first(desk: Desk) -> None:
    running(desk.business)
    thread = desk.thread()
    delivered(thread)
    assert ask(desk.business) == 0
    assert not Ask.objects.exists()
    assert ask(desk.business, NOON + 3 * DAY) == 0
    assert reasons() == {"Rina Wulandari": "waits_for_us"}


def test_a_worker_that_slept_says_that_it_is_too_late(desk: Desk) -> None:
    running(desk.business, at=NOON - 10 * DAY)
    thread = talks(desk)
    delivered(thread, NOON - 6 * DAY)
    assert ask(desk.business) == 0
    assert reasons() == {"Rina Wulandari": "too_late"}


def test_the_same_people_are_drawn_each_time(desk: Desk) -> None:
    running(desk.business, share=50)
    threads = [talks(desk, f"Orang {number}") for number in range(24)]
    for thread in threads:
        delivered(thread)
    first = ask(desk.business)
    drawn = set(Ask.objects.filter(state="asked").values_list("identity", flat=True))
    assert first == len(drawn)
    assert 3 < first < 21
    assert set(reasons().values()) == {"not_drawn"}
    later = NOON + 40 * DAY
    for thread in threads:
        delivered(thread, later - timedelta(hours=25))
        desk.hears(thread, "sampai", at=later - timedelta(hours=1))
    Conversation.objects.update(waiting_since=None)
    assert ask(desk.business, later) == first
    again = set(Ask.objects.filter(state="asked", at=later).values_list("identity", flat=True))
    assert again == drawn


def test_somebody_without_a_thread_is_asked_by_mail(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    running(desk.business, ways=("chat", "email"))
    thread = talks(desk)
    assert thread.identity is not None
    contact = thread.identity.contact
    Identity.objects.create(
        business=desk.business,
        kind="email",
        value="rina@contoh.example",
        contact=contact,
        learned_at=NOON,
        is_key=True,
    )
    thread.delete()
    found = registry.list_adapters() | {"email": Email()}
    monkeypatch.setattr(registry, "list_adapters", lambda: found)
    connect_channel(
        business=desk.business,
        kind="email",
        name="",
        account="halo@tokosage.example",
        settings={"address": "halo@tokosage.example", "password": "rahasia"},
        by=None,
        now=NOON,
    )
    order = Order.objects.create(
        business=desk.business,
        channel=find_or_make_channel(business=desk.business, kind="shop", now=NOON),
        number="INV-9",
        identity=Identity.objects.get(kind="email"),
        status="delivered",
        placed_at=NOON - 4 * DAY,
        delivered_at=NOON - timedelta(hours=25),
        items=[],
    )
    assert ask(desk.business) == 1
    asked, said = Ask.objects.get(), Message.objects.get(direction="out")
    assert asked.occasion == f"order:{order.pk}"
    assert said.dispatch.recipient == "rina@contoh.example"
    assert f"https://sapa.tokosage.example/s/{asked.public_id}/?n=1" in said.text
    assert said.text.startswith("Halo Kak Rina, seberapa puas dengan pesanannya?")


def test_the_rhythm_begins_with_the_first_order(desk: Desk) -> None:
    running(desk.business, kind="nps", occasion="rhythm", every_days=90)
    thread = talks(desk)
    first = delivered(thread, NOON - 87 * DAY)
    Order.objects.filter(pk=first.pk).update(placed_at=NOON - 90 * DAY - timedelta(hours=1))
    second = delivered(thread, NOON - 80 * DAY)
    Order.objects.filter(pk=second.pk).update(placed_at=NOON - 90 * DAY)
    assert ask(desk.business) == 1
    assert Ask.objects.get().occasion == f"rhythm:{first.pk}:1"


def test_a_talk_that_was_opened_again_is_no_occasion(desk: Desk) -> None:
    running(desk.business, kind="ces", occasion="closed", delay_hours=2)
    thread = talks(desk)
    thread.closed_at = NOON - timedelta(hours=3)
    thread.save()
    Conversation.objects.update(closed_at=None)
    assert ask(desk.business) == 0
    Conversation.objects.update(closed_at=NOON - timedelta(hours=3))
    assert ask(desk.business) == 1


def test_a_visitor_of_the_site_is_asked_in_its_chat_bubble(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    running(desk.business, kind="ces", occasion="closed", delay_hours=2, ways=("site",))
    found = registry.list_adapters() | {"web": WebAdapter()}
    monkeypatch.setattr(registry, "list_adapters", lambda: found)
    site = connect_channel(
        business=desk.business,
        kind="web",
        name="",
        account="",
        settings={"origins": "https://tokosage.example", "visitor_secret": "rahasia"},
        by=None,
        now=NOON,
    )
    thread = talks(desk)
    Conversation.objects.update(channel=site, closed_at=NOON - timedelta(hours=3))
    assert ask(desk.business) == 1
    asked = Ask.objects.get()
    assert (asked.way, asked.conversation) == ("site", thread)
    desk.hears(thread, "6, gampang", at=NOON + timedelta(minutes=2))
    assert take_replies(business=desk.business, now=NOON + timedelta(minutes=3)) == 1
    asked.refresh_from_db()
    assert asked.response is not None
    assert (asked.response.survey, asked.response.score, asked.response.words) == ("ces", 6, "gampang")
