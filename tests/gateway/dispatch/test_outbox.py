"""The outbox: a reply goes out once, in order, and what nobody knows a person decides."""

from __future__ import annotations

import threading
from datetime import timedelta

import httpx
import pytest
from django.db import connection

from sapa.accounts.models import Teammate
from sapa.channels.models import Channel
from sapa.channels.operations import mark_broken, mark_working
from sapa.contacts.models import Change
from sapa.conversations.models import Conversation, Message, Stir
from sapa.gateway.contract import Failed, Failure, Rate, Retry, Sent, TokenDeadError, Uncertain
from sapa.gateway.dispatch import (
    cancel,
    count_at_risk,
    get_sendability,
    list_tries,
    list_undelivered,
    retry,
    settle_stale,
    settle_uncertain,
    tell_broken,
)
from sapa.gateway.dispatch.rates import Buckets
from sapa.gateway.dispatch.sending import TAKEN_LIMIT, count_sent, release_settled, send_taken, take_due
from sapa.gateway.models import Dispatch
from sapa.gateway.receipts import ReceiptSeen, record_receipts
from sapa.snapshots.operations import refresh_changed
from sapa.timeline.models import Touchpoint
from tests.gateway.dispatch.conftest import Desk

pytestmark = pytest.mark.django_db


def test_a_reply_is_message_and_dispatch_at_once_and_goes_out(desk: Desk, dina: Teammate) -> None:
    rina = desk.thread()
    changes, stirs = Change.objects.count(), Stir.objects.count()
    dispatch = desk.writes(rina, "Ready kak, warna apa?", by=dina)
    message = dispatch.message
    assert (message.direction, message.source, message.send_status) == ("out", "live", "queued")
    assert message.dedupe_key == f"out:{dispatch.public_id}"
    assert (message.by, message.author_name, message.provider_id) == (dina, "Dina", "")
    rina.refresh_from_db()
    assert (rina.waiting_since, rina.last_out_at) == (None, desk.now)
    assert Touchpoint.objects.get(source_key=str(message.pk)).kind == "message.out"
    assert Change.objects.count() > changes
    assert Stir.objects.count() > stirs
    assert desk.provider.sent == []
    assert desk.sends() == 1
    [out] = desk.provider.sent
    assert (out.text, out.recipient, out.client_ref) == (
        "Ready kak, warna apa?",
        rina.key.removeprefix("thread-"),
        str(dispatch.public_id),
    )
    dispatch.refresh_from_db()
    message.refresh_from_db()
    assert (dispatch.state, message.send_status, message.provider_id) == ("sent", "sent", "wamid.1")
    assert [one.outcome for one in list_tries(dispatch)] == ["sent"]
    assert desk.sends() == 0


def test_the_same_key_is_the_same_dispatch(desk: Desk) -> None:
    rina = desk.thread()
    first = desk.writes(rina, idempotency_key="dari-hp-1")
    assert desk.writes(rina, idempotency_key="dari-hp-1") == first
    desk.sends()
    assert desk.writes(rina, idempotency_key="dari-hp-1") == first
    assert Message.objects.filter(direction="out").count() == 1
    assert desk.sends() == 0


def test_a_crash_between_taking_and_the_answer_is_uncertain_and_never_sent_again(
    desk: Desk, dina: Teammate
) -> None:
    rina = desk.thread()
    dispatch, later = desk.writes(rina, "satu"), desk.writes(rina, "dua")
    assert take_due(channel=desk.channel, now=desk.now, buckets=desk.buckets, limit=5) == [dispatch.pk]
    assert settle_stale(now=desk.now + TAKEN_LIMIT) == 0
    desk.now += TAKEN_LIMIT + timedelta(seconds=1)
    assert settle_stale(now=desk.now) == 1
    for _minute in range(3):
        assert desk.sends(after=timedelta(minutes=1)) == 0
        assert settle_stale(now=desk.now) == 0
    dispatch.refresh_from_db()
    later.refresh_from_db()
    assert (dispatch.state, dispatch.message.__class__.objects.get(pk=dispatch.message_id).send_status) == (
        "uncertain",
        "uncertain",
    )
    assert (later.state, later.failure) == ("queued", "held")
    assert set(list_undelivered(desk.business)) == {dispatch, later}
    assert settle_uncertain(dispatch=dispatch, was_sent=True, by=dina, now=desk.now)
    assert not settle_uncertain(dispatch=dispatch, was_sent=True, by=dina, now=desk.now)
    assert desk.sends() == 1
    assert desk.provider.texts() == ["dua"]


