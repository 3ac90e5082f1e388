"""Conversations find somebody: by load, by who knows the customer, by team; and by nobody where nobody is there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.accounts.operations import add_teammate, put_back_team, remove_team, save_team, set_duty, set_hours
from sapa.accounts.types import AccountError
from sapa.channels.operations import set_service
from sapa.channels.types import ChannelError
from sapa.contacts.models import Statement
from sapa.conversations.models import Conversation, Message, Remark
from sapa.conversations.operations import assign, count_load, hand_out
from sapa.snapshots.operations import hand_over, refresh_changed
from tests.world import Someone, World, day

pytestmark = pytest.mark.django_db

NOW = day(0, "14:00")


@pytest.fixture
def world(toko_sage: Business, bu_tuti: Teammate, dina: Teammate) -> World:
    set_hours(business=toko_sage, week=[[[540, 1020]]] * 6 + [[]], now=NOW)
    toko_sage.assigns_by_itself = True
    toko_sage.save()
    return World(toko_sage)


def waits(world: World, name: str = "", *, channel: str = "whatsapp", ago: int = 10) -> Conversation:
    """Somebody writes by a live channel and waits."""
    who: Someone = world.someone(name)
    at = NOW - timedelta(minutes=ago)
    thread = world.says(who, at, "ada kak?", asks=True, channel=channel).conversation
    thread.channel.is_live = True
    thread.channel.save()
    thread.waiting_since = thread.last_in_at = thread.last_message_at = at
    thread.save()
    return thread


def whose(thread: Conversation) -> str:
    thread.refresh_from_db()
    return thread.assignee.name if thread.assignee else ""


def give(world: World, now: datetime = NOW) -> int:
    return hand_out(business=world.business, now=now)


def test_everybody_gets_one_in_turn_and_whoever_holds_fewer_gets_more(world: World, dina: Teammate) -> None:
    threads = [waits(world, ago=30 - number) for number in range(4)]
    assert give(world) == 4
    assert [whose(one) for one in threads] == ["Bu Tuti", "Dina", "Bu Tuti", "Dina"]
    assign(business=world.business, conversations=threads[:1], teammate=dina, by=None, now=NOW)
    assert count_load(world.business, now=NOW)[dina.pk] == 3
    more = waits(world)
    give(world)
    assert whose(more) == "Bu Tuti"


@pytest.mark.parametrize("why", ["off", "closed", "alone", "away", "snoozed", "old", "import"])
def test_it_stays_with_nobody(world: World, bu_tuti: Teammate, dina: Teammate, why: str) -> None:
    thread = waits(world, ago=20 * 1440 if why == "old" else 10)
    now = NOW
    if why == "off":
        Business.objects.update(assigns_by_itself=False)
        world.business.refresh_from_db()
    if why == "closed":
        now = day(0, "20:00")
    if why == "alone":
        Teammate.objects.filter(pk=dina.pk).update(is_active=False)
    if why == "away":
        for mate in (bu_tuti, dina):
            set_duty(teammate=mate, is_away=True, most_open=None, by=mate, now=NOW)
    if why == "snoozed":
        Conversation.objects.update(snoozed_until=NOW + timedelta(days=1))
    if why == "import":
        thread.channel.is_live = False
        thread.channel.save()
    assert give(world, now) == 0
    assert whose(thread) == ""


def test_who_knows_the_customer_gets_them_before_who_has_less_to_do(
    world: World, bu_tuti: Teammate, dina: Teammate
) -> None:
    for mate in (dina, dina):
        assign(business=world.business, conversations=[waits(world)], teammate=mate, by=None, now=NOW)
    rina = waits(world, "Rina Wulandari")
    Message.objects.create(
        business=world.business,
        conversation=rina,
        direction="out",
        text="ada",
        by=dina,
        happened_at=day(-3),
        learned_at=day(-3),
        dedupe_key="früher",
    )
    sari = waits(world, "Sari Dewi")
    assert sari.identity is not None
    for value in (bu_tuti.pk, dina.pk):
        Statement.objects.create(
            business=world.business, contact=sari.identity.contact, field="owner", value=value, at=day(-1)
        )
    budi = waits(world, "Budi Santoso")
    give(world)
    assert [whose(one) for one in (rina, sari, budi)] == ["Dina", "Dina", "Bu Tuti"]


def test_nobody_takes_more_than_they_said(world: World, bu_tuti: Teammate, dina: Teammate) -> None:
    set_duty(teammate=dina, is_away=False, most_open=1, by=dina, now=NOW)
    set_duty(teammate=bu_tuti, is_away=False, most_open=1, by=bu_tuti, now=NOW)
    threads = [waits(world, ago=30 - number) for number in range(3)]
    assert give(world) == 2
    assert whose(threads[2]) == ""
    with pytest.raises(AccountError):
        set_duty(teammate=dina, is_away=False, most_open=0, by=dina, now=NOW)


def test_a_channels_team_answers_there(world: World, bu_tuti: Teammate, dina: Teammate) -> None:
    team = save_team(
        business=world.business, team=None, name="Marketplace", mates=[dina], by=bu_tuti, now=NOW
    )
    threads = [waits(world, channel="marketplace:shopee", ago=30 - number) for number in range(2)]
    set_service(channel=threads[0].channel, reply_target_minutes=60, team=team, by=bu_tuti, now=NOW)
    give(world)
    assert [whose(one) for one in threads] == ["Dina", "Dina"]
    assert threads[0].team == team
    set_duty(teammate=dina, is_away=True, most_open=None, by=dina, now=NOW)
    late = waits(world, channel="marketplace:shopee")
    assert give(world) == 0
    assert whose(late) == "", "nobody of the team is here"


def test_a_team_can_be_changed_removed_and_put_back(world: World, bu_tuti: Teammate, dina: Teammate) -> None:
    shop = world.business
    team = save_team(business=shop, team=None, name="Gudang", mates=[dina], by=bu_tuti, now=NOW)
    with pytest.raises(AccountError, match="sudah ada"):
        save_team(business=shop, team=None, name="gudang", mates=[], by=bu_tuti, now=NOW)
    pk = team.pk
    remove_team(team=team, by=bu_tuti, now=NOW)
    entry = AuditEntry.objects.get(verb="team.removed")
    put_back_team(business=shop, team_id=pk, entry_data=entry.data, by=bu_tuti, now=NOW)
    assert [place.teammate for place in shop.teams.get().places.all()] == [dina]
    with pytest.raises(LookupError):
        put_back_team(business=shop, team_id=pk, entry_data=entry.data, by=bu_tuti, now=NOW)


def test_a_target_that_cannot_be_is_refused(world: World, bu_tuti: Teammate) -> None:
    with pytest.raises(ChannelError):
        set_service(channel=world.channel("whatsapp"), reply_target_minutes=0, team=None, by=bu_tuti, now=NOW)


def test_who_takes_over_finds_what_it_is_about(world: World, bu_tuti: Teammate, dina: Teammate) -> None:
    rina = world.someone("Rina Wulandari")
    world.asks(rina, day(0, "10:00"), "stock", "Kak, sage L masih ada?")
    world.answers(rina, day(0, "10:30"), "besok kami kabari ya kak")
    refresh_changed(world.business, now=NOW)
    thread = Conversation.objects.get(identity=rina.identity)
    shop = world.business
    hand_over(business=shop, conversations=[thread], teammate=dina, by=bu_tuti, now=NOW)
    assert not Remark.objects.exists(), "nobody answered before: nothing is lost"
    thread.refresh_from_db()
    hand_over(business=shop, conversations=[thread], teammate=bu_tuti, by=dina, now=NOW)
    text = Remark.objects.get().text
    assert text.startswith(
        "Diserahkan dari Dina ke Bu Tuti.\nPertanyaan terakhir (4 jam lalu): “Kak, sage L masih ada?”"
    )
    assert "Janji terbuka (besok" in text
    assert "\nTindakan: " in text
    thread.refresh_from_db()
    hand_over(business=shop, conversations=[thread], teammate=None, by=dina, now=NOW)
    assert Remark.objects.count() == 1


def test_the_round_gives_answers_and_tells(
    world: World, bu_tuti: Teammate, dina: Teammate, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sapa.config.background.automating import Automating
    from sapa.notices.models import Notice

    rudi = add_teammate(
        business=world.business, email="rudi@tokosage.example", name="Rudi", role="supervisor", now=NOW
    )
    thread = waits(world, "Rina Wulandari", ago=290)
    refresh_changed(world.business, now=NOW)
    monkeypatch.setattr("sapa.config.background.automating.clock.now", lambda: NOW)
    rounds = [Automating(), Automating()]
    for one in rounds:
        one.turn()
        one.end()
    assert whose(thread) != ""
    notice = Notice.objects.get(kind="escalation")
    assert (notice.teammate, notice.conversation, notice.title) == (
        rudi,
        thread,
        "Pastikan Rina dibalas sekarang: “ada kak?”",
    )
