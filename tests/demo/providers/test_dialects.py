"""Each provider's dialect, whole: connected, written to, answered, told what became of it; on good days and on bad ones."""

from __future__ import annotations

import pytest

from sapa.conversations.models import Message
from sapa.gateway.models import Dispatch, Payload
from tests.demo.providers.stage import Stage

pytestmark = pytest.mark.django_db

RECEIPTS = {
    "whatsapp": "read",
    "instagram": "read",
    "messenger": "read",
    "telegram": "sent",
    "line": "sent",
    "tiktok": "read",
    "marketplace:shopee": "sent",
    "marketplace:tiktokshop": "sent",
    "google": "sent",
}
"""The furthest that each provider tells of a message that arrived."""

CHATS = [kind for kind in RECEIPTS if kind != "google"]
BAD_DAY = {
    "duplicate": 0.4,
    "reorder": 0.5,
    "hold": 20.0,
    "delay": 5.0,
    "shuffled": True,
    "early": 0.3,
}


@pytest.mark.parametrize("kind", RECEIPTS)
def test_a_customer_writes_is_answered_and_reads(kind: str, stage: Stage) -> None:
    stage.open(kind)
    rina = stage.simulator.customer("Rina")
    stage.pass_time()  # what was there before the channel was connected is history
    rina.says("Kak, sage L masih ada? 🙏", by=kind)
    stage.pass_time(15)
    asked = "★★★★★\nKak, sage L masih ada? 🙏" if kind == "google" else "Kak, sage L masih ada? 🙏"
    assert stage.told(kind) == [("in", asked)]
    assert stage.thread(kind).waiting_since

    sent = stage.reply(kind, "Masih kak, mau kami simpankan?")
    stage.pass_time()
    stage.pass_time(15)
    assert rina.heard() == ["Masih kak, mau kami simpankan?"]
    assert stage.told(kind) == [("in", asked), ("out", "Masih kak, mau kami simpankan?")]
    sent.refresh_from_db()
    message = Message.objects.get(pk=sent.message_id)
    assert (sent.state, message.send_status) == ("sent", RECEIPTS[kind])
    assert message.provider_id == stage.simulator.taken[0].provider_id
    assert stage.thread(kind).waiting_since is None
    assert not stage.refused
    assert not Payload.objects.exclude(problem="")


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("kind", CHATS)
def test_on_a_bad_day_everything_is_there_once_and_in_the_providers_order(
    kind: str, seed: int, stage: Stage
) -> None:
    stage.open(kind, seed=seed)
    stage.simulator.faults(**BAD_DAY)
    rina = stage.simulator.customer("Rina")
    said = [f"pesan {number}" for number in range(12)]
    for text in said:
        rina.says(text, by=kind)
    stage.pass_time(15)
    answers = ["satu ya kak", "dua ya kak", "tiga ya kak"]
    for text in answers:
        stage.reply(kind, text)
    for _ in range(4):
        stage.pass_time()
    assert [text for way, text in stage.told(kind) if way == "in"] == said
    assert [text for way, text in stage.told(kind) if way == "out"] == answers
    assert rina.heard() == answers
    sent = Message.objects.filter(direction="out").order_by("id")
    assert {one.send_status for one in sent} == {RECEIPTS[kind]}
    assert sum(stage.simulator.postman.acknowledged.values()) > len(stage.simulator.postman.acknowledged) or (
        kind == "telegram"
    )


@pytest.mark.parametrize("kind", ["whatsapp", "line"])
def test_what_could_not_be_delivered_comes_again_ever_more_rarely(kind: str, stage: Stage) -> None:
    stage.open(kind)
    stage.is_down = True
    stage.simulator.customer("Rina").says("halo", by=kind)
    stage.pass_time(5)
    calls = stage.simulator.postman.calls
    assert stage.told(kind) == []
    assert calls == 9  # at once, then after 1, 2, 4, … 128 s, not every second
    stage.is_down = False
    stage.pass_time(10)
    assert stage.told(kind) == [("in", "halo")]


FAILURES = [
    ("whatsapp", "too_many", "queued", "too_many"),
    ("whatsapp", "down", "queued", "provider_down"),
    ("whatsapp", "payment", "failed", "payment_missing"),
    ("whatsapp", "token", "queued", "token_dead"),
    ("instagram", "window", "failed", "window_closed"),
    ("messenger", "window", "failed", "window_closed"),
    ("messenger", "blocked", "failed", "blocked"),
    ("telegram", "too_many", "queued", "too_many"),
    ("telegram", "blocked", "failed", "blocked"),
    ("telegram", "nobody", "failed", "no_such_recipient"),
    ("line", "quota", "failed", "quota_used_up"),
    ("line", "too_many", "queued", "too_many"),
    ("line", "nobody", "failed", "no_such_recipient"),
    ("tiktok", "window", "failed", "window_closed"),
    ("tiktok", "token", "queued", "token_dead"),
    ("marketplace:shopee", "too_many", "queued", "too_many"),
    ("marketplace:shopee", "token", "queued", "token_dead"),
    ("marketplace:tiktokshop", "token", "queued", "token_dead"),
]


@pytest.mark.parametrize(("kind", "name", "state", "code"), FAILURES)
def test_a_providers_own_error_is_understood(
    kind: str, name: str, state: str, code: str, stage: Stage
) -> None:
    stage.open(kind)
    rina = stage.simulator.customer("Rina")
    rina.says("halo", by=kind)
    stage.pass_time()
    stage.simulator.fails(kind, name)
    sent = stage.reply(kind, "Halo kak")
    stage.pass_time()
    sent.refresh_from_db()
    assert (sent.state, sent.failure) == (state, code)
    assert rina.heard() == []


@pytest.mark.parametrize("kind", [kind for kind in CHATS if kind != "line"])
def test_an_answer_that_never_came_is_not_sent_again(kind: str, stage: Stage) -> None:
    """Where the provider sends our words back (an echo), or names our id in a receipt, they settle it."""
    stage.open(kind)
    rina = stage.simulator.customer("Rina")
    rina.says("halo", by=kind)
    stage.pass_time()
    stage.simulator.faults(break_off=1.0)
    sent = stage.reply(kind, "Halo kak, ada yang bisa dibantu?")
    stage.pass_time()
    stage.pass_time(10)
    stage.pass_time(10)
    assert rina.heard() == ["Halo kak, ada yang bisa dibantu?"]
    assert Message.objects.filter(direction="out").count() == 1
    sent.refresh_from_db()
    assert sent.state in ("sent", "uncertain")
    assert (sent.state == "uncertain") == (kind == "telegram")


def test_line_is_asked_again_with_the_same_key_and_says_that_it_had_it(stage: Stage) -> None:
    stage.open("line")
    rina = stage.simulator.customer("Rina")
    rina.says("halo", by="line")
    stage.pass_time()
    stage.simulator.faults(break_off=1.0)
    sent = stage.reply("line", "Halo kak")
    stage.pass_time()
    stage.simulator.faults()
    stage.pass_time(10)
    sent.refresh_from_db()
    assert (sent.state, rina.heard()) == ("sent", ["Halo kak"])
    assert Dispatch.objects.get().tries == 2
