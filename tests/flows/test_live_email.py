"""Rina writes an e-mail, Dina answers from the inbox, Rina's answer finds its thread; on a real Postfix and Dovecot."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message as Mail

import httpx
import pytest

from sapa.accounts.models import Business, Teammate
from sapa.channels.models import Channel
from sapa.channels.operations import connect_channel
from sapa.contacts.models import Contact
from sapa.conversations.models import Conversation, Message
from sapa.gateway.adapters.email import mailbox
from sapa.gateway.dispatch import send_message
from sapa.gateway.dispatch.polling import poll_channel
from sapa.gateway.dispatch.rates import Buckets
from sapa.gateway.dispatch.sending import count_sent, send_due
from sapa.gateway.intake import digest_payloads
from tests.gateway.adapters.cases_email import ACCOUNT, item
from tests.mailserver import PASSWORD, MailServer, running_mail_server, why_not

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(bool(why_not()), reason=f"no mail server: {why_not()}"),
]

SHOP, RINA = "halo@tokosage.test", "rina@pelanggan.test"


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with running_mail_server() as running:
        yield running


@dataclass
class Post:
    """What moves the mails: Rina's side by the mailbox itself, the shop's by the same steps as the worker."""

    server: MailServer
    channel: Channel
    now: datetime
    http: httpx.Client

    def rina_writes(self, text: str, **headers: str) -> None:
        mail = item(text, Date=self.now.strftime("%a, %d %b %Y %H:%M:%S +0700"), **headers)
        self.server.deliver(mail.body, sender=RINA, to=SHOP)

    def work(self, done: Callable[[], object]) -> None:
        end = time.monotonic() + 10
        while not done() and time.monotonic() < end:
            Channel.objects.filter(pk=self.channel.pk).update(polled_at=None, poll_taken_until=None)
            self.channel.refresh_from_db()
            poll_channel(channel=self.channel, now=self.now, http=self.http)
            digest_payloads(business=self.channel.business, now=self.now)
            send_due(now=self.now, http=self.http, buckets=Buckets(count_sent))
            time.sleep(0.1)
        assert done()

    def rinas_mails(self) -> list[Mail]:
        settings = {
            "imap_port": str(self.server.imap_port),
            "address": RINA,
            "password": PASSWORD,
            "other_addresses": "",
        }
        rina = type(ACCOUNT)(
            9, "x", "email", "Rina", RINA, ACCOUNT.timezone, "IDR", {**ACCOUNT.settings, **settings}
        )
        return [message_from_bytes(one.body) for one in mailbox.poll({}, rina).items]


@pytest.fixture
def post(server: MailServer, toko_sage: Business, now: datetime) -> Iterator[Post]:
    settings = {
        **ACCOUNT.settings,
        "password": PASSWORD,
        "imap_port": str(server.imap_port),
        "smtp_port": str(server.smtp_port),
    }
    channel = connect_channel(
        business=toko_sage, kind="email", name="Toko Sage", account=SHOP, settings=settings, by=None, now=now
    )
    with httpx.Client() as http:
        made = Post(server, channel, now, http)
        made.work(lambda: True)
        poll_channel(channel=channel, now=now, http=http)
        digest_payloads(business=toko_sage, now=now)
        yield made


def test_a_talk_by_mail(post: Post, toko_sage: Business, dina: Teammate, now: datetime) -> None:
    post.rina_writes("Kak, sage L masih ada?", Message_ID="<flow1@pelanggan.test>")
    post.work(lambda: Message.objects.filter(text="Kak, sage L masih ada?").exists())
    thread = Conversation.objects.get()
    assert thread.waiting_since is not None
    assert Contact.objects.get().name == "Rina Wulandari"

    sent = send_message(
        business=toko_sage,
        conversation=thread,
        text="Ada, Kak. Mau yang L?",
        by=dina,
        idempotency_key="flow-1",
        now=now,
    )
    post.work(lambda: post.rinas_mails())
    sent.refresh_from_db()
    (mail,) = post.rinas_mails()
    assert (sent.state, mail["In-Reply-To"]) == ("sent", "<flow1@pelanggan.test>")
    assert mail["Subject"] == "Re: Tanya stok"

    # A mail program that drops the references still names the mail that it answers.
    post.rina_writes("Mau, Kak", Message_ID="<flow2@pelanggan.test>", In_Reply_To=mail["Message-ID"])
    post.work(lambda: Message.objects.filter(text="Mau, Kak").exists())
    assert Message.objects.get(text="Mau, Kak").conversation == thread
    assert Conversation.objects.count() == 1
    assert Message.objects.count() == 3


def test_a_reply_that_bounces_is_told_of_beside_the_message(
    post: Post, toko_sage: Business, dina: Teammate, now: datetime
) -> None:
    post.server.deliver(
        item("Halo", From="<tidak!ada@pelanggan.test>", Message_ID="<flow3@pelanggan.test>").body,
        sender=RINA,
        to=SHOP,
    )
    post.work(lambda: Message.objects.filter(text="Halo").exists())
    thread = Message.objects.get(text="Halo").conversation
    sent = send_message(
        business=toko_sage, conversation=thread, text="Halo, Kak", by=dina, idempotency_key="flow-3", now=now
    )
    post.work(lambda: Message.objects.get(pk=sent.message_id).send_status == "failed")
    assert Message.objects.filter(conversation=thread).count() == 2
