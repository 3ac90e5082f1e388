"""What went wrong in others' products, one test each: the bug's name first, its issue in the docstring.

Bodies are the providers' own and come in as they do: stored, then digested. Bugs of a single dialect (e-mail loops, LINE's
reply tokens, exports, the clients of marketplaces) are tried where that dialect is.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.channels.operations import connect_channel
from sapa.contacts.models import Contact, Identity
from sapa.conversations.models import Attachment, Conversation, Message
from sapa.gateway.intake import digest_payloads
from sapa.gateway.models import Dispatch, Payload, Receipt
from sapa.gateway.receipts import settle_receipts
from sapa.gateway.registry import find_adapter
from sapa.gateway.storing import Arrival, store_arrivals
from sapa.lib.ids import uuid7
from sapa.lib.phones import normalise_phone
from tests.gateway.adapters import cases_instagram, cases_line, cases_telegram, cases_whatsapp
from tests.gateway.adapters.cases import AdapterCases
from tests.gateway.adapters.cases_whatsapp import (
    RINA_ID,
    RINA_NUMBER,
    change,
    echo,
    error,
    hook,
    received,
    status,
    statuses,
    text,
)

pytestmark = pytest.mark.django_db

OUT = status("sent")["id"]


def connect(shop: Business, cases: AdapterCases, now: datetime) -> Channel:
    account = cases.account
    return connect_channel(
        business=shop,
        kind=account.kind,
        name=account.name,
        account=account.account,
        settings=dict(account.settings),
        by=None,
        now=now,
    )


@pytest.fixture
def whatsapp(toko_sage: Business, now: datetime) -> Channel:
    return connect(toko_sage, cases_whatsapp.CASES, now)


def come(channel: Channel, now: datetime, *bodies: Any) -> None:
    """These bodies arrive and are digested, one after the other."""
    for body in bodies:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        store_arrivals([Arrival(channel.business_id, channel.pk, raw)], now=now)
        digest_payloads(business=channel.business, now=now)


def echoed(**fields: Any) -> bytes:
    return hook(change("smb_message_echoes", message_echoes=[echo(**fields)]))


def sending(
    channel: Channel, now: datetime, words: str, *, provider_id: str = "", state: str = "taken"
) -> Message:
    """Our own message, as the outbox has it between taking the row and hearing the provider's answer."""
    message = Message.objects.create(
        business=channel.business,
        conversation=Conversation.objects.get(channel=channel),
        direction="out",
        text=words,
        happened_at=now,
        learned_at=now,
        dedupe_key=f"out:{uuid7()}",
        source="live",
        send_status="sent" if provider_id else "queued",
        provider_id=provider_id,
    )
    Dispatch.objects.create(
        business=channel.business,
        channel=channel,
        message=message,
        idempotency_key=str(uuid7()),
        recipient=RINA_NUMBER,
        state=state,
        due_at=now,
        taken_at=now,
        created_at=now,
    )
    return message


def people() -> int:
    return Contact.objects.filter(merged_into=None).count()


def from_number(number: str, name: str, key: str, words: str = "Oi") -> bytes:
    contact = {"profile": {"name": name}, "wa_id": number}
    message = {"from": number, "id": key, "timestamp": "1795289176", "type": "text", "text": {"body": words}}
    return received(message, contacts=[contact])


def test_bug_01_brazils_ninth_digit_makes_one_contact(whatsapp: Channel, now: datetime) -> None:
    """chatwoot#5840: the WhatsApp id lacks the nine that the phone number has."""
    come(whatsapp, now, from_number("551187654321", "Ana", "w1"), from_number("5511987654321", "Ana", "w2"))
    assert people() == 1
    assert Identity.objects.filter(kind="phone").get().value == "+5511987654321"


def test_bug_02_an_echo_to_the_other_form_of_a_number_makes_no_second_contact(
    whatsapp: Channel, now: datetime
) -> None:
    """chatwoot#13986: the echo names the receiver in the form in which the phone app has it."""
    come(whatsapp, now, from_number("551187654321", "Ana", "w1"))
    come(whatsapp, now, echoed(to="5511987654321", to_user_id="", type="text", text={"body": "Oi!"}))
    assert people() == 1


