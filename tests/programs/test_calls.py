"""What happens is told to who listens: once, signed, tried again, and to nobody else."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from sapa.accounts.models import Business, Teammate
from sapa.actions.models import Action
from sapa.actions.operations import decide
from sapa.contacts.models import Change, Cursor
from sapa.contacts.operations import prune_changes
from sapa.programs import calling
from sapa.programs.calling import Caller
from sapa.programs.models import Call, CallTry, Listener
from sapa.programs.operations import (
    drop_listener,
    drop_old_calls,
    renew_secret,
    replay_call,
    send_test,
    switch_off,
    switch_on,
)
from sapa.programs.queries import list_attempts, list_calls
from sapa.programs.rules import find_fault, is_public, next_wait, sign
from sapa.programs.types import Outcome, ProgramError
from sapa.snapshots.operations import refresh_changed
from tests.programs.conftest import Worker, listen, states
from tests.programs.receiver import Receiver
from tests.web.conftest import Story, contact

pytestmark = pytest.mark.django_db

SOON = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _present(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The judge of signatures lives in the present; so do the stories of these tests."""

    class Now(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return now.astimezone(tz)

    monkeypatch.setattr("standardwebhooks.webhooks.datetime", Now)


def test_a_message_is_told_with_ids_and_without_words(
    story: Story, receiver: Receiver, worker: Worker, toko_sage: Business, now: datetime
) -> None:
    _listener, secret = listen(toko_sage, receiver.address, "message.in", now=now)
    story.tells(story.says("Rina Wulandari", "Kak, sage L masih ada?", SOON, phone="0812-3456-7890"))
    assert worker.works() == 1
    body = receiver.verify(secret)
    assert body["type"] == "message.in"
    assert body["timestamp"] == (now - SOON).isoformat()
    assert body["data"]["contact"] == {
        "id": str(contact("Rina Wulandari").public_id),
        "name": "Rina Wulandari",
    }
    assert body["data"]["source"]["kind"] == "message"
    assert b"masih ada" not in receiver.calls[0].body
    assert b"3456" not in receiver.calls[0].body
    assert receiver.calls[0].headers["content-type"] == "application/json"


def test_words_go_along_where_that_is_wanted(
    story: Story, receiver: Receiver, worker: Worker, toko_sage: Business, now: datetime
) -> None:
    _listener, secret = listen(toko_sage, receiver.address, "message.in", now=now, with_text=True)
    story.tells(story.says("Rina Wulandari", "Kak, sage L masih ada?", SOON))
    worker.works()
    assert receiver.verify(secret)["data"]["text"] == "Kak, sage L masih ada?"
    assert "masih ada" not in str(list(Call.objects.values()))


def test_everything_is_told_once_whatever_is_read_again(
    story: Story, receiver: Receiver, worker: Worker, toko_sage: Business, now: datetime
) -> None:
    listen(toko_sage, receiver.address, "message.in", "message.out", now=now)
    story.tells(
        story.says("Rina Wulandari", "Halo", SOON), story.says("Rina Wulandari", "Ya?", SOON, ours=True)
    )
    worker.follows()
    Cursor.objects.filter(consumer="hooks").update(position=0)
    Worker(toko_sage, now).follows()
    story.tells(story.says("Rina Wulandari", "Ada?", SOON / 2))
    assert worker.works() == 3
    assert worker.works(after=SOON) == 0
    assert len({one.id for one in receiver.calls}) == len(receiver.calls) == 3


def test_only_what_is_wanted_and_new_is_told(
    people: Story, receiver: Receiver, worker: Worker, toko_sage: Business, now: datetime
) -> None:
    listen(toko_sage, receiver.address, "order.placed", now=now)
    people.tells(people.says("Rina Wulandari", "Halo", SOON))
    worker.works()
    assert states() == []
    listen(toko_sage, receiver.address, "message.in", now=now)
    people.tells(people.says("Sari Dewi", "Tahun lalu saya beli", timedelta(days=365)))
    people.tells(people.says("Sari Dewi", "Mau lagi kak", SOON))
    worker.works()
    assert states() == [("message.in", "sent")]


def test_actions_are_told_when_they_open_and_when_somebody_decides(
    people: Story, receiver: Receiver, worker: Worker, toko_sage: Business, dina: Teammate, now: datetime
) -> None:
    _listener, secret = listen(toko_sage, receiver.address, "action.opened", "action.decided", now=now)
    worker.works()
    assert receiver.calls == []  # what was open before is no news
    people.tells(people.says("Andi Wijaya", "Kak, kemeja M ready?", 3 * timedelta(hours=1)))
    people.settle()
    assert worker.works() == 1
    action = Action.objects.get(contact__name="Andi Wijaya")
    told = receiver.verify(secret)
    assert (told["type"], told["data"]["id"], told["data"]["rule"]) == (
        "action.opened",
        str(action.public_id),
        action.rule,
    )
    decide(
        business=toko_sage,
        contact=action.contact,
        rule=action.rule,
        evidence_key=action.evidence_key,
        verdict="done",
        by=dina,
        now=now,
    )
    refresh_changed(toko_sage, now=now)
    worker.works()
    decided = [receiver.verify(secret, at) for at in range(1, len(receiver.calls))]
    assert [one["data"].get("verdict") for one in decided if one["type"] == "action.decided"] == ["done"]
    assert decided[0]["data"]["by"] == str(dina.public_id)


def test_another_shop_hears_nothing(
    story: Story,
    receiver: Receiver,
    worker: Worker,
    toko_sage: Business,
    now: datetime,
    stranger_shop: Business,
) -> None:
    listen(stranger_shop, receiver.address, "message.in", now=now)
    story.tells(story.says("Rina Wulandari", "Halo", SOON))
    worker.works()
    Worker(stranger_shop, now).works()
    assert Call.objects.count() == 0


def test_a_failure_is_tried_again_with_growing_patience_under_the_same_id(
    story: Story, receiver: Receiver, worker: Worker, toko_sage: Business, now: datetime
) -> None:
    listener, _secret = listen(toko_sage, receiver.address, "message.in", now=now)
    receiver.answers = [500, 302, 429, 200]
    story.tells(story.says("Rina Wulandari", "Halo", SOON))
    assert worker.works() == 1
    assert worker.works(after=timedelta(seconds=4)) == 0
    assert worker.works(after=timedelta(seconds=2)) == 1
    assert worker.works(after=timedelta(seconds=200)) == 0
    assert worker.works(after=timedelta(seconds=101)) == 1
    assert Listener.objects.get().failing_since == now
    assert worker.works(after=timedelta(minutes=31)) == 1
    assert len({one.id for one in receiver.calls}) == 1
    (call,) = list_calls(listener)
    tries = [(one.status, one.problem) for one in list_attempts(call)]
    assert tries == [(500, "refused"), (302, "redirect"), (429, "refused"), (200, "")]
    assert states() == [("message.in", "sent")]
    assert Listener.objects.get().failing_since is None


def test_it_is_given_up_and_the_listener_is_broken_after_days(
    story: Story, receiver: Receiver, worker: Worker, toko_sage: Business, now: datetime
) -> None:
    listen(toko_sage, receiver.address, "message.in", now=now)
    receiver.answers = [503] * 100
    story.tells(story.says("Rina Wulandari", "Halo", SOON))
    worker.follows()
    tries = 0
    while (call := Call.objects.first()) and call.state == "waiting" and not Listener.objects.get().off_at:
        tries += worker.works(after=max(call.next_try_at - worker.now, timedelta()))
        assert tries <= 10
    assert tries == 10
    assert states() == [("message.in", "failed")]
    assert (Listener.objects.get().off_why, worker.now - now > timedelta(days=3)) == ("broken", True)
    waits = [next_wait(number) for number in range(1, 11)]
    assert waits[0] == timedelta(seconds=5)
    assert waits[8] == timedelta(hours=24)
    assert waits[9] is None


def test_who_answers_gone_is_switched_off(
    story: Story, receiver: Receiver, worker: Worker, toko_sage: Business, now: datetime
) -> None:
    listen(toko_sage, receiver.address, "message.in", now=now)
    receiver.answers = [410]
    story.tells(story.says("Rina Wulandari", "Halo", SOON))
    worker.works()
    assert Listener.objects.get().off_why == "gone"
    assert states() == [("message.in", "dropped")]
    story.tells(story.says("Rina Wulandari", "Masih ada?", SOON / 2))
    assert worker.works(after=SOON) == 0


def test_a_crash_on_the_way_makes_the_call_again(
    story: Story,
    receiver: Receiver,
    worker: Worker,
    toko_sage: Business,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listen(toko_sage, receiver.address, "message.in", now=now)
    story.tells(story.says("Rina Wulandari", "Halo", SOON))

    def die(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("sapa.programs.operations.calling._record", die)
        with pytest.raises(KeyboardInterrupt):
            worker.works()
    assert worker.works(after=timedelta(seconds=30)) == 0
    assert worker.works(after=timedelta(seconds=91)) == 1
    assert [one.id for one in receiver.calls] == [receiver.calls[0].id] * 2


def test_two_secrets_sign_for_a_day_after_a_new_one(
    story: Story, receiver: Receiver, worker: Worker, toko_sage: Business, now: datetime
) -> None:
    listener, first = listen(toko_sage, receiver.address, "message.in", now=now)
    second = renew_secret(listener=listener, by=None, now=now)
    assert {first[:6], second[:6]} == {"whsec_"}
    assert first not in str(Listener.objects.values())
    story.tells(story.says("Rina Wulandari", "Halo", SOON))
    worker.works()
    assert receiver.verify(first) == receiver.verify(second)
    story.tells(story.says("Rina Wulandari", "Kak?", SOON / 2))
    worker.follows()
    worker.now += timedelta(days=1)
    assert worker.calls() == 1
    assert len(receiver.calls[-1].headers["webhook-signature"].split()) == 1


def test_a_changed_body_is_no_longer_ours(
    story: Story, receiver: Receiver, worker: Worker, toko_sage: Business, now: datetime
) -> None:
    listener, secret = listen(toko_sage, receiver.address, "message.in", now=now)
    with Caller([receiver.host]) as caller:
        assert send_test(listener=listener, now=now, caller=caller).outcome is Outcome.SENT
    assert receiver.verify(secret)["type"] == "test"
    came = receiver.calls[0]
    receiver.calls.append(type(came)(came.path, came.headers, came.body.replace(b"test", b"tesd")))
    with pytest.raises(WebhookVerificationError):
        receiver.verify(secret)


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of Standard Webhooks, as its own library checks it."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    made = sign([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_call_is_made_once_more_by_hand(
    story: Story, receiver: Receiver, worker: Worker, toko_sage: Business, now: datetime
) -> None:
    listener, _secret = listen(toko_sage, receiver.address, "message.in", now=now)
    story.tells(story.says("Rina Wulandari", "Halo", SOON))
    worker.works()
    replay_call(call=Call.objects.get(), by=None, now=worker.now)
    assert worker.works() == 1
    assert receiver.calls[0].id == receiver.calls[1].id
    assert CallTry.objects.count() == 2
    switch_off(listener=listener, by=None, now=now)
    with pytest.raises(ProgramError):
        replay_call(call=Call.objects.select_related("listener").get(), by=None, now=now)


def test_off_is_quiet_and_on_begins_with_what_comes_next(
    story: Story, receiver: Receiver, worker: Worker, toko_sage: Business, now: datetime
) -> None:
    listener, _secret = listen(toko_sage, receiver.address, "message.in", now=now)
    assert switch_off(listener=listener, by=None, now=now)
    story.tells(story.says("Rina Wulandari", "Halo", SOON))
    assert worker.works() == 0
    assert not Cursor.objects.filter(consumer="hooks").exists()
    assert prune_changes(toko_sage) == 0  # nobody has read the log yet
    later = now + SOON
    story.now = worker.now = later
    assert switch_on(listener=listener, by=None, now=later)
    story.tells(story.says("Rina Wulandari", "Kak?", timedelta()))
    assert worker.works() == 1
    assert len(receiver.calls) == 1


def test_nobody_listening_keeps_the_log_short(
    story: Story, receiver: Receiver, worker: Worker, toko_sage: Business, now: datetime
) -> None:
    listener, _secret = listen(toko_sage, receiver.address, "message.in", now=now)
    worker.follows()
    drop_listener(listener=listener, by=None, now=now)
    story.tells(story.says("Rina Wulandari", "Halo", SOON), story.says("Budi Santoso", "Halo", SOON))
    worker.follows()
    story.settle()
    assert Change.objects.filter(business=toko_sage).count() == 1


def test_what_was_told_long_ago_is_forgotten(
    story: Story, receiver: Receiver, worker: Worker, toko_sage: Business, now: datetime
) -> None:
    listen(toko_sage, receiver.address, "message.in", now=now)
    story.tells(story.says("Rina Wulandari", "Halo", SOON))
    worker.works()
    assert drop_old_calls(now=now + timedelta(days=29)) == 0
    assert drop_old_calls(now=now + timedelta(days=31)) == 1


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://kasir.example.com/sapa", ""),
        ("https://kasir.example.com:8443/sapa?a=b", ""),
        ("http://kasir.example.com/", "not_https"),
        ("ftp://kasir.example.com/", "not_https"),
        ("https://u:p@kasir.example.com/", "has_password"),
        ("https://localhost/", "private"),
        ("https://127.0.0.1/", "private"),
        ("https://10.1.2.3/", "private"),
        ("https://169.254.169.254/latest", "private"),
        ("https://[::1]/", "private"),
        ("https://[::ffff:10.0.0.1]/", "private"),
        ("https://[64:ff9b::a00:1]/", "private"),
        ("https://[2002:a00:1::]/", "private"),
        ("https://router/", "private"),
        ("https://kasir.example.com/\r\nX: y", "unreadable"),
        ("https://kasir.example.com:99999/", "unreadable"),
        ("https:///sapa", "unreadable"),
        ("kasir.example.com", "unreadable"),
        ("https://" + "x" * 500 + ".com", "unreadable"),
    ],
)
def test_only_public_addresses_by_https_are_called(address: str, fault: str) -> None:
    assert find_fault(address) == fault


