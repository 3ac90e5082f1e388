"""Forgetting somebody whom live channels brought: files, drafts, remarks, what waits to be sent, receipts."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from sapa.accounts.models import Business, Teammate
from sapa.contacts.models import Contact
from sapa.conversations.models import Attachment, Conversation, Draft, Message, Remark
from sapa.gateway.digest import digest_events
from sapa.gateway.models import Dispatch, DispatchTry, Receipt, ScheduledMessage
from sapa.gateway.types import ChannelRef, ConversationRef, Key, Media, MessageReceived, Person
from sapa.upkeep.operations import forget

pytestmark = pytest.mark.django_db(transaction=True)


def bring(shop: Business, now: datetime, phone: str, name: str, file: str) -> Conversation:
    person = Person(("whatsapp", phone), name, (Key("phone", phone),))
    event = MessageReceived(
        channel=ChannelRef("whatsapp"),
        conversation=ConversationRef(phone, name, party=person),
        dedupe_key=f"m:{phone}",
        person=person,
        text=f"Saya {name}",
        at=now,
        source="live",
        provider_id=f"wamid.{phone}",
        media=(Media("image", f"{name}.jpg", "image/jpeg", 7, {"url": f"https://x/{name}"}),),
    )
    digest_events(business=shop, events=[event], now=now)
    thread = Conversation.objects.get(key=phone)
    Attachment.objects.filter(message__conversation=thread).update(stored_as=file, state="stored")
    return thread


def test_nothing_of_them_is_left(toko_sage: Business, bu_tuti: Teammate, now: datetime) -> None:
    alone = default_storage.save("uji/rina.jpg", ContentFile(b"rina"))
    both = default_storage.save("uji/bersama.jpg", ContentFile(b"katalog"))
    rina = bring(toko_sage, now, "+6281234567890", "Rina Wulandari", alone)
    budi = bring(toko_sage, now, "+6281298765432", "Budi Santoso", both)
    last = Message.objects.get(conversation=rina)
    Attachment.objects.create(
        business=toko_sage,
        message=last,
        position=1,
        kind="image",
        stored_as=both,
        state="stored",
        created_at=now,
    )
    Message.objects.update(former_texts=[{"text": "Saya Rina", "until": now.isoformat()}])
    Draft.objects.create(
        business=toko_sage, conversation=rina, teammate=bu_tuti, kind="reply", text="Kak Rina", saved_at=now
    )
    Remark.objects.create(business=toko_sage, conversation=rina, text="Rina suka hijau", at=now)
    ScheduledMessage.objects.create(
        business=toko_sage, conversation=rina, text="Kak Rina!", send_at=now, created_at=now
    )
    dispatch = Dispatch.objects.create(
        business=toko_sage,
        channel=rina.channel,
        message=last,
        idempotency_key="1",
        recipient="6281234567890",
        content={"quoted": "Rina"},
        due_at=now,
        created_at=now,
    )
    DispatchTry.objects.create(
        business=toko_sage, dispatch=dispatch, at=now, outcome="retry", detail="to 6281234567890"
    )
    for row in Message.objects.all():
        Receipt.objects.create(
            business=toko_sage,
            channel=rina.channel,
            provider_id=row.provider_id,
            status="read",
            at=now,
            learned_at=now,
        )
    forget(business=toko_sage, contact=Contact.objects.get(name="Rina Wulandari"), by=bu_tuti, now=now)
    _is_gone(dispatch)
    assert not default_storage.exists(alone)
    assert default_storage.exists(both)
    kept = Message.objects.get(conversation=budi)
    assert (kept.text, kept.former_texts[0]["text"]) == ("Saya Budi Santoso", "Saya Rina")
    assert Receipt.objects.get().provider_id == kept.provider_id
    assert Attachment.objects.get(message=kept).stored_as == both


def _is_gone(dispatch: Dispatch) -> None:
    message = Message.objects.get(pk=dispatch.message_id)
    assert (message.text, message.former_texts, message.provider_id) == ("", [], "")
    gone = Attachment.objects.filter(message=message)
    assert {(row.name, row.stored_as, row.state, str(row.ref)) for row in gone} == {("", "", "gone", "{}")}
    assert not Draft.objects.exists()
    assert Remark.objects.get().text == ""
    scheduled = ScheduledMessage.objects.get()
    assert (scheduled.text, scheduled.state) == ("", "cancelled")
    dispatch.refresh_from_db()
    assert (dispatch.recipient, dispatch.content, dispatch.state) == ("", {}, "cancelled")
    assert DispatchTry.objects.get().detail == ""