def test_bug_03_mexicos_former_one_makes_one_contact(whatsapp: Channel, now: datetime) -> None:
    """chatwoot#14048."""
    come(whatsapp, now, from_number("5215512345678", "Luz", "w1"), from_number("525512345678", "Luz", "w2"))
    assert people() == 1


def test_bug_04_we_answer_to_the_id_as_it_was_received(whatsapp: Channel, now: datetime) -> None:
    """chatwoot#11053: the provider refuses the number in any other form than its own."""
    come(whatsapp, now, from_number("5491123456789", "Sol", "w1"), from_number("551187654321", "Ana", "w2"))
    assert set(Conversation.objects.values_list("key", flat=True)) == {"5491123456789", "551187654321"}


@pytest.mark.parametrize("number", ["62811812345", "628118123456", "6281234567890"])
def test_bug_05_indonesias_code_is_not_put_before_itself(
    whatsapp: Channel, now: datetime, number: str
) -> None:
    """google/libphonenumber#1995, buku-masjid#104, builderbot#1233."""
    come(whatsapp, now, from_number(number, "Rina", "w1"))
    assert Identity.objects.get(kind="phone").value == f"+{number}"
    assert normalise_phone("0" + number[2:]) == f"+{number}"
    assert not Identity.objects.filter(value__contains="6262").exists()


def test_bug_05_a_business_scoped_id_stays_as_it_came(whatsapp: Channel, now: datetime) -> None:
    come(whatsapp, now, received(text("Halo")))
    assert Identity.objects.get(kind="whatsapp_user").value == RINA_ID


def test_bug_06_sent_after_delivered_and_after_failed_changes_nothing(
    whatsapp: Channel, now: datetime
) -> None:
    """chatwoot#14529, PR#14149."""
    come(whatsapp, now, received(text("Ada?")))
    ours = sending(whatsapp, now, "Ada", provider_id=OUT, state="sent")
    come(whatsapp, now, statuses(status("delivered")), statuses(status("sent")))
    ours.refresh_from_db()
    assert ours.send_status == "delivered"
    other = sending(whatsapp, now, "Kak?", provider_id="wamid.gagal", state="sent")
    failed = status("failed", id="wamid.gagal", errors=[error(131047, "Re-engagement message")])
    late = status("sent", id="wamid.gagal", timestamp="1795289999")
    come(whatsapp, now, statuses(failed), statuses(late))
    other.refresh_from_db()
    assert other.send_status == "failed"


def test_bug_07_a_status_before_our_row_has_the_id_is_kept(whatsapp: Channel, now: datetime) -> None:
    """botpress PR#15029."""
    come(whatsapp, now, received(text("Ada?")))
    ours = sending(whatsapp, now, "Ada")
    come(whatsapp, now, statuses(status("sent")), statuses(status("delivered")))
    assert Receipt.objects.count() == 2
    Message.objects.filter(pk=ours.pk).update(provider_id=OUT, send_status="sent")
    settle_receipts(business=whatsapp.business, channel=whatsapp, provider_ids=[OUT], now=now)
    ours.refresh_from_db()
    assert ours.send_status == "delivered"


def test_bug_08_delivered_without_sent_is_delivered(whatsapp: Channel, now: datetime) -> None:
    """postmangovsg PR#2151."""
    come(whatsapp, now, received(text("Ada?")))
    ours = sending(whatsapp, now, "Ada", provider_id=OUT, state="sent")
    come(whatsapp, now, statuses(status("read")))
    ours.refresh_from_db()
    assert ours.send_status == "read"


def test_bug_09_a_status_told_twice_counts_once(whatsapp: Channel, now: datetime) -> None:
    """whatsapp-api-manager PR#102, chatwoot#9962."""
    come(whatsapp, now, received(text("Ada?")))
    sending(whatsapp, now, "Ada", provider_id=OUT, state="sent")
    twice = [
        statuses(status(name, timestamp=str(1795289200 + n))) for n in range(3) for name in ("sent", "read")
    ]
    come(whatsapp, now, *twice)
    assert sorted(Receipt.objects.values_list("status", flat=True)) == ["read", "sent"]


