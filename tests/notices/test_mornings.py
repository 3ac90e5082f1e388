"""At eight in the shop's zone each teammate gets one letter of what waits, through a real mail server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message as Letter
from email.policy import default
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import Client

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import add_teammate
from sapa.config.mail import read_email_url
from sapa.conversations.models import Conversation
from sapa.notices.models import MorningMail
from sapa.notices.operations import save_wish, send_due_mornings
from sapa.notices.operations.mornings import make_token
from sapa.notices.queries import find_wish
from tests.conftest import JAKARTA
from tests.notices.conftest import Write
from tests.processes import free_port

pytestmark = pytest.mark.django_db

EIGHT = datetime(2026, 11, 21, 8, 0, tzinfo=JAKARTA)


class Box:
    """Keeps letters; `refusals` are answered first."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.refusals: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refusals:
            return self.refusals.pop(0)
        assert isinstance(envelope.content, bytes)
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def box(settings: Any) -> Iterator[Box]:
    kept = Box()
    port = free_port()
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    for name, value in read_email_url(f"smtp://127.0.0.1:{port}?from=sapa@tokosage.example").items():
        setattr(settings, name, value)
    settings.PUBLIC_URL = "https://sapa.tokosage.example/"
    yield kept
    server.stop()


@pytest.fixture
def waits(rina: Conversation) -> Conversation:
    rina.waiting_since = rina.last_in_at = rina.last_message_at = EIGHT - timedelta(hours=3)
    rina.save()
    return rina


def plain(letter: Letter) -> str:
    body = letter.get_body(("plain",))  # type: ignore[attr-defined]
    words: str = body.get_content()
    return words


def test_the_letter_says_who_waits_and_leads_there(
    toko_sage: Business, waits: Conversation, box: Box
) -> None:
    assert send_due_mornings(business=toko_sage, now=EIGHT) == 1
    letter = box.letters[0]
    assert letter["To"] == "tuti@tokosage.example"
    assert letter["Subject"] == "Toko Sage: 1 pelanggan menunggu"
    assert "Rina Wulandari" in plain(letter)
    assert f"https://sapa.tokosage.example/inbox/{waits.public_id}/" in plain(letter)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_it_comes_once_a_day(toko_sage: Business, waits: Conversation, box: Box) -> None:
    for minutes in (0, 1, 60):
        send_due_mornings(business=toko_sage, now=EIGHT + timedelta(minutes=minutes))
    assert len(box.letters) == 1
    send_due_mornings(business=toko_sage, now=EIGHT + timedelta(days=1))
    assert len(box.letters) == 2


@pytest.mark.parametrize(
    ("clock", "sent"), [("07:59", 0), ("08:00", 1), ("10:59", 1), ("11:00", 0), ("20:00", 0)]
)
def test_it_comes_in_the_morning_of_the_shop(
    clock: str, sent: int, toko_sage: Business, waits: Conversation, box: Box
) -> None:
    toko_sage.timezone = "Asia/Jayapura"
    toko_sage.save()
    hour, minute = clock.split(":")
    there = EIGHT.replace(hour=int(hour), minute=int(minute), tzinfo=ZoneInfo("Asia/Jayapura"))
    assert send_due_mornings(business=toko_sage, now=there.astimezone(JAKARTA)) == sent


def test_a_morning_with_nothing_to_say_sends_nothing(toko_sage: Business, box: Box) -> None:
    assert send_due_mornings(business=toko_sage, now=EIGHT) == 0
    assert MorningMail.objects.get().state == "empty"
    assert not box.letters


def test_each_gets_what_is_theirs_or_nobodys(
    toko_sage: Business, bu_tuti: Teammate, dina: Teammate, waits: Conversation, box: Box
) -> None:
    waits.assignee = dina
    waits.save()
    assert send_due_mornings(business=toko_sage, now=EIGHT) == 1
    assert [letter["To"] for letter in box.letters] == ["dina@tokosage.example"]