@pytest.mark.parametrize(
    ("ip", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::", False),
    ],
)
def test_addresses_of_the_net(ip: str, *, public: bool) -> None:
    assert is_public(ip) is public


@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.7"], ["::1"], []])
def test_a_name_that_leads_home_is_not_followed(found: list[str], receiver: Receiver) -> None:
    with Caller(resolve=lambda host, port: found) as caller:
        answered = caller.post(
            "https://kasir.example.com/", webhook_id="a", timestamp=1, body=b"{}", secrets=[]
        )
    assert answered.outcome is Outcome.LATER
    assert answered.problem == ("private_address" if found else "no_such_name")
    assert receiver.calls == []


def test_the_connection_goes_to_the_address_that_was_judged(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second look-up of the name could answer otherwise: there is none."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    monkeypatch.setattr(calling, "is_public", lambda ip: True)
    monkeypatch.setattr(calling, "find_fault", lambda address, allowed: "")
    address = f"http://kasir.example.com:{receiver.port}/a"
    with Caller(resolve=resolve) as caller:
        answered = caller.post(address, webhook_id="a", timestamp=1, body=b"{}", secrets=[])
    assert answered.status == 204
    assert asked == ["kasir.example.com"]
    assert receiver.calls[0].headers["host"] == f"kasir.example.com:{receiver.port}"


def test_an_address_that_does_not_answer_is_tried_later(
    toko_sage: Business, receiver: Receiver, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.slow = 0.6
    with Caller([receiver.host]) as caller:
        caller._client.timeout = 0.2  # type: ignore[assignment]
        answered = caller.post(receiver.address, webhook_id="a", timestamp=1, body=b"{}", secrets=[])
    assert (answered.outcome, answered.status, answered.problem) == (Outcome.LATER, 0, "too_slow")
    with Caller(["127.0.0.1:9"]) as caller:
        answered = caller.post("http://127.0.0.1:9/", webhook_id="a", timestamp=1, body=b"{}", secrets=[])
    assert answered.problem == "no_connection"


def test_what_cannot_listen(toko_sage: Business, now: datetime) -> None:
    for address, kinds, field in (
        ("http://kasir.example.com/", ("message.in",), "address"),
        ("https://kasir.example.com/", (), "kinds"),
        ("https://kasir.example.com/", ("message.sideways",), "kinds"),
    ):
        with pytest.raises(ProgramError) as refused:
            listen(toko_sage, address, *kinds, now=now)
        assert refused.value.field == field
    for number in range(20):
        listen(toko_sage, f"https://kasir{number}.example.com/", "message.in", now=now)
    with pytest.raises(ProgramError):
        listen(toko_sage, "https://kasir.example.com/", "message.in", now=now)


def test_secrets_are_long_enough_for_the_specification(toko_sage: Business, now: datetime) -> None:
    _listener, secret = listen(toko_sage, "https://kasir.example.com/", "message.in", now=now)
    assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"))) <= 64