def test_a_teammate_who_sees_that_it_was_not_sent_sends_it_before_those_behind(
    desk: Desk, dina: Teammate
) -> None:
    rina = desk.thread()
    dispatch = desk.writes(rina, "satu")
    desk.writes(rina, "dua")
    desk.provider.answers = [Uncertain("the line broke")]
    desk.sends()
    assert settle_uncertain(dispatch=dispatch, was_sent=False, by=dina, now=desk.now)
    desk.sends()
    desk.sends()
    assert desk.provider.texts() == ["satu", "dua"]


def test_what_an_adapter_throws_in_mid_send_is_uncertain_and_what_never_left_is_tried_again(
    desk: Desk,
) -> None:
    broken, unreachable = desk.writes(desk.thread()), desk.writes(desk.thread("Budi Santoso"))
    desk.provider.answers = [ValueError("?"), httpx.ConnectError("no route")]
    desk.sends()
    broken.refresh_from_db()
    unreachable.refresh_from_db()
    assert broken.state == "uncertain"
    assert (unreachable.state, unreachable.failure) == ("queued", "unreachable")


def test_two_workers_take_each_row_once(desk: Desk) -> None:
    dispatches = [desk.writes(desk.thread(f"Orang {number}")) for number in range(6)]
    other = Buckets(count_sent)
    first = take_due(channel=desk.channel, now=desk.now, buckets=desk.buckets, limit=4)
    second = take_due(channel=desk.channel, now=desk.now, buckets=other, limit=4)
    assert first + second == [one.pk for one in dispatches]
    assert not take_due(channel=desk.channel, now=desk.now, buckets=other, limit=4)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_moment_take_each_row_once(desk: Desk) -> None:
    dispatches = {desk.writes(desk.thread(f"Orang {number}")).pk for number in range(12)}
    taken: list[int] = []
    start = threading.Barrier(2)

    def work() -> None:
        channel = Channel.objects.select_related("business").get(pk=desk.channel.pk)
        start.wait()
        taken.extend(take_due(channel=channel, now=desk.now, buckets=Buckets(count_sent), limit=50))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(dispatches)


def test_one_that_is_tried_again_holds_back_those_behind_it_and_nobody_else(desk: Desk) -> None:
    rina, budi = desk.thread(), desk.thread("Budi Santoso")
    desk.writes(rina, "satu")
    desk.writes(rina, "dua")
    desk.writes(budi, "halo Budi")
    desk.provider.answers = [Retry(Failure.PROVIDER_DOWN)]
    desk.sends()
    assert desk.provider.texts() == ["halo Budi"]
    desk.sends(after=timedelta(seconds=2))
    assert desk.provider.texts() == ["halo Budi"]
    desk.sends(after=timedelta(seconds=4))
    desk.sends()
    assert desk.provider.texts() == ["halo Budi", "satu", "dua"]


def test_a_provider_that_stays_down_is_asked_ever_more_seldom_and_then_the_person_waits_again(
    desk: Desk,
) -> None:
    rina = desk.thread()
    waited = rina.waiting_since
    dispatch = desk.writes(rina)
    desk.provider.answers = [Retry(Failure.PROVIDER_DOWN, detail="503") for _ in range(6)]
    desk.sends()
    for seconds in (5, 30, 120, 600, 3600):
        assert desk.sends(after=timedelta(seconds=seconds - 2)) == 0
        assert desk.sends(after=timedelta(seconds=3)) == 1
    dispatch.refresh_from_db()
    rina.refresh_from_db()
    assert (dispatch.state, dispatch.failure, dispatch.tries) == ("failed", "provider_down", 6)
    assert Message.objects.get(pk=dispatch.message_id).send_status == "failed"
    assert rina.waiting_since == waited
    assert [one.outcome for one in list_tries(dispatch)] == ["retry"] * 5 + ["failed"]


def test_being_too_fast_is_waited_out_as_long_as_the_provider_says(desk: Desk) -> None:
    dispatch = desk.writes(desk.thread())
    desk.provider.answers = [Retry(Failure.TOO_MANY, after=timedelta(seconds=40))] * 8
    for _try in range(8):
        assert desk.sends(after=timedelta(seconds=41)) == 1
    assert desk.sends(after=timedelta(seconds=41)) == 1
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.tries) == ("sent", 9)


