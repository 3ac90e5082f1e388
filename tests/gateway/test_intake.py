"""Stored, then understood: poison stands in nobody's way, what came too early waits, and all can be done again."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from sapa.accounts.models import Business
from sapa.accounts.operations import make_business
from sapa.channels.models import Channel
from sapa.channels.operations import connect_channel, find_or_make_channel
from sapa.conversations.models import Message
from sapa.gateway import intake
from sapa.gateway.contract import RawItem
from sapa.gateway.intake import digest_payloads, drop_digested, store_items
from sapa.gateway.models import Payload
from sapa.gateway.queries import count_problems, get_payload, list_payloads
from sapa.gateway.recorder import record_fixture
from sapa.gateway.replay import replay_payloads
from sapa.gateway.storing import Arrival, head_text, store_arrivals
from sapa.timeline.models import Touchpoint
from tests.gateway.plain import KIND, SECRET, body, use_plain

pytestmark = pytest.mark.django_db

RINA = "+6281234567890"


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    use_plain(monkeypatch)


@pytest.fixture
def channel(toko_sage: Business, now: datetime) -> Channel:
    return connect_channel(
        business=toko_sage, kind=KIND, name="", account="1", settings={"secret": SECRET}, by=None, now=now
    )


def store(channel: Channel, now: datetime, *bodies: bytes) -> None:
    store_arrivals([Arrival(channel.business_id, channel.pk, one) for one in bodies], now=now)


def message(key: str, text: str = "Halo") -> bytes:
    return body({"type": "message", "id": key, "from": RINA, "text": text, "at": 1795246200})


def problems(business: Business) -> list[str]:
    return list(Payload.objects.filter(business=business).order_by("id").values_list("problem", flat=True))


def test_what_is_stored_is_understood_once(toko_sage: Business, channel: Channel, now: datetime) -> None:
    store(channel, now, message("1"), message("2"), message("1"))
    assert digest_payloads(business=toko_sage, now=now) == 2
    assert digest_payloads(business=toko_sage, now=now) == 0
    assert Message.objects.count() == 2
    assert set(Payload.objects.values_list("digested_at", "problem")) == {(now, "")}


def test_poison_stands_in_nobodys_way(toko_sage: Business, channel: Channel, now: datetime) -> None:
    bodies = [message("1"), b"burst", body({"type": "poison", "id": "9"}), message("2"), b"{", message("3")]
    store(channel, now, *bodies)
    digest_payloads(business=toko_sage, now=now)
    assert Message.objects.count() == 3
    found = problems(toko_sage)
    assert [one.split(":")[0] for one in found] == [
        "",
        "parse_failed",
        "digest_failed",
        "",
        "parse_failed",
        "",
    ]
    assert Payload.objects.filter(digested_at=None).count() == 3
    assert digest_payloads(business=toko_sage, now=now) == 0
    assert not Touchpoint.objects.filter(source_kind="event").exists()


def test_what_is_not_for_us_is_kept_with_its_code(
    toko_sage: Business, channel: Channel, now: datetime
) -> None:
    store(channel, now, body({"type": "poke"}), b"")
    digest_payloads(business=toko_sage, now=now)
    assert problems(toko_sage) == ["unsupported:poke", ""]
    assert count_problems(toko_sage) == {"unsupported:poke": 1}


def test_a_channel_without_an_adapter_keeps_its_payloads(toko_sage: Business, now: datetime) -> None:
    other = find_or_make_channel(business=toko_sage, kind="offline", now=now)
    store(other, now, b"{}")
    digest_payloads(business=toko_sage, now=now)
    assert problems(toko_sage) == ["no_adapter"]


def test_what_came_before_its_message_waits_for_it(
    toko_sage: Business, channel: Channel, now: datetime
) -> None:
    store(channel, now, body({"type": "delete", "id": "1", "at": 1795246300}))
    digest_payloads(business=toko_sage, now=now)
    assert problems(toko_sage) == ["waits"]
    store(channel, now, message("1", "Rahasia"))
    digest_payloads(business=toko_sage, now=now + timedelta(minutes=1))
    assert (Message.objects.get().text, Message.objects.get().is_deleted) == ("", True)
    assert not Payload.objects.filter(digested_at=None).exists()


def test_what_waits_in_vain_is_given_up(toko_sage: Business, channel: Channel, now: datetime) -> None:
    store(channel, now, body({"type": "delete", "id": "1"}))
    digest_payloads(business=toko_sage, now=now)
    store(channel, now, message("2"))
    digest_payloads(business=toko_sage, now=now + timedelta(hours=2))
    assert problems(toko_sage)[0] == "message_unknown"
    assert not Payload.objects.filter(digested_at=None).exists()


def test_what_was_taken_back_goes_from_the_raw_body_too(
    toko_sage: Business, channel: Channel, now: datetime
) -> None:
    store(channel, now, message("abc-1", "Rahasia sekali"))
    digest_payloads(business=toko_sage, now=now)
    store(channel, now, body({"type": "delete", "id": "abc-1"}))
    digest_payloads(business=toko_sage, now=now + timedelta(minutes=1))
    assert all(b"Rahasia" not in bytes(row.body) for row in Payload.objects.all())


def test_a_mended_adapter_reads_again_what_it_failed_on(
    toko_sage: Business, channel: Channel, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(channel, now, message("1"), b"burst", body({"type": "poke"}))
    digest_payloads(business=toko_sage, now=now)
    adapter = use_plain(monkeypatch)
    monkeypatch.setattr(adapter, "parse", lambda raw, account: [])
    assert replay_payloads(business=toko_sage, problem="parse_failed", by=None, now=now) == 1
    assert digest_payloads(business=toko_sage, now=now) == 1
    assert problems(toko_sage) == ["", "", "unsupported:poke"]
    assert replay_payloads(business=toko_sage, problem="", by=None, now=now) == 1
    assert replay_payloads(business=toko_sage, channel=channel, until=now, by=None, now=now) == 0
    assert replay_payloads(business=toko_sage, channel=channel, since=now, by=None, now=now) == 3
    assert toko_sage.audit_entries.filter(verb="replayed_payloads").count() == 3


def test_nobody_reads_or_replays_anothers_payloads(
    toko_sage: Business, channel: Channel, now: datetime
) -> None:
    other = make_business(name="Toko Lain", owner_email="lain@lain.example", now=now)
    store(channel, now, message("1"))
    digest_payloads(business=toko_sage, now=now)
    [row] = list_payloads(toko_sage)
    assert list_payloads(other) == []
    assert replay_payloads(business=other, ids=[row.id], by=None, now=now) == 0
    with pytest.raises(Payload.DoesNotExist):
        get_payload(other, row.id)


def test_payloads_are_listed_newest_first_a_page_at_a_time(
    toko_sage: Business, channel: Channel, now: datetime
) -> None:
    store(channel, now, *(message(str(n)) for n in range(5)))
    first = list_payloads(toko_sage, channel=channel, limit=3)
    rest = list_payloads(toko_sage, channel=channel, after=first[-1].id, limit=3)
    ids = [row.id for row in first + rest]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 5
    assert first[0].size == len(message("4"))
    assert list_payloads(toko_sage, problem="waits") == []
    assert len(list_payloads(toko_sage, problem="")) == 5


def test_what_a_poll_found_is_read_as_such(toko_sage: Business, channel: Channel, now: datetime) -> None:
    item = RawItem("uid:7", message("1"), {"folder": "INBOX"})
    store_items(channel=channel, items=[item, item], now=now)
    row = Payload.objects.get()
    assert intake.raw_of(row) == item
    assert digest_payloads(business=toko_sage, now=now) == 1


def test_raw_bodies_go_thirty_days_after_they_were_understood(
    toko_sage: Business, channel: Channel, now: datetime
) -> None:
    store(channel, now, message("1"), b"burst")
    digest_payloads(business=toko_sage, now=now)
    assert drop_digested(business=toko_sage, now=now + timedelta(days=31)) == 1
    assert bytes(Payload.objects.get().body) == b"burst"


def test_a_body_with_signs_that_no_database_keeps(
    toko_sage: Business, channel: Channel, now: datetime
) -> None:
    store(channel, now, message("1", "Ha\x00lo \ud83d ok 😀"))
    digest_payloads(business=toko_sage, now=now)
    assert Message.objects.get().text == "Halo \ufffd ok 😀"


def test_a_body_with_more_than_fits_one_transaction(
    toko_sage: Business, channel: Channel, now: datetime
) -> None:
    many = [
        {
            "type": "message",
            "id": str(n),
            "from": RINA,
            "text": f"ke-{n}",
            "at": 1795246200 + n,
            "source": "history",
        }
        for n in range(450)
    ]
    store(channel, now, body(*many), message("akhir"))
    digest_payloads(business=toko_sage, now=now)
    assert Message.objects.count() == 451
    assert problems(toko_sage) == ["", ""]


def test_the_same_bytes_under_another_head_are_another_payload(channel: Channel, now: datetime) -> None:
    one = Arrival(channel.business_id, channel.pk, b"x", head_text({"id": "1"}))
    two = one._replace(head=head_text({"id": "2"}))
    store_arrivals([one, two, one], now=now)
    assert Payload.objects.count() == 2


def test_keys_of_one_moment_lie_together_and_differ(channel: Channel) -> None:
    def key(content: bytes, head: str = "{}") -> str:
        return Arrival(1, 1, content, head).dedupe_key

    one, two = key(b'{"at": 1795246200, "id": 1}'), key(b'{"at": 1795246200, "id": 2}')
    assert one == key(b'{"at": 1795246200, "id": 1}')
    assert one != two
    assert one[:8] == two[:8] == "95246200"
    assert key(b'{"at": 1795246200123}')[:8] == "95246200"
    assert len(key(b"x", '{"at": 1795246200}')) == 20
    assert {len(key(b"no time")), len(key(b""))} == {20}
    assert len(key(b"17841405309211844")) == 20


def test_a_fixture_names_nobody(toko_sage: Business, channel: Channel, now: datetime) -> None:
    raw = {
        "object": "whatsapp_business_account",
        "token": "EAAG-rahasia-9",
        "entry": [
            {
                "contacts": [{"profile": {"name": "Siti Aminah"}, "wa_id": "628111222333"}],
                "messages": [
                    {
                        "from": "628111222333",
                        "id": "wamid.HBgNNjI4MTEx",
                        "timestamp": "1795289176",
                        "type": "text",
                    },
                    {"text": {"body": "Alamat saya Jl. Melati 5"}, "context": {"id": "wamid.HBgNNjI4MTEx"}},
                ],
                "content": json.dumps({"email": "siti@rumah.example", "n": 3}),
            }
        ],
    }
    store(channel, now, json.dumps(raw).encode())
    text = record_fixture(Payload.objects.select_related("channel").get())
    for word in ("Siti", "8111222333", "rahasia", "Melati", "siti@", "HBgNNjI4MTEx"):
        assert word not in text
    made = json.loads(text)["body"]
    assert made["object"] == "whatsapp_business_account"
    first, second = made["entry"][0]["messages"]
    assert (first["type"], first["timestamp"]) == ("text", "1795289176")
    assert first["id"].startswith("wamid.")
    assert first["id"] == second["context"]["id"]
    assert first["from"] == made["entry"][0]["contacts"][0]["wa_id"]
    assert first["from"].startswith("62")
