"""Connecting by signing in with the provider, against the simulator: there and back, once, for this shop and this session only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from django.test import Client

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import add_teammate
from sapa.channels.models import Channel
from sapa.channels.operations import find_or_make_channel, save_settings
from sapa.channels.queries import get_settings
from sapa.demo.providers import Simulator
from sapa.demo.providers.dialects.graph import Graph
from sapa.demo.providers.dialects.tiktokshop import TikTokShop
from sapa.gateway.registry import list_adapters
from sapa.lib import clock
from sapa.web.views.settings.channels import signing_in
from tests.web.test_channels import _told

pytestmark = pytest.mark.django_db

BACK = "http://testserver/settings/channels/back/"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    def agreed(method: str, address: str, headers: object, body: bytes) -> tuple[int, bytes]:
        asked = dict(parse_qsl(urlsplit(address).query))
        return 200, asked.get("hub.challenge", "").encode()

    with Simulator(seed=5, now=clock.now, door=agreed) as found:
        found.provider(TikTokShop).registered = BACK
        yield found


def prepare(shop: Business, simulator: Simulator, kind: str, **more: str) -> dict[str, str]:
    """The simulator's address is kept for the channel; answers what the owner enters on the page."""
    known = {**simulator.dialect(kind).settings(), **EXTRA.get(kind, {}), **more}
    channel = find_or_make_channel(business=shop, kind=kind, now=clock.now())
    save_settings(channel=channel, settings={"base_url": known["base_url"]}, now=clock.now())
    way = list_adapters()[kind].sign_in
    assert way is not None
    return {f"set_{name}": known[name] for name in (*way.needs, *way.helps) if name in known}


EXTRA = {
    "messenger": {"app_id": "1234"},
    "instagram": {"app_id": "1234", "login": "instagram"},
    "whatsapp": {"app_id": "1234", "config_id": "77", "waba_id": "", "phone_number_id": ""},
    "marketplace:tiktokshop": {"service_id": "55"},
}
KINDS = tuple(kind for kind, adapter in list_adapters().items() if adapter.sign_in is not None)


def leave(client: Client, kind: str, form: dict[str, str]) -> str:
    """Presses Sambungkan; answers where the browser is led."""
    answer = client.post(f"/settings/channels/new/{kind}/sign-in/", form)
    assert answer.status_code == 200, answer.content
    return answer["Refresh"].removeprefix("0; url=")


def consent(address: str) -> str:
    """The owner agrees (or not) at the provider; answers where the browser is sent back, with its query."""
    found = httpx.get(address)
    assert found.status_code == 302, found.text
    assert found.headers["location"].startswith(BACK)
    return found.headers["location"].removeprefix("http://testserver")


@pytest.mark.parametrize("kind", KINDS)
def test_there_and_back_connects(owner: Client, toko_sage: Business, simulator: Simulator, kind: str) -> None:
    form = prepare(toko_sage, simulator, kind)
    back = consent(leave(owner, kind, form))
    page = owner.get(back, follow=True)
    channel = Channel.objects.get(business=toko_sage, kind=kind)
    assert channel.is_live, _told(page.content.decode())[-600:]
    kept = get_settings(channel)
    way = list_adapters()[kind].sign_in
    assert way is not None
    assert all(kept.get(name) for name in way.gives)
    assert "tersambung" in _told(page.content.decode())


def test_the_way_back_works_once(owner: Client, toko_sage: Business, simulator: Simulator) -> None:
    back = consent(leave(owner, "marketplace:shopee", prepare(toko_sage, simulator, "marketplace:shopee")))
    owner.get(back)
    page = owner.get(back, follow=True)
    assert "sudah dipakai" in _told(page.content.decode())


def test_the_way_back_closes_after_ten_minutes(
    owner: Client, toko_sage: Business, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_in, "LASTS", -timedelta(seconds=1))
    back = consent(leave(owner, "marketplace:shopee", prepare(toko_sage, simulator, "marketplace:shopee")))
    page = owner.get(back, follow=True)
    assert "lewat 10 menit" in _told(page.content.decode())
    assert not Channel.objects.get(kind="marketplace:shopee").is_live


def test_another_session_cannot_use_it(
    owner: Client, toko_sage: Business, bu_tuti: Teammate, simulator: Simulator
) -> None:
    back = consent(leave(owner, "marketplace:shopee", prepare(toko_sage, simulator, "marketplace:shopee")))
    other = Client()
    other.force_login(bu_tuti.user)
    page = other.get(back, follow=True)
    assert "sudah dipakai" in _told(page.content.decode())
    assert not Channel.objects.get(kind="marketplace:shopee").is_live
    assert Client().get(back)["Location"].startswith("/sign-in/"), "who is not signed in signs in first"


def test_a_member_may_not(toko_sage: Business, bu_tuti: Teammate, simulator: Simulator) -> None:
    dina = add_teammate(
        business=toko_sage,
        email="dina@tokosage.example",
        name="Dina",
        role="member",
        by=bu_tuti,
        now=clock.now(),
    )
    client = Client()
    client.force_login(dina.user)
    assert client.post("/settings/channels/new/marketplace:shopee/sign-in/", {}).status_code == 403
    assert client.get("/settings/channels/back/?state=x&code=y").status_code == 403


def test_who_says_no_at_the_provider_is_told_so(
    owner: Client, toko_sage: Business, simulator: Simulator
) -> None:
    address = leave(owner, "google", prepare(toko_sage, simulator, "google"))
    simulator.dialect("google").consent.refuses = True
    page = owner.get(consent(address), follow=True)
    assert "Izin di tempat penyedia tidak diberikan" in _told(page.content.decode())


def test_a_made_up_code_connects_nothing(owner: Client, toko_sage: Business, simulator: Simulator) -> None:
    address = leave(owner, "messenger", prepare(toko_sage, simulator, "messenger"))
    state = dict(parse_qsl(urlsplit(address).query))["state"]
    page = owner.get(f"/settings/channels/back/?state={state}&code=karangan", follow=True)
    assert "tidak memberi kode" in _told(page.content.decode())
    assert not Channel.objects.get(kind="messenger").is_live


def test_of_several_pages_the_owner_says_which(
    owner: Client, toko_sage: Business, simulator: Simulator
) -> None:
    messenger = simulator.dialect("messenger")
    assert isinstance(messenger, Graph)
    messenger.pages = (("1", "Toko Sage"), ("2", "Sage Bandung"))
    form = prepare(toko_sage, simulator, "messenger")
    page = owner.get(consent(leave(owner, "messenger", form)), follow=True)
    assert "Sage Bandung (2)" in _told(page.content.decode())
    owner.get(consent(leave(owner, "messenger", {**form, "set_page_id": "2"})))
    assert Channel.objects.get(kind="messenger").is_live


def test_the_page_names_the_address_to_register(owner: Client) -> None:
    page = owner.get("/settings/channels/new/marketplace:shopee/").content.decode()
    assert BACK in page
    assert "Bentuk terdokumentasi" in page
    assert BACK not in owner.get("/settings/channels/new/telegram/").content.decode()
