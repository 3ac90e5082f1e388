"""A message rings the phones of those whom it concerns, readable by their devices alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sapa.accounts.models import Business, Team, Teammate, TeamPlace
from sapa.accounts.operations import add_teammate, remove_teammate
from sapa.config.background.telling import Telling
from sapa.conversations.models import Conversation, Stir
from sapa.conversations.operations import add_remark, be_present, note_stirs
from sapa.notices import sealing
from sapa.notices.models import Device, Notice, Push
from sapa.notices.operations import (
    add_device,
    drop_device,
    drop_endpoint,
    drop_old,
    notify,
    save_wish,
    send_due_pushes,
    send_test,
    tell_of_news,
)
from sapa.notices.queries import count_unread, get_push_key, list_notices
from sapa.notices.types import Outcome, Subscription, SubscriptionError
from tests.notices.conftest import Write
from tests.notices.receiver import Receiver, pad_free, unpad

pytestmark = pytest.mark.django_db

Add = Callable[..., Device]


def deliver(business: Business, now: datetime) -> int:
    tell_of_news(business=business, now=now)
    return send_due_pushes(business=business, now=now)


def test_a_message_rings_with_sender_and_first_line(
    toko_sage: Business,
    dina: Teammate,
    rina: Conversation,
    service: Receiver,
    add: Add,
    write: Write,
    now: datetime,
) -> None:
    device = add(dina)
    write("\n  Kak, sage L masih ada?\nMau dua ya")
    assert deliver(toko_sage, now) == 1
    notice = Notice.objects.get()
    assert service.open() == {
        "title": "Rina Wulandari",
        "line": "Kak, sage L masih ada?",
        "path": f"/notices/{notice.public_id}/",
        "tag": f"c{rina.pk}",
    }
    device.refresh_from_db()
    assert device.reached_at == now
    assert deliver(toko_sage, now) == 0
    assert len(service.taken) == 1


def test_the_push_is_signed_for_its_service_and_for_no_longer_than_a_day(
    toko_sage: Business,
    bu_tuti: Teammate,
    dina: Teammate,
    service: Receiver,
    add: Add,
    write: Write,
    now: datetime,
) -> None:
    add(dina)
    write()
    deliver(toko_sage, now)
    claims = service.claims(key=get_push_key())
    assert claims["aud"] == f"http://{service.host}"
    assert now.timestamp() < claims["exp"] <= now.timestamp() + 24 * 3600
    assert claims["sub"] == "mailto:tuti@tokosage.example"
    headers = service.taken[0].headers
    assert headers["Content-Encoding"] == "aes128gcm"
    assert int(headers["TTL"]) > 0
    assert len(headers["Topic"]) == 32
    assert b"Rina" not in service.taken[0].body


def test_a_device_may_hide_the_words(
    toko_sage: Business, dina: Teammate, service: Receiver, add: Add, write: Write, now: datetime
) -> None:
    add(dina, hides_words=True)
    write("Alamat saya Jalan Kenari 5")
    deliver(toko_sage, now)
    words = service.open()
    assert (words["title"], words["line"]) == ("Kabar baru di Sapa", "Buka Sapa untuk membacanya.")


def test_who_is_assigned_is_told_alone(
    toko_sage: Business,
    bu_tuti: Teammate,
    dina: Teammate,
    rina: Conversation,
    service: Receiver,
    add: Add,
    write: Write,
    now: datetime,
) -> None:
    add(dina), add(bu_tuti)
    rina.assignee = dina
    rina.save()
    write()
    deliver(toko_sage, now)
    assert [one.path for one in service.taken] == [f"/push/{dina.pk}-hp"]


def test_without_an_assignee_everybody_on_duty_is_told(
    toko_sage: Business,
    bu_tuti: Teammate,
    dina: Teammate,
    service: Receiver,
    add: Add,
    write: Write,
    now: datetime,
) -> None:
    away = add_teammate(business=toko_sage, email="a@tokosage.example", name="Andi", role="member", now=now)
    viewer = add_teammate(business=toko_sage, email="n@tokosage.example", name="Nia", role="viewer", now=now)
    away.is_away = True
    away.save()
    for mate in (bu_tuti, dina, away, viewer):
        add(mate)
    write()
    deliver(toko_sage, now)
    assert {one.path for one in service.taken} == {f"/push/{bu_tuti.pk}-hp", f"/push/{dina.pk}-hp"}


def test_a_team_is_told_before_everybody(
    toko_sage: Business,
    bu_tuti: Teammate,
    dina: Teammate,
    rina: Conversation,
    service: Receiver,
    add: Add,
    write: Write,
    now: datetime,
) -> None:
    add(dina), add(bu_tuti)
    rina.team = Team.objects.create(business=toko_sage, name="Gudang")
    rina.save()
    TeamPlace.objects.create(business=toko_sage, team=rina.team, teammate=dina)
    write()
    deliver(toko_sage, now)
    assert [one.path for one in service.taken] == [f"/push/{dina.pk}-hp"]


def test_who_has_the_conversation_open_is_not_rung(
    toko_sage: Business,
    dina: Teammate,
    rina: Conversation,
    service: Receiver,
    add: Add,
    write: Write,
    now: datetime,
) -> None:
    add(dina)
    be_present(business=toko_sage, conversation=rina, teammate=dina, state="viewing", now=now)
    write()
    assert deliver(toko_sage, now) == 0
    later = now + timedelta(minutes=5)
    write("Halo?")
    assert deliver(toko_sage, later) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"source": "import"},
        {"source": "history"},
        {"source": "echo", "direction": "out"},
        {"direction": "out"},
        {"is_deleted": True},
        {"ago": 60},
    ],
    ids=lambda more: " ".join(map(str, more.values())),
)
def test_what_is_no_live_news_rings_nobody(
    more: dict[str, object],
    toko_sage: Business,
    dina: Teammate,
    service: Receiver,
    add: Add,
    write: Write,
    now: datetime,
) -> None:
    add(dina)
    write(**more)
    assert deliver(toko_sage, now) == 0


def test_what_was_answered_on_the_phone_rings_nobody(
    toko_sage: Business, dina: Teammate, rina: Conversation, add: Add, write: Write, now: datetime
) -> None:
    add(dina)
    write(ago=2)
    rina.last_out_at = now
    rina.save()
    assert deliver(toko_sage, now) == 0


def test_three_messages_at_once_are_one_notice(
    toko_sage: Business, dina: Teammate, service: Receiver, add: Add, write: Write, now: datetime
) -> None:
    add(dina)
    for text in ("Kak", "sage L", "ada?"):
        write(text)
    deliver(toko_sage, now)
    assert len(service.taken) == 1
    assert service.open()["title"] == "Rina Wulandari · 3 pesan"
    assert service.open()["line"] == "ada?"


def test_a_photo_without_words_is_named(
    toko_sage: Business, dina: Teammate, service: Receiver, add: Add, write: Write, now: datetime
) -> None:
    add(dina)
    write("", media=[{"kind": "image"}])
    deliver(toko_sage, now)
    assert service.open()["line"] == "Foto"


def test_in_quiet_hours_no_phone_rings_and_a_mention_waits_in_the_list(
    toko_sage: Business,
    bu_tuti: Teammate,
    dina: Teammate,
    rina: Conversation,
    service: Receiver,
    add: Add,
    write: Write,
    now: datetime,
) -> None:
    add(dina)
    save_wish(teammate=dina, quiet_from_minute=14 * 60, quiet_to_minute=15 * 60)
    write()
    add_remark(
        business=toko_sage, conversation=rina, text="@Dina tolong", mentions=[dina.pk], by=bu_tuti, now=now
    )
    assert deliver(toko_sage, now) == 0
    assert [one.title for one in list_notices(dina)] == ["Bu Tuti menyebut Anda"]
    assert count_unread(dina) == 1


def test_a_mention_rings_who_was_named_and_not_who_wrote(
    toko_sage: Business,
    bu_tuti: Teammate,
    dina: Teammate,
    rina: Conversation,
    service: Receiver,
    add: Add,
    write: Write,
    now: datetime,
) -> None:
    add(dina), add(bu_tuti)
    mentions = [dina.pk, bu_tuti.pk]
    add_remark(
        business=toko_sage,
        conversation=rina,
        text="@Dina cek stok ya",
        mentions=mentions,
        by=bu_tuti,
        now=now,
    )
    deliver(toko_sage, now)
    assert [one.path for one in service.taken] == [f"/push/{dina.pk}-hp"]
    assert service.open()["line"] == "@Dina cek stok ya"


def test_who_wants_no_messages_gets_none(
    toko_sage: Business, dina: Teammate, add: Add, write: Write, now: datetime
) -> None:
    add(dina)
    save_wish(teammate=dina, wants_messages=False)
    write()
    assert deliver(toko_sage, now) == 0


def test_the_same_is_told_once(toko_sage: Business, dina: Teammate, add: Add, now: datetime) -> None:
    add(dina)
    words = {
        "kind": "escalation",
        "title": "Rina menunggu 2 jam",
        "line": "Kak?",
        "now": now,
        "key": "late:1",
    }
    assert notify(business=toko_sage, teammate_ids=[dina.pk], **words) == 1  # type: ignore[arg-type]
    assert notify(business=toko_sage, teammate_ids=[dina.pk], **words) == 0  # type: ignore[arg-type]
    assert Push.objects.count() == 1


def test_nobody_of_another_shop_is_told(toko_sage: Business, dina: Teammate, now: datetime) -> None:
    from sapa.accounts.operations import make_business

    other = make_business(name="Kopi", owner_email="andi@kopi.example", owner_name="Andi", now=now)
    told = notify(business=other, teammate_ids=[dina.pk], kind="mention", title="x", line="y", now=now)
    assert told == 0
    assert not Notice.objects.exists()


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_let_go(
    status: int, toko_sage: Business, dina: Teammate, service: Receiver, add: Add, write: Write, now: datetime
) -> None:
    add(dina)
    service.answers = [status]
    write()
    deliver(toko_sage, now)
    assert not Device.objects.exists()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_in_trouble_is_tried_again_later(
    status: int, toko_sage: Business, dina: Teammate, service: Receiver, add: Add, write: Write, now: datetime
) -> None:
    add(dina)
    service.answers = [status, status]
    write()
    deliver(toko_sage, now)
    assert send_due_pushes(business=toko_sage, now=now + timedelta(seconds=5)) == 0
    assert send_due_pushes(business=toko_sage, now=now + timedelta(seconds=15)) == 1
    assert send_due_pushes(business=toko_sage, now=now + timedelta(seconds=90)) == 1
    assert Push.objects.get().state == "sent"
    assert len(service.taken) == 3


def test_a_service_that_asks_for_time_gets_it(
    toko_sage: Business, dina: Teammate, service: Receiver, add: Add, write: Write, now: datetime
) -> None:
    add(dina)
    service.answers, service.retry_after = [429], "600"
    write()
    deliver(toko_sage, now)
    assert Push.objects.get().next_try_at == now + timedelta(seconds=600)


def test_after_four_tries_it_is_enough(
    toko_sage: Business, dina: Teammate, service: Receiver, add: Add, write: Write, now: datetime
) -> None:
    add(dina)
    service.answers = [500] * 9
    write()
    deliver(toko_sage, now)
    for minutes in range(1, 50, 6):
        send_due_pushes(business=toko_sage, now=now + timedelta(minutes=minutes))
    assert len(service.taken) == 4
    assert Push.objects.get().state == "failed"


def test_what_the_service_refuses_is_not_tried_again(
    toko_sage: Business, dina: Teammate, service: Receiver, add: Add, write: Write, now: datetime
) -> None:
    add(dina)
    service.answers = [403]
    write()
    deliver(toko_sage, now)
    assert Push.objects.get().state == "failed"
    assert send_due_pushes(business=toko_sage, now=now + timedelta(hours=2)) == 0


def test_somebody_who_left_is_rung_no_more(
    toko_sage: Business, dina: Teammate, service: Receiver, add: Add, now: datetime
) -> None:
    add(dina)
    notify(business=toko_sage, teammate_ids=[dina.pk], kind="mention", title="x", line="y", now=now)
    remove_teammate(teammate=dina, by=None, now=now)
    send_due_pushes(business=toko_sage, now=now)
    assert not service.taken
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(201, Outcome.SENT), (410, Outcome.GONE), (403, Outcome.REFUSED), (500, Outcome.LATER)],
)
def test_the_test_button_says_what_came_of_it(
    status: int, outcome: Outcome, dina: Teammate, service: Receiver, add: Add, now: datetime
) -> None:
    device = add(dina)
    service.answers = [status]
    result = send_test(device=device, now=now)
    assert (result.outcome, result.status) == (outcome, status)
    assert Device.objects.exists() is (outcome is not Outcome.GONE)


def test_a_service_that_is_not_there_is_said_to_be_late(dina: Teammate, add: Add, now: datetime) -> None:
    device = add(dina)
    device.endpoint = "http://127.0.0.1:9/push"
    assert send_test(device=device, now=now).outcome is Outcome.LATER


def test_a_browser_belongs_to_whoever_took_it_on_last(
    toko_sage: Business, bu_tuti: Teammate, dina: Teammate, service: Receiver, now: datetime
) -> None:
    for mate in (dina, bu_tuti):
        add_device(
            business=toko_sage,
            teammate=mate,
            subscription=service.subscribe("sama"),
            name="Chrome",
            hides_words=False,
            language="id",
            now=now,
        )
    assert [device.teammate for device in Device.objects.all()] == [bu_tuti]
    assert not drop_endpoint(teammate=dina, endpoint=service.subscribe("sama").endpoint)
    assert drop_endpoint(teammate=bu_tuti, endpoint=service.subscribe("sama").endpoint)


def test_only_ones_own_device_can_be_let_go(
    toko_sage: Business, bu_tuti: Teammate, dina: Teammate, add: Add
) -> None:
    device = add(dina)
    assert not drop_device(business=toko_sage, teammate=bu_tuti, public_id=device.public_id)
    assert drop_device(business=toko_sage, teammate=dina, public_id=device.public_id)


ODD = {
    "no address": {"endpoint": ""},
    "plain http": {"endpoint": "http://push.example.com/a"},
    "this machine": {"endpoint": "https://localhost/a"},
    "an address in numbers": {"endpoint": "https://192.168.1.4/a"},
    "a name of the local network": {"endpoint": "https://router.lan/a"},
    "another port": {"endpoint": "https://push.example.com:8443/a"},
    "a name and password in it": {"endpoint": "https://a:b@push.example.com/a"},
    "no port number": {"endpoint": "https://push.example.com:x/a"},
    "no key": {"p256dh": ""},
    "a key that is no point": {"p256dh": pad_free(b"\x04" + b"1" * 64)},
    "letters of no key": {"p256dh": "ñ%%%"},
    "a secret of the wrong length": {"auth": pad_free(b"kurang")},
}


@pytest.mark.parametrize("why", ODD)
def test_what_is_no_subscription_is_refused_with_a_sentence(
    why: str, toko_sage: Business, dina: Teammate, service: Receiver, now: datetime
) -> None:
    good = service.subscribe()
    words = {"endpoint": good.endpoint, "p256dh": good.p256dh, "auth": good.auth} | ODD[why]
    with pytest.raises(SubscriptionError) as refused:
        add_device(
            business=toko_sage,
            teammate=dina,
            subscription=Subscription(**words),
            name="",
            hides_words=False,
            language="id",
            now=now,
        )
    assert "peramban" in str(refused.value)
    assert not Device.objects.exists()


def test_notices_of_messages_go_after_two_days_and_mentions_stay(
    toko_sage: Business, dina: Teammate, add: Add, write: Write, now: datetime
) -> None:
    add(dina)
    write()
    tell_of_news(business=toko_sage, now=now)
    notify(business=toko_sage, teammate_ids=[dina.pk], kind="mention", title="x", line="y", now=now)
    drop_old(business=toko_sage, now=now + timedelta(days=3))
    assert [one.kind for one in Notice.objects.all()] == ["mention"]
    drop_old(business=toko_sage, now=now + timedelta(days=91))
    assert not Notice.objects.exists()


def test_the_encryption_is_that_of_the_standard() -> None:
    """RFC 8291, appendix A: the same keys and salt give the same bytes."""
    own = ec.derive_private_key(
        int.from_bytes(unpad("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    body = sealing._encrypt(
        b"When I grow up, I want to be a watermelon",
        unpad("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        unpad("BTBZMqHH6r4Tts7J_aSIgg"),
        own,
        unpad("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert pad_free(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl"
        "95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_another_judge_accepts_the_signature() -> None:
    from py_vapid import Vapid02

    secret = b"a key file's secret of some sort"
    moment = datetime.fromisoformat("2100-01-01T00:00:00+00:00")
    header = sealing.sign(
        secret=secret,
        endpoint="https://push.example.com/x",
        contact="mailto:tuti@tokosage.example",
        now=moment,
    )
    assert Vapid02.verify(header.replace(", ", ","))
    broken = header.replace(header.split(".")[1], header.split(".")[1].swapcase())
    assert not Vapid02.verify(broken.replace(", ", ","))


def test_the_worker_tells_and_throws_old_stirs_away(
    toko_sage: Business,
    dina: Teammate,
    rina: Conversation,
    service: Receiver,
    add: Add,
    write: Write,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sapa.lib.clock.now", lambda: now)
    for ago in (60, 0):
        moment = now - timedelta(minutes=ago)
        note_stirs(business=toko_sage, conversation_ids=[rina.pk], what="message", now=moment)
    add(dina)
    write()
    round_ = Telling()
    round_.turn()
    round_.end()
    assert service.open()["title"] == "Rina Wulandari"
    assert [stir.at for stir in Stir.objects.all()] == [now]