def test_who_wants_none_and_who_has_no_address_get_none(
    toko_sage: Business, bu_tuti: Teammate, waits: Conversation, box: Box, now: datetime
) -> None:
    add_teammate(business=toko_sage, email="andi@sapa.local", name="Andi", role="member", now=now)
    save_wish(teammate=bu_tuti, wants_morning_mail=False)
    assert send_due_mornings(business=toko_sage, now=EIGHT) == 0


def test_a_mail_server_that_refuses_is_asked_again_and_sends_once(
    toko_sage: Business, waits: Conversation, box: Box
) -> None:
    box.refusals = ["451 try later"]
    assert send_due_mornings(business=toko_sage, now=EIGHT) == 0
    assert MorningMail.objects.get().state == "failed"
    assert send_due_mornings(business=toko_sage, now=EIGHT + timedelta(minutes=5)) == 0
    assert send_due_mornings(business=toko_sage, now=EIGHT + timedelta(minutes=11)) == 1
    assert send_due_mornings(business=toko_sage, now=EIGHT + timedelta(minutes=30)) == 0
    assert len(box.letters) == 1


def test_after_a_crash_in_mid_send_nobody_gets_it_twice(
    toko_sage: Business, bu_tuti: Teammate, waits: Conversation, box: Box
) -> None:
    MorningMail.objects.create(business=toko_sage, teammate=bu_tuti, day=EIGHT.date(), at=EIGHT)
    assert send_due_mornings(business=toko_sage, now=EIGHT + timedelta(minutes=30)) == 0


def test_without_a_mail_server_nothing_is_taken(toko_sage: Business, waits: Conversation) -> None:
    assert send_due_mornings(business=toko_sage, now=EIGHT) == 0
    assert not MorningMail.objects.exists()


def test_its_link_ends_it_after_one_press(
    toko_sage: Business, bu_tuti: Teammate, waits: Conversation, box: Box
) -> None:
    send_due_mornings(business=toko_sage, now=EIGHT)
    found = re.search(r"https://sapa\.tokosage\.example(/notices/morning/\S+)", plain(box.letters[0]))
    assert found
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(found[1]).status_code == 200
    assert find_wish(bu_tuti).wants_morning_mail
    assert strict.post(found[1], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not find_wish(bu_tuti).wants_morning_mail


def test_a_link_that_was_altered_ends_nothing(bu_tuti: Teammate) -> None:
    token = make_token(bu_tuti)
    assert Client().post(f"/notices/morning/{token[:-2]}xx/").status_code == 422
    assert find_wish(bu_tuti).wants_morning_mail


def test_the_letter_speaks_the_readers_language(
    toko_sage: Business, bu_tuti: Teammate, waits: Conversation, box: Box, write: Write
) -> None:
    bu_tuti.user.language = "en"
    bu_tuti.user.save()
    send_due_mornings(business=toko_sage, now=EIGHT)
    assert box.letters[0]["Subject"] == "Toko Sage: 1 customer is waiting"


SERVERS = {
    "smtp://a%40b.id:s%2Fx@mail.example.id": {
        "EMAIL_HOST": "mail.example.id",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "a@b.id",
        "EMAIL_HOST_PASSWORD": "s/x",
        "EMAIL_USE_TLS": True,
        "EMAIL_USE_SSL": False,
        "DEFAULT_FROM_EMAIL": "a@b.id",
    },
    "smtps://mail.example.id?from=Sapa <s@b.id>": {
        "EMAIL_PORT": 465,
        "EMAIL_USE_SSL": True,
        "EMAIL_USE_TLS": False,
        "DEFAULT_FROM_EMAIL": "Sapa <s@b.id>",
    },
    "smtp://localhost:1025": {"EMAIL_PORT": 1025, "EMAIL_USE_TLS": False},
    "console:": {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"},
    "": {"EMAIL_IS_SET": False},
}


@pytest.mark.parametrize("url", SERVERS)
def test_one_address_says_where_mail_goes_out(url: str) -> None:
    read = read_email_url(url)
    assert {name: read[name] for name in SERVERS[url]} == SERVERS[url]


@pytest.mark.parametrize("url", ["mail.example.id", "http://mail.example.id", "smtp://"])
def test_an_address_of_another_form_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ValueError, match="smtp://name"):
        read_email_url(url)