def test_what_failed_is_sent_again_by_a_teammate_as_the_same_message(desk: Desk, dina: Teammate) -> None:
    rina = desk.thread()
    dispatch, later = desk.writes(rina, "satu"), desk.writes(rina, "dua")
    desk.provider.answers = [Failed(Failure.REFUSED_CONTENT, "400")]
    desk.sends()
    later.refresh_from_db()
    assert later.failure == "held"
    assert retry(dispatch=dispatch, by=dina, now=desk.now)
    assert not retry(dispatch=dispatch, by=dina, now=desk.now)
    desk.sends()
    desk.sends()
    assert desk.provider.texts() == ["satu", "dua"]
    assert Message.objects.filter(direction="out").count() == 2


def test_a_held_one_may_go_without_the_failed_one(desk: Desk, dina: Teammate) -> None:
    rina = desk.thread()
    desk.writes(rina, "satu")
    later = desk.writes(rina, "dua")
    desk.provider.answers = [Failed(Failure.REFUSED_CONTENT)]
    desk.sends()
    assert desk.sends() == 0
    assert retry(dispatch=later, by=dina, now=desk.now)
    assert desk.sends() == 1
    written_after = desk.writes(rina, "tiga")
    assert desk.sends() == 1
    written_after.refresh_from_db()
    assert written_after.state == "sent"


def test_a_cancelled_reply_never_happened_and_can_be_sent_after_all(desk: Desk, dina: Teammate) -> None:
    rina = desk.thread()
    waited = rina.waiting_since
    dispatch = desk.writes(rina)
    assert cancel(dispatch=dispatch, by=dina, now=desk.now)
    rina.refresh_from_db()
    assert rina.waiting_since == waited
    assert not Touchpoint.objects.filter(source_key=str(dispatch.message_id)).exists()
    assert desk.sends() == 0
    assert retry(dispatch=dispatch, by=dina, now=desk.now)
    assert Touchpoint.objects.filter(source_key=str(dispatch.message_id)).exists()
    assert desk.sends() == 1
    assert not cancel(dispatch=dispatch, by=dina, now=desk.now)


def test_a_group_that_became_another_is_written_to_at_its_new_address_once(desk: Desk) -> None:
    rina = desk.thread()
    dispatch = desk.writes(rina)
    desk.provider.answers = [
        Failed(Failure.NO_SUCH_RECIPIENT, "migrated", new_recipient="-100777"),
        Failed(Failure.NO_SUCH_RECIPIENT, "migrated", new_recipient="-100888"),
    ]
    desk.sends()
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.recipient) == ("queued", "-100777")
    desk.sends()
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.failure) == ("failed", "no_such_recipient")


def test_a_dead_token_breaks_the_channel_and_what_waits_goes_when_it_works_again(desk: Desk) -> None:
    rina, budi = desk.thread(), desk.thread("Budi Santoso")
    desk.writes(rina)
    desk.writes(budi)
    desk.provider.answers = [TokenDeadError("190"), Retry(Failure.TOKEN_DEAD)]
    desk.sends()
    channel = Channel.objects.get(pk=desk.channel.pk)
    assert channel.broken_why == "token_dead"
    assert count_at_risk(channel) == 2
    assert "21/11 14.30 · 2 pesan berisiko" in tell_broken(channel)
    assert Stir.objects.filter(what="channel", conversation=None).count() == 1
    rina.channel.refresh_from_db()
    assert get_sendability(rina, now=desk.now).state == "broken"
    assert desk.sends() == 0
    mark_working(channel=channel, now=desk.now)
    desk.channel.refresh_from_db()
    assert desk.sends() == 2
    assert {one.tries for one in Dispatch.objects.all()} == {1}


def test_a_channel_is_not_sent_to_faster_than_it_lets_us(desk: Desk) -> None:
    desk.provider.can(rates=(Rate(3, 60), Rate(1, 6, each_recipient=True)))
    rina = desk.thread()
    for text in ("satu", "dua"):
        desk.writes(rina, text)
    for number in range(3):
        desk.writes(desk.thread(f"Orang {number}"), f"halo {number}")
    assert desk.sends() == 3
    assert desk.sends(after=timedelta(seconds=1)) == 0
    assert desk.sends(after=timedelta(seconds=20)) == 1
    desk.buckets = Buckets(count_sent)
    assert desk.sends(after=timedelta(seconds=1)) == 0, "a restart must not double the pace"
    assert desk.sends(after=timedelta(seconds=60)) == 1


