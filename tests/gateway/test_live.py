"""What comes live: clocks, echoes, receipts, edits, deletions, reactions, consent, forms; each once, in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.channels.operations import connect_channel
from sapa.contacts.consents import find_consent, list_refusing
from sapa.contacts.models import Contact, Identity, ToldOrigin
from sapa.conversations.models import Attachment, Conversation, Message, Note, Stir
from sapa.conversations.rules import better_status, is_opt_out, wants_answer
from sapa.gateway.digest import digest_events
from sapa.gateway.models import Dispatch, DispatchTry, Receipt, Template
from sapa.gateway.receipts import settle_receipts
from sapa.gateway.types import (
    ChannelRef,
    ChannelStateChanged,
    ConsentStated,
    ConversationMoved,
    ConversationRef,
    Event,
    FormFilled,
    Key,
    KeyReplaced,
    Media,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    Origin,
    Person,
    Reacted,
    ReceiptGiven,
    TemplateStated,
)
from sapa.lib.ids import uuid7
from sapa.timeline.models import Touchpoint
from tests.gateway.plain import use_plain

pytestmark = pytest.mark.django_db

WHATSAPP = ChannelRef("whatsapp")
PHONE = "+6281234567890"
RINA = Person(("whatsapp", PHONE), "Rina Wulandari", (Key("phone", PHONE),))
THREAD = ConversationRef("6281234567890", "Rina Wulandari", party=RINA)


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    use_plain(monkeypatch)


@pytest.fixture
def channel(toko_sage: Business, now: datetime) -> Channel:
    return connect_channel(
        business=toko_sage, kind="whatsapp", name="", account="1", settings={}, by=None, now=now
    )


def said(now: datetime, key: str, text: str, **more: object) -> MessageReceived:
    event = MessageReceived(
        channel=WHATSAPP,
        conversation=THREAD,
        dedupe_key=f"wa:{key}",
        person=RINA,
        text=text,
        at=now,
        source="live",
        provider_id=f"wamid.{key}",
    )
    return replace(event, **more)  # type: ignore[arg-type]


def echo(now: datetime, key: str, text: str, **more: object) -> MessageReceived:
    return said(now, key, text, person=None, source="echo", **more)


def digest(shop: Business, now: datetime, *events: Event) -> list[str]:
    return [one.result for one in digest_events(business=shop, events=events, now=now)]


def thread(shop: Business) -> Conversation:
    return Conversation.objects.get(business=shop)


def sent(
    shop: Business,
    channel: Channel,
    now: datetime,
    text: str,
    *,
    state: str = "taken",
    status: str = "queued",
    provider_id: str = "",
) -> Message:
    """Our own message on its way, as the outbox has it."""
    message = Message.objects.create(
        business=shop,
        conversation=thread(shop),
        direction="out",
        text=text,
        happened_at=now,
        learned_at=now,
        dedupe_key=f"out:{uuid7()}",
        source="live",
        send_status=status,
        provider_id=provider_id,
    )
    Dispatch.objects.create(
        business=shop,
        channel=channel,
        message=message,
        idempotency_key=str(uuid7()),
        recipient="6281234567890",
        state=state,
        due_at=now,
        taken_at=now,
        created_at=now,
    )
    return message


# ── a message of the customer ────────────────────────────────────────────────────────────────────────


def test_a_live_message_starts_the_clock_and_opens_the_window(toko_sage: Business, now: datetime) -> None:
    assert digest(toko_sage, now, said(now, "1", "Kak, sage L masih ada?")) == ["created"]
    row = thread(toko_sage)
    assert row.waiting_since == row.last_in_at == row.last_message_at == now
    assert row.window_closes_at == now + timedelta(hours=24)
    assert list(Stir.objects.values_list("conversation", "what")) == [(row.pk, "message")]


def test_it_opens_what_was_closed_and_ends_a_snooze(toko_sage: Business, now: datetime) -> None:
    digest(toko_sage, now, said(now, "1", "Halo"))
    Conversation.objects.update(closed_at=now, snoozed_until=now + timedelta(days=2), waiting_since=None)
    digest(toko_sage, now, said(now + timedelta(hours=1), "2", "Makasih, Kak 🙏"))
    assert thread(toko_sage).closed_at == now
    digest(toko_sage, now, said(now + timedelta(hours=2), "3", "Eh, ada warna lain?"))
    row = thread(toko_sage)
    assert (row.closed_at, row.snoozed_until) == (None, None)
    assert row.waiting_since == now + timedelta(hours=2)


def test_thanks_and_stickers_start_no_clock(toko_sage: Business, now: datetime) -> None:
    digest(
        toko_sage, now, said(now, "1", "Makasih banyak ya kak"), said(now, "2", "", media=(Media("sticker"),))
    )
    assert thread(toko_sage).waiting_since is None


def test_history_and_imports_start_nothing(toko_sage: Business, now: datetime) -> None:
    digest(
        toko_sage, now, said(now, "1", "Ready?", source="history"), said(now, "2", "Ready?", source="import")
    )
    row = thread(toko_sage)
    assert (row.waiting_since, row.window_closes_at, row.last_in_at) == (None, None, None)
    assert not Stir.objects.exists()
    assert set(Message.objects.values_list("source", flat=True)) == {"history", "import"}


def test_a_late_message_from_before_our_answer_starts_no_clock(toko_sage: Business, now: datetime) -> None:
    digest(toko_sage, now, echo(now, "2", "Masih ada, Kak"))
    digest(toko_sage, now, said(now - timedelta(minutes=1), "1", "Masih ada?"))
    assert thread(toko_sage).waiting_since is None
    assert [one.text for one in Message.objects.order_by("happened_at")] == ["Masih ada?", "Masih ada, Kak"]


def test_three_photos_are_one_conversation(toko_sage: Business, now: datetime) -> None:
    album = [
        said(
            now, str(n), "", media=(Media("image", f"{n}.jpg", "image/jpeg", 1000 + n, {"id": f"media-{n}"}),)
        )
        for n in range(3)
    ]
    assert digest(toko_sage, now, *album) == ["created"] * 3
    assert digest(toko_sage, now, *album) == ["merged"] * 3
    assert Conversation.objects.count() == 1
    rows = Attachment.objects.order_by("ref__id")
    assert [(row.state, row.ref["id"], row.mime, row.next_try_at) for row in rows] == [
        ("waiting", f"media-{n}", "image/jpeg", now) for n in range(3)
    ]


def test_an_ad_that_opened_the_talk_is_where_they_came_from(toko_sage: Business, now: datetime) -> None:
    ad = Origin("instagram", "Iklan Sage Raya", "https://fb.me/x")
    digest(toko_sage, now, said(now, "1", "Mau tanya iklannya", origin=ad))
    told = ToldOrigin.objects.get()
    assert (told.channel, told.context) == ("instagram", "Iklan Sage Raya")
    assert Touchpoint.objects.filter(kind="origin.told").count() == 1


def test_an_answer_by_mail_stays_in_its_thread(toko_sage: Business, now: datetime) -> None:
    digest(toko_sage, now, said(now, "1", "Kak?"))
    other = ConversationRef("lain", party=RINA, answers=("tak-dikenal", "wamid.1"))
    digest(toko_sage, now, said(now, "2", "Jadi?", conversation=other))
    assert Message.objects.filter(conversation=thread(toko_sage)).count() == 2


def test_a_fixed_number_of_queries_for_any_number_of_messages(toko_sage: Business, now: datetime) -> None:
    def cost(count: int, first: int) -> int:
        events = [
            said(
                now + timedelta(seconds=n),
                f"k{first + n}",
                "Halo, mau tanya",
                person=Person(
                    ("whatsapp", f"+62812{first + n:08}"), "", (Key("phone", f"+62812{first + n:08}"),)
                ),
                conversation=ConversationRef(f"62812{first + n:08}"),
                media=(Media("image", ref={"id": str(n)}),),
            )
            for n in range(count)
        ]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            digest(toko_sage, now, *events)
        return len(queries)

    cost(1, 0)
    assert cost(60, 3000) == cost(5, 1000)


# ── echoes ───────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_typed_in_the_phone_stands_in_the_thread(toko_sage: Business, now: datetime) -> None:
    digest(toko_sage, now, said(now, "1", "Ada?"))
    later = now + timedelta(minutes=3)
    assert digest(toko_sage, now, echo(later, "2", "Ada, Kak")) == ["created"]
    assert digest(toko_sage, now, echo(later, "2", "Ada, Kak")) == ["merged"]
    row = thread(toko_sage)
    assert (row.waiting_since, row.last_out_at) == (None, later)
    assert row.window_closes_at == now + timedelta(hours=24)
    message = Message.objects.get(direction="out")
    assert (message.source, message.send_status) == ("echo", "")


def test_our_own_send_that_comes_back_is_the_same_message(
    toko_sage: Business, channel: Channel, now: datetime
) -> None:
    digest(toko_sage, now, said(now, "1", "Ada?"))
    ours = sent(toko_sage, channel, now, "Ada, Kak", provider_id="wamid.9", status="sent", state="sent")
    assert digest(toko_sage, now, echo(now, "9", "Ada, Kak")) == ["merged"]
    by_ref = sent(toko_sage, channel, now, "Template", status="sent", state="sent")
    ref = str(by_ref.dispatch.public_id)
    assert digest(toko_sage, now, echo(now, "10", "Teks lain", client_ref=ref)) == ["merged"]
    assert set(Message.objects.filter(direction="out")) == {ours, by_ref}
    by_ref.refresh_from_db()
    assert by_ref.provider_id == "wamid.10"


@pytest.mark.parametrize("minutes", [-1, 0, 1])
def test_an_echo_before_our_call_returned_is_the_same_message(
    toko_sage: Business, channel: Channel, now: datetime, minutes: int
) -> None:
    digest(toko_sage, now, said(now, "1", "Ada?"))
    ours = sent(toko_sage, channel, now, "Ada,  Kak")
    assert digest(toko_sage, now, echo(now + timedelta(minutes=minutes), "9", "Ada, Kak")) == ["merged"]
    ours.refresh_from_db()
    assert (ours.provider_id, ours.send_status) == ("wamid.9", "sent")
    assert Message.objects.filter(direction="out").count() == 1


def test_the_same_words_long_after_are_another_message(
    toko_sage: Business, channel: Channel, now: datetime
) -> None:
    digest(toko_sage, now, said(now, "1", "Ada?"))
    sent(toko_sage, channel, now, "Ada, Kak")
    assert digest(toko_sage, now, echo(now + timedelta(minutes=10), "9", "Ada, Kak")) == ["created"]


def test_two_equal_sends_take_two_echoes(toko_sage: Business, channel: Channel, now: datetime) -> None:
    digest(toko_sage, now, said(now, "1", "Ada?"))
    for _ in range(2):
        sent(toko_sage, channel, now, "Siap")
    results = digest(toko_sage, now, echo(now, "8", "Siap"), echo(now, "9", "Siap"), echo(now, "10", "Siap"))
    assert results == ["merged", "merged", "created"]


def test_an_echo_in_other_words_goes_when_our_call_returns(
    toko_sage: Business, channel: Channel, now: datetime
) -> None:
    digest(toko_sage, now, said(now, "1", "Ada?"))
    ours = sent(toko_sage, channel, now, "{{1}} siap dikirim")
    assert digest(toko_sage, now, echo(now, "9", "Sage siap dikirim")) == ["created"]
    Message.objects.filter(pk=ours.pk).update(provider_id="wamid.9", send_status="sent")
    settle_receipts(business=toko_sage, channel=channel, provider_ids=["wamid.9"], now=now)
    assert list(Message.objects.filter(direction="out")) == [ours]
    assert Touchpoint.objects.filter(kind="message.out").count() == 0


def test_an_echo_settles_what_was_uncertain(toko_sage: Business, channel: Channel, now: datetime) -> None:
    digest(toko_sage, now, said(now, "1", "Ada?"))
    ours = sent(toko_sage, channel, now, "Ada", state="uncertain", status="uncertain")
    digest(toko_sage, now, echo(now, "9", "Ada"))
    ours.refresh_from_db()
    assert (ours.send_status, ours.dispatch.state) == ("sent", "sent")


# ── receipts ─────────────────────────────────────────────────────────────────────────────────────────


def receipt(now: datetime, key: str, status: str, **more: object) -> ReceiptGiven:
    event = ReceiptGiven(WHATSAPP, status, now, provider_id=f"wamid.{key}")
    return replace(event, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])))
def test_a_status_only_moves_forward(
    toko_sage: Business, channel: Channel, now: datetime, order: tuple[str, ...]
) -> None:
    digest(toko_sage, now, said(now, "1", "Ada?"))
    ours = sent(toko_sage, channel, now, "Ada", provider_id="wamid.9", status="sent", state="sent")
    for status in (*order, *order):
        digest(toko_sage, now, receipt(now, "9", status))
    ours.refresh_from_db()
    assert ours.send_status == "read"
    assert Receipt.objects.count() == 3


def test_receipts_before_our_call_returned_count_when_it_does(
    toko_sage: Business, channel: Channel, now: datetime
) -> None:
    digest(toko_sage, now, said(now, "1", "Ada?"))
    ours = sent(toko_sage, channel, now, "Ada")
    digest(toko_sage, now, receipt(now, "9", "delivered"), receipt(now, "9", "sent"))
    ours.refresh_from_db()
    assert ours.send_status == "queued"
    Message.objects.filter(pk=ours.pk).update(provider_id="wamid.9", send_status="sent")
    settle_receipts(business=toko_sage, channel=channel, provider_ids=["wamid.9"], now=now)
    ours.refresh_from_db()
    assert ours.send_status == "delivered"
    assert Stir.objects.filter(what="status").exists()


def test_a_failure_is_told_with_its_code_and_in_the_log(
    toko_sage: Business, channel: Channel, now: datetime
) -> None:
    digest(toko_sage, now, said(now, "1", "Ada?"))
    ours = sent(toko_sage, channel, now, "Ada", provider_id="wamid.9", status="sent", state="sent")
    failed = receipt(now, "9", "failed", failure="window_closed", detail="131047 Re-engagement", cost=0)
    digest(toko_sage, now, failed, failed)
    ours.refresh_from_db()
    assert (ours.send_status, ours.dispatch.state, ours.dispatch.failure) == (
        "failed",
        "failed",
        "window_closed",
    )
    assert [(one.code, one.detail) for one in DispatchTry.objects.all()] == [
        ("window_closed", "131047 Re-engagement")
    ]
    digest(toko_sage, now, receipt(now, "9", "sent"))
    ours.refresh_from_db()
    assert ours.send_status == "failed"
    digest(toko_sage, now, receipt(now, "9", "delivered"))
    ours.refresh_from_db()
    assert (ours.send_status, Dispatch.objects.get().state) == ("delivered", "sent")


def test_everything_until_then_was_read(toko_sage: Business, channel: Channel, now: datetime) -> None:
    digest(toko_sage, now, said(now, "1", "Ada?"))
    before = sent(toko_sage, channel, now, "Ada", provider_id="a", status="delivered", state="sent")
    after = sent(
        toko_sage, channel, now + timedelta(hours=1), "Kak?", provider_id="b", status="sent", state="sent"
    )
    digest(
        toko_sage,
        now,
        ReceiptGiven(WHATSAPP, "read", now, conversation_key=THREAD.key, up_to=now + timedelta(minutes=1)),
    )
    for row in (before, after):
        row.refresh_from_db()
    assert (before.send_status, after.send_status) == ("read", "sent")


def test_the_price_of_a_message_is_kept(toko_sage: Business, channel: Channel, now: datetime) -> None:
    digest(toko_sage, now, said(now, "1", "Ada?"))
    sent(toko_sage, channel, now, "Ada", provider_id="wamid.9", status="sent", state="sent")
    digest(toko_sage, now, receipt(now, "9", "delivered", cost=357))
    assert Dispatch.objects.get().cost == 357


def test_the_order_of_statuses() -> None:
    assert better_status("", "sent") == "sent"
    assert better_status("read", "delivered") == "read"
    assert better_status("delivered", "failed") == "delivered"
    assert better_status("failed", "sent") == "failed"
    assert better_status("uncertain", "sent") == "sent"


# ── edited, taken back, reacted to ───────────────────────────────────────────────────────────────────


def test_edits_keep_what_they_replace_in_any_order(toko_sage: Business, now: datetime) -> None:
    digest(toko_sage, now, said(now, "1", "Mau 1"))
    first = MessageEdited(WHATSAPP, "wamid.1", "Mau 2", now + timedelta(minutes=1))
    second = MessageEdited(WHATSAPP, "wamid.1", "Mau 3", now + timedelta(minutes=2))
    for event in (second, first, first, second):
        assert digest(toko_sage, now, event) == ["merged"]
    message = Message.objects.get()
    assert (message.text, message.is_edited) == ("Mau 3", True)
    assert [one["text"] for one in message.former_texts] == ["Mau 1", "Mau 2"]


def test_what_is_taken_back_is_gone_with_its_files(
    toko_sage: Business, now: datetime, django_capture_on_commit_callbacks: object
) -> None:
    digest(toko_sage, now, said(now, "1", "Rahasia", media=(Media("image", ref={"id": "m"}),)))
    name = default_storage.save("uji/foto.jpg", ContentFile(b"picture"))
    Attachment.objects.update(stored_as=name, state="stored")
    gone = MessageDeleted(WHATSAPP, "wamid.1", now)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert digest(toko_sage, now, gone, gone) == ["merged", "merged"]
    message = Message.objects.get()
    assert (message.text, message.media, message.is_deleted) == ("", [], True)
    assert Attachment.objects.get().state == "gone"
    assert not default_storage.exists(name)
    assert digest(toko_sage, now, said(now, "1", "Rahasia")) == ["merged"]
    assert Message.objects.get().text == ""


def test_a_change_waits_for_its_message(toko_sage: Business, now: datetime) -> None:
    changes: list[Event] = [
        MessageEdited(WHATSAPP, "wamid.1", "x", now),
        MessageDeleted(WHATSAPP, "wamid.1", now),
        Reacted(WHATSAPP, "wamid.1", RINA, "❤", now),
    ]
    assert digest(toko_sage, now, *changes) == ["waits"] * 3
    assert not Conversation.objects.exists()
    assert not Contact.objects.exists()


def test_one_reaction_a_person_and_back(toko_sage: Business, now: datetime) -> None:
    digest(toko_sage, now, said(now, "1", "Halo"))
    Conversation.objects.update(waiting_since=None, closed_at=now)
    seconds = iter(range(1, 10))

    def reacted(emoji: str, person: Person | None = RINA) -> Reacted:
        return Reacted(WHATSAPP, "wamid.1", person, emoji, now + timedelta(seconds=next(seconds)))

    digest(toko_sage, now, reacted("👍"), reacted("❤"), reacted("🙏", None))
    rina = Identity.objects.get(kind="whatsapp").pk
    found = [(one["by"], one["emoji"]) for one in Message.objects.get().reactions]
    assert found == [(rina, "❤"), (None, "🙏")]
    digest(toko_sage, now, reacted(""))
    assert [one["by"] for one in Message.objects.get().reactions] == [None]
    row = thread(toko_sage)
    assert (row.waiting_since, row.closed_at) == (None, now)
    assert Message.objects.count() == 1


# ── threads, addresses, consent, forms, the shop itself ──────────────────────────────────────────────


def test_a_group_that_became_a_supergroup_goes_on(toko_sage: Business, now: datetime) -> None:
    digest(toko_sage, now, said(now, "1", "Halo"))
    moved = ConversationMoved(WHATSAPP, THREAD.key, "-100123", now)
    digest(toko_sage, now, moved, moved)
    digest(
        toko_sage, now, said(now, "2", "Masih di sini", conversation=ConversationRef("-100123", party=RINA))
    )
    assert thread(toko_sage).key == "-100123"


def test_a_move_that_comes_late_shows_the_old_thread_in_the_new(toko_sage: Business, now: datetime) -> None:
    new = ConversationRef("-100123", party=RINA)
    digest(toko_sage, now, said(now, "1", "Halo"), said(now, "2", "Sudah pindah", conversation=new))
    moved = ConversationMoved(WHATSAPP, THREAD.key, "-100123", now)
    digest(toko_sage, now, moved, moved)
    old = Conversation.objects.get(key=THREAD.key)
    assert old.merged_into == Conversation.objects.get(key="-100123")
    digest(toko_sage, now, said(now + timedelta(1), "3", "Terlambat?"))
    assert Stir.objects.filter(conversation=old.merged_into, what="message").exists()


def test_a_new_number_is_the_same_person(toko_sage: Business, now: datetime) -> None:
    digest(toko_sage, now, said(now, "1", "Halo"))
    replaced = KeyReplaced(WHATSAPP, Key("whatsapp", PHONE), Key("whatsapp", "+6281298765432"), now)
    assert digest(toko_sage, now, replaced, replaced) == ["created", "created"]
    assert digest(toko_sage, now, replaced) == ["merged"]
    new = Person(("whatsapp", "+6281298765432"), "Rina W")
    digest(
        toko_sage, now, said(now, "2", "Ganti nomor", person=new, conversation=ConversationRef("62812987"))
    )
    assert Contact.objects.filter(merged_into=None).count() == 1
    stranger = KeyReplaced(
        WHATSAPP, Key("whatsapp", "+6281300000001"), Key("whatsapp", "+6281300000002"), now
    )
    assert digest(toko_sage, now, stranger) == ["merged"]
    assert Contact.objects.filter(merged_into=None).count() == 1


@pytest.mark.parametrize(
    "words", ["STOP", "Berhenti", "stop promo", "UNSUBSCRIBE", "Jangan kirim promo lagi!"]
)
def test_opt_out_words_end_promotions(toko_sage: Business, now: datetime, words: str) -> None:
    digest(toko_sage, now, said(now, "1", words), said(now, "1", words))
    rina = Contact.objects.get()
    consent = find_consent(rina, "promotion")
    assert consent is not None
    assert (consent.is_given, consent.how) == (False, "keyword")
    assert find_consent(rina, "service") is None
    assert list_refusing([rina.pk], "promotion") == {rina.pk}
    assert Touchpoint.objects.filter(kind="consent.withdrawn").count() == 1


@pytest.mark.parametrize(
    "words", ["Stop dulu ya kak, nanti saya kabari", "Kapan promo berhenti?", "stop kontak ada?"]
)
def test_other_words_with_stop_in_them_end_nothing(toko_sage: Business, now: datetime, words: str) -> None:
    digest(toko_sage, now, said(now, "1", words))
    assert find_consent(Contact.objects.get(), "promotion") is None
    assert not is_opt_out(words)


def test_the_newest_word_on_consent_stands(toko_sage: Business, now: datetime) -> None:
    digest(toko_sage, now, said(now, "1", "STOP"))
    given = ConsentStated(WHATSAPP, "c-1", RINA, "promotion", True, "form", now + timedelta(days=1), "v2")
    assert digest(toko_sage, now, given, given) == ["created", "merged"]
    assert digest(toko_sage, now, given) == ["merged"]
    consent = find_consent(Contact.objects.get(), "promotion")
    assert consent is not None
    assert (consent.is_given, consent.text_version) == (True, "v2")


def test_a_form_is_a_note_a_touchpoint_and_where_they_came_from(toko_sage: Business, now: datetime) -> None:
    form = FormFilled(
        channel=ChannelRef("web"),
        dedupe_key="form:1",
        person=Person(("visitor", "v-1"), "Budi Santoso", (Key("phone", PHONE),), trusted=False),
        at=now,
        form="Minta penawaran",
        fields=(("Kota", "Bandung"), ("Kebutuhan", "20 kotak hampers"), ("Kosong", " ")),
        origin=Origin("instagram", "bio"),
    )
    assert digest(toko_sage, now, form) == ["created"]
    assert digest(toko_sage, now, form) == ["merged"]
    assert Note.objects.get().text == "Minta penawaran\nKota: Bandung\nKebutuhan: 20 kotak hampers"
    assert Touchpoint.objects.get(kind="lead.form").measures == {"form": "Minta penawaran"}
    assert ToldOrigin.objects.get().channel == "instagram"


def test_the_newest_word_on_a_template_stands(toko_sage: Business, channel: Channel, now: datetime) -> None:
    stated = TemplateStated(WHATSAPP, "resi", "id", "approved", now, "utility", "Resi {{1}}", ("resi",))
    digest(toko_sage, now, stated)
    digest(toko_sage, now, replace(stated, status="paused", text="", blanks=(), at=now + timedelta(1)))
    digest(toko_sage, now, replace(stated, status="pending", at=now - timedelta(1)))
    row = Template.objects.get()
    assert (row.status, row.text, row.blanks) == ("paused", "Resi {{1}}", ["resi"])


def test_a_channel_says_that_it_broke_and_works_again(
    toko_sage: Business, channel: Channel, now: datetime
) -> None:
    broken = ChannelStateChanged(WHATSAPP, "token_dead", now)
    assert digest(toko_sage, now, broken, broken) == ["created", "merged"]
    channel.refresh_from_db()
    assert (channel.broken_since, channel.broken_why) == (now, "token_dead")
    assert digest(toko_sage, now, ChannelStateChanged(WHATSAPP, "", now)) == ["created"]
    channel.refresh_from_db()
    assert channel.broken_since is None
    assert Stir.objects.filter(what="channel", conversation=None).count() == 2


def test_what_wants_an_answer() -> None:
    assert wants_answer("Masih ada?")
    assert wants_answer("???")
    assert wants_answer("", ["image"])
    assert not wants_answer("ok kak makasih 🙏")
    assert not wants_answer("", ["sticker"])
