"""Names that a provider tells only when asked: asked once, apart from the messages, again when old, and never lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.channels.operations import connect_channel
from sapa.contacts.models import Contact, Identity
from sapa.gateway.contract import RawItem
from sapa.gateway.dispatch.looking import look_up_due
from sapa.gateway.intake import digest_payloads, store_items
from sapa.gateway.models import Lookup
from tests.gateway.adapters.cases_line import RINA, body, text

pytestmark = pytest.mark.django_db

SETTINGS = {"channel_secret": "s", "access_token": "t"}


@pytest.fixture
def line(toko_sage: Business, now: datetime) -> Channel:
    return connect_channel(
        business=toko_sage, kind="line", name="", account="Ubot", settings=SETTINGS, by=None, now=now
    )


@pytest.fixture
def writes(line: Channel) -> Callable[[str, datetime], None]:
    def write(words: str, at: datetime) -> None:
        content = text(words)
        content["message"]["id"] = str(1000 + len(words))
        store_items(channel=line, items=[RawItem(words, body(content))], now=at)
        digest_payloads(business=line.business, now=at)

    return write


def line_says(status: int, name: str = "") -> tuple[httpx.Client, list[str]]:
    paths: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        return httpx.Response(
            status, json={"userId": RINA, "displayName": name} if name else {"message": "no"}
        )

    return httpx.Client(transport=httpx.MockTransport(answer)), paths


def ask(shop: Business, at: datetime, status: int, name: str = "") -> int:
    http, paths = line_says(status, name)
    look_up_due(now=at, http=http)
    digest_payloads(business=shop, now=at)
    return len(paths)


def name() -> str:
    return Contact.objects.get(merged_into=None).name


def test_the_first_word_of_somebody_asks_who_it_is_once(
    toko_sage: Business, now: datetime, writes: Callable[[str, datetime], None]
) -> None:
    writes("Halo", now)
    writes("Kak?", now)
    assert name() == ""
    assert ask(toko_sage, now, 200, "Rina W") == 1
    assert name() == "Rina W"
    writes("Ada ukuran L?", now + timedelta(days=1))
    assert ask(toko_sage, now + timedelta(days=1), 200, "Rina W") == 0


def test_a_provider_that_is_down_is_asked_again_and_the_message_is_there(
    toko_sage: Business, now: datetime, writes: Callable[[str, datetime], None]
) -> None:
    writes("Halo", now)
    assert ask(toko_sage, now, 503) == 1
    assert (name(), Lookup.objects.get().problem) == ("", "provider_down")
    assert ask(toko_sage, now + timedelta(seconds=1), 200, "Rina W") == 0
    assert ask(toko_sage, now + timedelta(minutes=2), 200, "Rina W") == 1
    assert name() == "Rina W"


def test_an_old_name_is_asked_for_again_and_a_new_one_replaces_it(
    toko_sage: Business, now: datetime, writes: Callable[[str, datetime], None]
) -> None:
    writes("Halo", now)
    ask(toko_sage, now, 200, "Rina")
    later = now + timedelta(days=15)
    assert ask(toko_sage, later, 200, "Rina Wulandari") == 0
    writes("Halo lagi", later)
    assert ask(toko_sage, later, 200, "Rina Wulandari") == 1
    assert (name(), Identity.objects.get(kind="line").name) == ("Rina Wulandari", "Rina Wulandari")


def test_a_name_from_elsewhere_stays(
    toko_sage: Business, now: datetime, writes: Callable[[str, datetime], None]
) -> None:
    writes("Halo", now)
    Contact.objects.update(name="Bu Rina, langganan")
    ask(toko_sage, now, 200, "rinaaa")
    assert name() == "Bu Rina, langganan"
    assert Identity.objects.get(kind="line").name == "rinaaa"


def test_who_has_no_name_is_not_asked_for_with_every_word(
    toko_sage: Business, now: datetime, writes: Callable[[str, datetime], None]
) -> None:
    writes("Halo", now)
    assert ask(toko_sage, now, 404) == 1
    writes("Kak??", now)
    assert ask(toko_sage, now, 404) == 0
