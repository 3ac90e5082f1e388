"""WhatsApp bodies all the way into the inbox: what one module alone cannot promise."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.channels.operations import connect_channel
from sapa.contacts.models import Contact
from sapa.conversations.models import Attachment, Conversation, Message
from sapa.gateway.accounts import get_account
from sapa.gateway.adapters.whatsapp import ADAPTER
from sapa.gateway.contract import RawRequest
from sapa.gateway.digest import digest_events
from sapa.gateway.models import Dispatch
from tests.gateway.adapters.cases_whatsapp import (
    ACCOUNT,
    NUMBER_ID,
    RINA,
    RINA_ID,
    RINA_NUMBER,
    change,
    echo,
    hook,
    message,
    received,
    status,
    statuses,
    text,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel(toko_sage: Business, now: datetime) -> Channel:
    return connect_channel(
        business=toko_sage,
        kind="whatsapp",
        name="",
        account=NUMBER_ID,
        settings=dict(ACCOUNT.settings),
        by=None,
        now=now,
    )


def digest(channel: Channel, now: datetime, *bodies: bytes) -> None:
    for body in bodies:
        events = ADAPTER.parse(RawRequest("POST", "", {}, body), get_account(channel))
        digest_events(business=channel.business, events=events, now=now)


def history(*rows: dict[str, Any]) -> bytes:
    return hook(change("history", history=[{"threads": [{"id": RINA_NUMBER, "messages": list(rows)}]}]))


def without_id(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "from_user_id"}


def test_a_person_first_known_by_number_stays_one_thread_and_one_contact(
    channel: Channel, now: datetime
) -> None:
    by_number = {"profile": {"name": "Rina Wulandari"}, "wa_id": RINA_NUMBER}
    by_name = {"profile": {"name": "Rina Wulandari", "username": "rinaw"}, "user_id": RINA_ID}
    hidden = {name: value for name, value in text("Sudah saya transfer ya", 3).items() if name != "from"}
    digest(
        channel,
        now,
        received(without_id(text("Halo")), contacts=[by_number]),
        received(text("Masih ada?", 2)),
        received(hidden, contacts=[by_name]),
    )
    thread = Conversation.objects.get()
    assert thread.key == RINA_ID
    assert [row.text for row in thread.messages.order_by("id")] == [
        "Halo",
        "Masih ada?",
        "Sudah saya transfer ya",
    ]
    assert Contact.objects.count() == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_file_of_history_finds_its_message(channel: Channel, now: datetime, order: tuple[int, int]) -> None:
    told = history({**without_id(message()), "type": "media_placeholder"})
    image = {"id": "24230790383178626", "mime_type": "image/jpeg", "caption": "Warna ini kak"}
    came = hook(change("history", messages=[without_id(message(type="image", image=image))]))
    bodies = (told, came)
    digest(channel, now, *(bodies[place] for place in order), came)
    row = Message.objects.get()
    assert (row.text, row.media, row.source) == (
        "Warna ini kak",
        [{"kind": "image", "name": ""}],
        "history",
    )
    assert [one.ref["id"] for one in Attachment.objects.filter(message=row)] == ["24230790383178626"]


def test_history_makes_nobody_wait_and_live_does(channel: Channel, now: datetime) -> None:
    digest(channel, now, history(without_id(text("Halo dulu"))))
    assert Conversation.objects.get().waiting_since is None
    digest(channel, now, received(text("Halo sekarang", 2)))
    assert Conversation.objects.filter(waiting_since__isnull=False).count() == 1


def test_what_the_phone_app_wrote_answers_the_customer(channel: Channel, now: datetime) -> None:
    """Bug 16: what was written in the phone app stood there as the bot's, or not at all."""
    own = hook(change("smb_message_echoes", message_echoes=[echo(type="text", text={"body": "Ada kak"})]))
    digest(channel, now, received(text("Masih ada?")), own, own)
    answer = Message.objects.get(direction="out")
    assert (answer.text, answer.source, answer.is_automatic) == ("Ada kak", "echo", False)
    assert Conversation.objects.get().waiting_since is None


def test_a_reaction_alone_opens_no_conversation(channel: Channel, now: datetime) -> None:
    digest(channel, now, received(message(type="reaction", reaction={"message_id": "wamid.X", "emoji": "❤️"})))
    assert not Conversation.objects.exists()
    assert not Contact.objects.exists()


def test_a_receipt_settles_a_send_whose_answer_was_lost(channel: Channel, now: datetime) -> None:
    """Bug 7: the status names an id that we never learned, because the line broke; our own id in it tells."""
    digest(channel, now, received(text("Masih ada?"), contacts=[RINA]))
    thread = Conversation.objects.get()
    sent = Message.objects.create(
        business=channel.business,
        conversation=thread,
        direction="out",
        text="Ada kak",
        happened_at=now,
        learned_at=now,
        dedupe_key="ours",
        source="live",
        send_status="uncertain",
    )
    dispatch = Dispatch.objects.create(
        business=channel.business,
        channel=channel,
        message=sent,
        idempotency_key="k",
        recipient=RINA_ID,
        state=Dispatch.State.UNCERTAIN,
        due_at=now,
        created_at=now,
    )
    row = status("delivered", biz_opaque_callback_data=str(dispatch.public_id))
    digest(channel, now, statuses(row), statuses(row))
    sent.refresh_from_db()
    dispatch.refresh_from_db()
    assert (sent.provider_id, sent.send_status) == (row["id"], "delivered")
    assert dispatch.state == Dispatch.State.SENT


def test_another_shops_receipt_settles_nothing_here(channel: Channel, now: datetime) -> None:
    digest(channel, now, statuses(status("delivered", biz_opaque_callback_data="no uuid")))
    assert not Message.objects.exists()
