"""WhatsApp: who writes and what they say, and where others went wrong with it."""

from __future__ import annotations

import json

import pytest

from sapa.contacts.rules import normalise_key
from sapa.gateway.adapters.whatsapp import ADAPTER
from sapa.gateway.contract import (
    Outbound,
)
from sapa.gateway.types import (
    ConversationMoved,
    Key,
    KeyReplaced,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    Origin,
    Reacted,
    ReceiptGiven,
    Unsupported,
)
from tests.gateway.adapters.cases_whatsapp import (
    ACCOUNT,
    RINA,
    RINA_ID,
    RINA_NUMBER,
    change,
    echo,
    error,
    hook,
    message,
    received,
    status,
    text,
)
from tests.gateway.adapters.whatsapp_talk import of, parse, phone_of, requests_of, with_settings

# ── who writes ──────────────────────────────────────────────────────────────────────────────────────────


def test_an_indonesian_number_is_not_doubled() -> None:
    """Bug 5: 62811812345 read as a national number became +6262811812345."""
    [row] = of(parse(received(text("Halo"))), MessageReceived)
    assert phone_of(row) == "+62811812345"


@pytest.mark.parametrize(
    ("old", "present", "kept"),
    [
        ("558195012345", "5581995012345", "+5581995012345"),
        ("5215512345678", "525512345678", "+525512345678"),
        ("5491123456789", "5491123456789", "+5491123456789"),
    ],
)
def test_both_written_forms_of_a_number_are_one_person(old: str, present: str, kept: str) -> None:
    """Bugs 1, 2, 3: Brazil's ninth digit and Mexico's 1 made two people, live and by the phone app's echo."""
    rows = []
    for number in (old, present):
        contact = {"profile": {"name": "Ana"}, "wa_id": number}
        row = text("Olá", **{"from": number})
        row.pop("from_user_id")
        [seen] = of(parse(received(row, contacts=[contact])), MessageReceived)
        rows.append(seen)
        sent = echo(to=number, type="text", text={"body": "Oi"})
        sent.pop("to_user_id")
        [own] = of(parse(hook(change("smb_message_echoes", message_echoes=[sent]))), MessageReceived)
        assert own.conversation.key == seen.conversation.key == number
        assert own.conversation.party.record == seen.person.record
    assert {phone_of(row) for row in rows} == {kept}
    assert len({row.person.record for row in rows}) == 1


def test_a_reply_goes_to_the_number_as_it_came() -> None:
    """Bug 4: Argentina's 549 was rewritten, and the reply to it refused."""
    assert ADAPTER.address("5491123456789", [Key("phone", "+541123456789")]) == "5491123456789"
    assert ADAPTER.address(RINA_ID, [Key("phone", "+62811812345")]) == RINA_ID
    assert ADAPTER.address("whatsapp:Rina", [Key("phone", "+62811812345")]) == "+62811812345"


def test_a_user_id_is_kept_letter_by_letter() -> None:
    """Bug 5b: a normaliser of numbers changed user ids."""
    contact = {"profile": {"name": "Budi"}, "user_id": "ID.0811AbC0099"}
    row = text("Halo", from_user_id="ID.0811AbC0099")
    row.pop("from")
    [seen] = of(parse(received(row, contacts=[contact])), MessageReceived)
    assert seen.person.record == ("whatsapp_user", "ID.0811AbC0099")
    found = normalise_key(*seen.person.record)
    assert found is not None
    assert found.value == "ID.0811AbC0099"


def test_a_username_without_a_number_is_heard_and_answered() -> None:
    """Bug 13: people with a username and no number were dropped."""
    contact = {"profile": {"username": "budi.s"}, "user_id": "ID.99887766"}
    row = text("Halo kak", from_user_id="ID.99887766")
    row.pop("from")
    [seen] = of(parse(received(row, contacts=[contact])), MessageReceived)
    assert (seen.person.name, seen.conversation.key) == ("@budi.s", "ID.99887766")
    [request] = requests_of(Outbound("r", ADAPTER.address("ID.99887766", seen.person.keys), "Ya kak?"))
    assert json.loads(request.content)["recipient"] == "ID.99887766"


def test_a_user_id_may_be_sent_to_by_the_other_field() -> None:
    [request] = requests_of(Outbound("r", RINA_ID, "Halo"), with_settings(user_id_field="to"))
    body = json.loads(request.content)
    assert body["to"] == RINA_ID
    assert "recipient" not in body


def test_a_thread_known_by_its_number_goes_on_under_the_user_id() -> None:
    moved, seen = parse(received(text("Halo")))
    assert moved == ConversationMoved(ACCOUNT.ref, RINA_NUMBER, RINA_ID, seen.at)
    assert seen.conversation.key == RINA_ID
    two = parse(received(text("Halo"), text("Kak?", 2)))
    assert len(of(two, ConversationMoved)) == 1
    assert len(of(two, MessageReceived)) == 2


def test_a_message_of_nobody_is_no_message() -> None:
    row = text("Halo")
    row.pop("from")
    row.pop("from_user_id")
    assert parse(received(row, contacts=[])) == [Unsupported("whatsapp.message_of_nobody", row["id"])]


def test_a_changed_number_brings_a_new_user_id() -> None:
    system = {
        "type": "user_changed_number",
        "wa_id": "6281300000009",
        "user_id": "ID.2222",
        "previous_user_id": "ID.1111",
    }
    events = parse(hook(change("messages", messages=[message(type="system", system=system)])))
    assert [(event.old, event.new) for event in of(events, KeyReplaced)] == [
        (Key("phone", "+62811812345"), Key("phone", "+6281300000009")),
        (Key("whatsapp_user", "ID.1111"), Key("whatsapp_user", "ID.2222")),
    ]
    moves = [(event.old_key, event.new_key) for event in of(events, ConversationMoved)]
    assert moves == [(RINA_NUMBER, "ID.2222"), ("ID.1111", "ID.2222")]


