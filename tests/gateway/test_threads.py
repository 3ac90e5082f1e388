"""One person, two threads: told by the provider they become one, with nothing lost, and a teammate can part them again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.channels.models import Channel
from sapa.channels.operations import connect_channel
from sapa.conversations.models import Conversation, Draft, Label, Labelling, Message, Remark
from sapa.conversations.operations import part_threads, put_label, save_draft
from sapa.gateway.digest import digest_events
from sapa.gateway.types import (
    ChannelRef,
    ConversationMoved,
    ConversationRef,
    Event,
    Key,
    KeyReplaced,
    MessageReceived,
    Person,
    PersonDescribed,
)

pytestmark = pytest.mark.django_db

CHANNEL = ChannelRef("whatsapp")
NUMBER, USER_ID, NEW_ID = "6281234567890", "ID.1111", "ID.2222"
PHONE = f"+{NUMBER}"
BY_NUMBER = Person(("whatsapp", PHONE), "Rina Wulandari", (Key("phone", PHONE),))
BY_BOTH = Person(("whatsapp_user", USER_ID), "Rina", (Key("phone", PHONE), Key("whatsapp_user", USER_ID)))
BY_USER_ID = Person(("whatsapp_user", USER_ID), "Rina", (Key("whatsapp_user", USER_ID),))
THREADS = {
    one: ConversationRef(key) for one, key in ((BY_NUMBER, NUMBER), (BY_BOTH, USER_ID), (BY_USER_ID, USER_ID))
}


@pytest.fixture(autouse=True)
def channel(toko_sage: Business, now: datetime) -> Channel:
    return connect_channel(
        business=toko_sage, kind="whatsapp", name="", account="1", settings={}, by=None, now=now
    )


@pytest.fixture
def tuti(toko_sage: Business) -> Teammate:
    return Teammate.objects.filter(business=toko_sage).order_by("id")[0]


def said(at: datetime, text: str, by: Person, **more: object) -> MessageReceived:
    event = MessageReceived(
        channel=CHANNEL,
        conversation=replace(THREADS[by], party=by),
        dedupe_key=f"wa:{text}",
        person=by,
        text=text,
        at=at,
        source="live",
        provider_id=f"wamid.{text}",
    )
    return replace(event, **more)  # type: ignore[arg-type]


def typed_on_the_phone(at: datetime, text: str, person: Person) -> MessageReceived:
    return replace(said(at, text, person), person=None, source="echo")


def digest(shop: Business, now: datetime, *events: Event) -> None:
    digest_events(business=shop, events=events, now=now)


def moved(at: datetime, old: str = NUMBER, new: str = USER_ID) -> ConversationMoved:
    return ConversationMoved(CHANNEL, old, new, at)


def words(key: str) -> list[str]:
    rows = Message.objects.filter(conversation__key=key).order_by("happened_at", "rank", "id")
    return list(rows.values_list("text", flat=True))


def split_in_two(shop: Business, now: datetime) -> None:
    """Rina wrote under her number, and later under her user id alone: nobody knew that it is her."""
    digest(shop, now, said(now, "satu", BY_NUMBER))
    digest(shop, now, said(now + timedelta(minutes=1), "dua", BY_USER_ID))


def test_told_both_keys_two_threads_become_one(toko_sage: Business, now: datetime) -> None:
    split_in_two(toko_sage, now)
    assert (words(NUMBER), words(USER_ID)) == (["satu"], ["dua"])
    later = now + timedelta(minutes=2)
    digest(toko_sage, later, moved(later), said(later, "tiga", BY_BOTH))
    assert (words(NUMBER), words(USER_ID)) == ([], ["satu", "dua", "tiga"])
    kept = Conversation.objects.get(key=USER_ID)
    assert (kept.waiting_since, kept.last_message_at) == (now, later)
    assert Conversation.objects.get(key=NUMBER).merged_into == kept
    entry = AuditEntry.objects.get(verb="conversation.joined")
    assert (entry.teammate, entry.data["into"]) == (None, kept.pk)


def test_what_comes_under_the_old_key_afterwards_goes_on_in_the_one_thread(
    toko_sage: Business, now: datetime
) -> None:
    split_in_two(toko_sage, now)
    later = now + timedelta(minutes=5)
    digest(toko_sage, later, moved(later))
    digest(toko_sage, later, typed_on_the_phone(later, "siap kak", BY_NUMBER))
    assert words(USER_ID) == ["satu", "dua", "siap kak"]
    assert Conversation.objects.get(key=USER_ID).waiting_since is None


def test_drafts_labels_remarks_and_who_answers_come_along_and_go_back(
    toko_sage: Business, now: datetime, tuti: Teammate
) -> None:
    split_in_two(toko_sage, now)
    old, new = Conversation.objects.get(key=NUMBER), Conversation.objects.get(key=USER_ID)
    Conversation.objects.filter(pk=old.pk).update(assignee=tuti)
    for thread, text in ((old, "Halo kak"), (new, "ada ya")):
        save_draft(business=toko_sage, conversation=thread, teammate=tuti, kind="reply", text=text, now=now)
    put_label(business=toko_sage, conversations=[old], name="Grosir", by=tuti, now=now)
    Remark.objects.create(business=toko_sage, conversation=old, by=tuti, text="langganan", at=now)
    digest(toko_sage, now, moved(now))
    new.refresh_from_db()
    assert new.assignee == tuti
    assert Draft.objects.get().text == "Halo kak\nada ya"
    assert Labelling.objects.filter(conversation=new, label=Label.objects.get()).exists()
    assert Remark.objects.get().conversation == new
    take_back(toko_sage, now, tuti)
    assert (words(NUMBER), words(USER_ID)) == (["satu"], ["dua"])
    assert Remark.objects.get().conversation == old
    assert list(Labelling.objects.values_list("conversation", flat=True)) == [old.pk]


def take_back(shop: Business, now: datetime, by: Teammate) -> None:
    entry = AuditEntry.objects.get(verb="conversation.joined", undone_at=None)
    part_threads(business=shop, conversation_id=int(entry.object_id), entry_data=entry.data, by=by, now=now)
    AuditEntry.objects.filter(pk=entry.pk).update(undone_at=now)


def test_what_a_teammate_parted_no_provider_joins_again(
    toko_sage: Business, now: datetime, tuti: Teammate
) -> None:
    split_in_two(toko_sage, now)
    digest(toko_sage, now, moved(now))
    take_back(toko_sage, now, tuti)
    later = now + timedelta(minutes=9)
    digest(toko_sage, later, moved(later), said(later, "tiga", BY_BOTH))
    digest(toko_sage, later, typed_on_the_phone(later, "siap", BY_NUMBER))
    assert (words(NUMBER), words(USER_ID)) == (["satu", "siap"], ["dua", "tiga"])


def test_an_echo_that_names_the_number_alone_opens_no_second_thread(
    toko_sage: Business, now: datetime
) -> None:
    digest(toko_sage, now, said(now, "halo", BY_BOTH))
    digest(toko_sage, now, typed_on_the_phone(now + timedelta(minutes=1), "siap kak", BY_NUMBER))
    assert words(USER_ID) == ["halo", "siap kak"]
    assert Conversation.objects.get(key=USER_ID).waiting_since is None


def test_an_address_book_that_names_both_keys_leads_the_next_message_home(
    toko_sage: Business, now: datetime
) -> None:
    digest(toko_sage, now, said(now, "halo", BY_NUMBER), PersonDescribed(CHANNEL, BY_BOTH, now))
    digest(toko_sage, now, said(now + timedelta(minutes=1), "kak?", BY_USER_ID))
    assert words(USER_ID) == ["halo", "kak?"]


def test_two_numbers_of_one_contact_stay_two_threads(toko_sage: Business, now: datetime) -> None:
    other = Person(
        ("whatsapp", "+6281300000001"), "Rina", (Key("phone", "+6281300000001"), Key("phone", PHONE))
    )
    digest(toko_sage, now, said(now, "halo", BY_NUMBER))
    digest(
        toko_sage,
        now,
        said(
            now,
            "nomor kantor",
            BY_NUMBER,
            person=other,
            conversation=ConversationRef("6281300000001", party=other),
        ),
    )
    assert (words(NUMBER), words("6281300000001")) == (["halo"], ["nomor kantor"])


def test_a_new_number_brings_both_old_threads_to_the_new_user_id(toko_sage: Business, now: datetime) -> None:
    split_in_two(toko_sage, now)
    digest(
        toko_sage,
        now,
        KeyReplaced(CHANNEL, Key("phone", PHONE), Key("phone", "+6281300000009"), now),
        KeyReplaced(CHANNEL, Key("whatsapp_user", USER_ID), Key("whatsapp_user", NEW_ID), now),
        moved(now, NUMBER, NEW_ID),
        moved(now, USER_ID, NEW_ID),
    )
    assert words(NEW_ID) == ["satu", "dua"]


def test_whoever_gets_the_old_number_is_somebody_else(toko_sage: Business, now: datetime) -> None:
    digest(toko_sage, now, said(now, "halo", BY_BOTH))
    digest(
        toko_sage,
        now,
        KeyReplaced(CHANNEL, Key("phone", PHONE), Key("phone", "+6281300000009"), now),
        KeyReplaced(CHANNEL, Key("whatsapp_user", USER_ID), Key("whatsapp_user", NEW_ID), now),
        moved(now, NUMBER, NEW_ID),
        moved(now, USER_ID, NEW_ID),
    )
    digest(toko_sage, now, said(now + timedelta(days=200), "Ini siapa?", BY_NUMBER))
    assert (words(NUMBER), words(NEW_ID)) == (["Ini siapa?"], ["halo"])
