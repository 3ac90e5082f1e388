"""Connecting: settings are tried with the provider first, and kept only if they work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest

from sapa.accounts.models import Business, Teammate
from sapa.channels.models import Channel
from sapa.channels.queries import find_channel, get_settings
from sapa.channels.types import ChannelError
from sapa.gateway.connecting import Account, Guide, SettingField
from sapa.gateway.contract import ProviderDownError, TokenDeadError
from sapa.gateway.dispatch import hook_path, set_prices, try_and_connect
from tests.gateway.dispatch.conftest import Desk
from tests.gateway.dispatch.provider import KIND, Provider

pytestmark = pytest.mark.django_db

FIELDS = (
    SettingField("token", "Kunci", is_secret=True),
    SettingField("mode", "Cara", default="webhook"),
    SettingField("note", "Catatan", is_required=False),
)


@pytest.fixture
def asked(provider: Provider) -> list[tuple[Account, str]]:
    """What the provider was asked; it names the account and a secret of its own."""
    told: list[tuple[Account, str]] = []

    def connect(account: Account, http: httpx.Client, *, hook_url: str, now: datetime) -> dict[str, Any]:
        told.append((account, hook_url))
        return {"account": "62811", "secret": "dari penyedia"}

    provider.guide = Guide("Penyedia", (), "", proven=True, fields=FIELDS)
    provider.connect = connect  # type: ignore[method-assign]
    return told


def _connect(business: Business, by: Teammate, http: httpx.Client, now: datetime, **settings: str) -> Channel:
    return try_and_connect(
        business=business,
        kind=KIND,
        name="",
        settings=settings,
        base_url="https://sapa.example/",
        by=by,
        now=now,
        http=http,
    )


def test_what_works_is_kept_with_what_the_provider_adds(
    toko_sage: Business,
    bu_tuti: Teammate,
    http: httpx.Client,
    now: datetime,
    asked: list[tuple[Account, str]],
) -> None:
    channel = _connect(toko_sage, bu_tuti, http, now, token="rahasia", note="")
    [(account, hook_url)] = asked
    assert account.settings == {"token": "rahasia", "mode": "webhook", "public_url": "https://sapa.example"}
    assert hook_url == f"https://sapa.example/hooks/{channel.public_id}/"
    assert hook_path(channel) == f"/hooks/{channel.public_id}/"
    assert (channel.is_live, channel.account) == (True, "62811")
    kept = {"token": "rahasia", "mode": "webhook", "secret": "dari penyedia"}
    assert get_settings(channel) == kept | {"public_url": "https://sapa.example"}


def test_a_missing_field_is_named_and_nobody_is_asked(
    toko_sage: Business,
    bu_tuti: Teammate,
    http: httpx.Client,
    now: datetime,
    asked: list[tuple[Account, str]],
) -> None:
    with pytest.raises(ChannelError, match="Kunci"):
        _connect(toko_sage, bu_tuti, http, now, token=" ")
    assert asked == []


@pytest.mark.parametrize("trouble", [TokenDeadError("401"), ProviderDownError("503"), httpx.ConnectError("")])
def test_what_does_not_work_connects_nothing(
    toko_sage: Business,
    bu_tuti: Teammate,
    http: httpx.Client,
    now: datetime,
    provider: Provider,
    trouble: Exception,
) -> None:
    def connect(*_given: Any, **_named: Any) -> dict[str, Any]:
        raise trouble

    provider.connect = connect  # type: ignore[method-assign]
    with pytest.raises(ChannelError):
        _connect(toko_sage, bu_tuti, http, now, token="rahasia")
    channel = find_channel(toko_sage, KIND)
    assert channel is None or not (channel.is_live or channel.sealed_settings)


@pytest.mark.parametrize("prices", [{"colour": 5}, {"service": -1}])
def test_prices_that_cannot_be_are_refused(desk: Desk, prices: dict[str, int]) -> None:
    with pytest.raises(ChannelError):
        set_prices(channel=desk.channel, prices=prices, by=None, now=desk.now)


def test_own_prices_can_be_given_up_again(desk: Desk) -> None:
    set_prices(channel=desk.channel, prices={"service": 400}, by=None, now=desk.now)
    assert get_settings(desk.channel)["prices"] == {"service": 400}
    set_prices(channel=desk.channel, prices={}, by=None, now=desk.now)
    assert "prices" not in get_settings(desk.channel)
    assert get_settings(desk.channel)["token"] == "rahasia"