def test_a_changed_user_id_without_a_number_moves_the_thread() -> None:
    system = {"type": "user_changed_user_id", "user_id": "ID.2222", "previous_user_id": "ID.1111"}
    row = message(type="system", system=system, from_user_id="ID.2222")
    row.pop("from")
    events = parse(hook(change("messages", messages=[row])))
    assert of(events, KeyReplaced) == [
        KeyReplaced(
            ACCOUNT.ref, Key("whatsapp_user", "ID.1111"), Key("whatsapp_user", "ID.2222"), events[0].at
        )
    ]
    assert [(event.old_key, event.new_key) for event in of(events, ConversationMoved)] == [
        ("ID.1111", "ID.2222")
    ]


def test_a_message_for_another_number_or_account_is_not_ours() -> None:
    other = {"display_phone_number": "62899", "phone_number_id": "999"}
    body = hook(change("messages", metadata=other, contacts=[RINA], messages=[text("Halo")]))
    assert parse(body) == [Unsupported("whatsapp.other_number", "999")]
    told = {"field": "message_template_status_update", "value": {"event": "APPROVED"}}
    assert parse(hook(told, entry={"id": "555", "time": 1795289176})) == [
        Unsupported("whatsapp.other_account", "555")
    ]


# ── what is said ────────────────────────────────────────────────────────────────────────────────────────


def test_several_messages_and_statuses_of_one_body_all_arrive() -> None:
    body = hook(
        change(
            "messages",
            contacts=[RINA],
            messages=[text("Kak"), text("Masih ada?", 2)],
            statuses=[status("read"), status("delivered")],
        ),
        change("messages", contacts=[RINA], messages=[text("Halo?", 3)]),
    )
    events = parse(body)
    assert [event.text for event in of(events, MessageReceived)] == ["Kak", "Masih ada?", "Halo?"]
    assert [event.status for event in of(events, ReceiptGiven)] == ["read", "delivered"]
    assert len({event.dedupe_key for event in of(events, MessageReceived)}) == 3


def test_a_forms_answers_are_lines_without_its_token() -> None:
    reply = {
        "name": "flow",
        "body": "Sent",
        "response_json": '{"ukuran":"L","flow_token":"rahasia","jumlah":2}',
    }
    interactive = {"type": "nfm_reply", "nfm_reply": reply}
    [seen] = of(parse(received(message(type="interactive", interactive=interactive))), MessageReceived)
    assert seen.text == "ukuran: L\njumlah: 2"


def test_the_ad_that_was_clicked_is_the_origin() -> None:
    referral = {
        "source_url": "https://www.instagram.com/p/x",
        "source_type": "ad",
        "headline": "Gamis Sage 2026",
    }
    [seen] = of(parse(received(text("Halo", referral=referral))), MessageReceived)
    assert seen.origin == Origin("instagram", "Gamis Sage 2026")
    product = {"referred_product": {"catalog_id": "1", "product_retailer_id": "SAGE-L"}}
    [seen] = of(parse(received(text("Ini ada?", context=product))), MessageReceived)
    assert seen.origin == Origin("whatsapp", "SAGE-L")


def test_what_whatsapp_cannot_hand_over_still_shows_that_somebody_wrote() -> None:
    row = message(type="unsupported", errors=[error(131051)], unsupported={"type": "poll"})
    events = parse(received(row))
    [seen] = of(events, MessageReceived)
    assert (seen.text, seen.media[0].name, seen.media[0].ref) == ("", "poll", {})
    assert of(events, Unsupported)[0].code == "whatsapp.message.poll"


def test_a_reaction_opens_no_thread_and_can_be_taken_back() -> None:
    """Bug 11: reactions were dropped, or opened an empty conversation; taking one back was never told."""
    events = parse(received(message(type="reaction", reaction={"message_id": "wamid.A", "emoji": "😮"})))
    assert [type(event) for event in events] == [Reacted]
    events = parse(received(message(type="reaction", reaction={"message_id": "wamid.A", "emoji": ""})))
    assert [event.emoji for event in events] == [""]


def test_edits_and_unsends_are_told_of_customers_and_of_the_phone_app() -> None:
    """Bug 12: both were ignored."""
    edit = {"original_message_id": "wamid.A", "message": {"type": "text", "text": {"body": "Ukuran M"}}}
    revoke = {"original_message_id": "wamid.B"}
    own = [echo(type="edit", edit=edit), echo(type="revoke", revoke=revoke, id="wamid.ECHO02")]
    for body in (
        received(message(type="edit", edit=edit), message(2, type="revoke", revoke=revoke)),
        hook(change("smb_message_echoes", message_echoes=own)),
    ):
        edited, gone = parse(body)
        assert (type(edited), edited.provider_id, edited.text) == (MessageEdited, "wamid.A", "Ukuran M")
        assert (type(gone), gone.provider_id) == (MessageDeleted, "wamid.B")


def test_half_a_character_does_not_stop_the_message() -> None:
    [seen] = of(parse(received(text("Halo \ud83d kak\x00"))), MessageReceived)
    assert seen.text == "Halo ? kak"


def test_a_group_is_a_thread_of_many() -> None:
    [seen] = of(parse(received(text("Halo semua", group_id="Y2FwaV9ncm91cDo"))), MessageReceived)
    assert seen.conversation.is_group
    assert seen.conversation.key == "group:Y2FwaV9ncm91cDo"