def test_an_answer_that_comes_after_the_row_was_given_up_still_counts(desk: Desk) -> None:
    dispatch = desk.writes(desk.thread())
    [pk] = take_due(channel=desk.channel, now=desk.now, buckets=desk.buckets, limit=1)
    slow = desk.now

    def settle_meanwhile(*_given: object) -> Sent:
        settle_stale(now=slow + TAKEN_LIMIT * 2)
        return Sent("wamid.slow")

    desk.provider.send = settle_meanwhile  # type: ignore[method-assign]
    send_taken(dispatch_id=pk, now=slow, http=desk.http)
    dispatch.refresh_from_db()
    assert dispatch.state == "sent"
    assert Message.objects.get(pk=dispatch.message_id).send_status == "sent"


def test_an_automatic_word_stops_no_clock(desk: Desk) -> None:
    rina = desk.thread()
    waited = rina.waiting_since
    desk.writes(rina, "Kami balas besok pagi ya kak", automatic=True)
    assert Conversation.objects.get(pk=rina.pk).waiting_since == waited


def test_a_receipt_that_comes_before_the_answer_counts_and_an_echo_is_no_second_message(desk: Desk) -> None:
    rina = desk.thread()
    dispatch = desk.writes(rina)
    record_receipts(
        business=desk.business,
        seen=[ReceiptSeen(desk.channel.pk, "read", desk.now, provider_id="wamid.1")],
        now=desk.now,
    )
    Message.objects.create(
        business=desk.business,
        conversation=rina,
        direction="out",
        text="Ready kak",
        happened_at=desk.now,
        learned_at=desk.now,
        dedupe_key="wamid.1",
        provider_id="wamid.1",
        source="echo",
    )
    desk.sends()
    [message] = Message.objects.filter(conversation=rina, direction="out")
    assert (message.pk, message.send_status) == (dispatch.message_id, "read")


def test_a_receipt_settles_what_was_uncertain_and_lets_those_behind_go(desk: Desk) -> None:
    rina = desk.thread()
    dispatch = desk.writes(rina, "satu")
    desk.writes(rina, "dua")
    desk.provider.answers = [Uncertain("the line broke")]
    desk.sends()
    assert release_settled() == 0
    Message.objects.filter(pk=dispatch.message_id).update(provider_id="wamid.9")
    record_receipts(
        business=desk.business,
        seen=[ReceiptSeen(desk.channel.pk, "delivered", desk.now, provider_id="wamid.9")],
        now=desk.now,
    )
    assert release_settled() == 1
    assert desk.sends() == 1
    assert desk.provider.texts() == ["dua"]


def test_after_the_refresh_who_got_no_answer_still_waits(desk: Desk) -> None:
    rina = desk.thread()
    waited = rina.waiting_since
    dispatch = desk.writes(rina)
    refresh_changed(desk.business, now=desk.now)
    assert Conversation.objects.get(pk=rina.pk).waiting_since is None
    desk.provider.answers = [Failed(Failure.BLOCKED)]
    desk.sends()
    refresh_changed(desk.business, now=desk.now)
    thread = Conversation.objects.get(pk=rina.pk)
    assert (thread.waiting_since, thread.last_out_at) == (waited, None)
    retry(dispatch=dispatch, by=None, now=desk.now)
    desk.sends()
    refresh_changed(desk.business, now=desk.now)
    assert Conversation.objects.get(pk=rina.pk).waiting_since is None


def test_what_waited_for_a_day_is_read_again_by_a_teammate_before_it_goes(desk: Desk, dina: Teammate) -> None:
    desk.provider.can(window=None, first_contact=True)
    dispatch = desk.writes(desk.thread())
    mark_broken(channel=desk.channel, why="token_dead", now=desk.now)
    assert desk.sends(after=timedelta(hours=25)) == 0
    mark_working(channel=desk.channel, now=desk.now)
    desk.sends()
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.failure) == ("failed", "stale")
    assert desk.provider.sent == []
    retry(dispatch=dispatch, by=dina, now=desk.now)
    desk.sends()
    assert len(desk.provider.sent) == 1


def test_a_long_line_is_cut_off_by_age_so_that_nothing_is_overtaken(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sapa.gateway.dispatch.sending._LOOKED_AT", 2)
    rina, budi = desk.thread(), desk.thread("Budi Santoso")
    desk.writes(rina, "satu")
    desk.provider.answers = [Retry(Failure.PROVIDER_DOWN)]
    desk.sends()
    desk.writes(rina, "dua")
    desk.writes(budi, "halo Budi")
    desk.sends()
    assert desk.provider.texts() == []
    desk.sends(after=timedelta(seconds=5))
    desk.sends()
    desk.sends()
    assert desk.provider.texts() == ["satu", "dua", "halo Budi"]
