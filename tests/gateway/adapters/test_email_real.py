"""The mailbox on a real Postfix and a real Dovecot: in, out, at once, and back as a delivery report."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from sapa.gateway.adapters.email import ADAPTER, mailbox
from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    Failed,
    Failure,
    MediaGoneError,
    Outbound,
    Polled,
    ProviderDownError,
    Sent,
    TokenDeadError,
)
from sapa.gateway.types import Event, MessageReceived, ReceiptGiven
from tests.gateway.adapters.cases_email import ACCOUNT, item
from tests.mailserver import PASSWORD, MailServer, running_mail_server, why_not

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
REF = "0198c0de-2222-7000-8000-00000000000{}"

pytestmark = pytest.mark.skipif(bool(why_not()), reason=f"no mail server: {why_not()}")


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with running_mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


def account(server: MailServer, address: str, **settings: str) -> Account:
    told = {
        "address": address,
        "imap_port": str(server.imap_port),
        "smtp_port": str(server.smtp_port),
        **settings,
    }
    return replace(ACCOUNT, account=address, settings={**ACCOUNT.settings, "password": PASSWORD, **told})


def deliver(server: MailServer, address: str, **changes: str) -> None:
    server.deliver(item(To=address, **changes).body, sender="rina@pelanggan.test", to=address)


def poll_until(
    shop: Account, cursor: dict[str, object], http: httpx.Client, *, count: int = 1
) -> tuple[list[Event], dict[str, object]]:
    """What comes within ten seconds."""
    events: list[Event] = []
    end = time.monotonic() + 10
    while len(events) < count and time.monotonic() < end:
        found: Polled = ADAPTER.poll(cursor, shop, http)
        cursor = dict(found.cursor)
        events += [event for one in found.items for event in ADAPTER.parse(one, shop)]
        time.sleep(0.1)
    return events, cursor


def test_connecting_signs_in_and_finds_the_sent_folder(server: MailServer, http: httpx.Client) -> None:
    kept = ADAPTER.connect(account(server, "satu@tokosage.test"), http, hook_url="", now=NOW)
    assert kept == {"account": "satu@tokosage.test", "sent_folder": "Sent"}


def test_a_wrong_password_is_said_at_once(server: MailServer, http: httpx.Client) -> None:
    with pytest.raises(TokenDeadError):
        ADAPTER.connect(account(server, "satu@tokosage.test", password="salah"), http, hook_url="", now=NOW)


def test_a_server_that_is_away_is_said_too(server: MailServer, http: httpx.Client) -> None:
    with pytest.raises(ProviderDownError):
        ADAPTER.poll({}, account(server, "satu@tokosage.test", imap_port="1"), http)


def test_what_was_there_is_history_and_what_comes_is_live_and_each_once(
    server: MailServer, http: httpx.Client
) -> None:
    shop = account(server, "dua@tokosage.test")
    deliver(server, "dua@tokosage.test", Message_ID="<h1@pelanggan.test>")
    old, cursor = poll_until(shop, {}, http)
    deliver(server, "dua@tokosage.test", Message_ID="<h2@pelanggan.test>", Subject="Baru")
    new, cursor = poll_until(shop, cursor, http)
    assert [event.source for event in (*old, *new) if isinstance(event, MessageReceived)] == [
        "history",
        "live",
    ]
    assert ADAPTER.poll(cursor, shop, http).items == ()


def test_a_mailbox_that_was_made_anew_is_read_again(server: MailServer, http: httpx.Client) -> None:
    shop = account(server, "tiga@tokosage.test")
    deliver(server, "tiga@tokosage.test")
    events, cursor = poll_until(shop, {}, http)
    stale = {folder: {**place, "validity": 1} for folder, place in cursor.items()}  # type: ignore[dict-item]
    again, _ = poll_until(shop, stale, http)
    assert [event.dedupe_key for event in again if isinstance(event, MessageReceived)] == [
        event.dedupe_key for event in events if isinstance(event, MessageReceived)
    ]


def test_standing_at_the_mailbox_a_new_mail_is_known_at_once(server: MailServer) -> None:
    shop = account(server, "empat@tokosage.test")
    heard: list[bool] = []
    waiter = threading.Thread(
        target=lambda: heard.append(mailbox.wait(shop, threading.Event(), seconds=10)), daemon=True
    )
    waiter.start()
    time.sleep(1)
    deliver(server, "empat@tokosage.test")
    waiter.join(timeout=8)
    assert heard == [True]


def test_a_line_kept_open_hands_on_what_comes_and_ends_when_told(server: MailServer) -> None:
    shop = account(server, "sembilan@tokosage.test")
    kept: list[Polled] = []
    stop, heard = threading.Event(), threading.Event()

    def keep(found: Polled) -> None:
        kept.append(found)
        heard.set()

    listener = threading.Thread(target=lambda: ADAPTER.listen({}, shop, keep, stop), daemon=True)
    listener.start()
    time.sleep(1)
    deliver(server, "sembilan@tokosage.test")
    assert heard.wait(8)
    stop.set()
    listener.join(timeout=5)
    assert not listener.is_alive()
    assert [len(found.items) for found in kept] == [1]


def test_our_reply_arrives_threaded(server: MailServer, http: httpx.Client) -> None:
    shop, rina = (
        account(server, "lima@tokosage.test"),
        account(server, "rina5@pelanggan.test", other_addresses=""),
    )
    answer = ADAPTER.send(
        Outbound(
            REF.format(5),
            "rina5@pelanggan.test",
            "Ada, Kak",
            subject="Tanya",
            thread_ids=("a1@pelanggan.test",),
            at=NOW,
        ),
        shop,
        http,
    )
    assert isinstance(answer, Sent)
    (event,), _ = poll_until(rina, {}, http)
    assert isinstance(event, MessageReceived)
    assert (event.text, event.provider_id, event.conversation.key) == (
        "Ada, Kak",
        answer.provider_id,
        "thread:a1@pelanggan.test",
    )


def test_an_address_that_no_server_takes_is_refused_at_once(server: MailServer, http: httpx.Client) -> None:
    answer = ADAPTER.send(
        Outbound(REF.format(6), "siapa@luar.test", "Ada", at=NOW), account(server, "enam@tokosage.test"), http
    )
    assert isinstance(answer, Failed)
    assert answer.code is Failure.NO_SUCH_RECIPIENT


def test_a_mail_that_bounces_later_is_told_of_by_a_report(server: MailServer, http: httpx.Client) -> None:
    shop = account(server, "tujuh@tokosage.test")
    cursor = dict(ADAPTER.poll({}, shop, http).cursor)
    # Dovecot takes no mailbox of this name: Postfix accepts the mail first and reports afterwards.
    answer = ADAPTER.send(Outbound(REF.format(7), "tidak!ada@pelanggan.test", "Ada", at=NOW), shop, http)
    assert isinstance(answer, Sent)
    (event,), _ = poll_until(shop, cursor, http)
    assert isinstance(event, ReceiptGiven)
    assert (event.status, event.provider_id) == ("failed", answer.provider_id)


def test_an_attachment_is_fetched_out_of_the_mailbox(server: MailServer, http: httpx.Client) -> None:
    shop = account(server, "delapan@tokosage.test")
    body = (
        '--x\nContent-Type: text/plain\n\nBukti\n--x\nContent-Type: image/jpeg; name="bukti.jpg"\n'
        'Content-Disposition: attachment; filename="bukti.jpg"\nContent-Transfer-Encoding: base64\n\n/9j/AA==\n--x--\n'
    )
    mail = item(
        body, To="delapan@tokosage.test", MIME_Version="1.0", Content_Type='multipart/mixed; boundary="x"'
    )
    server.deliver(mail.body, sender="rina@pelanggan.test", to="delapan@tokosage.test")
    (event,), _ = poll_until(shop, {}, http)
    assert isinstance(event, MessageReceived)
    ref = event.media[0].ref
    assert b"".join(ADAPTER.fetch_media(ref, shop, http)) == b"\xff\xd8\xff\x00"
    assert b"".join(ADAPTER.fetch_media({**ref, "uid": 99}, shop, http)) == b"\xff\xd8\xff\x00"
    with pytest.raises(MediaGoneError):
        list(ADAPTER.fetch_media({**ref, "uid": 99, "message_id": "lain@x.test"}, shop, http))