def test_bug_10_a_file_that_fails_takes_no_message_with_it(whatsapp: Channel, now: datetime) -> None:
    """chatwoot#15754, #9809: the message is there, its file is fetched apart and asked for again."""
    picture = cases_whatsapp.message(
        type="image", image={"id": "M1", "mime_type": "image/jpeg", "caption": "Ini"}
    )
    come(whatsapp, now, received(picture))
    Attachment.objects.update(state="failed", tries=3, problem="provider_down")
    come(whatsapp, now, received(picture), {"again": True})
    assert Message.objects.get().text == "Ini"
    row = Attachment.objects.get()
    assert (row.state, row.tries, row.ref["id"]) == ("failed", 3, "M1")


def test_bug_11_a_reaction_opens_nothing_and_can_be_taken_back(whatsapp: Channel, now: datetime) -> None:
    """chatwoot#8656, fazer-ai PR#310, #378."""

    def reaction(emoji: str, at: int) -> bytes:
        body = {"message_id": text("x")["id"], "emoji": emoji}
        return received(cases_whatsapp.message(9, type="reaction", reaction=body, timestamp=str(at)))

    come(whatsapp, now, reaction("❤", 1795289300))
    assert not Conversation.objects.exists()
    come(whatsapp, now, received(text("Halo")))
    assert [one["emoji"] for one in Message.objects.get().reactions] == ["❤"]
    come(whatsapp, now, reaction("", 1795289400))
    assert Message.objects.get().reactions == []


def test_bug_12_edits_and_deletions_are_followed(whatsapp: Channel, now: datetime) -> None:
    """chatwoot#10637, fazer-ai PR#316."""
    cases = cases_whatsapp.CASES
    assert cases.edit
    assert cases.delete
    original = json.loads(cases.edit)["entry"][0]["changes"][0]["value"]["messages"][0]["edit"][
        "original_message_id"
    ]
    taken_back = json.loads(cases.delete)["entry"][0]["changes"][0]["value"]["messages"][0]["revoke"]
    come(whatsapp, now, received(text("Mau 1", id=original)), cases.edit)
    edited = Message.objects.get()
    assert (edited.is_edited, [one["text"] for one in edited.former_texts]) == (True, ["Mau 1"])
    gone = cases.delete.replace(taken_back["original_message_id"].encode(), original.encode())
    come(whatsapp, now, gone)
    edited.refresh_from_db()
    assert (edited.text, edited.former_texts, edited.is_deleted) == ("", [], True)


def test_bug_13_who_has_no_number_is_somebody(whatsapp: Channel, now: datetime) -> None:
    """whatomate#531, vercel/chat#794, open-chat-studio#3322."""
    contact = {"profile": {"name": "Rina", "username": "rina.w"}, "user_id": RINA_ID}
    hidden = {key: value for key, value in text("Halo").items() if key != "from"}
    come(whatsapp, now, received(hidden, contacts=[contact]))
    assert Conversation.objects.get().key == RINA_ID
    come(whatsapp, now, received(text("Ini nomor saya", 2)))
    assert people() == Conversation.objects.count() == 1


def test_bug_14_what_a_template_sent_does_not_come_twice(whatsapp: Channel, now: datetime) -> None:
    """chatwoot#3196, airy#2477: its echo has other words than we keep."""
    come(whatsapp, now, received(text("Ada?")))
    ours = sending(whatsapp, now, "Selamat datang, {{1}}")
    come(whatsapp, now, echoed(id="wamid.T1", type="text", text={"body": "Selamat datang, Rina"}))
    Message.objects.filter(pk=ours.pk).update(provider_id="wamid.T1", send_status="sent")
    settle_receipts(business=whatsapp.business, channel=whatsapp, provider_ids=["wamid.T1"], now=now)
    assert Message.objects.filter(direction="out").count() == 1


@pytest.mark.parametrize("seconds", [-60, 60])
def test_bug_15_an_echo_is_looked_for_on_both_sides_in_time(
    whatsapp: Channel, now: datetime, seconds: int
) -> None:
    """ChatbotX PR#893: the provider's clock is not ours."""
    come(whatsapp, now, received(text("Ada?")))
    at = datetime.fromtimestamp(1795289300, now.tzinfo)
    sending(whatsapp, at + timedelta(seconds=seconds), "Ada, Kak")
    come(whatsapp, now, echoed(type="text", text={"body": "Ada, Kak"}))
    assert Message.objects.filter(direction="out").count() == 1


