"""Mails become events: threads, our own words coming back, delivery reports, and robots that must not be answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sapa.gateway.adapters.email import ADAPTER
from sapa.gateway.adapters.email.reading import failure_of
from sapa.gateway.adapters.email.sending import compose
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Failure, Outbound, OutboundFile, RawItem, Retry
from sapa.gateway.types import Event, MessageReceived, ReceiptGiven, Unsupported
from tests.gateway.adapters.cases_email import ACCOUNT, item

REF = "0198c0de-2222-7000-8000-000000000001"
OURS = "0198c0de222270008000000000000001@tokosage.test"


def read(mail: RawItem, account: Account = ACCOUNT) -> Event:
    (event,) = ADAPTER.parse(mail, account)
    return event


def message(mail: RawItem, account: Account = ACCOUNT) -> MessageReceived:
    event = read(mail, account)
    assert isinstance(event, MessageReceived)
    return event


def test_rinas_mail_is_a_live_message_of_rinas() -> None:
    event = message(item())
    assert event.person is not None
    assert (event.person.name, event.text, event.source) == (
        "Rina Wulandari",
        "Kak, sage L masih ada?",
        "live",
    )
    assert event.provider_id == "a1@pelanggan.test"
    assert event.conversation.key == "thread:a1@pelanggan.test"


def test_her_answer_to_our_reply_stays_in_the_thread_that_she_began() -> None:
    event = message(
        item(
            "Jadi berapa, Kak?",
            Message_ID="<a2@pelanggan.test>",
            References=f"<a1@pelanggan.test> <{OURS}>",
            In_Reply_To=f"<{OURS}>",
        )
    )
    assert event.conversation.key == "thread:a1@pelanggan.test"
    assert event.reply_to == OURS


def test_an_answer_without_references_is_known_by_the_mail_that_it_answers_or_by_the_plus_address() -> None:
    bare = message(item(Message_ID="<a3@pelanggan.test>", In_Reply_To=f"<{OURS}>"))
    assert bare.conversation.answers == (OURS,)
    plus = message(
        item(Message_ID="<a4@pelanggan.test>", To=f"<halo+{OURS.partition('@')[0]}@tokosage.test>")
    )
    assert plus.conversation.answers == (OURS,)


def test_quotes_and_signatures_are_left_out_of_what_she_says() -> None:
    body = "Jadi, Kak.\n\nPada Sab, 21 Nov 2026 pukul 13.20 Toko Sage <halo@tokosage.test> menulis:\n> Ada, Kak\n"
    assert message(item(body)).text == "Jadi, Kak."


@pytest.mark.parametrize(
    ("headers", "is_robot"),
    [
        ({}, False),
        ({"Auto_Submitted": "auto-replied"}, True),
        ({"Auto_Submitted": "no"}, False),
        ({"X_Autoreply": "yes"}, True),
        ({"X_Auto_Response_Suppress": "All"}, True),
        ({"Precedence": "bulk"}, True),
        ({"List_Id": "<berita.toko.test>"}, True),
        ({"Return_Path": "<>"}, True),
        ({"From": "Mail Delivery <MAILER-DAEMON@mail.test>"}, True),
        ({"From": "no-reply@bank.test"}, True),
    ],
)
def test_a_robot_is_known_so_that_nobody_answers_it_by_machine(
    headers: dict[str, str], is_robot: bool
) -> None:
    assert message(item(**headers)).automatic is is_robot


def test_what_the_shop_wrote_in_its_mail_program_is_an_echo() -> None:
    event = message(
        item(
            "Ada, Kak",
            head={"folder": "Sent", "sent": True},
            From="Dina <pesanan@tokosage.test>",
            To="rina@pelanggan.test",
            Message_ID="<d1@tokosage.test>",
            In_Reply_To="<a1@pelanggan.test>",
        )
    )
    assert (event.person, event.source, event.teammate) == (None, "echo", "Dina")
    assert event.conversation.party is not None
    assert event.conversation.party.keys[0].value == "rina@pelanggan.test"


def test_our_own_send_comes_back_with_our_own_reference() -> None:
    at = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
    sent = compose(Outbound(REF, "rina@pelanggan.test", "Ada, Kak", subject="Tanya stok", at=at), ACCOUNT)
    event = message(RawItem("Sent:1:2", sent.as_bytes(), {"folder": "Sent", "uid": 2, "sent": True}))
    assert event.client_ref == OURS.partition("@")[0]
    assert event.provider_id == OURS


def test_our_own_mail_in_our_own_inbox_opens_nothing() -> None:
    event = read(item(From="halo@tokosage.test", X_Sapa_Channel="x"))
    assert event == Unsupported("email.own_mail", "a1@pelanggan.test")


def test_what_was_there_before_we_came_is_history() -> None:
    assert message(item(head={"history": True})).source == "history"


REPORT = (
    "--r\nContent-Type: text/plain\n\nMaaf.\n--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.test\n\n"
    "Final-Recipient: rfc822; rina@pelanggan.test\nAction: {action}\nStatus: {status}\n"
    "Diagnostic-Code: smtp; 550 {status} tidak ada\n\n--r\nContent-Type: {kind}\n\n"
    f"From: halo@tokosage.test\nMessage-ID: <{OURS}>\nSubject: Tanya\n\n--r--\n"
)


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
@pytest.mark.parametrize(
    ("status", "failure"),
    [
        ("5.1.1", Failure.NO_SUCH_RECIPIENT),
        ("5.2.2", Failure.QUOTA_USED_UP),
        ("5.7.1", Failure.REFUSED_CONTENT),
        ("5.9.9", Failure.UNKNOWN),
    ],
)
def test_a_delivery_report_is_the_fate_of_our_mail_and_no_message(
    kind: str, status: str, failure: Failure
) -> None:
    event = read(
        item(
            REPORT.format(action="failed", status=status, kind=kind),
            From="MAILER-DAEMON@mail.test",
            Content_Type='multipart/report; report-type=delivery-status; boundary="r"',
        )
    )
    assert isinstance(event, ReceiptGiven)
    assert (event.status, event.provider_id, event.failure) == ("failed", OURS, failure)


def test_a_report_of_a_delay_fails_nothing() -> None:
    event = read(
        item(
            REPORT.format(action="delayed", status="4.4.1", kind="message/rfc822"),
            Content_Type='multipart/report; report-type=delivery-status; boundary="r"',
        )
    )
    assert event == Unsupported("email.report", "delayed")


def test_an_attachment_says_where_it_lies() -> None:
    body = (
        '--x\nContent-Type: text/plain\n\nBukti\n--x\nContent-Type: image/jpeg; name="bukti.jpg"\n'
        'Content-Disposition: attachment; filename="bukti.jpg"\nContent-Transfer-Encoding: base64\n\nAAAA\n--x--\n'
    )
    (file,) = message(item(body, Content_Type='multipart/mixed; boundary="x"')).media
    assert (file.kind, file.name, file.mime) == ("image", "bukti.jpg", "image/jpeg")
    assert file.ref == {"folder": "INBOX", "uid": 1, "message_id": "a1@pelanggan.test", "part": 1}


def test_a_reply_is_threaded_dated_and_marked() -> None:
    at = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
    out = Outbound(
        REF,
        "rina@pelanggan.test",
        "Ada, Kak",
        subject="Tanya stok",
        thread_ids=("a1@pelanggan.test",),
        automatic=True,
        at=at,
    )
    mail = compose(out, replace(ACCOUNT, settings={**ACCOUNT.settings, "plus_addressing": "yes"}))
    assert mail["Subject"] == "Re: Tanya stok"
    assert mail["In-Reply-To"] == "<a1@pelanggan.test>"
    assert mail["Message-ID"] == f"<{OURS}>"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert "halo+0198c0de222270008000000000000001@tokosage.test" in mail["Reply-To"]
    assert mail["Date"] == "Sat, 21 Nov 2026 06:30:00 +0000"


def test_a_long_thread_keeps_its_beginning_and_its_newest_mails() -> None:
    ids = tuple(f"m{number}@pelanggan.test" for number in range(60))
    mail = compose(Outbound(REF, "rina@pelanggan.test", "Ya", subject="Re: Tanya", thread_ids=ids), ACCOUNT)
    kept = mail["References"].split()
    assert (kept[0], kept[-1], len(kept)) == ("<m0@pelanggan.test>", "<m59@pelanggan.test>", 21)
    assert mail["Subject"] == "Re: Tanya"


def test_a_subject_cannot_smuggle_in_a_header() -> None:
    mail = compose(
        Outbound(REF, "rina@pelanggan.test", "Ya", subject="Halo\r\nBcc: semua@lain.test"), ACCOUNT
    )
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Halo Bcc: semua@lain.test"


def test_a_picture_goes_along(tmp_path: Path) -> None:
    picture = tmp_path / "sage.jpg"
    picture.write_bytes(b"\xff\xd8\xff sage")
    out = Outbound(
        REF,
        "rina@pelanggan.test",
        "Ini",
        files=(OutboundFile("image", "image/jpeg", "sage.jpg", 8, str(picture)),),
    )
    (attached,) = compose(out, ACCOUNT).iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("sage.jpg", b"\xff\xd8\xff sage")


def test_a_server_that_is_away_means_try_again_and_surely_not_sent() -> None:
    answer = ADAPTER.send(Outbound(REF, "rina@pelanggan.test", "Ada"), ACCOUNT, None)  # type: ignore[arg-type]
    assert isinstance(answer, Retry)
    assert answer.code is Failure.UNREACHABLE


@pytest.mark.parametrize(
    ("status", "failure"),
    [("5.1.1 tidak ada", Failure.NO_SUCH_RECIPIENT), ("", Failure.UNKNOWN), ("banyak", Failure.UNKNOWN)],
)
def test_status_codes_in_our_words(status: str, failure: Failure) -> None:
    assert failure_of(status) is failure


def shared_mails(shared: Path) -> Iterator[RawItem]:
    for path in sorted((shared / "data/channels/email").rglob("*.eml")):
        yield RawItem(path.name, path.read_bytes(), {"folder": "INBOX", "uid": 1})


def test_odd_mails_of_others_are_read_or_said_to_be_unreadable(shared: Path) -> None:
    events = [read(mail) for mail in shared_mails(shared)]
    assert len(events) > 50
    known = [event for event in events if isinstance(event, MessageReceived)]
    assert len(known) > 0.8 * len(events)