def test_bug_16_what_is_answered_on_the_phone_is_the_teams(whatsapp: Channel, now: datetime) -> None:
    """airy#2434, chatwoot PR#13371."""
    come(whatsapp, now, received(text("Ada?")), echoed(type="text", text={"body": "Ada, Kak"}))
    answer = Message.objects.get(direction="out")
    assert (answer.source, answer.is_automatic, answer.identity) == ("echo", False, None)
    assert Conversation.objects.get().waiting_since is None


def test_bug_20_a_group_that_became_a_supergroup_is_the_same_thread(
    toko_sage: Business, now: datetime
) -> None:
    """gatus#179, telegram-bot-ruby#239, pyTelegramBotAPI#1682."""
    telegram = connect(toko_sage, cases_telegram.CASES, now)
    group = {"id": -4101, "type": "group", "title": "Reseller Sage", "all_members_are_administrators": True}
    sender = {"id": 7527593, "is_bot": False, "first_name": "Rina"}

    def said(update: int, chat: dict[str, Any], **fields: Any) -> dict[str, Any]:
        message = {"message_id": update, "from": sender, "chat": chat, "date": 1795289176 + update, **fields}
        return {"update_id": update, "message": message}

    big = {"id": -1004101, "type": "supergroup", "title": "Reseller Sage"}
    come(
        telegram,
        now,
        said(1, group, text="Halo semua"),
        said(2, group, migrate_to_chat_id=-1004101),
        said(3, big, text="Masih di sini"),
    )
    assert Conversation.objects.filter(merged_into=None).count() == 1
    assert Message.objects.filter(text__startswith="Masih").get().conversation.merged_into is None


def test_bug_22_a_redelivered_event_is_one_message(toko_sage: Business, now: datetime) -> None:
    """line-bot-sdk-python#380: the second body says that it is a second one, so it is another body."""
    line = connect(toko_sage, cases_line.CASES, now)
    raw = cases_line.CASES.message
    assert isinstance(raw, bytes)
    first, again = json.loads(raw), json.loads(raw)
    for event in again["events"]:
        event["deliveryContext"] = {"isRedelivery": True}
    come(line, now, first, again)
    assert Payload.objects.count() == 2
    assert Message.objects.count() == len([one for one in first["events"] if one["type"] == "message"])


def test_bug_25_an_unsent_message_leaves_no_word(toko_sage: Business, now: datetime) -> None:
    """LiveHelperChat discussion 2178: Instagram's review of an app looks for this."""
    instagram = connect(toko_sage, cases_instagram.CASES, now)
    cases = cases_instagram.CASES
    come(instagram, now, cases.message)
    words = Message.objects.order_by("id")[0].text
    assert words
    come(instagram, now + timedelta(minutes=1), cases.delete)
    assert Message.objects.filter(is_deleted=True).count() == 1
    assert not Message.objects.filter(text=words).exists()
    assert all(json.dumps(words)[1:-1].encode() not in bytes(row.body) for row in Payload.objects.all())


def test_bug_27_a_signature_is_judged_on_the_bytes_that_came(whatsapp: Channel) -> None:
    """dev.to wapgrowai: the body holds escapes, so writing it anew breaks the signature of messages with emoji."""
    raw = received(text("Halo 😀 é")).replace(b"\\ud83d", b"\\uD83D")
    assert json.dumps(json.loads(raw)).encode() != raw
    adapter, cases = find_adapter("whatsapp"), cases_whatsapp.CASES
    assert adapter is not None
    assert cases.sign is not None
    assert type(adapter.verify(cases.sign(raw), cases.account)).__name__ == "Verified"


def test_bug_28_history_reorders_nothing_and_opens_no_window(whatsapp: Channel, now: datetime) -> None:
    """dev.to wapgrowai: old threads jumped to the top, and a reply seemed possible where it was not."""
    come(whatsapp, now, cases_whatsapp.CASES.history)
    rows = Conversation.objects.all()
    assert rows
    assert all(row.waiting_since is None and row.window_closes_at is None for row in rows)
    assert all(row.last_message_at is None for row in rows)
    assert set(Message.objects.values_list("source", flat=True)) == {"history"}
    come(whatsapp, now, received(text("Halo lagi", 7)))
    row = Conversation.objects.get(window_closes_at__isnull=False)
    assert row.waiting_since is not None
